"""Numerals as strings: what a run of digits is before any word beside it is asked.

Takes text and offsets, gives values and shapes (dates, times, codes, links). No vocabulary but the letters and
words that belong to the writing of dates and times; every pattern is linear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

LONGEST = 30  # characters of the longest numeral that is read
_YEAR = r"(?:1[5-9]|20)[0-9]{2}"

DIGITS = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
DASH = re.compile(r" ?[-–—] ?(?:(?:dưới|gần|trên|hơn) )?(?=[0-9])")
TO = re.compile(r" (?:đến|tới) (?:dưới |gần |trên |hơn |khoảng )?(?=[0-9])")
TIMES = re.compile(r" ?[x×X] ?(?=[0-9])")
LIST = re.compile(r"(?:, | và | hoặc | hay |, gấp | hoặc gấp )(?=[0-9])")
MORE = re.compile(r" ([0-9]+(?:[.,][0-9]+)*)")
METRES = re.compile(r"m([0-9]{1,2})(?!\w)")  # 1m75

DAY_MONTH = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])[.](?:0?[1-9]|1[0-2])")  # 7.2
DATE_AFTER = re.compile(r",? [0-9]{1,2}(?:[/.-][0-9]| tháng)")
MONTH_AFTER = re.compile(r" (?:[1-9]|1[0-2])(?![0-9]|[.,][0-9]| ngày| tuần)")
THAT_YEAR = re.compile(rf" {_YEAR}(?!(?: ?[-–] ?| và |, ){_YEAR})(?![0-9])(?![.,][0-9])")
YEARS_AFTER = re.compile(rf"[^\n0-9.,;]{{0,12}}{_YEAR} ?[-–] ?{_YEAR}")
OF_YEAR = re.compile(rf"[^\n0-9.,;]{{0,9}} {_YEAR}(?![0-9]|[.,][0-9])|/{_YEAR}")
SECONDS = re.compile(r" ?[0-9]{1,2} ?giây")

# Never a figure, whatever stands beside it.
SHAPE = re.compile(
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
      | [0-9]+(?:\ ?[-–]\ ?[0-9]+){{3,9}}                            # 08 – 17 – 31 - 39
      | [0-9]+(?:[-–/][0-9]+){{2,9}}                                # 4-4-2, 012-345-678
      | [0-2]?[0-9][.:][0-5][0-9]\ ?[’']                            # 14.40’
      | [0-9]{{2}}[A-Z][A-Z0-9]?\ ?[-–]\ ?[0-9]{{3}}[0-9.]*         # 86H-5661
      | [0-9]+(?:\.[0-9]+)?\+[0-9.]+                                # 62+500
      | 24/24(?:/7)?|24/7
    )(?![0-9])""",
    re.VERBOSE,
)
# The year or period that a figure is for; one of the marks is in every period.
_PERIOD = re.compile(
    rf"(?:[Nn]ăm(?: học)?|[Gg]iai đoạn|[Nn]hiệm kỳ) {_YEAR}(?: ?[-–] ?{_YEAR})?(?![0-9])"
    rf"|[Tt]háng [0-9]{{1,2}}(?:[/.-]| năm ){_YEAR}"
    rf"|[Qq]uý (?:IV|I{{1,3}}|[1-4])(?:(?: năm |[/.-]){_YEAR})?(?!\w)"
    rf"|[0-9]{{1,2}} tháng (?:đầu|cuối) năm(?: {_YEAR})?"
)
_PERIOD_MARK = re.compile(r"19|20|[Qq]uý|tháng (?:đầu|cuối) năm")
_PERIOD_LENGTH = 30  # code points of the longest period, on either side of its mark
CLOCK = re.compile(  # 7h30, 19 giờ 30 phút
    r"[0-9]{1,2} ?(?:[hHg]|giờ) ?[0-9]{1,2}(?P<minutes> ?(?:['’]|phút|p)(?: ?[0-9]{1,2}(?! giây))?)?(?!\w)"
)

# What holds digits that are no text: links, addresses, file names.
_LINK = re.compile(r"://|www\.|@(?=\w)|\.(?:com|vn|net|org|html?|jpe?g|png|gif|mp4|pdf|docx?)(?=\W|$)")
_LINK_EDGES = frozenset(' \n()[]<>"')
_LINK_BEFORE, _LINK_AFTER = 500, 2000  # code points of a link that are looked at on either side of its mark


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
        groups = token[:last].split("," if token[last] == "." else ".")
        return Decimal("".join(groups) + "." + token[last + 1 :]) if _grouped(groups) else None
    mark = "." if dots else ","
    groups = token.split(mark)
    if len(groups) > 2:
        return Decimal("".join(groups)) if _grouped(groups) else None
    first, tail = groups
    if len(tail) == 3 and len(first) <= 3 and first[0] != "0" and not (mark == "," and decimal_comma):
        return Decimal(first + tail)
    return Decimal(f"{first}.{tail}")


def _grouped(groups: Sequence[str]) -> bool:
    return len(groups[0]) <= 3 and groups[0].isdigit() and all(len(g) == 3 and g.isdigit() for g in groups[1:])


def is_code(token: str) -> bool:
    """Whether eight digits or more stand together: account and telephone numbers."""
    return len(token) > 7 and token.isdigit()


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and exponent, with six decimals at most."""
    if value == value.to_integral_value():
        return Decimal(int(value))
    return round(value, 6).normalize()


def periods(text: str) -> list[tuple[int, int]]:
    """The spans of years and periods ("năm 2016", "6 tháng đầu năm 2017"), in order."""
    spans: list[tuple[int, int]] = []
    last = 0
    for mark in _PERIOD_MARK.finditer(text):
        if mark.start() < last:
            continue
        found = _PERIOD.search(text, max(last, mark.start() - _PERIOD_LENGTH), mark.end() + _PERIOD_LENGTH)
        if found is not None:
            spans.append(found.span())
            last = found.end()
    return spans


def links(text: str) -> list[tuple[int, int]]:
    """The spans of web addresses, mail addresses and file names, in order."""
    spans: list[tuple[int, int]] = []
    last = 0
    for match in _LINK.finditer(text):
        start, end = match.span()
        if start < last:
            continue
        low, high = max(last, start - _LINK_BEFORE), min(len(text), end + _LINK_AFTER)
        while start > low and text[start - 1] not in _LINK_EDGES:
            start -= 1
        while end < high and text[end] not in _LINK_EDGES:
            end += 1
        spans.append((start, end))
        last = end
    return spans
