"""Arguments (files, globs, folders) -> the files behind them, in one order, each with its name in the tables.

Arguments in the order given; below a folder or a glob, by path. Folders are walked, never listed whole, so
memory does not grow with them. Every file is read once, even where two arguments reach it, and no two share a
name.
"""

# Paths are sorted, merged and compared as strings, millions of them.
# ruff: noqa: PTH112, PTH118, PTH120, PTH207

from __future__ import annotations

import glob
import heapq
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from extract.files import Place, PlaceError, Remote, is_uri, place

STDIN = "-"
_FORMAT = re.compile(
    r"""
    (?: (?: (?P<text>\.txt) | (?P<html>\.html?) | (?P<json>\.jsonl|\.ndjson) | (?P<warc>\.warc(?:\.wet)?)
          | (?P<tar>\.tar) ) (?P<compression>\.gz|\.zst)?
      | (?P<tgz>\.tgz) | (?P<zip>\.zip) | (?P<parquet>\.parquet) )$
    """,
    re.VERBOSE,
)
_KINDS = ("text", "html", "json", "warc", "tar", "zip", "parquet")
READABLE = ".txt, .html, .jsonl, .warc, .tar (each also .gz or .zst), .zip and .parquet"


class InputError(Exception):
    """An argument that cannot be read at all; the message says what was found and what would be right."""


@dataclass(frozen=True, slots=True)
class File:
    """One file to read. ``kind``: one of ``_KINDS``; ``error``: why a folder could not be walked."""

    path: Place
    source: str
    kind: str
    compression: str = ""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class _Root:
    """What one argument stands for: files and folders (``entries``) below ``base``, which stdin has not.

    For a URI, ``remote`` is the base.
    """

    base: str | None
    entries: tuple[str, ...]
    prefix: str = ""
    remote: Remote | None = None

    def is_folder(self, entry: str) -> bool:
        return entry == "" if self.remote else os.path.isdir(os.path.join(self.base or "", entry))

    def place(self, name: str) -> Place:
        return self.remote / name if self.remote else Path(self.base or "", name)


@dataclass(frozen=True, slots=True)
class InputSize:
    """Files that will be read, their bytes on disk, and files of other formats, which are left alone."""

    files: int
    bytes: int
    skipped: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """The arguments' roots, and for each absolute path named by one, the first root that names it."""

    roots: tuple[_Root, ...]
    files: dict[str, int]
    folders: dict[str, int]

    def walk(self, i: int) -> Iterator[tuple[str, str | None]]:
        """Names below root ``i`` by path, each with why it cannot be read, less what an earlier root has."""
        root = self.roots[i]
        if root.base is None:
            return
        for entry in root.entries:
            path = os.path.join(root.base, entry) if entry else root.base
            if not root.is_folder(entry):
                names: Iterator[tuple[str, str | None]] = iter([(entry, None)])
            elif root.remote:
                names = _walk_remote(root.remote, "")
            else:
                names = _walk(path, entry, ())
            for name, error in names:
                if not i or not self._is_earlier(os.path.join(root.base, name), i):
                    yield name, error

    def _is_earlier(self, path: str, i: int) -> bool:
        if self.files.get(path, i) < i:
            return True
        while self.folders and path != (path := os.path.dirname(path)):
            if self.folders.get(path, i) < i:
                return True
        return False


def find_files(inputs: Sequence[str | Path]) -> Iterator[File | None]:
    """The files behind ``inputs``; None stands for standard input.

    Raises:
        InputError: at once, for a missing path, an unreadable format, a folder or glob with nothing to read.
    """
    return _files(_name_apart(_plan(inputs)))


def count_inputs(inputs: Sequence[str | Path]) -> InputSize:
    """How much there is to read; opens no file, and takes standard input for nothing. Raises InputError."""
    files = size = skipped = 0
    plan = _plan(inputs)
    for i, root in enumerate(plan.roots):
        for name, _ in plan.walk(i):
            if format_of(name) is None:
                skipped += 1
                continue
            files += 1
            with suppress(OSError):  # reading it makes a reject of it
                size += root.place(name).stat().st_size
    return InputSize(files, size, skipped)


