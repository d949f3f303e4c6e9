"""The values that travel along the pipeline: ``Article -> Segmented -> Tagged``.

Each stage takes one of these and returns the next; none is ever changed in place. Offsets are Unicode code
points of ``Article.text``, end exclusive. The checked records that follow (``validate``) are pydantic models.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

SentenceKind = Literal["headline", "body", "caption", "byline", "boilerplate"]
Method = Literal["rule", "ner"]
Status = Literal["current", "former", "acting", "elect"]
Branch = Literal[
    "party", "government", "assembly", "front", "military", "police", "judiciary",
    "enterprise", "academic", "media", "foreign", "other",
]  # fmt: skip
Level = Literal["central", "province", "district", "commune", "hamlet", "unknown"]
DocumentKind = Literal["coded", "numbered", "named"]
Quantity = Literal["count", "percent", "money", "measure", "ratio"]
Modifier = Literal["at_least", "at_most", "more_than", "less_than", "about"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as read. ``text`` is NFC with LF line ends and otherwise what the input held."""

    article_id: str  # 16 hex digits of SHA-256 over source and text
    source: str  # path relative to the folder given, or URI; '#n' for the n-th record of a file
    text_hash: str  # 16 hex digits of SHA-256 over text alone
    text: str
    url: str | None = None
    publisher: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: dt.datetime | None = None  # aware, Asia/Ho_Chi_Minh
    encoding: str | None = None  # of the input: "utf-8", "windows-1258", "tcvn3", …; None where it was Unicode


@dataclass(frozen=True, slots=True)
class Sentence:
    start: int
    end: int
    kind: SentenceKind
    words: tuple[tuple[int, int], ...]  # (start, end) of each word, in the article's offsets


@dataclass(frozen=True, slots=True)
class Segmented:
    article: Article
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A span of the article that one rule (or the statistical tagger) vouches for."""

    start: int
    end: int
    rule: str | None = None  # id of the rule that fired
    method: Method = "rule"
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Mention):
    honorific: str | None = None
    ranks: tuple[str, ...] = ()
    name: str = ""  # the fullest form of the name in the article
    cluster: int = -1  # same number, same person within the article


@dataclass(frozen=True, slots=True, kw_only=True)
class Title(Mention):
    role: str = ""
    organization: str | None = None
    organization_resolved: str | None = None
    branch: Branch = "other"
    level: Level = "unknown"
    status: Status = "current"
    holder: int | None = None  # index into Tagged.persons


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Mention):
    kind: DocumentKind
    type: str | None = None  # the type noun as written
    doc_type: str | None = None  # the canonical type
    number: str | None = None
    name: str | None = None  # of a law, without type, letters and year: "Hỗ trợ doanh nghiệp nhỏ và vừa"
    code: str | None = None  # no spaces around '/' and '-'
    issuer: str | None = None  # as written beside it
    issuer_resolved: str | None = None
    level: Level = "unknown"
    date: dt.date | None = None  # not "date": the field would hide the type
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Mention):
    quantity: Quantity
    value: Decimal | None = None  # scale applied: "1,2 triệu" is 1200000
    low: Decimal | None = None
    high: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    unit: str | None = None  # canonical: "%", "VND", "USD", "km", "year", … or the counted noun
    unit_text: str | None = None  # the unit as written
    modifier: Modifier | None = None
    counted: str | None = None  # the counted noun phrase
    scope: str | None = None  # the year or period the figure is for, where the sentence says it


@dataclass(frozen=True, slots=True)
class Tagged:
    segmented: Segmented
    persons: tuple[Person, ...] = ()
    titles: tuple[Title, ...] = ()
    documents: tuple[Document, ...] = ()
    figures: tuple[Figure, ...] = ()
    province: str | None = None  # the article's main province, canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """What could not be read or did not validate. Nothing is dropped without one of these."""

    source: str
    stage: str  # read, segment, tag or validate
    error: str  # stable code
    message: str  # what was found, where, and what would be right
    payload: str = ""  # JSON of the whole record
    article_id: str | None = None
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that has been found and not yet read: finding it takes one process, reading it may take many.

    ``read()`` gives its article, or the reject that says why it is none, and never raises. It travels between
    processes, so it is a ``partial`` of a module's function on plain values.
    """

    source: str
    size: int  # about as many characters as its text will have
    read: Callable[[], Article | Reject]


Item = Article | Reject | Unread


# What a lack of memory looks like: an extension in C that gets none may fail without a word, and Python tells that as a
# SystemError. Where it comes of the article itself it comes again, and that is rejected as what kills its worker.
MEMORY_ERRORS = (MemoryError, SystemError)


class Failure(Exception):
    """Raised by a stage to hand one article to ``rejects``; ``error`` is the stable code."""

    def __init__(self, error: str, message: str, payload: dict[str, object] | None = None) -> None:
        super().__init__(error, message)
        self.error = error
        self.message = message
        self.payload = payload or {}
