"""Tagged in, ``Records`` out: ids given, every row checked, broken records set aside, odd ones flagged.

Promises that ``articles.text[start:end] == text`` for every row, that no row points to one that is not there,
and that whatever is not in a table is in ``rejects`` with a stable code and the whole record as JSON.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from extract.records import Article, Document, Failure, Figure, Mention, Reject, Sentence, Tagged
from extract.validate.codes import REJECTS
from extract.validate.identity import code_year, document_ids, fold, one_spelling
from extract.validate.models import (
    TABLES,
    ArticleRow,
    DocumentRow,
    FigureRow,
    OfficialRow,
    PersonRow,
    SentenceRow,
    TitleRow,
)
from extract.validate.records import Records

if TYPE_CHECKING:
    from extract.rules import Rules

_NO_SYMBOLS: Mapping[str, str] = MappingProxyType({})
Draft = dict[str, Any]  # column -> value, not yet checked

_ADAPTERS: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(list[model]) for name, model in TABLES.items()}  # type: ignore[valid-type]
_DECIMAL_ERRORS = {"decimal_max_digits", "decimal_max_places", "decimal_whole_digits", "finite_number"}
_LETTERS = re.compile(r"[^\W\d_]+")  # the first in a code: KL in '1026-KL/TU', QH in '35/2018/QH14'


class Fault(NamedTuple):
    """Why a record is broken: a code of ``REJECTS`` and what was found."""

    code: str
    message: str


def build_validator(rules: Rules) -> Callable[[Tagged], Records]:
    """The validate stage, with the type letters of document codes that the rules know."""
    symbols = {form: entry.canonical for form, entry in rules.lexicon("document.symbol").items()}
    abbreviations = {fold(form): fold(e.canonical) for form, e in rules.lexicon("law.abbreviation").items()}
    return partial(validate, symbols=symbols, abbreviations=abbreviations)


def validate(
    tagged: Tagged, symbols: Mapping[str, str] = _NO_SYMBOLS, abbreviations: Mapping[str, str] = _NO_SYMBOLS
) -> Records:
    """The checked rows of one article.

    Args:
        tagged: what the taggers found.
        symbols: the type that the letters in a document code stand for ("QĐ": "Quyết định"); a code that
            disagrees with its type noun is flagged by it.
        abbreviations: laws known by letters, both folded ("blhs": "bộ luật hình sự"); they are one document.

    Raises:
        Failure: the article's own row is broken, so that there is nothing its records could refer to.
    """
    article = tagged.segmented.article
    sentences, rejects = _sentences(article, tagged.segmented.sentences)
    ground = _Ground(article, sentences, [s.start for s in sentences], rejects)
    persons, mention_ids = _persons(ground, tagged)
    titles = _titles(ground, tagged, mention_ids)
    officials: list[OfficialRow] = list(ground.accept("officials", _officials(persons, titles)).values())
    known = {o.person_id for o in officials}
    # Where a title did not validate, its holder may be none any more.
    persons = [
        p if p.is_official == (p.person_id in known) else p.model_copy(update={"is_official": not p.is_official})
        for p in persons
    ]
    return Records(
        article=_article(article, sentences, tagged.province),
        sentences=tuple(sentences),
        persons=tuple(persons),
        titles=tuple(titles),
        officials=tuple(officials),
        documents=tuple(_documents(ground, tagged.documents, symbols, abbreviations)),
        figures=tuple(_figures(ground, tagged.figures)),
        rejects=tuple(rejects),
    )


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the records of one article must stand on, its text and its valid sentences; and what did not hold."""

    article: Article
    sentences: list[SentenceRow]
    starts: list[int]  # of the sentences
    rejects: list[Reject]

    def draft(self, mention: Mention, number: str, flags: tuple[str, ...] = ()) -> Draft:
        """The columns that every mention has; ``sentence_id`` is -1 where no sentence holds the start."""
        at = bisect_right(self.starts, mention.start) - 1
        inside = at >= 0 and mention.start < self.sentences[at].end
        if inside and mention.end > self.sentences[at].end:
            flags = (*flags, "crosses_sentence")  # "Phòng NN&PTNT H. Quảng Mẫu": a full stop that ends nothing
        return {
            "article_id": self.article.article_id,
            "sentence_id": self.sentences[at].sentence_id if inside else -1,
            "start": mention.start,
            "end": mention.end,
            "text": _slice(self.article.text, mention.start, mention.end),
            "mention_id": f"{self.article.article_id}-{number}",
            "method": mention.method,
            "rule": mention.rule,
            "confidence": mention.confidence,
            "flags": flags,
        }

    def accept(self, table: str, drafts: Sequence[Draft], faults: Mapping[int, Fault] | None = None) -> dict[int, Any]:
        """The rows of the drafts that hold, by their place in ``drafts``; the others go to the rejects."""
        found = dict(faults or {})
        seen: set[tuple[int, int]] = set()
        if table != "officials":
            for place, draft in enumerate(drafts):
                span = (draft["start"], draft["end"])
                if fault := self._place_fault(draft, span in seen):
                    found.setdefault(place, fault)
                seen.add(span)
        rows, broken = _check(table, drafts, found)
        self.rejects.extend(_reject(self.article, table, drafts[place], fault) for place, fault in broken)
        return rows

    def _place_fault(self, draft: Draft, duplicate: bool) -> Fault | None:
        start, end = draft["start"], draft["end"]
        if fault := _span_fault(self.article.text, start, end):
            return fault
        if draft["sentence_id"] < 0:
            return Fault("span_no_sentence", f"no sentence holds offset {start}")
        if duplicate:
            return Fault("duplicate_mention", f"the span {start}:{end} has a record already")
        return None


