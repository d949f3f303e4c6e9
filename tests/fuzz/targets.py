"""What is fuzzed: one function for each reader, the segmenter, each tagger, the validator and the rule compiler.

Each takes any bytes and raises where a promise does not hold. ``python tests/fuzz`` mutates the bytes with atheris;
``test_fuzz.py`` replays what it has kept, without it.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterable
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

import regex

from extract.pipeline import Pipeline
from extract.read import article_from_text
from extract.read.archive import read_tar, read_zip
from extract.read.columns import Options
from extract.read.formats import read_parquet, read_stream
from extract.read.one import read_html, read_text
from extract.read.streams import Allowance, open_bytes
from extract.records import Article, Failure, Item, Mention, Reject, Segmented, Unread
from extract.rules import RuleError, load
from extract.tag import documents, figures
from extract.tag.reading import read
from extract.text import clean, view
from extract.write.shards import run_article
from extract.write.tables import to_batches

LONGEST = 20_000  # bytes: more is slow, and finds nothing more
_HOME = Path(tempfile.mkdtemp(prefix="fuzz-"))
os.environ["XDG_CACHE_HOME"] = str(_HOME)  # patterns of fuzzed rules are not worth keeping


@cache
def pipeline() -> Pipeline:
    return Pipeline()


@cache
def _taggers() -> dict[str, Callable[..., list[Mention]]]:
    rules = pipeline().rules
    return {"documents": documents.build(rules), "figures": figures.build(rules)}


# -- readers: every byte sequence is articles and rejects -----------------------------------------------------------


def _all(items: Iterable[Item]) -> None:
    """Reads everything; a file as a whole may be a Failure."""
    try:
        for item in items:
            found = item.read() if isinstance(item, Unread) else item
            assert isinstance(found, Article | Reject), found
            if isinstance(found, Article):
                assert found.text == clean(found.text)
            to_batches([found] if isinstance(found, Reject) else [])
    except Failure as failure:
        assert failure.error and failure.message, failure


def _one(read_it: Callable[[bytes, str, Options], Article], data: bytes) -> None:
    try:
        article = read_it(data, "a", Options())
        assert article.text == clean(article.text)
    except Failure as failure:
        assert failure.error and failure.message, failure


def _zip(data: bytes) -> None:
    _all(read_zip(io.BytesIO(data), Allowance(len(data)), "a.zip", Options()))


def _tar(data: bytes) -> None:
    _all(read_tar(io.BytesIO(data), Allowance(len(data)), "a.tar", Options()))


def _parquet(data: bytes) -> None:
    _all(read_parquet(io.BytesIO(data), "a.parquet", Options()))


def _stream(kind: str, data: bytes) -> None:
    _all(read_stream(kind, io.BytesIO(data), f"a.{kind}", Options()))


def _packed(suffix: str, data: bytes) -> None:
    path = _HOME / f"a{suffix}"
    path.write_bytes(data)
    try:
        with open_bytes(path, suffix) as stream:
            _all(read_stream("json", stream, path.name, Options()))
    except Failure as failure:
        assert failure.error and failure.message, failure


# -- stages: every text has its spans in it -------------------------------------------------------------------------


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8", "surrogatepass")  # lone surrogates, too
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def _segmented(data: bytes) -> Segmented:
    segmented = pipeline().segment(article_from_text(_text(data)))
    text, end = segmented.article.text, 0
    for sentence in segmented.sentences:
        assert end <= sentence.start < sentence.end <= len(text), sentence
        end = last = sentence.start
        for start, stop in sentence.words:
            assert last <= start < stop <= sentence.end, (sentence, start, stop)
            last = stop
        end = sentence.end
    return segmented


def _segment(data: bytes) -> None:
    _segmented(data)


def _view(data: bytes) -> None:
    raw = clean(_text(data))
    made = view(raw)
    for at in range(0, len(made.text), max(1, len(made.text) // 50)):
        start, end = made.span(at, at + 1)
        assert 0 <= start < end <= len(raw)


def _in_order(found: Iterable[Mention], length: int) -> None:
    mentions = list(found)
    assert all(0 <= m.start < m.end <= length for m in mentions), mentions
    assert all(a.end <= b.start for a, b in pairwise(sorted(mentions, key=lambda m: m.start))), mentions


def _documents(data: bytes) -> None:
    reading = read(_segmented(data))
    _in_order(_taggers()["documents"](reading), len(reading.text))


def _figures(data: bytes) -> None:
    reading = read(_segmented(data))
    _in_order(_taggers()["figures"](reading, []), len(reading.text))


def _people(data: bytes) -> None:
    tagged = pipeline().tag(_segmented(data))
    length = len(tagged.segmented.article.text)
    _in_order(tagged.persons, length)
    _in_order(tagged.titles, length)
    assert all(t.holder is None or 0 <= t.holder < len(tagged.persons) for t in tagged.titles)


def _whole(data: bytes) -> None:
    """All stages: rows are where they say, none is lost to a fault of the program."""
    article = article_from_text(_text(data))
    result = run_article(pipeline(), article)
    assert not isinstance(result, Reject), result.message
    for row in (*result.sentences, *result.persons, *result.titles, *result.documents, *result.figures):
        assert article.text[row.start : row.end] == row.text, row
    assert {r.error for r in result.rejects} <= {
        "code_malformed",
        "date_absurd",
        "decimal_overflow",
        "low_above_high",
    }, result.rejects
    to_batches([result])


# -- rules: every file is rules or a RuleError with a line of text --------------------------------------------------


def _rules(data: bytes) -> None:
    path = _HOME / "fuzzed.toml"
    names = {"role": frozenset({"Bí thư", "Chủ tịch"}), "unit.length": frozenset({"km", "m"})}
    try:
        file = load.parse_file(path, data)
        lexicons = [load._build_lexicon(spec, path) for spec in file.lexicon]
        rules = [load._build_rule(spec, path, names) for spec in file.rule]
    except RuleError as error:
        assert "\n" not in str(error).strip() or "pattern" in str(error), str(error)
        return
    assert all(lexicon.forms is not None for lexicon in lexicons)
    for rule in rules:
        if rule.regex is None:
            continue
        try:
            for match in rule.regex.finditer("Ông Lò Văn Thử, Bí thư, dẫn 12-NQ/TU: 5,2 km.\n" * 3, timeout=0.5):
                rule.context_holds(match.string, *match.span())
        except (TimeoutError, regex.error):
            pass


TARGETS: dict[str, Callable[[bytes], None]] = {
    "text": partial(_one, read_text),
    "html": partial(_one, read_html),
    "json": partial(_stream, "json"),
    "gzip": partial(_packed, ".gz"),
    "zstd": partial(_packed, ".zst"),
    "warc": partial(_stream, "warc"),
    "tar": _tar,
    "zip": _zip,
    "parquet": _parquet,
    "view": _view,
    "segment": _segment,
    "documents": _documents,
    "figures": _figures,
    "people": _people,
    "whole": _whole,
    "rules": _rules,
}
OF_TEXT = ("text", "view", "segment", "documents", "figures", "people", "whole")
