"""Every fault many times, at random moments, on the real command: what is lost, is the result the same, how soon.

    make faults ROUNDS=20      or   python tests/faults.py [--rounds 20] [--articles 300] [--only clock,disk] [--seed 1]

Each round disturbs ``extract run`` over a file of articles (those in data/raw, with other numbers), takes the fault
away, and runs it again with ``--resume``; where a run is to survive the fault by itself, it is not run again. Prints
a Markdown table, and exits 1 where a row was lost, a byte differs, ``extract verify`` finds anything, or a run ended
otherwise than it should. Faults that this machine cannot make (mounting needs root) are named, and left out.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from statistics import median
from typing import Any

from extract.read import find_records
from extract.write import load
from extract.write.verify import verify
from handmade import contents

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "raw"
RUN = [sys.executable, "-m", "extract", "run", "--quiet", "--no-report"]
ENOUGH_TO_START = (450, 1500)  # MB of address space: the parent takes 420, a worker of this input 1,470
FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


def articles(number: int) -> Iterator[str]:
    """The first ``number`` articles, none like another."""
    texts = [path.read_text("utf-8") for path in sorted(SAMPLES.glob("*.txt"))]
    return islice((f"{text}\nBài {n}: {n * 7} người.\n" for n in count() for text in texts), number)


class NotHere(Exception):
    """This machine cannot make the fault; the message says why."""


@dataclass(slots=True)
class Case:
    """One round: where its input and output are, and what happens when is drawn from ``chance``."""

    home: Path
    chance: random.Random
    usual: float  # seconds of an undisturbed run
    workers: int = 2
    given: str = "in"
    statuses: list[int] = field(default_factory=list)

    @property
    def input(self) -> Path:
        return self.home / "in"

    @property
    def out(self) -> Path:
        return self.home / "out"

    def start(self, *more: str, env: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
        command = [*RUN, self.given, "--out", "out", "--workers", str(self.workers), *more]
        environment = {**os.environ, **(env or {})}
        return subprocess.Popen(
            command,
            cwd=self.home,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )

    def end(self, process: subprocess.Popen[str], *right: int) -> str:
        """Waits for a run; its exit status must be one of ``right``. Gives what it said on stderr."""
        said = process.communicate(timeout=600)[1]
        self.statuses.append(process.returncode)
        if process.returncode not in right:
            raise AssertionError(f"exit status {process.returncode}, not {right}: {said[-2000:]}")
        if "Traceback" in said or said.count("\n") > 3:
            raise AssertionError(f"more than a clear line: {said[-2000:]}")
        return said

    def wait(self, process: subprocess.Popen[str], least: float = 0.0, most: float = 1.0) -> None:
        """Until a random moment of the usual time."""
        end = time.monotonic() + self.usual * self.chance.uniform(least, most)
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.005)

    def wait_for_shard(self, process: subprocess.Popen[str]) -> None:
        while process.poll() is None and not list(self.out.glob("_shards/*.json")):
            time.sleep(0.005)


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(p) for p in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    return []


# -- the faults: each disturbs one run; True where that run must have ended well by itself -------------------------


def killed_worker(case: Case) -> bool:
    process = case.start()
    for _ in range(3):
        case.wait(process, 0.1, 0.4)
        for pid in case.chance.sample(found, 1) if (found := workers_of(process)) else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    case.end(process, 0)
    return True


def killed_parent(case: Case) -> bool:
    process = case.start()
    case.wait(process)
    process.kill()
    case.end(process, -signal.SIGKILL, 0)
    return process.returncode == 0


def killed_group(case: Case) -> bool:
    """The parent and all workers at once, as by a machine that goes down."""
    process = case.start()
    case.wait(process)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    case.end(process, -signal.SIGKILL, 0)
    return process.returncode == 0


def _stopped(case: Case, number: signal.Signals, status: int) -> bool:
    process = case.start()
    case.wait_for_shard(process)  # before that, it may not have come to where it says more than the shell
    case.wait(process, 0.0, 0.6)
    if process.poll() is None:
        process.send_signal(number)
    case.end(
        process, status, 0, -number
    )  # the last: to a shell the same as ``status``; the run was over, but not its process
    return process.returncode == 0


def interrupted(case: Case) -> bool:
    return _stopped(case, signal.SIGINT, 130)


def terminated(case: Case) -> bool:
    return _stopped(case, signal.SIGTERM, 143)


def mount(*arguments: str | Path) -> None:
    made = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if made.returncode:
        raise NotHere(f"mount is not allowed here ({' '.join(made.stderr.split())})")


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A file system of ``size`` at ``folder``; gives what mounts it anew with other options."""
    folder.mkdir(parents=True, exist_ok=True)
    mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder)
    try:
        yield lambda options: mount("-o", f"remount,{options}", folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def no_writing(folder: Path) -> Iterator[None]:
    """While it lasts, nothing can be written under ``folder``, by root neither: it is mounted over itself, read-only."""
    mount("--bind", folder, folder)
    try:
        mount("-o", "remount,bind,ro", folder)
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def full_disk(case: Case) -> bool:
    """A disk that takes a part of the output, and more of it later."""
    with small_disk(case.out, f"{case.chance.randrange(64, 700)}k") as remount:
        said = case.end(case.start(), 2)
        assert "No space left on device" in said, said
        assert not (case.out / "manifest.json").exists()
        remount("size=500m")
        _resume(case)
        shutil.copytree(case.out, case.home / "kept")
    case.out.rmdir()
    (case.home / "kept").rename(case.out)
    return False


def long_files(case: Case) -> bool:
    """No file may grow beyond a limit (a quota), which needs no rights to try."""
    limit = case.chance.randrange(2_000, 40_000)
    process = case.start(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY)))
    said = case.end(process, 2)
    assert "File too large" in said, said
    return False


