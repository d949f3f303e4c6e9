"""The bytes of one text or page -> its article, or the reject that says why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from extract.read.article import article_from_page, build, reject
from extract.read.columns import Options
from extract.read.decode import decode, decode_page
from extract.records import MEMORY_ERRORS, Article, Failure, Reject

_MARKUP = 8  # times as many bytes as its text has characters, a page has
_NOTHING: Mapping[str, object] = MappingProxyType({})


def text_size(kind: str, bytes_: int) -> int:
    """About as many characters as the text in so many bytes of text or of a page has."""
    return bytes_ // _MARKUP if kind == "html" else bytes_


def read_whole(kind: str, data: bytes, source: str, options: Options) -> Article | Reject:
    """The article that the bytes of a text or of a page hold, or why they hold none. Raises MemoryError."""
    return attempt(source, lambda: (read_html if kind == "html" else read_text)(data, source, options))


def attempt(source: str, read: Callable[[], Article], known: Mapping[str, object] = _NOTHING) -> Article | Reject:
    """What ``read`` gives, or the reject that says why that is nothing, with what is ``known``. Raises MemoryError."""
    try:
        return read()
    except Failure as failure:
        return reject(source, failure, {**known, **failure.payload})
    except OSError as error:
        return reject(source, Failure("unreadable", f"cannot be read: {error.strerror or error}"), known)
    except MEMORY_ERRORS:  # the machine's fault, not the record's
        raise
    except Exception as fault:  # of a library, on input made to break it
        return reject(source, Failure("internal_error", f"{type(fault).__name__}: {fault}"[:500]), known)


def read_text(data: bytes, source: str, options: Options) -> Article:
    """The article that a text file holds. Raises Failure."""
    text, encoding = decode(data)
    if not text.strip():
        raise Failure("empty_text", f"{len(data):,} bytes that hold no text")
    return build(text, source, {}, lang=options.lang, encoding=encoding)


def read_html(
    data: bytes, source: str, options: Options, url: str | None = None, charset: str | None = None
) -> Article:
    """The article on a page; ``url``: where it was found, ``charset``: what the server said. Raises Failure."""
    markup, encoding = decode_page(data, charset)
    if not markup.strip():
        raise Failure("empty_text", f"{len(data):,} bytes that hold no page")
    article = article_from_page(markup, source, {}, url=url, lang=options.lang, encoding=encoding)
    if "\ufffd" in article.text and b"\xef\xbf\xbd" not in data:
        raise Failure("not_utf8", "a byte of the main text is not UTF-8, and no other encoding reads as text")
    return article
