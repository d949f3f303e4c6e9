"""Records in, a piece of HTML for a notebook out: the text with its mentions highlighted, what each says on hover.

Styles stand in the elements and colours are washes over whatever is below, so that it looks the same in every
notebook, light or dark; there is no script, and the text is shown as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from extract.markup import marked, shown

if TYPE_CHECKING:
    from extract.validate.records import Records

LONGEST = 20_000  # code points of the text that are shown
_COLOURS = {
    "persons": "34, 150, 83", "titles": "30, 120, 200", "documents": "175, 60, 160", "figures": "200, 125, 10",
}  # fmt: skip
_QUIET = frozenset({
    "article_id", "sentence_id", "mention_id", "person_id", "start", "end", "text", "method", "holder_id",
    "is_official", "confidence", "rule", "flags",
})  # fmt: skip


def to_html(records: Records) -> str:
    """The fragment. A small number after an office and a name ties the office to its holder."""
    text = records.text[:LONGEST]
    mentions = [(table, row) for table in _COLOURS for row in getattr(records, table) if row.start < len(text)]
    number = {official.person_id: n for n, official in enumerate(records.officials, 1)}
    person = {row.mention_id: number.get(row.person_id) for row in records.persons}

    def wrap(html: Markup, _start: int, end: int, numbers: tuple[int, ...]) -> Markup:
        table, row = mentions[numbers[0]]
        tie = person.get(row.mention_id if table == "persons" else getattr(row, "holder_id", None) or "")
        sup = Markup('<sup style="font-size: .65em; line-height: 0; opacity: .8">{}</sup>').format(tie)
        style = f"background: rgba({_COLOURS[table]}, .2); border-bottom: 2px solid rgb({_COLOURS[table]})"
        return Markup('<mark style="color: inherit; border-radius: 3px 3px 0 0; {}" title="{}">{}{}</mark>').format(
            style, _said(table, row), html, sup if tie and end == row.end else ""
        )

    lines = [html for _, _, html in marked(text, [(row.start, row.end) for _, row in mentions], wrap)]
    paragraph = Markup('<p style="margin: 0 0 .6em; white-space: pre-wrap">{}</p>')
    paragraphs = Markup("\n").join(paragraph.format(line) for line in lines if line)
    legend = Markup(" ").join(
        Markup('<span style="border-bottom: 2px solid rgb({}); margin-right: 1em">{} {}</span>').format(
            colour, len(getattr(records, table)), table
        )
        for table, colour in _COLOURS.items()
    )
    heading = Markup("<strong>{}</strong><br>").format(shown(records.article.title)) if records.article.title else ""
    rest = len(records.text) - len(text)
    cut = Markup("<p><em>… and {:,} more characters</em></p>").format(rest) if rest else ""
    rejects = Markup("<em>{} rejects</em>").format(len(records.rejects)) if records.rejects else ""
    fragment = Markup(
        '<div style="max-width: 50em; line-height: 1.75; overflow-wrap: anywhere">'
        '<div style="font-size: .85em; margin-bottom: .7em">{}{}{}</div>{}{}</div>'
    ).format(heading, legend, rejects, paragraphs, cut)
    return str(fragment)


def _said(table: str, row: Any) -> str:
    """What a mention says, for its tooltip."""
    values = {name: value for name, value in row.__dict__.items() if name not in _QUIET and value not in (None, "", ())}
    said = [f"{name}: {', '.join(value) if isinstance(value, tuple) else value}" for name, value in values.items()]
    return "\n".join([table.removesuffix("s"), *said, f"[{row.rule or row.method}]", *row.flags])
