"""What only a process of its own can show: start-up, peak memory, growth with the corpus, several workers.

Wall time needs a quiet machine; the load beside it says whether it was one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

_BIN = Path(sys.executable).parent
_EXTRACT = str(_BIN / "extract")


def _spent(command: Sequence[str]) -> dict[str, float]:
    """Wall and CPU seconds and the peak memory (MB) of the largest process of ``command``."""
    load = os.getloadavg()[0]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit status {process.returncode}\n{error.decode()}")
    return {
        "seconds": seconds,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / (1024 if sys.platform == "linux" else 2**20),
        "load_before": load,
    }


def start_up(article: Path, out: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Wall and CPU seconds of short commands, each run once a round, in turn; the median, and the least."""
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import extract": [sys.executable, "-c", "import extract"],
        "extract --help": [_EXTRACT, "--help"],
        "first article": [
            sys.executable,
            "-c",
            f"import extract, pathlib; extract.parse(pathlib.Path({str(article)!r}).read_text())",
        ],
        "extract run, one article": [
            *(_EXTRACT, "run", str(article), "--out", str(out), "--overwrite", "--quiet", "--workers", "1")
        ],
    }
    found: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    for number in range(-1, rounds):
        for name, command in commands.items():
            spent = _spent(command)
            if number >= 0:
                found[name].append(spent)
    return {
        name: {
            "seconds": median(s["seconds"] for s in all_spent),
            "least_seconds": min(s["seconds"] for s in all_spent),
            "cpu_seconds": median(s["cpu_seconds"] for s in all_spent),
        }
        for name, all_spent in found.items()
    }


def runs(
    file: Callable[[int], Path], sizes: Sequence[int], workers: Sequence[int], out: Path, say: Callable[[str], None]
) -> list[dict[str, Any]]:
    """``extract run`` on the first N articles, by one worker for each size, by more for the largest."""
    made = []
    for size in sizes:
        path = file(size)
        for number in workers if size == max(sizes) else (1,):
            command = [_EXTRACT, "run", str(path), "--out", str(out), "--overwrite", "--quiet", "--no-report"]
            spent = _spent([*command, "--workers", str(number)])
            made.append({"articles": size, "workers": number, **spent})
            say(f"{size:,} articles, {number} workers: {spent['seconds']:.1f} s, {spent['peak_mb']:.0f} MB")
    return made
