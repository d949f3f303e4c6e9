"""Arrow batches of articles in, Arrow batches of records out: for Spark's ``mapInArrow`` and whatever else feeds Arrow.

One row out for each row in, in the same order: what it is called, and the rows of each table as a list. Nothing is
lost: an article that cannot be read, or fails, has a row in its list of rejects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from extract.pipeline import Pipeline
from extract.read.columns import Options
from extract.read.formats import from_batch
from extract.records import Reject
from extract.validate import Records
from extract.validate.models import TABLES
from extract.write.schemas import arrow_schema
from extract.write.shards import run_article
from extract.write.tables import to_batches

_STEP = 16  # articles held as Python objects at a time


def map_arrow(
    batches: Iterable[pa.RecordBatch],
    *,
    name: str,
    rules: Iterable[str | Path] = (),
    ner: bool = True,
    mapping: Mapping[str, str] | None = None,
    lang: str = "any",
) -> Iterator[pa.RecordBatch]:
    """The records of each article, as ``mapped_schema()`` says: a column ``source``, and a list for each table.

    The pipeline is built once in a process, whatever the number of calls.

    Args:
        batches: a column ``name``, which tells articles apart (its address, its number), a column with the text or the
            page, and as many of the others that files of records have as there are.
        mapping, lang: as of ``read_inputs``.

    Raises:
        RuleError: of ``rules``. KeyError: no column ``name``.
    """
    pipeline = _pipeline(tuple(map(str, rules)), ner)
    options = Options(mapping or {}, lang)
    for batch in batches:
        names = list(map(str, batch.column(name).to_pylist()))
        items = from_batch(batch, names, options)
        for first in range(0, len(names), _STEP):
            results = [i if isinstance(i, Reject) else run_article(pipeline, i) for i in items[first : first + _STEP]]
            yield _nested(names[first : first + _STEP], results)


@cache
def mapped_schema() -> pa.Schema:
    """The columns that ``map_arrow`` gives. Times are in microseconds, as Spark has them."""
    lists = [pa.field(table, pa.list_(_struct(table)), nullable=False) for table in TABLES]
    return pa.schema([pa.field("source", pa.string(), nullable=False), *lists])


def _struct(table: str) -> pa.StructType:
    fields = [f.with_type(pa.timestamp("us", f.type.tz)) if pa.types.is_timestamp(f.type) else f for f in _all(table)]
    return pa.struct(fields)


def _all(table: str) -> list[pa.Field]:
    return [field.with_nullable(True) for field in arrow_schema(table)]


@lru_cache(maxsize=2)
def _pipeline(rules: tuple[str, ...], ner: bool) -> Pipeline:
    return Pipeline(rules, ner=ner)


def _nested(names: list[str], results: list[Records | Reject]) -> pa.RecordBatch:
    columns: list[Any] = [pa.array(names, pa.string())]
    for table, rows in to_batches(results).items():
        counts = [_count(result, table) for result in results]
        offsets = pa.array(np.concatenate(([0], np.cumsum(counts))), pa.int32())
        values = rows.to_struct_array().cast(_struct(table))
        columns.append(pa.ListArray.from_arrays(offsets, values, type=pa.list_(_struct(table))))
    return pa.RecordBatch.from_arrays(columns, schema=mapped_schema())


def _count(result: Records | Reject, table: str) -> int:
    """Rows of ``table`` that ``to_batches`` makes of ``result``."""
    if isinstance(result, Reject):
        return int(table == "rejects")
    return 1 if table == "articles" else len(getattr(result, table))
