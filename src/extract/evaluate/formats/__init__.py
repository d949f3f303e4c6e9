"""Files of annotations in, ``GoldArticle`` out: the project's own JSON Lines, and what annotation tools export.

Each module reads one format into drafts; here they are told apart, given one set of labels, brought to the text
that the pipeline reads (NFC, LF) and checked. A draft is a place and an article as ``checked`` takes it, but for
its labels, and for mentions that need not say their ``text``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from extract.evaluate.formats import brat, doccano, label_studio, own, spacy_bin
from extract.evaluate.gold import LABELS, GoldArticle, GoldError, Place, checked
from extract.text import clean

FORMATS = ("extract", "doccano", "label-studio", "brat", "spacy")
IGNORE = "ignore"  # in place of a label: mentions that are to be left out
_READERS = {
    "doccano": doccano.read,
    "label-studio": label_studio.read,
    "brat": brat.read,
    "spacy": spacy_bin.read,
}


def read_gold(path: Path, format: str | None = None, labels: Mapping[str, str] | None = None) -> list[GoldArticle]:
    """The annotated articles of a file or folder, in its order.

    Args:
        path: a file, or a folder of brat's or spaCy's files.
        format: one of ``FORMATS``; by default, what the file looks like.
        labels: the tool's name of a label -> one of ``LABELS``, or ``ignore``. Their own names need not be given.

    Raises:
        GoldError: there is no such file, it is in no known format, or its annotations contradict its text.
    """
    format = format or detect(path)
    if format == "extract":
        articles = own.read(path)
    else:
        names = {label.casefold(): label for label in LABELS} | {k.casefold(): v for k, v in (labels or {}).items()}
        articles = (_article(place, draft, names) for place, draft in _READERS[format](path))
    found: dict[str, GoldArticle] = {}
    for article in articles:
        if article.id in found:
            raise GoldError(f"{article.place}: article {article.id!r} is there twice")
        found[article.id] = article
    if not found:
        raise GoldError(f"{path}: holds no annotated article")
    return list(found.values())


def detect(path: Path) -> str:
    """Which of ``FORMATS`` a file or folder is in, by its name and its first line.

    Raises:
        GoldError: in none of them, or it cannot be read.
    """
    if path.is_dir():
        for format, pattern in (("brat", "*.ann"), ("spacy", "*.spacy")):
            if next(path.rglob(pattern), None) is not None:
                return format
        raise GoldError(f"{path}: is a folder without .ann or .spacy files; give the .jsonl file with the annotations")
    if path.suffix in (".ann", ".spacy"):
        return {".ann": "brat", ".spacy": "spacy"}[path.suffix]
    try:
        with path.open("rb") as file:
            start = next((line for line in file if line.strip()), b"").strip()
    except OSError as error:
        raise GoldError(f"{path}: {error.strerror}") from None
    if re.match(rb"\[\s*(\{|$)", start):
        return "label-studio"
    try:
        first = json.loads(start)
    except ValueError:  # the reader says where and why
        return "label-studio" if start == b"{" else "extract"
    return _format_of(first) if isinstance(first, dict) else "extract"


def _format_of(record: Mapping[str, Any]) -> str:
    if "mentions" in record:
        return "extract"
    if "data" in record and isinstance(record["data"], dict):
        return "label-studio"
    return "doccano" if {"entities", "label", "labels"} & record.keys() else "extract"


def _article(place: Place, draft: dict[str, Any], names: Mapping[str, str]) -> GoldArticle:
    text = draft["text"]
    try:
        mentions = list(_mentions(draft["mentions"], text, names))
        people = {m["id"] for m in mentions if m["label"] == "person"}
        for mention in mentions:
            if mention.get("holder") not in people:  # a relation to something that is left out
                mention.pop("holder", None)
        mentions.sort(key=lambda m: (m["start"], -m["end"]))
        return checked({"id": draft["id"], "text": clean(text), "mentions": mentions}, place)
    except ValueError as error:
        raise GoldError(f"{place}: {error}") from None


def _mentions(drafts: list[dict[str, Any]], text: str, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The mentions with the project's labels and with offsets in ``clean(text)``."""
    cleaned = clean(text)
    for draft in drafts:
        name, start, end = draft["label"], draft["start"], draft["end"]
        label = names.get(str(name).casefold())
        if label is None:
            raise ValueError(
                f"the label {name!r} is none of {', '.join(LABELS)}; --gold-label person={name} says which it is, "
                f"--gold-label {IGNORE}={name} leaves it out"
            )
        if label == IGNORE:
            continue
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
            raise ValueError(f"mention {draft['id']!r}: the span {start}..{end} does not lie in the text")
        there, said = text[start:end], draft.get("text")
        if said is not None and said != there:
            raise ValueError(f"mention {draft['id']!r} says {said!r}; the text at {start}..{end} is {there!r}")
        if cleaned != text:  # CRLF, or letters and marks apart: what stands before the span takes less room
            start, end = len(clean(text[:start])), len(clean(text[:end]))
            there = cleaned[start:end]
        yield draft | {"label": label, "start": start, "end": end, "text": there}
