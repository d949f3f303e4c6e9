"""Figures: numerals of a reading in, checked quantities out.

One scan finds the numerals; all else is decided beside each of them, by short look-ups to the left and right.
Dates, times of day, ordinals, names and codes are refused. Linear: nothing but a bounded window round a numeral
is read twice. Spans come in order and never overlap. The vocabulary is in ``rules/``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, cast

import regex

from extract.records import Figure, Modifier, Quantity
from extract.rules import LexiconEntry, Rules
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
_PLAN_YEARS = re.compile(rf" ?\(? ?(?:giai đoạn |từ |năm )*{_YEAR} ?[-–] ?{_YEAR}")
_OF_YEAR = re.compile(rf" (?:của )?(?:năm )?{_YEAR}(?![0-9.,])|/{_YEAR}")

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
_CLOCK = re.compile(r"[0-9]{1,2} ?(?:[hHg]|giờ) ?[0-9]{1,2}(?: ?(?:['’]|phút|p)(?: ?[0-9]{1,2})?)?(?!\w)")
# What holds digits that are no text: links, addresses, file names.
_LINK = re.compile(r"://|www\.|@(?=\w)|\.(?:com|vn|net|org|html?|jpe?g|png|gif|mp4|pdf|docx?)(?=\W|$)")

_ONE = Decimal(1)


class _Unit(NamedTuple):
    canonical: str
    quantity: Quantity
    time: bool  # a duration, subject to the rules on calendars
    clock: bool  # also a time of day
    calendar: bool  # also a calendar period
    points: bool  # a counted noun unless the context makes it a measure
    next: frozenset[str]  # a unit only before one of these


class _Read(NamedTuple):
    """One numeral with the scale words and the unit behind it."""

    start: int
    numeral_end: int  # after numeral and scale words
    end: int  # after the unit
    raw: Decimal
    factor: Decimal  # of the scale words
    unit: _Unit | None
    unit_start: int
    year_like: bool

    @property
    def value(self) -> Decimal:
        return self.raw * self.factor

    @property
    def scaled(self) -> bool:
        return self.factor != 1


class _Left(NamedTuple):
    """What stands before a numeral."""

    kind: str  # modifier, neutral, label, soft, name, plain or start
    modifier: Modifier | None
    tokens: list[str]  # lower case
    used: int  # how many of them made the kind


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
    left: Mapping[str, tuple[str, Modifier | None]]
    after_modifiers: Mapping[str, Modifier]
    sets: Mapping[str, frozenset[str]]
    confidence: Mapping[str, float]


_SETS = (
    "date", "score", "address", "duration", "daypart", "duration_after", "calendar", "plan", "trigger",
    "coefficient", "share", "fraction_noun", "place_noun", "index", "people", "money_noun",
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
    left: dict[str, tuple[str, Modifier | None]] = {}
    for kind in ("label", "label_soft", "neutral"):
        left.update((_key(f), (kind.removeprefix("label_"), None)) for f in rules.forms(f"context.{kind}"))
    for form, entry in rules.lexicon("context.modifier").items():
        left[_key(form)] = ("modifier", cast(Modifier, entry.assign["modifier"]))
    sets = {n: frozenset(map(_key, rules.forms(f"context.{n}"))) for n in _SETS}
    sets["stop"] = rules.forms("count.stop")
    sets["noun"] = rules.forms("count.stop_except") | rules.forms("unit.compound") | rules.forms("count.noun")
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
            f: cast(Modifier, e.assign["modifier"]) for f, e in rules.lexicon("context.modifier_after").items()
        },
        sets=sets,
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
            return _Left(found[0], found[1], tokens, n)
    if raw[-1] == "." and len(raw) > 1 and text[start - 1] == "." and (len(raw[-2]) < 3 or raw[-2].isupper()):
        return _Left("label", None, tokens, 1)  # Q.2, TP.1, No.5
    if raw[-1][0].isupper() and len(raw) > 1 and raw[-2][0].isalnum():
        return _Left("name", None, tokens, 1)
    return _Left("plain", None, tokens, 0)


def _ends_with(left: _Left, phrases: frozenset[str], skip: int = 0) -> bool:
    """Whether what stands before, without its last ``skip`` tokens, ends with one of the phrases."""
    last = len(left.tokens) - skip
    return any(" ".join(left.tokens[last - n : last]) in phrases for n in (3, 2, 1) if last >= n)


def _starts_with(text: str, at: int, phrases: frozenset[str]) -> bool:
    """Whether one of the phrases (of up to four words) stands at ``at``, after an optional space."""
    found = _WORDS.match(text, at)
    if found is None:
        return False
    words = found[0].lower().split()
    return any(" ".join(words[:n]) in phrases for n in (4, 3, 2, 1) if n <= len(words))


def _read(w: _Words, text: str, start: int, end: int) -> _Read | None:
    """The numeral at ``text[start:end]`` with what belongs to it behind it; None where it is no number."""
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
                factor, at = w.short_scales[letters[0]][0], letters.end()
    if symbol is not None:
        unit, unit_start, stop = w.units[symbol[1]], symbol.start(1), symbol.end()
    token = text[start:end]
    raw = parse_numeral(token, factor >= 1000000 or (unit is not None and unit.quantity == "percent"))
    if raw is None:
        return None
    year_like = end - start == 4 and factor == 1 and token.isdigit() and "1900" <= token < "2100"
    return _Read(start, at, stop if unit else at, raw, factor, unit, unit_start, year_like)


def _noun(w: _Words, text: str, at: int) -> tuple[int, int] | None:
    """The span of the counted noun phrase at ``at``, or None where no noun stands there."""
    run = _WORDS.match(text, at)
    if run is None:
        return None
    words = run[0].split()
    begin = at + (text[at] == " ")
    lower = [x.lower() for x in words[:4]]
    head = 0
    for n in (4, 3, 2, 1):
        phrase = " ".join(lower[:n])
        if n <= len(words) and phrase in w.sets["noun"]:
            head = n
            break
        if phrase in w.sets["stop"]:
            return None
    if not head:
        if words[0][0].isupper() or (begin == at and len(words[0]) < 3):
            return None
        head = 1
    return begin, begin + len(" ".join(words[:head]))


# --- one candidate --------------------------------------------------------------------------------------------


class _Found(NamedTuple):
    """A figure in the making, and where the scan goes on."""

    figure: Figure | None
    resume: int


def _tag(w: _Words, reading: Reading, blocked: Sequence[tuple[int, int]]) -> list[Figure]:
    text = reading.text
    blocks = _blocks(text, blocked)
    figures: list[Figure] = []
    resume, next_block = 0, 0
    for match in _NUMERAL.finditer(text):
        start, end = match.span()
        if start < resume:
            continue
        while next_block < len(blocks) and blocks[next_block][1] <= start:
            next_block += 1
        if next_block < len(blocks) and blocks[next_block][0] < end:
            resume = blocks[next_block][1]
            continue
        found = _candidate(w, reading, start, end)
        resume = found.resume
        figure = found.figure
        if figure is None:
            continue
        if next_block < len(blocks) and blocks[next_block][0] < figure.end:
            continue
        figures.append(figure)
    return figures


def _blocks(text: str, blocked: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The blocked spans and those of links, sorted."""
    spans = list(blocked)
    last = 0
    for match in _LINK.finditer(text):
        if match.start() < last:
            continue
        start = max(text.rfind(c, last, match.start()) for c in " \n([<\"'") + 1
        ends = [e for c in " \n)]>\"'" if (e := text.find(c, match.end(), match.end() + 2000)) >= 0]
        start, last = max(start, last, match.start() - 500), min(ends, default=min(len(text), match.end() + 2000))
        spans.append((start, last))
    spans.sort()
    return spans


