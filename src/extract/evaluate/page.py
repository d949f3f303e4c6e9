"""Scores in, one HTML page out: every fault by label and cause, in context, and the record of each rule.

The page is ``errors.html`` with the data put into it as JSON. It needs no network, and whatever the texts hold
is shown as text: the data holds no ``<``, and the page makes no markup of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from itertools import pairwise
from typing import Any

from extract.evaluate.gold import LABELS, GoldArticle
from extract.evaluate.match import FAULT_KINDS, Fault, Span, by_rule
from extract.evaluate.report import dump
from extract.evaluate.score import Scores

_SLOT = "{{data}}"


def as_html(scores: Scores, articles: Sequence[GoldArticle], of: str) -> str:
    """The page for a run that was scored on ``articles``; ``of`` says which run it was."""
    text = {article.id: article.text for article in articles}
    data = {
        "of": of,
        "labels": LABELS,
        "kinds": FAULT_KINDS,
        "articles": scores.articles,
        "missing": scores.missing,
        "text_differs": scores.text_differs,
        "measures": [(name, m.precision, m.recall, m.f1, m.gold, m.pred) for name, m in scores.f1.items()],
        "attributes": [(name, s.share, s.of) for name, s in scores.shares.items() if s.of],
        "rules": [rule._asdict() for rule in by_rule(scores.matches)],
        "faults": [_fault(fault, text[fault.article]) for fault in scores.faults],
    }
    template = resources.files(__package__).joinpath("errors.html").read_text("utf-8")
    return template.replace(_SLOT, dump(data).replace("<", "\\u003c"))


def _fault(fault: Fault, text: str) -> dict[str, Any]:
    place = (fault.start, fault.end)
    return {
        "label": fault.label,
        "kind": fault.kind,
        "cause": f"{fault.kind}: {fault.cause}" if fault.cause else fault.kind,
        "article": fault.article,
        "start": fault.start,
        "end": fault.end,
        "parts": parts(text, None if fault.kind == "spurious" else place, fault.got),
        "expected": fault.expected,
        "found": fault.found,
        "rule": fault.rule,
    }


def parts(text: str, want: Span | None, got: Span | None, width: int = 110) -> list[tuple[str, int]]:
    """The text around two spans, cut where one of them begins or ends: pieces with 1 if annotated + 2 if extracted.

    Either span may be absent. ``width``: up to so many code points before the first and after the last of them,
    in whole words.
    """
    spans = [(span, mark) for span, mark in ((want, 1), (got, 2)) if span]
    start, end = min(span[0] for span, _ in spans), min(len(text), max(span[1] for span, _ in spans))
    low, high = max(0, start - width), min(len(text), end + width)
    if low > 0:
        low += text[low:start].find(" ") + 1
    if high < len(text) and " " in text[end:high]:
        high = text.rindex(" ", end, high)
    cuts = sorted({low, high, *(min(place, high) for span, _ in spans for place in span)})
    made = [(text[a:b], sum(mark for span, mark in spans if span[0] <= a and b <= span[1])) for a, b in pairwise(cuts)]
    before, after = [("…", 0)] * (low > 0), [("…", 0)] * (high < len(text))
    return [*before, *made, *after]
