"""Documents of the Party and the State: a reading in, ``Document`` mentions out, sorted and without overlap.

Codes ("1026-KL/TU"), bare numbers ("Nghị quyết số 20") and names ("Luật Đất đai 2013") are found by the patterns
of rules/documents.toml and the names of rules/laws.toml; what stands beside each (type noun, issuer, date, subject)
is read within its clause. Time is linear in the text: every look around a mention has a fixed window.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

import regex

from extract.records import Document, DocumentKind, Level
from extract.rules import CompiledRule, LexiconEntry, Rules
from extract.tag.reading import Reading

BEFORE = 200  # code points looked at before a mention for its noun, issuer and date
AFTER = 260  # code points looked at behind a mention for its date, issuer and subject
SCENE = 400  # code points around a law or constitution that show of which country it is
NEAR = 40  # code points around a number that show that a company, not the State, gave it
LONGEST_LAW = 160  # code points of the longest name of a law, with room to spare

Span = tuple[int, int]
Finder = Callable[[str, list["Found"]], Iterable["Found"]]

_SPACE = re.compile(r"\s+")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\]\([^)\s]*\)")
_WORD = re.compile(r"[^\W_]+|[,&/–-]")
_LETTERS = re.compile(r"[-–—./ ]+")  # splits the issuer's letters: "BNN-BVTV"
_FOLD = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")  # "quản lý" and "quản lí", "quy" and "qui"
# What every code holds: "2014/NĐ-", "05 - CT/", "67/CP". Most articles hold none, and are spared the patterns.
_CODE_HINT = regex.compile(r"\d\p{Ll}?(?:\s?[/–—-]\s?(?:\p{Lu}{2}|\p{Lu}\d|\p{L}{1,6}\s?[/–—-])|\s\p{Lu}{1,6}\s?[/–-])")
# 11/7/2023 · 3-11-2013 · 12.6.2017 · 14 tháng 5 năm 2014
_DATE = (
    r"(?<day>\d{1,2}) (?: \s?[/.–-]\s?(?<month>\d{1,2})\s?[/.–-]\s?"
    r" | \s{document.word.month}\s(?<month>\d{1,2})\s?(?:{document.word.year}|[/,.-])?\s? )"
    r" (?<year>(?:19|20)\d{2})(?!\d)"
)
# A body or an office: "UBND tỉnh Sơn La", "Ban Thường vụ Đảng ủy Khối doanh nghiệp tỉnh Lai Châu",
# "Cục Hóa chất – Bộ Công Thương", "Thủ tướng Chính phủ"; "Bộ" alone where no name follows.
_ORG = r"""
(?: (?i:{issuer.name}) (?!\p{L})
    (?: \s (?i:{issuer.word.area}) (?!\p{L}) (?: \s \p{Lu}[\p{L}\d]* (?:[.&/-]\p{L}[\p{L}\d&]*)* ){0,4} )?
  | {issuer.head} (?!\p{L})
    (?: (?:\s|(?=,)) (?i:{issuer.inner}) (?!\p{L})
      | \s {issuer.word.area_short} \.\s?\p{Lu}[\p{L}\d]*
      | (?<= \b{issuer.head.field} (?:\s\p{L}{1,12}){0,6} )
        \s \p{Lu}\p{Ll}+ \s (?!{issuer.stop}(?!\p{L})) \p{Ll}+ (?!\p{L})
      | \s \p{Lu}[\p{L}\d]* (?:[.&/-]\p{L}[\p{L}\d&]*)*
      | \s \(\p{Lu}[\p{L}&-]{1,8}\) (?=\s{issuer.inner})
      | \s?[–-]\s? (?:(?i:{issuer.name})|{issuer.head}) (?!\p{L})
    ){1,14}
  | {issuer.bare} (?!\p{L}|\s\p{Lu})
)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A document found in the text, before its surroundings are read."""

    start: int
    end: int
    kind: DocumentKind
    rule: CompiledRule
    type: Span | None  # of the type noun; later members of a list have the noun of the first
    doc_type: str | None
    number: str | None
    name: str | None = None  # of a law, as the lexicon has it
    code: str | None = None
    letters: str = ""  # the issuer's letters in the code
    joint: bool = False  # issued by several bodies
    listed: bool = False  # shares the noun of the mention before it


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a mention."""

    issuer: Span | None
    date: date | None
    end: int  # where the subject may begin
    acted: bool = False  # the issuer is the subject of "ban hành": what follows in a list is its too
    day_of_act: bool = False  # the date is that of the act: "Ngày 5/6/2017, UBND tỉnh ban hành …"


def build(rules: Rules) -> Callable[[Reading], list[Document]]:
    """The document tagger: mentions in the offsets of ``Reading.text``, sorted, none overlapping another."""
    finders = (_codes(rules), _numbers(rules), _names(rules))
    share_nouns = _list_reader(rules)
    describe = _describer(rules)

    def tag(reading: Reading) -> list[Document]:
        found: list[Found] = []
        for find in finders:
            found = _merge(found, find(reading.text, found))
        return describe(reading, share_nouns(reading.text, found)) if found else []

    return tag


