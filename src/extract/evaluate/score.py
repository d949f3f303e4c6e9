"""Annotated and extracted mentions in, counts, matches and faults out. Micro-averaged over articles.

``person`` ``title`` ``document`` ``coded`` ``figure``: strict spans (start and end equal). ``title~``: any
overlap, one to one. ``holder``: the title's span strict and the holder the same name, or its shorter form.
``value``: figures with span, quantity and value right. Attributes: share right among strict matches.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from extract.evaluate.gold import LABELS, GoldArticle
from extract.evaluate.match import Fault, Match, Span, Wrong, faults
from extract.evaluate.predicted import Predicted, Row

MEASURES = ("person", "title", "title~", "holder", "document", "coded", "figure", "value")
# Attribute of a label -> the columns any of which may hold it: annotators write a figure's unit as in the
# text, which is `counted` for counts and `unit_text` for the rest.
ATTRIBUTES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "person": {"honorific": ("honorific",), "ranks": ("ranks",)},
    "title": {"status": ("status",)},
    "document": {name: (name,) for name in ("kind", "type", "code", "date", "issuer")},
    "figure": {
        "quantity": ("quantity",),
        "unit": ("unit", "unit_text", "counted"),
        "modifier": ("modifier",),
    },
}
SHARES = tuple(sorted(name for names in ATTRIBUTES.values() for name in names))
_VALUES = ("value", "low", "high", "numerator", "denominator")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_NO_TONES = dict.fromkeys(map(ord, _TONES))
_ONE_DEE = str.maketrans({"đ": "d", "ð": "d"})


@dataclass(frozen=True, slots=True)
class F1:
    """Counts of one measure: right, predicted and annotated."""

    tp: int
    pred: int
    gold: int

    @property
    def precision(self) -> float:
        return round(self.tp / self.pred, 4) if self.pred else 0.0

    @property
    def recall(self) -> float:
        return round(self.tp / self.gold, 4) if self.gold else 0.0

    @property
    def f1(self) -> float:
        return round(2 * self.tp / (self.pred + self.gold), 4) if self.tp else 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """Attributes that are right among those compared."""

    right: int
    of: int

    @property
    def share(self) -> float | None:
        return round(self.right / self.of, 4) if self.of else None


@dataclass(frozen=True, slots=True)
class Scores:
    f1: Mapping[str, F1]
    shares: Mapping[str, Share]
    articles: int
    missing: tuple[str, ...]  # annotated articles of which nothing was extracted
    text_differs: int  # articles whose extracted text is not the annotated one
    matches: tuple[Match, ...]  # by article, label and place
    faults: tuple[Fault, ...]  # of the matches, in their order

    def figure(self, name: str) -> float | None:
        """The F1 of a measure or the share of an attribute; None where there was nothing to compare."""
        if name in self.f1:
            return self.f1[name].f1 if self.f1[name].gold else None
        return self.shares[name].share


def score(gold: Sequence[GoldArticle], predicted: Mapping[str, Predicted]) -> Scores:
    """Compares annotated articles with what was extracted from them (by the id of the annotated article)."""
    count: Counter[tuple[str, str]] = Counter()
    matches: list[Match] = []
    text = {article.id: article.text for article in gold}
    for article in gold:
        found = predicted.get(article.id) or Predicted(article.text, {})
        for label in LABELS:
            matches += _compare(label, article, found, count)
    return Scores(
        f1={m: F1(count[m, "tp"], count[m, "pred"], count[m, "gold"]) for m in MEASURES},
        shares={a: Share(count[a, "right"], count[a, "of"]) for a in SHARES},
        articles=len(gold),
        missing=tuple(sorted(g.id for g in gold if g.id not in predicted)),
        text_differs=sum(g.id in predicted and predicted[g.id].text != g.text for g in gold),
        matches=tuple(matches),
        faults=tuple(fault for match in matches for fault in faults(match, text[match.article])),
    )


def _compare(label: str, article: GoldArticle, found: Predicted, count: Counter[tuple[str, str]]) -> list[Match]:
    want = {(m["start"], m["end"]): m for m in article.mentions if m["label"] == label}
    got = {(r["start"], r["end"]): r for r in found.rows.get(label, ())}
    hits = sorted(want.keys() & got.keys())
    wrong = {span: _wrong(label, want[span], got[span], count) for span in hits}

    def add(measure: str, right: int, predicted: int, annotated: int) -> None:
        count[measure, "tp"] += right
        count[measure, "pred"] += predicted
        count[measure, "gold"] += annotated

    add(label, len(hits), len(got), len(want))
    if label == "document":
        coded = {s for s, m in want.items() if m.get("kind") == "coded"}
        called = {s for s, r in got.items() if r.get("kind") == "coded"}
        add("coded", len(coded & called), len(called), len(coded))
    elif label == "title":
        add("title~", len(_pairs(want, got)), len(got), len(want))
        held = {s: _holder(m["holder"], article.mentions, "id") for s, m in want.items() if m.get("holder")}
        links = {
            s: _holder(r["holder_id"], found.rows.get("person", ()), "mention_id")
            for s, r in got.items()
            if r.get("holder_id")
        }
        right = {s for s in held.keys() & links.keys() if same_person(held[s], links[s])}
        add("holder", len(right), len(links), len(held))
        for span in hits:
            if held.get(span) != links.get(span) and span not in right:
                wrong[span].append(Wrong("holder", held.get(span) or None, links.get(span) or None))
    elif label == "figure":
        valued = [s for s in hits if same_value(want[s], got[s])]
        add("value", len(valued), len(got), len(want))
        for span in set(hits) - set(valued):
            if not _same_numbers(want[span], got[span]):
                wrong[span].append(Wrong("value", _written(want[span]), _written(got[span])))
            elif "quantity" not in want[span]:  # where it is annotated, `_wrong` has said that it differs
                wrong[span].append(Wrong("quantity", None, got[span].get("quantity")))
    return _matches(label, article.id, want, got, wrong)


def _wrong(label: str, mention: Row, row: Row, count: Counter[tuple[str, str]]) -> list[Wrong]:
    """What is wrong with the attributes of a mention whose span is right; counts them on the way."""
    wrong = []
    for name, columns in ATTRIBUTES[label].items():
        if name not in mention or (name == "code" and mention.get("kind") != "coded"):
            continue
        expected = fold(_plain(mention[name]))
        right = any(fold(_plain(row.get(column))) == expected for column in columns)
        count[name, "of"] += 1
        count[name, "right"] += right
        if not right:
            wrong.append(Wrong(name, _plain(mention[name]) or None, _plain(row.get(columns[0])) or None))
    return wrong


def _matches(
    label: str,
    article: str,
    want: Mapping[Span, Row],
    got: Mapping[Span, Row],
    wrong: Mapping[Span, list[Wrong]],
) -> list[Match]:
    """Every annotated and every extracted mention once: those of one span, those that overlap, and the rest."""

    def match(span: Span | None, other: Span | None) -> Match:
        row = got[other] if other else {}
        found = tuple(wrong.get(span, ())) if span and span == other else ()
        return Match(label, article, span, other, row.get("rule") or row.get("method"), found)

    missed, spurious = want.keys() - got.keys(), got.keys() - want.keys()
    pairs = _pairs(missed, spurious)
    matches = [match(span, span) for span in want.keys() & got.keys()]
    matches += [match(span, other) for span, other in pairs]
    matches += [match(span, None) for span in missed - {span for span, _ in pairs}]
    matches += [match(None, other) for other in spurious - {other for _, other in pairs}]
    return sorted(matches, key=lambda m: m.place)


def _pairs(want: Iterable[Span], got: Iterable[Span]) -> list[tuple[Span, Span]]:
    """Annotated spans with the first extracted span, not yet taken, that overlaps each."""
    left = sorted(got)
    pairs = []
    for span in sorted(want):
        other = next((o for o in left if o[0] < span[1] and span[0] < o[1]), None)
        if other is not None:
            left.remove(other)
            pairs.append((span, other))
    return pairs


def _holder(id: str, people: Iterable[Row], key: str) -> str:
    return next((str(p["text"]) for p in people if p.get(key) == id and p.get("label", "person") == "person"), "")


def same_person(a: str, b: str) -> bool:
    """Whether one name is the other or syllables at its start or end ("Chung" of "Nguyễn Đức Chung")."""
    short, long = sorted((fold(a).split(), fold(b).split()), key=len)
    return bool(short) and short in (long[: len(short)], long[-len(short) :])


def same_value(mention: Row, row: Row) -> bool:
    """Whether quantity and every number the annotation gives are those of the row, as exact decimals."""
    return mention.get("quantity") == row.get("quantity") and _same_numbers(mention, row)


def _same_numbers(mention: Row, row: Row) -> bool:
    given = [key for key in _VALUES if _number(mention.get(key)) is not None]
    return bool(given) and all(_number(mention[key]) == _number(row.get(key)) for key in given)


def _number(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def fold(text: str) -> str:
    """One form for spellings that differ in case, spaces, look-alike Đ, or the vowel with the tone mark."""
    syllables = unicodedata.normalize("NFD", text).casefold().translate(_ONE_DEE).split()
    return " ".join(s.translate(_NO_TONES) + "".join(sorted(c for c in s if c in _TONES)) for s in syllables)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return " | ".join(map(str, value))
    return "" if value is None else str(value)


def _written(row: Row) -> str | None:
    """The numbers of a figure: "98.5", "20–30", "17/17"."""
    value, low, high, part, whole = (
        "" if number is None else f"{number.normalize():f}" for number in (_number(row.get(key)) for key in _VALUES)
    )
    written = (value, (low or high) and f"{low}–{high}", (part or whole) and f"{part}/{whole}")
    return ", ".join(filter(None, written)) or None
