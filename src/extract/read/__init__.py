"""Files, folders, globs or standard input -> articles, and a reject for each thing that is none.

Streaming, in the order of the arguments and below them of the paths, in constant memory. An argument that
cannot be read at all raises InputError before anything is read; a bad file or record is a reject and the run
goes on.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from extract.read.article import FIELDS, article_from_text, reject
from extract.read.formats import read_json, read_parquet, read_stdin, read_text
from extract.read.inputs import File, InputError, InputSize, count_inputs, find_files
from extract.read.streams import open_bytes, read_all, read_lines
from extract.records import Article, Failure, Item, Reject, Unread

__all__ = ["InputError", "InputSize", "article_from_text", "count_inputs", "find_records", "read_inputs"]

_COLUMNS = ("id", "text", *FIELDS)


def read_inputs(
    inputs: Sequence[str | Path],
    *,
    mapping: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
) -> Iterator[Article | Reject]:
    """Each article behind ``inputs``, and in its place a reject for what cannot be read.

    Args:
        inputs: files, folders (recursive) and globs; "-" is standard input, JSON lines if the first byte
            that is no space is ``{``, else one text.
        mapping: our field -> the records' field: ``{"text": "content"}``.
        stdin: read in place of ``sys.stdin``.

    Raises:
        InputError: at once, for a missing path, a format that cannot be read, a folder or glob with nothing
            to read, or a field in ``mapping`` that does not exist.
    """
    found = find_records(inputs, mapping=mapping, stdin=stdin)
    return (item.read() if isinstance(item, Unread) else item for item in found)


def find_records(
    inputs: Sequence[str | Path],
    *,
    mapping: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
) -> Iterator[Item]:
    """What ``read_inputs`` gives, with records still to be read where that can be done in another process.

    Splitting a file into lines or rows is all that is done here, so that one process feeds many.
    """
    mapping = mapping or {}
    for field in mapping:
        if field not in _COLUMNS:
            nearest = difflib.get_close_matches(field, _COLUMNS, 1, 0.0)[0]
            raise InputError(f"no field {field!r} to map to; nearest: {nearest}; all: {', '.join(_COLUMNS)}")
    columns = {field: mapping.get(field, field) for field in _COLUMNS}
    return _find(find_files(inputs), columns, stdin)


def _find(files: Iterator[File | None], columns: Mapping[str, str], stdin: BinaryIO | None) -> Iterator[Item]:
    for file in files:
        source = "stdin" if file is None else file.source
        try:
            if file is None:
                yield from read_stdin(stdin or sys.stdin.buffer, columns)
            elif file.error is not None:
                yield reject(source, Failure("unreadable", file.error))
            elif file.kind == "parquet":
                yield from read_parquet(file.path, source, columns)
            elif file.kind == "json":
                with open_bytes(file.path, file.compression) as stream:
                    yield from read_json(read_lines(stream), source, columns)
            else:
                yield Unread(source, _size(file), partial(_read_text_file, file))
        except Failure as failure:
            yield reject(source, failure)
        except OSError as error:
            yield _unreadable(source, error)


def _read_text_file(file: File) -> Article | Reject:
    try:
        with open_bytes(file.path, file.compression) as stream:
            return read_text(read_all(stream), file.source)
    except Failure as failure:
        return reject(file.source, failure)
    except OSError as error:
        return _unreadable(file.source, error)


def _unreadable(source: str, error: OSError) -> Reject:
    return reject(source, Failure("unreadable", f"cannot be read: {error.strerror or error}"))


def _size(file: File) -> int:
    """Characters in a text file, roughly."""
    try:
        return file.path.stat().st_size * (4 if file.compression else 1)
    except OSError:
        return 0
