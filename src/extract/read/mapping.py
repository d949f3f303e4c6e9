"""``--map`` against the columns that the first files have: a name that none has stops the run before it begins."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice

from extract.read.formats import not_strings
from extract.read.inputs import File, InputError
from extract.read.streams import MAX_RECORD, guarded, open_bytes
from extract.records import Failure

_FILES = 20  # with columns, that are looked at
_WALKED = 10_000  # files among which they are looked for
_LINES = 100  # of a file of JSON lines: a record need not have every field


def check_mapping(mapping: Mapping[str, str], files: Iterator[File | None]) -> None:
    """Raises InputError for a column that none of the first files has, or that is not of strings where it must be.

    Archives, WARC and standard input, which are read once, are not looked into.
    """
    tables = (file for file in islice(files, _WALKED) if file is not None and file.kind in ("parquet", "json"))
    seen: dict[str, None] = {}
    wrong: dict[str, str] = {}
    sources = []
    for file in islice(tables, _FILES):
        names, kinds = _columns(file)
        if names:
            sources.append(file.source)
        seen.update(dict.fromkeys(names))
        wrong.update(kinds)
    if not sources:
        return
    there = f"{', '.join(list(seen)[:50])}{', …' if len(seen) > 50 else ''}"
    where = sources[0] if len(sources) == 1 else f"{sources[0]} and {len(sources) - 1} more"
    for field, column in mapping.items():
        if column not in seen:
            raise InputError(f"--map {field}={column}: no column {column!r} in {where}; columns: {there}")
        if field in ("text", "html") and column in wrong:
            found = f"column {column!r} is {wrong[column]}; strings were expected"
            raise InputError(f"--map {field}={column}: {found}; columns: {there}")


def _columns(file: File) -> tuple[list[str], dict[str, str]]:
    """The file's columns, and the type of those that hold no strings; none where it cannot be read."""
    try:
        if file.kind == "parquet":
            import pyarrow.parquet as pq

            schema = pq.read_schema(file.path.open("rb"))
            return list(schema.names), {name: str(schema.field(name).type) for name in not_strings(schema)}
        names: dict[str, None] = {}
        with open_bytes(file.path, file.compression) as stream:
            for _ in range(_LINES):
                line = guarded(stream.readline, MAX_RECORD)
                if not line:
                    break
                record = json.loads(line) if line.strip() else {}
                names.update(dict.fromkeys(record if isinstance(record, dict) else ()))
        return list(names), {}
    except (Failure, OSError, ValueError, RecursionError):  # reading it makes a reject of it; pyarrow's are ValueError
        return [], {}