def _candidate(w: _Words, reading: Reading, start: int, end: int) -> _Found:
    text = reading.text
    before = text[start - 1] if start else "\n"
    sign: _Unit | None = None
    if before in "/.:-–+_@#&=?\\,":
        earlier = text[start - 2] if start > 1 else "\n"
        glued = earlier.isalnum()
        if before in "_@#&=?\\" or (before in "-–:+," and earlier.isdigit()) or (before in "-–+" and glued):
            return _Found(None, end)
        if before == "/" and not (earlier.islower() or earlier in "%)"):
            return _Found(None, end)
        if before == "." and glued and not earlier.islower():
            return _Found(None, _skip_shape(text, start, end))
    elif before in w.signs:
        sign = w.signs[before]
    shape = _SHAPES.match(text, start)
    if shape is not None:
        return _Found(None, shape.end())
    left = _left(w, text, start)
    clock = _CLOCK.match(text, start)
    if clock is not None and not (_ends_with(left, w.sets["duration"], left.used) or left.kind == "modifier"):
        return _Found(None, clock.end())
    return _decide(w, reading, start, end, left, sign)


def _skip_shape(text: str, start: int, end: int) -> int:
    shape = _SHAPES.match(text, start)
    return shape.end() if shape else end


def _decide(w: _Words, reading: Reading, start: int, end: int, left: _Left, sign: _Unit | None) -> _Found:
    text = reading.text
    after = text[end : end + 1]
    if after == "/" and text[end + 1 : end + 2].isdigit():
        return _fraction(w, reading, start, end, left)
    first = _read(w, text, start, end)
    if first is None:
        return _Found(None, end)
    if after.isalpha() and first.unit is None and first.factor == 1:  # 12A, 4G, 8X, 5người
        meters = re.compile(r"m([0-9]{1,2})(?!\w)").match(text, end)
        if meters and first.raw < 10:
            value = first.raw + Decimal("0." + meters[1])
            return _make(w, reading, first._replace(raw=value, end=meters.end(), unit=w.units["m"]), left, "figure.measure")
        noun = _noun(w, text, end)
        if noun is None:
            word = _GLUED.match(text, end)
            return _Found(None, word.end() if word else end)
    if after in "'’\"”" and text[end + 1 : end + 2] in "+0123456789" and after and after not in "\"”":
        return _Found(None, end + 1)
    if after == "_" or after == "@":
        return _Found(None, end)
    # a range?
    joint = _DASH.match(text, first.end) or _TO.match(text, first.end)
    if joint is not None:
        found = _range(w, reading, first, joint, left)
        if found is not None:
            return found
    if sign is not None:
        return _make(w, reading, first._replace(start=start - 1, unit=sign, unit_start=start - 1, end=first.numeral_end), left, "figure.money")
    return _single(w, reading, first, left)


