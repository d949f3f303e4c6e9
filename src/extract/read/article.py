"""A text or a record -> an Article, or the failure or reject that says why it is none.

Fields that a record states win over what its text says of itself. Identifiers depend on nothing but source
and text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from extract.read.dates import parse_datetime
from extract.read.metadata import from_text, split_authors
from extract.records import Article, Failure, Reject
from extract.text import clean

FIELDS = ("url", "title", "publisher", "authors", "published_at")  # beside the text
_PLAIN = ("url", "title", "publisher")  # a string or nothing
_OWN_NAMES = MappingProxyType({field: field for field in FIELDS})
_LONGEST_STRING = 2000  # characters of one string that go into a reject
_MOST_ITEMS = 50
_DEEPEST = 5


def article_from_text(text: str, source: str = "text", **metadata: Any) -> Article:
    """The article that ``text`` is. Takes any string.

    Args:
        source: what the article is called in the tables; two articles of one run should not share it.
        metadata: ``url``, ``title``, ``publisher`` (strings), ``authors`` (strings, or one with all of them),
            ``published_at`` (datetime, ISO or Vietnamese date, epoch seconds). They win over the text's own.

    Raises:
        TypeError: another keyword, or a value of the wrong type.
    """
    unknown = sorted(metadata.keys() - FIELDS)
    if unknown:
        raise TypeError(f"article_from_text() takes no {', '.join(unknown)}; it takes {', '.join(FIELDS)}")
    try:
        return build(text, source, metadata)
    except Failure as failure:
        raise TypeError(failure.message) from None


def article_from_record(record: Mapping[str, object], source: str, columns: Mapping[str, str]) -> Article:
    """The article that ``record`` holds; ``columns`` names the record's column for each of our fields.

    Raises:
        Failure: ``missing_text``, ``empty_text``, ``bad_field``, ``not_utf8`` or ``binary_file``.
    """
    column = columns["text"]
    if column not in record:
        raise Failure("missing_text", missing_text(column, list(record)))
    text = record[column]
    if isinstance(text, bytes):
        from extract.read.decode import decode

        text = decode(text)
    if text is not None and not isinstance(text, str):
        raise Failure("bad_field", f"{column!r} is {_kind(text)}; a string was expected")
    if text is None or not text.strip():
        raise Failure("empty_text", f"{column!r} holds no text")
    return build(text, source, {field: record.get(columns[field]) for field in FIELDS}, columns)


def build(text: str, source: str, given: Mapping[str, object], columns: Mapping[str, str] = _OWN_NAMES) -> Article:
    """An article with what is ``given`` and, for the rest, what its text says. Raises Failure ``bad_field``.

    ``columns`` are the names by which messages call the fields.
    """
    text, source = clean(text), clean(source)
    found = from_text(text)
    plain = {name: _string(given.get(name), columns[name]) for name in _PLAIN}
    published_at = parse_datetime(given.get("published_at"))
    raw = text.encode()
    return Article(
        article_id=_digest(source.encode() + b"\0" + raw),
        source=source,
        text_hash=_digest(raw),
        text=text,
        url=plain["url"] or found.url,
        publisher=plain["publisher"] or found.publisher,
        title=plain["title"] or found.title,
        authors=_authors(given.get("authors"), columns["authors"]) or found.authors,
        published_at=published_at or found.published_at,
    )


def reject(source: str, failure: Failure, record: object = None) -> Reject:
    """``failure`` as a row of ``rejects``, with what can be shown of ``record``."""
    payload = dict(failure.payload) if record is None else record
    return Reject(
        source=clean(source),
        stage="read",
        error=failure.error,
        message=clean(failure.message),
        payload=json.dumps(_shown(payload), ensure_ascii=False, allow_nan=False),
    )


def missing_text(column: str, found: Sequence[str]) -> str:
    """The message for a record without its text: what there is, and how to say which field to take."""
    there = ", ".join(map(str, found[:20])) + (", …" if len(found) > 20 else "") if found else "none"
    return f"no field {column!r}; fields found: {there}. Say which one holds the text with --map text=FIELD"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _kind(value: object) -> str:
    return {"dict": "an object", "list": "a list", "bool": "true or false", "NoneType": "null"}.get(
        type(value).__name__, "a number" if isinstance(value, int | float) else f"a {type(value).__name__}"
    )


def _string(value: object, column: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise Failure("bad_field", f"{column!r} is {_kind(value)}; a string was expected")
    return clean(value).strip() or None if value else None


def _authors(value: object, column: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return split_authors(clean(value))
    if not isinstance(value, list | tuple) or not all(v is None or isinstance(v, str) for v in value):
        raise Failure("bad_field", f"{column!r} is not a string or a list of strings: {_kind(value)}")
    return tuple(dict.fromkeys(" ".join(clean(v).split()) for v in value if v and v.strip()))


def _shown(value: object, depth: int = 0) -> object:
    """``value`` as JSON can hold it: long strings and lists cut and saying so, no lone surrogates, no NaN."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else f"an integer of {value.bit_length()} bits"
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, bytes):
        value = value[: _LONGEST_STRING * 4].decode("utf-8", "backslashreplace")
    if isinstance(value, str):
        cut = clean(value[:_LONGEST_STRING])
        return cut if len(value) <= _LONGEST_STRING else f"{cut}… ({len(value):,} characters)"
    if isinstance(value, Mapping | list | tuple) and depth >= _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        shown = {str(_shown(str(k))): _shown(v, depth + 1) for k, v in list(value.items())[:_MOST_ITEMS]}
        return shown if len(value) <= _MOST_ITEMS else {**shown, "…": f"{len(value):,} fields"}
    if isinstance(value, list | tuple):
        items = [_shown(v, depth + 1) for v in value[:_MOST_ITEMS]]
        return items if len(value) <= _MOST_ITEMS else [*items, f"… ({len(value):,} items)"]
    return _shown(str(value))
