"""Documents of the Party and the State: a reading in, ``Document`` mentions out, sorted and without overlap.

Codes ("1026-KL/TU"), bare numbers ("Nghị quyết số 20") and names ("Luật Đất đai 2013") are found by the patterns
of rules/documents.toml and the names of rules/laws.toml; what stands beside each (type noun, issuer, date, subject)
is read within its clause. Time is linear in the text: every look around a mention has a fixed window.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import cast

import regex

from extract.records import Document, DocumentKind, Level
from extract.rules import CompiledRule, LexiconEntry, Rules
from extract.tag.reading import Reading

BEFORE = 200  # code points looked at before a mention for its noun, issuer and date
AFTER = 260  # code points looked at behind a mention for its date, issuer and subject
SCENE = 400  # code points around a law or constitution that show of which country it is

Span = tuple[int, int]
Finder = Callable[[str, list["Found"]], Iterable["Found"]]

_SPACE = re.compile(r"\s+")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\]\([^)\s]*\)")
_WORD = re.compile(r"[^\W_]+|[,&/–-]")
_FOLD = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")  # "quản lý" and "quản lí", "quy" and "qui"
# 11/7/2023 · 3-11-2013 · 12.6.2017 · 14 tháng 5 năm 2014
_DATE = (
    r"(?<day>\d{1,2})(?:\s?[/.–-]\s?(?<month>\d{1,2})\s?[/.–-]\s?"
    r"|\stháng\s(?<month>\d{1,2})\s?(?:năm|[/,.-])?\s?)(?<year>(?:19|20)\d{2})(?!\d)"
)


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
    code: str | None = None
    letters: str = ""  # the issuer's letters in the code
    listed: bool = False  # shares the noun of the mention before it


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a mention."""

    issuer: Span | None = None
    date: date | None = None
    from_subject: bool = False  # the issuer is the subject of "ban hành": it issued the whole list


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
    kept = list(first)
    for found in sorted(then, key=lambda f: (f.start, -f.end)):
        at = bisect_right(kept, found.start, key=lambda f: f.start)
        if (at == 0 or kept[at - 1].end <= found.start) and (at == len(kept) or found.end <= kept[at].start):
            kept.insert(at, found)
    return kept


def _patterned(rules: Rules, kind: str) -> list[CompiledRule]:
    return [
        rule
        for rule in rules.labelled("document")
        if rule.regex and rule.spec.assign.get("kind") == kind and not rule.spec.assign.get("list")
    ]


# --- codes ------------------------------------------------------------------------------------------------------


def _codes(rules: Rules) -> Finder:
    """Numbers with letters. Those without a noun that need one are left to ``_list_reader`` to keep or to drop."""
    coded = _patterned(rules, "coded")
    noun_before = _noun_finder(rules)
    symbols, issuers = rules.lexicon("document.symbol"), rules.lexicon("issuer.symbol")
    private, laws = rules.forms("issuer.private"), rules.forms("law.abbreviation")
    not_document = rules.compile(
        r"(?<= (?<![\p{L}\d]) (?i:{document.not}) \s? (?:{document.number_word}\s?[:.]?\s?)? )"
    )

    amending = rules.rule("document.named.amending")

    def find(text: str, _: list[Found]) -> Iterator[Found]:
        links = _links(text)
        openings = {m.end(): m.span("type") for m in amending.finditer(text)}
        starts: set[int] = set()
        for rule in coded:
            for match in rule.finditer(text):
                start = match.start()
                letters = match["issuer"]
                parts = re.split(r"[-–./ ]+", letters)
                if start in starts or _inside(links, start) or not_document.match(text, start):
                    continue
                if not private.isdisjoint(parts) or parts[0] in laws or not match["number"].strip("O"):
                    continue
                symbol = symbols.get(match.groupdict().get("symbol") or parts[0])
                noun = noun_before(text, start, symbol.canonical if symbol else None)
                if noun is None and symbol is not None and symbol.assign.get("skip"):
                    continue
                if noun and noun[1].assign.get("skip"):
                    continue
                starts.add(start)
                if noun and noun[0][0] in openings:
                    noun = openings[noun[0][0]], noun[1]
                yield Found(
                    noun[0][0] if noun else start, match.end(), "coded", rule, noun[0] if noun else None,
                    noun[1].canonical if noun else symbol.canonical if symbol else None,
                    match["number"].replace("O", "0"), _code(match[0]), letters,
                    listed=noun is None and _needs_noun(rule, text, start, parts, issuers),
                )  # fmt: skip

    return find


