"""A ZIP file or a tar stream -> what its members hold. Nothing is written to disk, links are never followed.

Members are called ``archive.zip/folder/page.html``. What cannot be read is a reject under its member's name, as
are links and names that lead out of the archive; members of other formats are one reject for all, which counts
them.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import IO, BinaryIO, cast

from extract.read.article import reject
from extract.read.columns import Options
from extract.read.formats import read_stream
from extract.read.inputs import READABLE, format_of
from extract.read.streams import Allowance, Unpacked, failure_of, unpack
from extract.records import Failure, Item, Reject

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others may claim any amount of memory
_MOST_MEMBERS = 1_000_000  # of a ZIP file, whose list of members is read whole
_ENCRYPTED = 0x1
_FILE_TYPE, _IS_LINK = 0o170000, 0o120000  # in the upper half of a ZIP member's attributes, as on Unix
_END_OF_TAR = tarfile.EOFHeaderError  # type: ignore[attr-defined]  # public by its name, not in the stubs


def read_zip(raw: BinaryIO, allowance: Allowance, source: str, options: Options) -> Iterator[Item]:
    """What the members of a ZIP file hold, in the file's order. Raises Failure for the file as a whole."""
    try:
        archive = zipfile.ZipFile(raw)
    except Exception as error:  # BadZipFile, and what the reading of hostile fields comes upon
        raise Failure("corrupt_archive", f"not sound ZIP: {error}"[:300]) from None
    members = _Members(source, options, allowance)
    with archive:
        if len(archive.filelist) > _MOST_MEMBERS:
            raise Failure("too_large", f"{len(archive.filelist):,} members; up to {_MOST_MEMBERS:,} are read")
        for info in archive.filelist:
            if info.filename.endswith("/"):  # is_dir() stumbles over a name that is empty
                continue
            problem = None
            if (info.external_attr >> 16) & _FILE_TYPE == _IS_LINK:
                problem = _link()
            elif info.flag_bits & _ENCRYPTED:
                problem = Failure("unreadable", "encrypted; unpack it with its password")
            elif info.compress_type not in _METHODS:
                problem = Failure("unreadable", "packed by another method than deflate; pack it anew")
            yield from members.read(info.filename, problem, partial(_open_zipped, archive, info, allowance))
    yield from members.rest()


def _open_zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowance: Allowance) -> BinaryIO:
    try:
        member = archive.open(info)
    except Exception as error:  # as above
        raise Failure("corrupt_archive", f"not sound ZIP: {error}"[:300]) from None
    return io.BufferedReader(Unpacked(cast(io.BufferedIOBase, member), allowance), 2**17)


def read_tar(stream: BinaryIO, allowance: Allowance, source: str, options: Options) -> Iterator[Item]:
    """What the members of a tar stream hold, in its order. Raises Failure ``corrupt_archive`` at damage."""
    members = _Members(source, options, allowance)
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header) as archive:
            for info in archive:
                archive.members = []  # type: ignore[attr-defined]  # it would keep all, of millions
                if info.isdir():
                    continue
                problem = None
                if info.issym() or info.islnk():
                    problem = _link()
                elif not info.isreg() or info.issparse():
                    problem = Failure("unreadable", "neither a plain file nor a folder")
                yield from members.read(info.name, problem, partial(archive.extractfile, info))
                if (failure := failure_of(stream)) is not None:
                    raise failure
    except tarfile.TarError as error:
        raise Failure("corrupt_archive", f"not sound tar after {members.count:,} members: {error}") from None
    yield from members.rest()


class _Header(tarfile.TarInfo):
    """A tar header; one that is damaged is not taken for the archive's end."""

    @classmethod
    def fromtarfile(cls, tarfile_: tarfile.TarFile) -> _Header:
        try:
            return super().fromtarfile(tarfile_)
        except _END_OF_TAR:
            raise
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(str(error)) from None


def _link() -> Failure:
    return Failure("archive_link", "a link; links in archives are not followed")


class _Members:
    """The members of one archive, one after the other, each under a name of its own."""

    def __init__(self, source: str, options: Options, allowance: Allowance) -> None:
        self.count = 0
        self._source, self._options, self._allowance = source, options, allowance
        self._seen: Counter[bytes] = Counter()  # hashes of names: an archive may hold a name twice
        self._others: Counter[str] = Counter()  # of other formats: the ends of their names

    def read(self, name: str, problem: Failure | None, open_it: Callable[[], IO[bytes] | None]) -> Iterator[Item]:
        """What the member ``name`` holds, or why it cannot be read. Raises what ends the whole archive."""
        self.count += 1
        path = PurePosixPath(name.replace("\\", "/"))
        if any(part.startswith((".", "__MACOSX")) and part != ".." for part in path.parts):
            return  # hidden, and left out as in folders
        form = format_of(path.name)
        if form is None:
            self._others[path.suffix.lower()[:20] or "no ending"] += 1
            return
        kind, compression = form
        source = self._name(name)
        if problem is None and (path.is_absolute() or ".." in path.parts or ":" in path.parts[0]):
            problem = Failure("unsafe_path", "the name leads out of the archive; names start at its root")
        if problem is None and kind in ("zip", "tar"):
            problem = Failure("nested_archive", "an archive in an archive; unpack the outer one")
        if problem is not None:
            yield reject(source, problem)
            return
        try:
            stream = cast(BinaryIO, open_it())
            with unpack(stream, compression, self._allowance) if compression else stream as content:
                yield from read_stream(kind, content, source, self._options)
        except Failure as failure:
            yield reject(source, failure)
            if failure.error == "decompression_bomb":
                raise Failure(failure.error, f"{failure.message}; what follows in the archive is not read") from None
        except tarfile.TarError as error:
            yield reject(source, Failure("corrupt_archive", f"cut short: {error}"))
            raise
        except MemoryError:
            raise
        except Exception as fault:  # of a library, on input made to break it; the other members are still to be read
            yield reject(source, Failure("internal_error", f"{type(fault).__name__}: {fault}"[:500]))

    def rest(self) -> Iterator[Reject]:
        """One reject that counts the members of other formats. Raises Failure where there is no member at all."""
        if self._others:
            kinds = ", ".join(f"{suffix} ({n:,})" for suffix, n in self._others.most_common(10))
            files = "1 file" if self._others.total() == 1 else f"{self._others.total():,} files"
            message = f"{files} of other formats: {kinds}; what can be read is {READABLE}"
            yield reject(self._source, Failure("other_formats", message, dict(self._others.most_common(50))))
        elif not self.count:
            raise Failure("empty_text", "the archive holds no file")

    def _name(self, name: str) -> str:
        """``archive.zip/a.html``, and for another member called ``a.html`` ``archive.zip/a.html (2)``."""
        written = name.removeprefix("./").encode("utf-8", "backslashreplace")
        key = hashlib.blake2b(written, digest_size=8).digest()
        self._seen[key] += 1
        again = f" ({self._seen[key]})" if self._seen[key] > 1 else ""
        return f"{self._source}/{written.decode()}{again}"
