"""An article's text and the rows of its mentions in, a view for the terminal out.

Each label has its colour; where the output takes no colour, mentions stand in ⟦ ⟧ with their label.
Characters that would steer the terminal are shown as �, so that a scraped page cannot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from extract.rules.explain import Firing

STYLES = {"person": "bold green", "title": "bold cyan", "document": "bold magenta", "figure": "bold yellow"}
# Escape and other control characters (tab and line feed stay), and the ones that turn the writing direction.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Columns that have a column of their own here, or say nothing to a reader.
_SKIPPED = frozenset({"article_id", "sentence_id", "mention_id", "person_id", "start", "end", "text", "rule", "method"})

Row = Mapping[str, Any]


def render(heading: str, text: str, rows: Mapping[str, Sequence[Row]], *, colour: bool) -> RenderableType:
    """The article under its heading, a legend, and a table of its mentions.

    ``rows`` holds the rows of the mention tables by label, offsets in code points of ``text``.
    """
    mentions = sorted(
        ((label, row) for label, some in rows.items() for row in some),
        key=lambda pair: (pair[1]["start"], -pair[1]["end"]),
    )
    legend = Text("  ").join(
        Text(f" {label} {len(rows.get(label, ()))} ", style=f"{style} reverse") for label, style in STYLES.items()
    )
    body = _coloured(text, mentions) if colour else Text(_bracketed(text, mentions))
    return Group(Text(safe(heading), style="bold"), legend, Text(), body, Text(), _table(mentions, rows))


def _coloured(text: str, mentions: Iterable[tuple[str, Row]]) -> Text:
    body = Text(safe(text))
    for label, row in mentions:
        body.stylize(STYLES[label], row["start"], row["end"])
    return body


def _bracketed(text: str, mentions: Sequence[tuple[str, Row]]) -> str:
    marks = [(row["start"], 1, f"⟦{label} ") for label, row in mentions]
    marks += [(row["end"], 0, "⟧") for _, row in mentions]
    parts, position = [], 0
    for offset, _, mark in sorted(marks, key=lambda mark: mark[:2]):
        parts += [text[position:offset], mark]
        position = offset
    return safe("".join((*parts, text[position:])))


def _table(mentions: Iterable[tuple[str, Row]], rows: Mapping[str, Sequence[Row]]) -> Table:
    names = {row["mention_id"]: row["text"] for row in rows.get("person", ())}
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("span", justify="right", no_wrap=True)
    for column in ("label", "text", "attributes", "rule"):
        table.add_column(column, overflow="fold")
    for label, row in mentions:
        table.add_row(
            f"{row['start']}–{row['end']}",
            Text(label, style=STYLES[label]),
            Text(safe(row["text"])),
            Text(safe(attributes(row, names))),
            Text(row.get("rule") or row["method"]),
        )
    return table


def firings(told: Sequence[Firing]) -> RenderableType:
    """What each rule did on a text, one line a match; matches that came to nothing are dim."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("span", justify="right", no_wrap=True)
    for column in ("text", "label", "rule", "method", "", "yields, or why not"):
        table.add_column(column, overflow="fold")
    for firing in told:
        table.add_row(
            f"{firing.start}–{firing.end}",
            Text(safe(firing.text)),
            Text(firing.label, style=STYLES[firing.label]),
            Text(firing.rule),
            firing.method,
            firing.outcome,
            Text(safe(firing.note)),
            style=None if firing.outcome == "fired" else "dim",
        )
    return table if told else Text("no rule matches")


def attributes(row: Row, names: Mapping[str, str]) -> str:
    """What a row says beside its span, in one line; ``names`` gives the text of each person mention."""
    said = []
    for column, value in row.items():
        if column in _SKIPPED or value is None or value is False or value in ("", [], ()):
            continue
        if (column, value) in (("confidence", 1.0), ("status", "current")):
            continue
        if column == "holder_id":
            said.append(f"holder={names.get(value, value)}")
        elif isinstance(value, list | tuple):
            said.append(f"{column}={', '.join(map(str, value))}")
        else:
            said.append(f"{column}={_plain(value)}")
    return "  ".join(said)


def _plain(value: Any) -> str:
    """Numbers without the digits that the column's type adds: 120.000000, 0.8999999761581421."""
    if isinstance(value, float):
        return f"{value:.3g}"
    if hasattr(value, "as_tuple"):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    return str(value)


def safe(text: str) -> str:
    """``text`` with what would steer a terminal as �, one for one."""
    return _STEERING.sub("\ufffd", text)


def console(*, stderr: bool = False) -> Console:
    """A console that interprets no markup in what it prints and, where the output is no terminal, breaks no line."""
    made = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not made.is_terminal and not made.is_jupyter:
        made.width = 100_000
    return made
