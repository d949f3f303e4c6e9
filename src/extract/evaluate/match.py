"""An annotated mention beside the extracted one in; what is wrong with the pair, and why, out.

A ``Match`` is right, missed, spurious, of wrong boundaries, or of wrong attributes. Each of its faults has one
cause: a side of the boundary, or one attribute. Offsets are code points of the annotated text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Span = tuple[int, int]
FaultKind = Literal["missed", "spurious", "boundary", "attribute"]
FAULT_KINDS: Sequence[FaultKind] = ("missed", "spurious", "boundary", "attribute")
# What would steer a terminal or turn the writing direction of what follows.
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Wrong(NamedTuple):
    """An attribute that differs where the span is right; None where there is no value."""

    attribute: str
    expected: str | None
    found: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """What was annotated (``want``) and what was extracted (``got``) at one place; at least one of them is there."""

    label: str
    article: str
    want: Span | None
    got: Span | None
    rule: str | None = None  # that extracted it, else the method
    wrong: tuple[Wrong, ...] = ()  # only where want == got

    @property
    def kind(self) -> FaultKind | Literal["right"]:
        if self.got is None:
            return "missed"
        if self.want is None:
            return "spurious"
        if self.want != self.got:
            return "boundary"
        return "attribute" if self.wrong else "right"

    @property
    def place(self) -> Span:
        """The annotated span; where spurious, the extracted one."""
        place = self.want or self.got
        assert place is not None
        return place


@dataclass(frozen=True, slots=True)
class Fault:
    """One difference with one cause. ``start`` and ``end`` are the annotated span (where spurious, the extracted one).

    ``cause`` is empty where missed or spurious, else as ``boundary_cause`` names it, or the attribute.
    ``expected`` and ``found`` are the texts of the two spans, or the two values of the attribute.
    """

    label: str
    kind: FaultKind
    cause: str
    article: str
    start: int
    end: int
    got: Span | None
    context: str  # the text around, the span in ⟦ ⟧
    expected: str | None
    found: str | None
    rule: str | None  # of the extracted mention

    @property
    def detail(self) -> str:
        """What was extracted and what is annotated, in words."""
        if self.kind == "boundary":
            return f"{self.cause}: got {self.found!r}"
        return f"{self.cause} {self.found!r}, not {self.expected!r}" if self.kind == "attribute" else ""


def faults(match: Match, text: str) -> list[Fault]:
    """The differences of a match, one a cause; ``text`` is that of the annotated article."""
    kind, (start, end) = match.kind, match.place
    if kind == "right":
        return []

    def fault(cause: str, expected: str | None, found: str | None) -> Fault:
        around = context(text, start, end)
        return Fault(
            match.label, kind, cause, match.article, start, end, match.got, around, expected, found, match.rule
        )

    if kind == "attribute":
        return [fault(*wrong) for wrong in match.wrong]
    cause = boundary_cause(match.want, match.got) if match.want and match.got else ""
    return [fault(cause, match.want and text[slice(*match.want)], match.got and text[slice(*match.got)])]


def boundary_cause(want: Span, got: Span) -> str:
    """How ``got`` differs: "too short right", "too long left and right", "too long left, too short right"."""
    over: list[str] = []
    under: list[str] = []
    for side, more in (("left", want[0] - got[0]), ("right", got[1] - want[1])):
        if more:
            (over if more > 0 else under).append(side)
    named = (("too long", over), ("too short", under))
    return ", ".join(f"{how} {' and '.join(sides)}" for how, sides in named if sides)


class RuleCount(NamedTuple):
    """What a rule extracted of a label: ``hits`` mentions, of which so many right, and wrong in one of three ways."""

    label: str
    rule: str
    hits: int
    right: int
    attribute: int
    boundary: int
    spurious: int


def by_rule(matches: Iterable[Match]) -> list[RuleCount]:
    """The record of each rule, the one with most wrong first."""
    count: Counter[tuple[str, str, str]] = Counter()
    for match in matches:
        if match.got is not None:
            count[match.label, match.rule or "", match.kind] += 1
            count[match.label, match.rule or "", "hits"] += 1
    kinds = ("hits", "right", "attribute", "boundary", "spurious")
    rules = {(label, rule) for label, rule, _ in count}
    made = [RuleCount(label, rule, *(count[label, rule, kind] for kind in kinds)) for label, rule in rules]
    return sorted(made, key=lambda r: (r.right - r.hits, -r.hits, r.label, r.rule))


def context(text: str, start: int, end: int, width: int = 40) -> str:
    """``text[start:end]`` in ⟦ ⟧ with up to ``width`` code points either side, on one line; safe to print."""
    before, after = text[max(0, start - width) : start], text[end : end + width]
    return _STEERING.sub("\ufffd", f"{before}⟦{text[start:end]}⟧{after}".replace("\n", " ⏎ "))