def format_of(name: str) -> tuple[str, str] | None:
    """Kind and compression by the end of a file's name, or None where it is of no format that is read."""
    # Twelve characters are the longest ending; searching whole paths a million times takes seconds.
    match = _FORMAT.search(name[-14:].lower())
    if match is None:
        return None
    if match["tgz"]:
        return "tar", ".gz"
    return next(kind for kind in _KINDS if match[kind]), match["compression"] or ""


def _plan(inputs: Sequence[str | Path]) -> _Plan:
    if isinstance(inputs, str | Path):
        inputs = [inputs]
    if not inputs:
        raise InputError(f"no input: name files ({READABLE}), folders or globs, or - for standard input")
    roots = tuple(_root(os.fspath(given)) for given in inputs)
    files: dict[str, int] = {}
    folders: dict[str, int] = {}
    for i, root in enumerate(roots):
        for entry in root.entries:
            path = os.path.join(root.base or "", entry) if entry else root.base or ""
            (folders if root.is_folder(entry) else files).setdefault(path, i)
    for root, given in zip(roots, inputs, strict=True):
        _check_holds_something(root, os.fspath(given))
    return _Plan(roots, files, folders)


def _check_holds_something(root: _Root, given: str) -> None:
    found = 0
    if root.base is None:
        return
    for name, _ in _Plan((root,), {}, {}).walk(0):
        if format_of(name) is not None:
            return
        found += 1
    what = "folder" if root.remote or os.path.isdir(given) else "glob"
    held = f"only files of other formats ({found:,})" if found else "no file"
    raise InputError(f"{given}: this {what} holds {held}; what can be read is {READABLE}")


def _root(given: str) -> _Root:
    if given == STDIN:
        return _Root(None, ())
    if is_uri(given):
        return _remote_root(given)
    if os.path.isdir(given):
        try:
            os.scandir(given).close()
        except OSError as error:
            raise InputError(f"{given}: this folder cannot be opened: {error.strerror}") from None
        return _Root(os.path.realpath(given), ("",))
    if os.path.lexists(given):
        if format_of(given) is None:
            raise InputError(f"{given}: by its name not of a format that can be read; those are {READABLE}")
        folder, name = os.path.split(given)
        return _Root(os.path.realpath(folder), (name,))
    if glob.has_magic(given):
        return _glob_root(given)
    raise InputError(f"{given}: no such file or folder")


def _remote_root(given: str) -> _Root:
    try:
        there = place(given)
        if isinstance(there, Path):  # file://
            return _root(str(there))
        is_folder, is_file = there.is_dir(), there.is_file()
    except (PlaceError, OSError) as error:
        raise InputError(f"{given}: {error}" if isinstance(error, OSError) else str(error)) from None
    if is_folder:
        return _Root(str(there), ("",), remote=there)
    if is_file and format_of(there.name) is None:
        raise InputError(f"{there}: by its name not of a format that can be read; those are {READABLE}")
    if is_file:
        return _Root(str(there.parent), (there.name,), remote=there.parent)
    hint = "; globs are for local paths" if glob.has_magic(there.name) else ""
    raise InputError(f"{there}: no such file or folder{hint}")


def _glob_root(pattern: str) -> _Root:
    """What a glob finds, named relative to its fixed leading folder."""
    fixed = os.path.dirname(re.split(r"[*?\[]", pattern, maxsplit=1)[0])
    entries: list[str] = []
    folder = None  # the last one taken whole: "**" finds a folder and then everything in it
    found = glob.glob(pattern, recursive=True)
    for path in sorted(f"{p.rstrip('/')}/" if os.path.isdir(p) else p for p in found):
        if folder is not None and path.startswith(folder):
            continue
        if path.endswith("/"):
            folder = path
        name = os.path.relpath(path, fixed or ".")
        entries.append("" if name == "." else name)
    if not entries:
        raise InputError(f"{pattern}: this glob finds nothing")
    return _Root(os.path.realpath(fixed), tuple(entries))


