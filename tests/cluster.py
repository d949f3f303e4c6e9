"""The local engine and Ray side by side: are the bytes the same, also where a node is killed, and what is a node worth?

    make cluster CORPUS=articles.parquet      or   python tests/cluster.py ARTICLES...

Two Ray nodes of one core each are started on loopback. In the third run one of them is killed after a third of the shards,
and the last run has what is left. Prints a Markdown table; exits 1 where an output differs or does not verify.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from handmade import contents
from test_engine_ray import TwoNodes

EXTRACT = [sys.executable, "-m", "extract"]


def run(inputs: list[str], out: Path, *options: str) -> float:
    """Seconds from the start of the command to its end."""
    began = time.monotonic()
    command = [*EXTRACT, "run", *inputs, "--out", str(out), "--quiet", "--no-report", *options]
    subprocess.run(command, check=True)
    return time.monotonic() - began


def shards(out: Path) -> int:
    return len(list(out.glob("_shards/*.json")))


def after(number: int, out: Path, nodes: TwoNodes) -> Callable[[], None]:
    def kill() -> None:
        while shards(out) < number or not nodes.works():
            time.sleep(0.05)
        nodes.kill()

    return kill


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="+", help="articles as for extract run")
    options = parser.parse_args()
    differs = 0
    with tempfile.TemporaryDirectory(prefix="cluster-") as name:
        home = Path(name)
        took = {"one machine, two processes": run(options.inputs, home / "0", "--workers", "2")}
        nodes = TwoNodes()
        by_ray = ["--engine", "ray", "--ray-address", nodes.cluster.address]
        took["two nodes"] = run(options.inputs, home / "1", *by_ray)
        killer = threading.Thread(target=after(shards(home / "0") // 3, home / "2", nodes), daemon=True)
        killer.start()
        took["two nodes, one killed"] = run(options.inputs, home / "2", *by_ray)
        if killer.is_alive():
            print("The node was not killed: too few articles.", file=sys.stderr)
            return 1
        took["one node"] = run(options.inputs, home / "3", *by_ray)
        nodes.cluster.shutdown()
        print("| | seconds | shards | identical | `extract verify` |\n| --- | ---: | ---: | --- | --- |")
        for n, (what, seconds) in enumerate(took.items()):
            out = home / str(n)
            same = contents(out) == contents(home / "0")
            told = subprocess.run([*EXTRACT, "verify", str(out), *options.inputs], capture_output=True, check=False)
            differs += not same or told.returncode != 0
            print(
                f"| {what} | {seconds:.1f} | {shards(out)} | {'yes' if same else 'no'} "
                f"| {'all holds' if told.returncode == 0 else 'violations'} |"
            )
        print(f"\nTwo nodes: {took['one node'] / took['two nodes']:.2f} times as fast as one.")
    return int(differs > 0)


if __name__ == "__main__":
    sys.exit(main())