def read_only(case: Case) -> bool:
    """The output is mounted read-only midway, as that of a faulty disk is."""
    process = case.start()
    case.wait_for_shard(process)
    case.wait(process, 0.0, 0.3)
    with no_writing(case.out):
        said = case.end(process, 2, 0)
    assert not process.returncode or "Read-only file system" in said, said
    return False


def _spoilt(case: Case, spoil: Callable[[Path], None]) -> bool:
    """An input file is spoilt midway; that run ends well, with all that there was. Then it is as before."""
    files = sorted(case.input.iterdir())
    victim = case.chance.choice(files[1:])
    before = victim.read_bytes()
    process = case.start()
    case.wait(process, 0.1, 0.9)
    spoil(victim)
    case.end(process, 0)
    assert not list(verify(case.out)), "a row was lost while the input changed"
    victim.write_bytes(before)
    return False


def input_deleted(case: Case) -> bool:
    return _spoilt(case, lambda path: path.unlink())


def input_truncated(case: Case) -> bool:
    def cut(path: Path) -> None:
        os.truncate(path, case.chance.randrange(path.stat().st_size))

    return _spoilt(case, cut)


def input_changed(case: Case) -> bool:
    def change(path: Path) -> None:
        data = bytearray(path.read_bytes())
        for _ in range(20):
            data[case.chance.randrange(len(data))] = case.chance.randrange(256)
        path.write_bytes(data)

    return _spoilt(case, change)


def memory_worker(case: Case) -> bool:
    """A worker gets no more memory than it has, again and again; the one in its place has what it needs."""
    process = case.start()
    for _ in range(3):
        case.wait(process, 0.1, 0.4)
        for pid in workers_of(process)[:1]:
            with contextlib.suppress(ProcessLookupError, ValueError, PermissionError):
                size = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
                resource.prlimit(pid, resource.RLIMIT_AS, (size, size))
    case.end(process, 0)
    return True


def memory_all(case: Case) -> bool:
    """No process gets enough: an article is rejected for it or the run stops with a clear line, and both heal."""
    most = case.chance.randrange(*ENOUGH_TO_START) * 2**20
    process = case.start(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)))
    case.end(process, 0, 1, 2)
    return False