def _persons(ground: _Ground, tagged: Tagged) -> tuple[list[PersonRow], dict[int, str]]:
    """The rows, and the ``mention_id`` of each of ``tagged.persons`` that has one, by its place there."""
    article_id = ground.article.article_id
    # A mention without cluster is a person of its own.
    clusters = [p.cluster if p.cluster >= 0 else ~i for i, p in enumerate(tagged.persons)]
    held = {clusters[t.holder] for t in tagged.titles if t.holder is not None and 0 <= t.holder < len(clusters)}
    order = _reading_order(tagged.persons)
    numbers: dict[int, int] = {}
    drafts = []
    for n, i in enumerate(order, 1):
        person = tagged.persons[i]
        number = numbers.setdefault(clusters[i], len(numbers) + 1)
        drafts.append(
            ground.draft(person, f"p{n}")
            | {
                "person_id": f"{article_id}-P{number}",
                "name": person.name,
                "honorific": person.honorific,
                "ranks": person.ranks,
                "is_official": clusters[i] in held,
            }
        )
    rows = ground.accept("persons", drafts)
    return list(rows.values()), {i: rows[place].mention_id for place, i in enumerate(order) if place in rows}


def _titles(ground: _Ground, tagged: Tagged, mention_ids: Mapping[int, str]) -> list[TitleRow]:
    """A title whose holder did not validate stays, without holder."""
    drafts = []
    faults: dict[int, Fault] = {}
    for place, i in enumerate(_reading_order(tagged.titles)):
        title = tagged.titles[i]
        if title.holder is not None and not 0 <= title.holder < len(tagged.persons):
            faults[place] = Fault("holder_unknown", f"holder {title.holder} of {len(tagged.persons)} persons")
        lost = title.holder is not None and title.holder not in mention_ids
        drafts.append(
            ground.draft(title, f"t{place + 1}", ("holder_rejected",) if lost else ())
            | {
                "role": title.role,
                "organization": title.organization,
                "organization_resolved": one_spelling(title.organization_resolved),
                "branch": title.branch,
                "level": title.level,
                "status": title.status,
                "holder_id": None if title.holder is None else mention_ids.get(title.holder),
            }
        )
    return list(ground.accept("titles", drafts, faults).values())


