"""What an article's text says of itself -> headline, date, authors, source address and publisher.

Looks only at the first and the last few thousand characters and never changes them. Precise rather than
complete: a name at the end is an author only where it stands alone or right after the last sentence, and a
date is the article's only as a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from extract.read.byline import Byline, fold, is_name, outlet_of, read_byline, words
from extract.read.dates import Dateline, parse_datetime, read_dateline, resolve_year

__all__ = ["Metadata", "from_text", "parse_datetime", "resolve_year", "split_authors"]

_WINDOW = 4000  # code points looked at, at either end
_HEAD_LINES = 12
_TAIL_LINES = 14
_LONGEST_HEADLINE = 250  # the longest of 14,000 real ones has 154 code points
_LONGEST_DATELINE = 140
_BODY = 110  # a line this long, or one that ends a sentence, is running text

_MARKUP = " \t\u00a0\u200b\ufeff#>*_"
_NOT_TEXT = re.compile(r"\s*(?:\[//\]:|!\[|\[img\]|<img|-{3,}\s*$|={3,}\s*$|\./\.?\s*$)", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n((?:[^\n]*\n){1,30}?)---[ \t]*(?:\n|$)")
_FIELD = re.compile(r"^(title|date|authors?|url|publisher)[ \t]*:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)
_URL = re.compile(r"https?://[^\s<>\"“”]+")
# "Nguồn Quảng Ninh: https://…", "*Nguồn https://…*", "Link bài: …", or the address alone.
_BEFORE_URL = re.compile(r"\W*(?:(?:theo|nguồn|link|url|đường dẫn|source|bài gốc)\b[^:\n/]{0,40}:?)?\W*", re.IGNORECASE)
# "(BĐ) - Sáng 9/10, …", "GD&TĐ - …", "(binhdinh.gov.vn) - …": the outlet's mark before the lead.
_MARK = re.compile(r"\(?([^\s()–—][^()–—\n]{0,28}?)\)?\s*[-–—]\s+(?=\S)")
_SENTENCE_END = re.compile(r"(?:[^.][.]|[!?…:;,]|[.!?…][\"”’')\]»]+)$")
_INNER_STOP = re.compile(r"[^\W\d_]{3}[.!?]\s+[A-ZĐ]")
_OPENS_LEAD = re.compile(r"(?:rạng )?(?:sáng|trưa|chiều|tối|ngày|đêm|hôm)\b[^,]{0,25}\d", re.IGNORECASE)
_BULLET = re.compile(r"(?:[-+*•·–▪►]|\d+[.)])\s")
_CAPTION = re.compile(r"\b(?:ảnh|photo|clip|video|đồ họa)(?: minh họa)?\s*:", re.IGNORECASE)
# "Ảnh: Lê Minh" at the end; "Clip: Cô gái trẻ chui qua hàng rào đường sắt" is a headline.
_CREDIT = re.compile(_CAPTION.pattern + r".{0,25}$", re.IGNORECASE)
_AUTHOR_LABEL = re.compile(r"\W*(?:tác giả|người viết|thực hiện|bài|tin)\b[^:\n]{0,12}:", re.IGNORECASE)
_FOR = re.compile(r"(?:TM|KT|TL|TUQ|T/M|K/T)\.? ")  # on behalf of, in place of: the head of a signature
# Where the last sentence ends and a byline may follow on the same line: "… làm rõ./. Lê Minh/VOV.VN".
_SOURCE = re.compile(r"Nguồn\s*:\s*(?:Báo|Cổng|Tạp chí|Trang|Trung tâm|Đài)\s")
_CUT = re.compile(rf"[.!?…”\"’»)]\s*(?=[^\W\d_a-z]|\(|theo )|\s(?={_SOURCE.pattern})")
_CRUMB = re.compile(r"\s+[-–|»>/]\s*|\s*[»>|]\s*")
# A line of nothing but an outlet: "VnExpress", "Báo Nhân Dân", "Theo Lao Động". "Giao thông" is a heading.
_SAYS_OUTLET = re.compile(r"[(/.]|[A-Z]{2}|[a-z][A-Z]|^\W*(?i:theo|nguồn|báo|cổng|đài|tạp chí|trang|trung tâm)\b")
_TAIL_TIME = re.compile(r"\|\s*(\d{1,2}:\d{2},?\s+\d{1,2}/\d{1,2}/\d{4})\s*$")
_PLACE_AND_DAY = re.compile(r"[^\W\d_][^,\d]{1,40}, ngày \d{1,2} tháng \d{1,2} năm \d{4}\W*", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_AUTHOR_SEPARATOR = re.compile(r"\s*[;,|&]\s*|\s+[-–—]\s+")


@dataclass(frozen=True, slots=True)
class Metadata:
    """Columns of ``articles`` that come beside the text; None and () where nothing says."""

    title: str | None = None
    published_at: datetime | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    publisher: str | None = None


@dataclass(slots=True)
class _Found:
    """What one part of the text gives; the first find of each stays."""

    title: str | None = None
    dates: list[tuple[Dateline, bool]] = field(default_factory=list)  # True: after the headline
    authors: tuple[str, ...] = ()
    url: str | None = None
    publisher: str | None = None

    def take(self, byline: Byline) -> None:
        self.authors = self.authors or byline.authors
        self.publisher = self.publisher or byline.publisher

    def date(self) -> datetime | None:
        """The day of publication rather than of the last change, and under the headline rather than above it,
        where sites show today's date."""
        best = min(self.dates, key=lambda d: (d[0].updated, not d[1]), default=None)
        return best[0].when if best else None