def clock(case: Case) -> bool:
    """The clock jumps by years, forth and back, in the middle of a run, and the time zone is another."""
    if FAKETIME is None:
        raise NotHere("libfaketime is not installed (Debian: apt-get install faketime)")
    says = case.home / "clock"
    says.write_text("+0d\n")
    zone = case.chance.choice(["Asia/Tokyo", "America/Los_Angeles", "Asia/Kathmandu"])
    process = case.start(
        env={
            "TZ": zone,
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(says),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
    )
    while process.poll() is None:
        case.wait(process, 0.02, 0.15)
        says.write_text(f"{case.chance.randrange(-3000, 3000):+d}d\n")
    case.end(process, 0)
    return True


def hanging_worker(case: Case) -> bool:
    """A worker is stopped and never goes on: it is replaced. The command waits two minutes, so here the engine."""
    code = (
        "import sys; from functools import partial; from extract.engines.local import run\n"
        "from extract.pipeline import Pipeline; from extract.read import find_records; from extract.tag.ner import model_hash\n"
        "p = Pipeline()\n"
        "run(find_records(['in'], lang='vi'), lambda: p, 'out', config_key=p.config_key, inputs=['in'], workers=2,\n"
        "    versions={'rules': p.rules.hash, 'model': model_hash()}, hangs_after=4)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=case.home, stderr=subprocess.PIPE, text=True)
    case.wait_for_shard(process)
    case.wait(process, 0.0, 0.4)
    for pid in workers_of(process)[:1]:
        os.kill(pid, signal.SIGSTOP)
    case.end(process, 0)
    return True


FAULTS: dict[str, tuple[str, Callable[[Case], bool]]] = {
    "worker": ("`kill -9` of workers, three in a run", killed_worker),
    "parent": ("`kill -9` of the parent", killed_parent),
    "group": ("`kill -9` of parent and workers at once", killed_group),
    "int": ("SIGINT (exit 130)", interrupted),
    "term": ("SIGTERM (exit 143)", terminated),
    "disk": ("disk full (tmpfs)", full_disk),
    "quota": ("file size limit (RLIMIT_FSIZE)", long_files),
    "readonly": ("output mounted read-only midway", read_only),
    "deleted": ("input file deleted midway", input_deleted),
    "truncated": ("input file truncated midway", input_truncated),
    "changed": ("bytes of an input file changed midway", input_changed),
    "memory": ("a worker out of memory (RLIMIT_AS), three in a run", memory_worker),
    "all-memory": ("all processes short of memory (RLIMIT_AS)", memory_all),
    "clock": ("clock jumps by years (libfaketime), other time zone", clock),
    "hang": ("a worker hangs (SIGSTOP)", hanging_worker),
}


# -- rounds ---------------------------------------------------------------------------------------------------------


def _resume(case: Case) -> None:
    case.end(case.start("--resume"), 0)


@dataclass(slots=True)
class Tally:
    rounds: int = 0
    lost: int = 0
    different: int = 0
    violations: int = 0
    statuses: set[int] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)


def rows(folder: Path) -> int:
    return sum(load(folder).manifest["counts"].values())


def one_round(fault: Callable[[Case], bool], case: Case, whole: Path, tally: Tally) -> None:
    survived = fault(case)
    tally.statuses.update(case.statuses[:1])
    if not survived:
        began = time.monotonic()
        _resume(case)
        tally.seconds.append(time.monotonic() - began)
    tally.rounds += 1
    tally.lost += max(0, rows(whole) - rows(case.out))
    tally.different += contents(case.out) != contents(whole)
    tally.violations += sum(1 for _ in verify(case.out, find_records([case.input])))


def make_input(folder: Path, number: int) -> None:
    """``number`` articles: half in one file of lines, half in files of their own."""
    folder.mkdir(parents=True)
    texts = list(articles(number))
    texts[number // 4] *= 50  # a long one, which needs more memory than the others
    lines = (json.dumps({"text": text}, ensure_ascii=False) for text in texts[: number // 2])
    (folder / "a.jsonl").write_text("\n".join(lines), "utf-8")
    for n, text in enumerate(texts[number // 2 :]):
        (folder / f"b-{n:05d}.txt").write_text(text, "utf-8")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--only", default=",".join(FAULTS), help=f"of {', '.join(FAULTS)}")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what it puts behind itself without Ctrl-C
    print("| fault | rounds | exit status | lost rows | identical | violations | seconds to resume, median (most) |")
    print("| --- | ---: | --- | ---: | --- | ---: | ---: |")
    bad = 0
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        home = Path(name)
        make_input(home / "in", options.articles)
        began = time.monotonic()
        subprocess.run([*RUN, "in", "--out", "whole", "--workers", "2"], cwd=home, check=True)
        usual = time.monotonic() - began
        for short in options.only.split(","):
            title, fault = FAULTS[short]
            tally = Tally()
            try:
                for n in range(options.rounds):
                    place = home / f"{short}-{n}"
                    shutil.copytree(home / "in", place / "in")
                    one_round(
                        fault, Case(place, random.Random(f"{options.seed} {short} {n}"), usual), home / "whole", tally
                    )
                    shutil.rmtree(place)
            except NotHere as why:
                print(f"| {title} | 0 | not made: {why} | | | | |", flush=True)
                continue
            bad += tally.lost + tally.different + tally.violations
            took = f"{median(tally.seconds):.1f} ({max(tally.seconds):.1f})" if tally.seconds else "survived"
            print(
                f"| {title} | {tally.rounds} | {', '.join(map(str, sorted(tally.statuses)))} | {tally.lost} "
                f"| {'yes' if not tally.different else f'no ({tally.different})'} | {tally.violations} | {took} |",
                flush=True,
            )
        print(f"\n{options.articles} articles, {rows(home / 'whole'):,} rows; an undisturbed run takes {usual:.1f} s.")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
