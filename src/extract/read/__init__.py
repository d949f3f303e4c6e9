"""Files, folders, globs or standard input -> articles, and a reject for each thing that is none.

Streaming, in the order of the arguments and below them of the paths, in constant memory. An argument that
cannot be read at all raises InputError before anything is read; a bad file or record is a reject and the run
goes on.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from extract.read.article import article_from_text, reject
from extract.read.columns import FIELDS, Lang, Options
from extract.read.formats import read_parquet, read_stdin, read_stream
from extract.read.inputs import File, InputError, InputSize, count_inputs, find_files
from extract.read.mapping import check_mapping
from extract.read.one import attempt, read_html, read_text, text_size
from extract.read.streams import Allowance, Position, open_bytes, read_all
from extract.records import Article, Failure, Item, Reject, Unread

__all__ = [
    "LANGUAGES", "InputError", "InputSize", "Position", "article_from_text", "count_inputs", "find_records",
    "read_inputs",
]  # fmt: skip

LANGUAGES = ("vi", "any")


def read_inputs(
    inputs: Sequence[str | Path],
    *,
    mapping: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    lang: Lang = "any",
    say: Callable[[str], object] | None = None,
) -> Iterator[Article | Reject]:
    """Each article behind ``inputs``, and in its place a reject for what cannot be read.

    Args:
        inputs: files, folders (recursive) and globs; "-" is standard input, JSON lines if the first byte
            that is no space is ``{``, a page if it opens as one, else one text.
        mapping: our field -> the records' field: ``{"text": "content"}``. For the others, the likeliest is
            found by its name.
        stdin: read in place of ``sys.stdin``.
        lang: "vi" makes rejects of articles that are plainly in another language, "any" keeps them.
        say: called with a line for people, once for each layout of a file: which columns are taken for what.

    Raises:
        InputError: at once, for a missing path, a format that cannot be read, a folder or glob with nothing
            to read, a field in ``mapping`` that does not exist, or a column in it that no file looked at has.
    """
    found = find_records(inputs, mapping=mapping, stdin=stdin, lang=lang, say=say)
    return (item.read() if isinstance(item, Unread) else item for item in found)


def find_records(
    inputs: Sequence[str | Path],
    *,
    mapping: Mapping[str, str] | None = None,
    stdin: BinaryIO | None = None,
    lang: Lang = "any",
    say: Callable[[str], object] | None = None,
    position: Position | None = None,
) -> Iterator[Item]:
    """What ``read_inputs`` gives, with records still to be read where that can be done in another process.

    Splitting a file into lines or rows is all that is done here, so that one process feeds many. ``position`` is kept
    up to date with how far it is.
    """
    mapping = mapping or {}
    for field in mapping:
        if field not in FIELDS:
            nearest = difflib.get_close_matches(field, FIELDS, 1, 0.0)[0]
            raise InputError(f"no field {field!r} to map to; nearest: {nearest}; all: {', '.join(FIELDS)}")
    if lang not in LANGUAGES:
        raise InputError(f"no language {lang!r}; there are {', '.join(LANGUAGES)}")
    files = find_files(inputs)
    if mapping:
        check_mapping(mapping, find_files(inputs))
    return _read(files, Options(mapping, lang, say, position), stdin)


def _read(files: Iterator[File | None], options: Options, stdin: BinaryIO | None) -> Iterator[Item]:
    """What is in ``files``, counted."""
    position = options.position or Position()
    for file in files:
        for item in _whatever(file, options, stdin):
            position.found += 1
            yield item
        position.tell = None
        if file is not None and file.error is None:
            position.before += _bytes(file)


def _whatever(file: File | None, options: Options, stdin: BinaryIO | None) -> Iterator[Item]:
    """What is in one file, or why it cannot be read. Raises MemoryError."""
    source = "stdin" if file is None else file.source
    try:
        if file is None:
            yield from read_stdin(stdin or sys.stdin.buffer, options)
        elif file.error is not None:
            yield reject(source, Failure("unreadable", file.error))
        else:
            yield from _read_file(file, options)
    except Failure as failure:
        yield reject(source, failure)
    except OSError as error:
        yield reject(source, Failure("unreadable", f"cannot be read: {error.strerror or error}"))
    except MemoryError:  # the machine's fault, not the file's
        raise
    except Exception as fault:  # of a library, on input made to break it; the other files are still to be read
        yield reject(source, Failure("internal_error", f"{type(fault).__name__}: {fault}"[:500]))


def _read_file(file: File, options: Options) -> Iterator[Item]:
    """What one file holds. Raises Failure and OSError."""
    if file.kind == "parquet":
        yield from read_parquet(file.path, file.source, options)
    elif file.kind == "zip":
        from extract.read.archive import read_zip

        with open_bytes(file.path, "", position=options.position) as raw:
            yield from read_zip(raw, Allowance.of(file.path), file.source, options)
    elif file.kind == "tar":
        from extract.read.archive import read_tar

        allowance = Allowance.of(file.path)
        with open_bytes(file.path, file.compression, allowance, options.position) as stream:
            yield from read_tar(stream, allowance, file.source, options)
    elif file.kind in ("text", "html"):
        size = text_size(file.kind, _bytes(file) * (4 if file.compression else 1))
        yield Unread(file.source, size, partial(_read_one, file, options.silent()))
    else:
        with open_bytes(file.path, file.compression, position=options.position) as stream:
            yield from read_stream(file.kind, stream, file.source, options)


def _read_one(file: File, options: Options) -> Article | Reject:
    """The article that a file of text, or a page, holds."""

    def read() -> Article:
        with open_bytes(file.path, file.compression) as stream:
            return (read_html if file.kind == "html" else read_text)(read_all(stream), file.source, options)

    return attempt(file.source, read)


def _bytes(file: File) -> int:
    try:
        return file.path.stat().st_size
    except OSError:
        return 0
