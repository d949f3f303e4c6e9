"""The words of ``names.toml``: what a part of a page is called, and what it says of itself."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from extract.read.byline import fold, words
from extract.read.html.tree import Element

_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ATTRIBUTES = ("class", "id", "type", "role", "itemprop")
_LONG = 9  # letters of a word that no other begins with
_LONGEST = 300  # characters of an attribute that are looked at


@dataclass(frozen=True, slots=True)
class Names:
    """The list ``key`` of the file, such as "captions"."""

    key: str

    def of(self, element: Element, attributes: tuple[str, ...] = _ATTRIBUTES) -> bool:
        """Whether ``element`` is called so in one of ``attributes``."""
        for attribute in attributes:
            value = element.get(attribute)
            if value and _is_named(self.key, value[:_LONGEST]):
                return True
        return False


@lru_cache(maxsize=16384)  # a page says the same class a hundred times
def _is_named(key: str, value: str) -> bool:
    words, phrases, beginnings = _list(key)
    for parts in map(_parts, value.split()):
        whole = "".join(parts)
        if whole in words or not words.isdisjoint(parts):
            return True
        if any(name.startswith(beginnings) for name in (whole, *parts)):
            return True
        if any(f" {phrase} " in f" {' '.join(parts)} " for phrase in phrases):
            return True
    return False


@cache
def _list(key: str) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Words, phrases, and words that a name may begin with."""
    listed = _file()[key]
    return (
        frozenset(listed["words"]),
        tuple(listed.get("phrases", ())),
        tuple(word for word in listed["words"] if len(word) >= _LONG),
    )


def _parts(name: str) -> list[str]:
    """``PhotoCMS_Caption`` -> ["photo", "cms", "caption"]."""
    return [part.lower() for part in _PARTS.findall(name)]


@cache
def boxes() -> frozenset[str]:
    """What the heading of a box of the page says, folded: "tinliênquan"."""
    return frozenset(map(fold, _file()["boxes"])) | words().others


@cache
def pointer() -> re.Pattern[str]:
    """What a line opens with that points to another article: "Xem thêm"."""
    return re.compile(r"[\s>»\-*•]*(?:" + "|".join(map(re.escape, _file()["pointers"])) + ")", re.IGNORECASE)


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
