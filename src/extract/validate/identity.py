"""``documents.document_id``: one string for the same document in different articles.

``type|code|issuer|year``, each part as far as known: ``Kết luận|21-KL/TW|Ban Chấp hành Trung ương|2021``. The
year is part of it because the Party's numbering starts again with each term (guideline 36-HD/VPTW of 2018).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from extract.records import Document
from extract.text import unify

_NONE: Mapping[str, str] = MappingProxyType({})
_NAMED_YEAR = re.compile(r" (?:năm )?((?:19|20)\d\d)$")  # "bộ luật hình sự |năm 2015|", "luật đất đai |2013|"
_LEADING = re.compile(r"^0+(?=\d)")
_YEAR = re.compile(r"/((?:19|20)\d\d)(?=/)")  # 67/2014/NĐ-CP, not 1026-KL/TU


def code_year(code: str | None) -> int | None:
    """The year within a code of the legal form, as in '67/2014/NĐ-CP'."""
    found = _YEAR.search(code) if code else None
    return int(found[1]) if found else None


def fold(text: str) -> str:
    """A form for comparing: matching letters and tone marks, single spaces, no capitals."""
    return " ".join(unify(text).split()).casefold()


def one_spelling(name: str | None) -> str | None:
    """A resolved name as everyone is to find it: 'Thành ủy' for 'Thành uỷ', single spaces."""
    return name and " ".join(unify(name).split())


def _designation(document: Document, text: str, abbreviations: Mapping[str, str]) -> tuple[str, str]:
    """What tells a document from others of its type: '5-CT/TW' for '05-CT/TW', 'số 20' for 'Nghị quyết số 20', or
    the words of the span behind the type: 'trung ương 4 khóa xi'. And the year, where that is part of the name."""
    if document.code:
        return _LEADING.sub("", document.code), str(code_year(document.code) or "")
    name = fold(text)
    year = _NAMED_YEAR.search(name) if document.kind == "named" else None
    if year is not None:
        name = name[: year.start()]
    if document.name:  # "Luật Hỗ trợ DNNVV", "luật cán bộ công chức"
        return fold(document.name), year[1] if year else ""
    first, _, others = name.partition(" ")
    if first in abbreviations:
        name = f"{abbreviations[first]} {others}".strip()
    rest = name.removeprefix(fold(document.type or document.doc_type or "")).strip()
    if document.number and rest.split()[-1:] == [fold(document.number)] and len(rest.split()) <= 2:
        return "số " + _LEADING.sub("", document.number), ""
    return rest or name, year[1] if year else ""


def document_ids(
    documents: Sequence[Document], texts: Sequence[str], abbreviations: Mapping[str, str] = _NONE
) -> list[str]:
    """The id of each document of one article; ``texts`` are those of the spans.

    What one mention says of issuer and year holds for the others of the same type and code, where the article
    gives only one: "Nghị quyết 19-NQ/TW ngày 16/6/2022 … thực hiện Nghị quyết 19-NQ/TW". ``abbreviations``: names
    known by letters, both folded: 'blhs' -> 'bộ luật hình sự'.
    """
    known: defaultdict[tuple[str, str], tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    keys, details = [], []
    for document, text in zip(documents, texts):
        designation, named_year = _designation(document, text, abbreviations)
        key = document.doc_type or "", designation
        issuer = one_spelling(document.issuer_resolved or document.issuer) or ""
        year = named_year or str(document.date.year if document.date else "")
        keys.append(key)
        details.append((issuer, year))
        for values, value in zip(known[key], (issuer, year)):
            values.update({value} - {""})

    def sole(values: set[str]) -> str:
        return next(iter(values)) if len(values) == 1 else ""

    return [
        "|".join(
            part.replace("|", " ") for part in (*key, *(own or sole(all_) for own, all_ in zip(detail, known[key])))
        )
        for key, detail in zip(keys, details)
    ]
