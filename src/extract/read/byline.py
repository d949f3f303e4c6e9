"""A line or the end of one -> who wrote it and who published it, or None where it says neither.

A byline is read only if every piece of it is understood: names, labels ("PV", "Bài, ảnh:"), deeds
("tổng hợp"), outlets ("/VOV.VN", "Theo Dân trí"). The words are in ``metadata.toml`` beside this file.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from extract.text import unify

_LONGEST = 120  # code points
_MOST_WORDS = 9  # of one piece: "Cổng Thông tin điện tử Bộ Công Thương"
_SPLIT = re.compile(
    r"""(
      \s*[(/)|,;:&]\s* | \s*>+\s*
    | \s+[-–—]+\s* | \s*[-–—]+\s+ | (?<=\w)[-–—](?=[A-ZĐ])  # "Lê Minh - Trần Hà", "Lê Minh-Trần Hà"
    | \s+và\s+ | (?<![^\s(/])(?:[Tt]heo|THEO)\s+
    )""",
    re.VERBOSE,
)
_PHOTO = re.compile(
    r"(?:ảnh|clip|video|photo|đồ họa|infographic|minh họa|nguồn ảnh|nguồn video|nguồn clip)\b", re.IGNORECASE
)
_TWICE = re.compile(r"(.{6,}?)\s+\1")  # "CTV Lê Minh/VOV.VN CTV Lê Minh/VOV.VN"
_INITIALS = re.compile(r"(?:[A-ZĐ][a-z]?\.\s?)+(?=\w{2})")
# One syllable as Vietnamese spells it, less its marks: "Nguyễn" is "nguyen".
_SYLLABLE = re.compile(r"(?:ngh?|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?")
_NOT_OUTLET = re.compile(r"[\d:;,?!]")
_SITE = re.compile(r"(?:[a-z0-9-]+\.)+vn", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Byline:
    authors: tuple[str, ...] = ()
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of ``metadata.toml``, folded."""

    furniture: frozenset[str]
    others: frozenset[str]
    labels: frozenset[str]
    deeds: frozenset[str]
    not_names: frozenset[str]
    beside_dates: frozenset[str]  # what else a line with a date may hold: nothing, a place, a section
    not_in_names: frozenset[str]
    family_names: frozenset[str]
    outlet_openings: tuple[str, ...]
    outlets: dict[str, str]  # spelling -> name
    bare_outlets: dict[str, str]  # spelling without marks -> name, for "Trithuctre"
    marks: dict[str, str]  # what an outlet puts before its leads and nothing else means -> name


@cache
def words() -> Words:
    """The word lists, read once, when the first text is looked at."""
    raw = tomllib.loads((Path(__file__).parent / "metadata.toml").read_text(encoding="utf-8"))

    def folded(*keys: str) -> frozenset[str]:
        return frozenset(fold(word) for key in keys for word in raw[key])

    outlets = {fold(form): name for name, forms in raw["outlets"].items() for form in (name, *forms)}
    return Words(
        furniture=folded("furniture"),
        others=folded("others"),
        labels=folded("labels"),
        deeds=folded("deeds"),
        not_names=folded("not_names", "offices", "places"),
        beside_dates=folded("places", "furniture") | {""},
        not_in_names=folded("not_in_names"),
        family_names=folded("family_names"),
        outlet_openings=tuple(unify(o).casefold() + " " for o in raw["outlet_openings"]),
        outlets=outlets,
        bare_outlets={_bare(form): name for form, name in outlets.items()},
        marks=raw["marks"],
    )


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Letters and digits only, in lower case, tone marks in one place: 'Khoẻ & Đẹp' -> 'khỏeđẹp'."""
    return "".join(filter(str.isalnum, unify(text).casefold()))


def _bare(text: str) -> str:
    """Without marks: 'Nguyễn' -> 'Nguyen'."""
    text = text.replace("đ", "d").replace("Đ", "D")
    return text if text.isascii() else unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()


def outlet_of(text: str) -> str | None:
    """The newspaper, agency or site that ``text`` names, in one spelling; an unlisted "Báo …" as written."""
    text = " ".join(text.split()).strip(" .,*_()")
    if not text or len(text) > 60:
        return None
    listed = _listed(text)
    if listed is not None or _SITE.fullmatch(text):
        return listed or text
    parts = text.split()
    if _NOT_OUTLET.search(text) or not unify(text).casefold().startswith(words().outlet_openings):
        return None
    if parts[0].lower() == "báo" and not (parts[1][0].isupper() or parts[1] == "điện"):
        return None  # "Báo hiếu", "Báo cáo"
    for n in range(len(parts) - 1, 1, -1):  # "Báo Đất Việt Gia Bảo" is the paper and its reporter
        if (listed := _listed(" ".join(parts[:n]))) is not None:
            return listed
    return text[0].upper() + text[1:]


def _listed(text: str) -> str | None:
    known, folded = words(), fold(text)
    name = known.outlets.get(folded) or known.outlets.get(folded.removeprefix("báo"))
    if name is None and text.isascii():
        name = known.bare_outlets.get(folded) or known.bare_outlets.get(folded.removeprefix("bao"))
    return name


def is_name(text: str) -> bool:
    """Whether ``text`` is shaped like a Vietnamese name: "Lê Thị Mai", "HẢI CHÂU", "T.Nhung", "V. Minh".

    One syllable alone ("Minh"), initials alone ("N.H", "PV"), places and foreign names are not.
    """
    initials = _INITIALS.match(text)
    syllables = (text[initials.end() :] if initials else text).split()
    if not (1 if initials else 2) <= len(syllables) <= 4:
        return False
    known = words()
    if fold(text) in known.not_names or outlet_of(text) is not None:
        return False
    if len(syllables) == 4:  # "Nguyễn Thị Thu Hà"; "Đình Sơn Lê Quân" is two people
        first, second, third = (fold(s) in known.family_names for s in syllables[:3])
        if not first or (third and not second):
            return False
    return all(
        s[0].isupper()
        and (s[1:].islower() or s.isupper() or len(s) == 1)
        and _SYLLABLE.fullmatch(_bare(s).lower()) is not None
        and fold(s) not in known.not_in_names
        for s in syllables
    )


def read_byline(line: str) -> Byline | None:
    """Authors and outlet of a byline: "PV Lê Minh/VOV.VN", "Lê Minh – Trần Hà", "(Theo Trần Hà/Dân trí)".

    None where any piece of ``line`` is neither a name, a label, a deed nor an outlet. What follows "Theo" is
    a source: its outlet is the publisher where no other is named, its people are authors only beside one.
    """
    line = line.strip(" \t*_>|")
    if not line or len(line) > _LONGEST or _PHOTO.match(line):
        return None
    twice = _TWICE.fullmatch(line)
    pieces = _SPLIT.split(twice[1] if twice else line)
    authors: list[str] = []
    quoted: list[str] = []
    publisher = source = None
    state = "own"  # or: source (after "Theo"), bureau (after an outlet), rest (after "Ảnh:", "tổng hợp từ")
    labelled = False  # "Bài", "Tin": the "ảnh:" that follows is no photo credit
    for before, part, after in zip(["", *pieces[1::2]], pieces[::2], [*pieces[1::2], ""], strict=True):
        piece = part.strip(" .*_")
        if before.strip().lower() == "theo":
            state = "source"
        elif "(" in before and state == "bureau":
            state = "own"
        if state == "bureau" and ":" in before:
            return None  # "Báo Wall Street Journal: …" opens a sentence
        if not piece or state == "rest":
            continue
        if _PHOTO.match(piece) and ":" in after and not labelled:
            state = "rest"
            continue
        if fold(piece) == "nguồn" and ":" in after:
            state = "source"
            continue
        if len(piece.split()) > _MOST_WORDS:
            return None
        listed = _listed(piece)
        if state == "own" and listed is None:
            labelled = fold(piece) in words().labels or (labelled and fold(piece) in words().deeds)
            piece = _less_label(piece)
            if piece.startswith("từ "):  # "(từ Bắc Kinh, Trung Quốc)"
                state = "rest"
            if not piece or state == "rest":
                continue
        outlet = listed or outlet_of(piece) or (_outlet_before_bureau(piece) if "/" in before else None)
        if outlet is not None and state == "source":
            source = source or outlet
            authors += quoted
            quoted = []
        elif outlet is not None:
            publisher = outlet if publisher is None or "/" in before else publisher  # "TTXVN/Tin Tức"
            state = "bureau"
        elif state == "source" and source is None and is_name(piece):
            quoted.append(piece)
        elif state == "own" and is_name(piece):
            authors.append(piece)
        elif state == "own":
            return None
    if not authors and publisher is None and source is None:
        return None
    return Byline(tuple(dict.fromkeys(" ".join(a.split()) for a in authors)), publisher or source)


def _outlet_before_bureau(piece: str) -> str | None:
    """The outlet of "VOV miền Trung", "VOV Tây Bắc"."""
    parts = piece.split()
    return outlet_of(parts[0]) if 1 < len(parts) <= 4 else None


def _less_label(piece: str) -> str:
    """``piece`` without the label before the name and the deed before or after it ("PV", "tổng hợp")."""
    known = words()
    parts = piece.split()
    for n in range(min(4, len(parts)), 0, -1):
        opening = fold(" ".join(parts[:n]))
        if opening in known.deeds:
            return ""  # "tổng hợp Sky Sports": what follows is the source
        if opening in known.labels:
            return " ".join(parts[n:])
    for n in range(1, min(4, len(parts) - 1)):
        if fold(" ".join(parts[-n:])) in known.deeds:
            return " ".join(parts[:-n])
    return piece