def _needs_noun(rule: CompiledRule, text: str, start: int, parts: list[str], issuers: object) -> bool:
    return rule.spec.assign.get("noun") == "required"


def _code(text: str) -> str:
    """The code without spaces around '/' and '-': "40 – CT/TW" is 40-CT/TW; the letter O in its numbers is 0."""
    text = re.sub(r"\s?([/–—-])\s?", lambda m: "/" if m[1] == "/" else "-", text)
    return re.sub(r"(?<![^\W\d_])[\dO]+(?![^\W\d_])", lambda m: m[0].replace("O", "0"), text)


def _links(text: str) -> list[Span]:
    if "://" in text or "www." in text or "](" in text:
        return [m.span() for m in _LINK.finditer(text)]
    return []


def _inside(spans: list[Span], offset: int) -> bool:
    at = bisect_right(spans, (offset, len(spans) and spans[-1][1]))
    return at > 0 and spans[at - 1][1] > offset


def _noun_finder(rules: Rules) -> Callable[[str, int, str | None], tuple[Span, LexiconEntry] | None]:
    """Finds the type noun that a code at ``offset`` belongs to, of the type that its letters stand for if it can."""
    entries = _type_entries(rules)
    # "Quyết định số", "NĐ", "Kết luận thanh tra số:", "Nghị định (NĐ)"
    direct = rules.compile(
        r"(?<= (?<![\p{L}\d]) (?<type>(?i:{document.type})) (?:\s(?i:{document.qualifier}))? (?:\s|(?=[:(\d]))"
        r"(?:\(\p{L}{2,5}\)\s?)? :?\s? (?:{document.number_word}\s?[:.]?\s?){0,3} )"
    )
    anywhere = rules.compile(r"(?<![\p{L}\d]) (?<type>(?i:{document.type})) (?=\s)")
    # "Giấy chứng nhận |đăng ký hoạt động bán hàng đa cấp số: |015/QLCT-GCN"
    word = r"\s (?!(?i:{document.gap_stop})(?!\p{L})) [\p{L}\d&–-]+"
    gap = rules.compile(rf"(?: {word} ){{1,16}} \s {{document.number_word}} \s?[:.]?\s?")
    # "Luật |Phòng, chống ma túy số |23/2000/QH10"
    law_gap = rules.compile(r"(?: ,?\s [\p{L}\d&–-]+ ){1,24} \s {document.number_word} \s?[:.]?\s?")
    laws = {form.casefold() for form in rules.forms("document.gap_free")}

    def before(text: str, offset: int, canonical: str | None) -> tuple[Span, LexiconEntry] | None:
        match = direct.match(text, offset)
        if match:
            return match.span("type"), entries[match["type"].casefold()]
        first = max(text.rfind("\n", 0, offset) + 1, offset - BEFORE)
        best: tuple[Span, LexiconEntry] | None = None
        for match in anywhere.finditer(text, first, offset):
            noun = match["type"].casefold()
            if (law_gap if noun in laws else gap).fullmatch(text, match.end(), offset):
                entry = entries[noun]
                if best is None or best[1].canonical != canonical or entry.canonical == canonical:
                    best = match.span("type"), entry
        return best

    return before


def _type_entries(rules: Rules) -> dict[str, LexiconEntry]:
    return {form.casefold(): entry for form, entry in rules.lexicon("document.type").items()}


# --- numbers without letters ------------------------------------------------------------------------------------


