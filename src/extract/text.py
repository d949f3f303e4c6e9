"""Text in, a view for matching out: one length-aware place for all normalisation.

``clean`` gives the text that is stored (NFC, LF, nothing else changed). ``View`` is what the taggers match on:
look-alike letters, odd spaces and tone-mark placement are unified, zero-width characters and repeated spaces
are gone, and every offset leads back to the stored text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain, starmap

_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Unified one for one, so that offsets stay: spaces of every width, Icelandic and African D for Đ (both are
# typed for it: "NÐ-CP"), typographic hyphens (U+2010, U+2011) for '-'.
_SAME_LENGTH = str.maketrans(
    dict.fromkeys("\t\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " ")
    | {"\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ", "\u0256": "đ", "\u2010": "-", "\u2011": "-", "\r": "\n"}
    | {"\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n"}
)
_ODD = re.compile("[" + "".join(map(re.escape, map(chr, _SAME_LENGTH))) + "]")
_DROPPED = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
# A run of spaces and of characters that are dropped becomes one space, or nothing where no space is in it.
_UNEVEN = re.compile(f"[ {_DROPPED}]{{2,}}|[{_DROPPED}]")
# "Thành uỷ" and "Thành ủy", "hoà" and "hòa": the mark goes to the first vowel of an open oa, oe, uy (never of "quý").
_TONE = re.compile(r"[oOuU][àáảãạèéẻẽẹỳýỷỹỵÀÁẢÃẠÈÉẺẼẸỲÝỶỸỴ](?!\w)")
_AFTER_U = frozenset("ỳýỷỹỵỲÝỶỸỴ")
_MARKS = "\u0300\u0301\u0303\u0309\u0323"


def clean(text: str) -> str:
    """NFC with LF line ends. Lone surrogates, which no file format can hold, become U+FFFD."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", _SURROGATE.sub("\ufffd", text))
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _move_tone(match: re.Match[str]) -> str:
    first, second = match[0][0], match[0][1]
    if (first in "uU") != (second in _AFTER_U) or match.string[match.start() - 1 : match.start()] in ("q", "Q"):
        return match[0]
    base = unicodedata.normalize("NFD", second)
    mark = next(c for c in base if c in _MARKS)
    return unicodedata.normalize("NFC", first + mark) + unicodedata.normalize("NFC", base.replace(mark, "", 1))


def _same_length(match: re.Match[str]) -> str:
    return match[0].translate(_SAME_LENGTH)


def unify(text: str) -> str:
    """The same number of characters with look-alikes, spaces and tone-mark placement unified."""
    text = _ODD.sub(_same_length, text)  # few texts hold any; looking is faster than translating all
    return _TONE.sub(_move_tone, text)


@dataclass(frozen=True, slots=True)
class View:
    """A normalised copy of a text and the way back.

    ``text`` is what to match on; ``raw`` what was given; ``offsets[i]`` the place in ``raw`` of ``text[i]``, or
    None where the two run in step (almost always).
    """

    raw: str
    text: str
    offsets: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in ``raw`` of the non-empty span ``text[start:end]``."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


def view(raw: str) -> View:
    """A view of ``raw`` for matching; linear in its length."""
    text = unify(raw)
    kept: list[tuple[int, int]] = []
    position = 0
    for match in _UNEVEN.finditer(text):
        start, end = match.span()
        space = text.find(" ", start, end)
        if space < 0:
            kept.append((position, start))
        elif space == start:
            kept.append((position, start + 1))
        else:  # a character that is dropped, then a space
            kept += (position, start), (space, space + 1)
        position = end
    if not kept:
        return View(raw, text, None)
    kept.append((position, len(text)))
    offsets = tuple(chain.from_iterable(starmap(range, kept)))
    return View(raw, "".join([text[start:end] for start, end in kept]), offsets)