def _documents(
    ground: _Ground, documents: Sequence[Document], symbols: Mapping[str, str], abbreviations: Mapping[str, str]
) -> Iterable[DocumentRow]:
    ordered = [documents[i] for i in _reading_order(documents)]
    ids = document_ids(ordered, [_slice(ground.article.text, d.start, d.end) for d in ordered], abbreviations)
    drafts = [
        ground.draft(document, f"d{n}", _document_flags(document, ground.article, symbols))
        | {
            "kind": document.kind,
            "type": document.type,
            "doc_type": document.doc_type,
            "number": document.number,
            "code": document.code,
            "issuer": document.issuer,
            "issuer_resolved": one_spelling(document.issuer_resolved),
            "level": document.level,
            "date": document.date,
            "subject": document.subject,
            "document_id": document_id,
        }
        for n, (document, document_id) in enumerate(zip(ordered, ids), 1)
    ]
    return ground.accept("documents", drafts).values()


def _figures(ground: _Ground, figures: Sequence[Figure]) -> Iterable[FigureRow]:
    drafts = [
        ground.draft(figure, f"f{n}", _figure_flags(figure))
        | {
            "quantity": figure.quantity,
            "value": figure.value,
            "low": figure.low,
            "high": figure.high,
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "unit": figure.unit or "",
            "unit_text": figure.unit_text,
            "modifier": figure.modifier,
            "counted": figure.counted,
            "scope": figure.scope,
        }
        for n, figure in enumerate((figures[i] for i in _reading_order(figures)), 1)
    ]
    return ground.accept("figures", drafts).values()


def _sentences(article: Article, sentences: Iterable[Sentence]) -> tuple[list[SentenceRow], list[Reject]]:
    drafts: list[Draft] = []
    faults: dict[int, Fault] = {}
    previous = 0
    for n, s in enumerate(sentences):
        drafts.append({
            "article_id": article.article_id,
            "sentence_id": n,
            "start": s.start,
            "end": s.end,
            "text": _slice(article.text, s.start, s.end),
            "kind": s.kind,
            "words": s.words,
        })  # fmt: skip
        fault = _span_fault(article.text, s.start, s.end)
        if fault is None and s.start < previous:
            fault = Fault("sentence_order", f"starts at {s.start}, before the end of the last one at {previous}")
        if fault:
            faults[n] = fault
        else:
            previous = s.end
    rows, broken = _check("sentences", drafts, faults)
    return list(rows.values()), [_reject(article, "sentences", drafts[n], fault) for n, fault in broken]


def _check(
    table: str, drafts: Sequence[Draft], faults: Mapping[int, Fault]
) -> tuple[dict[int, Any], list[tuple[int, Fault]]]:
    """The rows of the drafts without fault, by place; and all faults, those that the model finds included."""
    places = [n for n in range(len(drafts)) if n not in faults]
    try:
        rows = _ADAPTERS[table].validate_python([drafts[n] for n in places])
    except ValidationError as error:
        # From the last to the first, so that the first fault of a record is the one that stays.
        more = {places[int(e["loc"][0])]: _fault(e["type"], e["loc"][1:], e["msg"]) for e in reversed(error.errors())}
        return _check(table, drafts, {**faults, **more})
    return dict(zip(places, rows)), sorted(faults.items())


def _fault(kind: str, location: Sequence[int | str], message: str) -> Fault:
    """The fault behind a pydantic error: ours by its code, pydantic's own by what they mean."""
    if kind in REJECTS:
        return Fault(kind, message)
    code = "decimal_overflow" if kind in _DECIMAL_ERRORS else "malformed_record"
    return Fault(code, f"{'.'.join(map(str, location))}: {message}")


def _slice(text: str, start: int, end: int) -> str:
    return text[start:end] if 0 <= start < end <= len(text) else ""


def _span_fault(text: str, start: int, end: int) -> Fault | None:
    if not 0 <= start < end <= len(text):
        return Fault("span_outside", f"the span {start}:{end} is empty or outside the text of {len(text)} code points")
    if text[start:end].isspace():
        return Fault("span_blank", f"the span {start}:{end} holds only spaces")
    return None


def _reading_order(mentions: Sequence[Mention]) -> list[int]:
    """Places of the mentions by start, the longer first where two start together."""
    return sorted(range(len(mentions)), key=lambda i: (mentions[i].start, -mentions[i].end))


