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

from extract.records import Figure, Modifier, Quantity
from extract.rules import Rules
from extract.tag import numerals as num
from extract.tag.quantities import (
    Left,
    Unit,
    Words,
    compile_words,
    ends_with,
    follower,
    look_left,
    noun,
    phrase_end,
    starts_with,
)  # fmt: skip
from extract.tag.reading import Reading

Tagger = Callable[[Reading, Sequence[tuple[int, int]]], list[Figure]]

_VULGAR = {"½": 2, "⅓": 3, "¼": 4}
# The first character alone is looked for, which is quick; then what stands before it.
_NUMERAL = re.compile(
    rf"[0-9{(fractions := ''.join(_VULGAR))}](?<!\w.)(?:(?<=[0-9])[0-9]*(?:[.,][0-9]+)*|(?<=[{fractions}])(?!\w))"
)
_LETTERS = re.compile(r"[^\W\d_]+(?!\w)")
_SIGN = re.compile(r" ?([%$€£¥])")
_PREDICATE = re.compile(r" [^\W\d_A-Z]")
_VIETNAMESE = re.compile(r"[0-9]\.[0-9]{3}(?![0-9])|[0-9],[0-9]{1,2}(?![0-9])")
_ELIDED = re.compile(r"(?! ?\w)| và ")
_BREAK = re.compile(r"[,.;:()\n0-9]")
_SUSPECT = frozenset("/.:-–+_@#&=?\\,)")
_QUOTES = frozenset("\"'“”‘’")
_DASHES = frozenset("-–—")

_LARGEST = Decimal(10) ** 30  # what the column of the table holds
_FULL_MARKS = (5, 10, 100)
_OLDEST = 130  # years of the highest age
_ONE, _HALF = Decimal(1), Decimal("0.5")
_SAID_BEFORE = 1000  # code points in which the noun of an elided unit is looked for
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
    markets: bool | None = None  # about stock indices; None until asked
    exams: bool | None = None  # about exams, or with decimal scores; None until asked


def build(rules: Rules) -> Tagger:
    """A function from a reading and its blocked spans (sorted, in the view's offsets) to its figures, in order.

    Raises:
        RuleError: a lexicon or rule that the tagger needs is missing.
    """
    words = compile_words(rules)

    def tag(reading: Reading, blocked: Sequence[tuple[int, int]]) -> list[Figure]:
        return _tag(words, reading, blocked)

    return tag


def _tag(w: Words, reading: Reading, blocked: Sequence[tuple[int, int]]) -> list[Figure]:
    page = _Page(w, reading, reading.text)
    blocks = sorted((*blocked, *num.links(page.text)))
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


# --- one candidate: each function gives where the scan goes on -------------------------------------------------


def _candidate(page: _Page, start: int, end: int) -> int:
    """Decides on the numeral at ``text[start:end]``."""
    w, text = page.words, page.text
    if end - start > num.LONGEST:
        return end
    before = text[start - 1] if start else "\n"
    if text[start] in _VULGAR:
        return _vulgar(page, start)
    if text[max(0, start - 3) : start] == "/m " and text[start:end] in ("2", "3"):
        return end  # "9 triệu đồng/m 2"
    if before in _SUSPECT and _inside_a_name(text, start, before):
        shape = num.SHAPE.match(text, start) if before == "." else None
        return shape.end() if shape else end
    shape = num.SHAPE.match(text, start)
    if shape is not None:
        return shape.end()
    left = look_left(w, text, start)
    clock = num.CLOCK.match(text, start) if text[end : end + 2].strip()[:1] in ("h", "H", "g") else None
    if clock is not None and not _takes_time(page, left, clock):
        return clock.end()
    if before in w.signs:
        read = _read(page, start, end)
        if read is None:
            return end
        read = read._replace(start=start - 1, end=read.numeral_end, unit=w.signs[before], unit_start=start - 1)
        return _add(page, read, left, "figure.money_sign")
    return _decide(page, start, end, left)


def _inside_a_name(text: str, start: int, before: str) -> bool:
    """Whether the mark before the numeral joins it to a name, a code or another number: 'A-320', 'Q.2', '#5'."""
    earlier = text[start - 2] if start > 1 else "\n"
    if before in "_@#&=?\\":
        return True
    if before in ":+,":
        return earlier.isdigit()
    if before in "-–":
        return earlier.isalnum()
    if before == ")":
        return earlier.isalnum()  # "Quốc lộ (QL)1"
    if before == "/":  # "101 tổ dân vận/101 thôn" are two counts
        return not (earlier.islower() or earlier in "%)²³")
    return earlier.isalnum() and not earlier.islower()


def _takes_time(page: _Page, left: Left, clock: re.Match[str]) -> bool:
    """Whether '2 giờ 30 phút' is a duration: the words before say so, or seconds follow."""
    if not clock["minutes"]:
        return False
    if num.SECONDS.match(page.text, clock.end()):
        return True
    if starts_with(page.text, clock.end(), page.words.sets["daypart"]):
        return False
    bounded = left.kind == "modifier" and left.modifier != "about"
    return bounded or ends_with(left.rest, page.words.sets["duration"])


