"""CSV and JSON Lines: a table as it is, or else what people ask for first.

CSV without a table has a row for each mention of any kind, with its article and sentence; JSON Lines without one
has a line for each article, with its rows of every table as ``schemas/*.schema.json`` describe them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from extract.export.stream import MENTIONS, ArticleRows, Row, dumps, plain, read_articles, read_rows
from extract.validate.models import TABLES
from extract.write import Tables

# Column of all mentions -> column of articles; its title is called headline here, for a title is an office.
OF_ARTICLE = {"source": "source", "url": "url", "publisher": "publisher", "headline": "title"} | {
    name: name for name in ("published_at", "province")
}
_SPAN = ("article_id", "mention_id", "sentence_id", "start", "end", "text")
_LAST = ("method", "rule", "confidence", "flags")


def mention_columns() -> list[str]:
    """The columns of the table of all mentions: where it is, what it is, then the attributes of each kind."""
    attributes = [name for table in MENTIONS.values() for name in TABLES[table].model_fields]
    own = [name for name in dict.fromkeys(attributes) if name not in (*_SPAN, *_LAST)]
    own.insert(own.index("holder_id") + 1, "holder")
    return ["article_id", *OF_ARTICLE, "label", *_SPAN[1:], "sentence", *own, *_LAST]


def mention_rows(article: ArticleRows) -> Iterator[Row]:
    """The mentions of one article in the order of the text, with what ``mention_columns`` names."""
    sentences = {row["sentence_id"]: row["text"] for row in article.of["sentences"]}
    names = {row["mention_id"]: row["name"] for row in article.of["persons"]}
    shared = {name: article.article[column] for name, column in OF_ARTICLE.items()}
    found = [(label, row) for label, table in MENTIONS.items() for row in article.of[table]]
    for label, row in sorted(found, key=lambda f: (f[1]["start"], -f[1]["end"])):
        more = {
            "label": label,
            "sentence": sentences.get(row["sentence_id"]),
            "holder": names.get(row.get("holder_id")),
        }
        yield shared | row | more


def write_csv(tables: Tables, out: Path, *, table: str | None = None, excel: bool = False) -> str:
    """Writes one CSV file (RFC 4180, UTF-8, header). Lists are JSON, what is absent is empty.

    Args:
        excel: for spreadsheet programs: a byte order mark, by which they know UTF-8, and an apostrophe before text
            that they would take for a formula. Programs that are not spreadsheets should be given neither.
    """
    columns = list(TABLES[table].model_fields) if table else mention_columns()
    rows: Iterable[Row]
    if table:
        rows = read_rows(tables, table, words=True)
    else:
        rows = (row for article in read_articles(tables) for row in mention_rows(article))
    count = 0
    with out.open("w", encoding="utf-8-sig" if excel else "utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        for row in rows:
            cells = [_cell(row.get(name)) for name in columns]
            writer.writerow(map(_no_formula, cells) if excel else cells)
            count += 1
    return f"{count:,} rows of {table or 'mentions'}"


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return dumps(value) if value else ""
    return str(value).lower() if isinstance(value, bool) else plain(value)


def _no_formula(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def write_jsonl(tables: Tables, out: Path, *, table: str | None = None) -> str:
    """Writes one file of JSON Lines: rows of ``table``, or articles with all their rows."""
    count = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        if table:
            lines: Iterable[Any] = read_rows(tables, table, words=True)
        else:
            lines = ({**a.article, **a.of} for a in read_articles(tables, words=True))
        for line in lines:
            file.write(dumps(line) + "\n")
            count += 1
    return f"{count:,} {'rows of ' + table if table else 'articles'}"
