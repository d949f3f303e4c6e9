"""``Records.to_spacy``: the same text, sentences and mentions as a spaCy ``Doc``."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extract.records import Person, Segmented, Sentence, Tagged
from extract.validate import validate
from handmade import Toy, article, news, segment

spacy = pytest.importorskip("spacy")
VOCAB = spacy.blank("xx").vocab


def test_mentions_are_span_groups():
    doc = validate(news()).to_spacy()
    assert {k: [s.text for s in v] for k, v in doc.spans.items()} == {
        "persons": ["Lò Thị Mẫu", "Mẫu", "Vàng A Tạm"],
        "titles": ["Bí thư Huyện ủy Mường Thử", "Phó Chủ tịch UBND huyện"],
        "documents": ["Nghị quyết số 12-NQ/TU"],
        "figures": ["857", "104,5%", "17/15"],
    }
    person = doc.spans["persons"][1]
    assert (person.label_, person.id_[-3:], person.kb_id_[-3:]) == ("person", "-p2", "-P1")
    assert [s.text.strip()[:4] for s in doc.sents] == ["Chiề", "Bà M", "Ông "]
    assert [t.text for t in doc][:4] == ["Chiều", "4/3,", "đồng", "chí"]


def test_a_mention_may_begin_and_end_inside_a_word():
    text = "Ông Lò Văn Thử-Mẫu nói."
    at = text.index("Thử")
    doc = validate(Tagged(segment(article(text)), (Person(start=at, end=at + 3, name="Thử"),))).to_spacy(VOCAB)
    assert [s.text for s in doc.spans["persons"]] == ["Thử"]
    assert [t.text for t in doc] == ["Ông", "Lò", "Văn", "Thử", "-Mẫu", "nói."]


def test_spaces_at_the_edges_of_spans():
    text = "Ông Mẫu nói.  Xong."
    words = ((0, 3), (4, 7), (8, 12))
    sentences = (Sentence(0, 13, "body", words), Sentence(14, 19, "body", ((14, 19),)))
    doc = validate(Tagged(Segmented(article(text), sentences), (Person(start=3, end=8, name="Mẫu"),))).to_spacy(VOCAB)
    assert doc.text == text
    assert [s.text_with_ws for s in doc.spans["persons"]] == [" Mẫu "]
    assert [s.start_char for s in doc.sents] == [0, 14]


@given(
    text=st.text(
        st.one_of(st.sampled_from("ab A.\n\t  1đ\u200b\x00😀"), st.characters(exclude_categories=["Cs"])), max_size=80
    ),
    spans=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=5),
)
@example(text="00000000000 ", spans=[(0, 12), (10, 2)])
@settings(deadline=None)
def test_the_text_is_the_same_on_any_input(text, spans):
    tagged = Toy.tag(segment(article(text)))
    more = tuple(Person(start=s, end=s + n, name="x") for s, n in spans)
    records = validate(Tagged(tagged.segmented, (*tagged.persons, *more), tagged.titles, (), tagged.figures))
    doc = records.to_spacy(VOCAB)
    assert doc.text == text
    for table in ("persons", "titles", "figures"):
        rows = getattr(records, table)
        assert [(s.start_char, s.end_char) for s in doc.spans[table]] == [(r.start, r.end) for r in rows]
    starts = {s.start_char for s in doc.sents} if len(doc) else set()
    assert {s.start for s in records.sentences} <= starts