def _decide(page: _Page, start: int, end: int, left: Left) -> int:
    w, text = page.words, page.text
    after, beyond = text[end : end + 1], text[end + 1 : end + 2]
    if after == "/" and beyond.isdigit():
        return _fraction(page, start, end, left)
    if (after in ("_", "@", "'", "’") and beyond != " ") or (
        after == "-" and beyond.isalpha() and not follower(w, text, end)  # "5-fluoro-UR-144"
    ):
        return end
    first = _read(page, start, end)
    letters = _LETTERS.match(text, end) if after.isalpha() else None
    if first is None:
        return letters.end() if letters else end
    times = text[first.end : first.end + 2].strip()[:1] in ("x", "×", "X") and num.TIMES.match(text, first.end)
    if not times and after.isalpha() and first.unit is None and not first.scaled:  # 12A, 4G, 8X, 5người, 1m75
        metres = num.METRES.match(text, end)
        if metres and first.raw < 10:
            value = first.raw + Decimal("0." + metres[1])
            read = first._replace(value=value, end=metres.end(), unit=_unit_of_metres(w), unit_start=end)
            return _add(page, read, left, "figure.measure")
        if noun(w, text, end) is None:
            return letters.end() if letters else end
    if (
        "." in text[start:end]
        and num.DAY_MONTH.fullmatch(text, start, end)
        and ends_with(left.before, w.sets["date_only"])
        and (first.unit is None or first.unit.time)
    ):
        return end  # "hôm 30.5 Tuần trước"
    if times:
        return _dimensions(page, first, left)
    joint = num.DASH.match(text, first.end) or num.TO.match(text, first.end)
    if joint is not None and (resume := _range(page, first, joint, left)):
        return resume
    return _single(page, first, left)


def _unit_of_metres(w: Words) -> Unit:
    found = follower(w, "m", 0)
    assert found is not None and found[2].unit is not None
    return found[2].unit


def _read(page: _Page, start: int, end: int, chained: bool = False) -> _Read | None:
    """The numeral at ``text[start:end]`` with what belongs to it behind it; None where it is no number."""
    w, text = page.words, page.text
    factor, at, stop, unit_start = _ONE, end, end, end
    unit: Unit | None = None
    while found := follower(w, text, at):
        begin, after, known = found
        if known.factor is not None:
            factor, at = factor * known.factor, after
            continue
        candidate = known.unit
        if candidate is None:
            break
        if factor == 1 and text[start:end].isdigit() and int(text[start:end]) < candidate.least:
            candidate = w.point  # "U15 Lào (4đ)"
        if (
            starts_with(text, after, w.sets["wage"])
            and candidate.calendar
            and not starts_with(text, after, w.sets["pay"])
        ):
            break  # "2,5 tháng lương", but "20 tháng lương tối thiểu"
        if candidate.scaled:
            if (factor == 1 and end - start < 4) or (candidate.next and not _stands_for(page, candidate, after)):
                break  # "2 bảng", but "1.000 bảng", "20 triệu bảng"
        elif candidate.next and not (
            starts_with(text, after, candidate.next) or _said_before(page, candidate, known.form, start, after)
        ):
            break
        if begin > at and after - begin == 1 and known.form.isupper() and end - start < 3:
            break  # "vòng 5 V.League", but "đèn 1.000 W"
        unit, unit_start, stop = candidate, begin, after
        break
    if unit is None and factor == 1 and (letters := _LETTERS.match(text, end)):
        if letters[0] in w.glued:
            unit, unit_start, stop = w.glued[letters[0]], end, letters.end()
        elif letters[0] in w.letters:
            factor, least = w.letters[letters[0]]
            at = letters.end()
            if end - start < 3 and int(re.split("[.,]", text[start:end])[0]) < least:
                return None  # 4K, vàng 24K
    token = text[start:end]
    raw = num.parse_numeral(token, _decimal_comma(page, token, factor, unit))
    if raw is None:
        return None
    value = raw * factor if factor != 1 else raw
    if factor != 1 and unit is None and not chained:
        if half := starts_with(text, at, w.sets["half"]):  # "2 tỷ rưỡi"
            value, at = value + factor / 2, half
        elif more := num.MORE.match(text, at):  # "1 tỷ 200 triệu đồng"
            rest = _read(page, more.start(1), more.end(1), chained=True)
            money = rest is not None and rest.unit is not None and rest.unit.quantity == "money"
            if rest is not None and rest.value < factor and (rest.scaled or money):
                value, at, unit, unit_start, stop = (
                    value + rest.value, rest.numeral_end, rest.unit, rest.unit_start, rest.end,
                )  # fmt: skip
    elif unit is not None and unit.time and not chained and (half := starts_with(text, stop, w.sets["half"])):
        value, stop = value + _HALF, half  # "2 năm rưỡi"
    year_like = end - start == 4 and factor == 1 and token.isdigit() and "1900" <= token < "2100"
    return _Read(start, at, stop if unit else at, raw, factor, value, unit, unit_start, year_like)


def _stands_for(page: _Page, unit: Unit, after: int) -> bool:
    """Whether no other noun follows a unit than those that make it one: '9 triệu thùng/ngày', not '6.000 thùng sữa'."""
    return bool(starts_with(page.text, after, unit.next)) or noun(page.words, page.text, after) is None


def _said_before(page: _Page, unit: Unit, form: str, start: int, after: int) -> bool:
    """Whether the noun that makes a word a unit is left out, as it stood beside the same word before."""
    if not _ELIDED.match(page.text, after):
        return False
    earlier = page.text[max(0, start - _SAID_BEFORE) : start]
    return any(f"{form} {word}" in earlier for word in unit.next)


