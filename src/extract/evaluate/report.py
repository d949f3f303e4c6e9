"""Scores, or two of them compared, in; text out: a terminal table, Markdown or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any, TypeVar

from extract.evaluate.compare import CHANGE_KINDS, Change, ChangeKind, Comparison
from extract.evaluate.gold import LABELS
from extract.evaluate.match import Fault
from extract.evaluate.score import Scores

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>|#~&]")
_SAID = {"gain": "gained", "loss": "lost", "changed": "changed"}
_T = TypeVar("_T", bound=Fault | Change)


# -- one run --------------------------------------------------------------------------------------------


def as_json(scores: Scores, errors: int = 0) -> str:
    """A JSON object: a key for each measure and attribute, and up to ``errors`` faults a label and kind."""
    data = _data(scores)
    if errors:
        data["errors"] = [
            asdict(fault) | {"detail": fault.detail}
            for _, faults, _ in _groups(_in_order(scores.faults), errors)
            for fault in faults
        ]
    return dump(data)


def _data(scores: Scores) -> dict[str, Any]:
    data: dict[str, Any] = {
        name: {"p": m.precision, "r": m.recall, "f1": m.f1, "gold": m.gold, "pred": m.pred}
        for name, m in scores.f1.items()
    }
    data |= {name: {"share": s.share, "of": s.of} for name, s in scores.shares.items()}
    return data | {
        "articles": scores.articles,
        "missing": list(scores.missing),
        "text_differs": scores.text_differs,
    }


def dump(data: Any) -> str:
    """JSON that can be written as UTF-8 whatever the texts hold: lone surrogates are escaped."""
    return _SURROGATE.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(data, ensure_ascii=False))


def as_text(scores: Scores, errors: int = 0, *, markdown: bool = False) -> str:
    """The faults asked for, then the measures, then the attributes."""
    lines = _listed(_groups(_in_order(scores.faults), errors), _fault_line, markdown) if errors else []
    if markdown:
        lines += [
            "| measure | P | R | F1 | annotated | extracted |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
        ]
        row, share = "| {} | {:.3f} | {:.3f} | {:.3f} | {} | {} |", "| {} | {:.3f} | {} |"
    else:
        lines += [f"{'':10} {'P':>7} {'R':>7} {'F1':>7} {'gold':>6} {'pred':>6}"]
        row, share = "{:10} {:7.3f} {:7.3f} {:7.3f} {:6} {:6}", "{:10} right {:.3f} of {}"
    lines += [row.format(n, m.precision, m.recall, m.f1, m.gold, m.pred) for n, m in scores.f1.items()]
    if markdown:
        lines += ["", "| attribute | right | of |", "| --- | ---: | ---: |"]
    lines += [share.format(name, s.share, s.of) for name, s in scores.shares.items() if s.of]
    missing = len(scores.missing)
    lines += [""] * markdown
    differs = scores.text_differs
    lines.append(f"articles {scores.articles}, missing from the output {missing}, text differs in {differs}")
    return "\n".join(lines)


def _in_order(faults: Sequence[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: (LABELS.index(fault.label), fault.kind))


def _fault_line(fault: Fault) -> str:
    notes = (fault.detail, fault.rule and f"[{fault.rule}]")
    return "  ".join(filter(None, (fault.article, fault.context, *notes)))


# -- two runs -------------------------------------------------------------------------------------------


def comparison_json(comparison: Comparison, errors: int | None = None) -> str:
    """A JSON object: the measures of both runs, totals by label, and up to ``errors`` changes a label and kind."""
    changes = [change for _, some, _ in _groups(comparison.changes, errors) for change in some]
    states = [{"before": c.before._asdict(), "after": c.after._asdict()} for c in changes]
    data = {
        "old": _data(comparison.old),
        "new": _data(comparison.new),
        "totals": {label: {**total, "net": _net(total)} for label, total in _totals(comparison).items()},
        "changes": [asdict(change) | state for change, state in zip(changes, states, strict=True)],
    }
    return dump(data)


def comparison_text(comparison: Comparison, errors: int | None = None, *, markdown: bool = False) -> str:
    """The changes (up to ``errors`` a label and kind), totals by label, every measure and the attributes that moved."""
    lines = _listed(_groups(comparison.changes, errors), _change_line, markdown)
    totals = _totals(comparison)
    rows = [
        (label, *(str(total[kind]) for kind in CHANGE_KINDS), _signed(_net(total), "+d"))
        for label, total in totals.items()
    ]
    lines += [*_table(("", *_SAID.values(), "net"), rows, markdown), ""]
    old, new = comparison.old, comparison.new
    measured = [(name, old.figure(name), new.figure(name)) for name in (*old.f1, *old.shares)]
    figures = [
        (name, f"{was:.4f}", f"{now:.4f}", _signed(round(now - was, 4), "+.4f"))
        for name, was, now in measured
        if was is not None and now is not None and (name in old.f1 or was != now)
    ]
    lines += [*_table(("", "old", "new", "diff"), figures, markdown), ""]
    lines.append(f"articles {old.articles}, missing from the old {len(old.missing)}, from the new {len(new.missing)}")
    return "\n".join(lines)


def _totals(comparison: Comparison) -> dict[str, Mapping[ChangeKind, int]]:
    totals = comparison.totals()
    every = {kind: sum(total[kind] for total in totals.values()) for kind in CHANGE_KINDS}
    return {**totals, "all": every}


def _net(total: Mapping[ChangeKind, int]) -> int:
    return total["gain"] - total["loss"]


def _signed(number: float, form: str) -> str:
    return format(number, form) if number else "0"


def _change_line(change: Change) -> str:
    states = (change.before, change.after)
    # Where both runs have the span right, an attribute changed, and no value is worth telling too.
    attribute = all(state.cause.startswith(("right", "attribute")) for state in states)
    said = " → ".join(
        f"{state.cause} {state.got!r}" if state.got or (attribute and state.cause != "right") else state.cause
        for state in states
    )
    annotated = f", annotated {change.expected!r}" if attribute else ""
    named = " → ".join(dict.fromkeys(state.rule or "–" for state in states))
    return f"{change.article}  {change.context}  {said}{annotated}  [{named}]"


# -- both -----------------------------------------------------------------------------------------------


def _groups(items: Iterable[_T], most: int | None) -> list[tuple[tuple[str, str], list[_T], int]]:
    """Items, in order, by label and kind: the key, the first ``most`` of them, and how many there are."""
    groups = ((key, list(members)) for key, members in groupby(items, lambda item: (item.label, item.kind)))
    return [(key, members[:most], len(members)) for key, members in groups if most != 0]


def _listed(
    groups: Iterable[tuple[tuple[str, str], list[_T], int]], line: Callable[[_T], str], markdown: bool
) -> list[str]:
    lines: list[str] = []
    for (label, kind), listed, total in groups:
        shown = f"{len(listed)} of {total}" if len(listed) < total else str(total)
        heading = f"{label}: {_SAID.get(kind, kind)} ({shown})"
        if markdown:
            lines += [f"### {heading}", "", *("- " + _MARKDOWN.sub(r"\\\g<0>", line(item)) for item in listed)]
        else:
            lines += [heading, *("  " + line(item) for item in listed)]
        lines.append("")
    return lines


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], markdown: bool) -> list[str]:
    if markdown:
        rule = ("---", *["---:"] * (len(header) - 1))
        return [f"| {' | '.join(row)} |" for row in (header, rule, *rows)]
    return [f"{row[0]:10}" + "".join(f" {cell:>8}" for cell in row[1:]) for row in (header, *rows)]
