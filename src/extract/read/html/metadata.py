"""The tree of a page -> what it says of its article: title, address, site, authors, date, language.

trafilatura reads JSON-LD, OpenGraph and the other ways to say it; what it cannot give (the time of day, the
canonical address before the shared one) or gives wrong (the site among the authors) is read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from extract.read.byline import fold, outlet_of
from extract.read.dates import parse_datetime, read_dateline
from extract.read.html.names import Names
from extract.read.html.tree import Element, drop, line_of, size_of

_PUBLISHED = frozenset({
    "article:published_time", "og:published_time", "article:publish_time", "published_time", "pubdate", "datepublished",
    "publishdate", "publish_date", "publish-date", "dc.date.issued", "dcterms.created", "dc.date", "date",
})  # fmt: skip
_PUBLISHED_JSON = re.compile(r'"datePublished"\s*:\s*"([^"]{6,40})"')
_PUBLISHER_JSON = re.compile(r'"publisher"\s*:\s*\{[^{}]{0,200}?"name"\s*:\s*"([^"\\]{2,80})"')
_NOT_PERSON = re.compile(r"[\d@/]|\.\w{2,3}$")
_DATES, _TODAY = Names("dates"), Names("today")
_LONGEST_DATELINE = 140
_NEAR_HEADLINE = 60  # elements
# No clock (dates after "today" would be refused) and nothing guessed from running text.
_HTMLDATE = {"original_date": True, "extensive_search": False, "min_date": "1995-01-01", "max_date": "2199-12-31"}


@dataclass(frozen=True, slots=True)
class Said:
    title: str | None
    url: str | None
    publisher: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    language: str | None


def of(tree: Element, url: str | None) -> Said:
    """What the page says; ``url``: where it was found. Scripts must still be in the tree."""
    from trafilatura.metadata import extract_metadata

    for element in list(tree.iter("time", "div", "span", "p", "li")):
        if _TODAY.of(element) and size_of(element) <= _LONGEST_DATELINE:
            drop(element)
    found = extract_metadata(tree, url, dict(_HTMLDATE))
    scripts = "\n".join(s.text or "" for s in tree.iter("script") if "ld+json" in (s.get("type") or ""))
    publisher = _publisher(found.sitename, _PUBLISHER_JSON.search(scripts))
    return Said(
        title=found.title,
        url=_canonical(tree, url) or _address(found.url) or url,
        publisher=publisher,
        authors=_authors(found.author, publisher),
        published_at=_published(tree, scripts) or parse_datetime(found.date),
        language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang"),
    )


def _canonical(tree: Element, url: str | None) -> str | None:
    for link in tree.iter("link"):
        if (link.get("rel") or "").strip().lower() != "canonical":
            continue
        try:
            return _address(urljoin(url or "", (link.get("href") or "").strip()))
        except ValueError:
            return None
    return None


def _address(url: str | None) -> str | None:
    """``url`` if it is that of a page; a site's front page as the address of every article is a template's mistake."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    is_page = parts.scheme in ("http", "https") and parts.netloc and (parts.path.strip("/") or parts.query)
    return url if is_page else None


def _publisher(name: str | None, stated: re.Match[str] | None) -> str | None:
    """The site's name, in words rather than as its address, in the one spelling of a known newspaper."""
    if stated is not None and (not name or ("." in name and " " not in name)):
        name = stated[1]
    return (outlet_of(name) or name) if name else None


def _authors(given: str | None, publisher: str | None) -> tuple[str, ...]:
    """The people of "A; B": neither the newspaper nor an address nor what holds a time."""
    people = (" ".join(name.split()) for name in (given or "").split(";"))
    site = fold(publisher or "")
    return tuple(
        dict.fromkeys(n for n in people if n and not _NOT_PERSON.search(n) and fold(n) != site and outlet_of(n) is None)
    )


def _published(tree: Element, scripts: str) -> datetime | None:
    """When the page was published, to the minute: as it says to machines, else as it shows beside its headline."""
    stated = _PUBLISHED_JSON.search(scripts)
    if stated and (when := parse_datetime(stated[1])):
        return when
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if name.lower() in _PUBLISHED and (when := parse_datetime(meta.get("content"))):
            return when
    for time in tree.iter("time"):
        if when := parse_datetime(time.get("datetime")):
            return when
    return _shown(tree)


def _shown(tree: Element) -> datetime | None:
    """The date that the page shows behind its headline, or else the nearest before it: further up it is today's."""
    before: datetime | None = None
    behind = 0  # elements behind the headline
    for element in tree.body.iter():
        behind += element.tag == "h1" or behind > 0
        is_date = element.tag == "time" or _DATES.of(element, ("class", "id", "itemprop", "data-role"))
        if not is_date and not 0 < behind < _NEAR_HEADLINE:
            continue
        if size_of(element) > _LONGEST_DATELINE or (line := read_dateline(line_of(element))) is None:
            continue
        if not is_date and line.rest:
            continue  # a sentence with a date in it
        if behind:
            return line.when
        before = line.when
    return before