def _decimal_comma(page: _Page, token: str, factor: Decimal, unit: Unit | None) -> bool:
    """Whether a comma before three digits marks decimals: after a scale word, before a per cent sign, and before a
    measured unit where the article writes its other numerals the Vietnamese way."""
    if "," not in token:
        return False
    if factor != 1 or (unit is not None and unit.quantity == "percent"):
        return True
    if unit is None or unit.quantity != "measure" or unit.time or token.endswith("000"):
        return False
    if page.vietnamese is None:
        page.vietnamese = _VIETNAMESE.search(page.text) is not None
    return page.vietnamese


def _dimensions(page: _Page, first: _Read, left: Left) -> int:
    """'3 x 4 m', '1.920 x 1.080 pixel': each numeral is a measure in the unit of the last; none without a unit."""
    reads = [first]
    while (times := num.TIMES.match(page.text, reads[-1].end)) and len(reads) < 4:
        digits = num.DIGITS.match(page.text, times.end())
        read = _read(page, digits.start(), digits.end()) if digits else None
        if read is None:
            break
        reads.append(read)
    unit = next((r.unit for r in reversed(reads) if r.unit is not None), None)
    if unit is not None and unit.quantity == "measure" and not unit.time:
        for read in reads:
            plain = left._replace(modifier=None)
            _add(page, read if read.unit else read._replace(unit=unit), plain, "figure.measure")
    return reads[-1].end


def _range(page: _Page, first: _Read, joint: re.Match[str], left: Left) -> int:
    """One figure for both numerals, or a refusal of both (a score, a date); 0 where the first stands alone."""
    w, text = page.words, page.text
    digits = num.DIGITS.match(text, joint.end())
    assert digits is not None
    start, end = digits.span()
    tight, dash = joint[0] in _DASHES, joint[0].strip() in _DASHES
    both = end if tight and first.unit is None else 0
    if text[end : end + 1] in ("/", ":") and text[end + 1 : end + 2].isdigit():
        return end if dash and first.unit is None else 0
    second = _read(page, start, end)
    if second is None or num.SHAPE.match(text, start) or num.CLOCK.match(text, start):
        return both
    unit = second.unit
    size = _ONE
    if first.unit is not None and (unit is None or first.unit.canonical != unit.canonical):
        if unit is None or not (first.unit.size and unit.size):
            return 0
        size = first.unit.size / unit.size  # "30 phút đến 1 tiếng"
    counted = noun(w, text, second.end) if unit is None or unit.points else None
    plain = unit is None and not second.scaled
    bare = plain and counted is None
    unit_text = None
    if bare and (later := _later_range(page, second.end)):  # "18 - 40 và 41 - 60 tuổi"
        unit, bare, plain = later.unit, False, False
        second = second._replace(unit=unit)
        unit_text = page.reading.written(later.unit_start, later.end)
    if bare and first.raw < second.raw < _OLDEST and _is_age(w, left, first):
        noun_of_age = _age_noun(page, first)
        read = second._replace(start=first.start)
        return _add(page, read, left, "figure.age", first.raw, second.raw, unit_text=noun_of_age)
    if dash and plain and _is_score_or_date(w, left, bare):
        return end
    if bare and text[end : end + 1].isalpha():
        return end if tight else 0
    if left.kind == "label" and (unit is None or unit.time):
        return end if tight or unit is None else 0
    if left.kind in ("firm", "name") and plain:
        return end if tight else 0
    whole = first.scaled or first.unit is not None
    low, high = first.value * size if whole else first.raw * second.factor, second.value
    if not whole and second.scaled and low >= high and "." in text[first.start : first.numeral_end]:
        low = first.raw  # "500.000 - 1 triệu đồng"
    elif not whole and second.scaled and high < low < high * 1000 and low >= high * 50:
        low /= 1000  # "500 - 1 tỷ đồng"
    elif tight and unit is not None and high < low < high * 2:
        low, high = high, low  # "giảm còn 880-870 triệu đồng"
    fine = low < high
    if bare:
        dated = num.DAY_MONTH.fullmatch(text, first.start, first.numeral_end) is not None
        sure = (
            left.kind == "modifier"
            or starts_with(text, second.end, w.sets["part_of"])
            or ends_with(left.before, w.sets["trigger"])
            or ends_with(left.before, w.sets["age"])
        )
        score = tight and first.raw == 0
        fine = fine and bool(sure) and not dated and not score and not (first.year_like and second.year_like)
    if not fine:
        return end if tight and unit is None else 0
    if unit is not None and (_is_hour(page, second, left) or (unit.time and _no_duration(page, second, left))):
        return second.end
    rule = _rule_of(page, second, counted, left)
    if unit is not None and unit.points and (first.raw != int(first.raw) or rule == "figure.points"):
        rule, counted = "figure.points", None
    elif unit is not None and unit.points:
        counted = (second.unit_start, second.end)
    return _add(page, second._replace(start=first.start), left, rule, low, high, counted, unit_text)


def _later_range(page: _Page, at: int) -> _Read | None:
    """The end of a range that follows another one and gives it its unit: '18 - 40 và 41 - 60 tuổi'."""
    text = page.text
    joint = num.LIST.match(text, at)
    low = num.DIGITS.match(text, joint.end()) if joint else None
    dash = (num.DASH.match(text, low.end()) or num.TO.match(text, low.end())) if low else None
    high = num.DIGITS.match(text, dash.end()) if dash else None
    read = _read(page, *high.span()) if high else None
    return read if read is not None and read.unit is not None and not read.unit.clock else None