def _numbers(rules: Rules) -> Finder:
    """A type noun and a number: "Nghị quyết số 20", "Nghị định 42/2010", "Nghị quyết TW6 (khóa XII)"."""
    numbered = _patterned(rules, "numbered")
    next_number = rules.rule("document.numbered.list")
    entries = _type_entries(rules)
    foreign = rules.compile(r"[\s,]{1,2}(?:\(?\d{4}\)?\s)?(?:của|do)\s(?:{document.foreign})(?!\p{L}|\sl[uệ])")
    not_document = rules.compile(r"(?<= (?<![\p{L}\d]) (?i:{document.not}) \s )")
    nations = rules.compile(r"(?:{document.united_nations})")

    def is_foreign(text: str, number: str, end: int) -> bool:
        if foreign.match(text, end):
            return True
        return len(number) == 4 and nations.search(text, max(0, end - SCENE), end + SCENE) is not None

    def find(text: str, taken: list[Found]) -> Iterator[Found]:
        heads = [f for f in taken if f.type]
        for rule in numbered:
            for match in rule.finditer(text):
                noun = match["type"]
                entry = entries[_SPACE.sub(" ", noun).casefold()]
                if entry.assign.get("skip") or (entry.assign.get("capital") and noun[0].islower()):
                    continue
                if rule.spec.assign.get("bare") and entry.assign.get("bare") is False:
                    continue
                if not_document.match(text, match.start("type")) or is_foreign(text, match["number"], match.end()):
                    continue
                head = Found(
                    match.start("type"),
                    match.end(),
                    "numbered",
                    rule,
                    match.span("type"),
                    entry.canonical,
                    match["number"],
                )
                heads.append(head)
                yield head
        for head in heads:
            end = head.end
            while next_number.regex and (match := next_number.regex.match(text, end)):
                end = match.end()
                yield replace(
                    head, start=match.start("number"), end=end, kind="numbered", rule=next_number,
                    number=match["number"], code=None, letters="", listed=True,
                )  # fmt: skip

    return find


# --- names ------------------------------------------------------------------------------------------------------


def _names(rules: Rules) -> Finder:
    """Laws, codes and ordinances by name, the Constitution, resolutions of a Party congress."""
    law, amending = rules.rule("document.named.law"), rules.rule("document.named.amending")
    simple = [r for r in _patterned(rules, "named") if r.id not in (law.id, amending.id)]
    tail = rules.compile(r"\s(?:năm\s)?(?<year>(?:19|20)\d{2})(?![\d/.-]\d|\d)")
    read_name = _law_reader(rules)
    at_home = _scene_reader(rules)
    types = {form.casefold(): entry for form, entry in rules.lexicon("document.type").items()}

    def laws(text: str) -> Iterator[Found]:
        openings = {m.end(): m for m in amending.finditer(text)}
        read = [(m, name) for m in law.finditer(text) if (name := read_name(text, m.start(), m.end(), m["type"]))]
        foreign = {key for _, (_, key, abroad) in read if abroad}  # "Luật An ninh mạng của Trung Quốc", then without
        for match, (end, key, _) in read:
            if key in foreign or not at_home(text, match.start(), end, False):
                continue
            year = tail.match(text, end)
            opening = openings.get(match.start())
            noun = (opening or match).span("type")
            yield Found(
                noun[0], year.end() if year else end, "named", amending if opening else law, noun,
                types[text[slice(*noun)].casefold()].canonical, None,
            )  # fmt: skip

    def find(text: str, _: list[Found]) -> Iterator[Found]:
        known = list(laws(text))
        yield from known
        starts = {each.start for each in known}
        for rule in simple:
            for match in rule.finditer(text):
                if match.start() in starts:
                    continue
                if rule.spec.assign.get("scene") and not at_home(
                    text, match.start(), match.end(), rule.spec.assign["scene"] == "home"
                ):
                    continue
                groups = match.groupdict()
                noun = match.span("type") if groups.get("type") else None
                entry = types.get(_SPACE.sub(" ", groups.get("type") or "").casefold())
                yield Found(
                    match.start(), match.end(), "named", rule, noun,
                    entry.canonical if entry else None, groups.get("number"),
                )  # fmt: skip

    return find


