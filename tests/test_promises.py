"""The promises of the design as properties, on any text at all."""

from __future__ import annotations

import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.read import article_from_text

WORDS = st.sampled_from(
    "Ông Bà đồng chí Nguyễn Văn Thử Trần Thị A Bí thư Tỉnh ủy Chủ tịch UBND tỉnh Quảng Ninh TP.HCM số Nghị định 12/2020/NĐ-CP "
    "1026-KL/TU 17/17 20-30% 1,2 triệu đồng km2 năm 2016 ngày 5/4 ( ) , . ; : – - \n \u00a0 \u200b \u202e 😀 e\u0301 Ð uỷ".split(
        " "
    )
)
TEXTS = st.one_of(
    st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join), st.lists(WORDS, max_size=30).map("".join)
)
slow = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rows(doc):
    return [*doc.persons, *doc.titles, *doc.documents, *doc.figures]


@slow
@given(text=TEXTS)
def test_every_mention_is_where_it_says(pipeline, text):
    doc = pipeline(text)
    stored = doc.article.text
    assert stored == unicodedata.normalize("NFC", stored)
    for row in (*rows(doc), *doc.sentences):
        assert stored[row.start : row.end] == row.text
        assert row.start < row.end
    assert not [r for r in doc.rejects if r.error == "span_text"]


@slow
@given(text=TEXTS)
def test_the_same_text_gives_the_same_records(pipeline, text):
    assert pipeline(text) == pipeline(text)


@slow
@given(text=TEXTS)
def test_links_lead_somewhere(pipeline, text):
    doc = pipeline(text)
    ids = {p.mention_id for p in doc.persons}
    assert len(ids) == len(doc.persons)
    assert all(t.holder_id in ids for t in doc.titles if t.holder_id is not None)
    assert all(0 <= r.sentence_id < len(doc.sentences) for r in rows(doc))


@slow
@given(text=TEXTS)
def test_mentions_of_one_label_never_overlap(pipeline, text):
    doc = pipeline(text)
    for table in (doc.persons, doc.titles, doc.documents, doc.figures):
        assert all(a.end <= b.start for a, b in pairwise(table))


@slow
@given(text=TEXTS)
def test_nfd_gives_the_records_of_nfc(pipeline, text):
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    if article_from_text(composed).text == article_from_text(decomposed).text:
        assert pipeline(composed) == pipeline(decomposed)


HOSTILE = {
    "one family name": "Nguyễn ",
    "full names": "Nguyễn Văn Thử, ",
    "offices": "Chủ tịch UBND tỉnh, ",
    "office and name": "Bí thư Huyện ủy Lò Văn Mẫu. ",
    "deputies": "Các đại biểu dự kỳ họp HĐND. ",
    "pronouns": "Ông Vi Văn Thử nói. Sau đó ông là Giám đốc. ",
    "capitals": "ỦY BAN NHÂN DÂN ",
    "places": "Hà Nội, ",
    "codes": "Nghị quyết 12-NQ/TU; ",
    "figures": "1,2 triệu đồng; ",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_with_the_text(rules_only, unit):
    """Twice the text takes about twice the time (five times would already be far from a square's sixteen)."""
    small, large = (_seconds(rules_only, unit * count) for count in (500, 2000))
    assert large < 10 * max(small, 0.02)


def _seconds(pipeline, text: str) -> float:
    """Least processor time of three rounds of tagging: another process, or a collection, may fall into one."""
    segmented = pipeline.segment(article_from_text(text))
    spent = []
    for _ in range(3):
        start = time.process_time()
        pipeline.tag(segmented)
        spent.append(time.process_time() - start)
    return min(spent)


def test_names_that_are_all_different_take_linear_time(rules_only):
    def text(count: int) -> str:
        syllables = ["Anh", "Bình", "Cường", "Dung", "Giang", "Hà", "Khoa", "Lan", "Minh", "Nga"]
        names = (
            f"Nguyễn {syllables[k % 10]} {syllables[k // 10 % 10]} {syllables[k // 100 % 10]}" for k in range(count)
        )
        return "; ".join(f"ông {name}, Giám đốc Công ty {k}" for k, name in enumerate(names))

    small, large = (_seconds(rules_only, text(count)) for count in (250, 1000))
    assert large < 10 * max(small, 0.02)
