"""Annotated and extracted mentions in, counts and faults out. Micro-averaged over articles.

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
from typing import Any, Literal

from extract.evaluate.gold import LABELS, GoldArticle
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

Span = tuple[int, int]
FaultKind = Literal["missed", "spurious", "boundary", "attribute"]


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
class Fault:
    """One difference. ``start`` and ``end`` are the annotated span (where spurious, the extracted one)."""

    label: str
    kind: FaultKind
    article: str
    start: int
    end: int
    context: str  # the text around, the span in ⟦ ⟧
    detail: str = ""
    rule: str | None = None  # of the extracted mention


@dataclass(frozen=True, slots=True)
class Scores:
    f1: Mapping[str, F1]
    shares: Mapping[str, Share]
    articles: int
    missing: tuple[str, ...]  # annotated articles of which nothing was extracted
    text_differs: int  # articles whose extracted text is not the annotated one
    faults: tuple[Fault, ...]

    def figure(self, name: str) -> float | None:
        """The F1 of a measure or the share of an attribute; None where there was nothing to compare."""
        if name in self.f1:
            return self.f1[name].f1 if self.f1[name].gold else None
        return self.shares[name].share


def score(gold: Sequence[GoldArticle], predicted: Mapping[str, Predicted]) -> Scores:
    """Compares annotated articles with what was extracted from them (by the id of the annotated article)."""
    count: Counter[tuple[str, str]] = Counter()
    faults: list[Fault] = []
    for article in gold:
        found = predicted.get(article.id) or Predicted(article.text, {})
        for label in LABELS:
            _compare(label, article, found, count, faults)
    return Scores(
        f1={m: F1(count[m, "tp"], count[m, "pred"], count[m, "gold"]) for m in MEASURES},
        shares={a: Share(count[a, "right"], count[a, "of"]) for a in SHARES},
        articles=len(gold),
        missing=tuple(sorted(g.id for g in gold if g.id not in predicted)),
        text_differs=sum(g.id in predicted and predicted[g.id].text != g.text for g in gold),
        faults=tuple(faults),
    )


def _compare(
    label: str, article: GoldArticle, found: Predicted, count: Counter[tuple[str, str]], faults: list[Fault]
) -> None:
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
                wrong[span].append(f"holder {links.get(span) or None!r}, not {held.get(span) or None!r}")
    elif label == "figure":
        valued = [s for s in hits if same_value(want[s], got[s])]
        add("value", len(valued), len(got), len(want))
        for span in set(hits) - set(valued):
            wrong[span].append(f"{_written(got[span])}, not {_written(want[span])}")
    faults += _faults(label, article, want, got, wrong)


def _wrong(label: str, mention: Row, row: Row, count: Counter[tuple[str, str]]) -> list[str]:
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
            wrong.append(f"{name} {_plain(row.get(columns[0])) or None!r}, not {_plain(mention[name]) or None!r}")
    return wrong


def _faults(
    label: str,
    article: GoldArticle,
    want: Mapping[Span, Row],
    got: Mapping[Span, Row],
    wrong: Mapping[Span, list[str]],
) -> list[Fault]:
    missed = want.keys() - got.keys()
    spurious = got.keys() - want.keys()

    def fault(kind: FaultKind, span: Span, detail: str, row: Row) -> Fault:
        rule = row.get("rule") or row.get("method")
        return Fault(label, kind, article.id, *span, context(article.text, *span), detail, rule)

    faults = []
    for span, other in _pairs(missed, spurious):
        missed, spurious = missed - {span}, spurious - {other}
        faults.append(fault("boundary", span, f"got {article.text[slice(*other)]!r}", got[other]))
    faults += [fault("missed", span, "", {}) for span in missed]
    faults += [fault("spurious", span, "", got[span]) for span in spurious]
    faults += [fault("attribute", span, "; ".join(said), got[span]) for span, said in wrong.items() if said]
    return sorted(faults, key=lambda f: (f.start, f.end))


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
    given = [key for key in _VALUES if _number(mention.get(key)) is not None]
    return (
        bool(given)
        and mention.get("quantity") == row.get("quantity")
        and all(_number(mention[key]) == _number(row.get(key)) for key in given)
    )


def _number(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def fold(text: str) -> str:
    """One form for spellings that differ in case, spaces, look-alike Đ, or the vowel with the tone mark."""
    syllables = unicodedata.normalize("NFD", text).casefold().translate(_ONE_DEE).split()
    return " ".join(s.translate(_NO_TONES) + "".join(c for c in s if c in _TONES) for s in syllables)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return " | ".join(map(str, value))
    return "" if value is None else str(value)


def _written(row: Row) -> str:
    given = ((key, _number(row.get(key))) for key in _VALUES)
    numbers = ", ".join(f"{key} {number.normalize():f}" for key, number in given if number is not None)
    return f"{numbers or 'none'} ({row.get('quantity')})"


def context(text: str, start: int, end: int, width: int = 40) -> str:
    """``text[start:end]`` in ⟦ ⟧ with up to ``width`` code points either side, on one line."""
    before, after = text[max(0, start - width) : start], text[end : end + width]
    return f"{before}⟦{text[start:end]}⟧{after}".replace("\n", " ⏎ ")
