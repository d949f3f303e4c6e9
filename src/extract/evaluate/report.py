"""Scores in, text out: a terminal table, Markdown or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from extract.evaluate.gold import LABELS
from extract.evaluate.score import Fault, Scores


def as_json(scores: Scores, errors: int = 0) -> str:
    """A JSON object: a key for each measure and attribute, and up to ``errors`` faults a label and kind."""
    data: dict[str, Any] = {
        name: {"p": m.precision, "r": m.recall, "f1": m.f1, "gold": m.gold, "pred": m.pred}
        for name, m in scores.f1.items()
    }
    data |= {name: {"share": s.share, "of": s.of} for name, s in scores.shares.items()}
    data |= {
        "articles": scores.articles,
        "missing": list(scores.missing),
        "text_differs": scores.text_differs,
    }
    if errors:
        data["errors"] = [
            {slot: getattr(fault, slot) for slot in Fault.__slots__}
            for _, faults, _ in group(scores.faults, errors)
            for fault in faults
        ]
    return json.dumps(data, ensure_ascii=False)


def as_text(scores: Scores, errors: int = 0, *, markdown: bool = False) -> str:
    """The faults asked for, then the measures, then the attributes."""
    lines = [*_fault_lines(scores.faults, errors, markdown)]
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


def group(faults: Sequence[Fault], most: int) -> list[tuple[tuple[str, str], list[Fault], int]]:
    """Faults by label and kind: the key, the first ``most`` of them, and how many there are."""

    def key(fault: Fault) -> tuple[int, str]:
        return LABELS.index(fault.label), fault.kind

    groups = []
    for (index, kind), members in groupby(sorted(faults, key=key), key):
        listed = list(members)
        groups.append(((LABELS[index], kind), listed[:most], len(listed)))
    return groups


def _fault_lines(faults: Sequence[Fault], errors: int, markdown: bool) -> list[str]:
    lines: list[str] = []
    for (label, kind), listed, total in group(faults, errors) if errors else []:
        shown = f"{len(listed)} of {total}" if len(listed) < total else str(total)
        lines += [f"### {label}: {kind} ({shown})" if markdown else f"{label}: {kind} ({shown})"]
        lines += [""] * markdown
        for fault in listed:
            notes = "".join(f"  {note}" for note in (fault.detail, fault.rule and f"[{fault.rule}]") if note)
            lines.append(f"{'- ' if markdown else '  '}{fault.article}  {fault.context}{notes}")
        lines.append("")
    return lines
