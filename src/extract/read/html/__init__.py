"""A news page in, its main text and what it says of itself out.

trafilatura finds the main text and the metadata. Before it, the page is put into a shape that it knows: captions
become paragraphs, layout tables boxes, and what Vietnamese sites put between paragraphs (links to other articles,
polls, comments; the words are in ``names.toml``) goes. The text has a line for each paragraph, caption, list item
and table row, the headline and the lead first.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime

from extract.read.html import metadata
from extract.read.html.text import drop_polls, find_headline, main_text
from extract.read.html.tree import NOT_SHOWN, drop, line_of, parse
from extract.records import MEMORY_ERRORS, Failure

__all__ = ["MAX_PAGE", "Page", "is_markup", "is_page", "read_page"]

MAX_PAGE = 16 * 2**20  # characters of one page; a long live report has 2 million
_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_PIECE = re.compile(r"\s*<(?:article|section|div|span|h\d|[uo]l|table|figure|strong|em|[biap]|br|img)\b[^<>]*>", re.I)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says; ``language`` as it declares it."""

    text: str
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    language: str | None = None


def is_page(text: str) -> bool:
    """Whether ``text`` is a whole HTML page."""
    return _PAGE.match(text[:2000]) is not None


def is_markup(text: str) -> bool:
    """Whether ``text`` is HTML: a page, or a piece of one that opens with a tag and closes others."""
    return is_page(text) or (_PIECE.match(text[:500]) is not None and "</" in text)


def read_page(markup: str, url: str | None = None) -> Page:
    """What a news page says, or the piece of one that holds an article. ``url``: where it was found.

    Raises:
        Failure: ``bad_html``, ``no_main_text`` or ``too_large``.
    """
    if len(markup) > MAX_PAGE:
        raise Failure("too_large", f"a page of {len(markup):,} characters; up to {MAX_PAGE:,} are read")
    for library in ("trafilatura", "htmldate"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # what they find wrong is said here
    try:
        tree = parse(markup)
        said = metadata.of(tree, url)
        drop_polls(tree)
        drop(*tree.iter(*NOT_SHOWN))
        headline = find_headline(tree, said.title)
        lines = main_text(tree, headline, is_page=is_page(markup))
    except (Failure, *MEMORY_ERRORS):
        raise
    except Exception as error:  # pages are hostile, and the libraries many
        raise Failure("bad_html", f"cannot be read as HTML: {type(error).__name__}: {error}"[:300]) from None
    title = said.title if headline is None else line_of(headline)
    if not any(any(map(str.isalnum, line)) for line in lines):
        raise Failure("no_main_text", f"no main text on this page of {len(markup):,} characters", {"title": title})
    return Page(
        text="\n".join(lines) + "\n",
        title=title,
        url=said.url,
        publisher=said.publisher,
        authors=said.authors,
        published_at=said.published_at,
        language=said.language,
    )