def _merge(first: list[Found], then: Iterable[Found]) -> list[Found]:
    """``first`` and those of ``then`` that overlap none kept before them, in reading order."""
    kept: list[Found] = []
    at, end = 0, -1
    for found in sorted(then, key=lambda f: (f.start, -f.end)):
        while at < len(first) and first[at].end <= found.start:
            at += 1
        if found.start >= end and (at == len(first) or found.end <= first[at].start):
            kept.append(found)
            end = found.end
    return sorted([*first, *kept], key=lambda f: f.start)


def _patterned(rules: Rules, kind: str) -> list[CompiledRule]:
    """The rules that find documents of a kind. Their matches are to be listed before any is looked into: the time a
    pattern may take runs on between them."""
    found = [r for r in rules.labelled("document") if r.regex and r.spec.assign.get("kind") == kind]
    return [rule for rule in found if not rule.spec.assign.get("list")]


# --- codes ------------------------------------------------------------------------------------------------------


def _codes(rules: Rules) -> Finder:
    """Numbers with letters: "67/2014/NĐ-CP". Whether one without a noun may stand, ``_list_reader`` decides."""
    coded = _patterned(rules, "coded")
    amending = rules.rule("document.named.amending")
    noun_before = _noun_finder(rules)
    symbols = rules.lexicon("document.symbol")
    unofficial = rules.forms("issuer.private") | rules.forms("law.abbreviation")
    not_document = rules.compile(
        r"(?<= (?<![\p{L}\d]) (?i:{document.not}) \s? (?:{document.number_word}\s?[:.]?\s?)? )"
    )

    def find(text: str, _: list[Found]) -> Iterator[Found]:
        if not _CODE_HINT.search(text):
            return
        links = _links(text)
        # "… một số điều |của Bộ luật Hình sự số …" has the number of the amended law
        openings = {m.end(): m.span("type") for m in amending.finditer(text) if m["many"] or not m["of"]}
        starts: set[int] = set()
        for rule in coded:
            for match in list(rule.finditer(text)):
                start, letters = match.start(), match["issuer"]
                parts = _LETTERS.split(letters)
                if start in starts or _inside(links, start) or not match["number"].strip("O"):
                    continue
                if not unofficial.isdisjoint(parts) or not_document.match(text, start):
                    continue
                symbol = symbols.get(match.groupdict().get("symbol") or parts[0])
                noun = noun_before(text, start, symbol.canonical if symbol else None)
                entry = noun[1] if noun else symbol
                if entry is not None and entry.assign.get("skip"):
                    continue
                starts.add(start)
                span = noun[0] if noun else None
                if span and span[0] in openings:  # "Luật sửa đổi, bổ sung |Luật Giá số …"
                    span = openings[span[0]]
                yield Found(
                    start=span[0] if span else start,
                    end=match.end(),
                    kind="coded",
                    rule=rule,
                    type=span,
                    doc_type=entry.canonical if entry else None,
                    number=match["number"].replace("O", "0"),
                    code=_code(match[0]),
                    letters=letters,
                    joint=bool(entry and entry.assign.get("joint")),
                )

    return find


def _code(text: str) -> str:
    """The code without spaces around '/' and '-': "40 – CT/TW" is 40-CT/TW; the letter O in its numbers is 0."""
    text = re.sub(r"\s?([/–—-])\s?", lambda m: "/" if m[1] == "/" else "-", text)
    return re.sub(r"(?<![^\W\d_])[\dO]+(?![^\W\d_])", lambda m: m[0].replace("O", "0"), text)


def _links(text: str) -> list[Span]:
    if "://" in text or "www." in text or "](" in text:
        return [m.span() for m in _LINK.finditer(text)]
    return []


def _inside(spans: list[Span], offset: int) -> bool:
    at = bisect_right(spans, offset, key=lambda s: s[0])
    return at > 0 and spans[at - 1][1] > offset


