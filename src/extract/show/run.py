"""What a run says while it goes and when it is done: progress on stderr, a summary on stdout."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from extract.show.terminal import console

if TYPE_CHECKING:
    from extract.write.manifest import RunSummary

LOG_EVERY = 5.0  # seconds between two lines where stderr is no terminal

Count = Callable[[int, int], None]  # called with the articles and code points done since the last call


@contextmanager
def progress(*, quiet: bool) -> Iterator[Count | None]:
    """Counts articles on stderr: live in a terminal, else a line now and then; nothing if ``quiet``."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=console(stderr=True), transient=True) as bar:
            task = bar.add_task("starting")
            yield _counter(lambda line: bar.update(task, description=line), every=0.1)
    else:
        began = time.monotonic()
        yield _counter(lambda line: _log(f"{line}, {time.monotonic() - began:,.0f} s"), every=LOG_EVERY)


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _counter(tell: Callable[[str], object], every: float) -> Count:
    began = told = time.monotonic()
    articles = characters = 0

    def count(more_articles: int, more_characters: int) -> None:
        nonlocal articles, characters, told
        articles += more_articles
        characters += more_characters
        now = time.monotonic()
        if now - told >= every:
            told = now
            seconds = now - began
            speed = f"{articles / seconds:,.1f} articles/s, {characters / seconds:,.0f} characters/s"
            tell(f"{articles:,} articles, {speed}")

    return count


def _where_to_look(done: RunSummary, report: Path | None) -> str:
    if not isinstance(done.out, Path):  # pages and views are of folders on this machine
        return f"  extract verify {done.out}\n"
    return (
        f"{f'  {report}' if report else f'  extract report {done.out}'}  charts, lists and examples, in a browser\n"
        f"  extract show {done.out}                      which articles there are\n"
    )


def summary(done: RunSummary, report: Path | None = None) -> RenderableType:
    """Rows of each table, rejects by reason, speed, and where to look next: at ``report``, if one was written."""
    rows = Table(box=None, pad_edge=False, header_style="bold")
    rows.add_column("table")
    rows.add_column("rows", justify="right")
    for table, count in done.counts.items():
        rows.add_row(table, f"{count:,}")
    parts: list[RenderableType] = [rows, Text()]
    if done.rejects:
        reasons = Table(box=None, pad_edge=False, header_style="bold")
        reasons.add_column("rejected for")
        reasons.add_column("records", justify="right")
        for error, count in sorted(done.rejects.items(), key=lambda item: -item[1]):
            reasons.add_row(error, f"{count:,}")
        parts += [reasons, Text()]
    speed = f"{done.characters / done.seconds:,.0f} characters/s" if done.seconds else "at once"
    kept = f" ({done.shards_kept} of {done.shards} parts were there already)" if done.shards_kept else ""
    parts.append(Text(f"{done.characters:,} characters in {done.seconds:,.1f} s: {speed}{kept}"))
    parts.append(
        Text(
            f"Tables: {done.out}/<table>/part-*.parquet. Next:\n"
            f"{_where_to_look(done, report)}"
            f"  python -c 'import extract; print(extract.load(\"{done.out}\").officials)'   (Arrow)"
        )
    )
    return Group(*parts)
