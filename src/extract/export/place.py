"""Where an export goes: written aside, put in place when it is whole.

What stands there is replaced only where asked to, and a folder only where this module made it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from extract.write import OutputError, OutputExistsError

_MARK = ".extract-export"  # in every folder written here


@contextmanager
def aside(out: Path, *, folder: bool, overwrite: bool) -> Iterator[Path]:
    """A path to write to; when the block ends well, what is there takes the place of ``out``, else it is removed.

    Raises:
        OutputExistsError: ``out`` is there, and ``overwrite`` is not set.
        OutputError: it is not to be replaced: a folder in place of a file, or a folder of something else.
    """
    out = out.resolve()  # through links: the file is replaced, the link stays
    free(out, folder=folder, overwrite=overwrite)
    draft = out.parent / f".{out.name}.{os.getpid()}.tmp"
    _remove(draft)
    try:
        if folder:
            draft.mkdir()
            (draft / _MARK).touch()
        yield draft
        if folder and out.exists():
            shutil.rmtree(out)
        draft.replace(out)
    finally:
        _remove(draft)


def free(out: Path, *, folder: bool, overwrite: bool) -> None:
    """Raises what ``aside`` raises, and makes the folder that ``out`` is to stand in."""
    if out.exists() and not overwrite:
        raise OutputExistsError(f"{out}: is there already; --overwrite replaces it")
    if folder and out.exists() and not (out / _MARK).is_file() and not (out.is_dir() and not any(out.iterdir())):
        raise OutputError(f"{out}: is no folder that an export left; name another, or remove it yourself")
    if not folder and out.exists() and not out.is_file():
        raise OutputError(f"{out}: is {'a folder' if out.is_dir() else 'no file'}; name a file")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise OutputError(f"{out}: {out.parent} is not a folder") from None


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