def _noun_finder(rules: Rules) -> Callable[[str, int, str | None], tuple[Span, LexiconEntry] | None]:
    """Finds the type noun that a code at an offset belongs to, of the type its letters stand for if it can."""
    entries = _type_entries(rules)
    # "Quyết định số |", "NĐ |", "Kết luận thanh tra số: |", "Nghị định (NĐ) |"
    direct = rules.compile(
        r"(?<= (?<![\p{L}\d]) (?<type>(?i:{document.type})) (?:\s(?i:{document.qualifier}))? (?:\s|(?=[:(\d]))"
        r"(?:\(\p{L}{2,5}\)\s?)? :?\s? (?:{document.number_word}\s?[:.]?\s?){0,3} )"
    )
    anywhere = rules.compile(r"(?<![\p{L}\d]) (?<type>(?i:{document.type})) (?=\s)")
    # "Giấy chứng nhận |trại nuôi ong số: |66/SNN-GCN"
    gap = rules.compile(
        r"(?: \s (?!(?i:{document.gap_stop})(?!\p{L})) [\p{L}\d&–-]+ ){1,16} \s {document.number_word} \s?[:.]?\s?"
    )
    # "Luật |Phòng, chống ma túy số |23/2000/QH10"
    law_gap = rules.compile(r"(?: ,?\s [\p{L}\d&–-]+ ){1,24} \s {document.number_word} \s?[:.]?\s?")
    laws = {form.casefold() for form in rules.forms("document.gap_free")}

    def before(text: str, offset: int, canonical: str | None) -> tuple[Span, LexiconEntry] | None:
        match = direct.match(text, offset)
        if match:
            return match.span("type"), entries[_fold(match["type"])]
        best: tuple[Span, LexiconEntry] | None = None
        for match in anywhere.finditer(text, _line_start(text, offset, BEFORE), offset):
            noun = _fold(match["type"])
            if (law_gap if noun in laws else gap).fullmatch(text, match.end(), offset):
                entry = entries[noun]
                if best is None or best[1].canonical != canonical or entry.canonical == canonical:
                    best = match.span("type"), entry
        return best

    return before


def _line_start(text: str, offset: int, window: int) -> int:
    first = max(0, offset - window)
    return max(first, text.rfind("\n", first, offset) + 1)


def _line_end(text: str, offset: int, window: int) -> int:
    last = min(len(text), offset + window)
    line = text.find("\n", offset, last)
    return last if line < 0 else line


def _fold(text: str) -> str:
    return _SPACE.sub(" ", text).casefold()


def _type_entries(rules: Rules) -> dict[str, LexiconEntry]:
    return {form.casefold(): entry for form, entry in rules.lexicon("document.type").items()}


# --- numbers without letters ------------------------------------------------------------------------------------


def _numbers(rules: Rules) -> Finder:
    """A type noun and a number: "Nghị quyết số 20", "Nghị định 42/2010", "Nghị quyết TW6 (khóa XII)"."""
    numbered = _patterned(rules, "numbered")
    next_number = rules.rule("document.numbered.list")
    entries = _type_entries(rules)
    not_document = rules.compile(r"(?<= (?<![\p{L}\d]) (?i:{document.not}) \s )")
    foreign = rules.compile(
        r"[\s,]{1,2} (?:\(?\d{4}\)?\s)? (?:{issuer.word.of}|{issuer.word.by}) \s {document.foreign} (?!\p{L}|\sl[uệ])"
    )
    united_nations = rules.compile(r"{document.united_nations}")
    board = rules.compile(r"{document.board}(?!\p{L})")

    def no_document(text: str, match: regex.Match[str], rule: CompiledRule, entry: LexiconEntry) -> bool:
        if entry.assign.get("skip") or (entry.assign.get("capital") and match["type"][0].islower()):
            return True
        if rule.spec.assign.get("bare") and entry.assign.get("bare") is False:
            return True
        return not_document.match(text, match.start("type")) is not None

    def not_of_state(text: str, match: regex.Match[str]) -> bool:
        """Another nation's, the United Nations' ("Nghị quyết 2231" beside "Hội đồng Bảo an") or a company's."""
        start, end = match.start("type"), match.end()
        if foreign.match(text, end) or board.search(text, _line_start(text, start, NEAR), min(len(text), end + NEAR)):
            return True
        long = len(match["number"]) == 4
        return long and united_nations.search(text, max(0, end - SCENE), end + SCENE) is not None

    def find(text: str, taken: list[Found]) -> Iterator[Found]:
        heads = [f for f in taken if f.type]
        read: list[Found] = []
        # Type and number of those that are not the State's: they are not where they are named again, either.
        others: set[tuple[str, str]] = set()
        for rule in numbered:
            for match in list(rule.finditer(text)):
                entry = entries[_fold(match["type"])]
                if no_document(text, match, rule, entry):
                    continue
                if not_of_state(text, match):
                    others.add((entry.canonical, match["number"]))
                    continue
                noun, joint = match.span("type"), bool(entry.assign.get("joint"))
                read.append(
                    Found(noun[0], match.end(), "numbered", rule, noun, entry.canonical, match["number"], joint=joint)
                )
        for each in read:
            if (each.doc_type, each.number) not in others:
                heads.append(each)
                yield each
        if next_number.regex is None:
            return
        for head in heads:  # "Thông tư 3/2031 |và 4/2031|"
            end = head.end
            while more := next_number.regex.match(text, end):
                end = more.end()
                yield Found(
                    more.start("number"), end, "numbered", next_number, head.type, head.doc_type, more["number"],
                    listed=True,
                )  # fmt: skip

    return find


# --- names ------------------------------------------------------------------------------------------------------


