"""The sentences of an article, line by line, in; the kind of each out.

An article's lines come in the order headline, date and author, paragraphs with captions between them, author
and source, and then what the page holds besides. What is not clearly something else is body.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import regex

from extract.records import Article, SentenceKind
from extract.rules import Rules
from extract.segment.letters import UPPER
from extract.text import unify

Span = tuple[int, int]
Line = Sequence[Span]  # the sentences of one line

_SHORT = 250  # a longer line is a paragraph
_HEADLINE = 200
_CREDIT = 60
_BYLINE = 60
_SOURCE = 200  # "Nguồn: https://…"
_PARAGRAPH = 400  # a line of this length among links to other articles is the article going on
_FIRST_LINES = 6
_LAST_LINES = 4  # author, newspaper, source and translator

_MARKUP = re.compile(r"\[img\]|!?\[[^\]]*\]\([^)]*\)|\[//\]:.*|[\W_]+", re.DOTALL)
_PICTURE = re.compile(r"\[img\]|!\[")
_HEADING = re.compile(r"#{1,6}\s|\*\*[^*]+\*\*$")
_ITEM = re.compile(r"[-–—+•*▪◦‣>]\s|\d{1,2}[.)]\s|[a-zđ][.)]\s")
_FIELD = re.compile(r"[^:]{1,40}:\W*\s")  # "Cơ quan ban hành: Sở Xây dựng"
_STOPPED = re.compile(r"[.!?…:;,][\s)\]”’\"'*_]*$")
_FULL_STOP = re.compile(r"(?:(?<![.…])\.|[:;,])[\s)\]”’\"'*_]*$")  # a headline may end in "…", "?" or "!"
_DATE = re.compile(r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|ngày \d{1,2} tháng \d{1,2}", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]+")
_PATH = re.compile(r"\s[>»›/|]\s")
_NAME_PART = re.compile(rf"[{UPPER}\d(].*")
_PARTS = re.compile(r"[\s/,&()–—:\-]+")
_EDGES = " \t\u00a0\u200b\ufeff.:;,!?…*_#>«»“”\"'()[]|-–—•+="


def build_classifier(rules: Rules) -> Callable[[Article, Sequence[Line]], list[list[SentenceKind]]]:
    """A function from an article and the sentences of its lines to the kind of each sentence."""
    mark_page = _page_rules(rules)
    mark_head = _head_rules(rules)
    is_byline = _byline_rule(rules)
    is_caption = _caption_rule(rules)
    credit = rules.compile(r"[(\[*_>\s]* {segment.caption.credit} \s* [:：]")

    def classify(article: Article, lines: Sequence[Line]) -> list[list[SentenceKind]]:
        text = article.text
        texts = [text[line[0][0] : line[-1][1]] for line in lines]
        kinds: list[SentenceKind] = ["body"] * len(lines)
        mark_page(lines, texts, kinds)
        mark_head(article, texts, kinds)
        _mark_tail(is_byline, texts, kinds)
        lead = kinds.index("body") if "body" in kinds else 0
        for i, kind in enumerate(kinds):
            if kind == "body" and len(texts[i]) <= _SHORT and is_caption(lines, texts, i, lead):
                kinds[i] = "caption"
        found: list[list[SentenceKind]] = [[kind] * len(line) for kind, line in zip(kinds, lines)]
        for line, marks in zip(lines, found):
            if marks[0] == "body" and len(marks) > 1:
                _mark_credits(credit, text, line, marks)
        # Paragraphs merged into one line: "… theo quy định. Minh An/TTXVN".
        ends = [i for i, kind in enumerate(kinds) if kind == "body"][-1:]
        if ends and len(lines[ends[0]]) > 1 and is_byline(text[slice(*lines[ends[0]][-1])]):
            found[ends[0]][-1] = "byline"
        return found

    return classify


def _stopped(text: str) -> bool:
    return _STOPPED.search(text[-8:]) is not None


def _full_stop(text: str) -> bool:
    return _FULL_STOP.search(text[-8:]) is not None


def _key(text: str) -> str:
    return unify(text).casefold().strip(_EDGES)


def _page_rules(rules: Rules) -> Callable[[Sequence[Line], list[str], list[SentenceKind]], None]:
    """Marks what belongs to the page: markup, buttons, and everything after "Tin liên quan"."""
    sections = {_key(form) for form in rules.forms("segment.boilerplate.section")}
    whole = {_key(form) for form in rules.forms("segment.boilerplate.line")}
    openers = tuple(form.casefold() for form in rules.forms("segment.boilerplate.opener"))

    def mark(lines: Sequence[Line], texts: list[str], kinds: list[SentenceKind]) -> None:
        half = lines[-1][-1][1] / 2 if lines else 0
        section: str | None = None
        for i, text in enumerate(texts):
            key = _key(text) if len(text) <= _SOURCE else ""
            if section == "late":
                if len(text) >= _PARAGRAPH and len(lines[i]) > 1:
                    section = None
            elif section == "early" and (len(text) > _SHORT or _stopped(text)):
                section = None  # a box between paragraphs holds headlines only
            if key in sections and i > 0:
                section = "late" if lines[i][0][0] > half else "early"
            if (
                section
                or (key and (key in whole or unify(text[:40]).casefold().lstrip(" *_").startswith(openers)))
                or (len(text) <= _PARAGRAPH and _MARKUP.fullmatch(text))
            ):
                kinds[i] = "boilerplate"

    return mark


def _head_rules(rules: Rules) -> Callable[[Article, list[str], list[SentenceKind]], None]:
    """Marks headline, date and author above the first paragraph, and what the page holds above them."""
    top = rules.compile(r"[\W_]* {segment.headline.top} \s* (?:$|[-–—>»›/|:])", regex.IGNORECASE)
    date_words = {form.casefold() for form in rules.forms("segment.date.word")}

    def is_date(text: str) -> bool:
        return (
            len(text) <= 80
            and _DATE.search(text) is not None
            and all(word.casefold() in date_words for word in _WORDS.findall(text))
        )

    def mark(article: Article, texts: list[str], kinds: list[SentenceKind]) -> None:
        title = _key(article.title or "")
        authors = {_key(author) for author in article.authors}
        candidates = [i for i, kind in enumerate(kinds) if kind == "body"]
        first = candidates[:_FIRST_LINES]
        named = next((i for i in first if title and _key(texts[i][:_PARAGRAPH]) == title), None)
        for n, i in enumerate(candidates):
            text = texts[i]
            last = n + 1 == len(candidates)
            if is_date(text) or (len(text) <= _BYLINE and _key(text) in authors):
                kinds[i] = "byline"
            elif i == named:
                kinds[i] = "headline"
            elif named is not None and i < named and len(text) <= _SHORT:
                kinds[i] = "boilerplate"
            elif top.match(text[:40]) or len(_PATH.findall(text[:_SHORT])) > 1:
                if len(text) > _SHORT:
                    break
                kinds[i] = "boilerplate"
            elif named is None and not last and len(text) <= _HEADLINE and not _full_stop(text):
                kinds[i] = "headline"
                named = i
            else:
                break
        for i in candidates:
            text = texts[i]
            if kinds[i] != "body" or len(text) > _HEADLINE:
                continue
            if is_date(text) and i in first:
                kinds[i] = "byline"
            elif _HEADING.match(text) and not _stopped(text):
                kinds[i] = "headline"

    return mark


def _byline_rule(rules: Rules) -> Callable[[str], bool]:
    """Whether a line or sentence at the end of an article names author or source and says nothing else."""
    lower = {form.casefold() for form in rules.forms("segment.byline.word")}
    source = rules.compile(r"[(*_\s]* {segment.byline.opener} [^:]{0,40} :", regex.IGNORECASE)
    named_source = rules.compile(r"[(*_\s]* {segment.byline.opener} \s [^:;,.!?…]+ [)*_\s]*")

    def is_byline(text: str) -> bool:
        if len(text) <= (_BYLINE if _full_stop(text) else _SOURCE) and source.match(text):
            return True
        if len(text) > _BYLINE or _stopped(text):
            return False
        if named_source.fullmatch(text):  # "(Theo Đời sống)"
            return True
        parts = [part for part in _PARTS.split(text.strip(_EDGES)) if part]
        capital = sum(_NAME_PART.match(part) is not None for part in parts)
        return capital > 0 and all(p.casefold() in lower or _NAME_PART.match(p) or "." in p for p in parts)

    return is_byline


def _mark_tail(is_byline: Callable[[str], bool], texts: list[str], kinds: list[SentenceKind]) -> None:
    """Marks the lines of author and source that end the article."""
    content = [i for i, kind in enumerate(kinds) if kind == "body"]
    for i in content[:0:-1][:_LAST_LINES]:
        if not is_byline(texts[i]):
            break
        kinds[i] = "byline"


def _caption_rule(rules: Rules) -> Callable[[Sequence[Line], list[str], int, int], bool]:
    """Whether a short line among paragraphs, the first of them at ``lead``, is the caption of a picture."""
    credit = rules.compile(r"(?<!\w) {segment.caption.credit} \s* [:：] | \(ảnh\)")
    opener = rules.compile(r"[\s*_>]* {segment.caption.opener} (?!\w)")
    cue = rules.compile(r"\w.* {segment.caption.cue} [^,;:]{0,60} $")

    def is_caption(lines: Sequence[Line], texts: list[str], i: int, lead: int) -> bool:
        text = texts[i]
        if _ITEM.match(text) and not text.startswith(">"):
            return False
        if credit.search(text) or opener.match(text):
            return True
        if len(lines[i]) == 1 and len(text) <= _HEADLINE and cue.match(text):
            return True
        before, after = texts[i - 1] if i else "", texts[i + 1] if i + 1 < len(texts) else ""
        if text in (before, after):  # one picture in two places
            return True
        if len(lines[i]) > 1 or not (text[:1].isupper() or text[:1] in '*_>"“'):
            return False
        if _PICTURE.match(before):
            return True
        return bool(
            i > lead
            and after
            and not _stopped(text)
            and not _FIELD.match(text)
            and (len(after) > _SHORT or not before.rstrip().endswith(":"))
            and any(len(text) > _CREDIT and _stopped(text) for text in (before, after))
        )

    return is_caption


def _mark_credits(credit: regex.Pattern[str], text: str, line: Line, marks: list[SentenceKind]) -> None:
    """Marks "Ảnh: Minh An." within a paragraph, and the caption before it."""
    for i, (start, end) in enumerate(line):
        if end - start <= _CREDIT and credit.match(text, start, end):
            marks[i] = "caption"
            if i and line[i - 1][1] - line[i - 1][0] <= _SHORT:
                marks[i - 1] = "caption"
