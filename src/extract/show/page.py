"""One article with its mentions in, one HTML page out: everything that was extracted, where it stands, and why.

The page is ``page.html`` with its style and script put in. It needs no network and, but for the filters and the
card, no script: mentions link to their rows in the table, and rows to their mentions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from extract.evaluate.gold import LABELS
from extract.markup import marked, shown
from extract.validate.codes import FLAGS

if TYPE_CHECKING:
    from extract.rules import CompiledRule
    from extract.show.target import Target

Row = Mapping[str, Any]

# Columns that the page shows in a place of their own.
_OWN = frozenset({
    "article_id", "sentence_id", "mention_id", "person_id", "start", "end", "text", "method", "rule", "confidence",
    "flags", "holder_id",
})  # fmt: skip


def as_html(target: Target, rules: Mapping[str, CompiledRule]) -> str:
    """The page of one article; of ``rules``, by id, it takes what those that fired are for."""
    mentions = mentions_of(target.rows, rules)
    text = Markup("\n").join(paragraphs(target.text, mentions, target.sentences))
    page = environment().get_template("show/page.html")
    return page.render(
        article=target.article,
        title=target.article["title"] or target.article["source"],
        facts=list(_facts(target)),
        url=safe_url(target.article["url"]),
        labels=[(label, len(target.rows.get(label, ()))) for label in LABELS],
        mentions=mentions,
        officials=_officials(mentions),
        text=text,
    )


@cache
def environment() -> Environment:
    """The templates of the package: what is put into them is escaped; ``shown`` also shows what cannot be seen."""
    made = Environment(
        loader=FunctionLoader(_asset), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["shown"] = lambda value: shown(str(value))
    made.globals["asset"] = lambda name: Markup(_asset(name))
    return made


def _asset(name: str) -> str:
    return resources.files("extract").joinpath(name).read_text("utf-8")


def safe_url(url: str | None) -> str | None:
    """``url`` where it is one of the web; a scraped ``javascript:`` is no link."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def mentions_of(rows: Mapping[str, Sequence[Row]], rules: Mapping[str, CompiledRule]) -> list[dict[str, Any]]:
    """The mentions of all labels in reading order, each with what the page says of it.

    ``n`` is the number of a mention on the page, ``person`` that of a person within the article (also of the
    holder of a title), both from 1.
    """
    found = sorted(
        ((label, row) for label in LABELS for row in rows.get(label, ())),
        key=lambda pair: (pair[1]["start"], -pair[1]["end"], pair[0]),
    )
    number = {row["mention_id"]: n for n, (_, row) in enumerate(found, 1)}
    order = dict.fromkeys(row["person_id"] for label, row in found if label == "person")
    person = {id: n for n, id in enumerate(order, 1)}
    of_mention = {row["mention_id"]: person[row["person_id"]] for label, row in found if label == "person"}
    made = []
    for n, (label, row) in enumerate(found, 1):
        values = {name: value for name, value in row.items() if name not in _OWN}
        holder = row.get("holder_id")
        made.append(
            {
                "n": n,
                "label": label,
                "row": row,
                "values": [
                    (name, _plain(value), _repeats(value, row)) for name, value in values.items() if _says(value)
                ],
                "silent": [name for name, value in values.items() if not _says(value)],
                "flags": [(code, FLAGS.get(code, "")) for code in row["flags"]],
                "person": person[row["person_id"]] if label == "person" else of_mention.get(holder),
                "holder": number.get(holder),
                "holder_text": found[number[holder] - 1][1]["text"] if holder in number else None,
                "rule": row["rule"] or row["method"],
                "why": rules[row["rule"]].spec.description if row["rule"] in rules else "",
            }
        )
    return made


def _repeats(value: object, row: Row) -> bool:
    """Whether the narrow table can do without an attribute: the mention itself says it, or it is the usual."""
    return value in ("current", "unknown", False) or _plain(value).casefold() in row["text"].casefold()


def _says(value: object) -> bool:
    return value is not None and value not in ("", [], ())


