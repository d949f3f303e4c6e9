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

from extract.read.columns import Columns, Lang
from extract.read.dates import parse_datetime
from extract.read.language import language_of
from extract.read.legacy import CONVERTERS, from_legacy
from extract.read.metadata import from_text, publisher_of, split_authors
from extract.records import Article, Failure, Reject
from extract.text import clean

FIELDS = ("url", "title", "publisher", "authors", "published_at")  # beside the text
_PLAIN = ("url", "title", "publisher", "language")  # a string or nothing
_OWN_NAMES = Columns(MappingProxyType({}))
MAX_TEXT = 10_000_000  # characters of one article, which take some 2 GB of memory; a long book has 3 million
_LONGEST_STRING = 2000  # characters of one string that go into a reject
_MOST_ITEMS = 50
_DEEPEST = 5


def article_from_text(text: str, source: str = "text", **metadata: Any) -> Article:
    """The article that ``text`` is. Takes any string of up to ``MAX_TEXT`` characters.

    Args:
        source: what the article is called in the tables; two articles of one run should not share it.
        metadata: ``url``, ``title``, ``publisher`` (strings), ``authors`` (strings, or one with all of them),
            ``published_at`` (datetime, ISO or Vietnamese date, epoch seconds). They win over the text's own.

    Raises:
        TypeError: another keyword, or a value of the wrong type.
        ValueError: the text is too long.
    """
    unknown = sorted(metadata.keys() - FIELDS)
    if unknown:
        raise TypeError(f"article_from_text() takes no {', '.join(unknown)}; it takes {', '.join(FIELDS)}")
    try:
        return build(text, source, metadata)
    except Failure as failure:
        raise (ValueError if failure.error == "too_large" else TypeError)(failure.message) from None


def article_from_record(
    record: Mapping[str, object], source: str, columns: Columns, lang: Lang = "any", encoding: str | None = "utf-8"
) -> Article:
    """The article that ``record`` holds; ``columns`` names the record's column for each of our fields.

    ``encoding``: of the file, where it has one; that of bytes in the record is found out.

    Raises:
        Failure: ``missing_text``, ``empty_text``, ``bad_field``, ``not_utf8``, ``binary_file``, ``too_large``,
            ``other_language``, or what reading a page raises.
    """
    column, is_html = _text_column(record, columns)
    text = record[column]
    if isinstance(text, bytes):
        from extract.read.decode import decode, decode_page

        text, encoding = decode_page(text) if is_html else decode(text)
    if text is not None and not isinstance(text, str):
        raise Failure("bad_field", f"{column!r} is {_kind(text)}; a string was expected")
    if text is None or not text.strip():
        raise Failure("empty_text", f"{column!r} holds no text")
    given = {field: record.get(columns.get(field)) for field in (*FIELDS, "language")}
    # A column called "text" is text, whatever it looks like; "content" and "body" hold one or the other.
    if is_html or (column != "text" and _is_markup(text)):
        return article_from_page(text, source, given, columns, lang=lang, encoding=encoding)
    return build(text, source, given, columns, lang=lang, encoding=encoding)


def _text_column(record: Mapping[str, object], columns: Columns) -> tuple[str, bool]:
    """The column with the article, and whether it is HTML: the text where somebody has taken it out already."""
    text, html = columns.get("text"), columns.get("html")
    value = record.get(text)
    has_text = value.strip() != "" if isinstance(value, str) else value is not None
    if html in record and ("html" in columns.forced or not has_text):
        return html, True
    if text not in record:
        raise Failure("missing_text", missing_text(text, list(record)))
    return text, False


def _is_markup(text: str) -> bool:
    if text[:200].lstrip()[:1] != "<":
        return False
    from extract.read.html import is_markup

    return is_markup(text)


def article_from_page(
    markup: str,
    source: str,
    given: Mapping[str, object],
    columns: Columns = _OWN_NAMES,
    *,
    url: str | None = None,
    lang: Lang = "any",
    encoding: str | None = None,
) -> Article:
    """The article on a page; what is ``given`` wins over what the page says of itself.

    ``url``: where the page was found, for one that does not say where it belongs.

    Raises:
        Failure: ``bad_field``, ``bad_html``, ``no_main_text``, ``too_large`` or ``other_language``.
    """
    from extract.read.html import read_page

    stated_url = given.get("url")
    page = read_page(markup, stated_url if isinstance(stated_url, str) else url)
    said = {field: getattr(page, field) for field in (*FIELDS, "language")}
    stated = {field: value for field, value in given.items() if value not in (None, "", [])}
    return build(page.text, source, {**said, **stated}, columns, lang=lang, encoding=encoding)


def build(
    text: str,
    source: str,
    given: Mapping[str, object],
    columns: Columns = _OWN_NAMES,
    *,
    lang: Lang = "any",
    encoding: str | None = None,
) -> Article:
    """An article with what is ``given`` and, for the rest, what its text says.

    ``columns`` are the names by which messages call the fields; ``encoding`` is that of the input, unless the
    text turns out to be in one from before Unicode.

    Raises:
        Failure: ``bad_field``, ``too_large``, or ``other_language`` where ``lang`` is "vi".
    """
    if len(text) > MAX_TEXT:
        raise Failure("too_large", f"a text of {len(text):,} characters; up to {MAX_TEXT:,} are one article")
    text, source = clean(text), clean(source)
    plain = {name: _string(given.get(name), columns.get(name)) for name in _PLAIN}
    authors = _authors(given.get("authors"), columns.get("authors"))
    legacy = from_legacy(text)
    if legacy is not None:
        text, encoding = clean(legacy[0]), legacy[1]
        convert = CONVERTERS[encoding]
        plain = {name: clean(convert(value)) if value else value for name, value in plain.items()}
        authors = tuple(clean(convert(name)) for name in authors)
    if lang == "vi" and (found := language_of(text, plain["language"])) != "vi":
        raise Failure(
            "other_language",
            f"the text is not Vietnamese{f' ({found})' if found else ''}; --lang any keeps it",
            {"title": plain["title"], "url": plain["url"], "text": text},
        )
    found_in_text = from_text(text)
    published_at = parse_datetime(given.get("published_at"))
    raw = text.encode()
    url = plain["url"] or found_in_text.url
    return Article(
        article_id=_digest(source.encode() + b"\0" + raw),
        source=source,
        text_hash=_digest(raw),
        text=text,
        url=url,
        publisher=plain["publisher"] or found_in_text.publisher or publisher_of(url),
        title=plain["title"] or found_in_text.title,
        authors=authors or found_in_text.authors,
        published_at=published_at or found_in_text.published_at,
        encoding=encoding,
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