def _range(w: _Words, reading: Reading, first: _Read, joint: re.Match[str], left: _Left) -> _Found | None:
    """One figure for both numerals; a refusal for a score or a date; None where the first stands alone."""
    text = reading.text
    digits = _DIGITS.match(text, joint.end())
    assert digits is not None
    end = digits.end()
    tight = joint[0] in "-–—"
    dash = joint[0].strip() in "-–—"
    if text[end : end + 1] in "/:" and text[end + 1 : end + 2].isdigit():
        return _Found(None, end) if dash else None
    second = _read(w, text, digits.start(), end)
    if second is None or _CLOCK.match(text, digits.start()):
        return _Found(None, end) if tight else None
    if first.unit is not None and first.unit != second.unit:
        return None
    if dash and first.unit is None and not first.scaled and second.unit is None and _ends_with(left, w.sets["score"]):
        return _Found(None, end)
    noun = _noun(w, text, second.end) if second.unit is None else None
    if text[end : end + 1].isalpha() and second.unit is None and not second.scaled and noun is None:
        return _Found(None, end) if tight else None
    low = first.raw * (second.factor if not first.scaled else first.factor)
    high = second.value
    if not first.scaled and second.scaled and low > high and first.raw * second.factor / 1000 < high:
        low = first.raw * second.factor / 1000  # 500 - 1 tỷ đồng
    bare = second.unit is None and not second.scaled and noun is None
    ok = low < high and not (first.year_like and second.year_like and bare)
    if left.kind == "label" and (second.unit is None or second.unit.time):
        return _Found(None, end if tight else first.end)
    if bare and not (left.kind == "modifier" or _ends_with(left, w.sets["trigger"])):
        ok = False
    if second.unit is not None and second.unit.clock and not _duration(w, text, second, left):
        return _Found(None, second.end)
    if not ok:
        return _Found(None, end) if tight and second.unit is None else None
    if second.unit is not None and second.unit.time and _calendar(w, text, second, left):
        return _Found(None, second.end)
    return _make(w, reading, second._replace(start=first.start), left, "", low, high)