def _law_reader(rules: Rules) -> Callable[[str, int, int, str], tuple[int, str, bool] | None]:
    """Reads the name of a law at an offset, the longest known: its end, its key and whether it is said to be
    another nation's; None where there is no law."""
    tries: dict[str, dict[str, object]] = {}
    for lexicon in ("law.act", "law.code", "law.ordinance"):
        for form, entry in rules.lexicon(lexicon).items():
            node = tries.setdefault(str(entry.assign.get("type", "Luật")).casefold(), {})
            for token in _law_tokens(form, rules.forms("law.joiner")):
                node = cast("dict[str, object]", node.setdefault(token, {}))
            node[""] = entry
    joiners = rules.forms("law.joiner")
    common = {" ".join(_law_tokens(form, joiners)) for form in rules.forms("law.common")}
    shortened = {
        form.casefold().translate(_FOLD): _law_tokens(entry.canonical, joiners)
        for form, entry in rules.lexicon("law.word").items()
        if form != entry.canonical
    }
    cited = rules.compile(r"(?<= (?: (?i:điều|khoản|điểm)\s[\p{L}\d]{1,4} ,? | {law.draft} ) \s )")
    year = re.compile(r"\s(?:năm\s)?(?:19|20)\d\d\b")
    study = rules.compile(r"(?<= (?<!\p{L}) (?:{document.field_of_study}) \s )")
    abroad = rules.compile(r"\s(?:(?:của|tại|ở)\s)?(?:nước\s)?(?:{document.foreign})(?!\p{L}|\sl[uệ])")

    def read(text: str, noun_start: int, start: int, noun: str) -> tuple[int, str, bool] | None:
        node = tries[_SPACE.sub(" ", noun).casefold()]
        best: tuple[int, LexiconEntry] | None = None
        for match in _WORD.finditer(text, start, start + 140):
            token = match[0].casefold().translate(_FOLD)
            if token in joiners:
                continue
            step = _walk(node, [token]) or _walk(node, shortened.get(token, ["?"]))
            if step is None or "\n" in text[start : match.end()]:
                break
            node = step
            if "" in node:
                best = match.end(), cast(LexiconEntry, node[""])
        if best is None or best[1].assign.get("skip"):
            return None
        end = best[0]
        if study.match(text, noun_start):
            return None
        name = " ".join(_law_tokens(text[start:end], joiners))
        if noun[0].islower() and text[start].islower() and name in common:
            if not (cited.match(text, noun_start) or year.match(text, end)):
                return None
        return end, name, abroad.match(text, end) is not None

    return read


def _walk(node: dict[str, object], tokens: list[str]) -> dict[str, object] | None:
    for token in tokens:
        if token not in node:
            return None
        node = cast("dict[str, object]", node[token])
    return node


def _law_tokens(name: str, joiners: frozenset[str]) -> list[str]:
    """The words of a law's name as they are looked up: without commas and "và", small, "lý" as "lí"."""
    words = (w.casefold().translate(_FOLD) for w in _WORD.findall(name))
    return [w for w in words if w not in joiners]


def _scene_reader(rules: Rules) -> Callable[[str, int, int, bool], bool]:
    """Whether the passage around a law or constitution leaves it Viet Nam's; a constitution in small letters
    (``strict``) needs a sign of it."""
    abroad = rules.compile(r"(?<!\p{L})(?:{document.foreign.nation}|{document.foreign_scene})(?!\p{L})")
    home = rules.compile(r"(?<!\p{L})(?:{document.home_scene})(?!\p{L})")

    def read(text: str, start: int, end: int, strict: bool) -> bool:
        first, last = max(0, start - SCENE), min(len(text), end + SCENE)
        if home.search(text, first, last):
            return True
        signs = sum(1 for _ in islice(abroad.finditer(text, first, last), 2))
        return (signs == 0 and text[start].isupper()) if strict else signs < 2

    return read


# --- lists ------------------------------------------------------------------------------------------------------