def _is_score_or_date(w: Words, left: Left, bare: bool) -> bool:
    """Whether the words before two numerals with a dash make them a score ('thắng 2-1') or a date ('sáng 8-2')."""
    if ends_with(left.before, w.sets["score"]) or ends_with(left.before, w.sets["date_only"]):
        return True
    near = left.before.split(" ") if bare else left.before.split(" ")[-3:]
    return not w.sets["score_word"].isdisjoint(near)


def _rule_of(page: _Page, read: _Read, counted: tuple[int, int] | None, left: Left) -> str:
    unit = read.unit
    if unit is None:
        if counted is not None:
            return "figure.count"
        if read.scaled:
            return _rule_of_scaled(page, read, left)
        return "figure.age" if ends_with(left.before, page.words.sets["age"]) else "figure.count_bare"
    if unit.points:
        return "figure.points" if _is_measured(page, read) else "figure.count"
    if unit.quantity != "measure":
        return f"figure.{unit.quantity}"
    if unit.time:
        return "figure.duration"
    return "figure.age" if unit.age else "figure.measure"


# --- durations, dates and times of day --------------------------------------------------------------------------


def _no_duration(page: _Page, read: _Read, left: Left) -> bool:
    """Whether a numeral before a unit of time is a time of day, a calendar period, a planning period or a date."""
    assert read.unit is not None
    if read.unit.clock and not _is_duration(page, read, left):
        return True
    return _is_calendar(page, read, ends_with(left.before, page.words.sets["spanning"]))


def _is_duration(page: _Page, read: _Read, left: Left) -> bool:
    """Whether a number of hours is a duration, not a time of day."""
    w, text = page.words, page.text
    if read.raw > 24 or read.raw != int(read.raw) or starts_with(text, read.end, w.sets["duration_after"]):
        return True
    if text[read.end : read.end + 1] == "/":
        return True
    if starts_with(text, read.end, w.sets["daypart"]) or num.DATE_AFTER.match(text, read.end):
        return False
    if left.kind == "modifier" and left.modifier != "about" and read.raw <= 15:
        return True
    return ends_with(left.rest, w.sets["duration"])


def _is_calendar(page: _Page, read: _Read, spanning: bool = False) -> bool:
    """Whether a number of days, months or years is a calendar period ('6 tháng đầu năm'), a planning period ('kế
    hoạch 5 năm 2016-2020') or a date ('30 tháng 4'); ``spanning`` says that the words before it show a duration
    whatever date follows ('trong 2 ngày 7-8/7')."""
    w, text, unit = page.words, page.text, read.unit
    if unit is None or not unit.calendar:
        return False
    if unit.canonical == "year":
        if not num.YEARS_AFTER.match(text, read.end):
            return False
        clause = text[max(0, read.start - 80) : read.start].lower()
        return any(plan in clause for plan in w.sets["plan"])
    if starts_with(text, read.end, w.sets["calendar"]) or num.OF_YEAR.match(text, read.end):
        return True
    if unit.canonical == "day":
        return not spanning and num.DATE_AFTER.match(text, read.end) is not None  # "lần 10 ngày 23 tháng 9"
    if unit.canonical == "month" and read.raw <= 31:
        month = text[read.end + 1 : read.end + 6].split(" ")[0].rstrip(",.;:)")
        return month in w.sets["month"] or num.MONTH_AFTER.match(text, read.end) is not None
    return False


def _continues(page: _Page, read: _Read) -> bool:
    """Whether the duration before ends right here: '14 năm 9 tháng', '21 phút 59 giây'."""
    return _goes_on(page, read, "figure.duration", " ")


def _goes_on(page: _Page, read: _Read, rule: str, *joints: str) -> bool:
    """Whether a figure of the rule ends right before the numeral, but for a joint."""
    last = page.figures[-1] if page.figures else None
    if last is None or last.rule != rule:
        return False
    return page.text[last.end : read.start] in (", ", " và ", *joints)


# --- one numeral ------------------------------------------------------------------------------------------------


def _single(page: _Page, read: _Read, left: Left) -> int:
    w, text = page.words, page.text
    unit = read.unit
    if unit is not None and unit.canonical == "year" and num.THAT_YEAR.match(text, read.end):
        if left.kind in ("label", "firm", "soft", "name"):
            return read.numeral_end
        unit = None  # "giảm từ 44.948 năm 2015 xuống 37.070"
        read = read._replace(unit=None, end=read.numeral_end)
    if unit is None:
        counted = noun(w, text, read.numeral_end)
        if counted is not None:
            return _count(page, read, left, counted)
        if read.scaled:
            return _add(page, read, left, _rule_of_scaled(page, read, left))
        return _bare(page, read, left)
    if unit.points:
        return _points(page, read, left)
    if unit.time and not (_continues(page, read) and unit.canonical != "year"):
        if left.kind == "label" or (read.year_like and left.kind != "modifier"):
            return read.numeral_end
        this_year = unit.canonical == "year" and starts_with(text, read.end, w.sets["this_year"])
        if (left.kind == "firm" and this_year) or (left.kind in ("firm", "soft") and _is_calendar(page, read)):
            return read.numeral_end  # "giải 3 năm nay"
        if _no_duration(page, read, left):
            return read.end
    if _is_hour(page, read, left):
        return read.end
    return _add(page, read, left, _rule_of(page, read, None, left))


def _is_hour(page: _Page, read: _Read, left: Left) -> bool:
    """Whether a unit of one letter only looks like one: '5g sáng', 'tầng 4 L'."""
    unit = read.unit
    if unit is None or unit.quantity != "measure" or unit.time or read.end - read.unit_start != 1:
        return False
    letter = page.text[read.unit_start]
    if letter.isupper():
        return left.kind == "label"
    return read.raw <= 24 and bool(starts_with(page.text, read.end, page.words.sets["part_of_day"]))


