"""A dataset on disk: ``DIR/<table>/part-00000.parquet``, one set of parts for each shard of articles.

Files are written aside in ``DIR/_tmp`` and renamed, so that whatever stands in a table's folder is whole. A
shard is complete when ``DIR/_shards/part-00000.json`` says so, the dataset when there is a ``manifest.json``.
While a run writes there, it holds ``DIR/_lock``.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
import socket
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract.files import Place
from extract.validate.models import TABLES

_log = logging.getLogger(__name__)
_PART = re.compile(r"part-(\d{5,})\.(parquet|json)")


class OutputError(Exception):
    """An output folder that cannot be used; the message says what would be right."""


class OutputExistsError(OutputError):
    """The output folder holds a dataset already."""


class OutputLockedError(OutputError):
    """Another run is writing to the output folder."""


def part_name(number: int) -> str:
    return f"part-{number:05d}"


@contextlib.contextmanager
def opened(out: Place, *, overwrite: bool, resume: bool) -> Iterator[int | None]:
    """``out`` ready for a run, and locked for as long as the context lasts. Gives the lock's file descriptor.

    The lock is the system's: that of a process that was killed is gone with it, and its file means nothing. Where
    the file system knows no locks, the file is the lock, and stale if its process is gone from this machine.

    Raises:
        OutputLockedError: another run holds it.
        OutputExistsError, OutputError: as ``prepare``.
    """
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out}: not a folder")
    out.mkdir(parents=True, exist_ok=True)
    path = out / "_lock"
    lock = _lock(path) if isinstance(path, Path) else None  # object stores know no locks
    try:
        prepare(out, overwrite=overwrite, resume=resume)
        yield lock
    finally:
        with contextlib.suppress(OSError):  # the folder may have become read-only, which is being told already
            path.unlink(missing_ok=True)
        if lock is not None:
            os.close(lock)


def _lock(path: Path) -> int | None:
    """The locked file at ``path``, or None where the system knows no such locks. Raises OutputLockedError."""
    try:
        import fcntl
    except ImportError:
        _own(path)
        return None
    while True:
        was_there = path.exists()
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise OutputLockedError(f"{_held(path)}; wait for it, or give another --out") from None
        except OSError:  # a file system without locks
            if not was_there:
                path.unlink(missing_ok=True)
            os.close(file)
            _own(path)
            return None
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), path.stat()):
                break
        os.close(file)  # the run before removed it in this moment
    if stale := _owner(path):
        _log.warning("%s: the run before has not ended (%s); its lock counts for nothing", path.parent, stale)
    os.truncate(file, 0)
    os.pwrite(file, _this_process(), 0)
    return file


def _own(path: Path) -> None:
    """Makes the file at ``path``, which then says that this process owns the folder. Raises OutputLockedError."""
    while True:
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            owner = re.match(r"process (\d+) on (\S+) ", _owner(path))
            if owner is None or owner[2] != socket.gethostname() or _is_running(int(owner[1])):
                raise OutputLockedError(f"{_held(path)}; if it is no longer running, remove {path}") from None
            _log.warning("%s: the run before has not ended (%s); its lock counts for nothing", path.parent, owner[0])
            path.unlink(missing_ok=True)
            continue
        os.write(file, _this_process())
        os.close(file)
        return


def _this_process() -> bytes:
    now = time.strftime("%Y-%m-%d %H:%M:%S %z")
    return f"process {os.getpid()} on {socket.gethostname()} since {now}\n".encode()


def _owner(path: Path) -> str:
    """What the file of a lock says; empty where there is none."""
    try:
        return path.read_bytes()[:1000].decode("utf-8", "replace").strip()
    except OSError:
        return ""


def _held(path: Path) -> str:
    age = ""
    with contextlib.suppress(OSError):
        age = f", {max(0.0, time.time() - path.stat().st_mtime):,.0f} s ago"
    return f"{path.parent}: another run is writing here ({_owner(path) or 'unknown'}{age})"


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        pass
    return True


def prepare(out: Place, *, overwrite: bool, resume: bool) -> None:
    """Makes ``out`` ready for a run. Never touches a file that is not part of a dataset.

    Raises:
        OutputExistsError: it holds a dataset, and neither ``overwrite`` nor ``resume`` is set.
        OutputError: it is no folder.
    """
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out}: not a folder")
    if not (overwrite or resume) and (parts(out) or (out / "manifest.json").exists()):
        raise OutputExistsError(f"{out}: holds a dataset already; --overwrite replaces it, --resume completes it")
    for path in (out / "manifest.json", out / "report.html"):  # from here to the end of the run they would not be true
        if path.is_file():
            path.unlink()
    if overwrite:
        remove_parts(out)
    _remove_aside(out)
    for name in (*TABLES, "_shards", "_tmp"):
        (out / name).mkdir(parents=True, exist_ok=True)


def parts(out: Place) -> list[tuple[int, Place]]:
    """Number and path of every part and shard record in ``out``."""
    there: list[Place] = []
    for home in (out / name for name in (*TABLES, "_shards")):
        there += sorted(home.iterdir(), key=str) if home.is_dir() else ()
    return [(int(found[1]), path) for path in there if (found := _PART.fullmatch(path.name))]


def remove_parts(out: Place, first: int = 0) -> None:
    """Removes the parts numbered ``first`` and up."""
    for number, path in parts(out):
        if number >= first:
            path.unlink()


def write_shard(out: Place, number: int, tables: Mapping[str, pa.Table], record: dict[str, Any]) -> dict[str, Any]:
    """Writes one part of each table, then the shard's record; returns the record with ``files`` in it.

    Empty parts are left out, but for the first, from which readers learn the columns.
    """
    name = part_name(number)
    (out / "_shards" / f"{name}.json").unlink(missing_ok=True)
    files: dict[str, dict[str, Any]] = {}
    waiting: list[tuple[Any, Place]] = []
    for table, content in tables.items():
        path = out / table / f"{name}.parquet"
        if content.num_rows == 0 and number > 0:
            path.unlink(missing_ok=True)
            continue
        data = parquet(content)
        files[f"{table}/{name}.parquet"] = {
            "rows": content.num_rows,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        waiting.append((_write_aside(out, f"{table}-{name}", data), path))
    for aside, path in waiting:
        aside.replace(path)
    record = {**record, "files": files}
    data = json.dumps(record, ensure_ascii=False, indent=1).encode()
    _write_aside(out, name, data).replace(out / "_shards" / f"{name}.json")
    return record


def _write_aside(out: Place, name: str, data: Any) -> Any:
    aside = out / "_tmp" / f"{name}.{socket.gethostname()}.{os.getpid()}.tmp"  # two nodes may use one number
    aside.write_bytes(data)
    return aside


def _remove_aside(out: Place) -> None:
    for path in (out / "_tmp").glob("*.tmp"):
        path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # not there, or something else is in it
        (out / "_tmp").rmdir()


def parquet(table: pa.Table) -> pa.Buffer:
    """The bytes of one part: the same for the same rows."""
    integers = [f.name for f in table.schema if pa.types.is_integer(f.type)]
    if "words" in table.column_names:
        integers += ["words.list.element.start", "words.list.element.end"]
    sink = pa.BufferOutputStream()
    # Offsets grow by small steps: as differences a dataset takes 30 % less room than as they are.
    pq.write_table(
        table,
        sink,
        compression="zstd",
        compression_level=3,
        use_dictionary=False,
        column_encoding=dict.fromkeys(integers, "DELTA_BINARY_PACKED"),
    )
    return sink.getvalue()


def has_record(out: Place, number: int) -> bool:
    return (out / "_shards" / f"{part_name(number)}.json").exists()


def shard_record(out: Place, number: int, key: str) -> dict[str, Any] | None:
    """The record of a shard that is complete: its key is ``key`` and its files are as they were written.

    One that holds articles on which workers died is not: with more memory, or a quieter machine, they may do.
    """
    try:
        record: dict[str, Any] = json.loads((out / "_shards" / f"{part_name(number)}.json").read_bytes())
        if (
            record["key"] == key
            and "worker_died" not in record["rejects"]
            and all(
                hashlib.sha256((out / path).read_bytes()).hexdigest() == file["sha256"]
                for path, file in record["files"].items()
            )
        ):
            return record
    except (OSError, ValueError, KeyError):
        pass  # not there, or not as it was written: to be done again
    return None


def write_manifest(out: Place, manifest: Mapping[str, Any]) -> None:
    """Writes ``manifest.json``, last of all, and removes what was written aside."""
    data = json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"
    _write_aside(out, "manifest", data).replace(out / "manifest.json")
    _remove_aside(out)
