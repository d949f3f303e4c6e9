"""A stream of records through the pipeline on this machine, in this process or in several.

The unit of work is a shard: a worker takes one, reads its articles, makes its part files and gives back their
record, so that nothing large travels back and the order of arrival does not matter. One shard more is held than
there are workers. A worker that dies (out of memory, a fault in compiled code) or hangs is replaced; the article
on which three died becomes a reject.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import multiprocessing as mp
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from extract.engines import EngineError, no_collection
from extract.files import Place, Remote, place
from extract.records import MEMORY_ERRORS, Article, Item, Unread
from extract.write import folder
from extract.write.manifest import RunSummary, finish
from extract.write.shards import (
    SHARD_ARTICLES,
    SHARD_CHARACTERS,
    Progress,
    Shard,
    Stages,
    cut,
    run_shard,
)
from extract.write.tables import keep_pandas_out

Factory = Callable[[], Stages]  # to be picklable where processes are spawned: partial(Pipeline, rules)
HANGS_AFTER = 120.0  # seconds on one article, beside a second for each 2,000 characters of it
_SLOWEST = 2000
_BETWEEN = 5  # times as long may pass between articles: a disk may take its time
_DEATHS = 3  # on one article, until it is given up
_SHORTAGES = 9  # of memory in one shard, on whichever articles, until the run is given up
_OUT_OF_MEMORY = 78  # exit code of a worker
_MEMORY = -2  # stands for a step where these are counted
_log = logging.getLogger(__name__)
_LOOK_EVERY = 0.2  # seconds


def run(
    items: Iterable[Item],
    factory: Factory,
    out: str | Path | Remote,
    *,
    config_key: str,
    versions: Mapping[str, str] | None = None,
    inputs: Sequence[str] = (),
    workers: int = 1,
    overwrite: bool = False,
    resume: bool = False,
    shard_articles: int = SHARD_ARTICLES,
    shard_characters: int = SHARD_CHARACTERS,
    hangs_after: float = HANGS_AFTER,
    progress: Progress | None = None,
    fork: bool = True,
) -> RunSummary:
    """Takes ``items`` through the stages into the dataset at ``out``.

    Args:
        items: articles, read or to be read by a worker, and what could not be read, in reading order. Taken
            once, a shard at a time.
        factory: makes the stages; called once, or once a worker where processes cannot be forked.
        config_key: changes whenever the stages may give something else; part of the key by which ``resume``
            knows the shards it may keep.
        versions: further entries of ``versions`` in the manifest (hashes of rules and model).
        inputs: what the user named as input, for the manifest.
        workers: number of processes.
        hangs_after: seconds until a worker that is at one article is taken to hang; longer for a long article.
        fork: where that is possible; not after a file system has been used that starts threads, as those of URIs do.
        progress: called with the articles and code points done since the last call.

    Raises:
        OutputError: ``out`` is no folder, another run writes there, or it holds a dataset and neither
            ``overwrite`` nor ``resume`` is set.
    """
    began = time.monotonic()
    forks = fork and sys.platform == "linux"  # elsewhere forking is missing, or unsafe with the system's libraries
    if workers <= 1 or forks:
        factory = partial(_same, factory())  # made before forking, so that all workers share its memory
    out = place(out)
    with folder.opened(out, overwrite=overwrite, resume=resume) as lock:
        job = Job(factory, out, config_key, resume, os.getpid(), lock if forks else None)
        shards = cut(items, shard_articles, shard_characters)
        meter = Meter(progress)
        if workers <= 1:
            records = _in_process(job, shards, meter)
        else:
            context = mp.get_context("fork" if forks else "spawn")
            records = _in_workers(job, shards, meter, workers, context, hangs_after)
        return finish(out, records, versions=versions or {}, inputs=inputs, began=began, workers=workers)


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker has to know beside the shard."""

    factory: Factory
    out: Place
    config_key: str
    resume: bool
    parent: int  # process id
    lock: int | None  # file that a forked worker inherits, and must not hold


def _same(stages: Stages) -> Stages:
    return stages