def _points(page: _Page, read: _Read, left: Left) -> int:
    """'690,5 điểm' is measured where it is an index or a decimal score; '3 điểm' of a match are counted."""
    comparative = page.words.sets["comparative"]
    if _is_measured(page, read):
        return _add(page, read, left, "figure.points")
    if left.kind in ("label", "name") and not ends_with(left.before.rpartition(" ")[0], comparative):
        return read.numeral_end
    return _add(page, read, left, "figure.count", counted=(read.unit_start, read.end))


def _is_measured(page: _Page, read: _Read) -> bool:
    """Whether points are measured: a decimal score, the value of an index, the marks of an exam."""
    if read.raw != int(read.raw) or _is_index(page, read):
        return True
    if (
        page.text[read.end + 1 : read.end + 2].isdigit()
        or phrase_end(page.words, page.text, read.unit_start, read.end) > read.end
    ):
        return False  # "giành 3 điểm 10", "nêu 5 điểm mấu chốt"
    if page.exams is None:
        text = page.text.lower()
        page.exams = bool(page.words.decimal_points.search(text)) or any(
            word in text for word in page.words.sets["exam"]
        )
    return page.exams


def _is_index(page: _Page, read: _Read) -> bool:
    """Whether whole points are those of a stock index: it is named just before, or, for a large number, anywhere."""
    words = page.words.sets["index"]
    if read.raw >= 50:
        if page.markets is None:
            text = page.text.lower()
            page.markets = any(word in text for word in words)
        return page.markets
    near = page.text[max(0, read.start - 120) : read.start].lower()
    return any(word in near for word in words)


def _rule_of_scaled(page: _Page, read: _Read, left: Left) -> str:
    """A numeral with a scale word and nothing else: money ('hơn 20 tỷ') unless the words before count something."""
    sets = page.words.sets
    near = left.before.split(" ")
    small = read.factor < 1000000 and sets["money_cue"].isdisjoint(near) and not sets["count_cue"].isdisjoint(near)
    return "figure.count_bare" if small or ends_with(left.rest, sets["people"]) else "figure.money_bare"


def _count(page: _Page, read: _Read, left: Left, counted: tuple[int, int]) -> int:
    """A numeral before a noun: a count, unless the words before make it a name, an ordinal or a date."""
    w, text, refused = page.words, page.text, read.numeral_end
    head = text[counted[0] : counted[1]]
    strong = bool(starts_with(text, refused, w.sets["head"]))
    if _is_age(w, left, read) and not (strong and read.raw < 10):  # "tuổi 2 đứa bằng nhau"
        return _add(page, read, left, "figure.age", unit_text=_age_noun(page, read))
    if read.scaled and starts_with(text, refused, w.sets["money_noun"]):
        return _add(page, read, left, "figure.money_bare")
    if read.factor >= 1000000 and not (_is_known(w, head) or starts_with(text, refused, w.sets["large"])):
        return _add(page, read, left, "figure.money_bare")  # "nộp 8,2 tỷ khắc phục hậu quả"
    if ends_with(left.before, w.sets["age"]) and not (strong or _is_known(w, head)) and left.kind != "label":
        return _add(page, read, left, "figure.age")  # "tuổi ngoài 60 bày tỏ"
    token = text[read.start : refused]
    if num.is_code(token) or (read.raw == 0 and len(token) > 1):
        return refused
    if read.raw != int(read.raw) and not read.scaled:
        sure = strong or left.kind == "modifier" or head.lower() in w.sets["noun"]
        if not sure or left.kind in ("label", "name"):
            return refused
    if read.raw == 1 and head == "số":
        return refused  # "1 số tuyến phố" are some of them
    grouped = read.scaled or len(token) > 4
    if left.kind == "label" and not (grouped and strong) and not _continues(page, read):
        return refused
    if left.kind in ("firm", "name") and not (strong or grouped):
        return refused
    capital = head[0].isupper() and head.split(" ")[0] not in w.sets["abbreviation"]
    if left.kind in ("firm", "soft"):
        placed = starts_with(text, refused, w.sets["place_noun"])
        if capital or (placed and placed >= starts_with(text, refused, w.sets["noun"])):
            return refused
    if read.year_like:
        listed = left.before.split(" ")[-2:-1]  # "trong hai năm 2016, 2017 học sinh"
        sure = left.kind == "modifier" or (strong and left.kind == "plain" and not capital)
        if not sure or (listed and listed[0].isdigit()):
            return refused
    if head.lower() in w.sets["street"] and text[counted[1] + 1 : counted[1] + 2].isupper():
        return refused  # "đến 303 phố Vọng"
    slogan = text[read.start - 1 : read.start] in _QUOTES and text[counted[1] : counted[1] + 1] in _QUOTES
    if slogan and read.start and counted[1] < len(text) and not strong and " " not in head:
        return refused  # “4 an”
    return _add(page, read, left, "figure.count", counted=counted)


def _is_known(w: Words, head: str) -> bool:
    """Whether a lexicon holds the noun, or it is capitalised as abbreviations are."""
    lower = head.lower()
    return w.phrases.get(lower, False) or lower in w.sets["tail"] or head in w.sets["abbreviation"]


