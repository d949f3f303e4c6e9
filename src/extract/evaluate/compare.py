"""Two runs on the same annotated articles in; what the second gained and lost out.

A gain is a span that became right, an attribute put right where the span was and is, or a false alarm that went
away; a loss is the reverse. A mention that is wrong in both runs, but in another way, has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from extract.evaluate.gold import LABELS, GoldArticle
from extract.evaluate.match import Match, Span, Wrong, boundary_cause, context
from extract.evaluate.score import Scores

ChangeKind = Literal["gain", "loss", "changed"]
CHANGE_KINDS: Sequence[ChangeKind] = ("gain", "loss", "changed")


class State(NamedTuple):
    """What one run made of a mention, or of one attribute of it.

    ``cause``: "right", "missed", "spurious", "none" (nothing extracted, rightly), "boundary: …" or "attribute: …".
    ``got``: the text extracted instead (boundary), or the value (of an attribute).
    """

    cause: str
    got: str | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two runs; ``start`` and ``end`` as in ``Fault``."""

    label: str
    kind: ChangeKind
    article: str
    start: int
    end: int
    context: str
    expected: str | None  # the annotated text, or the annotated value of the attribute
    before: State
    after: State


@dataclass(frozen=True, slots=True)
class Comparison:
    old: Scores
    new: Scores
    changes: tuple[Change, ...]  # by label, kind, article and place

    def totals(self) -> dict[str, Mapping[ChangeKind, int]]:
        """Label -> how many gains, losses and changes."""
        count = Counter((change.label, change.kind) for change in self.changes)
        return {label: {kind: count[label, kind] for kind in CHANGE_KINDS} for label in LABELS}


def compare(old: Scores, new: Scores, articles: Sequence[GoldArticle]) -> Comparison:
    """What changed between two runs that were scored on ``articles``."""
    text = {article.id: article.text for article in articles}
    before, after = _by_key(old), _by_key(new)
    wrong_before, wrong_after = _wrong_spans(old), _wrong_spans(new)
    changes: list[Change] = []
    for key in before.keys() | after.keys():
        label, id, span, _ = key
        was, now = before.get(key), after.get(key)
        steps: Iterable[_Step] = ()
        if was and now:
            steps = _steps(was, now, text[id])
        # An extracted span that is a wrong boundary in the other run was as wrong there; it did not come or go.
        elif now and (label, id, span) not in wrong_before:
            steps = [("loss", None, _NOTHING, _state(now, text[id]))]
        elif was and (label, id, span) not in wrong_after:
            steps = [("gain", None, _state(was, text[id]), _NOTHING)]
        around = context(text[id], *span)
        changes += [Change(label, kind, id, *span, around, gold, a, b) for kind, gold, a, b in steps]
    changes.sort(
        key=lambda c: (LABELS.index(c.label), CHANGE_KINDS.index(c.kind), c.article, c.start, c.end, c.before.cause)
    )
    return Comparison(old, new, tuple(changes))


_Step = tuple[ChangeKind, str | None, State, State]  # kind, expected, before, after
_NOTHING = State("none", None, None)


def _steps(was: Match, now: Match, text: str) -> Iterator[_Step]:
    """What changed at one annotated mention."""
    hit, hits = was.want == was.got, now.want == now.got
    if hit and hits:
        yield from _attributes(was, now)
    elif hit or hits or was.got != now.got:
        kind: ChangeKind = "gain" if hits else "loss" if hit else "changed"
        yield kind, text[slice(*now.place)], _state(was, text), _state(now, text)


def _attributes(was: Match, now: Match) -> Iterator[_Step]:
    """What changed in the attributes of a mention whose span is right in both runs."""
    before, after = ({wrong.attribute: wrong for wrong in match.wrong} for match in (was, now))

    def state(match: Match, wrong: Mapping[str, Wrong], name: str) -> State:
        return (
            State(f"attribute: {name}", wrong[name].found, match.rule)
            if name in wrong
            else State("right", None, match.rule)
        )

    for name in sorted(before.keys() | after.keys()):
        kind: ChangeKind = "gain" if name not in after else "loss" if name not in before else "changed"
        if kind != "changed" or before[name].found != after[name].found:
            yield kind, (before | after)[name].expected, state(was, before, name), state(now, after, name)


def _state(match: Match, text: str) -> State:
    if match.kind == "boundary" and match.want and match.got:
        return State(f"boundary: {boundary_cause(match.want, match.got)}", text[slice(*match.got)], match.rule)
    if match.kind == "attribute":
        return State("attribute: " + ", ".join(wrong.attribute for wrong in match.wrong), None, match.rule)
    return State(match.kind, None, match.rule)


def _by_key(scores: Scores) -> dict[tuple[str, str, Span, bool], Match]:
    """Matches by label, article, place, and whether something is annotated there."""
    return {(m.label, m.article, m.place, m.want is not None): m for m in scores.matches}


def _wrong_spans(scores: Scores) -> set[tuple[str, str, Span]]:
    return {(m.label, m.article, m.got) for m in scores.matches if m.got and m.got != m.want}
