"""doccano: JSON Lines for a sequence labelling project with relations.

Spans are labelled person, title, document, figure; a relation ``holder`` leads from a title to its person.
Doccano counts UTF-16 code units and knows no attributes of spans: those go into ``attributes``, which doccano keeps
as metadata of the text and gives back on export.
"""

from __future__ import annotations

from pathlib import Path

from extract.evaluate import GoldArticle
from extract.evaluate.formats.offsets import to_utf16
from extract.evaluate.gold import ATTRIBUTES
from extract.export.stream import Row, annotated, dumps, read_articles
from extract.write import Tables


def write(tables: Tables, out: Path) -> str:
    """Writes one file, a line for each article."""
    articles = spans = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        for rows in read_articles(tables):
            line = as_line(annotated(rows))
            file.write(dumps(line) + "\n")
            articles += 1
            spans += len(line["entities"])
    return f"{articles:,} articles with {spans:,} spans"


def as_line(article: GoldArticle) -> Row:
    """One article as doccano imports it ("JSONL(Relation)"). Every line has the same keys."""
    units = to_utf16(article.text)
    number = {mention["id"]: i for i, mention in enumerate(article.mentions)}
    spans = [
        {"start_offset": units(m["start"]), "end_offset": units(m["end"]), "label": m["label"]}
        for m in article.mentions
    ]
    return {
        "id": article.id,
        "text": article.text,
        "entities": [{"id": i, **span} for i, span in enumerate(spans)],
        "relations": [
            {"id": number[m["id"]], "from_id": number[m["id"]], "to_id": number[m["holder"]], "type": "holder"}
            for m in article.mentions
            if m.get("holder") in number
        ],
        "attributes": [
            span | {name: m[name] for name in ATTRIBUTES[m["label"]] if name in m}
            for span, m in zip(spans, article.mentions)
        ],
    }