def _names(rules: Rules) -> Finder:
    """Laws, codes and ordinances by name, the Constitution, resolutions of a Party congress."""
    law, amending = rules.rule("document.named.law"), rules.rule("document.named.amending")
    simple = [r for r in _patterned(rules, "named") if r.id not in (law.id, amending.id)]
    year_tail = rules.compile(r"\s(?:{document.word.year}\s)?(?:19|20)\d{2}(?![\d/.-]\d|\d)")
    read_name = _law_reader(rules)
    scenes = _scene_reader(rules)
    entries = _type_entries(rules)

    def laws(text: str, at_home: Callable[[int, int, bool], bool]) -> Iterator[Found]:
        openings = {m.end(): m.span("type") for m in amending.finditer(text)}
        read = [
            (m, found) for m in list(law.finditer(text)) if (found := read_name(text, m.start(), m.end(), m["type"]))
        ]
        foreign = {key for _, (_, key, _, abroad) in read if abroad}  # "Luật An ninh mạng của Trung Quốc", then without
        for match, (end, key, name, _) in read:
            if key in foreign or not at_home(match.start(), end, False):
                continue
            year = year_tail.match(text, end)
            noun = openings.get(match.start())
            yield Found(
                start=noun[0] if noun else match.start(),
                end=year.end() if year else end,
                kind="named",
                rule=amending if noun else law,
                type=noun or match.span("type"),
                doc_type=entries[_fold(text[slice(*(noun or match.span("type")))])].canonical,
                number=None,
                name=None if noun else name,
            )

    def find(text: str, _: list[Found]) -> Iterator[Found]:
        at_home = scenes(text)
        known = list(laws(text, at_home))
        yield from known
        starts = {each.start for each in known}
        for rule in simple:
            scene = rule.spec.assign.get("scene")
            for match in list(rule.finditer(text)):
                groups = match.groupdict()
                noun = match.span("type") if groups.get("type") else None
                start = noun[0] if noun else match.start()
                if start in starts or (scene and not at_home(start, match.end(), scene == "home")):
                    continue
                entry = entries.get(_fold(groups.get("type") or ""))
                doc_type = entry.canonical if entry else cast("str | None", rule.spec.assign.get("doc_type"))
                yield Found(start, match.end(), "named", rule, noun, doc_type, groups.get("number"))

    return find


Trie = dict[str, object]  # word -> Trie; "" -> LexiconEntry of the name that ends here


def _law_reader(rules: Rules) -> Callable[[str, int, int, str], tuple[int, str, str, bool] | None]:
    """Reads the name of a law at an offset, the longest known: its end, its key, the name as the lexicon has it, and
    whether it is said to be another nation's; None where there is no law."""
    joiners = rules.forms("law.joiner")
    tries: dict[str, Trie] = {}
    for lexicon in ("law.act", "law.code", "law.ordinance"):
        for form, entry in rules.lexicon(lexicon).items():
            node = tries.setdefault(str(entry.assign["type"]).casefold(), {})
            for token in _law_tokens(form, joiners):
                node = cast(Trie, node.setdefault(token, {}))
            node[""] = entry
    shortened = {
        form.casefold().translate(_FOLD): _law_tokens(entry.canonical, joiners)
        for form, entry in rules.lexicon("law.word").items()
        if form != entry.canonical
    }
    common = {" ".join(_law_tokens(form, joiners)) for form in rules.forms("law.common")}
    cited = rules.compile(r"(?<= (?: {issuer.word.article}\s[\p{L}\d]{1,4} ,? | {law.draft} ) \s )")
    year = rules.compile(r"\s(?:{document.word.year}\s)?(?:19|20)\d\d\b")
    study = rules.compile(r"(?<= (?<!\p{L}) {document.field_of_study} \s )")
    # "của Mỹ", "nước Nga", but not "Pháp luật"
    abroad = rules.compile(
        r"\s (?:(?:{issuer.word.of}|{issuer.word.at})\s)? (?:{document.word.country}\s)?"
        r" {document.foreign} (?!\p{L}|\sl[uệ])"
    )

    def longest(text: str, start: int, node: Trie) -> tuple[int, LexiconEntry] | None:
        best: tuple[int, LexiconEntry] | None = None
        for match in _WORD.finditer(text, start, _line_end(text, start, LONGEST_LAW)):
            token = match[0].casefold().translate(_FOLD)
            if token in joiners:
                continue
            step = _walk(node, [token]) or _walk(node, shortened.get(token, [token]))
            if step is None:
                break
            node = step
            if "" in node:
                best = match.end(), cast(LexiconEntry, node[""])
        return best

    def read(text: str, noun_start: int, start: int, noun: str) -> tuple[int, str, str, bool] | None:
        best = longest(text, start, tries[_fold(noun)])
        if best is None or best[1].assign.get("skip") or study.match(text, noun_start):
            return None
        end = best[0]
        name = " ".join(_law_tokens(text[start:end], joiners))
        small = noun[0].islower() and text[start].islower()
        if small and name in common and not (cited.match(text, noun_start) or year.match(text, end)):
            return None
        return end, name, best[1].canonical, abroad.match(text, end) is not None

    return read


def _walk(node: Trie, tokens: list[str]) -> Trie | None:
    for token in tokens:
        if token not in node:
            return None
        node = cast(Trie, node[token])
    return node


