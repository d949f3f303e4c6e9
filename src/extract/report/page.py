"""Gathered counts in, one HTML page out. It needs no network; charts are drawn by the Vega that it carries.

Lists link to the articles at the end of the page where what they name is marked. Without a script the page lacks
the charts, whose numbers are in tables beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from markupsafe import Markup

from extract.evaluate.gold import LABELS
from extract.report.charts import charts
from extract.report.gather import Example, Gathered, Row
from extract.show.page import environment, mentions_of, paragraphs, safe_url
from extract.validate.codes import FLAGS, REJECTS, UNREAD

_LINKS = 2  # examples of a row of a list


def as_html(found: Gathered) -> str:
    """The report of a dataset."""
    articles = [_article(n, example) for n, example in enumerate(found.examples, 1)]
    drawn = charts(found)
    meanings = {**UNREAD, **REJECTS}

    def linked(rows: Sequence[Row], label: str | None, *columns: str) -> list[dict[str, Any]]:
        """Rows with where the examples have a mention of the same columns (of the row's own label if None)."""
        return [{**r, "links": _links(articles, label or r["label"], {c: r[c] for c in columns})} for r in rows]

    return (
        environment()
        .get_template("report/report.html")
        .render(
            found=found,
            inputs=found.manifest.get("inputs", []),
            versions=found.manifest.get("versions", {}),
            finished=bool(found.manifest),
            charts=drawn,
            specs={chart.id: chart.spec for chart in drawn.values()},
            rejects=[{**row, "meaning": meanings.get(row["error"], "")} for row in found.rejects],
            officials=linked(found.officials, "person", "name"),
            documents=linked(found.documents, "document", "document_id"),
            units=linked(found.units, "figure", "quantity", "unit"),
            provinces=[
                {
                    **row,
                    "links": [(a["id"], a["heading"]) for a in articles if a["row"]["province"] == row["province"]][:1],
                }
                for row in found.provinces
            ],
            flags=[{**row, "meaning": FLAGS.get(row["flags"], "")} for row in linked(found.flags, None, "flags")],
            rules=linked(found.rules, None, "rule"),
            labels=LABELS,
            articles=articles,
            text_of=_text_of,
        )
    )


def _links(articles: Sequence[Mapping[str, Any]], label: str, columns: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Anchor and heading of the first mention with these columns, in each of the first articles that have one."""

    def meant(row: Row) -> bool:
        return all(value in row[name] if name == "flags" else value == row[name] for name, value in columns.items())

    firsts = (
        next(
            ((f"{a['id']}-m{m['n']}", a["heading"]) for m in a["mentions"] if m["label"] == label and meant(m["row"])),
            None,
        )
        for a in articles
    )
    return list(islice(filter(None, firsts), _LINKS))


def _article(n: int, example: Example) -> dict[str, Any]:
    row = example.article
    return {
        "id": f"a{n}",
        "row": row,
        "heading": row["title"] or row["source"],
        "url": safe_url(row["url"]),
        "example": example,
        "mentions": mentions_of(example.rows, {}),
        "count": sum(map(len, example.rows.values())),
    }


def _text_of(article: Mapping[str, Any]) -> Markup:
    """The text of an example, made when its turn comes: a page of forty is not held twice."""
    example: Example = article["example"]
    lines: Sequence[Markup] = list(
        paragraphs(example.text, article["mentions"], example.sentences, f"{article['id']}-", table=False)
    )
    return Markup("\n").join(lines)
