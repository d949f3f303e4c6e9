"""A dataset in, everything that does not hold in it out: files, counts, texts, offsets, references, inputs.

One set of parts is looked at after the other, so memory does not grow with the dataset, but for 16 bytes an article.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from extract.files import Place, Remote
from extract.records import Item
from extract.text import clean
from extract.validate.models import TABLES
from extract.write import folder as layout
from extract.write.dataset import load
from extract.write.schemas import arrow_schema
from extract.write.shards import rule_hits

MENTIONS = ("persons", "titles", "documents", "figures")


@dataclass(frozen=True, slots=True)
class Violation:
    """``code`` is stable; ``where`` a file, and the row in it; ``message`` what was found and what would be right."""

    code: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.where}: {self.message}"


def verify(folder: str | Path | Remote, inputs: Iterable[Item] | None = None) -> Iterator[Violation]:
    """What does not hold in the dataset, in the order in which it is found; nothing where all is well.

    Args:
        inputs: what was read, if known: each of it must be an article or a reject.

    Raises:
        NoDatasetError: there is no dataset in ``folder``.
    """
    home = load(folder).folder
    manifest = _manifest(home)
    if manifest is None:
        yield Violation("no_manifest", "manifest.json", "missing or not JSON; the run has not finished, or was changed")
    listed = {part["path"]: part for part in (manifest or {}).get("parts", ())}
    missing = [name for name in listed if not (home / name).is_file()]
    broken = {Path(name).stem for name in missing}
    for name in missing:
        yield Violation("file_missing", name, "listed in manifest.json")
    totals: Counter[str] = Counter()
    rejects: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    characters = 0
    sources, ids = array("Q"), array("Q")
    numbers = _Numbers()
    for number, names in _by_number(home).items():
        tables: dict[str, pa.Table] = {}
        for table, name in names.items():
            path = home / name
            if manifest is not None:
                yield from _check_file(path, name, listed.get(name))
            try:
                content = pq.ParquetFile(path if isinstance(path, Path) else path.open("rb")).read()
                content.validate(full=True)  # strings that are UTF-8, offsets that ascend: what follows relies on it
            except (OSError, pa.ArrowException, ValueError) as error:
                yield Violation("unreadable", name, f"not sound Parquet: {error}")
                continue
            if not _same_columns(content.schema, arrow_schema(table)):
                yield Violation("columns", name, "not the columns of this version; `extract schema` shows them")
                continue
            tables[table] = content
            totals[table] += content.num_rows
        whole = {table: tables.get(table, arrow_schema(table).empty_table()) for table in TABLES}
        part = layout.part_name(number)
        if names.keys() == tables.keys() and part not in broken:  # else each row would be told of that refers to it
            yield from _check_rows(part, whole)
        rejects.update(whole["rejects"]["error"].to_pylist())
        hits.update(rule_hits(whole))
        characters += sum(map(len, whole["articles"]["text"].to_pylist()))
        ids.extend(int(id, 16) for id in whole["articles"]["article_id"].to_pylist() if _is_id(id))
        for source in _sources(whole):
            sources.append(_digest(source))
            numbers.add(source)
    if manifest is not None:
        yield from _check_totals(manifest, totals, rejects, hits, characters)
    if repeated := _repeated(ids):
        yield Violation("duplicate_article", "articles", f"article_id {repeated:016x} stands there more than once")
    if _repeated(sources):
        yield Violation("duplicate_source", "articles, rejects", "two inputs have one source")
    yield from numbers.gaps()
    if inputs is not None:
        yield from _check_inputs(inputs, sources)


def _manifest(home: Place) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((home / "manifest.json").read_bytes())
        return found if isinstance(found, dict) else None
    except (OSError, ValueError):
        return None


def _by_number(home: Place) -> dict[int, dict[str, str]]:
    """Part number -> table -> name of the file."""
    found: dict[int, dict[str, str]] = {}
    for number, path in layout.parts(home):
        if path.suffix == ".parquet":
            found.setdefault(number, {})[path.parent.name] = f"{path.parent.name}/{path.name}"
    return dict(sorted(found.items()))


def _check_file(path: Place, name: str, listed: Mapping[str, Any] | None) -> Iterator[Violation]:
    if listed is None:
        yield Violation("file_extra", name, "not in manifest.json")
        return
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != listed["sha256"]:
            yield Violation("file_changed", name, "its SHA-256 is not the one in manifest.json")


def _same_columns(found: pa.Schema, right: pa.Schema) -> bool:
    """Parquet knows no times in whole seconds; they are read as milliseconds."""
    seconds = [f.with_type(pa.timestamp("s", f.type.tz)) if pa.types.is_timestamp(f.type) else f for f in found]
    return bool(pa.schema(seconds).equals(right))


def _check_totals(
    manifest: Mapping[str, Any], totals: Counter[str], rejects: Counter[str], hits: Counter[str], characters: int
) -> Iterator[Violation]:
    found = {
        **{f"counts.{table}": totals[table] for table in TABLES},
        **{f"rejects.{error}": count for error, count in sorted(rejects.items())},
        **{f"rule_hits.{rule}": count for rule, count in sorted(hits.items())},
        "characters": characters,
    }
    stated = {
        **{f"counts.{table}": count for table, count in manifest.get("counts", {}).items()},
        **{f"rejects.{error}": count for error, count in manifest.get("rejects", {}).items()},
        **{f"rule_hits.{rule}": count for rule, count in manifest.get("rule_hits", {}).items()},
        "characters": manifest.get("characters"),
    }
    for name in sorted(found.keys() | stated.keys()):
        if found.get(name) != stated.get(name):
            message = f"{name} is {stated.get(name)}, but the tables hold {found.get(name, 0)}"
            yield Violation("count", "manifest.json", message)


def _check_rows(part: str, tables: Mapping[str, pa.Table]) -> Iterator[Violation]:
    rows = {name: tables[name].drop_columns(_HEAVY.get(name, [])).to_pylist() for name in TABLES}
    texts: dict[str, str] = {}
    for n, row in enumerate(rows["articles"]):
        texts[row["article_id"]] = row["text"]
        yield from _check_article(f"articles/{part}.parquet row {n}", row)
    held: Counter[str] = Counter()
    spans: dict[tuple[str, int], tuple[int, int]] = {}
    end = dict.fromkeys(texts, 0)
    for n, row in enumerate(rows["sentences"]):
        where, id = f"sentences/{part}.parquet row {n}", row["article_id"]
        yield from _check_span(where, row, texts)
        if row["start"] < end.get(id, 0):
            yield Violation("sentence_order", where, f"starts at {row['start']}, inside the sentence before")
        end[id] = row["end"]
        held[id] += 1
        spans[id, row["sentence_id"]] = row["start"], row["end"]
    yield from _check_words(part, tables["sentences"], held, rows["articles"])
    mentions = {name: {row["mention_id"] for row in rows[name]} for name in MENTIONS}
    people = {(row["article_id"], row["person_id"]) for row in rows["persons"]}
    for name in MENTIONS:
        if len(mentions[name]) < len(rows[name]):
            yield Violation("duplicate_mention", f"{name}/{part}.parquet", "one mention_id stands on two rows")
        for n, row in enumerate(rows[name]):
            where = f"{name}/{part}.parquet row {n}"
            yield from _check_span(where, row, texts)
            first, last = spans.get((row["article_id"], row["sentence_id"]), (0, -1))
            if not first <= row["start"] < last:
                yield Violation("sentence_unknown", where, f"starts outside sentence {row['sentence_id']}")
            holder = row.get("holder_id")
            if holder is not None and holder not in mentions["persons"]:
                yield Violation("holder_unknown", where, f"no person has the mention_id {holder}")
    for n, row in enumerate(rows["officials"]):
        if (row["article_id"], row["person_id"]) not in people:
            where = f"officials/{part}.parquet row {n}"
            yield Violation("person_unknown", where, f"no person has the person_id {row['person_id']}")
    for n, row in enumerate(rows["rejects"]):
        if row["table"] is not None and row["article_id"] not in texts:
            where = f"rejects/{part}.parquet row {n}"
            yield Violation("article_unknown", where, f"no article {row['article_id']} to belong to")


_HEAVY = {"sentences": ["words", "kind"]}  # of which no Python objects are made


def _check_article(where: str, row: Mapping[str, Any]) -> Iterator[Violation]:
    text, source = row["text"], row["source"]
    if clean(text) != text:
        yield Violation("text_form", where, "the text is not NFC with LF line ends")
    raw = text.encode()
    for column, data in ("text_hash", raw), ("article_id", source.encode() + b"\0" + raw):
        right = hashlib.sha256(data).hexdigest()[:16]
        if row[column] != right:
            yield Violation("identifier", where, f"{column} is {row[column]}; that of its content is {right}")


def _check_span(where: str, row: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[Violation]:
    text = texts.get(row["article_id"])
    start, end = row["start"], row["end"]
    if text is None:
        yield Violation("article_unknown", where, f"no article {row['article_id']}")
    elif not 0 <= start < end <= len(text):
        yield Violation("span", where, f"{start}:{end} is no span of a text of {len(text)} characters")
    elif text[start:end] != row["text"]:
        yield Violation("span", where, f"{start}:{end} is {text[start:end]!r}; the row says {row['text']!r}")


def _check_words(
    part: str, sentences: pa.Table, held: Mapping[str, int], articles: Iterable[Mapping[str, Any]]
) -> Iterator[Violation]:
    """Words lie in order within their sentence, and the article's numbers of sentences and words are right."""
    lists = sentences["words"].combine_chunks()
    counts = np.diff(lists.offsets.to_numpy())
    starts, ends = (lists.flatten().field(i).to_numpy() for i in (0, 1))
    owner = np.repeat(np.arange(len(counts)), counts)
    first, last = (sentences[name].to_numpy()[owner] for name in ("start", "end"))
    wrong = (starts >= ends) | (starts < first) | (ends > last)
    wrong[1:] |= (starts[1:] < ends[:-1]) & (owner[1:] == owner[:-1])
    for n in np.unique(owner[wrong]):
        yield Violation("words", f"sentences/{part}.parquet row {n}", "its words overlap or lie outside it")
    words: Counter[str] = Counter()
    for id, count in zip(sentences["article_id"].to_pylist(), counts.tolist()):
        words[id] += count
    for n, row in enumerate(articles):
        found = held.get(row["article_id"], 0), words[row["article_id"]]
        if found != (row["n_sentences"], row["n_words"]):
            message = f"{row['n_sentences']} sentences and {row['n_words']} words; there are {found[0]} and {found[1]}"
            yield Violation("count", f"articles/{part}.parquet row {n}", message)


