"""A dataset in, its articles one by one out: each with its rows of every table.

Rows of all tables stand in the order of the articles, so that the tables are read side by side, a batch of each
in memory at a time: memory does not grow with the dataset.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq

from extract.evaluate import GoldArticle
from extract.validate import Records
from extract.validate.models import TABLES
from extract.write import OutputError, Tables
from extract.write.schemas import arrow_schema

Row = dict[str, Any]
MENTIONS = {"person": "persons", "title": "titles", "document": "documents", "figure": "figures"}
_OF_ARTICLE = tuple(table for table in TABLES if table not in ("articles", "rejects"))
_LINE_ENDS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}  # json.dumps escapes the others
_BATCH = 512  # rows of a table held as Python objects at a time


@dataclass(frozen=True, slots=True)
class ArticleRows:
    """One row of ``articles`` and the rows that belong to it, by table: sentences, persons, … figures."""

    article: Row
    of: Mapping[str, list[Row]]

    @property
    def text(self) -> str:
        """The article's text, which all offsets refer to."""
        text: str = self.article["text"]
        return text


def read_rows(tables: Tables, table: str, *, words: bool = False) -> Iterator[Row]:
    """The rows of one table in their order, ``sentences`` with or without their words."""
    names = [name for name in arrow_schema(table).names if words or (table, name) != ("sentences", "words")]
    # Part by part, not as a dataset: that reads ahead as fast as the disk gives, however slowly rows are taken.
    for part in tables.dataset(table).files:
        with pq.ParquetFile(part) as file:
            columns = [name for name in names if name in file.schema_arrow.names]
            absent = dict.fromkeys(set(names) - set(columns))  # in a dataset of an earlier version
            for batch in file.iter_batches(_BATCH, columns=columns, use_threads=False):
                for row in batch.to_pylist():
                    if "confidence" in row:
                        row["confidence"] = round(row["confidence"], 6)  # 0.9 in four bytes is 0.8999999761581421
                    yield row | absent if absent else row


def read_articles(tables: Tables, *, words: bool = False) -> Iterator[ArticleRows]:
    """Every article of a dataset, in its order. Rejects are left where they are.

    Args:
        words: whether sentences come with their words, which are half of all values of a dataset.

    Raises:
        OutputError: rows of an article that is not there, or not in its turn: the dataset is damaged.
    """
    streams = {table: _Stream(read_rows(tables, table, words=words)) for table in _OF_ARTICLE}
    for article in read_rows(tables, "articles"):
        id = article["article_id"]
        yield ArticleRows(article, {table: stream.take(id) for table, stream in streams.items()})
    for table, stream in streams.items():
        if stream.next is not None:
            raise OutputError(
                f"{tables.folder}: {table} holds rows of article {stream.next['article_id']!r}, which is not in "
                "articles, or not in its turn; run again with --overwrite"
            )


class _Stream:
    """Rows of one table, taken article by article."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.rows = rows
        self.next = next(rows, None)

    def take(self, article_id: str) -> list[Row]:
        """The rows that come next, as long as they are of this article."""
        taken = []
        while self.next is not None and self.next["article_id"] == article_id:
            taken.append(self.next)
            self.next = next(self.rows, None)
        return taken


def records(rows: ArticleRows) -> Records:
    """The article as ``extract.parse`` gives it; the rows have been checked when they were written."""

    def made(table: str) -> tuple[Any, ...]:
        return tuple(TABLES[table].model_construct(**row) for row in rows.of[table])

    for sentence in rows.of["sentences"]:
        sentence["words"] = tuple((word["start"], word["end"]) for word in sentence["words"])
    parts: Any = {table: made(table) for table in _OF_ARTICLE}
    article: Any = TABLES["articles"].model_construct(**rows.article)
    return Records(article=article, **parts)


def annotated(rows: ArticleRows) -> GoldArticle:
    """The article as annotators would have made it, had they made what was extracted: with all its attributes.

    ``id`` is the source. The attributes are those of ``docs/evaluate.md``, so that ``extract eval`` of it on the
    same dataset finds no fault. Each mention also bears ``confidence``, ``rule`` and ``method``.
    """
    mentions = [
        _ATTRIBUTES[label](row) | _span(label, row) for label, table in MENTIONS.items() for row in rows.of[table]
    ]
    mentions.sort(key=lambda m: (m["start"], -m["end"]))
    return GoldArticle(rows.article["source"], rows.text, tuple(mentions))


def _span(label: str, row: Row) -> Row:
    place = {"id": row["mention_id"], "label": label, "start": row["start"], "end": row["end"], "text": row["text"]}
    return place | {name: row[name] for name in ("confidence", "rule", "method")}


def _document(row: Row) -> Row:
    return {name: row[name] for name in ("kind", "type", "code", "issuer")} | {"date": plain(row["date"])}


def _figure(row: Row) -> Row:
    # Annotators write the unit as in the text: the counted noun, or else the unit beside the number.
    unit = row["counted"] if row["quantity"] in ("count", "ratio") else row["unit_text"]
    numbers = {name: plain(row[name]) for name in ("value", "low", "high", "numerator", "denominator")}
    given = {name: number for name, number in numbers.items() if number is not None}
    return {"quantity": row["quantity"], "unit": unit, "modifier": row["modifier"]} | given


_ATTRIBUTES = {
    "person": lambda row: {"honorific": row["honorific"], "ranks": list(row["ranks"])},
    "title": lambda row: {"status": row["status"], "holder": row["holder_id"]},
    "document": _document,
    "figure": _figure,
}


def plain(value: Any) -> Any:
    """A value for JSON or CSV: dates in ISO 8601, decimals as strings without trailing zeros; others as they are."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if hasattr(value, "isoformat") else value


def dumps(value: Any) -> str:
    """JSON on one line, whatever a reader takes for the end of a line: dates in ISO 8601, decimals as strings."""
    return json.dumps(value, ensure_ascii=False, default=plain).translate(_LINE_ENDS)
