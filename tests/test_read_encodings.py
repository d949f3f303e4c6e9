"""Texts and pages in every encoding that Vietnamese has been written in, and what must not be taken for one."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.read import read_inputs
from extract.read.legacy import from_legacy, from_tcvn3, from_vni
from extract.read.syllables import is_syllable
from extract.records import Article
from test_read import ENGLISH, FRENCH, as_windows_1258

PAGES = Path(__file__).parent / "html"
PAGE = (PAGES / "bao_dien_tu.html").read_text("utf-8").replace('<meta charset="utf-8">', "")
PAGE_TEXT = (PAGES / "bao_dien_tu.txt").read_text("utf-8")
TEXT = "Sáng nay, đồng chí Bí thư Huyện ủy Đặng Xuân Mẫu chủ trì cuộc họp về công tác xây dựng Đảng; ông Ỷ vắng mặt.\n"

# Letter by letter as the fonts had it, to hold the tables of the reader against another statement of the same.
LETTERS = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"
TCVN3 = "aµ¶·¸¹¨»¼½¾Æ©ÇÈÉÊËeÌÎÏÐÑªÒÓÔÕÖi×ØÜÝÞoßáâãä«åæçèé¬êëìíîuïñòóô\xadõö÷øùyúûüýþ®"
VNI = (
    "a aø aû aõ aù aï aê aè aú aü aé aë aâ aà aå aã aá aä e eø eû eõ eù eï eâ eà eå eã eá eä i ì æ ó í ò o oø oû oõ où oï oâ oà oå oã oá oä "
    "ô ôø ôû ôõ ôù ôï u uø uû uõ uù uï ö öø öû öõ öù öï y yø yû yõ yù î ñ"
).split(" ")


def in_tcvn3(text: str) -> str:
    """Capitals with a tone were small letters in a font of capitals; those without one have a place."""
    table = dict(zip(LETTERS, TCVN3, strict=True)) | dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))
    return "".join(table.get(c, table.get(c.lower(), c)) if not c.isascii() else c for c in text)


def in_vni(text: str) -> str:
    table = dict(zip(LETTERS, VNI, strict=True))
    table |= {letter.upper(): signs.upper() for letter, signs in table.items()}
    return "".join(table.get(c, c) for c in text)


def small(text: str) -> str:
    """``text`` as TCVN3 gives it back: no capitals with a tone."""
    return "".join(c if c.isascii() or c in "ĂÂÊÔƠƯĐ" else c.lower() for c in text)


ENCODERS: dict[str, tuple[Callable[[str], bytes], str, Callable[[str], str]]] = {
    "utf-8": (str.encode, "utf-8", str),
    "utf-8 with its mark": (lambda text: text.encode("utf-8-sig"), "utf-8", str),
    "utf-16": (lambda text: text.encode("utf-16"), "utf-16", str),
    "utf-16-le without its mark": (lambda text: text.encode("utf-16-le"), "utf-16", str),
    "utf-16-be without its mark": (lambda text: text.encode("utf-16-be"), "utf-16", str),
    "utf-32": (lambda text: text.encode("utf-32"), "utf-32", str),
    "windows-1258": (as_windows_1258, "windows-1258", str),
    "tcvn3": (lambda text: in_tcvn3(text).encode("latin-1"), "tcvn3", small),
    "vni": (lambda text: in_vni(text).encode("latin-1"), "vni", str),
    "tcvn3 saved as utf-8": (lambda text: in_tcvn3(text).encode(), "tcvn3", small),
    "vni saved as utf-8": (lambda text: in_vni(text).encode(), "vni", str),
}


def one(path: Path, data: bytes) -> Article:
    path.write_bytes(data)
    (found,) = read_inputs([path])
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize(("encode", "name", "back"), ENCODERS.values(), ids=ENCODERS)
def test_a_text(tmp_path: Path, encode: Callable[[str], bytes], name: str, back: Callable[[str], str]) -> None:
    found = one(tmp_path / "a.txt", encode(TEXT))
    assert (found.text, found.encoding) == (back(TEXT), name)


@pytest.mark.parametrize(("encode", "name", "back"), ENCODERS.values(), ids=ENCODERS)
def test_a_page(tmp_path: Path, encode: Callable[[str], bytes], name: str, back: Callable[[str], str]) -> None:
    found = one(tmp_path / "a.html", encode(PAGE.replace("©", "(c)")))
    assert (found.text, found.encoding) == (back(PAGE_TEXT), name)
    assert (found.title, found.publisher) == ("Huyện Thạch Mẫu dời chợ cũ trước mùa lũ", "Báo Sông Lạch")


@pytest.mark.parametrize(
    "declared", ["windows-1258", "utf-8", "us-ascii", "x-user-defined", "khong-co", "windows-1252", "utf-16"]
)
def test_a_page_is_read_as_it_is_and_not_as_it_says(tmp_path: Path, declared: str) -> None:
    page = PAGE.replace("<head>", f'<head><meta http-equiv="Content-Type" content="text/html; charset={declared}">', 1)
    found = one(tmp_path / "a.html", as_windows_1258(page.replace("©", "(c)")))
    assert (found.text, found.encoding) == (PAGE_TEXT, "windows-1258")


def test_a_page_in_the_old_fonts_written_with_entities(tmp_path: Path) -> None:
    found = one(tmp_path / "a.html", in_vni(PAGE).encode("ascii", "xmlcharrefreplace"))
    assert (found.text, found.encoding) == (PAGE_TEXT, "vni")


def test_a_record_in_the_old_fonts(tmp_path: Path) -> None:
    record = {"text": in_vni(TEXT), "title": in_vni("Họp về kè"), "authors": [in_vni("Lê Thị Thử")]}
    found = one(tmp_path / "a.jsonl", json.dumps(record).encode())
    assert (found.text, found.title, found.authors, found.encoding) == (TEXT, "Họp về kè", ("Lê Thị Thử",), "vni")


@pytest.mark.parametrize(("data", "name"), [(FRENCH.encode("cp1252"), "windows-1252"), (ENGLISH.encode(), "utf-8")])
def test_other_languages_have_their_encoding_too(tmp_path: Path, data: bytes, name: str) -> None:
    assert one(tmp_path / "a.txt", data).encoding == name


# -- the tables ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_of_the_old_fonts(letter: str) -> None:
    assert from_tcvn3(in_tcvn3(letter)) == letter
    assert from_vni(in_vni(letter)) == letter
    assert from_vni(in_vni(letter.upper())) == letter.upper()


SYLLABLES = st.sampled_from(
    "huyện ủy Đặng Xuân đồng chí chủ trì ngày công tác xây dựng nghị quyết về đường phố Sơn La tỉnh".split()
)


@settings(max_examples=100, deadline=None)
@given(st.lists(SYLLABLES, min_size=20, max_size=60).map(" ".join))
def test_vietnamese_goes_there_and_back(text: str) -> None:
    assert from_legacy(in_vni(text)) == (text, "vni")
    assert from_legacy(in_tcvn3(text)) == (small(text), "tcvn3")
    assert from_legacy(text) is None


NOT_LEGACY = {
    "Vietnamese": TEXT * 5,
    "Vietnamese, decomposed": unicodedata.normalize("NFD", TEXT) * 5,
    "without marks": "Sang nay, dong chi Bi thu Huyen uy chu tri cuoc hop ve cong tac xay dung Dang. " * 5,
    "French": FRENCH,
    "Spanish": "El señor Muñoz dijo que mañana habrá más lluvia en toda la región y que los niños no irán a la escuela. "
    * 4,
    "Portuguese": "O presidente da câmara disse que não há solução para a questão até à próxima reunião da comissão. "
    * 4,
    "German": "Der Präsident erklärte, daß die Arbeiten für die Brücke über den Fluß früher fertig würden. " * 4,
    "Swedish": "Ordföranden sade på tisdagen att arbetena på vallen måste vara färdiga före översvämningen. " * 4,
    "Icelandic": "Formaðurinn sagði á þriðjudag að framkvæmdum við stífluna yrði að ljúka áður en flóðið kæmi. " * 4,
    "a few words": "Coäng hoøa",
    "broken UTF-8 read as Latin-1": TEXT.encode().decode("latin-1") * 3,
    "noise": "".join(map(chr, range(0xA1, 0x100))) * 5,
}


@pytest.mark.parametrize("text", NOT_LEGACY.values(), ids=NOT_LEGACY)
def test_nothing_else_is_taken_for_the_old_fonts(text: str) -> None:
    assert from_legacy(text) is None


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text(alphabet=st.characters(max_codepoint=0xFF), min_size=40))
def test_any_text_is_looked_at_without_harm(text: str) -> None:
    found = from_legacy(text)
    assert found is None or found[1] in ("tcvn3", "vni")


@pytest.mark.parametrize("word", "nghiêng Nguyễn khuya quốc giếng uỷ ủy thuở ngoẻo boong xoong y Ỷ oăm chuếnh".split())
def test_syllables(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize("word", "committee café Niê Krông QĐ nghe\u0301\u0300 strong zăng ngđ jazz".split())
def test_what_is_no_syllable(word: str) -> None:
    assert not is_syllable(word)
