"""A path or a URI (``s3://``, ``gs://``, ``hdfs://`` …) -> a file or folder with pathlib's methods.

What reads and writes takes either, through the few methods that both have. pyarrow brings the file systems; a scheme
that it does not know is asked of fsspec, where that is installed.
"""

from __future__ import annotations

import io
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from os import stat_result
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

_URI = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]+)://(?:[^/@]*@)?(?P<rest>[^?]*)", re.IGNORECASE)
_PLAIN = "%/:?=&@+,;~!*'()$"  # what a URI may hold as it is
_OBJECTS = ("s3", "gcs", "abfs")  # stores that have no folders, and replace what they write at once


class PlaceError(Exception):
    """A URI that leads nowhere; the message says why."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A file or folder on a pyarrow file system. Travels between processes. Written without secrets and options."""

    files: Any  # pyarrow.fs.FileSystem
    path: str  # as that knows it
    before: str  # what its URI has before that

    def __str__(self) -> str:
        return self.before + self.path

    def __truediv__(self, name: str) -> Remote:
        return Remote(self.files, f"{self.path}/{name}" if self.path else name, self.before) if name else self

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name

    @property
    def stem(self) -> str:
        return PurePosixPath(self.path).stem

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.path).suffix

    @property
    def parent(self) -> Remote:
        above = self.path.rpartition("/")[0]
        return Remote(self.files, above, self.before)

    def absolute(self) -> Remote:
        return self

    def _kind(self) -> str:
        return str(self.files.get_file_info(self.path).type.name)

    def exists(self) -> bool:
        return self._kind() != "NotFound"

    def is_dir(self) -> bool:
        return self._kind() == "Directory"

    def is_file(self) -> bool:
        return self._kind() == "File"

    def stat(self) -> stat_result:
        """Only its size is true."""
        info = self.files.get_file_info(self.path)
        if info.size is None:
            raise FileNotFoundError(2, "no such file", str(self))
        return stat_result((stat.S_IFREG, 0, 0, 1, 0, 0, info.size, 0, 0, 0))

    def mkdir(self, parents: bool = False, exist_ok: bool = False) -> None:  # noqa: ARG002  # as of Path
        if self.files.type_name not in _OBJECTS:
            self.files.create_dir(self.path, recursive=True)

    def entries(self) -> list[tuple[str, bool]]:
        """Name of each file and folder in this folder, and whether it is a folder; none where there is no folder."""
        from pyarrow.fs import FileSelector, FileType

        # pyarrow lists no folder of Google's that only the names of objects imply (apache/arrow#35993)
        below = self.files.type_name == "gcs"
        found = self.files.get_file_info(FileSelector(self.path, allow_not_found=True, recursive=below))
        if not below:
            return [(info.base_name, info.type == FileType.Directory) for info in found]
        names: dict[str, bool] = {}
        for info in found:
            name, _, rest = info.path[len(self.path) :].lstrip("/").partition("/")
            names[name] = names.get(name, False) or rest != "" or info.type == FileType.Directory
        names.pop("", None)
        return list(names.items())

    def iterdir(self) -> Iterator[Remote]:
        return (self / name for name, _ in sorted(self.entries()))

    def glob(self, pattern: str) -> Iterator[Remote]:
        return (path for path in self.iterdir() if fnmatchcase(path.name, pattern))

    def open(self, mode: str = "rb") -> io.BufferedReader:
        """For reading alone."""
        if mode != "rb":
            raise ValueError(f"mode {mode!r}; only 'rb' is possible")
        return io.BufferedReader(self.files.open_input_file(self.path), 2**20)

    def read_bytes(self) -> bytes:
        with self.files.open_input_file(self.path) as file:
            return bytes(file.readall())

    def write_bytes(self, data: Any) -> int:
        with self.files.open_output_stream(self.path) as file:
            file.write(data)
        return len(data)

    def replace(self, target: Remote) -> Remote:
        if self.files.type_name not in _OBJECTS:  # HDFS does not rename onto a file
            target.unlink(missing_ok=True)
        self.files.move(self.path, target.path)
        return target

    def unlink(self, missing_ok: bool = False) -> None:
        try:
            self.files.delete_file(self.path)
        except FileNotFoundError:
            if not missing_ok:
                raise

    def rmdir(self) -> None:
        if not self.entries() and self.is_dir():
            self.files.delete_dir(self.path)


Place = Path | Remote


def is_uri(name: object) -> bool:
    return isinstance(name, str) and _URI.match(name) is not None


def shown(name: str) -> str:
    """``name`` as it may be written down: a URI without secrets and options."""
    found = _URI.match(name)
    return f"{found['scheme']}://{found['rest']}" if found else name


def place(name: str | Path | Remote) -> Place:
    """The file or folder that ``name``, a path or a URI, stands for; it need not exist.

    Options of the file system stand in the URI: ``s3://bucket/folder?region=ap-southeast-1``. Secrets are better
    left where the file system looks by itself, such as AWS_ACCESS_KEY_ID.

    Raises:
        PlaceError: no file system of this scheme, or it cannot be reached.
    """
    if not isinstance(name, str) or not is_uri(name):
        return name if isinstance(name, Remote) else Path(name)
    if name.lower().startswith("file://"):
        return Path(name[len("file://") :])
    from pyarrow import ArrowException
    from pyarrow.fs import FileSystem

    try:
        try:
            files, path = FileSystem.from_uri(quote(name, safe=_PLAIN))
        except ArrowException as unknown:
            files, path = _of_fsspec(name, unknown)
    except (ArrowException, OSError, ImportError, ValueError, TypeError) as error:
        raise PlaceError(f"{shown(name)}: no file system to be reached there: {str(error).splitlines()[0]}") from None
    path = path.rstrip("/")
    if not path:
        raise PlaceError(f"{shown(name)}: no file system to be reached there: name a bucket or folder")
    before = unquote(shown(name)).rstrip("/").removesuffix(path)
    return Remote(files, path, before)


def _of_fsspec(uri: str, unknown: Exception) -> tuple[Any, str]:
    """Raises ``unknown`` where fsspec is not installed or does not know the scheme either."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise unknown from None
    from pyarrow.fs import FSSpecHandler, PyFileSystem

    files, path = url_to_fs(uri)
    return PyFileSystem(FSSpecHandler(files)), path
