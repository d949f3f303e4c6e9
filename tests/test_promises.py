"""The promises of the design as properties, on any text at all."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

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
