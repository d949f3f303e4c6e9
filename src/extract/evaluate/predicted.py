"""What was extracted, in one shape for scoring: rows of the four mention tables for one article.

Comes from an output dataset or from the records of a pipeline in memory; both give the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from extract.evaluate.gold import LABELS, GoldArticle, GoldError

if TYPE_CHECKING:
    from extract.validate import Records
    from extract.write import Tables

TABLES = {label: f"{label}s" for label in LABELS}
Row = Mapping[str, Any]
_ARTICLE_ID = re.compile(r"[0-9a-f]{16}$")


@dataclass(frozen=True, slots=True)
class Predicted:
    """``rows[label]`` are rows as the output tables have them; offsets are code points of ``text``."""

    text: str
    rows: Mapping[str, tuple[Row, ...]]


def from_records(records: Records) -> Predicted:
    """Of the records of one article."""
    rows = {label: tuple(r.model_dump() for r in getattr(records, table)) for label, table in TABLES.items()}
    return Predicted(records.text, rows)


def from_dataset(out: Path, gold: Iterable[GoldArticle]) -> dict[str, Predicted]:
    """Of an output dataset, by the id of the annotated article; an article that is not in it is left out.

    An annotated article is found by its id, which is the article's id, its source or the stem of that, or ends in
    the article's id; else (the source may be the annotation file itself) by its text. Only the rows of these
    articles are read.

    Raises:
        NoDatasetError: ``out`` holds no dataset.
        GoldError: it holds none of the articles.
    """
    from extract.write import load

    gold = list(gold)
    tables = load(out)
    found = _find(tables.dataset("articles"), gold)
    if not found:
        raise GoldError(f"{out}: holds none of the {len(gold)} annotated articles (looked for source and text)")
    rows = mention_rows(tables, [article_id for article_id, _ in found.values()])
    return {id: Predicted(text, rows[article_id]) for id, (article_id, text) in found.items()}


def mention_rows(tables: Tables, article_ids: Sequence[str]) -> dict[str, dict[str, tuple[Row, ...]]]:
    """Article id -> label -> the rows of its mentions. Only the rows of these articles are read."""
    import pyarrow.dataset as ds

    rows: dict[str, dict[str, list[Row]]] = {id: {label: [] for label in LABELS} for id in article_ids}
    for label, table in TABLES.items():
        wanted = ds.field("article_id").isin(article_ids)
        for row in tables.dataset(table).to_table(filter=wanted).to_pylist():
            rows[row["article_id"]][label].append(row)
    return {id: {label: tuple(some) for label, some in labelled.items()} for id, labelled in rows.items()}


def _find(articles: Any, gold: list[GoldArticle]) -> dict[str, tuple[str, str]]:
    """Gold id -> (article id, text) for the annotated articles that the dataset holds."""
    ids = {end[0]: g.id for g in gold if (end := _ARTICLE_ID.search(g.id))} | {g.id: g.id for g in gold}
    id_of_text = {g.text: g.id for g in gold}
    # The weakest evidence first: what is found by more of it counts.
    by_text: dict[str, tuple[str, str]] = {}
    by_stem: dict[str, tuple[str, str]] = {}
    by_name: dict[str, tuple[str, str]] = {}
    for batch in articles.to_batches(columns=["article_id", "source", "text"]):
        for row in batch.to_pylist():
            place = (row["article_id"], row["text"])
            stem = PurePosixPath(row["source"]).stem
            for found, key, of in ((by_text, row["text"], id_of_text), (by_stem, stem, ids)):
                if key in of:
                    found[of[key]] = place
            for name in (row["source"], row["article_id"]):
                if name in ids:
                    by_name[ids[name]] = place
    return by_text | by_stem | by_name
