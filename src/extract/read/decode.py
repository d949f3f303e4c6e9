"""Bytes of a text or a page -> the text and the name of its encoding, or a failure that says why they are none.

UTF-8 (a byte order mark is dropped), UTF-16 with or without its mark, UTF-32 by its mark, then what reads as
Vietnamese (TCVN3, VNI, windows-1258) or, as charset-normalizer finds it, as another language in Latin letters.
Nothing is replaced or skipped.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import NamedTuple

from extract.read.legacy import CONVERTERS, from_legacy, is_vietnamese
from extract.read.syllables import WORD
from extract.records import Failure


class Decoded(NamedTuple):
    text: str
    encoding: str  # as the column ``encoding`` names it


_SAMPLE = 65536  # bytes or characters looked at to tell what a file is
_SIGNATURES = {
    b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "Zstandard", b"PK\x03\x04": "ZIP (or DOCX, XLSX)",
    b"%PDF-": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"PAR1": "Parquet",
    b"\xd0\xcf\x11\xe0": "DOC or XLS", b"\x7fELF": "ELF", b"BZh": "bzip2", b"\xfd7zXZ": "xz",
    b"7z\xbc\xaf": "7z", b"Rar!": "RAR", b"SQLite format": "SQLite",
}  # fmt: skip
# UTF-32's little-endian mark opens with UTF-16's, so it is tried first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_CODE_PAGES = ["cp1258", "cp1252", "iso8859_15", "cp1250"]
_NAMES = {"cp1258": "windows-1258", "cp1252": "windows-1252", "iso8859_15": "iso-8859-15", "cp1250": "windows-1250"}
_NOT_CONTROL = bytes(b for b in range(256) if b > 31 or b in b"\t\n\v\f\r\x1b")
_VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")
# What text in Latin letters is made of, beside ASCII: letters and the printer's signs. No marks left over.
_LATIN = re.compile(r"[\n\r\t\x20-\x7eÀ-ÖØ-öø-žƠơƯưẠ-ỹ\u00a0°€©®«»·–—‘’“”„…•\u20ab]+")
_ACCENTS = re.compile(r"[À-ÖØ-öø-ÿ]")
_TAGS = re.compile(rb"(?s)<(script|style)\b.*?</\1|<[^>]*>", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{1,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|encoding=["']([\w.:-]{2,40})""", re.I)


def decode(data: bytes, offset: int = 0) -> Decoded:
    """The text that ``data`` encodes. ``offset``: where it stood in its file, for messages.

    Raises:
        Failure: ``binary_file`` or ``not_utf8``, the latter with the offset of the byte where UTF-8 breaks.
    """
    _refuse_binary(data)
    found = _by_mark(data, offset) or _by_zeros(data)
    if found is not None:
        return found
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        found = _other(data, error, offset)
    else:
        found = Decoded(text.removeprefix("\ufeff"), "utf-8")
    sample = data[:_SAMPLE]
    if len(sample.translate(None, _NOT_CONTROL)) * 10 > len(sample):
        raise Failure("binary_file", "more than a tenth are control characters; text was expected")
    return found


def decode_page(data: bytes, charset: str | None = None) -> Decoded:
    """The markup that ``data`` encodes. ``charset``: what the server said.

    What a page says of its encoding counts only where its bytes are no UTF-8. One broken byte in sound UTF-8
    becomes U+FFFD, as in a browser: it may stand outside the article.

    Raises:
        Failure: ``binary_file`` or ``not_utf8``.
    """
    _refuse_binary(data)
    found = _by_mark(data, 0) or _by_zeros(data)
    if found is not None:
        return found
    try:
        return Decoded(data.decode("utf-8").removeprefix("\ufeff"), "utf-8")
    except UnicodeDecodeError as error:
        broken = error
    text = _TAGS.sub(b" ", data)
    if _is_broken_utf8(text):
        return Decoded(data.decode("utf-8", "replace").removeprefix("\ufeff"), "utf-8")
    legacy = from_legacy(_latin(text))
    if legacy is not None:
        return Decoded(CONVERTERS[legacy[1]](_latin(data)), legacy[1])
    if _is_windows_1258(text[:_SAMPLE]):
        return Decoded(data.decode("cp1258", "replace"), "windows-1258")
    stated = _CHARSET.search(data[:4096])
    for name in (charset, stated and (stated[1] or stated[2]).decode("ascii")):
        if name and _is_code_page(name):
            with_name = codecs.lookup(name).name
            try:
                decoded = data.decode(name)
            except UnicodeDecodeError:
                continue
            if with_name != "cp1252" or _reads_as_text(_latin(text)):
                return Decoded(decoded, _NAMES.get(with_name, with_name))
    guessed = _guess(data, text[:_SAMPLE])
    if guessed is not None:
        return guessed
    raise _not_utf8(data, broken, 0)