def _walk(folder: str, name: str, links: tuple[str, ...]) -> Iterator[tuple[str, str | None]]:
    """Files below ``folder``, called ``name``, sorted by their whole paths, each with why it cannot be read.

    Hidden ones are left out, and links to a folder above. ``links``: where the links on the way here lead to.
    """
    try:
        with os.scandir(folder) as entries:
            found = sorted(_describe(e) for e in entries if not e.name.startswith("."))
    except OSError as error:
        yield name, f"this folder cannot be opened: {error.strerror}"
        return
    for entry, is_regular, is_link in found:
        below = f"{name}/{entry}" if name else entry
        if not entry.endswith("/"):
            if is_regular or format_of(entry) is not None:
                yield below, None if is_regular else "not a regular file, or a link to nothing"
            continue
        path = os.path.join(folder, entry[:-1])
        if not is_link:
            yield from _walk(path, below[:-1], links)
            continue
        target = os.path.realpath(path)
        above = (*links, os.path.realpath(folder))
        if not any(f"{place}/".startswith(f"{target}/") for place in above):
            yield from _walk(path, below[:-1], (*links, target))


def _walk_remote(folder: Remote, name: str) -> Iterator[tuple[str, str | None]]:
    """As ``_walk``."""
    try:
        found = sorted(entry + "/" * is_folder for entry, is_folder in folder.entries() if not entry.startswith("."))
    except OSError as error:
        yield name, f"this folder cannot be opened: {error}"
        return
    for entry in found:
        below = f"{name}/{entry}" if name else entry
        if entry.endswith("/"):
            yield from _walk_remote(folder / entry[:-1], below[:-1])
        else:
            yield below, None


def _describe(entry: os.DirEntry[str]) -> tuple[str, bool, bool]:
    """Name (a folder's with a slash, so that names sort as paths), whether a plain file, whether a link."""
    try:
        return entry.name + "/" * entry.is_dir(), entry.is_file(), entry.is_symlink()
    except OSError:
        return entry.name, False, False


def _name_apart(plan: _Plan) -> _Plan:
    """Roots whose files would share names get as many of their last folders in front as tell them apart."""
    if len(plan.roots) == 1:
        return plan
    depths = [0] * len(plan.roots)
    deepest = max(len(Path(r.base or "").parts) for r in plan.roots)
    while max(depths) <= deepest:  # whole paths differ, so it ends before that
        prefixes = [_last_folders(r.base, d) for r, d in zip(plan.roots, depths, strict=True)]
        streams = [_owned(plan, i, prefix) for i, prefix in enumerate(prefixes)]
        clashing: set[int] = set()
        for _, group in groupby(heapq.merge(*streams), key=itemgetter(0)):
            owners = {i for _, i in group}
            if len(owners) > 1:
                clashing |= owners
        if not clashing:
            roots = tuple(replace(r, prefix=p) for r, p in zip(plan.roots, prefixes, strict=True))
            return replace(plan, roots=roots)
        depths = [d + (i in clashing) for i, d in enumerate(depths)]
    return plan


def _owned(plan: _Plan, i: int, prefix: str) -> Iterator[tuple[str, int]]:
    return ((prefix + name, i) for name, _ in plan.walk(i))


def _last_folders(base: str | None, depth: int) -> str:
    parts = Path(base or "").parts[-depth:] if depth else ()
    return "".join(part.strip("/") + "/" for part in parts)


def _files(plan: _Plan) -> Iterator[File | None]:
    told = False
    for i, root in enumerate(plan.roots):
        if root.base is None:
            if not told:
                yield None
            told = True
            continue
        for name, error in plan.walk(i):
            form = format_of(name)
            if form is None and error is None:
                continue
            kind, compression = form or ("text", "")
            # A name that is not UTF-8 has lone surrogates in Python, which no table can hold.
            source = os.fsencode(root.prefix + name).decode("utf-8", "backslashreplace")
            yield File(root.place(name), source or ".", kind, compression, error)