def _is_age(w: Words, left: Left, read: _Read) -> bool:
    """Whether a bare numeral after 'tuổi' is an age: 'qua đời ở tuổi 81', but neither '35 tuổi 3' nor 'lứa tuổi 20'."""
    if not ends_with(left.before, w.sets["age_noun"]) or ends_with(left.before, w.sets["age_not"]):
        return False
    earlier = left.before.split(" ")[-2:-1]
    return read.raw == int(read.raw) and 0 < read.raw < _OLDEST and not (earlier and earlier[0][0].isdigit())


def _age_noun(page: _Page, read: _Read) -> str:
    """The word for age before the numeral, as written."""
    start = page.text.rfind(" ", 0, read.start - 1) + 1
    return page.reading.written(start, read.start - 1)


def _bare(page: _Page, read: _Read, left: Left) -> int:
    """A numeral with neither unit nor noun behind it: a coefficient, an age, or a count whose noun is left out."""
    w, text, refused = page.words, page.text, read.numeral_end
    if left.kind != "label" and ends_with(left.before, w.sets["coefficient"]):
        return _add(page, read, left, "figure.coefficient")
    if _is_age(w, left, read):
        return _add(page, read, left, "figure.age", unit_text=_age_noun(page, read))
    zero = text[read.start] == "0" and read.raw >= 1
    named = left.kind in ("label", "firm", "soft", "name")
    if read.year_like or named or zero or num.is_code(text[read.start : refused]):
        return refused
    shared = _inherit(page, read, left)
    if shared is not None:
        return shared
    if counted := _beside_percent(page, read):
        return _add(page, read, left, "figure.count", counted=counted)
    if _goes_on(page, read, "figure.age") and 0 < read.raw < _OLDEST:  # "ở tuổi 20, 30"
        return _add(page, read, left, "figure.age", unit_text=page.figures[-1].unit_text)
    total = _of_total(page, read)
    if total is not None:
        return _add(page, read, left, "figure.count_bare", counted=total)
    if left.kind == "start" or (left.kind != "modifier" and num.DAY_MONTH.fullmatch(text, read.start, refused)):
        return refused
    if ends_with(left.before, w.sets["age"]):
        return _add(page, read, left, "figure.age")
    if left.kind == "modifier" or starts_with(text, refused, w.sets["part_of"]):
        return _add(page, read, left, "figure.count_bare")
    if ends_with(left.before, w.sets["start"]):  # "nâng số tàu từ 300 lên 305"
        shift = starts_with(text, refused, w.sets["tail_of_shift"])
        if shift and text[shift + 1 : shift + 2].isdigit():
            return _add(page, read, left, "figure.count_bare")
    called = ends_with(left.before, w.sets["trigger"])
    if called and ends_with(left.before, w.sets["reach"]):  # "từ số nhà 1 đến 11", "đến 51 Hàng Bông"
        earlier = left.before.split(" ")[-2:-1]
        called = not (earlier and earlier[0][0].isdigit()) and not text[refused + 1 : refused + 2].isupper()
    return _add(page, read, left, "figure.count_bare") if called or _is_parallel(page, read, left) else refused


def _beside_percent(page: _Page, read: _Read) -> tuple[int, int] | None:
    """The noun of a count that stands in brackets between its share and its noun: '78% (77.609) ý kiến'."""
    text, last = page.text, page.figures[-1] if page.figures else None
    inside = text[read.start - 1 : read.start] == "(" and text[read.numeral_end : read.numeral_end + 2] == ") "
    if not inside or last is None or last.quantity != "percent" or read.start - last.end > 2:
        return None
    return noun(page.words, text, read.numeral_end + 1)


def _of_total(page: _Page, read: _Read) -> tuple[int, int] | None:
    """The noun of the total behind a numeral that is a part of it: '2 trong 3 ngôi nhà', '42 trong số 108 trường'."""
    w, text = page.words, page.text
    stop = starts_with(text, read.numeral_end, w.sets["of_total"])
    digits = num.DIGITS.match(text, stop + 1) if stop else None
    total = _read(page, *digits.span()) if digits else None
    if total is None or total.unit is not None or total.value < read.value:
        return None
    return noun(w, text, total.numeral_end)


def _is_parallel(page: _Page, read: _Read, left: Left) -> bool:
    """Whether the numeral goes on a row of counts without a noun: 'có 7 không đồng ý, 9 đồng ý một phần', '8 người
    chết, 15 bị thương'."""
    if not ends_with(left.before, page.words.sets["row"]) or not _PREDICATE.match(page.text, read.end):
        return False
    last = next((f for f in reversed(page.figures) if f.quantity == "count"), None)
    if last is None:
        return False
    if last.rule != "figure.count_bare" and not starts_with(page.text, read.end, page.words.sets["fate"]):
        return False
    sentence_of = page.reading.sentence_of
    return sentence_of(last.start) == sentence_of(read.start)