def _officials(persons: Sequence[PersonRow], titles: Sequence[TitleRow]) -> list[Draft]:
    """One draft for each person with a title, in the order of their first mentions."""
    person_of = {p.mention_id: p.person_id for p in persons}
    mentions: defaultdict[str, list[PersonRow]] = defaultdict(list)
    for person in persons:
        mentions[person.person_id].append(person)
    held: defaultdict[str, dict[tuple[str, str], TitleRow]] = defaultdict(dict)
    for title in titles:
        if title.holder_id is not None:
            held[person_of[title.holder_id]].setdefault((fold(title.text), title.status), title)
    columns = ("text", "role", "organization", "organization_resolved", "branch", "level", "status")
    return [
        {
            "article_id": own[0].article_id,
            "person_id": person_id,
            "name": max((p.name for p in own), key=lambda name: (name.count(" "), len(name))),
            "honorific": next((p.honorific for p in own if p.honorific), None),
            "ranks": tuple(dict.fromkeys(chain.from_iterable(p.ranks for p in own))),
            "titles": tuple({c: getattr(t, c) for c in columns} for t in held[person_id].values()),
            "n_mentions": len(own),
            "first_start": own[0].start,
        }
        for person_id, own in mentions.items()
        if person_id in held
    ]


def _document_flags(document: Document, article: Article, symbols: Mapping[str, str]) -> tuple[str, ...]:
    flags = []
    letters = _LETTERS.search(document.code) if document.code else None
    if letters and document.doc_type and _disagree(letters[0], document.doc_type, symbols):
        flags.append("code_type_mismatch")
    year = code_year(document.code)
    if year and document.date and document.date.year != year:
        flags.append("code_year_mismatch")
    if document.date and article.published_at and document.date > article.published_at.date():
        flags.append("dated_after_article")
    return tuple(flags)


def _disagree(letters: str, doc_type: str, symbols: Mapping[str, str]) -> bool:
    """'Nghị quyết số 12/QĐ-UBND' does; 'Quy định số 8-QĐ/TW' does not, its letters are the initials of both."""
    canonical = symbols.get(letters)
    initials = "".join(word[0] for word in doc_type.split()).upper()
    return canonical is not None and canonical != doc_type and initials != "".join(filter(str.isupper, letters))


def _figure_flags(figure: Figure) -> tuple[str, ...]:
    flags = []
    if figure.numerator is not None and figure.denominator is not None:
        if figure.denominator == 0:
            flags.append("denominator_zero")
        elif figure.numerator > figure.denominator:
            flags.append("numerator_above_denominator")
    top = figure.high if figure.value is None else figure.value
    if figure.quantity == "percent" and top is not None and top > 100:
        flags.append("percent_above_100")
    return tuple(flags)


def _article(article: Article, sentences: Sequence[SentenceRow], province: str | None) -> ArticleRow:
    published = article.published_at
    draft = {
        "article_id": article.article_id,
        "source": article.source,
        "text_hash": article.text_hash,
        "url": article.url,
        "publisher": article.publisher,
        "title": article.title,
        "authors": article.authors,
        "published_at": None if published is None else published.replace(microsecond=0),
        "province": province,
        "text": article.text,
        "n_sentences": len(sentences),
        "n_words": sum(len(s.words) for s in sentences),
        "encoding": article.encoding,
    }
    try:
        return ArticleRow.model_validate(draft)
    except ValidationError as error:
        first = error.errors()[0]
        raise Failure(*_fault(first["type"], first["loc"], first["msg"]), asdict(article)) from None


def _reject(article: Article, table: str, draft: Draft, fault: Fault) -> Reject:
    where = f"{draft['start']}:{draft['end']} {draft['text'][:60]!r}" if "start" in draft else draft["name"]
    return Reject(
        source=article.source,
        stage="validate",
        error=fault.code,
        message=f"{table} {where}: {fault.message}",
        payload=payload(draft),
        article_id=article.article_id,
        table=table,
    )


def payload(record: Mapping[str, Any]) -> str:
    """A whole record as JSON, whatever is in it; decimals and dates as strings."""
    made = json.dumps(record, ensure_ascii=False, default=str)
    # A lone surrogate has no UTF-8; as \udXXX within a JSON string it is the same character.
    return made.encode("utf-8", "backslashreplace").decode("utf-8")
