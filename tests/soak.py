"""A long run: is its memory flat, and is it as fast at the end as at the beginning?

    make soak ARTICLES=1000000 CORPUS="articles.parquet"      or   python tests/soak.py ARTICLES... [options]

The articles given come again and again with other names and numbers, as a stream into ``extract run -``; none of it
lies on a disk. Prints a Markdown table of each tenth, and what ``extract verify`` says of the output. Exits 1 where
memory grew by more than 15 % or speed (a CPU second) fell by more than 15 % from where shards have their full size
(64,000 articles; in a shorter run from its middle) to the end, or rows were lost. The output of a million articles takes
some 7 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
from articles import _endless

EXTRACT = [sys.executable, "-m", "extract"]
EVERY = 1.0  # seconds between two looks
FULL = 64_000  # articles after which shards grow no more, and their rows in memory neither
MOST_HELD = 15_000  # articles that the stream is made of


def memory(pid: int) -> int:
    """Bytes that a process has of its own and its share of what it shares; 0 where it is gone."""
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def cpu(pid: int) -> float:
    """CPU seconds that a process has taken, with those of its children that have ended."""
    with suppress(OSError, ValueError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def feed(process: subprocess.Popen[bytes], inputs: list[str], number: int) -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError), process.stdin as pipe:
        for text in islice(_endless(inputs, MOST_HELD), number):
            pipe.write(json.dumps({"text": text}, ensure_ascii=False).encode() + b"\n")


def progress(log: Path) -> dict[str, Any] | None:
    """The last line of a log that says how far the run is."""
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return next((found for line in reversed(lines) if "articles" in (found := json.loads(line))), None)


def watch(process: subprocess.Popen[bytes], log: Path) -> list[dict[str, float]]:
    """Looks at the run until it ends: at each line of its log how far it is and what memory it has had since the last."""
    looks: list[dict[str, float]] = []
    parent = workers = 0
    while process.poll() is None:
        time.sleep(EVERY)
        parent = max(parent, memory(process.pid))
        workers = max(workers, sum(map(memory, children(process.pid))))
        done = progress(log)
        if done and (not looks or done["articles"] > looks[-1]["articles"]):
            spent = sum(map(cpu, (process.pid, *children(process.pid))))
            looks.append({**done, "parent": parent, "workers": workers, "cpu": spent})
            parent = workers = 0
    return looks


def tenths(looks: list[dict[str, float]], number: int) -> list[dict[str, float]]:
    """For each tenth its articles, rates, and the most memory in it."""
    rows, last = [], {"articles": 0.0, "characters": 0.0, "seconds": 0.0, "cpu": 0.0}
    for tenth in range(1, 11):
        within = [look for look in looks if last["articles"] < look["articles"] <= number * tenth / 10 or tenth == 10]
        within = [look for look in within if look["articles"] > last["articles"]]
        if not within:
            continue
        end = within[-1]
        seconds = end["seconds"] - last["seconds"]
        rows.append(
            {
                "share": end["articles"] / number,
                "articles": end["articles"],
                "seconds": end["seconds"],
                "rate": (end["articles"] - last["articles"]) / seconds,
                "characters": (end["characters"] - last["characters"]) / (end["cpu"] - last["cpu"]),
                "parent": max(look["parent"] for look in within),
                "workers": max(look["workers"] for look in within),
            }
        )
        last = end
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="+", help="articles as for extract run")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, help="keep the output here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        out, log = options.out or Path(name) / "out", Path(name) / "log"
        command = [*EXTRACT, "run", "-", "--out", str(out), "--quiet", "--no-report", "--limit", str(options.articles)]
        command += ["--workers", str(options.workers), "--log", str(log), "--log-format", "json"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE)
        feeder = threading.Thread(target=feed, args=(process, options.inputs, options.articles), daemon=True)
        feeder.start()
        looks = watch(process, log)
        if process.returncode:
            return process.returncode
        rows = tenths(looks, options.articles)
        print("| | articles | seconds | articles/s | characters/CPU s | parent MB | workers MB |")
        print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        for row in rows:
            print(
                f"| {row['share']:.0%} | {row['articles']:,.0f} | {row['seconds']:,.0f} | {row['rate']:,.1f} "
                f"| {row['characters']:,.0f} | {row['parent'] / 1e6:,.0f} | {row['workers'] / 1e6:,.0f} |"
            )
        manifest = json.loads((out / "manifest.json").read_bytes())
        print(f"\n{manifest['counts']}\nSeconds of the stages: {manifest['timings']['stages']}")
        full = [row for row in rows if row["articles"] >= FULL] or rows[len(rows) // 2 :]
        first, last = full[0], rows[-1]
        memory_grew = (last["parent"] + last["workers"]) / (first["parent"] + first["workers"]) - 1
        speed_fell = 1 - last["characters"] / first["characters"]
        print(f"From {first['share']:.0%} to the end memory grew by {memory_grew:.1%}, speed fell by {speed_fell:.1%}.")
        held = subprocess.run([*EXTRACT, "verify", str(out)], check=False).returncode
        lost = options.articles - manifest["counts"]["articles"] - sum(manifest["rejects"].values())
        return int(held != 0 or lost > 0 or memory_grew > 0.15 or speed_fell > 0.15)


if __name__ == "__main__":
    sys.exit(main())
