"""A stream of articles cut into shards, and one shard through the stages into its part files.

Shards are cut in reading order and by content alone, so that the parts are the same bytes whoever makes
them. A fault on one article becomes a reject; the rest of its shard goes on.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from extract.records import Article, Failure, Reject, Segmented, Tagged
from extract.validate import Records
from extract.validate.check import payload
from extract.validate.models import TABLES
from extract.write import folder
from extract.write.schemas import arrow_schema, schema_hash
from extract.write.tables import to_batches

SHARD_ARTICLES = 1000
SHARD_CHARACTERS = 4_000_000
_BATCH = 64  # articles held as Python objects at a time; in Arrow their rows take a tenth of the room

Progress = Callable[[int, int], None]  # called with the articles and the characters done since the last call
_In = TypeVar("_In")
_Out = TypeVar("_Out")


class Stages(Protocol):
    """The row of stages; ``extract.Pipeline`` is one."""

    @property
    def segment(self) -> Callable[[Article], Segmented]: ...
    @property
    def tag(self) -> Callable[[Segmented], Tagged]: ...
    @property
    def validate(self) -> Callable[[Tagged], Records]: ...


@dataclass(frozen=True, slots=True)
class Shard:
    """A run of the input: the articles, and what could not be read between them."""

    number: int
    items: tuple[Article | Reject, ...]


def cut(
    items: Iterable[Article | Reject], articles: int = SHARD_ARTICLES, characters: int = SHARD_CHARACTERS
) -> Iterator[Shard]:
    """The shards of a stream, at least one: each of up to ``articles`` items or ``characters`` code points.

    The first eight are small, each eight after them twice as large, up to the limit: a hundred articles keep
    several workers busy, ten million do not leave a million files.
    """
    source = iter(items)
    number = 0
    while True:
        limit = min(articles, 32 << min(number // 8, 30))
        held: list[Article | Reject] = []
        room = characters
        for item in islice(source, limit):
            held.append(item)
            room -= len(item.text if isinstance(item, Article) else item.payload)
            if room <= 0:
                break
        if not held and number > 0:
            return
        yield Shard(number, tuple(held))
        number += 1


def shard_key(shard: Shard, config_key: str) -> str:
    """64 hex digits that change whenever the parts of this shard may."""
    digest = hashlib.sha256(f"{config_key}\0{schema_hash()}\0{pa.__version__}".encode())
    for item in shard.items:
        parts: tuple[object, ...]
        if isinstance(item, Article):  # its id stands for source and text
            parts = (
                item.article_id,
                item.url,
                item.publisher,
                item.title,
                item.authors,
                item.published_at,
                item.encoding,
            )
        else:
            parts = (
                item.source,
                item.stage,
                item.error,
                item.message,
                item.payload,
                item.article_id,
                item.table,
            )
        digest.update(repr(parts).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def attempt(stage: str, step: Callable[[_In], _Out], value: _In, article: Article) -> _Out | Reject:
    """``step(value)``, or the reject that says why this article cannot take this step."""
    try:
        return step(value)
    except Failure as failure:
        error, message, record = failure.error, failure.message, failure.payload or asdict(article)
    except Exception as fault:
        error, message, record = "internal_error", f"{type(fault).__name__}: {fault}", asdict(article)
    return Reject(
        source=article.source,
        stage=stage,
        error=error,
        message=f"{stage}: {message}",
        payload=payload(record),
        article_id=article.article_id,
    )


def run_article(stages: Stages, article: Article) -> Records | Reject:
    """All stages for one article."""
    segmented = attempt("segment", stages.segment, article, article)
    if isinstance(segmented, Reject):
        return segmented
    tagged = attempt("tag", stages.tag, segmented, article)
    if isinstance(tagged, Reject):
        return tagged
    return attempt("validate", stages.validate, tagged, article)


def run_shard(
    shard: Shard,
    stages: Stages,
    out: Path,
    config_key: str,
    *,
    resume: bool = False,
    fatal: Collection[int] = (),
    began: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    """Makes the parts of one shard; returns its record.

    Args:
        resume: keep the parts that are there, where they are the ones this shard would give.
        fatal: places of the articles that killed a worker; they become rejects.
        began: called with the place of each item before its turn, and with their number before the writing.
    """
    key = shard_key(shard, config_key)
    if resume and (record := folder.shard_record(out, shard.number, key)):
        return {**record, "kept": True}

    def results() -> Iterator[Records | Reject]:
        for place, item in enumerate(shard.items):
            began(place)
            if isinstance(item, Reject):
                yield item
            elif place in fatal:
                yield _died(item)
            else:
                yield run_article(stages, item)
        began(len(shard.items))

    return save(out, shard.number, key, results())


def save(out: Path, number: int, key: str, results: Iterable[Records | Reject]) -> dict[str, Any]:
    """Writes the rows of ``results`` as the parts of one shard; returns the shard's record."""
    batches: dict[str, list[pa.RecordBatch]] = {table: [] for table in TABLES}
    stream = iter(results)
    while held := list(islice(stream, _BATCH)):
        for table, batch in to_batches(held).items():
            batches[table].append(batch)
    tables = {
        table: pa.Table.from_batches(batches[table], schema=arrow_schema(table)).combine_chunks() for table in TABLES
    }
    record = {
        "shard": number,
        "key": key,
        "characters": pc.sum(pc.utf8_length(tables["articles"]["text"])).as_py() or 0,
        "counts": {table: content.num_rows for table, content in tables.items()},
        "rejects": dict(sorted(Counter(tables["rejects"].column("error").to_pylist()).items())),
    }
    return folder.write_shard(out, number, tables, record)


def _died(article: Article) -> Reject:
    return Reject(
        source=article.source,
        stage="run",
        error="worker_died",
        message="the process died twice on this article (out of memory, or a fault in a compiled module)",
        payload=payload(asdict(article)),
        article_id=article.article_id,
    )
