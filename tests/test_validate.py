"""Validate: what is broken goes to rejects with its code, what is odd is flagged, and nothing dangles."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from extract.records import Document, Failure, Figure, Person, Segmented, Sentence, Tagged, Title
from extract.validate import validate
from extract.validate.codes import FLAGS, REJECTS
from extract.validate.models import TABLES, DocumentRow, FigureRow, code_fault
from handmade import NEWS, article, news, segment, spot

VIETNAM = dt.timezone(dt.timedelta(hours=7))
END = len(NEWS)


def test_rows_of_an_ordinary_article():
    doc = validate(news())
    assert doc.rejects == ()
    assert [p.text for p in doc.persons] == ["Lò Thị Mẫu", "Mẫu", "Vàng A Tạm"]
    assert [p.person_id[-3:] for p in doc.persons] == ["-P1", "-P1", "-P2"]
    assert [t.mention_id for t in doc.titles] == [f"{doc.article.article_id}-t{n}" for n in (1, 2)]
    assert [t.holder_id for t in doc.titles] == [doc.persons[0].mention_id, doc.persons[2].mention_id]
    assert [p.sentence_id for p in doc.persons] == [0, 1, 2]
    assert all(p.is_official for p in doc.persons)
    assert doc.article.n_sentences == len(doc.sentences) == 3
    assert doc.article.n_words == len(NEWS.split())
    assert doc.article.province == "Quảng Thử"
    assert doc.figures[0].unit == "đảng viên"
    assert repr(doc).startswith("<Records 'Chiều 4/3, đồng chí Lò Thị Mẫu")
    assert len(repr(doc)) < 120


def test_officials_roll_up():
    title = Title(**spot(NEWS, "Bà"), role="Bí thư", holder=1)  # the same words twice count once
    again = Title(**spot(NEWS, "bản"), role="Trưởng bản", holder=1, status="former")
    tagged = news()
    twice = replace(tagged.titles[0], **spot(NEWS, "nêu"), holder=1)
    doc = validate(replace(tagged, titles=(*tagged.titles, title, again, twice)))
    first, second = doc.officials
    assert (first.name, first.honorific, first.n_mentions) == ("Lò Thị Mẫu", "đồng chí", 2)
    assert first.first_start == NEWS.index("Lò Thị")
    assert [t.text for t in first.titles] == ["Bí thư Huyện ủy Mường Thử", "Bà", "nêu", "bản"]
    assert [t.status for t in second.titles] == ["former"]
    # tone-mark placement and double spaces make no other title
    text = "Bà Mẫu, Bí thư Thành ủy; Bí thư  Thành uỷ Mẫu."
    persons = (
        Person(**spot(text, "Mẫu"), name="Mẫu", cluster=0),
        Person(**spot(text, "Mẫu", 1), name="Mẫu", cluster=0),
    )
    titles = tuple(
        Title(**spot(text, t), role="Bí thư", holder=n) for n, t in enumerate(("Bí thư Thành ủy", "Bí thư  Thành uỷ"))
    )
    doc = validate(Tagged(segment(article(text)), persons, titles))
    assert [[t.text for t in o.titles] for o in doc.officials] == [["Bí thư Thành ủy"]]


def test_unclustered_mentions_are_different_persons():
    tagged = news()
    doc = validate(replace(tagged, persons=tuple(replace(p, cluster=-1) for p in tagged.persons)))
    assert len({p.person_id for p in doc.persons}) == 3
    assert [p.is_official for p in doc.persons] == [True, False, True]


def figure(**columns):
    return Figure(**{**spot(NEWS, "4/3"), "quantity": "count", "value": Decimal(1), **columns})


def document(**columns):
    return Document(**{**spot(NEWS, "12-NQ/TU"), "kind": "coded", "code": "12-NQ/TU", **columns})


BROKEN = [
    ("persons", Person(start=5, end=5, name="A"), "span_outside"),
    ("persons", Person(start=9, end=5, name="A"), "span_outside"),
    ("persons", Person(start=-4, end=3, name="A"), "span_outside"),
    ("persons", Person(start=END - 3, end=END + 1, name="A"), "span_outside"),
    ("persons", Person(start=NEWS.index("\n"), end=NEWS.index("\n") + 1, name="A"), "span_blank"),
    ("persons", Person(start=NEWS.index("\n"), end=NEWS.index("\n") + 4, name="A"), "span_no_sentence"),
    ("persons", Person(**spot(NEWS, "Thử"), name=""), "malformed_record"),
    ("persons", Person(**spot(NEWS, "Thử"), name="Thử", confidence=1.5), "malformed_record"),
    ("persons", Person(**spot(NEWS, "Thử"), name="Thử", ranks=["Đại tá"]), "malformed_record"),
    ("titles", Title(**spot(NEWS, "xã"), role="x", holder=7), "holder_unknown"),
    ("titles", Title(**spot(NEWS, "xã"), role="x", holder=-1), "holder_unknown"),
    ("titles", Title(**spot(NEWS, "xã"), role=""), "malformed_record"),
    ("titles", Title(**spot(NEWS, "xã"), role="x", branch="church"), "malformed_record"),
    ("documents", document(code=None), "code_missing"),
    ("documents", document(kind="named"), "code_missing"),
    ("documents", document(code="12 - NQ/TU"), "code_malformed"),
    ("documents", document(code="12-NQ/"), "code_malformed"),
    ("documents", document(code="NQ/TU"), "code_malformed"),
    ("documents", document(code="12-\u00d0T/TU"), "code_malformed"),
    ("documents", document(date=dt.date(1019, 5, 4)), "date_absurd"),
    ("documents", document(date=dt.date(2916, 5, 4)), "date_absurd"),
    ("figures", figure(value=None), "value_missing"),
    ("figures", figure(value=None, low=Decimal(2)), "value_missing"),
    ("figures", figure(quantity="ratio", value=None, denominator=Decimal(2)), "value_missing"),
    ("figures", figure(value=None, low=Decimal(3), high=Decimal(2)), "low_above_high"),
    ("figures", figure(value=Decimal(-1)), "negative_count"),
    ("figures", figure(quantity="ratio", value=None, numerator=Decimal(-1), denominator=Decimal(2)), "negative_count"),
    ("figures", figure(value=Decimal("1e33")), "decimal_overflow"),
    ("figures", figure(value=Decimal("0.1234567")), "decimal_overflow"),
    ("figures", figure(value=Decimal("NaN")), "decimal_overflow"),
    ("figures", figure(value=3.5), "malformed_record"),
]


@pytest.mark.parametrize(("table", "record", "code"), BROKEN, ids=[f"{n}-{b[2]}" for n, b in enumerate(BROKEN)])
def test_broken_records_are_rejected(table, record, code):
    good = news()
    doc = validate(replace(good, **{table: (*getattr(good, table), record)}))
    (reject,) = doc.rejects
    assert (reject.table, reject.stage, reject.error) == (table, "validate", code)
    assert (reject.article_id, reject.source) == (doc.article.article_id, "tin.txt")
    assert reject.message.startswith(f"{table} {record.start}:{record.end} ")
    whole = json.loads(reject.payload)
    assert whole["start"] == record.start
    assert {"method", "confidence", "mention_id", "flags"} <= whole.keys()
    assert len(getattr(doc, table)) == len(getattr(good, table))  # the others stay


def test_every_reject_code_is_documented():
    assert {code for *_, code in BROKEN} < REJECTS.keys()


def test_the_second_record_of_a_span_is_rejected():
    good = news()
    doc = validate(replace(good, figures=(*good.figures, replace(good.figures[0], value=Decimal(9)))))
    assert [r.error for r in doc.rejects] == ["duplicate_mention"]
    assert [f.value for f in doc.figures][:1] == [857]


def test_a_rejected_holder_leaves_no_dangling_title():
    good = news()
    broken = replace(good.persons[0], name="")
    doc = validate(replace(good, persons=(broken, *good.persons[1:])))
    assert [r.error for r in doc.rejects] == ["malformed_record"]
    assert doc.titles[0].holder_id is None
    assert doc.titles[0].flags == ("holder_rejected",)
    assert doc.titles[1].flags == ()
    assert [o.name for o in doc.officials] == ["Vàng A Tạm"]
    assert [p.is_official for p in doc.persons] == [False, True]


def test_a_rejected_title_makes_no_official():
    good = news()
    doc = validate(replace(good, titles=(replace(good.titles[0], role=""), good.titles[1])))
    assert [p.is_official for p in doc.persons] == [False, False, True]


ODD = [
    (document(code="67/2014/NĐ-CP", date=dt.date(2014, 7, 7)), ()),
    (document(code="67/2014/NĐ-CP", date=dt.date(2016, 7, 7)), ("code_year_mismatch",)),
    (document(date=dt.date(2026, 3, 6)), ("dated_after_article",)),
    (document(date=dt.date(2026, 3, 5)), ()),
    (document(doc_type="Nghị quyết"), ()),
    (document(doc_type="Quyết định"), ("code_type_mismatch",)),
    (document(code="8-QĐ/TW", doc_type="Quy định"), ()),  # the Party's QĐ stands for both
    (document(code="8-QĐ/TW", doc_type="Kết luận"), ("code_type_mismatch",)),
    (document(code="81/UBND-KT", doc_type="Công văn"), ()),  # no type letters in it
    (figure(quantity="percent", value=Decimal(101)), ("percent_above_100",)),
    (figure(quantity="percent", value=None, low=Decimal(90), high=Decimal(120)), ("percent_above_100",)),
    (figure(quantity="percent", value=Decimal(100)), ()),
    (figure(quantity="count", value=Decimal(101)), ()),
    (figure(quantity="ratio", value=None, numerator=Decimal(17), denominator=Decimal(17)), ()),
    (
        figure(quantity="ratio", value=None, numerator=Decimal(18), denominator=Decimal(17)),
        ("numerator_above_denominator",),
    ),
    (figure(quantity="ratio", value=None, numerator=Decimal(1), denominator=Decimal(0)), ("denominator_zero",)),
    (figure(quantity="measure", value=Decimal(-4)), ()),  # degrees
]


@pytest.mark.parametrize(("record", "flags"), ODD)
def test_odd_records_stay_and_are_flagged(record, flags):
    segmented = segment(article(published_at=dt.datetime(2026, 3, 5, 6, 0, tzinfo=VIETNAM)))
    table = "documents" if isinstance(record, Document) else "figures"
    symbols = {"NQ": "Nghị quyết", "QĐ": "Quyết định", "NĐ": "Nghị định"}
    doc = validate(Tagged(segmented, **{table: (record,)}), symbols)
    assert doc.rejects == ()
    assert getattr(doc, table)[0].flags == flags
    assert set(flags) <= FLAGS.keys()


def test_the_rules_know_the_letters_of_codes(rules_only):
    from extract.validate import build_validator

    check = build_validator(rules_only.rules)
    doc = check(Tagged(segment(article()), documents=(document(doc_type="Thông báo"),)))
    assert doc.documents[0].flags == ("code_type_mismatch",)


@pytest.mark.parametrize(
    ("code", "holds"),
    [
        ("1026-KL/TU", True), ("67/2014/NĐ-CP", True), ("35/2018/QH14", True), ("731/BHXH-GĐ BHYT", True),
        ("2568-QĐNS/TW", True), ("01/2015/TTLT-TTCP-BNV", True), ("12A/TB-VPCP", True),
        ("12", False), ("12-", False), ("-NQ/TU", False), ("12//NQ", False), ("12 /NQ-CP", False),
        ("12/NQ\n-CP", False),
    ],
)  # fmt: skip
def test_what_a_code_can_be(code, holds):
    assert (code_fault(code) is None) == holds


@pytest.mark.parametrize(
    ("sentences", "code"),
    [
        ([Sentence(0, 5, "body", ()), Sentence(3, 9, "body", ())], "sentence_order"),
        ([Sentence(0, END + 1, "body", ())], "span_outside"),
        ([Sentence(0, 9, "body", ((0, 3), (2, 5)))], "word_outside"),
        ([Sentence(0, 9, "body", ((0, 3), (3, 3)))], "word_outside"),
        ([Sentence(2, 9, "body", ((0, 3),))], "word_outside"),
        ([Sentence(0, 9, "body", ((0, 3), (5, 11)))], "word_outside"),
        ([Sentence(0, 9, "body", ((0, 3.0),))], "word_outside"),
        ([Sentence(0, 9, "body", ((0, 3, 4),))], "word_outside"),
        ([Sentence(0, 9, "ad", ())], "malformed_record"),
    ],
)
def test_broken_sentences_are_rejected(sentences, code):
    doc = validate(Tagged(Segmented(article(), tuple(sentences)), persons=(Person(start=0, end=2, name="A"),)))
    broken = [r for r in doc.rejects if r.table == "sentences"]
    assert [r.error for r in broken] == [code]
    assert len(doc.sentences) == len(sentences) - 1
    assert doc.article.n_sentences == len(doc.sentences)


def test_an_article_that_is_broken_itself_is_a_failure():
    with pytest.raises(Failure) as caught:
        validate(replace(news(published_at=dt.datetime(2026, 1, 1))))  # no time zone
    assert caught.value.error == "malformed_record"
    assert "published_at" in caught.value.message
    assert caught.value.payload["text"] == NEWS


def test_rows_are_strict():
    row = validate(news()).figures[0].model_dump()
    assert FigureRow.model_validate(row).text == "857"
    for column, value in {"start": "12", "value": 857, "flags": ["x"], "nonsense": 1, "unit": None}.items():
        with pytest.raises(ValidationError):
            FigureRow.model_validate({**row, column: value})
    with pytest.raises(ValidationError, match="span_text"):
        FigureRow.model_validate({**row, "text": "85"})
    with pytest.raises(ValidationError):
        validate(news()).figures[0].text = "858"
    for name, model in TABLES.items():
        assert model.model_config["extra"] == "forbid" and model.model_config["strict"], name
        assert all(f.description for f in model.model_fields.values()), name


def test_rows_survive_json():
    doc = validate(news(published_at=dt.datetime(2026, 3, 5, 6, 0, tzinfo=VIETNAM)))
    for row in (doc.article, *doc.sentences, *doc.persons, *doc.officials, *doc.documents, *doc.figures):
        assert type(row).model_validate_json(row.model_dump_json()) == row


DOCUMENT_IDS = [
    ([("Kết luận số 021-KL/TW", {"type": "Kết luận", "doc_type": "Kết luận", "code": "021-KL/TW",
       "issuer": "Trung ương", "issuer_resolved": "Ban Chấp hành Trung ương", "date": dt.date(2021, 10, 25)})],
     ["Kết luận|21-KL/TW|Ban Chấp hành Trung ương|2021"]),
    # the year of the code counts, not that of the date
    ([("Nghị định 67/2014/NĐ-CP", {"type": "Nghị định", "doc_type": "Nghị định", "code": "67/2014/NĐ-CP",
       "date": dt.date(2016, 1, 1)})], ["Nghị định|67/2014/NĐ-CP||2014"]),
    # what one mention says holds for the other
    ([("Chỉ thị 5-CT/TW", {"type": "Chỉ thị", "doc_type": "Chỉ thị", "code": "5-CT/TW",
       "date": dt.date(2016, 5, 15)}),
      ("Chỉ thị số 05-CT/TW", {"type": "Chỉ thị", "doc_type": "Chỉ thị", "code": "05-CT/TW",
       "issuer": "Bộ Chính trị"})],
     ["Chỉ thị|5-CT/TW|Bộ Chính trị|2016"] * 2),
    # … but not where there are two
    ([("Chỉ thị 5-CT/TU", {"doc_type": "Chỉ thị", "code": "5-CT/TU", "date": dt.date(2016, 5, 15)}),
      ("Chỉ thị 5-CT/TU", {"doc_type": "Chỉ thị", "code": "5-CT/TU", "date": dt.date(2021, 5, 15)}),
      ("Chỉ thị 5-CT/TU", {"doc_type": "Chỉ thị", "code": "5-CT/TU"})],
     ["Chỉ thị|5-CT/TU||2016", "Chỉ thị|5-CT/TU||2021", "Chỉ thị|5-CT/TU||"]),
    ([("Nghị quyết số 020", {"kind": "numbered", "type": "Nghị quyết", "doc_type": "Nghị quyết", "number": "020"})],
     ["Nghị quyết|số 20||"]),
    ([("Nghị quyết Trung ương 4 khoá XI", {"kind": "numbered", "type": "Nghị quyết", "doc_type": "Nghị quyết",
       "number": "4"})], ["Nghị quyết|trung ương 4 khóa xi||"]),
    ([("Luật Phòng, chống  rét", {"kind": "named", "type": "Luật", "doc_type": "Luật"})], ["Luật|phòng, chống rét||"]),
    ([("Hiến pháp", {"kind": "named", "type": "Hiến pháp", "doc_type": "Hiến pháp"})], ["Hiến pháp|hiến pháp||"]),
    # the year is no part of a law's name, and holds for a mention without it
    ([("Luật Cấp nước năm 2031", {"kind": "named", "type": "Luật", "doc_type": "Luật"}),
      ("Luật cấp nước", {"kind": "named", "type": "Luật", "doc_type": "Luật"})], ["Luật|cấp nước||2031"] * 2),
]  # fmt: skip


@pytest.mark.parametrize(("given_", "ids"), DOCUMENT_IDS)
def test_document_ids(given_, ids):
    text = "; ".join(words for words, _ in given_)
    documents, position = [], 0
    for words, columns in given_:
        start = text.index(words, position)
        position = start + len(words)
        documents.append(Document(**{"kind": "coded", "start": start, "end": position, **columns}))
    doc = validate(Tagged(segment(article(text)), documents=tuple(documents)))
    assert [d.document_id for d in doc.documents] == ids


def test_a_law_is_one_document_in_whatever_spelling(rules_only):
    doc = rules_only("Theo Luật Hỗ trợ DNNVV và Luật Hỗ trợ doanh nghiệp nhỏ và vừa; Luật Cán bộ công chức.")
    assert [d.document_id for d in doc.documents] == [
        "Luật|hỗ trợ doanh nghiệp nhỏ và vừa|Quốc hội|",
        "Luật|hỗ trợ doanh nghiệp nhỏ và vừa|Quốc hội|",
        "Luật|cán bộ, công chức|Quốc hội|",
    ]


def test_a_law_known_by_its_letters_is_the_law(rules_only):
    doc = rules_only("Theo Điều 9 BLHS năm 2015, Bộ luật Hình sự nói khác; BLTTHS thì không.")
    assert [d.document_id for d in doc.documents] == [
        "Bộ luật|hình sự|Quốc hội|2015",
        "Bộ luật|hình sự|Quốc hội|2015",
        "Bộ luật|tố tụng hình sự|Quốc hội|",
    ]


TEXTS = st.text(
    st.one_of(st.sampled_from("ab A.\n  1đĐ"), st.characters(exclude_categories=["Cs"])), min_size=1, max_size=60
)
SPANS = st.tuples(st.integers(-3, 63), st.integers(-3, 63))


@given(text=TEXTS, spans=st.lists(SPANS, max_size=8), holders=st.lists(st.integers(-2, 9), max_size=8))
@settings(deadline=None)
def test_rows_equal_their_spans_and_nothing_is_lost(text, spans, holders):
    persons = tuple(Person(start=s, end=e, name="A", cluster=s % 3 - 1) for s, e in spans)
    titles = tuple(Title(start=s, end=e, role="r", holder=h) for (s, e), h in zip(spans, holders))
    figures = tuple(Figure(start=s, end=e, quantity="count", value=Decimal(s)) for s, e in spans)
    doc = validate(Tagged(segment(article(text)), persons, titles, (), figures))
    for table, records in {"persons": persons, "titles": titles, "figures": figures}.items():
        rows = getattr(doc, table)
        assert len(rows) + sum(r.table == table for r in doc.rejects) == len(records)
        assert len({r.mention_id for r in rows}) == len(rows)
        for row in rows:
            assert text[row.start : row.end] == row.text
            home = doc.sentences[row.sentence_id]
            assert home.sentence_id == row.sentence_id and home.start <= row.start < row.end <= home.end
    ids = {p.mention_id for p in doc.persons}
    assert all(t.holder_id in ids for t in doc.titles if t.holder_id)
    official = {o.person_id for o in doc.officials}
    assert official == {p.person_id for p in doc.persons if p.is_official}
    assert {p.person_id for p in doc.persons if p.mention_id in {t.holder_id for t in doc.titles}} == official
    assert {r.error for r in doc.rejects} <= REJECTS.keys()
    assert isinstance(doc.documents, tuple) and DocumentRow not in map(type, doc.figures)


def test_a_mention_that_leaves_its_sentence_is_kept_and_flagged():
    crossing = Person(start=NEWS.index("Giả."), end=NEWS.index("Bà ") + 2, name="A")
    doc = validate(Tagged(segment(article()), persons=(crossing,)))
    assert doc.rejects == ()
    assert doc.persons[0].flags == ("crosses_sentence",)


def test_resolved_names_have_one_spelling(rules_only):
    """However an article types "ủy": the body is one, and so is its document; what is written stays as written."""
    old, new = (
        rules_only(f"Ông Lò Văn Mẫu, Bí thư Thành {uy} Sơn La, dẫn Kết luận số 7-KL/TU của Tỉnh  {uy}.")
        for uy in ("uỷ", "ủy")
    )
    assert [t.organization_resolved for t in old.titles] == ["Thành ủy Sơn La"]
    assert [(d.issuer_resolved, d.document_id) for d in old.documents] == [
        (d.issuer_resolved, d.document_id) for d in new.documents
    ]
    assert old.titles[0].organization == "Thành uỷ Sơn La"
    assert old.documents[0].issuer_resolved.startswith("Tỉnh ủy")
