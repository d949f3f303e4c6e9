"""Records in, one Arrow table a table of the contract out: the same rows in the same order, exact types."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa

from extract.records import Reject
from extract.text import clean
from extract.validate import Records
from extract.validate.models import TABLES
from extract.write.schemas import arrow_schema


class _NoPandas:
    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        if name == "pandas":
            raise ImportError("not now")


def keep_pandas_out() -> None:
    """Keeps pyarrow from importing pandas, where it is installed, only to ask whether a list is one of its series.

    Saves a third of a second and 40 MB in a process of ours. pyarrow asks once; ``to_pandas`` works nevertheless.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas)
        try:
            pa.array([])
        finally:
            sys.meta_path.remove(_NoPandas)


def to_batches(results: Iterable[Records | Reject]) -> dict[str, pa.RecordBatch]:
    """The rows of all tables, each in the order of ``results``."""
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    for result in results:
        if isinstance(result, Reject):
            rows["rejects"].append(_reject(result))
            continue
        rows["articles"].append(result.article.__dict__)
        for table in ("sentences", "persons", "titles", "officials", "documents", "figures"):
            rows[table] += [row.__dict__ for row in getattr(result, table)]
        rows["rejects"] += map(_reject, result.rejects)
    return {table: _batch(table, rows[table]) for table in TABLES}


def _batch(table: str, rows: Sequence[dict[str, Any]]) -> pa.RecordBatch:
    schema = arrow_schema(table)
    arrays = []
    columns = zip(*map(itemgetter(*schema.names), rows)) if rows else ((),) * len(schema)
    for field, values in zip(schema, columns):
        if (table, field.name) == ("sentences", "words"):
            arrays.append(_words(values, field.type))
        elif (table, field.name) == ("officials", "titles"):
            arrays.append(pa.array([[t.__dict__ for t in titles] for titles in values], field.type))
        else:
            arrays.append(pa.array(values, field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _words(values: Sequence[tuple[tuple[int, int], ...]], kind: pa.ListType) -> pa.ListArray:
    """Half of all values of a dataset are word offsets: filled in as one block instead of one by one."""
    counts = np.fromiter(map(len, values), np.int32, len(values))
    offsets = np.concatenate((np.zeros(1, np.int32), np.cumsum(counts, dtype=np.int32)))
    flat = chain.from_iterable(chain.from_iterable(values))
    pairs = np.fromiter(flat, np.int32, 2 * int(offsets[-1])).reshape(-1, 2)
    columns = [pa.array(np.ascontiguousarray(pairs[:, i])) for i in (0, 1)]
    spans = pa.StructArray.from_arrays(columns, fields=list(kind.value_type))
    return pa.ListArray.from_arrays(pa.array(offsets), spans, type=kind)


def _reject(reject: Reject) -> dict[str, Any]:
    """A reject is the last resort and must always be writable: what no file can hold (a file name that is not
    UTF-8) is replaced."""
    return {
        "source": clean(reject.source),
        "article_id": reject.article_id,
        "table": reject.table,
        "stage": reject.stage,
        "error": reject.error,
        "message": clean(reject.message),
        "payload": reject.payload.encode("utf-8", "backslashreplace").decode("utf-8"),
    }