def _refuse_binary(data: bytes) -> None:
    if data.startswith(tuple(_SIGNATURES)):
        name = next(name for signature, name in _SIGNATURES.items() if data.startswith(signature))
        raise Failure("binary_file", f"this is a {name} file by its first bytes; plain text was expected")


def _by_mark(data: bytes, offset: int) -> Decoded | None:
    """What opens with the mark of UTF-16 or UTF-32. Raises Failure."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data.decode(encoding), encoding)
            except UnicodeDecodeError as error:
                raise Failure(
                    "not_utf8",
                    f"opens with the mark of {encoding.upper()} but breaks it at byte {offset + error.start}",
                    {"offset": offset + error.start},
                ) from None
    return None


def _by_zeros(data: bytes) -> Decoded | None:
    """UTF-16 without its mark: every other byte of what is ASCII in it is zero."""
    sample = data[: _SAMPLE & ~1]
    if len(data) % 2 or sample.count(0) * 5 < len(sample):
        return None
    encoding = "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    try:
        if _reads_as_text(sample.decode(encoding)):
            return Decoded(data.decode(encoding), "utf-16")
    except UnicodeDecodeError:
        pass
    return None


def _other(data: bytes, error: UnicodeDecodeError, offset: int) -> Decoded:
    if b"\0" in data[:_SAMPLE]:
        where = f"byte {offset + error.start}"
        raise Failure("binary_file", f"{where} is not UTF-8 and there are NUL bytes; text was expected")
    sample = data[max(0, error.start - _SAMPLE // 2) : error.start + _SAMPLE // 2]
    found = None
    if not _is_broken_utf8(sample):
        legacy = from_legacy(_latin(data))
        found = Decoded(*legacy) if legacy else _guess(data, sample)
    if found is None:
        raise _not_utf8(data, error, offset)
    return found


def _not_utf8(data: bytes, error: UnicodeDecodeError, offset: int) -> Failure:
    where = f"byte {offset + error.start} (0x{data[error.start]:02x})"
    near = data[max(0, error.start - 40) : error.start + 40].decode("utf-8", "backslashreplace")
    return Failure(
        "not_utf8",
        f"{where} is not UTF-8, and no other encoding reads as text; save the file as UTF-8",
        {"offset": offset + error.start, "near": near},
    )


def _latin(data: bytes) -> str:
    """Western text: windows-1252, its five holes as in Latin-1."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _is_code_page(name: str) -> bool:
    """Whether ``name`` is an encoding that pages may be in; UTF-8 has been tried."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return False
    return found.startswith(("cp12", "iso8859", "gb", "big5", "euc", "shift", "koi8", "cp874", "tis"))


def _is_windows_1258(sample: bytes) -> bool:
    """Whether ``sample`` is Vietnamese letters with their tone marks behind them."""
    return is_vietnamese(unicodedata.normalize("NFC", sample.decode("cp1258", "replace")))


def _is_broken_utf8(sample: bytes) -> bool:
    """Whether most of what is not ASCII is sound UTF-8: then a byte is broken, not the encoding another."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(not c.isascii() for c in text) >= 2 * broken


def _guess(data: bytes, sample: bytes) -> Decoded | None:
    from charset_normalizer import from_bytes  # takes a tenth of a second to load, and is hardly ever needed

    for match in from_bytes(sample, cp_isolation=_CODE_PAGES, enable_fallback=False):
        try:
            if _reads_as_text(sample.decode(match.encoding)):
                text = data.decode(match.encoding)
                name = "cp1252" if text == _latin(data) else match.encoding
                return Decoded(text, _NAMES.get(name, name))
        except UnicodeDecodeError:
            continue
    return None


def _reads_as_text(text: str) -> bool:
    """Whether ``text`` is Vietnamese, or sparingly accented as French or German are.

    Text of the fonts before Unicode (VNI: "Coäng hoøa", TCVN3: "Céng hßa") has accents in nearly every word
    or signs inside words, once it is read as a Western code page.
    """
    text = unicodedata.normalize("NFC", text)
    words = WORD.findall(text)
    if not words or not _LATIN.fullmatch(text):
        return False
    if sum(_VIETNAMESE.search(w) is not None for w in words) * 4 >= len(words):
        return True
    return sum(_ACCENTS.search(w) is not None for w in words) * 10 <= 4 * len(words)