def _inherit(page: _Page, read: _Read, left: Left) -> int | None:
    """A numeral that shares the unit of a later one: '13, 14 độ C', '2,5 lên 3 ngày', 'gấp 3, gấp 4 lần'."""
    w, text = page.words, page.text
    at, shift = read.numeral_end, False
    for _ in range(4):
        joint = num.LIST.match(text, at)
        begin = joint.end() if joint else 0
        if not begin and text[at : at + 1] == " " and (words := starts_with(text, at, w.sets["tail_of_shift"])):
            begin, shift = words + 1, True
        digits = num.DIGITS.match(text, begin) if begin else None
        if digits is None or num.SHAPE.match(text, begin):
            return None
        later = _read(page, *digits.span())
        if later is None or later.year_like or (later.unit is None and text[later.end : later.end + 1] == "/"):
            return None
        counted = noun(w, text, later.numeral_end) if later.unit is None or later.unit.points else None
        if later.unit is not None or counted is not None or later.scaled:
            break
        at = later.numeral_end
    else:
        return None
    if later.unit is not None and later.unit.time and (later.unit.clock or _is_calendar(page, later)):
        return None
    if not shift:
        near = read.raw < later.raw <= read.raw * 3 + 5 or (read.raw > 10 and later.raw * 20 > read.raw)
        if not near or (text[at : at + 1] == "," and read.raw >= later.raw):
            return None
    mine = read._replace(value=read.raw * later.factor, factor=later.factor, unit=later.unit)
    unit_text = page.reading.written(later.unit_start, later.end) if later.unit is not None else None
    if later.unit is not None and not (later.unit.points and not _is_measured(page, later)):
        return _add(page, mine, left, _rule_of(page, later, None, left), unit_text=unit_text)
    if counted is None and later.unit is None:
        return _add(page, mine._replace(unit=None), left, "figure.money_bare")
    span = counted or (later.unit_start, later.end)
    return _add(page, mine._replace(unit=None), left, "figure.count", counted=span)


def _fraction(page: _Page, start: int, end: int, left: Left) -> int:
    """'17/17 xã', '2/3 số phiếu': a ratio, unless it is a date, an address, a scale of a map or a round."""
    w, text = page.words, page.text
    digits = num.DIGITS.match(text, end + 1)
    assert digits is not None
    stop = digits.end()
    over, under = num.parse_numeral(text[start:end]), num.parse_numeral(digits[0])
    if over is None or not under:
        return stop
    decimal = over != int(over) and under in _FULL_MARKS
    rating = over <= under and (decimal or (under == 100 and over >= 10))  # "Imdb 8.6/10", "thi 95/100"
    if left.kind in ("label", "name") and not rating:
        return stop
    after = text[stop : stop + 1]
    if after.isalpha() and over <= under and (last := starts_with(text, stop, w.sets["extent"])):  # "16,6/21,9km"
        read = _Read(start, last, last, over, _ONE, over, None, last, False)
        return _add(page, read, left, "figure.ratio", over, under, (stop, last))
    if after in ("/", "-") or after.isalpha() or ends_with(left.before, w.sets["address"]):
        return stop
    if (over == 1 and under >= 100) or (over <= 31 and under > 1900):
        return stop
    counted = noun(w, text, starts_with(text, stop, w.sets["all_of"]) or stop)
    if counted is not None and text[counted[0]].isupper() and text[slice(*counted)] not in w.sets["abbreviation"]:
        counted = None
    if text[start:end].isdigit() and digits[0].isdigit() and over <= 31 and under <= 12:  # may be a date
        small = over < under <= 10
        known = starts_with(text, stop, w.sets["fraction_noun"])
        undated = left.before[-1:].isalpha() and not ends_with(left.before, w.sets["row"])
        fine = (
            (
                counted is not None
                and undated
                and " " in text[slice(*counted)]
                and not ends_with(left.before, w.sets["date"])
            )
            or (left.kind == "modifier" and (counted is not None or (small and left.modifier != "about")))
            or (counted is not None and ends_with(left.before, w.sets["share"]))
            or (small and known and not ends_with(left.before, w.sets["date"]))
        )
    elif counted is not None:
        fine = left.kind not in ("firm", "soft") or not starts_with(text, stop, w.sets["place_noun"])
    else:
        cued = left.kind == "modifier" or text.startswith(" (", stop) or ends_with(left.before, w.sets["share"])
        fine = over <= under and (cued or rating)
    if not fine:
        return stop
    read = _Read(start, stop, stop, over, _ONE, over, None, stop, False)
    return _add(page, read, left, "figure.ratio", over, under, counted)


def _vulgar(page: _Page, start: int) -> int:
    """'½ diện tích': a ratio written as one character."""
    w, text = page.words, page.text
    under, stop = Decimal(_VULGAR[text[start]]), start + 1
    read = _Read(start, stop, stop, _ONE, _ONE, _ONE, None, stop, False)
    return _add(page, read, look_left(w, text, start), "figure.ratio", _ONE, under, noun(w, text, stop))


# --- records ----------------------------------------------------------------------------------------------------

_QUANTITIES: Mapping[str, Quantity] = {
    "figure.percent": "percent", "figure.money": "money", "figure.money_sign": "money", "figure.money_bare": "money",
    "figure.count": "count", "figure.count_bare": "count", "figure.ratio": "ratio",
}  # fmt: skip
_CANONICAL = {"figure.money_bare": "VND", "figure.age": "year_old"}