def _duration(w: _Words, text: str, read: _Read, left: _Left) -> bool:
    """Whether a number of hours is a duration, not a time of day."""
    if read.raw > 24 or read.raw != int(read.raw):
        return True
    if _starts_with(text, read.end, w.sets["duration_after"]):
        return True
    if _starts_with(text, read.end, w.sets["daypart"]):
        return False
    if left.kind == "modifier" and left.modifier != "about" and read.raw <= 15:
        return True
    return _ends_with(left, w.sets["duration"], left.used if left.kind == "modifier" else 0)


def _calendar(w: _Words, text: str, read: _Read, left: _Left) -> bool:
    """Whether a number of days, months or years is a calendar period, or a date."""
    unit = read.unit
    assert unit is not None
    if not unit.calendar:
        return False
    if unit.canonical == "year":
        if read.year_like and left.kind not in ("modifier",):
            return True
        plan = _PLAN_YEARS.match(text, read.end)
        return plan is not None and any(t in " ".join(left.tokens) for t in w.sets["plan"])
    if _starts_with(text, read.end, w.sets["calendar"]):
        return True
    if _OF_YEAR.match(text, read.end):
        return True
    if unit.canonical == "month":
        more = re.compile(r" ([0-9]{1,2})(?![0-9.,]| ngày| tuần)").match(text, read.end)
        return more is not None and int(more[1]) <= 12 and read.raw <= 31
    return False


def _single(w: _Words, reading: Reading, read: _Read, left: _Left) -> _Found:
    text = reading.text
    unit = read.unit
    refused = _Found(None, read.numeral_end)
    if unit is not None and not unit.points:
        if unit.quantity != "measure":
            return _make(w, reading, read, left, f"figure.{unit.quantity}")
        if unit.time:
            if left.kind == "label" or (left.kind == "soft" and unit.calendar and _calendar(w, text, read, left)):
                return refused
            if unit.clock and not _duration(w, text, read, left):
                return _Found(None, read.end)
            if _calendar(w, text, read, left):
                return _Found(None, read.end)
            return _make(w, reading, read, left, "figure.duration")
        if left.kind == "label" and read.end - read.unit_start == 1:
            return refused
        return _make(w, reading, read, left, "figure.age" if unit.canonical.endswith("_old") else "figure.measure")
    if unit is not None:  # points
        decimal = read.raw != int(read.raw)
        if decimal or any(t in w.sets["index"] for t in left.tokens):
            return _make(w, reading, read, left, "figure.points")
        if left.kind in ("label", "name"):
            return refused
        return _make(w, reading, read, left, "figure.count", noun=(read.unit_start, read.end))
    noun = _noun(w, text, read.numeral_end)
    if noun is not None:
        phrase = text[noun[0] : noun[1]].lower()
        big = "." in text[read.start : read.numeral_end] or read.scaled
        if read.scaled and phrase in w.sets["money_noun"]:
            return _make(w, reading, read, left, "figure.money_bare")
        if read.raw != int(read.raw) and not read.scaled:
            if left.kind not in ("modifier",) and not _ends_with(left, w.sets["coefficient"]):
                if phrase != "lần":
                    return refused
        if not big and left.kind in ("label", "name"):
            return refused
        if left.kind == "soft" and phrase in w.sets["place_noun"]:
            return refused
        if read.year_like and not (left.kind == "modifier" or _ends_with(left, w.sets["trigger"])):
            return refused
        return _make(w, reading, read, left, "figure.count", noun=noun)
    if read.scaled:
        if any(t in w.sets["people"] for t in left.tokens):
            return _make(w, reading, read, left, "figure.count_bare")
        return _make(w, reading, read, left, "figure.money_bare")
    if _ends_with(left, w.sets["coefficient"]):
        return _make(w, reading, read, left, "figure.coefficient")
    if read.year_like or left.kind in ("label", "soft", "name", "start"):
        return refused
    if left.kind == "modifier" or _ends_with(left, w.sets["trigger"]):
        return _make(w, reading, read, left, "figure.count_bare")
    return refused


