"""What ``extract show`` is pointed at, in; one article with its mention rows out.

A target is a file (the n-th article of it as ``FILE#n``), ``-`` for standard input, or an output dataset with
an article of it: ``DIR#`` and the article's id, the beginning of it, or its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from extract.evaluate.predicted import Row, from_records, mention_rows

if TYPE_CHECKING:
    from extract.pipeline import Pipeline
    from extract.records import Article, Reject

_HEADING = ("article_id", "source", "title", "publisher", "published_at", "province")


class TargetError(Exception):
    """There is no such article; the message says which there are."""


@dataclass(frozen=True, slots=True)
class Target:
    """One article: its row without the text, the text, the mention rows by label, its sentences in order."""

    article: Row
    text: str
    rows: Mapping[str, Sequence[Row]]
    sentences: Sequence[Row]  # start, end and kind of each

    @property
    def heading(self) -> str:
        return heading(self.article)


def split(target: str) -> tuple[str, str]:
    """Path and article of a target: ``data/out#3fa`` -> ("data/out", "3fa"). One that exists stays whole."""
    path, mark, article = target.rpartition("#")
    return (path, article) if mark and not Path(target).exists() else (target, "")


def articles(folder: Path, wanted: str = "", most: int = 50) -> list[Row]:
    """Up to ``most`` articles of a dataset: whose id begins with ``wanted`` or whose source it is.

    Raises:
        NoDatasetError: there is no dataset.
    """
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    from extract.write import load

    meant = pc.starts_with(ds.field("article_id"), wanted) | (ds.field("source") == wanted)
    rows: list[Row] = load(folder).dataset("articles").head(most, columns=list(_HEADING), filter=meant).to_pylist()
    return rows


def from_folder(folder: Path, wanted: str) -> Target:
    """One article of a dataset.

    Raises:
        NoDatasetError: there is no dataset.
        TargetError: no article, or more than one, is meant.
    """
    import pyarrow.dataset as ds

    from extract.write import load

    some = articles(folder, wanted, 4)
    if len(some) != 1:
        named = ", ".join(f"{row['article_id']} ({row['source']})" for row in some)
        said = f"more than one article begins so: {named}, …" if some else "no article has such an id or source"
        raise TargetError(f"{folder}#{wanted}: {said}")
    id = some[0]["article_id"]
    tables = load(folder)
    (row,) = tables.dataset("articles").to_table(filter=ds.field("article_id") == id).to_pylist()
    sentences = tables.dataset("sentences").to_table(["start", "end", "kind"], filter=ds.field("article_id") == id)
    return Target(row, row.pop("text"), mention_rows(tables, [id])[id], sentences.to_pylist())


def from_items(items: Iterable[Article | Reject], number: str, pipeline: Pipeline) -> Target:
    """The first article of what was read, or the one whose source ends in ``#number``, through the pipeline.

    Raises:
        TargetError: there is none, or it was rejected.
    """
    from extract.records import Reject
    from extract.write.shards import run_article

    for item in items:
        if not number or item.source.endswith(f"#{number}"):
            result = item if isinstance(item, Reject) else run_article(pipeline, item)
            if isinstance(result, Reject):
                raise TargetError(f"{result.source}: {result.message}")
            sentences = [s.model_dump(include={"start", "end", "kind"}) for s in result.sentences]
            return Target(result.article.model_dump(), result.text, from_records(result).rows, sentences)
    raise TargetError(f"no article{' number ' + number if number else ''} in it")


def heading(row: Row) -> str:
    """What tells an article from others, in one line."""
    return " · ".join(str(row[name]) for name in _HEADING if row[name])
