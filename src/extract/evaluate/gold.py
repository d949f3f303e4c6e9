"""Annotated articles: JSON Lines in, ``GoldArticle`` out.

A line holds ``id``, ``text`` and ``mentions``; a mention ``id``, ``label``, ``start``, ``end``, ``text`` and
the attributes of its label. What is read is checked: every span lies in the text and holds what it says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LABELS = ("person", "title", "document", "figure")


class GoldError(Exception):
    """An annotation file that cannot be used; the message names file, line and mention."""


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """``mentions`` are kept as written; offsets are code points of ``text``, end exclusive."""

    id: str
    text: str
    mentions: tuple[Mapping[str, Any], ...]


def read_gold(path: Path) -> list[GoldArticle]:
    """The annotated articles of a JSON Lines file, in its order.

    Raises:
        GoldError: the file cannot be read, or a line is no article with sound annotations.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except IsADirectoryError:
        raise GoldError(f"{path}: is a folder; give the .jsonl file with the annotations") from None
    except OSError as error:
        raise GoldError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: not UTF-8 at byte {error.start}") from None
    articles: dict[str, GoldArticle] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                article = _article(json.loads(line))
            except json.JSONDecodeError as error:
                raise GoldError(f"{path}:{number}: not JSON: {error.msg} at column {error.colno}") from None
            except ValueError as error:
                raise GoldError(f"{path}:{number}: {error}") from None
            if article.id in articles:
                raise GoldError(f"{path}:{number}: article {article.id!r} is there twice")
            articles[article.id] = article
    if not articles:
        raise GoldError(f"{path}: holds no annotated article")
    return list(articles.values())


def _article(data: Any) -> GoldArticle:
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
    return GoldArticle(data["id"], data["text"], tuple(mentions))
