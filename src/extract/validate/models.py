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

    article_id: str = Field(
        description="the article: 16 hex digits of SHA-256 over source and text, the same in every run"
    )


class ArticleRow(Row):
    """One row per article that was read."""

    source: str = Field(description="path relative to the folder given, or URI; '#n' for the n-th record of a file")
    text_hash: str = Field(description="16 hex digits of SHA-256 over text alone: the same for reprints of one text")
    url: str | None = Field(description="where the article was published, as the input or its page says")
    publisher: str | None = Field(description="the newspaper or site, a known one in its one spelling")
    title: str | None = Field(description="the headline")
    authors: tuple[str, ...] = Field(description="as the byline or the metadata name them")
    published_at: AwareDatetime | None = Field(
        description="when it was published, as the input, its page or its byline says; no clock is asked"
    )
    province: str | None = Field(
        description="the province where the article plays, canonical; completes names such as Tỉnh ủy"
    )
    text: str = Field(description="the input in NFC with LF line ends, otherwise unchanged; of a page its main text")
    n_sentences: Offset = Field(description="number of rows in sentences")
    n_words: Offset = Field(description="number of words in these sentences")
    encoding: str | None = Field(
        description="encoding of the input: utf-8, utf-16, windows-1258, tcvn3, vni, …; null where it came as Unicode"
    )


class SpanRow(Row):
    """A piece of the article's text."""

    sentence_id: Offset = Field(
        description="number of the sentence within the article, from 0; of a mention, the sentence it starts in"
    )
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

    kind: SentenceKind = Field(
        description="body is running text; byline: place, date or author; boilerplate: what is on every page"
    )
    words: Words = Field(description="the words in order, those of several syllables whole, in the article's offsets")

    @model_validator(mode="after")
    def _words_hold(self) -> Self:
        if not _in_order(self.words, self.start, self.end):
            raise broken("word_outside", f"a word is empty, out of order or outside {self.start}:{self.end}")
        return self


class MentionRow(SpanRow):
    """What every mention row has."""

    mention_id: str = Field(
        description="names the row in the whole dataset: article_id, '-', a letter for the table and a running number"
    )
    method: Method = Field(
        description="how it was found: by a rule, or by the statistical tagger (ner), which proposes persons only"
    )
    rule: str | None = Field(description="id of the rule that fired, as in rules/; null with ner")
    confidence: Annotated[float, Field(ge=0, le=1)] = Field(
        description="how sure the rule or the tagger is, 0 to 1: to sort and filter by, not a probability"
    )
    flags: tuple[str, ...] = Field(
        description="what is odd about the source: " + "; ".join(f"{code}: {what}" for code, what in FLAGS.items())
    )


class PersonRow(MentionRow):
    """One row per mention of a named person."""

    person_id: str = Field(
        description="the same for all mentions of one person within the article; two articles never share one"
    )
    name: Annotated[str, Field(min_length=1)] = Field(
        description="the fullest form of the name in the article, whatever form this mention has"
    )
    honorific: str | None = Field(description="ông, bà, đồng chí … before the name, as written")
    ranks: tuple[str, ...] = Field(description="ranks and degrees before the name, as written: Thượng tá, TS")
    is_official: bool = Field(description="whether this person holds at least one title in the article")


class TitleRow(MentionRow):
    """One row per office mentioned."""

    role: Annotated[str, Field(min_length=1)] = Field(
        description="the office without its organisation, canonical: TBT is Tổng Bí thư"
    )
    organization: str | None = Field(description="the organisation, as written; null where the text names none")
    organization_resolved: str | None = Field(
        description="its full name: short forms written out, local bodies completed by the article's place"
    )
    branch: Branch = Field(
        description="the branch of power or of society that the organisation, or else the office, belongs to"
    )
    level: Level = Field(description="the administrative level of the organisation, or else of the office")
    status: Status = Field(
        description="former: nguyên, cựu; acting: quyền, phụ trách; elect: just elected or appointed"
    )
    holder_id: str | None = Field(description="mention_id in persons of who holds it, where the text says so")


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

    person_id: str = Field(description="the person, as in persons.person_id")
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

    kind: DocumentKind = Field(description="512-KL/TU is coded, Nghị định 168 numbered, Luật Đất đai 2024 named")
    type: str | None = Field(description="the type noun as written")
    doc_type: str | None = Field(
        description="the canonical type: NĐ is Nghị định; null where neither noun nor symbol says it"
    )
    number: str | None = Field(description="the number without symbol")
    code: str | None = Field(description="coded: the whole code, without spaces around '/' and '-'")
    issuer: str | None = Field(description="the issuing body as written beside it")
    issuer_resolved: str | None = Field(
        description="the issuer's full name, also where only code or type say who it must be"
    )
    level: Level = Field(description="the administrative level of the issuer")
    date: dt.date | None = Field(description="date of issue, where it is written beside the document")
    subject: str | None = Field(description="what it is about: what is quoted, or follows về")
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

    quantity: Quantity = Field(
        description="count of something; percent; money; measure: length, time, weight …; ratio: 17/17"
    )
    value: Number | None = Field(
        description="the number with its scale applied: 361,5 tỷ is 361500000000; null for ranges and ratios"
    )
    low: Number | None = Field(description="lower end of a range")
    high: Number | None = Field(description="upper end of a range")
    numerator: Number | None = Field(description="first number of a ratio")
    denominator: Number | None = Field(description="second number of a ratio")
    unit: str = Field(
        description="canonical unit (km, year), currency (VND) or counted noun; empty where the text gives none"
    )
    unit_text: str | None = Field(description="the unit as written")
    modifier: Modifier | None = Field(
        description="what the words beside the number make of it: trên, hơn: more_than; gần: less_than; khoảng: about …"
    )
    counted: str | None = Field(description="what is counted or measured, as written")
    scope: str | None = Field(description="the year or period it is for, as written, where the sentence says it")

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

    source: str = Field(description="the input, as in articles")
    article_id: str | None = Field(description="the article, as in articles; null where none could be read")
    table: str | None = Field(description="the table the record was meant for; null for a whole article")
    stage: str = Field(description="read, segment, tag or validate; run where the process died")
    error: str = Field(description="stable code of the fault")
    message: str = Field(description="what was found, where, and what would be right")
    payload: str = Field(description="JSON of the whole record, or of as much of the input as was read")


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
