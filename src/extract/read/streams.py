"""Files, plain or compressed -> streams of bytes and of lines, in constant memory.

A compressed file that is cut short or damaged raises ``corrupt_archive`` where the damage is: never a short
read.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from extract.records import Failure

MAX_RECORD = 256 * 2**20  # bytes of one text or one JSON line: more is no article
_STEP = 2048  # compressed bytes at a time: they may hold 16,000 times as much


class _ZstdStream(io.RawIOBase):
    """The bytes in a file of Zstandard frames. The library's own reader takes a cut file for a short one."""

    def __init__(self, raw: BinaryIO) -> None:
        from zstandard import ZstdDecompressor, ZstdError

        self._raw, self._error = raw, ZstdError
        self._new_frame = ZstdDecompressor().decompressobj
        self._frame = self._new_frame()
        self._begun = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._raw.close()
        super().close()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            data = (self._frame.unused_data if self._frame.eof else b"") or self._raw.read(_STEP)
            if not data:
                if self._begun and not self._frame.eof:
                    raise EOFError("the file ends inside a frame")
                return 0
            if self._frame.eof:
                self._frame = self._new_frame()
            self._begun = True
            try:
                self._ready = memoryview(self._frame.decompress(data))
            except self._error as error:
                raise EOFError(str(error)) from None
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size


def open_bytes(path: Path, compression: str) -> BinaryIO:
    """The decompressed bytes of ``path``; ``compression`` is "", ".gz" or ".zst".

    Raises:
        OSError: the file cannot be opened.
    """
    if compression == ".gz":
        return cast(BinaryIO, gzip.open(path))
    raw = path.open("rb")
    return cast(BinaryIO, io.BufferedReader(_ZstdStream(raw), 2**20)) if compression == ".zst" else raw


def read_all(stream: BinaryIO, opening: bytes = b"") -> bytes:
    """Everything in ``stream``, after ``opening``. Raises Failure ``corrupt_archive`` or ``too_large``."""
    parts, size = [opening], len(opening)
    while data := guarded(stream.read, 2**20):
        parts.append(data)
        size += len(data)
        if size > MAX_RECORD:
            raise Failure("too_large", f"one text of more than {MAX_RECORD:,} bytes; split it into articles")
    return b"".join(parts)


def read_lines(stream: BinaryIO) -> Iterator[bytes | Failure]:
    """Each line of ``stream``; in place of one that is too long, the failure.

    Raises:
        Failure: ``corrupt_archive``, after the lines before the damage.
    """
    while line := guarded(stream.readline, MAX_RECORD + 1):
        if len(line) <= MAX_RECORD:
            yield line
            continue
        while not line.endswith(b"\n") and line:
            line = guarded(stream.readline, MAX_RECORD)
        yield Failure("too_large", f"one line of more than {MAX_RECORD:,} bytes; one record a line was expected")


def guarded(read: Callable[[int], bytes], size: int) -> bytes:
    try:
        return read(size)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Failure("corrupt_archive", f"cannot be decompressed to its end: {error}") from None
