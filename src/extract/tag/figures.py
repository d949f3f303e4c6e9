"""Figures: numerals of a reading in, checked quantities out.

One scan finds the numerals; all else is decided beside each of them, by short look-ups to the left and right.
Dates, times of day, ordinals, names and codes are refused. Linear: nothing but a bounded window round a numeral
is read twice. Spans come in order and never overlap. The vocabulary is in ``rules/units.toml``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

import regex

from extract.records import Figure, Modifier, Quantity
from extract.rules import Rules
from extract.tag import numerals as num
from extract.tag.quantities import (
    Left, Unit, Words, compile_words, ends_with, follower, look_left, noun, phrase_end, starts_with,
)  # fmt: skip
from extract.tag.reading import Reading

Tagger = Callable[[Reading, Sequence[tuple[int, int]]], list[Figure]]

_NUMERAL = regex.compile(r"(?<!\w)[0-9]+(?:[.,][0-9]+)*")
_LETTERS = re.compile(r"[^\W\d_]+(?!\w)")
_SIGN = re.compile(r" ?([%$€£¥])")
_VIETNAMESE = re.compile(r"[0-9]\.[0-9]{3}(?![0-9])|[0-9],[0-9]{1,2}(?![0-9])")
_BREAK = re.compile(r"[,.;:()\n0-9]")
_BOUND_AFTER = re.compile(r"[^.,;:()\n0-9]{0,34}? (trở lên|trở xuống)")
_SUSPECT = frozenset("/.:-–+_@#&=?\\,")
_QUOTES = frozenset("\"'“”‘’")
_DASHES = frozenset("-–—")

_ONE, _HALF = Decimal(1), Decimal("0.5")
_SCOPE_BEFORE, _SCOPE_AFTER = 160, 40  # code points in which the period of a figure is looked for


class _Read(NamedTuple):
    """One numeral with the scale words and the unit behind it."""

    start: int
    numeral_end: int  # after numeral and scale words
    end: int  # after the unit
    raw: Decimal
    factor: Decimal  # of the scale words
    value: Decimal
    unit: Unit | None
    unit_start: int
    year_like: bool

    @property
    def scaled(self) -> bool:
        return self.factor != 1


@dataclass(slots=True)
class _Page:
    """One article on its way through the tagger."""

    words: Words
    reading: Reading
    text: str
    figures: list[Figure] = field(default_factory=list)
    vietnamese: bool | None = None  # numerals written the Vietnamese way; None until asked
    periods: list[tuple[int, int]] | None = None  # years and periods that figures may be for; None until asked


def build(rules: Rules) -> Tagger:
    """A function from a reading and its blocked spans (sorted, in the view's offsets) to its figures, in order.

    Raises:
        RuleError: a lexicon or rule that the tagger needs is missing.
    """
    words = compile_words(rules)

    def tag(reading: Reading, blocked: Sequence[tuple[int, int]]) -> list[Figure]:
        return _tag(words, reading, blocked)

    return tag


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
    if _SECONDS.match(page.text, clock.end()):
        return True
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
    if after == "-" and text[end + 1 : end + 2].isalpha() and not w.after.match(text, end):  # "5-fluoro-UR-144"
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
        window = left.tokens[-8:] if noun is None else left.tokens[-3:]
        if _ends_with(left, w.sets["score"]) or any(t in w.sets["score_word"] for t in window):
            return end
        if _ends_with(left, w.sets["date_only"]):
            return end
    if text[end : end + 1].isalpha() and second.unit is None and not second.scaled and noun is None:
        return end if tight else 0
    if left.kind == "label" and (second.unit is None or second.unit.time):
        return end if tight or second.unit is None else 0
    if left.kind in ("firm", "name") and second.unit is None and not second.scaled:
        return end if tight else 0
    factor = first.factor if first.scaled else second.factor
    low, high = first.raw * factor, second.value
    if not first.scaled and second.scaled and low > high:
        low /= 1000  # "500 - 1 tỷ đồng"
    dated = bare and (_DAY_MONTH.fullmatch(text, first.start, first.numeral_end) is not None)
    fine = low < high and not dated and not (first.year_like and second.year_like and bare)
    if bare and not _starts_with(text, second.end, w.sets["of_total"]) and not (left.kind == "modifier" or _ends_with(left, w.sets["trigger"]) or _ends_with(left, w.sets["age"])):
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
        dated = _MONTH_AFTER.match(text, read.end) or text[read.end + 1 : read.end + 6].split(" ")[0] in w.sets["month"]
        return read.raw <= 31 and bool(dated)  # "30 tháng 4", "14 tháng Giêng"
    return False


def _single(page: _Page, read: _Read, left: _Left) -> int:
    w, text = page.words, page.text
    if read.unit is not None and read.unit.canonical == "year" and _THAT_YEAR.match(text, read.end):
        if left.kind in ("label", "firm", "soft", "name"):
            return read.numeral_end
        read = read._replace(unit=None, end=read.numeral_end)  # "giảm từ 44.948 năm 2015 xuống 37.070"
    unit = read.unit
    if unit is not None and not unit.points:
        if unit.time and not (_continues(page, read) and unit.canonical != "year"):
            if left.kind == "label" or (read.year_like and left.kind != "modifier"):
                return read.numeral_end
            if left.kind in ("firm", "soft") and (
                _calendar(page, read, left) or _starts_with(text, read.end, w.sets["this_year"])
            ):
                return read.numeral_end  # "giải 3 năm nay"
            if unit.clock and not _duration(page, read, left):
                return read.end
            if _calendar(page, read, left):
                return read.end
        if not unit.time and read.end - read.unit_start == 1 and unit.quantity == "measure":
            letter = text[read.unit_start]
            if (left.kind == "label" and letter.isupper()) or (
                read.raw <= 24 and letter.islower() and _starts_with(text, read.end, w.sets["part_of_day"])
            ):
                return read.end  # "5g sáng"
        return _add(page, read, left, _rule_of(page, read, None, left))
    if unit is not None:
        return _points(page, read, left)
    noun = _noun(w, text, read.numeral_end)
    if noun is not None:
        return _count(page, read, left, noun)
    if read.scaled:
        people = _ends_with(left, w.sets["people"], left.used if left.kind == "modifier" else 0)
        small = read.factor < 1000000 and not any(t in w.sets["money_cue"] for t in left.tokens)
        return _add(page, read, left, "figure.count_bare" if people or small else "figure.money_bare")
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
    if left.kind in ("firm", "name") and not (strong or grouped):
        return refused
    capital = text[noun[0]].isupper() and text[noun[0] : noun[1]].split()[0] not in w.sets["abbreviation"]
    if left.kind in ("firm", "soft"):
        placed = _starts_with(text, read.numeral_end, w.sets["place_noun"])
        if capital or (placed and placed >= _starts_with(text, read.numeral_end, w.sets["noun"])):
            return refused
    if read.year_like and not (left.kind == "modifier" or (strong and left.kind == "plain" and not capital)):
        return refused
    if read.year_like and left.tokens[-2:-1] and left.tokens[-2].isdigit():
        return refused  # "trong hai năm 2016, 2017 học sinh"
    if (read.raw == 0 and read.numeral_end - read.start > 1) or _is_code(text, read):
        return refused
    if text[read.start - 1 : read.start] in _QUOTES and text[noun[1] : noun[1] + 1] in _QUOTES and not strong and " " not in phrase:
        return refused  # a slogan: “4 an”
    return _add(page, read, left, "figure.count", noun=noun)


def _is_code(text: str, read: _Read) -> bool:
    """Whether eight digits or more stand together: account and telephone numbers."""
    return read.numeral_end - read.start > 7 and text[read.start : read.numeral_end].isdigit()


def _bare(page: _Page, read: _Read, left: _Left) -> int:
    """A numeral with neither unit nor noun behind it."""
    w, text = page.words, page.text
    refused = read.numeral_end
    if _ends_with(left, w.sets["coefficient"]):
        return _add(page, read, left, "figure.coefficient")
    if read.year_like or left.kind in ("label", "firm", "soft", "name") or (text[read.start] == "0" and read.raw >= 1):
        return refused
    if _is_code(text, read):
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
    if left.kind == "modifier" or _starts_with(text, read.numeral_end, w.sets["of_total"]):
        return _add(page, read, left, "figure.count_bare")
    numbered = left.tokens[-2:-1] and left.tokens[-2][0].isdigit()  # "từ số nhà 1 đến 11"
    if _ends_with(left, w.sets["trigger"]) and not numbered:
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
    near = read.raw < later.raw <= read.raw * 3 + 5 or (read.raw > 10 and later.raw * 20 > read.raw)
    if not shift and not near:
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
    if noun is not None and text[noun[0]].isupper() and text[noun[0] : noun[1]] not in w.sets["abbreviation"]:
        noun = None
    known = bool(_starts_with(text, stop, w.sets["fraction_noun"]))
    plain = text[start:stop].replace("/", "").isdigit()
    if (over == 1 and under >= 100) or (over <= 31 and under > 1900):
        return stop
    if plain and 1 <= over <= 31 and 1 <= under <= 12:  # may be a date
        small = over < under <= 10
        bounded = left.kind == "modifier" and (noun is not None or (small and left.modifier != "about"))
        fine = (
            bounded
            or (noun is not None and _ends_with(left, w.sets["share"]))
            or (small and known and not _ends_with(left, w.sets["date"]))
        )
    elif noun is not None:
        fine = left.kind not in ("firm", "soft") or not _starts_with(text, stop, w.sets["place_noun"])
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
    start, value = read.start, read.value
    if text[start - 1 : start] == "-" and (quantity == "percent" or (unit is not None and unit.signed)):
        if text[start - 2 : start - 1] in (" ", "(", "/"):
            start, value = start - 1, -value  # "-38 độ C"
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
            start=start,
            end=end,
            rule=rule,
            confidence=w.confidence.get(rule, 1.0),
            quantity=quantity,
            value=None if ranged or ratio else value,
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
