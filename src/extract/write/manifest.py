"""What a run says of itself: shard records in, ``manifest.json`` and a summary out."""

from __future__ import annotations

import json
import platform
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from extract import __version__
from extract.files import Place
from extract.validate.models import TABLES
from extract.write import folder
from extract.write.schemas import schema_hash


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did. ``characters`` are code points of all articles, ``rejects`` counts by error code."""

    out: Place
    counts: dict[str, int]
    rejects: dict[str, int]
    characters: int
    shards: int
    shards_kept: int
    seconds: float


def _records(out: Place, shards: int) -> Iterator[dict[str, Any]]:
    """Of each shard, in order; from an object store, where each takes a moment, many at a time."""

    def read(number: int) -> dict[str, Any]:
        record: dict[str, Any] = json.loads((out / "_shards" / f"{folder.part_name(number)}.json").read_bytes())
        return record

    if isinstance(out, Path):
        yield from map(read, range(shards))
        return
    with ThreadPoolExecutor(32) as pool:
        yield from pool.map(read, range(shards))


def finish(
    out: Place,
    done: Iterable[Mapping[str, Any]],
    *,
    versions: Mapping[str, str],
    inputs: Sequence[str],
    began: float,
    workers: int = 1,
) -> RunSummary:
    """Waits for all shards, removes parts left from a longer run, then writes the manifest.

    Everything in it is the same for the same input and versions, but for ``timings``.

    Args:
        done: what ``run_shard`` gave for each shard, in any order, as they are done.
        began: ``time.monotonic()`` when the run began.
    """
    shards = shards_kept = 0
    spent: defaultdict[str, float] = defaultdict(float)  # seconds of each stage, of all workers together, in this run
    for shard in done:
        shards += 1
        shards_kept += shard["kept"]
        for stage, of_shard in shard["spent"].items():
            spent[stage] += of_shard
    seconds = time.monotonic() - began
    folder.remove_parts(out, first=shards)
    counts: Counter[str] = Counter(dict.fromkeys(TABLES, 0))
    rejects: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    characters = 0
    parts = []
    for record in _records(out, shards):
        counts.update(record["counts"])
        rejects.update(record["rejects"])
        hits.update(record["rule_hits"])
        characters += record["characters"]
        parts += [{"path": path, **file} for path, file in record["files"].items()]
    summary = RunSummary(
        out,
        {t: counts[t] for t in TABLES},
        dict(sorted(rejects.items())),
        characters,
        shards,
        shards_kept,
        seconds,
    )
    manifest: dict[str, Any] = {
        "versions": {
            "extract-vn": __version__,
            "python": platform.python_version(),
            "pyarrow": pa.__version__,
            "schema": schema_hash(),
            **versions,
        },
        "inputs": list(inputs),
        "counts": summary.counts,
        "rejects": summary.rejects,
        "characters": characters,
        "rule_hits": dict(sorted(hits.items())),
        "shards": shards,
        "parts": parts,
        "timings": {
            "seconds": round(seconds, 3),
            "workers": workers,
            "shards_kept": shards_kept,
            "stages": {stage: round(of_it, 3) for stage, of_it in spent.items()},
        },
    }
    folder.write_manifest(out, manifest)
    return summary