def _law_tokens(name: str, joiners: frozenset[str]) -> list[str]:
    """The words of a law's name as they are looked up: without commas and "và", small, "lý" as "lí"."""
    words = (w.casefold().translate(_FOLD) for w in _WORD.findall(name))
    return [w for w in words if w not in joiners]


def _scene_reader(rules: Rules) -> Callable[[str], Callable[[int, int, bool], bool]]:
    """For one text, whether the passage around a law or constitution leaves it Viet Nam's; a constitution in small
    letters (``strict``) needs a sign of it."""
    signs = {
        "abroad": rules.compile(r"(?<!\p{L})(?:{document.foreign.nation}|{document.foreign_scene})(?!\p{L})"),
        "home": rules.compile(r"(?<!\p{L}){document.home_scene}(?!\p{L})"),
    }

    def read(text: str) -> Callable[[int, int, bool], bool]:
        places: dict[str, list[int]] = {}

        def count(sign: str, first: int, last: int) -> int:
            if sign not in places:  # one pass over the text, and only where there is a law
                places[sign] = [m.start() for m in signs[sign].finditer(text)]
            return bisect_left(places[sign], last) - bisect_left(places[sign], first)

        def at_home(start: int, end: int, strict: bool) -> bool:
            first, last = start - SCENE, end + SCENE
            if count("home", first, last):
                return True
            abroad = count("abroad", first, last)
            return (abroad == 0 and text[start].isupper()) if strict else abroad < 2

        return at_home

    return read


# --- lists ------------------------------------------------------------------------------------------------------


def _list_reader(rules: Rules) -> Callable[[str, list[Found]], list[Found]]:
    """Gives later members of a list the noun of the first, and drops codes that need a noun and have none."""
    # "Quyết định số 8/QĐ-UBND| và |9/QĐ-UBND", "…|, ngày 9/8/2031, và số |10/QĐ-UBND"
    glue = rules.compile(
        rf"(?: \s?,?\s? \(?(?:{{document.word.day}}\s)?{_DATE}\)? )? (?: \s{{issuer.word.of}}\s[^,.;\n]{{2,60}} )?"
        r"(?: \s?[,;&] | \s{document.word.and} | \s?,\s{document.word.and} ) \s (?:{document.number_word}\s?:?\s?)?"
    )
    marked = rules.compile(r"(?<= (?<!\p{L}) {document.number_word} \s?[:.]?\s? )")
    # "các Thông tư| sau: số |3/2031/TT-BXD"
    these = rules.compile(
        r"(?<= (?<![\p{L}\d]) (?<type>(?i:{document.type})) \s{document.word.these}\s?:\s"
        r" (?:{document.number_word}\s)? )"
    )
    issuers = rules.forms("issuer.symbol")

    def stands_alone(text: str, each: Found) -> bool:
        """ "(số 94/BTC-KBNN ngày 9/8/2031)" does, "đội 2/PC45" does not."""
        return _LETTERS.split(each.letters)[0] in issuers and marked.match(text, each.start) is not None

    def read(text: str, found: list[Found]) -> list[Found]:
        kept: list[Found] = []
        for each in found:
            if each.kind == "coded" and each.type is None:
                last = kept[-1] if kept else None
                if last and last.kind != "named" and last.type and glue.fullmatch(text, last.end, each.start):
                    each = replace(each, type=last.type, listed=True, doc_type=each.doc_type or last.doc_type)
                elif noun := these.match(text, each.start):
                    each = replace(each, type=noun.span("type"))
                elif each.rule.spec.assign.get("noun") == "required" and not stands_alone(text, each):
                    continue
            kept.append(each)
        return kept

    return read


# --- surroundings -----------------------------------------------------------------------------------------------


def _describer(rules: Rules) -> Callable[[Reading, list[Found]], list[Document]]:
    """Reads issuer, date and subject beside each mention and makes the records."""
    look = _surroundings(rules)
    resolve = _resolver(rules)
    subject = _subject_reader(rules)
    share = _sharer(rules)

    def describe(reading: Reading, found: list[Found]) -> list[Document]:
        text = reading.text
        beside: list[Beside] = []
        for i, each in enumerate(found):
            first = _line_start(text, each.start, BEFORE)
            if reading.starts:
                first = max(first, min(each.start, reading.starts[reading.sentence_of(each.start)]))
            first = max(first, found[i - 1].end if i else 0)
            last = _line_end(text, each.end, AFTER)
            last = min(last, found[i + 1].start if i + 1 < len(found) else len(text))
            beside.append(look(text, each, first, last))
        beside = share(text, found, beside)
        documents = []
        for each, at in zip(found, beside):
            resolved, level = resolve(each, text[slice(*at.issuer)] if at.issuer else None)
            document = Document(
                start=each.start,
                end=each.end,
                rule=each.rule.id,
                confidence=each.rule.confidence,
                kind=each.kind,
                type=_written(reading, each.type),
                doc_type=each.doc_type,
                number=each.number,
                name=each.name,
                code=each.code,
                issuer=_written(reading, at.issuer),
                issuer_resolved=resolved,
                level=level,
                date=at.date,
                subject=_written(reading, subject(text, at.end, _line_end(text, at.end, AFTER))),
            )
            documents.append(document)
        return documents

    return describe