class Meter:
    """Turns 'shard s is at step n' into calls of ``progress``, each item once."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.reported: dict[int, tuple[int, int]] = {}

    def reach(self, shard: Shard, step: int, characters: int) -> None:
        place = step // 2
        before, characters_before = self.reported.get(shard.number, (0, 0))
        if self.progress and place > before:
            self.reported[shard.number] = place, characters
            self.progress(place - before, characters - characters_before)

    def close(self, shard: Shard, characters: int) -> None:
        self.reach(shard, 2 * len(shard.items), characters)
        self.reported.pop(shard.number, None)


def _in_process(job: Job, shards: Iterable[Shard], meter: Meter) -> Iterator[dict[str, Any]]:
    stages = job.factory()
    gc.freeze()  # what is there now stays, and need not be looked at again and again
    try:
        for shard in shards:
            record = _run_here(job, shard, stages, meter)
            meter.close(shard, record["read"])
            yield record
    finally:
        gc.unfreeze()


def _run_here(job: Job, shard: Shard, stages: Stages, meter: Meter) -> dict[str, Any]:
    """``run_shard``; an article for which there is not enough memory becomes a reject, as where a worker dies."""
    fatal: frozenset[int] = frozenset()
    deaths: Counter[tuple[int, int]] = Counter()
    at = -1

    def reach(step: int, characters: int) -> None:
        nonlocal at
        at = step
        meter.reach(shard, step, characters)

    while True:
        try:
            with no_collection():
                return run_shard(shard, stages, job.out, job.config_key, resume=job.resume, fatal=fatal, reach=reach)
        except MEMORY_ERRORS:
            pass  # not in here, where the traceback holds on to all that filled the memory
        gc.collect()
        fatal |= _blame(shard, at, deaths, _OUT_OF_MEMORY)


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    place: Any  # shared: the step it is at, and the characters it has read of the shard
    shard: Shard | None = None
    fatal: frozenset[int] = frozenset()
    step: int = -1  # when last looked at, and since when
    since: float = field(default_factory=time.monotonic)

    def take(self, shard: Shard, fatal: frozenset[int]) -> None:
        self.shard, self.fatal = shard, fatal
        self.place[:] = -1, 0
        self.step, self.since = -1, time.monotonic()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it died while idle, which is seen later
            self.connection.send((shard, fatal))

    def hangs(self, seconds: float) -> bool:
        """Whether it has been at one article, or at beginning or writing a shard, for too long."""
        step = self.place[0]
        if self.shard is None or step != self.step:
            self.step, self.since = step, time.monotonic()
            return False
        if not 0 <= step < 2 * len(self.shard.items):
            return time.monotonic() - self.since > _BETWEEN * seconds
        item = self.shard.items[step // 2]
        size = len(item.text) if isinstance(item, Article) else item.size if isinstance(item, Unread) else 0
        return time.monotonic() - self.since > seconds + size / _SLOWEST


def _in_workers(
    job: Job, shards: Iterable[Shard], meter: Meter, workers: int, context: BaseContext, hangs_after: float
) -> Iterator[dict[str, Any]]:
    # All are hired before the first article is read: readers may start threads, which do not survive a fork.
    with Team(job, meter, workers, context, hangs_after) as team:
        source = iter(shards)
        ahead = next(source, None)
        while ahead or team.busy:
            while ahead and team.idle:
                team.take(ahead)
                ahead = next(source, None)
            yield from team.look()


class Team:
    """Processes that each work at one shard; one that dies or hangs is replaced, and its shard done again."""

    def __init__(self, job: Job, meter: Meter, workers: int, context: BaseContext, hangs_after: float) -> None:
        self._job, self._meter, self._context, self._hangs_after = job, meter, context, hangs_after
        self._team = [_hire(job, context) for _ in range(workers)]
        self._deaths: Counter[tuple[int, int]] = Counter()

    def __enter__(self) -> Team:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._team:
            worker.process.kill()  # SIGTERM would wait for one that is stopped
        for worker in self._team:
            worker.process.join()

    @property
    def busy(self) -> bool:
        return any(worker.shard for worker in self._team)

    @property
    def idle(self) -> bool:
        return any(worker.shard is None for worker in self._team)

    def take(self, shard: Shard) -> None:
        """Gives ``shard`` to one that is idle."""
        next(worker for worker in self._team if worker.shard is None).take(shard, frozenset())

    def look(self) -> Iterator[dict[str, Any]]:
        """Waits a moment; the records of the shards that are done by then. Raises what stopped a worker."""
        ready = wait([worker.connection for worker in self._team if worker.shard], timeout=_LOOK_EVERY)
        for n, worker in enumerate(self._team):
            shard = worker.shard
            if shard is None:
                continue
            self._meter.reach(shard, *worker.place)
            if worker.hangs(self._hangs_after):
                _log.warning("worker hangs in shard %d: killed", shard.number)
                worker.process.kill()
                worker.since = time.monotonic()  # said and done once
            if worker.connection not in ready:
                continue
            try:
                message = worker.connection.recv()
            except (EOFError, ConnectionResetError):
                worker.process.join()
                fatal = worker.fatal | _blame(shard, worker.place[0], self._deaths, worker.process.exitcode)
                self._team[n] = _hire(self._job, self._context)
                self._team[n].take(shard, fatal)
                continue
            if isinstance(message, BaseException):
                raise message
            self._meter.close(shard, message["read"])
            worker.shard = None
            yield message


def _hire(job: Job, context: BaseContext) -> _Worker:
    ours, theirs = context.Pipe()
    place = context.RawArray(ctypes.c_longlong, (-1, 0))
    arguments = (job, theirs, ours, place)
    process = context.Process(target=_work, args=arguments, daemon=True)  # type: ignore[attr-defined]
    process.start()
    theirs.close()  # so that the end of the process is the end of the pipe
    return _Worker(process, ours, place)


def _blame(shard: Shard, step: int, deaths: Counter[tuple[int, int]], code: int | None) -> frozenset[int]:
    """The step on which a worker died with exit code ``code``, if others had died on it before.

    Raises:
        EngineError: the reason is no article.
    """
    at_article = 0 <= step < 2 * len(shard.items)
    source = shard.items[step // 2].source if at_article else "no article"
    how = "ran out of memory" if code == _OUT_OF_MEMORY else f"died (exit code {code})"
    _log.warning("worker %s at %s, in shard %d", how, source, shard.number)
    deaths[shard.number, step] += 1
    if code == _OUT_OF_MEMORY:
        deaths[shard.number, _MEMORY] += 1
        if deaths[shard.number, _MEMORY] > _SHORTAGES:
            raise EngineError(
                f"out of memory {_SHORTAGES + 1} times in shard {shard.number}, last at {source}: with fewer "
                "--workers, or more memory, --resume goes on from here"
            )
    if deaths[shard.number, step] < _DEATHS:
        return frozenset()  # memory may have been short because of the others
    if not at_article:
        raise EngineError(f"workers {how} {_DEATHS} times between articles, in shard {shard.number}")
    return frozenset({step})


def _work(job: Job, connection: Connection, other_end: Connection, place: Any) -> None:
    """The life of a worker: shards in, records out, until the other end closes."""
    other_end.close()  # inherited; as long as anyone holds it, it does not count as closed
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the one that started us decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if job.lock is not None:
        os.close(job.lock)

    def reach(step: int, characters: int) -> None:
        if os.getppid() != job.parent:
            raise EOFError  # killed: nobody wants the rest
        place[:] = step, characters

    try:
        keep_pandas_out()
        stages = job.factory()
        gc.freeze()  # what is there now stays; looking at it would also unshare its memory
        while True:
            shard, fatal = connection.recv()
            with no_collection():
                record = run_shard(shard, stages, job.out, job.config_key, resume=job.resume, fatal=fatal, reach=reach)
            connection.send(record)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    except MEMORY_ERRORS:
        os._exit(_OUT_OF_MEMORY)  # nothing can be relied on in here; a new process has all its memory before it
    except Exception as fault:
        connection.send(fault)