def _list_reader(rules: Rules) -> Callable[[str, list[Found]], list[Found]]:
    """Gives later members of a list the noun of the first and drops codes that need a noun and have none."""
    # "Quyết định số 578/QĐ-UBND| và |579/QĐ-UBND", "…|, ngày 7/10/2016, và số |5890/QĐ-UBND"
    glue = rules.compile(
        rf"(?: \s?,?\s? \(?(?:ngày\s)?{_DATE}\)? )? (?: \s(?:của|do)\s[^,.;\n]{{2,60}} )?"
        r"(?: \s?[,;&] | \s(?:và|hoặc|hay|cùng) | \s?,\s(?:và|hoặc|hay|cùng) ) \s (?:{document.number_word}\s?:?\s?)?"
    )
    marked = rules.compile(r"(?<= (?<!\p{L}) {document.number_word} \s?[:.]?\s? )")
    issuers = rules.forms("issuer.symbol")

    def read(text: str, found: list[Found]) -> list[Found]:
        kept: list[Found] = []
        for each in found:
            last = kept[-1] if kept else None
            if each.kind == "coded" and each.type is None:
                if last and last.kind != "named" and last.type and glue.fullmatch(text, last.end, each.start):
                    same = each.doc_type in (None, last.doc_type)
                    each = replace(each, type=last.type, listed=True, doc_type=last.doc_type if same else each.doc_type)
                elif each.listed:
                    # "(số 1176/BTC-QLC ngày 16/4/2017)"
                    known = re.split(r"[-–./ ]+", each.letters)[0] in issuers
                    if not (known and marked.match(text, each.start)):
                        continue
                    each = replace(each, listed=False)
            kept.append(each)
        return kept

    return read


# --- surroundings -----------------------------------------------------------------------------------------------


def _describer(rules: Rules) -> Callable[[Reading, list[Found]], list[Document]]:
    """Reads issuer, date and subject beside each mention and makes the records."""
    look = _surroundings(rules)
    resolve = _resolver(rules)
    subject = _subject_reader(rules)

    def describe(reading: Reading, found: list[Found]) -> list[Document]:
        text = reading.text
        seen: list[tuple[Beside, int]] = []
        for i, each in enumerate(found):
            sentence = reading.sentence_of(each.start)
            first = reading.starts[sentence] if reading.starts else 0
            first = max(first, text.rfind("\n", 0, each.start) + 1, each.start - BEFORE)
            first = max(first, found[i - 1].end if i else 0)
            line = text.find("\n", each.end)
            last = min(len(text) if line < 0 else line, each.end + AFTER)
            last = min(last, found[i + 1].start if i + 1 < len(found) else len(text))
            beside, end = look(text, each, min(first, each.start), last)
            if each.listed and i and beside.issuer is None:
                head = seen[-1][0]
                beside = replace(
                    beside, issuer=head.issuer, from_subject=head.from_subject,
                    date=beside.date or (head.date if head.from_subject else None),
                )  # fmt: skip
            seen.append((beside, end))
        for i in range(len(found) - 1, 0, -1):  # "Thông tư 14/2025 và 83/2025 của Ngân hàng Nhà nước"
            if found[i].listed and seen[i - 1][0].issuer is None:
                seen[i - 1] = replace(seen[i - 1][0], issuer=seen[i][0].issuer), seen[i - 1][1]
        documents = []
        for i, each in enumerate(found):
            beside, end = seen[i]
            written = _written(reading, beside.issuer)
            resolved, level = resolve(each, text[slice(*beside.issuer)] if beside.issuer else None)
            about = subject(text, end, end + AFTER)
            documents.append(
                Document(
                    start=each.start,
                    end=each.end,
                    rule=each.rule.id,
                    confidence=each.rule.confidence,
                    kind=each.kind,
                    type=_written(reading, each.type),
                    doc_type=each.doc_type,
                    number=each.number,
                    code=each.code,
                    issuer=written,
                    issuer_resolved=resolved,
                    level=level,
                    date=beside.date,
                    subject=_written(reading, about),
                )  # fmt: skip
            )
        return documents

    return describe


def _written(reading: Reading, span: Span | None) -> str | None:
    return _SPACE.sub(" ", reading.written(*span)).strip() if span else None