def _sharer(rules: Rules) -> Callable[[str, list[Found], list[Beside]], list[Beside]]:
    """Lets the members of a list share issuer and day: "ra hai Quyết định A và B", "thông qua Luật A; Luật B"."""
    glue = rules.compile(
        rf"(?: \s?\([^()\n]{{1,20}}\) )? (?: \s?,?\s?{{document.word.day}}\s{_DATE} )?"
        r"(?: \s?[,;] | (?:\s?,)?\s{document.word.and} ) \s"
    )

    def share(text: str, found: list[Found], beside: list[Beside]) -> list[Beside]:
        shared = list(beside)
        for i in range(1, len(found)):
            head, each = shared[i - 1], shared[i]
            follows = head.acted and glue.fullmatch(text, found[i - 1].end, found[i].start)
            if each.issuer is None and (found[i].listed or follows):
                of_act = each.date is None and head.day_of_act
                day = head.date if of_act else each.date
                shared[i] = replace(each, issuer=head.issuer, date=day, acted=head.acted, day_of_act=of_act)
        for i in range(len(found) - 1, 0, -1):  # "Thông tư 3/2031 và 4/2031 của Bộ Y tế"
            if found[i].listed and shared[i - 1].issuer is None:
                shared[i - 1] = replace(shared[i - 1], issuer=shared[i].issuer)
        return shared

    return share


def _written(reading: Reading, span: Span | None) -> str | None:
    return _SPACE.sub(" ", reading.written(*span)).strip() if span else None


def _surroundings(rules: Rules) -> Callable[[str, Found, int, int], Beside]:
    """Reads a mention's issuer and date in ``text[first:last]``."""
    after, before = _issuer_after(rules), _issuer_before(rules)
    # "|, ngày 12/8/2013", "| ban hành ngày 3/10/2013", "| (15/5/2017)"
    behind = rules.compile(
        r"\s? [,(–-]{0,2} \s? (?: (?:{issuer.adverb}|{issuer.verb_passive}|{document.word.before_day})\s ){0,4}"
        rf"{{document.word.day}}\s?:?\s? {_DATE} \s?\)? | \s?,?\s?\(\s?{_DATE}\s?\)"
    )
    # "ngày 15/3", "năm 2014": a date that is not full, before the issuer
    partial = rules.compile(
        r"\s?[,(]?\s?{document.word.day}\s\d{1,2}[/.-]\d{1,2}(?![\d/.-]\d)\)?"
        r" | \s{document.word.year}\s(?:19|20)\d\d(?=\s)"
    )
    ahead = rules.compile(rf"(?<!\p{{L}}) {{document.word.hour}} \s {_DATE}")
    header = rules.compile(r"\n\W*{issuer.header}[*_\s]*:[*_\s]*(?<org>[^\n*_]{3,90}[^\n*_\s.])")

    def look(text: str, found: Found, first: int, last: int) -> Beside:
        end = found.end
        issuer: Span | None = None
        issued: date | None = None
        for _ in range(4):
            if issued is None and (match := behind.match(text, end, last)):
                issued, end = _date(match), match.end()
            elif match := partial.match(text, end, last):
                end = match.end()
            elif issuer is None and (name := after(text, end, last, found)):
                issuer, end = name
            else:
                break
        subject, verb = before(text, found, first) if not found.listed else (None, False)
        acted = issuer is None and subject is not None and verb
        issuer = issuer or subject
        day_of_act = False
        if issued is None and verb:
            dates = list(ahead.finditer(text, first, found.start))
            issued = _date(dates[-1]) if dates else None
            day_of_act = issued is not None
        if issuer is None and (match := header.search(text, found.end, found.end + AFTER)):
            issuer = match.span("org")
        return Beside(issuer, issued, end, acted, day_of_act)

    return look


