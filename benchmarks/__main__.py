"""The whole benchmark in one run: a table on stdout, everything in JSON.

    make bench CORPUS="articles.parquet more/"        or   python benchmarks ARTICLES... [options]

ARTICLES as for ``extract run``; where they are fewer than the largest size, they are repeated with other numbers
and names. Ratios have their least and most over the rounds.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import sys
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import processes
import speed
from articles import texts, write_jsonl

PEERS = ("underthesea ner", "underthesea word_tokenize", "pyvi")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--per-round", type=int, default=200, help="articles in each round")
    parser.add_argument("--sizes", default="1000,3000,12000", help="articles in the runs that measure growth")
    parser.add_argument("--workers", default="1,2", help="processes in the runs on the largest size")
    parser.add_argument("--json", type=Path, help="where the figures go")
    parser.add_argument("--markdown", type=Path, help="where the table goes, beside stdout")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",") if size]
    workers = [int(number) for number in options.workers.split(",")]

    corpus = texts(options.articles, max([*sizes, options.per_round * (options.rounds + 1)]))
    figures: dict[str, Any] = {"machine": _machine(), "rounds": options.rounds, "per_round": options.per_round}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        home = Path(name)
        one = home / "one.txt"
        one.write_text(max(corpus[:20], key=len), encoding="utf-8")
        figures["start_up"] = processes.start_up(one, home / "one", options.rounds)

        @cache
        def file(size: int) -> Path:
            return write_jsonl(home / f"{size}.jsonl", corpus[:size])

        figures["runs"] = processes.runs(file, sizes, workers, home / "out", _say)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # one core for everyone, also for threads
    figures["rates"] = speed.measure(corpus, options.rounds, options.per_round, _say)
    figures["load_after"] = os.getloadavg()[0]
    report = "\n".join(_report(figures))
    print(report)
    if options.markdown:
        options.markdown.write_text(report + "\n", encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _machine() -> dict[str, Any]:
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text().splitlines() if cpu.exists() else []
    packages = ("extract-vn", "underthesea", "pyvi", "pyarrow", "regex")
    return {
        "date": dt.date.today().isoformat(),
        "cpu": next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.processor()),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
        "versions": {name: version(name) for name in packages},
    }


def _report(figures: dict[str, Any]) -> list[str]:
    machine, rates = figures["machine"], figures["rates"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    lines = [
        f"{machine['date']}, {machine['cpu']}, {machine['cores']} cores, Python {machine['python']}, {versions}; "
        f"load {machine['load_before']:.1f} before, {figures['load_after']:.1f} after.",
        "",
        f"One core, {figures['rounds']} rounds of {figures['per_round']} articles each; thousand characters per CPU "
        "second (median), and how many times a peer (median, least to most over the rounds):",
        "",
        "| | thousand characters/s | × ner | × word_tokenize | × pyvi |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, found in rates.items():
        cells = []
        for peer in PEERS:
            middle, least, most = speed.ratios(rates, name, peer)
            cells.append(f"{middle:,.2f} ({least:,.2f}–{most:,.2f})" if middle < 100 else f"{middle:,.0f}")
        lines.append(f"| {name} | {sorted(found)[len(found) // 2] / 1e3:,.0f} | {' | '.join(cells)} |")
    middle, least, most = speed.ratios(rates, "floor: read and write", "whole run")
    lines += ["", f"The floor is {middle:.1f} ({least:.1f}–{most:.1f}) times as fast as the whole run."]
    lines += ["", "| start-up | s | least | CPU s |", "| --- | ---: | ---: | ---: |"]
    for name, spent in figures["start_up"].items():
        lines.append(f"| {name} | {spent['seconds']:.2f} | {spent['least_seconds']:.2f} | {spent['cpu_seconds']:.2f} |")
    if figures["runs"]:
        lines += ["", "| articles | workers | s | CPU s | peak MB of a process | load before |"]
        lines += ["| ---: | ---: | ---: | ---: | ---: | ---: |"]
    for run in figures["runs"]:
        lines.append(
            f"| {run['articles']:,} | {run['workers']} | {run['seconds']:.1f} | {run['cpu_seconds']:.1f} "
            f"| {run['peak_mb']:.0f} | {run['load_before']:.1f} |"
        )
    alone = {run["articles"]: run for run in figures["runs"] if run["workers"] == 1}
    for run in figures["runs"]:
        if run["workers"] > 1 and run["articles"] in alone:
            base = alone[run["articles"]]
            lines.append("")
            lines.append(
                f"{run['workers']} workers are {base['seconds'] / run['seconds']:.2f} times as fast as one "
                f"({run['cpu_seconds'] / base['cpu_seconds']:.2f} times the CPU seconds)."
            )
    return lines


if __name__ == "__main__":
    main()
