"""Text typed for the fonts before Unicode -> Unicode, where it is unmistakably that.

TCVN3 (fonts called .VnTime) and VNI (VNI-Times) put Vietnamese letters where Latin-1 has others: "C«ng hßa"
and "Coäng hoøa" are "Cộng hòa". Such text comes as bytes and, copied from old documents, as Unicode.
"""

from __future__ import annotations

import re
import unicodedata

from extract.read.syllables import WORD, is_syllable

_SAMPLE = 20_000  # code points looked at
_FEWEST = 8  # words with letters beyond ASCII: in fewer, chance may look like spelling
# TCVN 5712:1993, its third set: byte -> letter. Capitals with tones are the small letters in another font.
_TCVN3 = dict(zip(
    b"\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae"
    b"\xb5\xb6\xb7\xb8\xb9\xbb\xbc\xbd\xbe\xc6\xc7\xc8\xc9\xca\xcb"
    b"\xcc\xce\xcf\xd0\xd1\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xdc\xdd\xde"
    b"\xdf\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee"
    b"\xef\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa\xfb\xfc\xfd\xfe",
    "ĂÂÊÔƠƯĐăâêôơưđ"
    "àảãáạằẳẵắặầẩẫấậ"
    "èẻẽéẹềểễếệìỉĩíị"
    "òỏõóọồổỗốộờởỡớợ"
    "ùủũúụừửữứựỳỷỹýỵ",
    strict=True,
))  # fmt: skip
# VNI: some letters have a place of their own, the others are a vowel and a sign behind it.
_VNI_ALONE = dict(zip("ñôöíìæóòî", "đơưíìỉĩịỵ", strict=True))
_VNI_SIGNS = {
    sign: quality + tone
    for quality, signs in (("", "ùøûõï"), ("\u0302", "áàåãä"), ("\u0306", "éèúüë"))
    for sign, tone in zip(signs, "\u0301\u0300\u0309\u0303\u0323", strict=True)
} | {"â": "\u0302", "ê": "\u0306"}
_VNI = re.compile(
    rf"[aeouyôöAEOUYÔÖ][{''.join(_VNI_SIGNS)}{''.join(_VNI_SIGNS).upper()}]"
    rf"|[{''.join(_VNI_ALONE)}{''.join(_VNI_ALONE).upper()}]"
)
_UNICODE = re.compile(r"[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9\u0300-\u0323]")  # in Vietnamese, but not in Latin-1
_HIGH = re.compile(r"[\xa1-\xff]")


def from_legacy(text: str) -> tuple[str, str] | None:
    """The text and ``tcvn3`` or ``vni``, or None where ``text`` is, or may be, what it seems.

    ``text`` is what such bytes are in Latin-1.
    """
    sample = text[:_SAMPLE]
    if _UNICODE.search(sample) or _HIGH.search(sample) is None:
        return None
    for name, convert in CONVERTERS.items():
        if is_vietnamese(convert(sample)):
            return convert(text), name
    return None


def from_tcvn3(text: str) -> str:
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    return unicodedata.normalize("NFC", _VNI.sub(_vni_letter, text))


def _vni_letter(match: re.Match[str]) -> str:
    first, sign = match[0][0], match[0][1:]
    letter = _VNI_ALONE.get(first.lower(), first.lower())
    return (letter.upper() if first.isupper() else letter) + _VNI_SIGNS.get(sign.lower(), "")


def is_vietnamese(text: str) -> bool:
    """Nearly all words with letters beyond ASCII are Vietnamese syllables, and a third of all words are such."""
    words = [word for word in WORD.findall(text) if not word.isupper()]  # abbreviations ("QĐ") are no syllables
    marked = [word for word in words if not word.isascii()]
    return (
        len(marked) >= _FEWEST
        and 3 * len(marked) >= len(words)
        and 20 * sum(map(is_syllable, marked)) >= 19 * len(marked)
    )


CONVERTERS = {"vni": from_vni, "tcvn3": from_tcvn3}
