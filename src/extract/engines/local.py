"""A stream of articles through the pipeline on this machine, in this process or in several.

The unit of work is a shard: a worker takes one, makes its part files and gives back their record, so that
nothing large travels back and the order of arrival does not matter. No more shards are read than there are
workers. A worker that dies (out of memory, a fault in compiled code) is replaced; the article that killed two
becomes a reject.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing as mp
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from extract.records import Article, Reject
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

Factory = Callable[[], Stages]  # to be picklable where processes are spawned: partial(Pipeline, rules)


def run(
    items: Iterable[Article | Reject],
    factory: Factory,
    out: str | Path,
    *,
    config_key: str,
    versions: Mapping[str, str] | None = None,
    inputs: Sequence[str] = (),
    workers: int = 1,
    overwrite: bool = False,
    resume: bool = False,
    shard_articles: int = SHARD_ARTICLES,
    shard_characters: int = SHARD_CHARACTERS,
    progress: Progress | None = None,
) -> RunSummary:
    """Takes ``items`` through the stages into the dataset at ``out``.

    Args:
        items: articles, and what could not be read, in reading order. Read once, a shard at a time.
        factory: makes the stages; called once, or once a worker where processes cannot be forked.
        config_key: changes whenever the stages may give something else; part of the key by which ``resume``
            knows the shards it may keep.
        versions: further entries of ``versions`` in the manifest (hashes of rules and model).
        inputs: what the user named as input, for the manifest.
        workers: number of processes.
        progress: called with the articles and code points done since the last call.

    Raises:
        OutputError: ``out`` is no folder, or holds a dataset and neither ``overwrite`` nor ``resume`` is set.
    """
    began = time.monotonic()
    forks = sys.platform == "linux"  # elsewhere forking is missing, or unsafe with the system's libraries
    if workers <= 1 or forks:
        factory = partial(_same, factory())  # made before forking, so that all workers share its memory
    job = _Job(factory, Path(out), config_key, resume)
    folder.prepare(job.out, overwrite=overwrite, resume=resume)
    shards = cut(items, shard_articles, shard_characters)
    meter = _Meter(progress)
    if workers <= 1:
        records = _in_process(job, shards, meter)
    else:
        records = _in_workers(job, shards, meter, workers, mp.get_context("fork" if forks else "spawn"))
    done = kept = 0
    for record in records:
        done += 1
        kept += bool(record.get("kept"))
    return finish(
        job.out,
        done,
        versions=versions or {},
        inputs=inputs,
        seconds=time.monotonic() - began,
        shards_kept=kept,
        workers=workers,
    )


@dataclass(frozen=True, slots=True)
class _Job:
    """What a worker has to know beside the shard."""

    factory: Factory
    out: Path
    config_key: str
    resume: bool


def _same(stages: Stages) -> Stages:
    return stages


class _Meter:
    """Turns 'shard s is at item n' into calls of ``progress``, each item once."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.reported: Counter[int] = Counter()

    def reach(self, shard: Shard, place: int) -> None:
        passed = shard.items[self.reported[shard.number] : place]
        if self.progress and passed:
            self.progress(len(passed), sum(len(i.text) for i in passed if isinstance(i, Article)))
            self.reported[shard.number] = place

    def close(self, shard: Shard) -> None:
        self.reach(shard, len(shard.items))
        self.reported.pop(shard.number, None)


def _in_process(job: _Job, shards: Iterable[Shard], meter: _Meter) -> Iterator[dict[str, Any]]:
    stages = job.factory()
    for shard in shards:
        began = partial(meter.reach, shard)
        yield run_shard(shard, stages, job.out, job.config_key, resume=job.resume, began=began)
        meter.close(shard)


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    shard: Shard | None = None
    fatal: frozenset[int] = frozenset()
    place: int = -1  # of the item it is at


def _in_workers(
    job: _Job, shards: Iterable[Shard], meter: _Meter, workers: int, context: BaseContext
) -> Iterator[dict[str, Any]]:
    # All are forked before the first article is read: readers may start threads, which do not survive a fork.
    team = [_hire(job, context) for _ in range(workers)]
    tasks = ((shard, frozenset[int]()) for shard in shards)
    again: list[tuple[Shard, frozenset[int]]] = []
    deaths: Counter[tuple[int, int]] = Counter()
    try:
        while True:
            for worker in team:
                task = None if worker.shard else again.pop() if again else next(tasks, None)
                if task:
                    worker.shard, worker.fatal, worker.place = *task, -1
                    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # died while idle: seen below
                        worker.connection.send(task)
            busy = [worker.connection for worker in team if worker.shard]
            if not busy:
                return
            ready = wait(busy)
            for n, worker in enumerate(team):
                if worker.connection not in ready or worker.shard is None:
                    continue
                try:
                    message = worker.connection.recv()
                except (EOFError, ConnectionResetError):
                    again.append((worker.shard, worker.fatal | _blame(worker, worker.shard, deaths)))
                    team[n] = _hire(job, context)
                    continue
                if isinstance(message, BaseException):
                    raise message
                if isinstance(message, int):
                    worker.place = message
                    meter.reach(worker.shard, message)
                else:
                    meter.close(worker.shard)
                    worker.shard = None
                    yield message
    finally:
        for worker in team:
            worker.process.terminate()
        for worker in team:
            worker.process.join()


def _hire(job: _Job, context: BaseContext) -> _Worker:
    ours, theirs = context.Pipe()
    arguments = (job, theirs, ours)
    process = context.Process(target=_work, args=arguments, daemon=True)  # type: ignore[attr-defined]
    process.start()
    theirs.close()  # so that the end of the process is the end of the pipe
    return _Worker(process, ours)


def _blame(worker: _Worker, shard: Shard, deaths: Counter[tuple[int, int]]) -> frozenset[int]:
    """The place of the item on which the worker died, if another one had died on it before."""
    worker.process.join()
    deaths[shard.number, worker.place] += 1
    if deaths[shard.number, worker.place] < 2:
        return frozenset()  # memory may have been short because of the others
    if not 0 <= worker.place < len(shard.items):
        code = worker.process.exitcode
        raise RuntimeError(f"a worker died twice (exit code {code}) between articles, in shard {shard.number}")
    return frozenset({worker.place})


def _work(job: _Job, connection: Connection, other_end: Connection) -> None:
    """The life of a worker: shards in, records out, until the other end closes."""
    other_end.close()  # inherited; as long as anyone holds it, it does not count as closed
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the one that started us decides

    try:
        stages = job.factory()
        gc.freeze()  # what is there now stays: looking at it again and again would also unshare its memory
        while True:
            shard, fatal = connection.recv()
            record = run_shard(
                shard, stages, job.out, job.config_key, resume=job.resume, fatal=fatal, began=connection.send
            )
            connection.send(record)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    except Exception as fault:
        connection.send(fault)