def from_text(text: str) -> Metadata:
    """The headline, date, authors, source address and publisher that ``text`` gives of itself."""
    matter, start = _read_front_matter(text[:_WINDOW])
    head = _read_head(text[start : start + _WINDOW])
    tail = _read_tail(text[max(start, len(text) - _WINDOW) :])
    days = {d.when for d, _ in tail.dates}  # several dates at the end are those of other articles
    url = matter.url or head.url or tail.url
    return Metadata(
        title=matter.title or head.title,
        published_at=matter.published_at or head.date() or (days.pop() if len(days) == 1 else None),
        authors=matter.authors or head.authors or tail.authors,
        url=url,
        publisher=matter.publisher or head.publisher or tail.publisher or publisher_of(url),
    )


def split_authors(value: str) -> tuple[str, ...]:
    """The names in one string of a record ("Lê Minh - Trần Hà", "A; B"), as they are."""
    names = (" ".join(name.split()) for name in _AUTHOR_SEPARATOR.split(value))
    return tuple(dict.fromkeys(name for name in names if name))


def _read_front_matter(head: str) -> tuple[Metadata, int]:
    """Fields of a YAML block that opens the text, as site generators write it, and where the text goes on."""
    block = _FRONT_MATTER.match(head)
    fields = dict(_FIELD.findall(block[1])) if block else {}
    if block is None or not fields:
        return Metadata(), 0
    address = _URL.match(fields.get("url", ""))
    found = Metadata(
        title=fields.get("title"),
        published_at=parse_datetime(fields.get("date")),
        authors=split_authors(fields.get("author") or fields.get("authors", "")),
        url=address[0] if address else None,
        publisher=fields.get("publisher"),
    )
    return found, block.end()