# The name of a body or office: "UBND tỉnh Điện Biên", "Ban Thường vụ Đảng ủy Khối các cơ quan tỉnh Quảng Trị",
# "Cục Quản lý cạnh tranh – Bộ Công Thương", "Thủ tướng Chính phủ".
_ORG = r"""
(?: {issuer.name} (?!\p{L}) (?: \s (?i:Việt\sNam|tỉnh|thành\sphố|tp) (?: \s \p{Lu}[\p{L}\d]* (?:[.&/-]\p{L}[\p{L}\d&]*)* )* )?
  | [Hh]ội\snghị \s (?:lần\sthứ\s\p{L}+\s)? (?:Ban\sChấp\shành\s|BCH\s)? (?:Trung\sương|TW|T\.Ư|TƯ) (?:\sĐảng)? (?:\slần\sthứ)? (?:\s\d{1,2})?
  | (?:{issuer.head})(?!\p{L}) (?:\sNhân\sdân)?
    (?: (?:\s|(?=,)) (?i:{issuer.inner}) (?!\p{L})
      | \s (?:TP|Tp|TX|Q|P|H|TT)\.\s?\p{Lu}[\p{L}\d]*
      | (?<=\b{issuer.head.field}(?:\s\p{L}+){0,6}) \s \p{Lu}\p{Ll}+ \s (?!{issuer.stop}(?!\p{L})) \p{Ll}+ (?!\p{L})
      | \s \p{Lu}[\p{L}\d]* (?:[.&/-]\p{L}[\p{L}\d&]*)*
      | \s \(\p{Lu}[\p{L}&-]{1,8}\) (?=\s(?:tỉnh|thành|TP|quận|huyện|xã|phường|thị))
      | \s?[–-]\s? (?:{issuer.name}|{issuer.head})(?!\p{L})
    ){1,14}
  | {issuer.bare} (?!\p{L}|\s\p{Lu})
)
"""


def _surroundings(rules: Rules) -> Callable[[str, Found, int, int], tuple[Beside, int]]:
    """Reads a mention's issuer and date in ``text[first:last]``; also gives where its subject may begin."""
    after, before, header = _issuer_after(rules), _issuer_before(rules), _issuer_header(rules)
    behind = rules.compile(
        r"\s? [,(–-]{0,2} \s? (?: (?:{issuer.adverb}|{issuer.verb_passive}|được|lần\sđầu|vào|hôm)\s ){0,4} (?i:ngày)\s?:?\s?"
        rf"{_DATE} \s?\)? | \s?,?\s?\(\s?{_DATE}\s?\)"
    )
    partial = regex.compile(r"\s?[,(]?\s?(?i:ngày)\s\d{1,2}[/.-]\d{1,2}(?![\d/.-]\d)\)?|\snăm\s(?:19|20)\d\d(?=\s)")  # "ngày 15/3": no year
    ahead = rules.compile(rf"(?<!\p{{L}}) (?i:ngày|sáng|trưa|chiều|tối|hôm) \s {_DATE}")

    def look(text: str, found: Found, first: int, last: int) -> tuple[Beside, int]:
        end = found.end
        issuer: Span | None = None
        issued: date | None = None
        for _ in range(4):
            if issued is None and (match := behind.match(text, end, last)):
                issued, end = _date(match), match.end()
                continue
            if match := partial.match(text, end, last):
                end = match.end()
                continue
            name, stop = after(text, end, last, found)
            if name is None or issuer is not None:
                break
            issuer, end = name, stop
        subject, has_verb = (None, False) if found.listed else before(text, found, first)
        if issued is None and has_verb:
            dates = list(ahead.finditer(text, first, found.start))
            issued = _date(dates[-1]) if dates else None
        from_subject = issuer is None and subject is not None and has_verb
        issuer = issuer or subject or header(text, found, last)
        return Beside(issuer, issued, from_subject or (issuer is None and has_verb)), end

    return look


