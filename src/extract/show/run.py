"""What a run says while it goes and when it is done: progress on stderr and in the log, a summary on stdout."""

from __future__ import annotations

import logging
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from extract import __version__
from extract.show.terminal import console

if TYPE_CHECKING:
    from extract.files import Place
    from extract.read import Position
    from extract.write.manifest import RunSummary

LOG_EVERY = 5.0  # seconds between two lines where stderr is no terminal
LOG_FILE_EVERY = 10.0  # and in the log
_RECENT = 12  # lines over which the remaining time is reckoned: what is resumed goes faster at first
_log = logging.getLogger(__name__)

Count = Callable[[int, int], None]  # called with the articles and code points done since the last call


@contextmanager
def log_start(inputs: Sequence[str], out: Place, config_key: str) -> Iterator[None]:
    """Logs that a run starts, and if so that it stops before its end, and why."""
    fields = {"inputs": list(inputs), "out": str(out), "version": __version__, "config": config_key}
    _log.info("run of %s into %s", ", ".join(inputs), out, extra={"fields": fields})
    try:
        yield
    except BaseException as stop:
        _log.error("stopped: %s", str(stop) or type(stop).__name__, extra={"fields": {"reason": type(stop).__name__}})
        raise


def log_end(done: RunSummary) -> None:
    fields = {"counts": done.counts, "rejects": done.rejects, "characters": done.characters, "shards": done.shards}
    more = {"shards_kept": done.shards_kept, "seconds": round(done.seconds, 3)}
    _log.info("done: %d articles in %.1f s", done.counts["articles"], done.seconds, extra={"fields": fields | more})


@contextmanager
def progress(*, quiet: bool, position: Position | None = None, limit: int | None = None) -> Iterator[Count | None]:
    """Counts articles on stderr: live in a terminal, else a line now and then; nothing if ``quiet``. And in the log.

    With ``position`` (where the reading is) or ``limit`` (articles) it says how long the rest may take.
    """
    log = _counter(_to_log, LOG_FILE_EVERY, position, limit) if _log.isEnabledFor(logging.INFO) else None
    if quiet:
        yield log
    elif sys.stderr.isatty():
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=console(stderr=True), transient=True) as bar:
            task = bar.add_task("starting")
            live = _counter(lambda done: bar.update(task, description=str(done)), 0.5, position, limit)
            yield _both(live, log)
    else:
        yield _both(_counter(_to_stderr, LOG_EVERY, position, limit), log)


@dataclass(frozen=True, slots=True)
class _Done:
    """So far: ``remaining`` in seconds, None where that cannot be told."""

    articles: int
    characters: int
    seconds: float
    remaining: float | None

    def __str__(self) -> str:
        rates = f"{self.articles / self.seconds:,.1f} articles/s, {self.characters / self.seconds:,.0f} characters/s"
        rest = "" if self.remaining is None else f", about {_time(self.remaining)} left"
        return f"{self.articles:,} articles, {rates}{rest}"


def _time(seconds: float) -> str:
    minutes, hours = seconds / 60, seconds / 3600
    return f"{seconds:.0f} s" if minutes < 2 else f"{minutes:.0f} min" if hours < 2 else f"{hours:,.1f} h"


def _to_stderr(done: _Done) -> None:
    print(f"{done}, {done.seconds:,.0f} s", file=sys.stderr, flush=True)


def _to_log(done: _Done) -> None:
    _log.info("%s", done, extra={"fields": asdict(done)})


def _both(first: Count, second: Count | None) -> Count:
    def count(articles: int, characters: int) -> None:
        first(articles, characters)
        if second is not None:
            second(articles, characters)

    return count


def _counter(tell: Callable[[_Done], object], every: float, position: Position | None, limit: int | None) -> Count:
    began = told = time.monotonic()
    articles = characters = 0
    recent: deque[tuple[float, float]] = deque(maxlen=_RECENT)  # seconds, share that was done

    def share() -> float:
        """Of the whole: what has been read of the files, and of that what has been worked on."""
        of_limit = articles / limit if limit else 0.0
        if not (position and position.total and position.found):
            return of_limit
        return max(of_limit, position.bytes() / position.total * articles / position.found)

    def count(more_articles: int, more_characters: int) -> None:
        nonlocal articles, characters, told
        articles += more_articles
        characters += more_characters
        now = time.monotonic()
        if now - told >= every:
            told = now
            recent.append((now - began, min(1.0, share())))
            tell(_Done(articles, characters, now - began, _remaining(*recent[0], *recent[-1])))

    return count


def _remaining(seconds_then: float, share_then: float, seconds: float, share: float) -> float | None:
    """Seconds until the whole is done, at the pace from one moment to another; the first counts from the start."""
    if seconds == seconds_then:
        seconds_then = share_then = 0.0
    return (1 - share) * (seconds - seconds_then) / (share - share_then) if share > share_then else None


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
