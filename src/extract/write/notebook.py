"""The tables of a dataset in, HTML out: how ``extract.load(…)`` shows itself in Jupyter."""

from __future__ import annotations

from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any

from extract.validate.models import TABLES

if TYPE_CHECKING:
    from extract.write.dataset import Tables

_FIRST = 5  # rows shown of each table
_WIDEST = 60  # code points shown of a value
_LEFT = "text-align:left;white-space:nowrap"


def tables_html(tables: Tables) -> str:
    """Every table with its number of rows and what a row is; below it, to unfold, its first rows.

    Reads no more than these rows. Whatever they hold is shown as text.
    """
    counts = tables.manifest.get("counts") or {table: tables.dataset(table).count_rows() for table in TABLES}
    unfinished = "" if tables.manifest else " (the run has not finished)"
    head = f"<tr><th style='{_LEFT}'>table</th><th>rows</th><th style='{_LEFT}'>what</th></tr>"
    lines = [f"<p><b>Tables of {escape(str(tables.folder))}</b>{unfinished}</p><table>{head}"]
    for table, model in TABLES.items():
        meaning = " ".join((model.__doc__ or "").split()).rstrip(".")
        lines.append(
            f"<tr><td style='{_LEFT}'><code>.{table}</code></td><td style='text-align:right'>{counts[table]:,}</td>"
            f"<td style='{_LEFT}'>{escape(meaning)}</td></tr>"
        )
    lines.append("</table>")
    lines += [_preview(tables, table) for table in TABLES if counts[table]]
    return "".join(lines)


def _preview(tables: Tables, table: str) -> str:
    rows = tables.dataset(table).head(_FIRST).to_pylist()
    names = list(TABLES[table].model_fields)
    head = "".join(f"<th style='{_LEFT}'>{name}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td style='{_LEFT}'>{escape(_shown(row[name]))}</td>" for name in names) + "</tr>"
        for row in rows
    )
    return (
        f"<details><summary>{table}: the first {len(rows)}</summary>"
        f"<div style='overflow-x:auto'><table><tr>{head}</tr>{body}</table></div></details>"
    )


def _shown(value: Any) -> str:
    """A value on one short line: lists with commas, of an office its words, of words their number."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        value = f"{value.normalize():f}"
    if isinstance(value, float):
        value = f"{value:.4g}"
    if isinstance(value, list):
        if value and isinstance(value[0], dict):
            value = "; ".join(v["text"] for v in value) if "text" in value[0] else f"{len(value)} words"
        else:
            value = ", ".join(map(str, value))
    text = " ".join(str(value).split())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
