"""Bytes of a text -> the text, or a failure that says why they are none.

UTF-8 (a byte order mark is dropped), UTF-16 and UTF-32 by their marks, else what charset-normalizer makes of
it, if that reads as Vietnamese or another language in Latin letters. Nothing is replaced or skipped.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from extract.records import Failure

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
_NOT_CONTROL = bytes(b for b in range(256) if b > 31 or b in b"\t\n\v\f\r\x1b")
_VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")
_WORD = re.compile(r"[^\W\d_]+")
# What text in Latin letters is made of, beside ASCII: letters and the printer's signs. No marks left over.
_LATIN = re.compile(r"[\n\r\t\x20-\x7eÀ-ÖØ-öø-žƠơƯưẠ-ỹ\u00a0°€©®«»·–—‘’“”„…•\u20ab]+")
_ACCENTS = re.compile(r"[À-ÖØ-öø-ÿ]")


def decode(data: bytes, offset: int = 0) -> str:
    """The text that ``data`` encodes. ``offset``: where it stood in its file, for messages.

    Raises:
        Failure: ``binary_file`` or ``not_utf8``, the latter with the offset of the byte where UTF-8 breaks.
    """
    if data.startswith(tuple(_SIGNATURES)):
        name = next(name for signature, name in _SIGNATURES.items() if data.startswith(signature))
        raise Failure("binary_file", f"this is a {name} file by its first bytes; plain text was expected")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise Failure(
                    "not_utf8",
                    f"opens with the mark of {encoding.upper()} but breaks it at byte {offset + error.start}",
                    {"offset": offset + error.start},
                ) from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _other(data, error, offset)
    sample = data[:_SAMPLE]
    if len(sample.translate(None, _NOT_CONTROL)) * 10 > len(sample):
        raise Failure("binary_file", "more than a tenth are control characters; text was expected")
    return text.removeprefix("\ufeff")


def _other(data: bytes, error: UnicodeDecodeError, offset: int) -> str:
    if b"\0" in data[:_SAMPLE]:
        where = f"byte {offset + error.start}"
        raise Failure("binary_file", f"{where} is not UTF-8 and there are NUL bytes; text was expected")
    sample = data[max(0, error.start - _SAMPLE // 2) : error.start + _SAMPLE // 2]
    text = None if _is_broken_utf8(sample) else _guess(data, sample)
    if text is not None:
        return text
    where = f"byte {offset + error.start} (0x{data[error.start]:02x})"
    near = data[max(0, error.start - 40) : error.start + 40].decode("utf-8", "backslashreplace")
    raise Failure(
        "not_utf8",
        f"{where} is not UTF-8, and no other encoding reads as text; save the file as UTF-8",
        {"offset": offset + error.start, "near": near},
    )


def _is_broken_utf8(sample: bytes) -> bool:
    """Whether most of what is not ASCII is sound UTF-8: then a byte is broken, not the encoding another."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(not c.isascii() for c in text) >= 2 * broken


def _guess(data: bytes, sample: bytes) -> str | None:
    from charset_normalizer import from_bytes  # takes a tenth of a second to load, and is hardly ever needed

    for match in from_bytes(sample, cp_isolation=_CODE_PAGES, enable_fallback=False):
        try:
            if _reads_as_text(sample.decode(match.encoding)):
                return data.decode(match.encoding)
        except UnicodeDecodeError:
            continue
    return None


def _reads_as_text(text: str) -> bool:
    """Whether ``text`` is Vietnamese, or sparingly accented as French or German are.

    Text of the fonts before Unicode (VNI: "Coäng hoøa", TCVN3: "Céng hßa") has accents in nearly every word
    or signs inside words, once it is read as a Western code page.
    """
    text = unicodedata.normalize("NFC", text)
    words = _WORD.findall(text)
    if not words or not _LATIN.fullmatch(text):
        return False
    if sum(_VIETNAMESE.search(w) is not None for w in words) * 4 >= len(words):
        return True
    return sum(_ACCENTS.search(w) is not None for w in words) * 10 <= 4 * len(words)