_MENU_BAR = re.compile(r"[|»›]")
_MENU_ENTRY = 28  # characters of the longest entry of a menu


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Each line that has text: as it is, and without the markup round it."""
    for line in text.split("\n"):
        bare = line.strip(_MARKUP)
        if bare and not _NOT_TEXT.match(line):
            yield line, bare


def _read_head(head: str) -> _Found:
    found = _Found()
    lines = [pair for _, pair in zip(range(_HEAD_LINES), _lines(head), strict=False)]
    content = bodies = 0
    for i, (line, bare) in enumerate(lines):
        if bodies >= 3 or (content and _opens_others(bare)):
            break
        if _is_about_article(bare, found, after_headline=content > 0):
            if content > 1 and not found.authors and is_name(lines[i - 1][1]):
                found.authors = (lines[i - 1][1],)  # the author's name on the line above the date
            continue
        if found.publisher is None and (mark := _MARK.match(bare)) is not None:
            found.publisher = _marked_outlet(mark, bare)
        if _is_furniture(bare) or _is_menu(bare):
            continue
        content += 1
        if content == 1 and _is_headline(line, bare, lines[i + 1 :]):
            found.title = bare
        bodies += len(bare) >= _BODY
    return found


def _read_tail(tail: str) -> _Found:
    found = _Found()
    lines = list(_lines(tail))
    for i, (_, bare) in enumerate(lines):
        if i and _opens_others(bare):
            del lines[i:]
            break
    names = 0
    for i in range(len(lines) - 1, max(-1, len(lines) - 1 - _TAIL_LINES), -1):
        line, bare = lines[i]
        if _BULLET.match(line.lstrip()) or _is_about_article(bare, found) or _is_furniture(bare):
            continue
        byline = read_byline(bare)
        if byline is not None and (byline.authors or _SAYS_OUTLET.search(bare)):
            if not byline.authors or not _is_signature(lines, i):
                found.take(byline)
            names += is_name(bare)
        elif len(bare) < _LONGEST_HEADLINE and _CAPTION.search(bare):
            continue
        elif len(bare) >= _BODY or _SENTENCE_END.search(bare):
            if i or len(bare) > 300:
                _read_end(bare, found)
            break
    if names > 2:
        found.authors = ()  # a list of people
    return found


def _is_signature(lines: list[tuple[str, str]], i: int) -> bool:
    """Whether line ``i`` names who signed a document: "TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH / Lê Văn Mẫu"."""
    above = [bare for _, bare in lines[max(0, i - 3) : i]]
    if any(_FOR.match(bare) for bare in above):
        return True
    return bool(above) and above[-1].isupper() and not lines[i][1].isupper()


def _read_end(line: str, found: _Found) -> None:
    """A byline that follows the last sentence on its line, as in text whose line breaks are lost."""
    end = line[-160:]
    stamp = _TAIL_TIME.search(end)
    if stamp is not None:
        when = read_dateline(stamp[1])
        if when is not None:
            found.dates.append((when, True))
        end = end[: stamp.start()]
    for cut in list(_CUT.finditer(end))[:-5:-1]:
        rest = end[cut.end() :]
        if rest.startswith("Nguồn") and not _SOURCE.match(rest):
            continue  # "Nguồn: VnExpress" after a picture or a clip is theirs
        byline = read_byline(rest)
        if byline is not None:
            found.take(byline)
            return


def _is_about_article(bare: str, found: _Found, after_headline: bool = True) -> bool:
    """Takes a line that is a date, a source address or a named author into ``found``; whether it was one."""
    if len(bare) <= _LONGEST_DATELINE and _DIGIT.search(bare) and (when := read_dateline(bare)) is not None:
        is_place = _PLACE_AND_DAY.fullmatch(bare) is not None
        beside = read_byline(when.rest) if when.rest and not is_place else None
        if is_place or beside is not None or fold(when.rest) in words().beside_dates:
            found.dates.append((when, after_headline))
            if beside is not None:
                found.take(beside)
            return True
    if "http" in bare and (address := _URL.search(bare)) is not None:
        if address.start() > 80 or address.end() < len(bare) - 5 or not _BEFORE_URL.fullmatch(bare[: address.start()]):
            return False
        found.url = found.url or address[0].rstrip(".,;:*_)]'’")
        return True
    if _AUTHOR_LABEL.match(bare) and (byline := read_byline(bare)) is not None and byline.authors:
        found.take(byline)
        return True
    return False


def _opens_others(bare: str) -> bool:
    """Whether a list of other articles follows: "Các tin khác"."""
    return len(bare) <= 40 and fold(bare) in words().others


def _is_furniture(bare: str) -> bool:
    """A section, breadcrumb or button: "Chi tiết tin - Huyện ủy Mẫu", "Trang chủ » Thời sự", "Loading..."."""
    return len(bare) <= 80 and fold(_CRUMB.split(bare, maxsplit=1)[0]) in words().furniture


def _marked_outlet(mark: re.Match[str], bare: str) -> str | None:
    if fold(mark[1]) in words().furniture:  # "Chi tiết tin - Huyện ủy Mẫu": the site's own name
        return bare[mark.end() :].strip() if fold(mark[1]) == "chitiếttin" else None
    return words().marks.get(mark[1]) or outlet_of(mark[1])


def _is_menu(bare: str) -> bool:
    """ "Trang chủ | Thời sự | Văn bản": short parts between bars."""
    parts = [part.strip() for part in _MENU_BAR.split(bare)]
    return len(parts) > 1 and all(len(part) <= _MENU_ENTRY for part in parts)


def _is_headline(line: str, bare: str, rest: list[tuple[str, str]]) -> bool:
    """Short, more than one word, no sentence, and an article after it."""
    if not 8 <= len(bare) <= _LONGEST_HEADLINE or " " not in bare or line.lstrip().startswith(("##", ">")):
        return False
    if _BULLET.match(bare) or _CREDIT.search(bare):
        return False
    if _SENTENCE_END.search(bare) and not bare.rstrip("\"”’'») ").endswith(("?", "!", "…", "...")):
        return False
    if len(bare) > 120 and (_INNER_STOP.search(bare) or _OPENS_LEAD.match(bare)):
        return False
    return any(len(b) >= _BODY or len(b) > len(bare) or _SENTENCE_END.search(b) for _, b in rest)


def publisher_of(url: str | None) -> str | None:
    """The listed outlet whose site ``url`` is on."""
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return None
    return words().outlets.get(fold(host.removeprefix("www.")))