def _date(match: regex.Match[str]) -> date | None:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _issuer_after(rules: Rules) -> Callable[[str, int, int, Found], tuple[Span, int] | None]:
    """The issuer behind a mention and where the reading goes on: "… của Bộ Chính trị", "… do UBND tỉnh cấp"."""
    patterns = (
        rules.compile(rf"\s?[,(–-]?\s?{{issuer.word.of}}\s(?<org>{_ORG})"),
        # "được Quốc hội khóa XIX thông qua"
        rules.compile(
            rf"\s?[,(–-]?\s?(?:{{issuer.adverb}}\s)*{{issuer.word.by}}\s(?<org>{_ORG})(?:\s{{issuer.word.term}}\s[\p{{Lu}}\d]+)?"
            r"\s(?:{issuer.adverb}\s)*{issuer.verb_passive}(?!\p{L})(?:\s{document.word.before_day})?"
        ),
        rules.compile(rf"\s?\((?<org>{_ORG})\)"),
    )
    # "Thông tư liên tịch 27 giữa Bộ Tài chính và Bộ Nội vụ"
    joint = rules.compile(rf"\s(?:\p{{Ll}}+\s)?(?<org>{_ORG}(?:\s?(?:,|{{document.word.and}}|[–-])\s{_ORG}){{1,5}})")
    # "… về thuyền thúng |do Bộ Xây dựng ban hành"
    late = rules.compile(
        rf"[^.;:\n()]{{2,140}}?\s{{issuer.word.by}}\s(?<org>{_ORG})\s(?:\([^()\n]{{1,20}}\)\s)?(?:{{issuer.adverb}}\s)*"
        r"{issuer.word.made}(?!\p{L})"
    )
    of_law = rules.forms("issuer.of_law")
    signed = _signature_reader(rules)

    def read(text: str, start: int, last: int, found: Found) -> tuple[Span, int] | None:
        if found.joint and (match := joint.match(text, start, last)):
            return match.span("org"), match.end()
        for pattern in patterns:
            match = pattern.match(text, start, last)
            if match and not signed(text, *match.span("org")):
                if found.rule.spec.assign.get("law") and match["org"] not in of_law:
                    return None
                return match.span("org"), match.end()
        if found.kind != "named" and (match := late.match(text, start, last)):
            return match.span("org"), start
        return None

    return read


def _signature_reader(rules: Rules) -> Callable[[str, int, int], bool]:
    """Whether the office is held by a person named beside it, who signed: "Chủ tịch UBND TP Hà Nội Nguyễn Văn A"."""
    office = rules.compile(r"{issuer.office}(?!\p{L})")
    bears_name = rules.compile(r"{issuer.head.named}(?!\p{L})")
    named = rules.compile(r"\s(?!{issuer.place}$){issuer.family_name}(?:\s\p{Lu}[\p{L}']*){1,3}$")
    place = rules.compile(r"(?<=(?<!\p{L}){issuer.level})(?<!(?<!\p{L}){issuer.level.known})")
    apposed = regex.compile(r"\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}+){1,3}\s?[,(–-]\s?$")

    def read(text: str, start: int, end: int) -> bool:
        of_person = office.match(text, start, end) is not None
        name = named.search(text, start, end)
        if name and not bears_name.match(text, start, end):
            long = name[0].count(" ") > 2  # "quận Lê Chân" is a place, "TP Nguyễn Văn A" none
            if not place.match(text, name.start()) or (long and of_person):
                return of_person or long
        return of_person and apposed.search(text, max(0, start - 40), start) is not None

    return read


def _issuer_before(rules: Rules) -> Callable[[str, Found, int], tuple[Span | None, bool]]:
    """The issuer before a mention, and whether a verb of issuing stands right before the mention."""
    # one word at a time, backwards: "UBND tỉnh |vừa |ban hành |hai |"
    back = rules.compile(
        r"(?<= (?<!\p{L}) (?<word>(?<verb>{issuer.verb})|{issuer.adverb}|{issuer.determiner}|\d{1,2}) \s [“\"‘']? )"
    )
    heads = rules.compile(r"(?<![\p{L}\d]) (?:(?i:{issuer.name})|{issuer.head}|{issuer.bare}) (?!\p{L})")
    org = rules.compile(_ORG)
    held = (
        # "được UBND tỉnh phê duyệt tại Quyết định …"
        rules.compile(
            rf"(?<!\p{{L}}){{issuer.word.by}}\s(?<org>{_ORG})\s(?:{{issuer.adverb}}\s)*{{issuer.verb_passive}}(?!\p{{L}})"
            r"[^.;:\n]{0,60}?\s{issuer.word.at}\s(?:[^.;:\n]{0,30}\s)?$"
        ),
        # "lời dặn của Ban Bí thư tại Chỉ thị …", "chỉ đạo của UBND tỉnh (tại Công văn …"
        rules.compile(
            rf"(?<!\p{{L}})(?:{{issuer.word.of}}|{{issuer.word.at}})\s(?<org>{_ORG})\s\(?{{issuer.word.within}}\s"
            r"(?:{issuer.word.article}\s[^.;:\n]{0,30}\s)?$"
        ),
        # "theo chỉ đạo của UBND tỉnh theo công văn …"
        rules.compile(
            rf"(?<!\p{{L}}){{issuer.word.order}}\s{{issuer.word.of}}\s(?<org>{_ORG})\s{{issuer.word.under}}\s$"
        ),
        # "UBND tỉnh đã phê duyệt khu chợ tại Quyết định …"
        rules.compile(
            rf"(?<!\p{{L}})(?<org>{_ORG})\s(?:{{issuer.adverb}}\s)*{{issuer.verb_decide}}(?!\p{{L}})"
            r"[^.;:\n]{0,60}?\s{issuer.word.decided_at}\s$"
        ),
    )
    # "Tổng cục Thủy lợi |(bộ chủ quản)| đã có", "Quốc hội |khóa XIX, Kỳ họp thứ 3| thông qua"
    aside = rules.compile(
        r"(?: \s?\([^()\n]{1,40}\) | \s{issuer.word.term}\s[\p{Lu}\d]{1,6}"
        r" | ,?\s{issuer.word.session}[^.,;:\n]{0,24} ){1,3} ,? $"
    )
    law_verbs = rules.forms("issuer.verb_law")
    part_of = rules.compile(r"(?<= (?<!\p{L}){issuer.part_of} \s )")
    signed = _signature_reader(rules)
    agrees = _agreement(rules)

    def read(text: str, found: Found, first: int) -> tuple[Span | None, bool]:
        at, verb = found.start, False
        while (match := back.match(text, at)) and match.start("word") >= first:
            if match["verb"]:
                if found.rule.spec.assign.get("law") and match["verb"] not in law_verbs:
                    return None, False
                verb = True
            at = match.start("word")
        if not verb and found.kind == "named":
            return None, False
        if not verb:
            for pattern in held:
                match = pattern.search(text, first, found.start)
                if match and agrees(found, match["org"]) and not signed(text, *match.span("org")):
                    return match.span("org"), False
            return None, False
        end = at - 1
        if match := aside.search(text, first, end):
            end = match.start()
        for head in heads.finditer(text, first, end):
            if org.fullmatch(text, head.start(), end):
                free = not part_of.match(text, head.start()) and not signed(text, head.start(), end)
                return ((head.start(), end) if free else None), True
        return None, True

    return read


