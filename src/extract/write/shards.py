"""A stream of records cut into shards, and one shard read and taken through the stages into its part files.

Shards are cut in reading order and by content alone, so that the parts are the same bytes whoever makes
them. A fault on one article becomes a reject; the rest of its shard goes on.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Protocol, TypeVar

import pyarrow as pa

from extract.files import Place
from extract.records import Article, Failure, Item, Reject, Segmented, Tagged, Unread
from extract.text import clean
from extract.validate import Records
from extract.validate.check import payload
from extract.validate.models import TABLES
from extract.write import folder
from extract.write.schemas import arrow_schema, schema_hash
from extract.write.tables import to_batches

SHARD_ARTICLES = 1000
SHARD_CHARACTERS = 4_000_000
_FIRST, _STEP = 32, 64  # articles in the first shards; how many shards until they are twice as large
_LONG = 4000  # characters of an article that counts as more than one
_BATCH = 32  # articles held as Python objects at a time; in Arrow their rows take a tenth of the room

Progress = Callable[[int, int], None]  # called with the articles and the characters done since the last call
Reach = Callable[[int, int], None]  # called with the step that comes and the characters read before it
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
    """A run of the input: articles, read or yet to be read, and what could not be read between them."""

    number: int
    items: tuple[Item, ...]


def cut(items: Iterable[Item], articles: int = SHARD_ARTICLES, characters: int = SHARD_CHARACTERS) -> Iterator[Shard]:
    """The shards of a stream, at least one: each of up to ``articles`` items or about ``characters``.

    The first 64 are small, each 64 after them twice as large, up to the limits: a hundred articles keep
    several workers busy, the last shard is a small part of the whole, ten million articles do not leave a million
    files. Long articles make shards of fewer.
    """
    source = iter(items)
    number = 0
    while True:
        limit = min(articles, _FIRST << min(number // _STEP, 30))
        room = min(characters, limit * _LONG)
        held: list[Item] = []
        for item in islice(source, limit):
            held.append(item)
            room -= _size(item)
            if room <= 0:
                break
        if not held and number > 0:
            return
        yield Shard(number, tuple(held))
        number += 1


def _size(item: Item) -> int:
    if isinstance(item, Unread):
        return item.size
    return len(item.text if isinstance(item, Article) else item.payload)


class Key:
    """What a shard's parts depend on: 64 hex digits that change whenever they may."""

    def __init__(self, config_key: str) -> None:
        self._digest = hashlib.sha256(f"{config_key}\0{schema_hash()}\0{pa.__version__}".encode())

    def add(self, item: Article | Reject) -> None:
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
        self._digest.update(repr(parts).encode("utf-8", "backslashreplace"))

    def hex(self) -> str:
        return self._digest.hexdigest()


def read_item(item: Item) -> Article | Reject:
    """The article that ``item`` is, or the reject that says why it is none."""
    if not isinstance(item, Unread):
        return item
    try:
        return item.read()
    except Exception as fault:
        return Reject(
            source=clean(item.source),
            stage="read",
            error="internal_error",
            message=f"read: {type(fault).__name__}: {fault}",
            payload=payload({"source": item.source}),
        )


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
    out: Place,
    config_key: str,
    *,
    resume: bool = False,
    fatal: Collection[int] = (),
    reach: Reach = lambda _step, _characters: None,
) -> dict[str, Any]:
    """Reads the articles of one shard and makes its parts; returns its record, and as ``read`` the code points
    that were read.

    Args:
        resume: keep the parts that are there, where they are the ones this shard would give.
        fatal: steps that killed a worker; their articles become rejects.
        reach: called before each step, and before the writing, with its number and the code points read so far.
            Reading item n is step 2n, taking it through the stages 2n + 1.
    """

    characters = 0

    def articles(key: Key) -> Iterator[tuple[int, Article | Reject]]:
        nonlocal characters
        characters = 0
        for place, item in enumerate(shard.items):
            reach(2 * place, characters)
            read = _died(item) if 2 * place in fatal else read_item(item)
            key.add(read)
            yield 2 * place + 1, read
            characters += len(read.text) if isinstance(read, Article) else 0
        reach(2 * len(shard.items), characters)

    def results(key: Key) -> Iterator[Records | Reject]:
        for step, read in articles(key):
            if isinstance(read, Reject):
                yield read
                continue
            reach(step, characters)
            yield _died(read) if step in fatal else run_article(stages, read)

    if resume and folder.has_record(out, shard.number):
        key = Key(config_key)
        for _ in articles(key):
            pass
        if record := folder.shard_record(out, shard.number, key.hex()):
            return {**record, "kept": True, "read": characters}
    key = Key(config_key)
    return {**save(out, shard.number, key.hex, results(key)), "read": characters}


def save(out: Place, number: int, key: Callable[[], str], results: Iterable[Records | Reject]) -> dict[str, Any]:
    """Writes the rows of ``results`` as the parts of one shard; returns the shard's record.

    ``key`` is asked once all results are there.
    """
    batches: dict[str, list[pa.RecordBatch]] = {table: [] for table in TABLES}
    characters = 0
    for held in _held(results):
        characters += sum(len(result.text) for result in held if isinstance(result, Records))
        for table, batch in to_batches(held).items():
            batches[table].append(batch)
    tables = {
        table: pa.Table.from_batches(batches[table], schema=arrow_schema(table)).combine_chunks() for table in TABLES
    }
    record = {
        "shard": number,
        "key": key(),
        "characters": characters,
        "counts": {table: content.num_rows for table, content in tables.items()},
        "rejects": dict(sorted(Counter(tables["rejects"].column("error").to_pylist()).items())),
    }
    return folder.write_shard(out, number, tables, record)


def _held(results: Iterable[Records | Reject]) -> Iterator[list[Records | Reject]]:
    """``results`` in small batches; a long one ends its batch."""
    held: list[Records | Reject] = []
    room = _BATCH * _LONG
    for result in results:
        held.append(result)
        room -= len(result.payload) if isinstance(result, Reject) else len(result.text)
        if len(held) == _BATCH or room <= 0:
            yield held
            held, room = [], _BATCH * _LONG
    if held:
        yield held


def _died(item: Item) -> Reject:
    """For an article that is not read yet the reject has no more than its source: reading it may be the fault."""
    read = item if isinstance(item, Article) else None
    return Reject(
        source=clean(item.source),
        stage="run",
        error="worker_died",
        message="the process died or hung twice on this article (out of memory, or a fault in a compiled module)",
        payload=payload(asdict(read) if read else {"source": item.source}),
        article_id=read.article_id if read else None,
    )
