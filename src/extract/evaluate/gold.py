"""Annotated articles: what one is, and whether its annotations are sound.

An article has ``id``, ``text`` and ``mentions``; a mention ``id``, ``label``, ``start``, ``end``, ``text`` and
the attributes of its label. What passes ``checked`` holds: every span lies in the text and is what it says.
The files that articles are read from are the business of ``formats``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

LABELS = ("person", "title", "document", "figure")
# The attributes that an annotation of each label may carry; a title also has ``holder``, the id of a person.
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "person": ("honorific", "ranks"),
    "title": ("status",),
    "document": ("kind", "type", "code", "date", "issuer"),
    "figure": ("quantity", "unit", "modifier", "value", "low", "high", "numerator", "denominator"),
}


class GoldError(Exception):
    """An annotation file that cannot be used; the message names file, line and mention."""


class Place(NamedTuple):
    """Where an article's annotations stand. ``line`` counts from 1, and is 0 in a file that has no lines.

    Where ``holds_text``, the file is the article's text itself: an offset is a line and a column of it.
    """

    file: str = ""
    line: int = 0
    holds_text: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """``mentions`` are kept as written; offsets are code points of ``text``, end exclusive."""

    id: str
    text: str
    mentions: tuple[Mapping[str, Any], ...]
    place: Place = field(default=Place(), compare=False)


def checked(data: Any, place: Place) -> GoldArticle:
    """The annotated article that ``data`` describes.

    Raises:
        ValueError: it describes none, or its annotations contradict its text; the message names the mention.
    """
    if not isinstance(data, dict) or not isinstance(data.get("id"), str) or not isinstance(data.get("text"), str):
        raise ValueError("an annotated article needs the strings 'id' and 'text'")
    mentions = data.get("mentions")
    if not isinstance(mentions, list):
        raise ValueError("an annotated article needs the list 'mentions'")
    people = {m.get("id") for m in mentions if isinstance(m, dict) and m.get("label") == "person"}
    for mention in mentions:
        if not isinstance(mention, dict) or mention.get("label") not in LABELS:
            raise ValueError(f"a mention needs a 'label' out of {', '.join(LABELS)}; got {mention!r:.80}")
        name, start, end = mention.get("id"), mention.get("start"), mention.get("end")
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(data["text"])):
            raise ValueError(f"mention {name!r}: the span {start}..{end} does not lie in the text")
        there = data["text"][start:end]
        if mention.get("text") != there:
            raise ValueError(f"mention {name!r} says {mention.get('text')!r}; the text at {start}..{end} is {there!r}")
        if mention.get("holder") is not None and mention["holder"] not in people:
            raise ValueError(f"mention {name!r}: the holder {mention['holder']!r} is no person of the article")
    return GoldArticle(data["id"], data["text"], tuple(mentions), place)
