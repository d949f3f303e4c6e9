"""The content of one file -> an article or a reject for each record in it.

A fault of the file as a whole (damaged, no text column, nothing in it) raises Failure; that of a record is
its reject.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from extract.files import Place, Remote
from extract.read.article import article_from_record, missing_text, reject
from extract.read.columns import Columns, Lang, Options
from extract.read.decode import decode
from extract.read.one import read_html, read_text, read_whole, text_size
from extract.read.streams import MAX_RECORD, read_all, read_lines
from extract.read.warc import read_warc
from extract.records import Article, Failure, Item, Reject, Unread

_MOST_ROWS, _BATCH_BYTES = 1024, 16 * 2**20  # of a Parquet file at a time
_OPENING = 1024  # bytes of standard input by which its format is told


def read_stream(kind: str, stream: BinaryIO, source: str, options: Options) -> Iterator[Item]:
    """What a file of ``kind`` (text, html, json, warc or parquet) holds, from its bytes. Raises Failure."""
    if kind == "json":
        yield from read_json(read_lines(stream), source, options)
    elif kind == "warc":
        yield from read_warc(stream, source, options)
    elif kind == "parquet":
        import io

        yield from read_parquet(io.BytesIO(read_all(stream)), source, options)
    else:
        data = read_all(stream)
        yield Unread(source, text_size(kind, len(data)), partial(read_whole, kind, data, source, options.silent()))


def read_stdin(stream: BinaryIO, options: Options) -> Iterator[Item]:
    """JSON lines if the first byte that is no space is ``{``, a page if it opens as one, else one text.

    Raises:
        Failure: as reading the format does.
    """
    lines = read_lines(stream)
    opening: list[bytes | Failure] = []
    for line in lines:
        opening.append(line)
        start = b"{" if isinstance(line, Failure) else line.removeprefix(BOM_UTF8).lstrip()
        if start.startswith(b"{"):
            yield from read_json(chain(opening, lines), "stdin", options)
            return
        if start:
            break
    data = read_all(stream, b"".join(b for b in opening if isinstance(b, bytes)))
    start = data[:_OPENING].removeprefix(BOM_UTF8).lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        yield read_html(data, "stdin", options)
    else:
        yield read_text(data, "stdin", options)


def read_json(lines: Iterator[bytes | Failure], source: str, options: Options) -> Iterator[Item]:
    """One record for each line that is not blank. Raises Failure for the file as a whole."""
    plain = options.silent()
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
            _look_at_first(line, source, options)
        size = 0 if isinstance(line, Failure) else len(line)
        yield Unread(name, size, partial(_json_record, line, number, start, name, plain))
    if n == 0:
        raise Failure("empty_text", "the file holds no record; one JSON object a line was expected")


def _look_at_first(line: bytes | Failure, source: str, options: Options) -> None:
    """Says which columns are taken. Raises Failure ``binary_file`` where every line would: one reject says it."""
    try:
        record, _ = _parse(line, 1, 0)
    except Failure as failure:
        if failure.error == "binary_file":
            raise
        return
    options.columns(list(record), source)


def _json_record(line: bytes | Failure, number: int, start: int, source: str, options: Options) -> Article | Reject:
    """The article, or reject, on line ``number``, which starts at byte ``start`` of the file."""
    record: dict[str, object] | None = None
    try:
        record, encoding = _parse(line, number, start)
        return article_from_record(record, source, options.columns(list(record), source), options.lang, encoding)
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
    yield from (line.encode() + b"\n" for line in decode(bytes(data)).text.split("\n"))


def _parse(line: bytes | Failure, number: int, offset: int) -> tuple[dict[str, object], str]:
    """The object on line ``number``, which starts at byte ``offset``, and its encoding. Raises Failure."""
    if isinstance(line, Failure):
        raise Failure(line.error, f"line {number}: {line.message}", {"line": number})
    try:
        text, encoding = decode(line, offset)
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
            return record, encoding
        problem = "a list" if isinstance(record, list) else "no object"
    raise Failure(
        "bad_json",
        f"line {number}: {problem}; one JSON object {{…}} a line was expected",
        {"line": number, "text": text.rstrip("\r\n")},
    )


def read_parquet(file: Place | BinaryIO, source: str, options: Options) -> Iterator[Item]:
    """One record for each row. Raises Failure for the file as a whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if isinstance(file, Path):
        file.open("rb").close()  # an OSError past this line is the format's, not the disk's
    elif isinstance(file, Remote):
        file = file.open("rb")
    n = 0
    try:
        with pq.ParquetFile(file, buffer_size=2**20, pre_buffer=False) as parquet:
            names = parquet.schema_arrow.names
            position = options.position if isinstance(file, Path) else None
            bytes_a_row = file.stat().st_size / max(1, parquet.metadata.num_rows) if isinstance(file, Path) else 0.0
            columns = options.columns(names, source, not_strings(parquet.schema_arrow))
            _check_columns(parquet.schema_arrow, columns)
            wanted = [name for name in dict.fromkeys(names) if name in columns.names.values()]
            for batch in parquet.iter_batches(_rows_at_a_time(parquet.metadata), columns=wanted):
                if position is not None:
                    position.tell = partial(float, n * bytes_a_row)
                for record in _records(batch):
                    n += 1
                    text = record.get(columns.get("text")) or record.get(columns.get("html"))
                    size = len(text) if isinstance(text, str | bytes) else 0
                    name = f"{source}#{n}"
                    yield Unread(name, size, partial(_row, record, name, columns, options.lang))
    except (pa.ArrowException, OSError, ValueError) as error:  # ValueError: names of columns that are no UTF-8
        raise Failure("bad_parquet", f"not sound Parquet after {n:,} records: {error}") from None
    if n == 0:
        raise Failure("empty_text", "the file holds no record")


def from_batch(batch: Any, names: Sequence[str], options: Options) -> list[Article | Reject]:
    """The article in each row of an Arrow batch, or the reject that says why it is none; ``names``: their sources."""
    columns = options.columns(batch.schema.names, "", not_strings(batch.schema))
    wanted = [n for n, column in enumerate(batch.schema.names) if column in columns.names.values()]
    records = _records(batch.select(wanted)) if wanted else ({} for _ in names)
    return [_row(record, name, columns, options.lang) for record, name in zip(records, names, strict=True)]


def _row(record: Mapping[str, object], source: str, columns: Columns, lang: Lang) -> Article | Reject:
    try:
        return article_from_record(record, source, columns, lang)
    except Failure as failure:
        return reject(source, failure, record)


def not_strings(schema: Any) -> list[str]:
    """The columns of an Arrow schema that hold neither strings nor bytes."""
    import pyarrow as pa

    strings = {
        pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view(), pa.null(),
    }  # fmt: skip
    types = {f.name: f.type.value_type if pa.types.is_dictionary(f.type) else f.type for f in schema}
    return [name for name, kind in types.items() if kind not in strings]


def _check_columns(schema: Any, columns: Columns) -> None:
    """Raises Failure where the column with the articles is missing or holds something else."""
    names, wrong = schema.names, not_strings(schema)
    if columns.get("text") not in names and columns.get("html") not in names:
        raise Failure("missing_text", missing_text(columns.get("text"), names), {"columns": names})
    for field in ("text", "html"):
        column = columns.get(field)
        if column in wrong:
            kind = schema.field(names.index(column)).type
            message = f"column {column!r} is {kind}; a column of strings was expected"
            raise Failure("bad_field", message, {"columns": names})


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