def _sources(tables: Mapping[str, pa.Table]) -> Iterator[str]:
    """The source of each input: of an article, or of the reject that it became as a whole."""
    yield from tables["articles"]["source"].to_pylist()
    for source, table in zip(tables["rejects"]["source"].to_pylist(), tables["rejects"]["table"].to_pylist()):
        if table is None:
            yield source


class _Numbers:
    """Whether the records of each file are there from the first to the last: 'tin.jsonl#1', '#2' …"""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, int, int]] = {}  # records, the highest number, the sum of all

    def add(self, source: str) -> None:
        file, _, number = source.rpartition("#")
        if file and number.isascii() and number.isdigit():
            count, highest, total = self._found.get(file, (0, 0, 0))
            self._found[file] = count + 1, max(highest, int(number)), total + int(number)

    def gaps(self) -> Iterator[Violation]:
        for file, (count, highest, total) in self._found.items():
            if count != highest or total != highest * (highest + 1) // 2:
                message = f"its records go up to #{highest}; {count} of them are articles or rejects"
                yield Violation("input_lost", file, message)


def _check_inputs(inputs: Iterable[Item], sources: array[int]) -> Iterator[Violation]:
    known = np.sort(np.frombuffer(sources, np.uint64)) if sources else np.empty(0, np.uint64)
    for item in inputs:
        digest = np.uint64(_digest(clean(item.source)))
        place = int(np.searchsorted(known, digest))
        if place == len(known) or known[place] != digest:
            yield Violation("input_lost", item.source, "neither an article nor a reject")


def _digest(source: str) -> int:
    return int.from_bytes(hashlib.blake2b(source.encode(), digest_size=8).digest(), "big")


def _repeated(values: array[int]) -> int:
    """A value that stands in ``values`` twice, or 0."""
    ordered = np.sort(np.frombuffer(values, np.uint64)) if values else np.empty(0, np.uint64)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    return int(twice[0]) if len(twice) else 0


def _is_id(text: str) -> bool:
    return len(text) == 16 and all(c in "0123456789abcdef" for c in text)
