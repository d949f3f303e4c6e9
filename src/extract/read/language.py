"""A text -> whether it is Vietnamese. Says so only where it is sure; a short text is what its source says it is.

Nearly every Vietnamese syllable is spelled by rules that no other language follows, most with marks that few
others have: a quarter of such words is Vietnamese, a tenth is not.
"""

from __future__ import annotations

import re
import unicodedata

from extract.read.syllables import WORD, is_syllable

_SAMPLE = 3000  # code points looked at
_FEWEST = 30  # words, or as many letters of a script without spaces, that tell a language
_LATIN = re.compile(r"[A-Za-zÀ-ɏ\u1e00-\u1eff\u0300-\u036f]")
_VIETNAMESE_NAMES = frozenset({"vi", "vie", "vn", "vietnamese", "tiếng việt", "viet"})


def language_of(text: str, stated: str | None = None) -> str:
    """ "vi", or else what the text is as far as it is known: a language ``stated`` of it, "other".

    What cannot be told, and is not said to be another language, is Vietnamese.
    """
    sample = unicodedata.normalize("NFC", text[:_SAMPLE])
    words = WORD.findall(sample)
    letters = "".join(words)
    latin = len(_LATIN.findall(letters))
    other = stated if stated and not _is_vietnamese(stated) else "other"
    if len(letters) - latin > max(latin, _FEWEST):
        return other
    words = [word for word in words if _LATIN.match(word)]
    if len(words) < _FEWEST:
        return "vi" if stated is None or _is_vietnamese(stated) else stated
    marked = sum(not word.isascii() and is_syllable(word) for word in words)
    if marked * 4 >= len(words):
        return "vi"
    small = [word for word in words if word.islower()]  # names are foreign in any language
    is_spelled_so = sum(map(is_syllable, small)) * 10 >= 7 * len(small)  # "chu tich, pho chu tich va cac thanh vien"
    if marked * 10 < len(words) and not is_spelled_so:
        return other
    return "vi" if stated is None or _is_vietnamese(stated) else stated


def _is_vietnamese(stated: str) -> bool:
    """Whether "vi", "vi-VN", "vie_Latn", "Vietnamese" is said."""
    name = stated.strip().lower()
    return name in _VIETNAMESE_NAMES or re.split(r"[-_ ,;]", name)[0] in _VIETNAMESE_NAMES