def _issuer_names(rules: Rules) -> dict[str, LexiconEntry]:
    """Names in small letters -> entry, without those that stand for any body of a kind ("Bộ")."""
    bare = {form: e for form, e in rules.lexicon("issuer.bare").items() if not e.assign.get("open")}
    return {form.casefold(): entry for form, entry in {**bare, **rules.lexicon("issuer.name")}.items()}


def _agreement(rules: Rules) -> Callable[[Found, str], bool]:
    """Whether a body can be the issuer whose letters a code has: not 'Thủ tướng' for 571/VPCP-KTTH."""
    symbols, names = rules.lexicon("issuer.symbol"), _issuer_names(rules)

    def agree(found: Found, name: str) -> bool:
        entry = symbols.get(_LETTERS.split(found.letters)[0])
        known = names.get(_fold(name))
        if entry is None or entry.assign.get("shared"):
            return True
        if entry.assign.get("local"):
            return known is None
        return known is not None and known.canonical == entry.canonical

    return agree


def _resolver(rules: Rules) -> Callable[[Found, str | None], tuple[str | None, Level]]:
    """The issuer's full name and level: from the code's letters, else from the words beside, else from the type."""
    symbols, names = rules.lexicon("issuer.symbol"), _issuer_names(rules)
    sole = {e.canonical: str(e.assign["by"]) for e in rules.lexicon("document.type").values() if "by" in e.assign}
    levels = rules.lexicon("issuer.level")
    level_word = rules.compile(r"(?<!\p{L})(?<word>{issuer.level})(?!\p{L})")

    def resolve(found: Found, issuer: str | None) -> tuple[str | None, Level]:
        parts = _LETTERS.split(found.letters.upper() if found.letters.islower() else found.letters)
        written = names.get(_fold(issuer)) if issuer else None
        entry = symbols.get(parts[0])
        shared = entry is not None and bool(entry.assign.get("shared"))  # "TW" is the Politburo's too
        if entry is None or shared:
            entry = written or entry
        if entry is not None:
            level = cast(Level, entry.assign.get("level", "unknown"))
            if level == "unknown" and issuer and (word := level_word.search(issuer)):
                level = cast(Level, levels[word["word"]].canonical)
            if entry.assign.get("local") or (shared and written is None):
                return None, level
            if found.joint and all(p in symbols for p in parts):
                return ", ".join(symbols[p].canonical for p in parts), level
            return entry.canonical, level
        by = found.rule.spec.assign.get("by") or sole.get(found.doc_type or "")
        if by and issuer is None:
            return str(by), "central"
        word = level_word.search(issuer) if issuer else None
        return None, cast(Level, levels[word["word"]].canonical) if word else "unknown"

    return resolve


def _subject_reader(rules: Rules) -> Callable[[str, int, int], Span | None]:
    """The subject behind a mention: quoted, or from "về …" to the end of the clause."""
    quoted = rules.compile(r"\s?[,:]?\s?(?:{document.subject_word}\s)?[“\"](?<subject>[^”\"\n]{8,200})[”\"]")
    about = rules.compile(
        r"\s?(?:\([^()\n]{1,40}\)\s)?,?\s?{document.subject_word}\s(?<subject>[^.;:\n“”\"]{6,200}?)(?=\s?[.;:\n]|\s\(|$)"
    )

    def read(text: str, start: int, last: int) -> Span | None:
        match = quoted.match(text, start, last) or about.match(text, start, last)
        return match.span("subject") if match else None

    return read