def _add(
    page: _Page,
    read: _Read,
    left: Left,
    rule: str,
    low: Decimal | None = None,
    high: Decimal | None = None,
    counted: tuple[int, int] | None = None,
    unit_text: str | None = None,
) -> int:
    """Appends the figure to the page. ``low`` and ``high`` are those of a range, or the two sides of a ratio;
    ``unit_text`` is that of a unit written elsewhere."""
    w, text, reading = page.words, page.text, page.reading
    quantity = _QUANTITIES.get(rule, "measure")
    counting, ratio = quantity in ("count", "ratio"), quantity == "ratio"
    unit = None if counting else read.unit
    start, end, value = read.start, read.numeral_end if counting else read.end, read.value
    signed = quantity == "percent" or (unit is not None and unit.signed)
    if signed and text[max(0, start - 2) : start] in (" -", "(-", "/-") and low is None:
        start, value = start - 1, -value  # "-38 độ C"
    if counted is None and not counting and text[end : end + 1] == " ":
        measured = noun(w, text, end)
        counted = measured if measured and text[slice(*measured)].lower() in w.sets["noun"] else None
    phrase = reading.written(counted[0], phrase_end(w, text, *counted)) if counted else None
    if counting and phrase is None:
        phrase = _earlier_noun(page, start, left)
    canonical = _CANONICAL.get(rule)
    if counting:
        unit_text = phrase
        canonical = " ".join(phrase.split()) if phrase else None  # "khu\u00a0phố" and "khu phố" are one unit
    elif unit is not None:
        canonical = unit.canonical
        if start <= read.unit_start < end:
            sign_end = start + 1 if rule == "figure.money_sign" else read.end
            unit_text = reading.written(read.unit_start, sign_end)
    ranged = low is not None and not ratio
    if max(value, high or value) >= _LARGEST:
        return end
    page.figures.append(
        Figure(
            start=start,
            end=end,
            rule=rule,
            confidence=w.confidence[rule],
            quantity=quantity,
            value=None if ranged or ratio else num.plain(value),
            low=num.plain(low) if ranged and low is not None else None,
            high=num.plain(high) if ranged and high is not None else None,
            numerator=low if ratio else None,
            denominator=high if ratio else None,
            unit=canonical,
            unit_text=unit_text,
            modifier=_modifier(page, read, left, quantity, end, rule),
            counted=phrase,
            scope=_scope(page, start, end),
        )
    )
    return end


def _earlier_noun(page: _Page, start: int, left: Left) -> str | None:
    """The noun of an elided count: after 'số' close before it ("số nhà thầu trúng thầu là 52"), else that of the
    count before it in the same sentence. Results count the matches that the sentence names before or behind them."""
    w, text, reading = page.words, page.text, page.reading
    sentence = reading.sentence_of(start) if reading.starts else 0
    begin = reading.starts[sentence] if reading.starts else 0
    if ends_with(left.before, w.sets["result"]):
        words = _LETTERS.findall(text, begin, reading.ends[sentence] if reading.starts else len(text))
        return next((word for word in words if word in w.sets["match"]), None)
    low = max(begin, start - 60)
    amount = text[low:start].lower().rfind(w.amount)
    counted = noun(w, text, low + amount + len(w.amount) - 1) if amount >= 0 else None
    if counted is not None and (stop := phrase_end(w, text, *counted)) <= start:
        return reading.written(counted[0], stop)
    for figure in reversed(page.figures):
        if figure.start < begin:
            return None
        if figure.quantity == "count" and figure.counted:
            return figure.counted
    return None


def _modifier(page: _Page, read: _Read, left: Left, quantity: Quantity, end: int, rule: str) -> Modifier | None:
    w, text = page.words, page.text
    if follows := w.bound_after.match(text, end):
        return w.after_modifiers[follows[1]]
    if left.modifier is None or (quantity == "count" and read.raw == int(read.raw) and read.value < left.least):
        return None
    bound = left.before.removeprefix(left.rest).strip()
    if bound in w.sets["age_bound"]:
        return left.modifier if rule == "figure.age" else None
    if bound in w.sets["more_compound"]:
        share = quantity == "percent" and bound in w.sets["more_share"]
        return None if share or _is_compared(page, end) else left.modifier
    if bound in w.sets["more"] and (
        ends_with(left.rest, w.sets["comparative"]) and not ends_with(left.rest, w.sets["plainly"])
    ):
        # "cao hơn 100%" and "trẻ hơn 5 tuổi" bound nothing, "cao hơn 5 tầng" and "kéo dài hơn 5 năm" do
        unit = read.unit
        size = quantity == "count" or (quantity == "measure" and unit is not None and not (unit.time or unit.age))
        return left.modifier if size else None
    return left.modifier


def _is_compared(page: _Page, end: int) -> bool:
    """Whether the clause goes on to say what the figure at ``end`` is compared with ('nhiều hơn 6 ống so với ...')."""
    stop = _BREAK.search(page.text, end)
    clause = page.text[end : min(stop.start() if stop else end, end + _SCOPE_AFTER)]
    return any(word in clause for word in page.words.sets["than"])


def _scope(page: _Page, start: int, end: int) -> str | None:
    """The year or period that the clause gives for the figure: before it in the sentence, else right after it."""
    reading, text = page.reading, page.text
    if page.periods is None:
        page.periods = num.periods(text)
    if not page.periods or not reading.starts:
        return None
    sentence = reading.sentence_of(start)
    low = max(reading.starts[sentence], start - _SCOPE_BEFORE)
    at = bisect_right(page.periods, (start, 0))
    for begin, stop in reversed(page.periods[max(0, at - 4) : at]):
        if begin < low:
            break
        if stop <= start and not _compared(page, low, begin):
            return reading.written(begin, stop)
    if at < len(page.periods):
        begin, stop = page.periods[at]
        near = begin - end <= _SCOPE_AFTER and stop <= reading.ends[sentence]
        if near and begin >= end and not _BREAK.search(text, end, begin) and not _compared(page, end, begin):
            return reading.written(begin, stop)
    return None


def _compared(page: _Page, low: int, begin: int) -> bool:
    """Whether the period at ``begin`` is what the figure is compared with ('so với năm 2015')."""
    return page.text[max(low, begin - 12) : begin].rstrip().endswith(page.words.compared)
