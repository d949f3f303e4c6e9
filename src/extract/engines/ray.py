"""A stream of records through the pipeline on a Ray cluster: the same bytes as on one machine.

The driver finds the records, cuts the shards, keeps the lock and writes the manifest, as the local engine does. Actors
take one shard each, read its articles and write its parts; what comes back is the shard's record. An actor whose
process or node dies is replaced, and its shard done again.

Plain actors, not Ray Data: a shard is a task with an effect, of which one has to know that it is done; the driver feeds
them from a stream that it never holds, and an article that kills or hangs its process has to be found among a thousand.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from extract.engines import EngineError
from extract.engines.local import HANGS_AFTER, Factory, Job, Meter, Team
from extract.files import Remote, place
from extract.records import Item
from extract.write import folder
from extract.write.manifest import RunSummary, finish
from extract.write.schemas import schema_hash
from extract.write.shards import SHARD_ARTICLES, SHARD_CHARACTERS, Progress, Shard, Stages, cut

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_NUM_REDIS_GET_RETRIES", "2")  # each takes 40 seconds
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # else a warning about graphics cards
try:
    import ray
except ImportError:
    raise EngineError(
        "--engine ray: Ray is not installed; pip install 'extract-vn[ray]', or use --engine local"
    ) from None

_TRIES = 4  # of a shard: so many actors may die on it, or fail to read or write
_PATIENCE = 60.0  # seconds without any actor until that is said
_OWN_STORE = 256 * 2**20  # bytes of shared memory for shards under way, where no cluster is given


def run(
    items: Iterable[Item],
    factory: Factory,
    out: str | Path | Remote,
    *,
    config_key: str,
    address: str | None = None,
    versions: Mapping[str, str] | None = None,
    inputs: Sequence[str] = (),
    workers: int | None = None,
    overwrite: bool = False,
    resume: bool = False,
    shard_articles: int = SHARD_ARTICLES,
    shard_characters: int = SHARD_CHARACTERS,
    hangs_after: float = HANGS_AFTER,
    progress: Progress | None = None,
    say: Callable[[str], object] = lambda _line: None,
) -> RunSummary:
    """Takes ``items`` through the stages into the dataset at ``out``, as ``local.run`` does.

    Args:
        factory: makes the stages, on every actor once; travels there.
        out: every node must see it under this name, as it must see the inputs.
        address: of the cluster, such as "10.0.0.1:6379" or "auto"; without it, and without RAY_ADDRESS, a small one
            is started on this machine, and ended with the run.
        workers: number of actors, each of one core; as many as the cluster has cores now if not given.
        say: called with a line for people when actors are waited for or replaced.

    Raises:
        EngineError: no cluster at ``address``; a node that has another version, or does not see ``out``.
        OutputError: as ``local.run``.
    """
    began = time.monotonic()
    out = place(out)
    with _connected(address, workers), folder.opened(out, overwrite=overwrite, resume=resume):
        workers = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
        checked = _Checked(factory, config_key, _versions_here())
        job = Job(checked, out.absolute(), config_key, resume, 0, None)
        shards = cut(items, shard_articles, shard_characters)
        records = _on_actors(job, shards, Meter(progress), workers, hangs_after, say)
        return finish(out, records, versions=versions or {}, inputs=inputs, began=began, workers=workers)


@dataclass(frozen=True, slots=True)
class _Checked:
    """Makes the stages on a node, if they are those of the driver."""

    factory: Factory
    config_key: str
    versions: str

    def __call__(self) -> Stages:
        stages = self.factory()
        theirs = getattr(stages, "config_key", self.config_key), _versions_here()
        if theirs != (self.config_key, self.versions):
            raise EngineError(
                f"node {socket.gethostname()}: its extract, rules, models or libraries differ from those that started "
                f"the run ({theirs[1]} there, {self.versions} here); install the same versions on every node"
            )
        return stages


def _versions_here() -> str:
    return f"schema {schema_hash()}, pyarrow {pa.__version__}"


@dataclass(frozen=True, slots=True)
class Shipped:
    """``build(folders)`` where these folders of rules are not there: their files travel along."""

    build: Callable[[tuple[Path, ...]], Stages]
    files: tuple[dict[str, bytes], ...]  # of each folder

    @classmethod
    def of(cls, build: Callable[[tuple[Path, ...]], Stages], folders: Iterable[Path]) -> Shipped:
        return cls(build, tuple({p.name: p.read_bytes() for p in f.iterdir() if p.is_file()} for f in folders))

    def __call__(self) -> Stages:
        with tempfile.TemporaryDirectory() as home:
            folders = tuple(Path(home, str(n)) for n in range(len(self.files)))
            for path, files in zip(folders, self.files):
                path.mkdir()
                for name, data in files.items():
                    (path / name).write_bytes(data)
            return self.build(folders)


class _Actor:
    """On a node: one process that holds the stages, and this one, which sees when it dies or hangs.

    The process is not forked: this one has Ray's threads.
    """

    def __init__(self, job: Job, hangs_after: float) -> None:
        self._job, self._hangs_after = replace(job, parent=os.getpid()), hangs_after

    def ready(self) -> None:
        """Comes back once there is a node for it. Raises EngineError where that is not fit for the run."""
        if isinstance(self._job.out, Path) and not (self._job.out / "_tmp").is_dir():
            raise EngineError(
                f"node {socket.gethostname()} does not see {self._job.out}; "
                "--out has to be a folder all nodes share, or a URI"
            )
        self._team = Team(self._job, Meter(None), 1, mp.get_context("spawn"), self._hangs_after)

    def do(self, shard: Shard) -> dict[str, Any]:
        self._team.take(shard)
        while True:
            for record in self._team.look():
                return record


def _on_actors(
    job: Job, shards: Iterable[Shard], meter: Meter, workers: int, hangs_after: float, say: Callable[[str], object]
) -> Iterator[dict[str, Any]]:
    """The record of each shard, as they are done. No more shards are held than there are actors, and one."""
    remote = ray.remote(num_cpus=1, max_restarts=0, scheduling_strategy="SPREAD")(_Actor)
    arguments = ray.put(job), hangs_after
    coming: dict[Any, Any] = {}  # what it gives back -> actor
    working: dict[Any, tuple[Any, Shard]] = {}
    idle: list[Any] = []
    again: list[Shard] = []
    tries: Counter[str] = Counter()

    def hire() -> None:
        actor = remote.remote(*arguments)
        coming[actor.ready.remote()] = actor

    for _ in range(workers):
        hire()
    source = iter(shards)
    ahead = next(source, None)
    heard = time.monotonic()
    while again or ahead or working:
        while idle and (again or ahead):
            if again:
                shard = again.pop()
            elif ahead:
                shard, ahead = ahead, next(source, None)
            actor = idle.pop()
            working[actor.do.remote(shard)] = actor, shard
        done, _ = ray.wait([*working, *coming], timeout=_PATIENCE)
        if not (done or working) and time.monotonic() - heard > _PATIENCE:
            say(f"no core of the cluster is free for this run, for {time.monotonic() - heard:,.0f} s now")
        for ref in done:
            heard = time.monotonic()
            actor, given = working.pop(ref) if ref in working else (coming.pop(ref), None)
            try:
                record = ray.get(ref)
            except ray.exceptions.RayError as error:
                fault = _fault(error)
                what = f"shard {given.number}" if given else "start of an actor"
                tries[what] += 1
                if fault is not None and not isinstance(fault, OSError):
                    raise fault from None
                if tries[what] >= (_TRIES if given else _TRIES + workers):
                    raise fault or EngineError(
                        f"{what}: failed {tries[what]} times, the last with: {_gist(error)}; `ray logs` on the "
                        f"node may tell why, --resume goes on from here"
                    ) from None
                say(f"{what}: tried again after: {fault or _gist(error)}")
                if given:
                    again.append(given)
                ray.kill(actor)
                hire()
                continue
            idle.append(actor)
            if given is None:
                tries["start of an actor"] = 0
            else:
                meter.close(given, record["read"])
                yield record


def _fault(error: Exception) -> Exception | None:
    """What was raised on an actor, or None where the actor or its node has died."""
    cause = getattr(error, "cause", None)
    return cause if isinstance(error, ray.exceptions.RayTaskError) and isinstance(cause, Exception) else None


def _gist(error: Exception) -> str:
    """The line of Ray's page of text that says most: the last of a traceback, the first of everything else."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return lines[-1 if "traceback" in str(error).lower() or "creation task" in lines[0] else 0][:300]


@contextmanager
def _connected(address: str | None, workers: int | None) -> Iterator[None]:
    """A connection to the cluster, or to one that lasts as long. What is running in it ends with the context."""
    address = address or os.environ.get("RAY_ADDRESS")
    on_sigterm = signal.getsignal(signal.SIGTERM)
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    if not address:  # Ray takes 127.0.0.1 for the address that others see, and listens there
        options |= {"_node_ip_address": "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"}
        options |= {
            "num_cpus": workers or os.cpu_count(),
            "object_store_memory": _OWN_STORE,
            "include_dashboard": False,
        }
    try:
        _answers(address or "")
        ray.init(address or "local", **options)
    except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise EngineError(f"--ray-address {address or '(none)'}: no Ray cluster there: {_gist(error)}") from None
    try:
        if threading.current_thread() is threading.main_thread():  # Ray has put its own there
            signal.signal(signal.SIGTERM, on_sigterm)
        yield
    finally:
        ray.shutdown()


def _answers(address: str) -> None:
    """Raises OSError where nobody listens at host:port; Ray itself takes minutes to say so."""
    host, _, port = address.rpartition(":")
    if host and port.isdigit() and "/" not in host:
        socket.create_connection((host.strip("[]"), int(port)), timeout=10).close()
