"""Files, plain or compressed -> streams of bytes and of lines, in constant memory.

A compressed file that is cut short or damaged raises ``corrupt_archive`` where the damage is, never a short
read; one that goes on and on raises ``decompression_bomb``.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from extract.files import Place
from extract.records import Failure

MAX_RECORD = 256 * 2**20  # bytes of one text or one JSON line: more is no article
# News text is packed 3 to 20 times smaller, deflate's best is 1,030 times: a file may become this much larger.
MAX_RATIO = 200
FREE_BYTES = 64 * 2**20  # what any file may become, however small
_STEP = 2048  # compressed bytes at a time: they may hold 16,000 times as much


class _GzipStream(gzip.GzipFile):
    """Closes the file it reads, too."""

    def __init__(self, raw: BinaryIO) -> None:
        super().__init__(fileobj=raw)
        self._raw = raw

    def close(self) -> None:
        super().close()
        self._raw.close()


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


@dataclass(slots=True)
class Position:
    """How far the reading of files is, for those who wait: what has been found in how many bytes of them."""

    total: int = 0  # bytes of all files; 0 where that is not known
    before: int = 0  # bytes of the files before this one
    tell: Callable[[], float] | None = None  # bytes of this one, as far as it is read
    found: int = 0  # records

    def bytes(self) -> float:
        with suppress(ValueError):  # the file has just been closed
            return self.before + (self.tell() if self.tell else 0)
        return self.before


class Allowance:
    """How many bytes may still come out of one compressed file, all streams from it taken together."""

    def __init__(self, packed: int) -> None:
        self.packed = packed
        self.left = max(FREE_BYTES, MAX_RATIO * packed)

    @classmethod
    def of(cls, path: Place) -> Allowance:
        return cls(path.stat().st_size)

    def spend(self, size: int) -> None:
        """Raises Failure ``decompression_bomb``."""
        self.left -= size
        if self.left < 0:
            raise Failure(
                "decompression_bomb",
                f"{self.packed:,} bytes that become more than {max(FREE_BYTES, MAX_RATIO * self.packed):,}; "
                f"news text becomes 3 to 20 times larger, up to {MAX_RATIO} times is read",
            )


class Unpacked(io.RawIOBase):
    """The bytes of ``source``, a decompressing stream, as far as ``allowance`` goes.

    Whatever read it, ``failure`` then says why it ended early: libraries turn exceptions into their own.
    """

    def __init__(self, source: io.BufferedIOBase, allowance: Allowance) -> None:
        self._source, self._allowance = source, allowance
        self.failure: Failure | None = None

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._source.close()
        super().close()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            # read1 hands out what there is before the damage; read would lose it with the exception
            data = guarded(self._source.read1, len(buffer))
            self._allowance.spend(len(data))
        except Failure as failure:
            self.failure = failure
            raise
        buffer[: len(data)] = data
        return len(data)


def failure_of(stream: BinaryIO) -> Failure | None:
    """Why a stream of ``unpack`` has ended early, if it has."""
    raw = getattr(stream, "raw", None)
    return raw.failure if isinstance(raw, Unpacked) else None


def open_bytes(
    path: Place, compression: str, allowance: Allowance | None = None, position: Position | None = None
) -> BinaryIO:
    """The decompressed bytes of ``path``; ``compression`` is "", ".gz" or ".zst". ``position`` is kept up to date.

    Raises:
        OSError: the file cannot be opened.
    """
    raw = path.open("rb")
    if position is not None:
        position.tell = raw.tell
    return unpack(raw, compression, allowance or Allowance.of(path)) if compression else raw


def unpack(raw: BinaryIO, compression: str, allowance: Allowance) -> BinaryIO:
    """The decompressed bytes of ``raw``, which is closed with them; ``compression`` is ".gz" or ".zst"."""
    unpacked = _GzipStream(raw) if compression == ".gz" else io.BufferedReader(_ZstdStream(raw), 2**20)
    return io.BufferedReader(Unpacked(unpacked, allowance), 2**17)


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
    """``read(size)``. Raises Failure ``corrupt_archive``."""
    try:
        return read(size)
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise Failure("corrupt_archive", f"cannot be decompressed to its end: {error}") from None
