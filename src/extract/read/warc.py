"""A WARC file, decompressed -> the article on each page in it, and a reject for every other response.

Records are counted as they come: ``source#n`` is the n-th that holds a document (responses, resources,
conversions). Requests, metadata and revisits of what is there already are none.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO

from extract.read.article import build, reject
from extract.read.columns import Options
from extract.read.decode import decode
from extract.read.html import MAX_PAGE
from extract.read.one import attempt, read_html, text_size
from extract.records import Article, Failure, Item, Reject, Unread

_PAGES = ("text/html", "application/xhtml+xml")


def read_warc(stream: BinaryIO, source: str, options: Options) -> Iterator[Item]:
    """One article or reject for each document. Raises Failure ``corrupt_archive`` or ``empty_text``."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    documents = (
        WarcRecordType.response, WarcRecordType.resource, WarcRecordType.conversion, WarcRecordType.continuation,
    )  # fmt: skip
    n = records = 0
    file = _Guarded(stream)
    # Compression is not left to it: a bomb would be unpacked without end. Nor is the decoding of bodies: one that
    # is broken would end the iteration.
    iterator = iter(ArchiveIterator(file, parse_http=False, stream_detect=False))
    while True:
        try:
            record = next(iterator, None)
            if record is None:
                break
            records += 1
            if record.headers.get("Content-Length") is None:
                raise OSError("a record's header is cut short")
            if record.record_type not in documents:
                continue
            n += 1
            kind = "continuation" if record.record_type == WarcRecordType.continuation else ""
            url, status, headers, body = _open(record)
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException as error:  # OSError, what it makes of the stream's own, and panics, which are no Exception
            raise file.failure or _corrupt(records, error) from None
        known = {"url": url, "status": status or None, "content_type": headers.get("content-type", "")}
        name = f"{source}#{n}"
        if kind:
            failure = Failure("unsupported_record", "the rest of another record; such pieces are not put together")
            yield reject(name, failure, known)
            continue
        page = partial(_page, name, options.silent(), known, status, headers, body)
        yield Unread(name, text_size("html", len(body)), page)
    if file.failure is not None:
        raise file.failure
    if n == 0:
        raise Failure("empty_text", f"no page among {records:,} records")


class _Guarded(io.RawIOBase):
    """``stream`` for a library that turns exceptions into its own, and wants to be told where it is.

    ``failure`` keeps what has ended the stream early.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._position = 0
        self.failure: Failure | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            data: bytes = self._stream.read1(size)  # type: ignore[attr-defined]  # what there is before damage, not nothing
        except Failure as failure:
            self.failure = failure
            raise OSError(failure.message) from None
        self._position += len(data)
        return data

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:
        """Nowhere but to where it is: the library asks for its place so."""
        if offset == (0 if whence == 1 else self._position):
            return self._position
        raise io.UnsupportedOperation("seek")


def _corrupt(records: int, error: BaseException) -> Failure:
    return Failure("corrupt_archive", f"not sound WARC after {max(0, records - 1):,} records: {error}"[:300])


def _open(record: Any) -> tuple[str | None, int | None, dict[str, str], bytes]:
    """Address, HTTP status, headers in small letters and the body as sent. Raises what fastwarc raises."""
    url = record.headers.get("WARC-Target-URI")
    url = url.strip("<> ") if url else None
    status, headers = None, {"content-type": record.headers.get("Content-Type") or ""}
    if record.is_http:
        record.parse_http(auto_decode="none")
        status = record.http_headers.status_code or 0
        headers = {key.lower(): value for key, value in record.http_headers.items()}
    length = record.content_length
    body = record.reader.read(min(length, MAX_PAGE + 1))
    if len(body) < min(length, MAX_PAGE + 1):
        raise OSError(f"a record of {length:,} bytes ends after {len(body):,}")
    return url, status, headers, body


def _page(
    source: str, options: Options, known: dict[str, Any], status: int | None, headers: dict[str, str], body: bytes
) -> Article | Reject:
    """The article on one page, or why there is none. Raises MemoryError."""
    return attempt(source, partial(_article, source, options, known["url"], status, headers, body), known)


def _article(
    source: str, options: Options, url: str | None, status: int | None, headers: dict[str, str], body: bytes
) -> Article:
    """Raises Failure."""
    if status is not None and not 200 <= status < 300:
        raise Failure("http_error", f"the server answered {status or 'with no status'}; pages come with 200")
    kind, _, parameters = headers.get("content-type", "").lower().partition(";")
    kind = kind.strip()
    is_plain = kind == "text/plain" and status is None  # the text of a page, as in Common Crawl's WET files
    if kind and kind not in _PAGES and not is_plain:
        raise Failure("not_html", f"the content is {kind[:80]}; text/html was expected")
    body = _decoded(body, headers)
    if len(body) > MAX_PAGE:
        raise Failure("too_large", f"a page of more than {MAX_PAGE:,} bytes")
    if not body.strip():
        raise Failure("empty_text", "the response has no body")
    if not kind and b"<" not in body[:1024]:
        raise Failure("not_html", "content of no stated type that does not open as HTML")
    if is_plain:
        text, encoding = decode(body)
        return build(text, source, {"url": url}, lang=options.lang, encoding=encoding)
    charset = parameters.rpartition("charset=")[2].strip(" \"';") or None
    return read_html(body, source, options, url, charset)


def _decoded(body: bytes, headers: dict[str, str]) -> bytes:
    """``body`` without what HTTP packed it in, up to one byte more than a page may have. Raises Failure."""
    from fastwarc.stream_io import BrotliReader, ChunkedReader, GzipReader, WarcReader, ZstdReader

    unpack: dict[str, Callable[[BinaryIO], WarcReader]] = {
        "gzip": GzipReader, "x-gzip": GzipReader, "br": BrotliReader, "zstd": ZstdReader, "chunked": ChunkedReader,
        "deflate": lambda packed: GzipReader(packed, zlib=True),
    }  # fmt: skip
    steps = f"{headers.get('content-encoding', '')},{headers.get('transfer-encoding', '')}".lower().split(",")
    for step in reversed([s.strip() for s in steps if s.strip() not in ("", "identity", "none")]):
        try:
            if step not in unpack:
                raise Failure("bad_encoding", f"the content is packed as {step[:40]!r}, which is not read")
            body = unpack[step](io.BytesIO(body)).read(MAX_PAGE + 1)
        except OSError as error:
            if b"<" in body[:100]:
                continue  # unpacked by the crawler, with the server's headers left as they were
            message = f"the content is said to be {step} and cannot be unpacked: {error}"
            raise Failure("bad_encoding", message[:300]) from None
    return body
