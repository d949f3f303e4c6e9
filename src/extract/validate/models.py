"""The rows of every table, one pydantic model a table: strict, frozen, unknown keys forbidden.

The order of the fields is the order of the columns; Arrow types (``extract.write.schemas``) are derived from
these models. A row that cannot be true (ends before it starts, a range upside down) raises a
``ValidationError`` whose ``type`` is one of ``extract.validate.codes.REJECTS``.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from extract.records import Branch, DocumentKind, Level, Method, Modifier, Quantity, SentenceKind, Status
from extract.validate.codes import FLAGS, REJECTS

EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)  # no document of a news article lies outside
_SPACED = re.compile(r"\s[/-]|[/-]\s|[\x00-\x1f]")
_HOLLOW = re.compile(r"^[/-]|[/-]$|[/-]{2}")
_LOOKALIKE = re.compile("[\u00d0\u0189]")  # "Ð" and "Ɖ", typed for "Đ"

Offset = Annotated[int, Field(ge=0, le=2**31 - 1)]
Number = Annotated[Decimal, Field(max_digits=38, decimal_places=6)]


_WORD = {
    "type": "object",
    "properties": {"start": {"type": "integer", "minimum": 0}, "end": {"type": "integer", "minimum": 0}},
    "required": ["start", "end"],
    "additionalProperties": False,
}


def _pairs(value: object) -> object:
    """Words come as pairs from the segmenter and as objects from JSON. Whether they are right is for
    ``SentenceRow``, which looks at all of them at once: an article has a thousand."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, list) and all(isinstance(w, dict) and w.keys() == {"start", "end"} for w in value):
        return tuple((w["start"], w["end"]) for w in value)
    raise ValueError("neither a tuple of pairs nor a list of objects with start and end")


def _objects(words: tuple[tuple[int, int], ...]) -> list[dict[str, int]]:
    return [{"start": start, "end": end} for start, end in words]


Words = Annotated[
    tuple[tuple[int, int], ...],
    PlainValidator(_pairs),
    PlainSerializer(_objects, when_used="json"),
    WithJsonSchema({"type": "array", "items": _WORD}),
]


def _in_order(words: tuple[tuple[int, int], ...], start: int, end: int) -> bool:
    """Whether all words are pairs of int, in order within ``start:end`` and none empty."""
    try:
        for first, last in words:
            if first.__class__ is not int or last.__class__ is not int or not start <= first < last:
                return False
            start = last
        return start <= end
    except (TypeError, ValueError):
        return False


def broken(code: str, message: str) -> PydanticCustomError:
    """The error of a row that cannot be true; ``code`` is one of ``REJECTS``."""
    assert code in REJECTS, code
    return PydanticCustomError(code, "{message}", {"message": message})


