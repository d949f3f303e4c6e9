"""The content of one file -> the records in it, each a value that reads itself: an article or a reject.

A fault of the file as a whole (damaged, no text column, nothing in it) raises Failure; that of a record is
its reject. Records are found here, in one process, and read wherever ``Unread.read`` is called.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from extract.read.article import article_from_record, build, missing_text, reject
from extract.read.decode import decode
from extract.read.streams import MAX_RECORD, read_all, read_lines
from extract.records import Article, Failure, Item, Reject, Unread

_MOST_ROWS, _BATCH_BYTES = 1024, 16 * 2**20  # of a Parquet file at a time


def read_text(data: bytes, source: str) -> Article:
    """The article that a text file holds. Raises Failure."""
    text = decode(data)
    if not text.strip():
        raise Failure("empty_text", f"{len(data):,} bytes that hold no text")
    return build(text, source, {})


def read_stdin(stream: BinaryIO, columns: Mapping[str, str]) -> Iterator[Item]:
    """JSON lines if the first byte that is no space is ``{``, else one text. Raises Failure."""
    lines = read_lines(stream)
    opening: list[bytes | Failure] = []
    for line in lines:
        opening.append(line)
        start = b"{" if isinstance(line, Failure) else line.removeprefix(BOM_UTF8).lstrip()
        if start.startswith(b"{"):
            yield from read_json(chain(opening, lines), "stdin", columns)
            return
        if start:
            break
    yield read_text(read_all(stream, b"".join(b for b in opening if isinstance(b, bytes))), "stdin")


def read_json(lines: Iterator[bytes | Failure], source: str, columns: Mapping[str, str]) -> Iterator[Item]:
    """One record for each line that is not blank. Raises Failure for the file as a whole."""
    number = n = offset = 0
    for line in _as_utf8(lines):
        number += 1
        start = offset
        offset += 0 if isinstance(line, Failure) else len(line)
        if isinstance(line, bytes) and not line.removeprefix(BOM_UTF8).strip():
            continue
        n += 1
        name = f"{source}#{n}"
        if number == 1:
            _refuse_binary(line)
        read = partial(_json_record, line, number, start, name, columns)
        yield Unread(name, 0 if isinstance(line, Failure) else len(line), read)
    if n == 0:
        raise Failure("empty_text", "the file holds no record; one JSON object a line was expected")


def _refuse_binary(first: bytes | Failure) -> None:
    """Raises Failure ``binary_file`` where every line would: one reject says it for the file."""
    try:
        _parse(first, 1, 0)
    except Failure as failure:
        if failure.error == "binary_file":
            raise


def _json_record(
    line: bytes | Failure, number: int, start: int, source: str, columns: Mapping[str, str]
) -> Article | Reject:
    """The article, or reject, on line ``number``, which starts at byte ``start`` of the file."""
    record: dict[str, object] | None = None
    try:
        record = _parse(line, number, start)
        return article_from_record(record, source, columns)
    except Failure as failure:
        return reject(source, failure, record)


def _as_utf8(lines: Iterator[bytes | Failure]) -> Iterator[bytes | Failure]:
    """The same lines; those of a UTF-16 file, which Windows tools write, in UTF-8."""
    first = next(lines, None)
    if first is None:
        return
    if isinstance(first, Failure) or not first.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        yield first
        yield from lines
        return
    data = bytearray(first)
    for line in lines:  # its line ends are not those of bytes, so it is read whole
        data += line if isinstance(line, bytes) else b""
        if len(data) > MAX_RECORD:
            raise Failure("too_large", f"a UTF-16 file of more than {MAX_RECORD:,} bytes; save it as UTF-8")
    yield from (line.encode() + b"\n" for line in decode(bytes(data)).split("\n"))


def _parse(line: bytes | Failure, number: int, offset: int) -> dict[str, object]:
    """The object on line ``number``, which starts at byte ``offset``. Raises Failure."""
    if isinstance(line, Failure):
        raise Failure(line.error, f"line {number}: {line.message}", {"line": number})
    try:
        text = decode(line, offset)
    except Failure as failure:
        raise Failure(failure.error, f"line {number}: {failure.message}", {"line": number, **failure.payload}) from None
    try:
        record = json.loads(text, parse_constant=lambda _: None)
    except RecursionError:
        problem = "nested too deeply"
    except json.JSONDecodeError as error:
        problem = f"column {error.colno}: {error.msg}"
    except ValueError as error:  # a number of thousands of digits
        problem = str(error)
    else:
        if isinstance(record, dict):
            return record
        problem = "a list" if isinstance(record, list) else "no object"
    raise Failure(
        "bad_json",
        f"line {number}: {problem}; one JSON object {{…}} a line was expected",
        {"line": number, "text": text.rstrip("\r\n")},
    )


def read_parquet(path: Path, source: str, columns: Mapping[str, str]) -> Iterator[Item]:
    """One record for each row. Raises Failure for the file as a whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.open("rb").close()  # an OSError past this line is the format's, not the disk's
    n = 0
    try:
        with pq.ParquetFile(path, buffer_size=2**20, pre_buffer=False) as parquet:
            names = parquet.schema_arrow.names
            if columns["text"] not in names:
                raise Failure("missing_text", missing_text(columns["text"], names), {"columns": names})
            wanted = [name for name in names if name in columns.values()]
            for batch in parquet.iter_batches(_rows_at_a_time(parquet.metadata), columns=wanted):
                for record in _records(batch):
                    n += 1
                    text = record.get(columns["text"])
                    size = len(text) if isinstance(text, str | bytes) else 0
                    yield Unread(f"{source}#{n}", size, partial(_row, record, f"{source}#{n}", columns))
    except (pa.ArrowException, OSError) as error:
        raise Failure("bad_parquet", f"not sound Parquet after {n:,} records: {error}") from None
    if n == 0:
        raise Failure("empty_text", "the file holds no record")


def _row(record: Mapping[str, object], source: str, columns: Mapping[str, str]) -> Article | Reject:
    try:
        return article_from_record(record, source, columns)
    except Failure as failure:
        return reject(source, failure, record)


def _rows_at_a_time(metadata: Any) -> int:
    size = sum(int(metadata.row_group(i).total_byte_size) for i in range(metadata.num_row_groups))
    return max(1, min(_MOST_ROWS, _BATCH_BYTES * int(metadata.num_rows) // max(1, size)))


def _records(batch: Any) -> Iterator[dict[str, object]]:
    values = [_values(column) for column in batch.columns]
    names = batch.schema.names
    return (dict(zip(names, row, strict=True)) for row in zip(*values, strict=True))


def _values(column: Any) -> list[object]:
    """Python values of an Arrow column: strings that are not UTF-8 as bytes, times out of range as None."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_timestamp(kind):  # nanoseconds do not fit a datetime
        column = column.cast(pa.timestamp("s", kind.tz), safe=False)
    try:
        values: list[object] = column.to_pylist()
    except (ValueError, OverflowError):
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            values = column.cast(pa.large_binary()).to_pylist()
        else:
            values = [None] * len(column)
    return values