def _date(match: regex.Match[str]) -> date | None:
    day, month, year = (int(next(v for v in match.capturesdict()[g])) for g in ("day", "month", "year"))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _issuer_after(rules: Rules) -> Callable[[str, int, int, Found], tuple[Span | None, int]]:
    """The issuer behind a mention: "… của Bộ Chính trị", "… do UBND tỉnh cấp", "… được Quốc hội thông qua"."""
    of = rules.compile(rf"\s?[,(–-]?\s?(?:của|từ)\s(?:cả\s)?(?<org>{_ORG})")
    by = rules.compile(
        rf"\s?[,(–-]?\s?(?:(?:{{issuer.adverb}})\s)*(?:được|do)\s(?<org>{_ORG}) (?:\s[Kk]hóa\s[\p{{Lu}}\d]+)?"
        r"\s(?:(?:{issuer.adverb})\s)*(?:{issuer.verb_passive})(?!\p{L})(?:\slần\sđầu)?"
    )
    joint = rules.compile(rf"\s(?:của\s|giữa\s)?(?<org>{_ORG}(?:\s?(?:,|và|[–-])\s{_ORG})+)")
    signed = _signature_reader(rules)

    def read(text: str, start: int, last: int, found: Found) -> tuple[Span | None, int]:
        if found.doc_type and "liên" in found.doc_type and (match := joint.match(text, start, last)):
            return match.span("org"), match.end()
        match = of.match(text, start, last) or by.match(text, start, last)
        if not match or signed(text, *match.span("org")):
            return None, start
        return match.span("org"), match.end()

    return read


def _signature_reader(rules: Rules) -> Callable[[str, int, int], bool]:
    """Whether an office is held by a person named beside it, who then signed: "Chủ tịch UBND TP Hà Nội Nguyễn Văn A"."""
    office = rules.compile(r"(?:{issuer.office})(?!\p{L})")
    named = rules.compile(r"\s(?:{issuer.family_name})(?:\s\p{Lu}[\p{L}']*){1,3}$")
    place = rules.compile(r"(?<=(?<!\p{L})(?:{issuer.level}))")
    apposed = regex.compile(r"\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}+){1,3}\s?[,(–-]\s?$")

    def read(text: str, start: int, end: int) -> bool:
        if not office.match(text, start, end):
            return False
        name = named.search(text, start, end)
        if name and not place.match(text, name.start()):
            return True
        return apposed.search(text, max(0, start - 40), start) is not None

    return read


def _issuer_before(rules: Rules) -> Callable[[str, Found, int], tuple[Span | None, bool]]:
    """The issuer before a mention, and whether a verb of issuing stands right before the mention."""
    back = rules.compile(
        r"(?<= (?<!\p{L}) (?<word>(?<verb>{issuer.verb})|{issuer.adverb}|{issuer.determiner}|\d{1,2}) \s [“\"‘']? )"
    )
    heads = rules.compile(r"(?<![\p{L}\d]) (?:{issuer.name}|{issuer.head}|{issuer.bare}|[Hh]ội\snghị) (?!\p{L})")
    org = rules.compile(_ORG)
    passive = rules.compile(
        rf"(?<!\p{{L}})(?:được|do)\s(?<org>{_ORG})\s(?:(?:{{issuer.adverb}})\s)*(?:{{issuer.verb_passive}})(?!\p{{L}})"
        r"[^.;:\n]{0,60}?\s(?:tại|theo|bằng|trong)\s(?:[^.;:\n]{0,30}\s)?$"
    )
    decided = rules.compile(
        rf"(?<org>{_ORG})\s(?:(?:{{issuer.adverb}})\s)*(?:{{issuer.verb_decide}})(?!\p{{L}})"
        r"[^.;:\n]{0,60}?\s(?:tại|bằng)\s$"
    )
    inside = rules.compile(
        rf"(?<!\p{{L}})(?:của|theo)\s(?<org>{_ORG})\s(?:tại|trong)\s(?:(?i:điều|điểm|khoản|mục)\s[^.;:\n]{{0,30}}\s)?$"
    )
    bracket = regex.compile(r"\s?\([^()\n]{1,40}\)\s?$")
    law_verbs = rules.forms("issuer.verb_law")
    part_of = rules.compile(r"(?<= (?<!\p{L}){issuer.part_of} \s )")
    signed = _signature_reader(rules)
    agrees = _agreement(rules)

    def read(text: str, found: Found, first: int) -> tuple[Span | None, bool]:
        at, has_verb = found.start, False
        while match := back.match(text, at):
            if match.start("word") < first:
                break
            if match["verb"]:
                if found.kind == "named" and match["verb"] not in law_verbs:
                    return None, False
                has_verb = True
            at = match.start("word")
        if not has_verb:
            for pattern in (passive, inside, decided):
                held = pattern.search(text, first, found.start)
                if held and agrees(found, held["org"]) and not signed(text, *held.span("org")):
                    return held.span("org"), False
            return None, False
        end = at - 1
        note = bracket.search(text, first, end)
        end = note.start() if note else end
        for head in heads.finditer(text, first, end):
            if org.fullmatch(text, head.start(), end):
                if signed(text, head.start(), end) or part_of.match(text, head.start()):
                    return None, True
                return (head.start(), end), True
        return None, True

    return read


