"""A pattern and its named lists in, the compiled pattern out, from a file where this user has compiled it before.

regex takes a second for the patterns of the built-in rules and 20 ms to read them back. The files lie in
``~/.cache/extract-vn`` (``$XDG_CACHE_HOME``) in the format of Python's own compiled modules; they hold values and no
code. Where they cannot be written, or are not as they were written, patterns are compiled.
"""

from __future__ import annotations

import contextlib
import copyreg
import hashlib
import marshal
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import regex
from regex import Pattern

_SIZE = 32  # bytes of the digest at the head of a file
_MOST = 1000  # files; some 30 belong to one version of the rules
_SLOW = 0.002  # seconds: what compiles faster is not kept


def compile_pattern(pattern: str, flags: int, lists: Mapping[str, frozenset[str]]) -> Pattern[str]:
    """``regex.compile(pattern, flags, **lists)``. Raises ``regex.error``."""
    path = _path(pattern, flags, lists)
    if path and (kept := _read(path)):
        return kept
    named: dict[str, Any] = dict(lists)
    start = time.perf_counter()
    compiled = regex.compile(pattern, flags, **named)
    if path and time.perf_counter() - start > _SLOW:
        _write(path, compiled)
    return compiled


def _path(pattern: str, flags: int, lists: Mapping[str, frozenset[str]]) -> Path | None:
    """The file for this pattern; None for a user without a home."""
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        folder = Path(home).expanduser()
    except RuntimeError:
        return None
    name = f"{_key(pattern, flags, lists)}.{sys.implementation.cache_tag}"
    return folder / "extract-vn" / "patterns" / name


def _key(pattern: str, flags: int, lists: Mapping[str, frozenset[str]]) -> str:
    parts = [regex.__version__, pattern, str(flags)]
    for name in sorted(lists):
        parts += [name, *sorted(lists[name])]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _read(path: Path) -> Pattern[str] | None:
    try:
        data = path.read_bytes()
        if hashlib.sha256(data[_SIZE:]).digest() != data[:_SIZE]:
            return None
        made: Pattern[str] = _restore()(*marshal.loads(data[_SIZE:]))
        return made
    except Exception:  # there is none, or another version's: whatever is wrong with it, compiling helps
        return None


def _write(path: Path, compiled: Pattern[str]) -> None:
    """Keeps what pickle would keep of ``compiled``; nothing where the folder may not be written to."""
    with contextlib.suppress(OSError, ValueError, TypeError, LookupError):
        data = marshal.dumps(_parts(compiled)[1])
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{os.getpid()}.tmp")
        aside.write_bytes(hashlib.sha256(data).digest() + data)
        aside.replace(path)
        kept = list(path.parent.iterdir())
        if len(kept) > _MOST:  # of rules that have changed since
            for old in sorted(kept, key=lambda p: p.stat().st_mtime)[: _MOST // 2]:
                old.unlink(missing_ok=True)


def _parts(compiled: Pattern[str]) -> tuple[Any, tuple[Any, ...]]:
    """How pickle takes a pattern apart: the function that makes it again, and what it is given."""
    made: Any = copyreg.dispatch_table[type(compiled)](compiled)
    return made[0], made[1]


def _restore() -> Any:
    return _parts(regex.compile(""))[0]
