"""Figures: numerals of a reading in, checked quantities out.

One scan finds the numerals; all else is decided beside each of them, by short look-ups to the left and right.
Dates, times of day, ordinals, names and codes are refused. Linear: nothing but a bounded window round a numeral
is read twice. Spans come in order and never overlap. The vocabulary is in ``rules/``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, cast

import regex

from extract.records import Figure, Modifier, Quantity
from extract.rules import LexiconEntry, RuleError, Rules
from extract.tag.reading import Reading

Tagger = Callable[[Reading, Sequence[tuple[int, int]]], list[Figure]]

WINDOW = 48  # code points looked at before a numeral
LONGEST = 30  # characters of the longest numeral that is read

_NUMERAL = regex.compile(r"(?<!\w)[0-9]+(?:[.,][0-9]+)*")
_DIGITS = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_TOKEN = re.compile(r"[^\W\d_]+|[0-9][0-9.,]*|\n|[^\w\s]")
_WORDS = re.compile(r"(?: ?[^\W\d_]+(?:-[^\W\d_]+)*){1,10}")
_SYMBOL = re.compile(r" ?([%$€£¥])")
_GLUED = re.compile(r"[^\W\d_]+(?!\w)")
_DASH = re.compile(r" ?[-–—] ?(?=[0-9])")
_TO = re.compile(r" (?:đến|tới) (?=[0-9])")
_YEAR = r"(?:1[5-9]|20)[0-9]{2}"
_YEARS_AFTER = re.compile(rf"[^\n0-9.,;]{{0,12}}{_YEAR} ?[-–] ?{_YEAR}")
_OF_YEAR = re.compile(rf"[^\n0-9.,;]{{0,9}} {_YEAR}(?![0-9.,])|/{_YEAR}")
_DATE_AFTER = re.compile(r",? [0-9]{1,2}(?:[/.-][0-9]| tháng)")
_MONTH_AFTER = re.compile(r" (?:[1-9]|1[0-2])(?![0-9.,]| ngày| tuần)")
_DAY_MONTH = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])[.](?:0?[1-9]|1[0-2])")
_METRES = re.compile(r"m([0-9]{1,2})(?!\w)")
_MORE = re.compile(r" ([0-9]+(?:[.,][0-9]+)*)")
_TIMES = re.compile(r" ?[x×X] ?(?=[0-9])")
_LIST = re.compile(r"(?:, | và | hoặc | hay |, gấp | hoặc gấp )(?=[0-9])")
_SPACE = re.compile(r" (?=[0-9])")
_COORDINATION = re.compile(r", | và ")
_VIETNAMESE = re.compile(r"[0-9]\.[0-9]{3}(?![0-9])|[0-9],[0-9]{1,2}(?![0-9])")
_BOUND_AFTER = re.compile(r"[^.,;:()\n0-9]{0,34}? (trở lên|trở xuống)")
_BREAK = re.compile(r"[,.;:()\n0-9]")

# Shapes that are no figures, whatever stands beside them.
_SHAPES = re.compile(
    rf"""
    (?: [0-3]?[0-9]\ ?[/.-]\ ?[01]?[0-9]\ ?[/.-]\ ?{_YEAR}          # 30.4.1975, 17/5/2024, 22-5-2024
      | {_YEAR}[/.-][01]?[0-9][/.-][0-3]?[0-9]                      # 2017-05-30
      | [0-3]?[0-9]\ ?[-–]\ ?[0-3]?[0-9]/[01]?[0-9](?:/{_YEAR})?    # 3-5/6, 2 - 7/5/2025
      | [0-3]?[0-9]\ ?[-–]\ ?[0-3]?[0-9]\.[01]?[0-9]\.{_YEAR}       # 2 - 7.5.2025
      | [01]?[0-9]\ ?[/.-]\ ?{_YEAR}                                # 5/2017, 9-2016, 3.2016
      | {_YEAR}\ ?[-–/]\ ?{_YEAR}                                   # 2016 - 2020
      | {_YEAR}[-–/][0-9]{{2}}                                      # 2016/17
      | [0-9]+(?:[.,][0-9]+)*(?::[0-9]+(?:[.,][0-9]+)*)+            # 1:500, 18:45
      | 0[0-9]{{1,3}}(?:[ .-]?[0-9]{{2,4}}){{2,4}}                  # 0913 806 641
      | 1[89]00[ .-]?[0-9]{{2,4}}(?:[ .-]?[0-9]{{2,4}})?(?=\W)      # 1900 1234
      | [0-9]+(?:[-–/][0-9]+){{2,9}}                                # 4-4-2, 012-345-678
      | [0-9]+(?:\.[0-9]+)?\+[0-9.]+                                # 62+500
      | 24/24(?:/7)?|24/7
    )(?![0-9])""",
    re.VERBOSE,
)
_CLOCK = re.compile(r"[0-9]{1,2} ?(?:[hHg]|giờ) ?[0-9]{1,2}(?P<minutes> ?(?:['’]|phút|p)(?: ?[0-9]{1,2}(?! giây))?)?(?!\w)")
# What holds digits that are no text: links, addresses, file names.
_LINK = re.compile(r"://|www\.|@(?=\w)|\.(?:com|vn|net|org|html?|jpe?g|png|gif|mp4|pdf|docx?)(?=\W|$)")

_LINK_EDGES = frozenset(" \n()[]<>\"")
_SUSPECT = frozenset("/.:-–+_@#&=?\\,")

_ONE, _HALF = Decimal(1), Decimal("0.5")


class _Unit(NamedTuple):
    canonical: str
    quantity: Quantity
    time: bool  # a duration, subject to the rules on calendars
    clock: bool  # also a time of day
    calendar: bool  # also a calendar period
    points: bool  # a counted noun unless the context makes it a measure
    age: bool
    next: frozenset[str]  # a unit only before one of these


class _Read(NamedTuple):
    """One numeral with the scale words and the unit behind it."""

    start: int
    numeral_end: int  # after numeral and scale words
    end: int  # after the unit
    raw: Decimal
    factor: Decimal  # of the scale words
    value: Decimal
    unit: _Unit | None
    unit_start: int
    year_like: bool

    @property
    def scaled(self) -> bool:
        return self.factor != 1


class _Left(NamedTuple):
    """What stands before a numeral."""

    kind: str  # modifier, neutral, label, soft, name, plain or start
    modifier: Modifier | None
    tokens: list[str]  # lower case
    used: int  # how many of them made the kind
    least: int = 0  # the smallest count that the modifier bounds


@dataclass(frozen=True, slots=True)
class _Words:
    """The lexicons in the form in which the tagger asks them."""

    after: regex.Pattern[str]
    scales: Mapping[str, Decimal]
    short_scales: Mapping[str, tuple[Decimal, int]]
    units: Mapping[str, _Unit]
    glued: Mapping[str, _Unit]
    scaled: Mapping[str, _Unit]
    signs: Mapping[str, _Unit]
    left: Mapping[str, tuple[str, Modifier | None, int]]
    after_modifiers: Mapping[str, Modifier]
    sets: Mapping[str, frozenset[str]]
    classes: dict[str, str]
    period: regex.Pattern[str]
    amount: str  # the word for "number of", with a space
    compared: tuple[str, ...]
    confidence: Mapping[str, float]


@dataclass(slots=True)
class _Page:
    """One article on its way through the tagger."""

    words: _Words
    reading: Reading
    text: str
    figures: list[Figure] = field(default_factory=list)
    vietnamese: bool | None = None  # numerals written the Vietnamese way; None until asked


_SETS = (
    "date", "date_only", "score", "score_word", "address", "duration", "daypart", "duration_after", "calendar", "plan",
    "trigger", "coefficient", "share", "fraction_noun", "place_noun", "index", "people", "money_noun", "comparative",
    "age", "tail_of_shift", "half",
)  # fmt: skip


def build(rules: Rules) -> Tagger:
    """A function from a reading and its blocked spans (sorted, in the view's offsets) to its figures, in order.

    Raises:
        RuleError: a lexicon that the tagger needs is missing.
    """
    words = _words(rules)

    def tag(reading: Reading, blocked: Sequence[tuple[int, int]]) -> list[Figure]:
        return _tag(words, reading, blocked)

    return tag


def _key(form: str) -> str:
    return " ".join(_TOKEN.findall(form.lower()))


def _cased(forms: Mapping[str, LexiconEntry]) -> dict[str, LexiconEntry]:
    """Every form also in capitals and capitalised; symbols of one letter only as written."""
    out = dict(forms)
    for form, entry in forms.items():
        if len(form) > 1:
            out.setdefault(form.upper(), entry)
            out.setdefault(form[0].upper() + form[1:], entry)
    return out


def _units(rules: Rules, *ids: str) -> dict[str, _Unit]:
    out: dict[str, _Unit] = {}
    for id in ids:
        for form, entry in _cased(rules.lexicon(id)).items():
            a = entry.assign
            unit = _Unit(
                str(a.get("canonical", entry.canonical)),
                cast(Quantity, a.get("quantity", "measure")),
                bool(a.get("time")),
                bool(a.get("clock")),
                bool(a.get("calendar")),
                id == "unit.points",
                id == "unit.age",
                frozenset(str(a.get("next", "")).split("|")) - {""},
            )
            out.setdefault(form, unit)
    return out


def _words(rules: Rules) -> _Words:
    scales = {f: Decimal(int(e.assign["factor"])) for f, e in _cased(rules.lexicon("unit.scale")).items()}
    units = _units(
        rules, "unit.percent", "unit.money", "unit.length", "unit.area", "unit.weight", "unit.volume",
        "unit.speed", "unit.temperature", "unit.time", "unit.age", "unit.other", "unit.points",
    )  # fmt: skip
    scaled = _units(rules, "unit.money_scaled")
    compounds = frozenset(_cased(rules.lexicon("unit.compound")))
    left: dict[str, tuple[str, Modifier | None, int]] = {}
    for kind in ("label", "label_soft", "neutral"):
        left.update((_key(f), (kind.removeprefix("label_"), None, 0)) for f in rules.forms(f"context.{kind}"))
    for form, entry in rules.lexicon("context.modifier").items():
        left[_key(form)] = ("modifier", cast(Modifier, entry.assign["modifier"]), int(entry.assign.get("least", 0)))
    sets = {n: frozenset(map(_key, rules.forms(f"context.{n}"))) for n in _SETS}
    sets["stop"] = rules.forms("count.stop")
    sets["noun"] = rules.forms("count.stop_except") | rules.forms("unit.compound") | rules.forms("count.noun")
    sets |= {n: rules.forms(f"count.{n}") for n in ("tail", "head", "abbreviation")}
    scope = rules.rule("figure.scope").regex
    if scope is None:
        raise RuleError("rule 'figure.scope' has no pattern")
    return _Words(
        after=regex.compile(r" ?(\L<after>)(?!\w)", after=frozenset((*scales, *units, *scaled, *compounds))),
        scales=scales,
        short_scales={
            f: (Decimal(int(e.assign["factor"])), int(e.assign["least"]))
            for f, e in rules.lexicon("unit.scale_money").items()
        },
        units=units,
        glued=_units(rules, "unit.time_glued"),
        scaled=scaled,
        signs=_units(rules, "unit.money_sign"),
        left=left,
        after_modifiers={
            f: cast(Modifier, e.assign["modifier"])
            for f, e in rules.lexicon("context.modifier_after").items()
        },
        sets=sets,
        classes={f: str(e.assign["class"]) for f, e in rules.lexicon("count.class").items()},
        period=scope,
        amount=next(iter(rules.forms("context.amount"))) + " ",
        compared=tuple(rules.forms("context.compared")),
        confidence={r.id: r.confidence for r in rules.labelled("figure")},
    )


def parse_numeral(token: str, decimal_comma: bool = False) -> Decimal | None:
    """The value of a numeral as Vietnamese newspapers write it, or None where it is no number.

    A dot groups thousands and a comma marks decimals; both are also written the English way. Three digits after
    a single comma are decimals where ``decimal_comma`` says so ("361,503 tỷ"), else thousands ("2,000 người").
    """
    if len(token) > LONGEST:
        return None
    dots, commas = token.count("."), token.count(",")
    if not dots and not commas:
        return Decimal(token)
    if dots and commas:
        last = max(token.rfind("."), token.rfind(","))
        whole = token[:last].replace("," if token[last] == "." else ".", " ")
        groups = whole.split(" ")
        grouped = token[last] not in whole and _grouped(groups)
        return Decimal("".join(groups) + "." + token[last + 1 :]) if grouped else None
    mark = "." if dots else ","
    groups = token.split(mark)
    if len(groups) > 2:
        return Decimal("".join(groups)) if _grouped(groups) else None
    first, tail = groups
    if len(tail) == 3 and len(first) <= 3 and first[0] != "0" and not (mark == "," and decimal_comma):
        return Decimal(first + tail)
    return Decimal(f"{first}.{tail}")


def _grouped(groups: Sequence[str]) -> bool:
    return 1 <= len(groups[0]) <= 3 and all(len(g) == 3 for g in groups[1:])

# --- what stands beside a numeral -----------------------------------------------------------------------------


def _left(w: _Words, text: str, start: int) -> _Left:
    raw = _TOKEN.findall(text, max(0, start - WINDOW), start)
    tokens = [t.lower() for t in raw]
    if not tokens or tokens[-1] == "\n":
        return _Left("start", None, tokens, 0)
    for n in (4, 3, 2, 1):
        found = w.left.get(" ".join(tokens[-n:])) if n <= len(tokens) else None
        if found is not None:
            return _Left(found[0], found[1], tokens, n, found[2])
    if raw[-1] == "." and len(raw) > 1 and text[start - 1] == "." and (len(raw[-2]) < 3 or raw[-2].isupper()):
        return _Left("label", None, tokens, 1)  # Q.2, TP.1, No.5
    if raw[-1][0].isupper() and len(raw) > 1 and tokens[-1] not in w.sets["stop"] | w.sets["trigger"]:
        begin = text.rfind(raw[-1], 0, start)
        if raw[-2][0].isalnum() or text[begin - 1] in ".-/&":  # no sentence begins: "Đồng Tháp 2", "V.League 1"
            return _Left("name", None, tokens, 1)
    return _Left("plain", None, tokens, 0)


def _ends_with(left: _Left, phrases: frozenset[str], skip: int = 0) -> bool:
    """Whether what stands before, without its last ``skip`` tokens, ends with one of the phrases."""
    last = len(left.tokens) - skip
    return any(" ".join(left.tokens[last - n : last]) in phrases for n in (3, 2, 1) if last >= n)


def _starts_with(text: str, at: int, phrases: frozenset[str]) -> int:
    """The end of the longest of the phrases (of up to four words) that stands at ``at``, after an optional space;
    0 where none does."""
    found = _WORDS.match(text, at)
    if found is None:
        return 0
    words = found[0].lower().split()
    for n in (4, 3, 2, 1):
        phrase = " ".join(words[:n])
        if n <= len(words) and phrase in phrases:
            return at + (text[at] == " ") + len(phrase)
    return 0


def _read(page: _Page, start: int, end: int, chained: bool = False) -> _Read | None:
    """The numeral at ``text[start:end]`` with what belongs to it behind it; None where it is no number."""
    w, text = page.words, page.text
    factor, at, stop, unit_start = _ONE, end, end, end
    unit: _Unit | None = None
    symbol = _SYMBOL.match(text, end)
    if symbol is None:
        while found := w.after.match(text, at):
            form, begin = found[1], found.start(1)
            if form in w.scales:
                factor, at = factor * w.scales[form], found.end()
                continue
            known = w.units.get(form) or (w.scaled.get(form) if factor != 1 else None)
            if known is None or (known.next and not _starts_with(text, found.end(), known.next)):
                break
            if begin > at and len(form) == 1 and form.isupper():
                break  # "vòng 5 V.League"
            unit, unit_start, stop = known, begin, found.end()
            break
        if unit is None and factor != 1:
            symbol = _SYMBOL.match(text, at)
        if unit is None and factor == 1 and (letters := _GLUED.match(text, end)):
            if letters[0] in w.glued:
                unit, unit_start, stop = w.glued[letters[0]], end, letters.end()
            elif letters[0] in w.short_scales:
                factor, least = w.short_scales[letters[0]]
                at = letters.end()
                if end - start < 3 and int(text[start:end].partition(",")[0].partition(".")[0]) < least:
                    return None  # 4K, vàng 24K
    if symbol is not None:
        unit, unit_start, stop = w.units[symbol[1]], symbol.start(1), symbol.end()
    token = text[start:end]
    raw = parse_numeral(token, _decimal_comma(page, token, factor, unit))
    if raw is None:
        return None
    value = raw * factor
    if factor != 1 and unit is None and not chained:
        if half := _starts_with(text, at, w.sets["half"]):  # "2 tỷ rưỡi"
            value, at = value + factor / 2, half
        elif more := _MORE.match(text, at):  # "1 tỷ 200 triệu đồng"
            rest = _read(page, more.start(1), more.end(1), chained=True)
            if rest is not None and rest.value < factor and (rest.scaled or _is_money(rest.unit)):
                value, at, unit, unit_start, stop = value + rest.value, rest.numeral_end, rest.unit, rest.unit_start, rest.end
    elif unit is not None and unit.time and not chained:
        if half := _starts_with(text, stop, w.sets["half"]):  # "2 năm rưỡi"
            value, stop = value + _HALF, half
    year_like = end - start == 4 and factor == 1 and token.isdigit() and "1900" <= token < "2100"
    return _Read(start, at, stop if unit else at, raw, factor, value, unit, unit_start, year_like)


def _is_money(unit: _Unit | None) -> bool:
    return unit is not None and unit.quantity == "money"


def _decimal_comma(page: _Page, token: str, factor: Decimal, unit: _Unit | None) -> bool:
    """Whether a comma before three digits marks decimals: after a scale word, a per cent sign, and before a measured
    unit where the article writes other numerals the Vietnamese way."""
    if factor != 1 or (unit is not None and unit.quantity == "percent"):
        return True
    if "," not in token or unit is None or unit.quantity != "measure" or unit.time:
        return False
    if page.vietnamese is None:
        page.vietnamese = _VIETNAMESE.search(page.text) is not None
    return page.vietnamese and not token.endswith("000")


def _noun(w: _Words, text: str, at: int) -> tuple[int, int] | None:
    """The span of the counted noun phrase at ``at``, or None where no noun stands there."""
    run = _WORDS.match(text, at)
    if run is None:
        return None
    words = run[0].split()
    begin = at + (text[at] == " ")
    lower = [x.lower() for x in words]
    head = 0
    for n in range(min(5, len(words)), 0, -1):
        phrase = " ".join(lower[:n])
        if phrase in w.sets["stop"]:
            return None
        if phrase in w.sets["noun"]:
            head = n
            break
    if not head:
        abbreviation = words[0] in w.sets["abbreviation"]
        if not abbreviation and lower[0] not in w.sets["head"] and (words[0][0].isupper() or (begin == at and len(words[0]) < 3)):
            return None
        head = 1
    return begin, _phrase_end(w, text, begin, words, lower, head)


def _phrase_end(w: _Words, text: str, begin: int, words: list[str], lower: list[str], head: int) -> int:
    """The end of the noun phrase whose first ``head`` words are read: further nouns, then coordinated ones."""
    at = head
    while at < len(words) and at - head < 6 and (step := _further(w, words, lower, at)):
        at += step
    end = begin + len(" ".join(words[:at]))
    kinds = (w.classes.get(" ".join(lower[max(0, at - n) : at])) for n in (at, 3, 2, 1))
    kind = next(filter(None, kinds), None)
    while kind is not None and (joint := _COORDINATION.match(text, end)):
        found = _starts_with(text, joint.end(), w.classes.keys())
        if not found or w.classes[text[joint.end() : found].lower()] != kind:
            break
        end = found
        run = _WORDS.match(text, end)
        if run is not None and text[end] == " ":
            more = run[0].split()
            if step := _further(w, more, [x.lower() for x in more], 0):
                end += 1 + len(" ".join(more[:step]))
    return end


def _further(w: _Words, words: list[str], lower: list[str], at: int) -> int:
    """How many of the words at ``at`` continue a noun phrase."""
    for n in range(min(4, len(words) - at), 1, -1):
        phrase = " ".join(lower[at : at + n])
        if phrase in w.sets["stop"]:
            return 0
        if phrase in w.sets["noun"] and not words[at][0].isupper():
            return n
        if at and f"{' '.join(lower[:at])} {phrase}" in w.sets["noun"]:  # "đại biểu Quốc hội"
            return n
    word = words[at]
    return int((lower[at] in w.sets["tail"] and not word[0].isupper()) or word in w.sets["abbreviation"])


# --- decisions ------------------------------------------------------------------------------------------------


def _tag(w: _Words, reading: Reading, blocked: Sequence[tuple[int, int]]) -> list[Figure]:
    page = _Page(w, reading, reading.text)
    blocks = _blocks(page.text, blocked)
    resume, block = 0, 0
    for match in _NUMERAL.finditer(page.text):
        start, end = match.span()
        if start < resume:
            continue
        while block < len(blocks) and blocks[block][1] <= start:
            block += 1
        if block < len(blocks) and blocks[block][0] < end:
            resume = blocks[block][1]
            continue
        kept = len(page.figures)
        resume = _candidate(page, start, end)
        if block < len(blocks) and blocks[block][0] < resume:
            page.figures[kept:] = [f for f in page.figures[kept:] if f.end <= blocks[block][0]]
    return page.figures


def _blocks(text: str, blocked: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The blocked spans and those of links, sorted and apart."""
    spans = list(blocked)
    last = 0
    for match in _LINK.finditer(text):
        if match.start() < last:
            continue
        start = match.start()
        while start > last and match.start() - start < 500 and text[start - 1] not in _LINK_EDGES:
            start -= 1
        end = match.end()
        while end < len(text) and end - match.end() < 2000 and text[end] not in _LINK_EDGES:
            end += 1
        spans.append((start, end))
        last = end
    spans.sort()
    return spans


def _candidate(page: _Page, start: int, end: int) -> int:
    """Decides on the numeral at ``text[start:end]``; gives where the scan goes on."""
    w, text = page.words, page.text
    if end - start > LONGEST:
        return end
    before = text[start - 1] if start else "\n"
    if before in _SUSPECT:
        earlier = text[start - 2] if start > 1 else "\n"
        glued = earlier.isalnum()
        if before in "_@#&=?\\" or (before in ":+," and earlier.isdigit()) or (before in "-–+" and glued):
            return end
        if before == "/" and not (earlier.islower() or earlier in "%)²³"):
            return end
        if before == "." and glued and not earlier.islower():
            shape = _SHAPES.match(text, start)
            return shape.end() if shape else end
    shape = _SHAPES.match(text, start)
    if shape is not None:
        return shape.end()
    left = _left(w, text, start)
    clock = _CLOCK.match(text, start)
    if clock is not None and not _is_span_of_time(page, left, clock):
        return clock.end()
    if before in w.signs:
        read = _read(page, start, end)
        if read is None:
            return end
        read = read._replace(start=start - 1, end=read.numeral_end, unit=w.signs[before], unit_start=start - 1)
        return _add(page, read, left, "figure.money_sign")
    return _decide(page, start, end, left)


def _is_span_of_time(page: _Page, left: _Left, clock: re.Match[str]) -> bool:
    """Whether '2 giờ 30 phút' is a duration: the words before say so, or seconds follow."""
    if not clock["minutes"]:
        return False
    w = page.words
    if _starts_with(page.text, clock.end(), w.sets["daypart"]):
        return False
    used = left.used if left.kind == "modifier" else 0
    bounded = left.kind == "modifier" and left.modifier != "about"
    return bounded or _ends_with(left, w.sets["duration"], used)


def _decide(page: _Page, start: int, end: int, left: _Left) -> int:
    w, text = page.words, page.text
    after = text[end : end + 1]
    if after == "/" and text[end + 1 : end + 2].isdigit():
        return _fraction(page, start, end, left)
    if after and after in "_@'’" and text[end + 1 : end + 2] != " ":
        return end
    first = _read(page, start, end)
    if first is None:
        letters = _GLUED.match(text, end)
        return letters.end() if letters else end
    if after.isalpha() and first.unit is None and first.factor == 1:  # 12A, 4G, 8X, 5người, 1m75
        metres = _METRES.match(text, end)
        if metres and first.raw < 10:
            value = first.raw + Decimal("0." + metres[1])
            read = first._replace(value=value, end=metres.end(), unit=w.units["m"], unit_start=end)
            return _add(page, read, left, "figure.measure")
        if _noun(w, text, end) is None:
            letters = _GLUED.match(text, end)
            return letters.end() if letters else end
    if (shape := _DAY_MONTH.match(text, start)) and shape.end() == end and _ends_with(left, w.sets["date_only"]):
        if first.unit is None or first.unit.time:
            return end
    times = _TIMES.match(text, first.end)
    if times is not None:
        return _dimensions(page, first, left)
    joint = _DASH.match(text, first.end) or _TO.match(text, first.end)
    if joint is not None:
        resume = _range(page, first, joint, left)
        if resume:
            return resume
    return _single(page, first, left)


def _dimensions(page: _Page, first: _Read, left: _Left) -> int:
    """'3x4m', '1.920 x 1.080 pixel': each numeral is a measure in the unit of the last; none without a unit."""
    reads = [first]
    while (times := _TIMES.match(page.text, reads[-1].end)) and len(reads) < 4:
        digits = _DIGITS.match(page.text, times.end())
        read = _read(page, digits.start(), digits.end()) if digits else None
        if read is None:
            break
        reads.append(read)
    unit = next((r.unit for r in reversed(reads) if r.unit is not None), None)
    if unit is None or unit.quantity != "measure" or unit.time:
        return reads[-1].end
    for read in reads:
        _add(page, read if read.unit else read._replace(unit=unit), left._replace(modifier=None), "figure.measure")
    return reads[-1].end


def _range(page: _Page, first: _Read, joint: re.Match[str], left: _Left) -> int:
    """One figure for both numerals, or a refusal of both (a score, a date); 0 where the first stands alone."""
    w, text = page.words, page.text
    digits = _DIGITS.match(text, joint.end())
    assert digits is not None
    start, end = digits.span()
    tight, dash = joint[0] in "-–—", joint[0].strip() in "-–—"
    if text[end : end + 1] in ("/", ":") and text[end + 1 : end + 2].isdigit():
        return end if dash and first.unit is None else 0
    second = _read(page, start, end)
    if second is None or _SHAPES.match(text, start) or _CLOCK.match(text, start):
        return end if tight and first.unit is None else 0
    if first.unit is not None and (second.unit is None or first.unit.canonical != second.unit.canonical):
        return 0
    noun = _noun(w, text, second.end) if second.unit is None or second.unit.points else None
    bare = second.unit is None and not second.scaled and noun is None
    if dash and second.unit is None and not second.scaled:
        window = left.tokens[-8:]
        if _ends_with(left, w.sets["score"]) or any(t in w.sets["score_word"] for t in window):
            return end
        if _ends_with(left, w.sets["date_only"]):
            return end
    if text[end : end + 1].isalpha() and second.unit is None and not second.scaled and noun is None:
        return end if tight else 0
    if left.kind == "label" and (second.unit is None or second.unit.time):
        return end if tight or second.unit is None else 0
    if left.kind == "name" and second.unit is None and not second.scaled:
        return end if tight else 0
    factor = first.factor if first.scaled else second.factor
    low, high = first.raw * factor, second.value
    if not first.scaled and second.scaled and low > high:
        low /= 1000  # "500 - 1 tỷ đồng"
    dated = bare and (_DAY_MONTH.fullmatch(text, first.start, first.numeral_end) is not None)
    fine = low < high and not dated and not (first.year_like and second.year_like and bare)
    if bare and not (left.kind == "modifier" or _ends_with(left, w.sets["trigger"]) or _ends_with(left, w.sets["age"])):
        fine = False
    if not fine:
        return end if tight and second.unit is None else 0
    if second.unit is not None and second.unit.time:
        if second.unit.clock and not _duration(page, second, left):
            return second.end
        if _calendar(page, second, left):
            return second.end
    return _add(page, second._replace(start=first.start), left, _rule_of(page, second, noun, left), low, high, noun)


def _rule_of(page: _Page, read: _Read, noun: tuple[int, int] | None, left: _Left) -> str:
    unit = read.unit
    if unit is None:
        if noun is not None:
            return "figure.count"
        if read.scaled:
            return "figure.money_bare"
        return "figure.age" if _ends_with(left, page.words.sets["age"]) else "figure.count_bare"
    if unit.points:
        return "figure.points"
    if unit.quantity != "measure":
        return f"figure.{unit.quantity}"
    if unit.time:
        return "figure.duration"
    return "figure.age" if unit.age else "figure.measure"


def _duration(page: _Page, read: _Read, left: _Left) -> bool:
    """Whether a number of hours is a duration, not a time of day."""
    w, text = page.words, page.text
    if read.raw > 24 or read.raw != int(read.raw) or _starts_with(text, read.end, w.sets["duration_after"]):
        return True
    if text[read.end : read.end + 1] == "/":
        return True
    if _starts_with(text, read.end, w.sets["daypart"]) or _DATE_AFTER.match(text, read.end):
        return False
    if left.kind == "modifier" and left.modifier != "about" and read.raw <= 15:
        return True
    return _ends_with(left, w.sets["duration"], left.used if left.kind == "modifier" else 0)


def _calendar(page: _Page, read: _Read, left: _Left) -> bool:
    """Whether a number of days, months or years is a calendar period, a planning period or a date."""
    w, text, unit = page.words, page.text, read.unit
    if unit is None or not unit.calendar:
        return False
    if unit.canonical == "year":
        if read.year_like and left.kind != "modifier":
            return True
        if _YEARS_AFTER.match(text, read.end):
            return any(plan in text[max(0, read.start - 80) : read.start].lower() for plan in w.sets["plan"])
        return False
    if _starts_with(text, read.end, w.sets["calendar"]) or _OF_YEAR.match(text, read.end):
        return True
    if unit.canonical == "day":
        return _DATE_AFTER.match(text, read.end) is not None  # "lần 10 ngày 23 tháng 9"
    if unit.canonical == "month":
        return read.raw <= 31 and _MONTH_AFTER.match(text, read.end) is not None  # "30 tháng 4"
    return False


def _single(page: _Page, read: _Read, left: _Left) -> int:
    w, text, unit = page.words, page.text, read.unit
    if unit is not None and not unit.points:
        if unit.time and not (_continues(page, read) and unit.canonical != "year"):
            if left.kind == "label" or (left.kind == "soft" and _calendar(page, read, left)):
                return read.numeral_end
            if unit.clock and not _duration(page, read, left):
                return read.end
            if _calendar(page, read, left):
                return read.end
        if left.kind == "label" and not unit.time and read.end - read.unit_start == 1 and unit.quantity == "measure":
            return read.numeral_end
        return _add(page, read, left, _rule_of(page, read, None, left))
    if unit is not None:
        return _points(page, read, left)
    noun = _noun(w, text, read.numeral_end)
    if noun is not None:
        return _count(page, read, left, noun)
    if read.scaled:
        people = any(t in w.sets["people"] for t in left.tokens)
        return _add(page, read, left, "figure.count_bare" if people else "figure.money_bare")
    return _bare(page, read, left)


def _continues(page: _Page, read: _Read) -> bool:
    """Whether the duration before ends right here: '14 năm 9 tháng', '21 phút 59 giây'."""
    last = page.figures[-1] if page.figures else None
    return last is not None and last.rule == "figure.duration" and page.text[last.end : read.start] in (" ", ", ", " và ")


def _points(page: _Page, read: _Read, left: _Left) -> int:
    w, text = page.words, page.text
    near = text[max(0, read.start - 120) : read.end + 40].lower()
    if read.raw != int(read.raw) or any(t in near for t in w.sets["index"]):
        return _add(page, read, left, "figure.points")
    if left.kind in ("label", "name") and not _ends_with(left, w.sets["comparative"], 1):
        return read.numeral_end
    return _add(page, read, left, "figure.count", noun=(read.unit_start, read.end))


def _count(page: _Page, read: _Read, left: _Left, noun: tuple[int, int]) -> int:
    w, text = page.words, page.text
    phrase = text[noun[0] : noun[1]].lower()
    strong = bool(_starts_with(text, read.numeral_end, w.sets["head"]))
    if read.scaled and _starts_with(text, read.numeral_end, w.sets["money_noun"]):
        return _add(page, read, left, "figure.money_bare")
    grouped = read.scaled or read.numeral_end - read.start > 4
    refused = read.numeral_end
    if read.raw != int(read.raw) and not read.scaled:
        sure = strong or left.kind == "modifier" or phrase in w.sets["noun"]
        if not sure or left.kind in ("label", "name"):
            return refused
    if left.kind == "label" and not (grouped and strong) and not _continues(page, read):
        return refused
    if left.kind == "name" and not (strong or grouped):
        return refused
    if left.kind == "soft" and _starts_with(text, read.numeral_end, w.sets["place_noun"]) and not strong and phrase not in w.sets["noun"]:
        return refused
    if read.year_like and not (left.kind == "modifier" or (strong and left.kind == "plain")):
        return refused
    if read.raw == 0 and read.numeral_end - read.start > 1:
        return refused
    return _add(page, read, left, "figure.count", noun=noun)


def _bare(page: _Page, read: _Read, left: _Left) -> int:
    """A numeral with neither unit nor noun behind it."""
    w, text = page.words, page.text
    refused = read.numeral_end
    if _ends_with(left, w.sets["coefficient"]):
        return _add(page, read, left, "figure.coefficient")
    if read.year_like or left.kind in ("label", "soft", "name") or text[read.start] == "0" and read.raw >= 1:
        return refused
    target = _inherited(page, read, left)
    if target is not None:
        return target
    if left.kind == "start":
        return refused
    dated = _DAY_MONTH.fullmatch(text, read.start, read.numeral_end) is not None
    if dated and left.kind != "modifier":
        return refused
    if _ends_with(left, w.sets["age"]):
        return _add(page, read, left, "figure.age")
    if left.kind == "modifier" or _ends_with(left, w.sets["trigger"]):
        return _add(page, read, left, "figure.count_bare")
    return refused


def _inherited(page: _Page, read: _Read, left: _Left) -> int | None:
    """A numeral that shares the unit of a later one: '13, 14 độ C', '2,5 lên 3 ngày', 'gấp 3, gấp 4 lần'."""
    w, text = page.words, page.text
    at, shift = read.numeral_end, False
    for _ in range(4):
        joint = _LIST.match(text, at)
        if joint is None:
            words = _starts_with(text, at, w.sets["tail_of_shift"]) if text[at : at + 1] == " " else 0
            joint = _SPACE.match(text, words) if words else None
            shift = True
        digits = _DIGITS.match(text, joint.end()) if joint else None
        if digits is None or _SHAPES.match(text, digits.start()):
            return None
        later = _read(page, digits.start(), digits.end())
        if later is None or later.year_like or (text[later.end : later.end + 1] == "/" and later.unit is None):
            return None
        noun = _noun(w, text, later.numeral_end) if later.unit is None or later.unit.points else None
        if later.unit is None and noun is None and not later.scaled:
            at = later.numeral_end
            continue
        break
    else:
        return None
    if later.unit is not None and (later.unit.clock or (later.unit.time and _calendar(page, later, left))):
        return None
    if not shift and not (read.raw < later.raw <= read.raw * 3 + 5 or read.raw > 10 and later.raw * 20 > read.raw):
        return None
    if not shift and text[at : at + 1] == "," and not read.raw < later.raw:
        return None
    value = read.raw * later.factor
    shared = read._replace(value=value, factor=later.factor, unit=later.unit)
    if later.unit is None or later.unit.points:
        rule = "figure.count" if noun or later.unit else "figure.money_bare"
        shared = shared._replace(unit=None)
        span = noun or (later.unit_start, later.end)
        return _add(page, shared, left, rule, noun=span if rule == "figure.count" else None)
    return _add(page, shared, left, _rule_of(page, later, None, left))


def _fraction(page: _Page, start: int, end: int, left: _Left) -> int:
    w, text = page.words, page.text
    digits = _DIGITS.match(text, end + 1)
    assert digits is not None
    stop = digits.end()
    over, under = parse_numeral(text[start:end]), parse_numeral(digits[0])
    if over is None or under is None or not under or left.kind in ("label", "name"):
        return stop
    if text[stop : stop + 1] in ("/", "-") or text[stop : stop + 1].isalpha() or _ends_with(left, w.sets["address"]):
        return stop
    noun = _noun(w, text, stop)
    known = bool(_starts_with(text, stop, w.sets["fraction_noun"]))
    plain = text[start:stop].replace("/", "").isdigit()
    if (over == 1 and under >= 100) or (over <= 31 and under > 1900):
        return stop
    if plain and 1 <= over <= 31 and 1 <= under <= 12:  # may be a date
        small = over < under <= 10
        fine = (left.kind == "modifier" and (noun is not None or small)) or (
            noun is not None and _ends_with(left, w.sets["share"])
        ) or (small and known and not _ends_with(left, w.sets["date"]))
    elif noun is not None:
        fine = left.kind != "soft" or not _starts_with(text, stop, w.sets["place_noun"])
    else:
        fine = over <= under and (
            left.kind == "modifier" or text.startswith(" (", stop) or _ends_with(left, w.sets["share"])
        )
    if not fine:
        return stop
    read = _Read(start, stop, stop, over, _ONE, over, None, stop, False)
    return _add(page, read, left, "figure.ratio", over, under, noun)


# --- records --------------------------------------------------------------------------------------------------

_QUANTITIES: Mapping[str, Quantity] = {
    "figure.percent": "percent", "figure.money": "money", "figure.money_sign": "money", "figure.money_bare": "money",
    "figure.count": "count", "figure.count_bare": "count", "figure.ratio": "ratio",
}  # fmt: skip


def _add(
    page: _Page,
    read: _Read,
    left: _Left,
    rule: str,
    low: Decimal | None = None,
    high: Decimal | None = None,
    noun: tuple[int, int] | None = None,
) -> int:
    """Appends the figure to the page; gives where the scan goes on."""
    w, text, reading = page.words, page.text, page.reading
    quantity = _QUANTITIES.get(rule, "measure")
    counting = quantity in ("count", "ratio")
    ratio, ranged = quantity == "ratio", low is not None and quantity != "ratio"
    unit = None if counting else read.unit
    end = read.numeral_end if counting else read.end
    if noun is None and not counting:
        noun_here = _noun(w, text, read.end) if text[read.end : read.end + 1] == " " else None
        known = noun_here and text[noun_here[0] : noun_here[1]].lower() in w.sets["noun"]
        counted = reading.written(*noun_here) if noun_here and known else None
    else:
        counted = reading.written(*noun) if noun else None
    if counting and counted is None:
        counted = _earlier_noun(page, read.start)
    if unit is None:
        unit_text = counted if counting else None
        canonical = counted if counting else {"figure.money_bare": "VND", "figure.age": "year_old"}.get(rule)
    else:
        canonical = unit.canonical
        own = read.unit_start >= read.start and read.unit_start < read.end
        unit_text = reading.written(read.unit_start, read.end) if own and rule != "figure.money_sign" else None
        if rule == "figure.money_sign":
            unit_text = reading.written(read.start, read.start + 1)
    page.figures.append(
        Figure(
            start=read.start,
            end=end,
            rule=rule,
            confidence=w.confidence.get(rule, 1.0),
            quantity=quantity,
            value=None if ranged or ratio else read.value,
            low=low if ranged else None,
            high=high if ranged else None,
            numerator=low if ratio else None,
            denominator=high if ratio else None,
            unit=canonical,
            unit_text=unit_text,
            modifier=_modifier(page, read, left, quantity, end),
            counted=counted,
            scope=_scope(page, read.start, end),
        )
    )
    return end


def _earlier_noun(page: _Page, start: int) -> str | None:
    """The noun of an elided count: after 'số' close before it ("số nhà thầu trúng thầu là 52"), else that of the
    count before it in the same sentence."""
    sentence = page.reading.sentence_of(start)
    amount = page.text.rfind(page.words.amount, max(page.reading.starts[sentence], start - 60), start)
    noun = _noun(page.words, page.text, amount + len(page.words.amount) - 1) if amount >= 0 else None
    if noun is not None and noun[1] <= start:
        return page.reading.written(*noun)
    for figure in reversed(page.figures):
        if figure.start < page.reading.starts[sentence]:
            return None
        if figure.quantity == "count" and figure.counted:
            return figure.counted
    return None


def _modifier(page: _Page, read: _Read, left: _Left, quantity: Quantity, end: int) -> Modifier | None:
    w, text = page.words, page.text
    if text.find("trở ", end, end + 44) >= 0 and (bound := _BOUND_AFTER.match(text, end)):
        return w.after_modifiers.get(bound[1], left.modifier)
    if left.modifier is None or (quantity == "count" and read.value < left.least):
        return None
    if left.used == 1 and _ends_with(left, w.sets["comparative"], 1):
        plain_height = quantity == "count" or (quantity == "measure" and read.unit is not None and not read.unit.time)
        return left.modifier if plain_height else None
    return left.modifier


def _scope(page: _Page, start: int, end: int) -> str | None:
    """The year or period that the clause gives for the figure: before it in the sentence, else right after it."""
    reading, text = page.reading, page.text
    sentence = reading.sentence_of(start)
    low = max(reading.starts[sentence] if reading.starts else 0, start - 160)
    best: re.Match[str] | None = None
    for match in page.words.period.finditer(text, low, start):
        if not text[max(low, match.start() - 12) : match.start()].rstrip().endswith(page.words.compared):
            best = match
    if best is None:
        best = page.words.period.search(text, end, min(len(text), end + 40))
        if best is None or _BREAK.search(text, end, best.start()):
            return None
        if text[end : best.start()].rstrip().endswith(page.words.compared):
            return None
    return reading.written(best.start(), best.end())