def _agreement(rules: Rules) -> Callable[[Found, str], bool]:
    """Whether a body can be the issuer whose letters a code has: not 'Thủ tướng' for 571/VPCP-KTTH."""
    symbols, names = rules.lexicon("issuer.symbol"), rules.lexicon("issuer.name")

    def agree(found: Found, name: str) -> bool:
        entry = symbols.get(re.split(r"[-–./ ]+", found.letters)[0])
        known = names.get(name)
        if entry is None or entry.assign.get("shared"):
            return True
        if entry.assign.get("local"):
            return known is None
        return known is not None and known.canonical == entry.canonical

    return agree


def _issuer_header(rules: Rules) -> Callable[[str, Found, int], Span | None]:
    """The issuer in a field of the header below the title: "Cơ quan ban hành: Sở Xây dựng"."""
    field = rules.compile(r"\n\W*(?:{issuer.header})[*_\s]*:[*_\s]*(?<org>[^\n*_]{3,90}[^\n*_\s.])")

    def read(text: str, found: Found, last: int) -> Span | None:
        match = field.search(text, found.end, found.end + AFTER)
        return match.span("org") if match else None

    return read


def _resolver(rules: Rules) -> Callable[[Found, str | None], tuple[str | None, Level]]:
    """The issuer's full name, from the code's letters or else from the words, and its level."""
    symbols, names = rules.lexicon("issuer.symbol"), rules.lexicon("issuer.name")
    levels = rules.lexicon("issuer.level")
    level_word = rules.compile(r"(?<!\p{L})(?<word>{issuer.level})(?!\p{L})")

    def resolve(found: Found, issuer: str | None) -> tuple[str | None, Level]:
        parts = [p for p in re.split(r"[-–/ ]+", found.letters) if p]
        entries = [symbols[p] for p in parts if p in symbols]
        first = symbols.get(parts[0]) if parts else names.get(issuer or "")
        resolved = None
        if first is not None and not first.assign.get("local"):
            joint = found.doc_type is not None and "liên" in found.doc_type and len(entries) == len(parts)
            resolved = ", ".join(e.canonical for e in entries) if joint else first.canonical
        level: Level = "central" if resolved else "unknown"
        if first is not None and "level" in first.assign:
            level = cast(Level, first.assign["level"])
        if level == "unknown" and issuer and (word := level_word.search(issuer)):
            level = cast(Level, levels[word["word"]].canonical)
        return resolved, level

    return resolve


def _subject_reader(rules: Rules) -> Callable[[str, int, int], Span | None]:
    """The subject behind a mention: quoted, or from "về …" to the end of the clause."""
    quoted = regex.compile(
        r"\s?[,:]?\s?(?:(?:với|có)\s(?:chủ đề|nội dung)\s|về\s|là\s)?[“\"](?<subject>[^”\"\n]{8,200})[”\"]"
    )
    about = rules.compile(
        r"\s?(?:\([^()\n]{1,40}\)\s)?,?\s?(?:{document.subject_word})\s(?<subject>[^.;:\n“”\"]{6,200}?)(?=[.;:\n]|\s\(|$)"
    )

    def read(text: str, start: int, last: int) -> Span | None:
        match = quoted.match(text, start, last) or about.match(text, start, last)
        return match.span("subject") if match else None

    return read
