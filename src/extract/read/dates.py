"""Dates as newspapers and databases write them -> aware datetimes in Asia/Ho_Chi_Minh, to the second.

Never raises on what it cannot read and never asks the clock: an impossible or unreadable date is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_FIRST, _LAST = 1900, 2199  # years outside are typing errors, and break time zones and Arrow
_AHEAD = timedelta(days=30)  # news announces what comes within weeks, and reports the rest

_DATE = re.compile(
    r"""
    (?<![\d/.-])(?:
      (?P<y1>\d{4})(?P<sep1>[/.-])(?P<m1>\d{1,2})(?P=sep1)(?P<d1>\d{1,2})             # 2024-05-22, 2024/05/22
    | (?P<d2>\d{1,2})\ ?(?P<sep>[/.-])\ ?(?P<m2>\d{1,2})\ ?(?P=sep)\ ?(?P<y2>\d{4}|\d\d(?!\d))  # 22/5/24
    | (?P<d3>\d{1,2})\ tháng\ (?P<m3>\d{1,2}),?(?:\ năm)?\ (?P<y3>\d{4})            # 22 tháng 5 năm 2024
    )(?![\d/])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TIME = re.compile(
    r"""
    # 10:25, 10:25:00, 18h45, 8 giờ 05 phút, 06:45 CH
    (?<![\d:])(?P<h>\d{1,2})\ ?(?::|h|g|giờ)\ ?(?P<min>\d{2})(?:\ ?phút|')?(?::(?P<s>\d{2}))?
    (?:\ ?(?P<half>[AP]M|SA|CH)\b)?(?![\d:])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ZONE = re.compile(r"\(?\b(?:GMT|UTC)\s?(?P<sign>[+-])\s?(?P<hours>\d{1,2})(?::(?P<minutes>\d{2}))?\)?", re.IGNORECASE)
# What may stand beside a date in a dateline: weekdays, labels and the page's counters.
_BESIDE = re.compile(
    r"""
      \b(?:thứ\ ?(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\ nhật|CN|T[2-7])\b
    | \b(?:ngày\ (?:đăng\ tin|đăng|xuất\ bản|viết|tạo|cập\ nhật)
        |cập\ nhật(?:\ (?:lúc|ngày|lần\ cuối|mới\ nhất))?|đăng(?:\ (?:lúc|ngày|tải))?|xuất\ bản
        |thời\ gian(?:\ đăng)?|published|updated|posted|date|lúc|ngày|hồi)\b
    | \b(?:lượt\ (?:xem|đọc|truy\ cập)|số\ lần\ (?:xem|đọc)|đã\ xem|xem|views?|bình\ luận|comments?)
        \s?:?\s?[\d.]+
    | [\d.]+\ (?:lượt\ (?:xem|đọc|truy\ cập)|views?|bình\ luận|comments?)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_UPDATED = re.compile(r"cập\s+nhật|updated", re.IGNORECASE)
_DIGITS = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Dateline:
    """A line that says when: the moment, whether it is only the last change, and what else the line holds."""

    when: datetime
    updated: bool
    rest: str


def parse_datetime(value: object) -> datetime | None:
    """The moment a record's field means; a date alone is its midnight, and no zone is Viet Nam's.

    Takes ISO 8601 ("2026-08-17T23:15:19Z"), RFC 2822, epoch seconds (or milliseconds, by their size), the
    Vietnamese forms ("01/07/2022 18:45", "10:25, Thứ Tư, 22-5-2024", "18h45 ngày 1 tháng 7 năm 2022"),
    and datetime and date objects.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, datetime):
        return _local(value)
    if isinstance(value, date):
        return _local(datetime(value.year, value.month, value.day))
    if isinstance(value, int | float):
        return _from_number(value)
    return _from_string(" ".join(value.split())) if isinstance(value, str) else None


def read_dateline(line: str) -> Dateline | None:
    """The date in ``line``; ``rest`` is what remains of the line without the words that belong to dates.

    A two-figure year needs a time beside it: "22/5/24" alone may be anything.
    """
    match = _DATE.search(line)
    if match is None:
        return None
    if match.start() == 0 and match["y1"] and " " not in line:  # 2024-05-22T10:25:00+07:00
        whole = _from_string(line)
        return None if whole is None else Dateline(whole, False, "")
    before, after = line[: match.start()], line[match.end() :]
    time = _TIME.search(before) or _TIME.search(after)
    if time is None and len(match["y2"] or "0000") == 2:
        return None
    when = _combine(match, time, _ZONE.search(line))
    if when is None:
        return None
    rest = _BESIDE.sub(" ", _ZONE.sub(" ", _TIME.sub(" ", before, count=1) + " " + _TIME.sub(" ", after, count=1)))
    return Dateline(when, _UPDATED.search(line) is not None, rest.strip(" \t|,;:.•·()[]-–—/@"))


def resolve_year(day: int, month: int, published_at: datetime | date | None) -> date | None:
    """The full date of a day and month without a year ("Sáng 9/10") in an article of ``published_at``.

    The article's own year, or the year before where that would lie more than 30 days after the article;
    None where the article has no date or the day does not exist ("30/2").
    """
    if published_at is None:
        return None
    article = published_at.date() if isinstance(published_at, datetime) else published_at
    for year in (article.year, article.year - 1):
        try:
            found = date(year, month, day)
        except ValueError:  # "29/2" in a year without one, "31/6", "5/13"
            continue
        if found - article <= _AHEAD:
            return found
    return None


def _local(moment: datetime) -> datetime | None:
    try:
        moment = moment.replace(tzinfo=VIETNAM) if moment.tzinfo is None else moment.astimezone(VIETNAM)
    except (OverflowError, ValueError):
        return None
    return moment.replace(microsecond=0, fold=0) if _FIRST <= moment.year <= _LAST else None


def _from_number(value: float) -> datetime | None:
    if isinstance(value, int) and (10**7 <= value < 10**8 or 10**13 <= value < 10**14):
        whole = _compact(str(value))  # 20220701: no news is from August 1970, when that many seconds had passed
        if whole is not None:
            return whole
    try:
        # 1e11 seconds are the year 5138, 1e11 milliseconds 1973: what is larger counts in smaller units.
        for _ in range(3):
            if abs(value) >= 1e11:
                value = value / 1000
        return _local(datetime.fromtimestamp(value, VIETNAM))
    except (OverflowError, ValueError, OSError):
        return None


def _compact(digits: str) -> datetime | None:
    try:
        return _local(datetime.strptime(digits, "%Y%m%d" if len(digits) == 8 else "%Y%m%d%H%M%S"))
    except ValueError:
        return None


def _from_string(text: str) -> datetime | None:
    if len(text) > 200:
        return None
    if text.isascii() and _DIGITS.fullmatch(text):
        return _from_number(float(text) if "." in text else int(text))
    try:
        return _local(datetime.fromisoformat(text))
    except ValueError:
        pass
    match = _DATE.search(text)
    if match:
        before, after = text[: match.start()], text[match.end() :]
        return _combine(match, _TIME.search(before) or _TIME.search(after), _ZONE.search(text))
    try:
        return _local(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _combine(day: re.Match[str], time: re.Match[str] | None, zone: re.Match[str] | None) -> datetime | None:
    year = int(day["y1"] or day["y2"] or day["y3"])
    month, number = int(day["m1"] or day["m2"] or day["m3"]), int(day["d1"] or day["d2"] or day["d3"])
    hour = minute = second = 0
    if time is not None:
        hour, minute, second = int(time["h"]), int(time["min"]), int(time["s"] or 0)
        half = (time["half"] or "").upper()
        if half in ("PM", "CH") and hour < 12:
            hour += 12
        elif half in ("AM", "SA") and hour == 12:
            hour = 0
    try:
        moment = datetime(year + 2000 if year < 100 else year, month, number, hour, minute, second)
    except ValueError:
        return None
    if zone is not None and time is not None:
        offset = timedelta(hours=int(zone["hours"]), minutes=int(zone["minutes"] or 0))
        if offset <= timedelta(hours=14):
            moment = moment - offset if zone["sign"] == "+" else moment + offset
            return _local(moment.replace(tzinfo=ZoneInfo("UTC")))
    return _local(moment)
