"""A stream of records cut into shards, and one shard read and taken through the stages into its part files.

Shards are cut in reading order and by content alone, so that the parts are the same bytes whoever makes
them. A fault on one article becomes a reject; the rest of its shard goes on.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Protocol, TypeVar

import pyarrow as pa

from extract.files import Place
from extract.records import MEMORY_ERRORS, Article, Failure, Item, Reject, Segmented, Tagged, Unread
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
_FORMAT = "2"  # of a shard's record
_LONG = 4000  # characters of an article that counts as more than one
_BATCH = 32  # articles held as Python objects at a time; in Arrow their rows take a tenth of the room

Progress = Callable[[int, int], None]  # called with the articles and the characters done since the last call
Reach = Callable[[int, int], None]  # called with the step that comes and the characters read before it
Spent = defaultdict[str, float]  # seconds of each stage
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
        self._digest = hashlib.sha256(f"{_FORMAT}\0{config_key}\0{schema_hash()}\0{pa.__version__}".encode())

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
    """The article that ``item`` is, or the reject that says why it is none. Raises MemoryError."""
    if not isinstance(item, Unread):
        return item
    try:
        return item.read()
    except MEMORY_ERRORS:  # of the machine, not of the record: with more of it the same record may do
        raise
    except Exception as fault:
        return Reject(
            source=clean(item.source),
            stage="read",
            error="internal_error",
            message=f"read: {type(fault).__name__}: {fault}",
            payload=payload({"source": item.source}),
        )


def attempt(
    stage: str, step: Callable[[_In], _Out], value: _In, article: Article, spent: Spent | None = None
) -> _Out | Reject:
    """``step(value)``, or the reject that says why this article cannot take this step. Raises MemoryError.

    ``spent``: where its seconds are added up.
    """
    began = time.perf_counter()
    try:
        return step(value)
    except Failure as failure:
        error, message, record = failure.error, failure.message, failure.payload or asdict(article)
    except TimeoutError as late:
        error, message, record = "pattern_timeout", f"a pattern took too long on this text: {late}", asdict(article)
    except MEMORY_ERRORS:
        raise
    except Exception as fault:
        error, message, record = "internal_error", f"{type(fault).__name__}: {fault}", asdict(article)
    finally:
        if spent is not None:
            spent[stage] += time.perf_counter() - began
    return Reject(
        source=article.source,
        stage=stage,
        error=error,
        message=f"{stage}: {message}",
        payload=payload(record),
        article_id=article.article_id,
    )


def run_article(stages: Stages, article: Article, spent: Spent | None = None) -> Records | Reject:
    """All stages for one article. Raises MemoryError."""
    segmented = attempt("segment", stages.segment, article, article, spent)
    if isinstance(segmented, Reject):
        return segmented
    tagged = attempt("tag", stages.tag, segmented, article, spent)
    if isinstance(tagged, Reject):
        return tagged
    return attempt("validate", stages.validate, tagged, article, spent)


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
    """Reads the articles of one shard and makes its parts; returns its record, and beside it as ``read`` the code
    points that were read, as ``spent`` the seconds of each stage, as ``kept`` whether the parts were there already.

    Args:
        resume: keep the parts that are there, where they are the ones this shard would give.
        fatal: steps that killed a worker; their articles become rejects.
        reach: called before each step, and before the writing, with its number and the code points read so far.
            Reading item n is step 2n, taking it through the stages 2n + 1.

    Raises:
        MemoryError: at the step that ``reach`` was last called with.
        OSError: the parts cannot be written.
    """

    characters = 0
    spent: Spent = defaultdict(float)

    def articles(key: Key) -> Iterator[tuple[int, Article | Reject]]:
        nonlocal characters
        characters = 0
        for place, item in enumerate(shard.items):
            reach(2 * place, characters)
            began = time.perf_counter()
            read = _died(item) if 2 * place in fatal else read_item(item)
            key.add(read)
            spent["read"] += time.perf_counter() - began
            yield 2 * place + 1, read
            characters += len(read.text) if isinstance(read, Article) else 0
        reach(2 * len(shard.items), characters)

    def results(key: Key) -> Iterator[Records | Reject]:
        for step, read in articles(key):
            if isinstance(read, Reject):
                yield read
                continue
            reach(step, characters)
            yield _died(read) if step in fatal else run_article(stages, read, spent)

    if resume and folder.has_record(out, shard.number):
        key = Key(config_key)
        for _ in articles(key):
            pass
        if record := folder.shard_record(out, shard.number, key.hex()):
            return {**record, "kept": True, "read": characters, "spent": spent}
    key = Key(config_key)
    began, before = time.perf_counter(), sum(spent.values())
    record = save(out, shard.number, key.hex, results(key))
    spent["write"] += time.perf_counter() - began - (sum(spent.values()) - before)
    return {**record, "kept": False, "read": characters, "spent": spent}


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
        "rule_hits": rule_hits(tables),
    }
    return folder.write_shard(out, number, tables, record)


def rule_hits(tables: Mapping[str, pa.Table]) -> dict[str, int]:
    """How many rows each rule has given, by the rule's id."""
    hits: Counter[str] = Counter()
    for name, table in tables.items():
        if "rule" in arrow_schema(name).names:
            hits.update(rule for rule in table.column("rule").to_pylist() if rule is not None)
    return dict(sorted(hits.items()))


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
        message="the process died, hung or ran out of memory three times on this article; --resume tries it again",
        payload=payload(asdict(read) if read else {"source": item.source}),
        article_id=read.article_id if read else None,
    )
