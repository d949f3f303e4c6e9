"""The four stage commands: what each leaves for the next, one file a shard.

``DIR/segmented``, ``DIR/tagged`` and ``DIR/records`` hold ``part-00000.jsonl.zst``: a line for each article,
the stage's value or the reject that came of it. ``stage.json`` beside them says that the stage has finished.
Together the four give the same part files as ``run``, byte for byte.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import zstandard
from pydantic import TypeAdapter

from extract.records import Article, Item, Reject, Segmented, Tagged
from extract.validate import Records
from extract.write import folder
from extract.write.folder import OutputError, OutputExistsError
from extract.write.manifest import RunSummary, finish
from extract.write.shards import SHARD_ARTICLES, SHARD_CHARACTERS, Progress, attempt, cut, read_item, save

_FOLDERS = {"segment": "segmented", "tag": "tagged", "validate": "records"}
_In = TypeVar("_In", Segmented, Tagged)
_Out = TypeVar("_Out", Tagged, Records)
Value = Segmented | Tagged | Records


class StageMissingError(OutputError):
    """The stage before has not been run, or has not finished."""


@cache
def _adapter(stage: str) -> TypeAdapter[Any]:
    values: dict[str, Any] = {"segment": Segmented, "tag": Tagged, "validate": Records}
    return TypeAdapter(values[stage] | Reject)


def run_segment(
    items: Iterable[Item],
    segment: Callable[[Article], Segmented],
    out: str | Path,
    *,
    inputs: Sequence[str] = (),
    versions: Mapping[str, str] | None = None,
    overwrite: bool = False,
    shard_articles: int = SHARD_ARTICLES,
    shard_characters: int = SHARD_CHARACTERS,
    progress: Progress | None = None,
) -> Path:
    """Stage 1: articles in, ``out/segmented`` out.

    ``inputs`` and ``versions`` (hashes of rules and model) travel along to the manifest; later stages may add
    versions of their own.

    Raises:
        OutputExistsError: ``out`` holds segmented articles already and ``overwrite`` is not set.
    """
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out}: not a folder")
    if not overwrite and (out / "segmented" / "stage.json").exists():
        raise OutputExistsError(f"{out}: holds segmented articles already; --overwrite replaces them")

    def shards() -> Iterator[Iterator[Segmented | Reject]]:
        for shard in cut(items, shard_articles, shard_characters):
            read = map(read_item, shard.items)
            yield (i if isinstance(i, Reject) else attempt("segment", segment, i, i) for i in read)

    return _write_stage("segment", out, shards(), {"inputs": list(inputs), "versions": dict(versions or {})}, progress)


def run_tag(
    directory: str | Path,
    tag: Callable[[Segmented], Tagged],
    *,
    versions: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Path:
    """Stage 2: ``directory/segmented`` in, ``directory/tagged`` out. Raises StageMissingError."""
    return _next_stage("tag", "segment", Path(directory), tag, versions, progress)


def run_validate(
    directory: str | Path,
    validate: Callable[[Tagged], Records],
    *,
    versions: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Path:
    """Stage 3: ``directory/tagged`` in, ``directory/records`` out. Raises StageMissingError."""
    return _next_stage("validate", "tag", Path(directory), validate, versions, progress)


def run_write(
    directory: str | Path,
    out: str | Path,
    *,
    versions: Mapping[str, str] | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> RunSummary:
    """Stage 4: ``directory/records`` in, the dataset at ``out``. Raises StageMissingError and OutputError."""
    began = time.monotonic()
    directory, out = Path(directory), Path(out)
    info = _info("validate", directory)
    with folder.opened(out, overwrite=overwrite, resume=False):
        shards = (
            # No key: the stages may have run with different rules, so --resume cannot know what to keep.
            save(out, number, str, _counted(_read(directory, "validate", number, count), progress))
            | {"kept": False, "spent": {}}
            for number, count in enumerate(info["shards"])
        )
        known = {**info["versions"], **(versions or {})}
        return finish(out, shards, versions=known, inputs=info["inputs"], began=began)


def _next_stage(
    stage: str,
    before: str,
    directory: Path,
    step: Callable[[_In], _Out],
    versions: Mapping[str, str] | None,
    progress: Progress | None,
) -> Path:
    info = _info(before, directory)

    def shards() -> Iterator[Iterator[_Out | Reject]]:
        for number, count in enumerate(info["shards"]):
            values = _read(directory, before, number, count)
            yield (v if isinstance(v, Reject) else attempt(stage, step, v, _article(v)) for v in values)

    carried = {"inputs": info["inputs"], "versions": {**info["versions"], **(versions or {})}}
    return _write_stage(stage, directory, shards(), carried, progress)


def _info(stage: str, directory: Path) -> dict[str, Any]:
    """What ``stage.json`` of a finished stage says."""
    path = directory / _FOLDERS[stage] / "stage.json"
    if not path.is_file():
        raise StageMissingError(f"{path.parent}: not there or not finished; run 'extract {stage}' first")
    info: dict[str, Any] = json.loads(path.read_bytes())
    return info


def _article(value: Segmented | Tagged) -> Article:
    return value.segmented.article if isinstance(value, Tagged) else value.article


def _write_stage(
    stage: str,
    out: Path,
    shards: Iterable[Iterable[Value | Reject]],
    info: Mapping[str, Any],
    progress: Progress | None,
) -> Path:
    """Writes one file a shard and then ``stage.json``. What later stages made of older files goes."""
    order = list(_FOLDERS)
    home = out / _FOLDERS[stage]
    for later in order[order.index(stage) :]:
        (out / _FOLDERS[later] / "stage.json").unlink(missing_ok=True)
    for later in order[order.index(stage) + 1 :]:
        _remove_parts(out / _FOLDERS[later], 0)
    home.mkdir(parents=True, exist_ok=True)
    counts: list[int] = []
    for number, values in enumerate(shards):
        counts.append(0)
        with (
            _aside(home / f"{folder.part_name(number)}.jsonl.zst") as path,
            path.open("wb") as file,
            zstandard.ZstdCompressor(level=3).stream_writer(file) as stream,
        ):
            for value in _counted(values, progress):
                stream.write(_adapter(stage).dump_json(value) + b"\n")
                counts[-1] += 1
    _remove_parts(home, len(counts))
    with _aside(home / "stage.json") as path:
        path.write_text(json.dumps({"stage": stage, "shards": counts, **info}, ensure_ascii=False, indent=1))
    return home


def _read(directory: Path, stage: str, number: int, count: int) -> Iterator[Any]:
    """The ``count`` values of one file, one at a time."""
    path = directory / _FOLDERS[stage] / f"{folder.part_name(number)}.jsonl.zst"
    try:
        with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
            for line in io.BufferedReader(stream):
                yield _adapter(stage).validate_json(line)
                count -= 1
        if count:  # zstandard takes a file that is cut off for one that ends
            raise ValueError(f"{count} lines are missing")
    except (OSError, ValueError, zstandard.ZstdError) as fault:
        what = str(fault).splitlines()[0]
        raise StageMissingError(f"{path}: cannot be read ({what}); run 'extract {stage}' again") from None


def _counted(values: Iterable[Any], progress: Progress | None) -> Iterator[Any]:
    for value in values:
        yield value
        if progress:
            article = value if isinstance(value, Reject | Records) else _article(value)
            progress(1, 0 if isinstance(article, Reject) else len(article.text))


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """A hidden path to write to, renamed to ``path`` at the end."""
    aside = path.with_name(f".{path.name}.tmp")
    yield aside
    aside.replace(path)


def _remove_parts(home: Path, first: int) -> None:
    for path in home.glob("part-*.jsonl.zst") if home.is_dir() else ():
        number = path.name.removeprefix("part-").removesuffix(".jsonl.zst")
        if number.isdigit() and int(number) >= first:
            path.unlink()