class Row(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    article_id: str = Field(description="16 hex digits of SHA-256 over source and text")


class ArticleRow(Row):
    """One row per article that was read."""

    source: str = Field(description="path relative to the folder given, or URI; '#n' for the n-th record of a file")
    text_hash: str = Field(description="16 hex digits of SHA-256 over text alone, to find duplicates")
    url: str | None = Field(description="where the article was published")
    publisher: str | None = Field(description="the newspaper or site")
    title: str | None = Field(description="the headline")
    authors: tuple[str, ...] = Field(description="as the byline or the metadata name them")
    published_at: AwareDatetime | None = Field(description="when it was published, to the second")
    province: str | None = Field(description="the article's main province, canonical")
    text: str = Field(description="the input in NFC with LF line ends; all offsets are code points of it")
    n_sentences: Offset = Field(description="number of rows in sentences")
    n_words: Offset = Field(description="number of words in these sentences")
    encoding: str | None = Field(description="of the input: utf-8, utf-16, windows-1258, tcvn3, vni, …")


class SpanRow(Row):
    """A piece of the article's text."""

    sentence_id: Offset = Field(description="number of the sentence within the article, from 0")
    start: Offset = Field(description="first code point of the span in articles.text")
    end: Offset = Field(description="code point after the span")
    text: str = Field(description="articles.text[start:end]")

    @model_validator(mode="after")
    def _span_holds(self) -> Self:
        if self.end <= self.start:
            raise broken("span_outside", f"the span {self.start}:{self.end} is empty or ends before it starts")
        if len(self.text) != self.end - self.start:
            raise broken(
                "span_text",
                f"the span {self.start}:{self.end} holds {self.end - self.start} code points, "
                f"its text {len(self.text)}: {self.text[:40]!r}",
            )
        return self


class SentenceRow(SpanRow):
    """One row per sentence."""

    kind: SentenceKind = Field(description="what the sentence is in the article")
    words: Words = Field(description="the words, in order, in the article's offsets")

    @model_validator(mode="after")
    def _words_hold(self) -> Self:
        if not _in_order(self.words, self.start, self.end):
            raise broken("word_outside", f"a word is empty, out of order or outside {self.start}:{self.end}")
        return self


class MentionRow(SpanRow):
    """What every mention row has."""

    mention_id: str = Field(description="article_id, '-', a letter for the table and a running number")
    method: Method = Field(description="rule, or ner for the statistical tagger")
    rule: str | None = Field(description="id of the rule that fired")
    confidence: Annotated[float, Field(ge=0, le=1)] = Field(description="0 to 1")
    flags: tuple[str, ...] = Field(
        description="what is odd about the source: " + "; ".join(f"{code}: {what}" for code, what in FLAGS.items())
    )


class PersonRow(MentionRow):
    """One row per mention of a named person."""

    person_id: str = Field(description="the same for all mentions of one person within the article")
    name: Annotated[str, Field(min_length=1)] = Field(description="the fullest form of the name in the article")
    honorific: str | None = Field(description="the honorific directly before the name, as written")
    ranks: tuple[str, ...] = Field(description="ranks and degrees directly before the name, as written")
    is_official: bool = Field(description="whether this person holds at least one title in the article")


class TitleRow(MentionRow):
    """One row per office mentioned."""

    role: Annotated[str, Field(min_length=1)] = Field(description="the canonical role, e.g. 'Phó Bí thư'")
    organization: str | None = Field(description="the organisation, as written")
    organization_resolved: str | None = Field(description="its full name, completed from the article")
    branch: Branch = Field(description="the branch of power or of society")
    level: Level = Field(description="the administrative level")
    status: Status = Field(description="whether the office is, was, is provisionally or is about to be held")
    holder_id: str | None = Field(description="persons.mention_id of the holder, where the text says who holds it")


class OfficialTitle(BaseModel):
    """One office of an official."""

    model_config = Row.model_config

    text: str = Field(description="the first mention, as written")
    role: str = Field(description="as in titles")
    organization: str | None = Field(description="as in titles")
    organization_resolved: str | None = Field(description="as in titles")
    branch: Branch = Field(description="as in titles")
    level: Level = Field(description="as in titles")
    status: Status = Field(description="as in titles")


class OfficialRow(Row):
    """One row per article and person who holds at least one title in it."""

    person_id: str = Field(description="persons.person_id")
    name: Annotated[str, Field(min_length=1)] = Field(description="the fullest form of the name in the article")
    honorific: str | None = Field(description="the first honorific used for this person")
    ranks: tuple[str, ...] = Field(description="all ranks used for this person, in reading order")
    titles: Annotated[tuple[OfficialTitle, ...], Field(min_length=1)] = Field(
        description="the offices, in reading order, each text and status once"
    )
    n_mentions: Offset = Field(description="number of rows in persons")
    first_start: Offset = Field(description="start of the first of them")


class DocumentRow(MentionRow):
    """One row per reference to an official document."""

    kind: DocumentKind = Field(description="coded (number and symbol), numbered (number alone) or named")
    type: str | None = Field(description="the type noun as written")
    doc_type: str | None = Field(description="the canonical type")
    number: str | None = Field(description="the number alone")
    code: str | None = Field(description="the whole code, without spaces around '/' and '-'")
    issuer: str | None = Field(description="the issuing body as written beside it")
    issuer_resolved: str | None = Field(description="its full name, completed from the article")
    level: Level = Field(description="the administrative level of the issuer")
    date: dt.date | None = Field(description="date of issue")
    subject: str | None = Field(description="what it is about: the quoted or 'về …' subject")
    document_id: str | None = Field(
        description="the same document in different articles: 'type|code|issuer|year', each as far as known"
    )

    @model_validator(mode="after")
    def _document_holds(self) -> Self:
        if (self.code is None) == (self.kind == "coded"):
            raise broken("code_missing", f"a document of kind {self.kind!r} with the code {self.code!r}")
        if self.code is not None and (why := code_fault(self.code)):
            raise broken("code_malformed", f"the code {self.code!r} {why}")
        if self.date is not None and not EARLIEST <= self.date <= LATEST:
            raise broken("date_absurd", f"dated {self.date.isoformat()}, not within {EARLIEST.year} to {LATEST.year}")
        return self


class FigureRow(MentionRow):
    """One row per quantity written with digits."""

    quantity: Quantity = Field(description="what kind of quantity it is")
    value: Number | None = Field(description="the number with its scale applied; null for ranges and ratios")
    low: Number | None = Field(description="lower end of a range")
    high: Number | None = Field(description="upper end of a range")
    numerator: Number | None = Field(description="of a ratio")
    denominator: Number | None = Field(description="of a ratio")
    unit: str = Field(description="canonical unit, currency or counted noun; empty where the text gives none")
    unit_text: str | None = Field(description="the unit as written")
    modifier: Modifier | None = Field(description="what the words beside the number make of it")
    counted: str | None = Field(description="the counted noun phrase")
    scope: str | None = Field(description="the year or period it is for, where the sentence says it")

    @model_validator(mode="after")
    def _figure_holds(self) -> Self:
        if (self.low is None) != (self.high is None):
            raise broken("value_missing", f"a range from {self.low} to {self.high}: one end is missing")
        if (self.numerator is None) != (self.denominator is None):
            raise broken("value_missing", f"a ratio of {self.numerator} to {self.denominator}: one part is missing")
        if self.value is None and self.low is None and self.numerator is None:
            raise broken("value_missing", "neither value, nor low and high, nor numerator and denominator")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise broken("low_above_high", f"a range from {self.low} to {self.high}")
        if self.quantity in {"count", "ratio"}:
            for name in ("value", "low", "high", "numerator", "denominator"):
                if (number := getattr(self, name)) is not None and number < 0:
                    raise broken("negative_count", f"{self.quantity} with {name} {number}")
        return self


class RejectRow(BaseModel):
    """One row per input or record that could not be read or did not validate."""

    model_config = Row.model_config

    source: str = Field(description="as in articles")
    article_id: str | None = Field(description="null where no article could be read")
    table: str | None = Field(description="the table the record was meant for; null for a whole article")
    stage: str = Field(description="read, segment, tag or validate; run where the process died")
    error: str = Field(description="stable code of the fault")
    message: str = Field(description="what was found, where, and what would be right")
    payload: str = Field(description="JSON of the whole record")


TABLES: MappingProxyType[str, type[BaseModel]] = MappingProxyType({
    "articles": ArticleRow,
    "sentences": SentenceRow,
    "persons": PersonRow,
    "titles": TitleRow,
    "officials": OfficialRow,
    "documents": DocumentRow,
    "figures": FigureRow,
    "rejects": RejectRow,
})  # fmt: skip


def code_fault(code: str) -> str | None:
    """Why ``code`` cannot be a document code, or None. '1026-KL/TU' and '731/BHXH-GĐ BHYT' can be."""
    if _SPACED.search(code):
        return "has a space beside '/' or '-' or a control character"
    if _HOLLOW.search(code) or not ("/" in code or "-" in code):
        return "lacks a part on one side of '/' or '-'"
    if not (any(c.isdigit() for c in code) and any(c.isalpha() for c in code)):
        return "has no digit or no letter"
    if _LOOKALIKE.search(code):
        return "has a look-alike for Đ (U+0110)"
    return None
