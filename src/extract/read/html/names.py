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
    """One list: words, phrases, and words that names may begin with."""

    words: frozenset[str]
    phrases: tuple[str, ...]
    beginnings: tuple[str, ...]

    def of(self, element: Element, attributes: tuple[str, ...] = _ATTRIBUTES) -> bool:
        """Whether ``element`` is called so in one of ``attributes``."""
        return any(value and self._in(value[:_LONGEST]) for value in map(element.get, attributes))

    def _in(self, value: str) -> bool:
        for parts in map(_parts, value.split()):
            whole = "".join(parts)
            if whole in self.words or not self.words.isdisjoint(parts) or whole.startswith(self.beginnings):
                return True
            if self.phrases and any(f" {phrase} " in f" {' '.join(parts)} " for phrase in self.phrases):
                return True
        return False


@cache
def names(key: str) -> Names:
    """The list ``key``, such as "captions"."""
    listed = _file()[key]
    beginnings = tuple(word for word in listed["words"] if len(word) >= _LONG)
    return Names(frozenset(listed["words"]), tuple(listed.get("phrases", ())), beginnings)


@cache
def boxes() -> frozenset[str]:
    """What the heading of a box of the page says, folded: "tinliênquan"."""
    return frozenset(map(fold, _file()["boxes"])) | words().others


@cache
def pointer() -> re.Pattern[str]:
    """What a line opens with that points to another article: "Xem thêm"."""
    return re.compile(r"[\s>»\-*•]*(?:" + "|".join(map(re.escape, _file()["pointers"])) + ")", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[str, ...]:
    """``PhotoCMS_Caption`` -> ("photo", "cms", "caption")."""
    return tuple(part.lower() for part in _PARTS.findall(name))


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