def _fraction(w: _Words, reading: Reading, start: int, end: int, left: _Left) -> _Found:
    text = reading.text
    digits = _DIGITS.match(text, end + 1)
    assert digits is not None
    stop = digits.end()
    refused = _Found(None, stop)
    over, under = parse_numeral(text[start:end]), parse_numeral(digits[0])
    if over is None or under is None or not under or left.kind == "label" or text[stop : stop + 1] == "/":
        return refused
    if text[stop : stop + 1].isalpha() or _ends_with(left, w.sets["address"]):
        return refused
    noun = _noun(w, text, stop)
    known = _starts_with(text, stop, w.sets["fraction_noun"])
    dated = 1 <= over <= 31 and 1 <= under <= 12 and "," not in text[start:stop] and "." not in text[start:stop]
    if over == 1 and under >= 100:
        return refused
    if dated:
        small = over < under <= 10
        ok = (left.kind == "modifier" and (noun is not None or small)) or (
            small and known and not _ends_with(left, w.sets["date"])
        ) or (noun is not None and _ends_with(left, w.sets["share"]))
    else:
        ok = over <= under or noun is not None
    if not ok:
        return refused
    read = _Read(start, stop, stop, over, _ONE, None, stop, False)
    return _make(w, reading, read, left, "figure.ratio", over, under, noun=noun)


def _make(
    w: _Words,
    reading: Reading,
    read: _Read,
    left: _Left,
    rule: str,
    low: Decimal | None = None,
    high: Decimal | None = None,
    noun: tuple[int, int] | None = None,
) -> _Found:
    text = reading.text
    unit = read.unit
    if not rule:
        if unit is not None and not unit.points:
            rule = f"figure.{unit.quantity}"
            if unit.time:
                rule = "figure.duration"
            elif unit.canonical.endswith("_old"):
                rule = "figure.age"
        elif unit is not None:
            rule = "figure.points"
        else:
            noun = _noun(w, text, read.numeral_end)
            rule = "figure.count" if noun else ("figure.money_bare" if read.scaled else "figure.count_bare")
    quantity: Quantity
    if rule.startswith("figure.count"):
        quantity = "count"
    elif rule.startswith("figure.money"):
        quantity = "money"
    elif rule == "figure.ratio":
        quantity = "ratio"
    elif rule == "figure.percent":
        quantity = "percent"
    else:
        quantity = "measure"
    end = read.numeral_end if quantity in ("count", "ratio") else read.end
    counted = reading.written(*noun) if noun else None
    modifier = left.modifier
    tail = text[end : end + 48]
    if "trở " in tail:
        m = re.compile(r"[^.,;:()\n0-9]{0,34}? (trở lên|trở xuống)").match(tail)
        if m:
            modifier = w.after_modifiers[m[1]]
    unit_text = reading.written(read.unit_start, read.end) if unit is not None and quantity not in ("count", "ratio") else counted
    canonical = unit.canonical if unit is not None and quantity not in ("count", "ratio") else counted
    if rule == "figure.money_bare":
        canonical = "VND"
    ratio = quantity == "ratio"
    ranged = low is not None and not ratio
    return _Found(
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
            modifier=modifier,
            counted=counted,
            scope=None,
        ),
        end,
    )