def _plain(value: Any) -> str:
    """A value as people write it: 1,250,000 for Decimal("1250000.000000")."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def plain_number(value: Decimal | float) -> str:
    written = f"{value:,f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def paragraphs(
    text: str, mentions: Sequence[Mapping[str, Any]], sentences: Sequence[Row], prefix: str = "", *, table: bool = True
) -> Iterator[Markup]:
    """Each line of ``text`` as a paragraph with its mentions marked; put together, they are the text.

    A piece of text belongs to the shortest mention there; ``data-m`` names all that cover it. Mentions have the
    ids ``m1``, ``m2``, … behind ``prefix``. Persons in office and their offices bear the person's number. With
    ``table`` a mention links to its row there, ``r1``, ``r2``, …; without it, its tooltip says what the row would.
    """
    in_office = {m["person"] for m in mentions if m["label"] == "title"} - {None}
    unseen = {m["n"] for m in mentions}

    def wrap(html: Markup, _start: int, end: int, numbers: tuple[int, ...]) -> Markup:
        here = [mentions[number] for number in numbers]
        anchors = [Markup('<span id="{}m{}"></span>').format(prefix, m["n"]) for m in here if m["n"] in unseen]
        unseen.difference_update(m["n"] for m in here)
        lead = here[0]
        ends = [m for m in here if m["row"]["end"] == end and m["person"] in in_office]
        badge = Markup(' data-person="{}"').format(ends[0]["person"]) if ends else ""
        if table:
            tag, more = "a", Markup(' href="#{}r{}" draggable="false"').format(prefix, lead["n"])
        else:
            tag, more = "span", Markup(' title="{}"').format(_tooltip(lead))
        names = " ".join(str(m["n"]) for m in here)
        return Markup('{}<{} class="m {}" data-m="{}"{}{}>{}</{}>').format(
            Markup("").join(anchors), tag, lead["label"], names, badge, more, html, tag
        )

    spans = [(m["row"]["start"], m["row"]["end"]) for m in mentions]
    waiting = iter([*sentences, {"start": len(text) + 1, "kind": ""}])
    sentence = next(waiting)
    for start, end, html in marked(text, spans, wrap):
        while sentence["start"] < start:
            sentence = next(waiting)
        kind = sentence["kind"] if sentence["start"] < end else "body"
        yield Markup('<p class="{}">{}</p>').format(kind, html) if html else html


def _tooltip(mention: Mapping[str, Any]) -> str:
    said = [f"{name}: {value}" for name, value, repeats in mention["values"] if not repeats]
    return " · ".join([mention["label"], *said, f"[{mention['rule']}]"])


def _officials(mentions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Who holds what, by the number of the person: the fullest name, the first mention, the titles."""
    held: dict[int, list[Mapping[str, Any]]] = {}
    first: dict[int, Mapping[str, Any]] = {}
    for m in mentions:
        if m["label"] == "title" and m["person"]:
            held.setdefault(m["person"], []).append(m)
        elif m["label"] == "person":
            first.setdefault(m["person"], m)
    made = []
    for number, titles in sorted(held.items()):
        once = {(t["row"]["text"].casefold(), t["row"]["status"]): t for t in reversed(titles)}  # the first of each
        made.append({"person": number, "mention": first[number], "titles": sorted(once.values(), key=lambda t: t["n"])})
    return made


def _facts(target: Target) -> Iterator[tuple[str, str]]:
    """What is known of the article, as (name, value)."""
    row = target.article
    published: dt.datetime | None = row["published_at"]
    known = {
        "publisher": row["publisher"],
        "published": f"{published:%Y-%m-%d %H:%M}" if published else None,
        "authors": ", ".join(row["authors"] or ()),
        "province": row["province"],
        "source": row["source"],
        "id": row["article_id"],
        "size": f"{len(target.text):,} characters, {row['n_sentences']:,} sentences, {row['n_words']:,} words",
    }
    return ((name, value) for name, value in known.items() if value)
