"""Offsets of tools that run in a browser: UTF-16 code units there, code points here.

The two differ behind the first character beyond U+FFFF, such as an emoji.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate


def to_utf16(text: str) -> Callable[[int], int]:
    """What turns offsets in code points of ``text`` into offsets in UTF-16 code units."""
    if not text or max(text) < "\U00010000":
        return lambda offset: offset
    units = [0, *accumulate(1 + (char > "\uffff") for char in text)]
    return units.__getitem__


def from_utf16(text: str) -> Callable[[int], int | None]:
    """What turns offsets in UTF-16 code units into code points of ``text``; None for one inside a character."""
    if not text or max(text) < "\U00010000":
        return lambda offset: offset
    points = {unit: point for point, unit in enumerate(accumulate((1 + (c > "\uffff") for c in text), initial=0))}
    return points.get
