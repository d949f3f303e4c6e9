"""Sentences, their kinds and the promises on offsets; the words have tests/test_segment_words.py."""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extract.records import Article, Segmented
from extract.rules import Rules, load_rules
from extract.segment import build_segmenter
from extract.segment.sentences import build_explainer

Segmenter = Callable[[Article], Segmented]


def article(text: str, title: str | None = None, authors: tuple[str, ...] = ()) -> Article:
    return Article(article_id="0" * 16, source="t.txt", text_hash="0" * 16, text=text, title=title, authors=authors)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules()


@pytest.fixture(scope="module")
def segment(rules: Rules) -> Segmenter:
    return build_segmenter(rules)


def texts(segmented: Segmented) -> list[str]:
    return [segmented.article.text[s.start : s.end] for s in segmented.sentences]


# Every case is a line; "¦" marks where a sentence ends. Names are invented.
SENTENCES = [
    # what splits
    "Hội nghị kết thúc lúc 17 giờ.¦ Các đại biểu ra về.",
    "Ai chịu trách nhiệm?¦ Chưa ai trả lời!¦ Thế rồi mọi việc lại như cũ…¦ Dân chỉ biết chờ.",
    "Vụ việc đã được làm rõ.¦ 3 cán bộ bị phê bình.",
    "Công trình đã nghiệm thu xong.¦Ông Lưu Bá Thìn nói vậy.",
    "Đoàn đã tới Hà Nội.¦Theo kế hoạch, ngày mai đoàn họp.",
    "Nghị quyết đã được thông qua./.¦ Lưu Thìn",
    "“Tôi xin nhận lỗi.”¦ Ông Thìn cúi đầu.",
    "Chị H. ngã xe.¦ Hôm sau, công an tới nhà chị H.¦ Ông Thìn cũng có mặt.",
    "Nhiệt độ cao nhất 38 độ C.¦ Ngày mai trời mát.",
    "Đại biểu HĐND huyện khoá I.¦ Kim Sơn là quê ông.",
    "Hàng gồm gạo, ngô, v.v.¦ Tất cả còn trong kho.",
    "Dự án nằm trên địa bàn TP.¦ Theo đó, dân sẽ phải di dời.",
    "Có hai lỗi (xem phụ lục).¦ Cả hai đã sửa.",
    "Giá đã tăng 3,5%.¦ Người mua than phiền.",
    "- Anh đi đâu?¦ - Tôi về quê.",
    "Máy tính đã cũ.¦ iPhone cũng vậy.",
    # what does not
    "TP. Vĩnh Thuận và TX. Hòa Lạc cùng dự.",
    "PGS.TS. Lưu Bá Thìn, ThS. Mạc Thị Dần và BS. Tôn Tỵ ký tên.",
    "Các cơ quan T.Ư. Đảng và đ/c. Thìn ở TP.HCM đã nhận thư.",
    "Ông ở Q. 2, P. 7, theo tr. 15 của hồ sơ số 1026-KL/TU.",
    "Tổng thống J. Fordham gặp ông William T. Blackburn ở St. Albans.",
    "Bị hại là Mạc Thị D. (ngụ H. Hòa Lạc), bạn của cháu K. và T. A. ở gần đó.",
    "Mr. Blackburn và Dr. Fordham trả 1.026,5 triệu đồng cho baothuchu.vn trong năm.",
    "Gạo, ngô, v.v. đều tăng giá… nhưng dân vẫn mua.",
    "“Bao giờ xong?” ông Thìn hỏi, “hay là không bao giờ…” rồi im lặng.",
    "“Việc này phải làm ngay!” - Chủ tịch huyện Lưu Bá Thìn nói.",
    "1. Công tác cán bộ được chú trọng.",
    "IV. Tổ chức thực hiện",
    "Điều 3. Phạm vi điều chỉnh",
    "Trị giá 1. 500 đồng mỗi chiếc.",
    "Ông ký Quyết định số 12/QĐ-UBND ngày 5.6.2019 lúc 7.30 tại Zing.Vn.",
    "Ảnh: P.Tuyên, Q.Bình và T.Ư Đoàn.",
    "Tỉnh giải quyết (?) Bộ Tài chính thì không.",
    # rules that must not reach over one another
    "Theo ông, lỗi ở Q. 2.¦ Các quận khác không có lỗi.",
    "1. Mở đầu.¦ 2. Nội dung gồm hai phần.¦ 3. Kết luận",
]


@pytest.mark.parametrize("marked", SENTENCES)
def test_sentences(segment: Segmenter, marked: str) -> None:
    expected = [part.strip() for part in marked.split("¦")]
    assert texts(segment(article(marked.replace("¦", "")))) == expected


@pytest.mark.parametrize("separator", ["\n", "\n\n", "\u2028", "\x0b", " \n\t "])
def test_newlines_bound(segment: Segmenter, separator: str) -> None:
    lines = ["Quang cảnh buổi họp ở TP.", "Hồ Chí Minh toàn tập", "và hết"]
    assert texts(segment(article(separator.join(lines)))) == lines


@pytest.mark.parametrize(
    ("text", "decisions"),
    [
        ("Việc đã xong. Ông về.", [(True, "full stop"), (True, "line")]),
        ("Ở TP. Vĩnh Thuận", [(False, "abbreviation before a name"), (True, "line")]),
        ("Ở Q. 2 và Q. 3", [(False, "abbreviation before a number")] * 2 + [(True, "line")]),
        ("Ông J. Fordham nói…\nbà cười", [(False, "initial"), (True, "line"), (True, "line")]),
        ("Họ đi… rồi về", [(False, "lower case"), (True, "line")]),
        ("xong.Ông về", [(True, "glued"), (True, "line")]),
        ("đã đề ra./. Lưu Thìn", [(True, "final mark"), (True, "line")]),
    ],
)
def test_explainer_names_the_rule(rules: Rules, text: str, decisions: list[tuple[bool, str]]) -> None:
    assert [(splits, rule) for _, splits, rule in build_explainer(rules)(text)] == decisions


LONG = (
    "Ban Thường vụ Huyện ủy Hòa Lạc đã nghe báo cáo về tình hình thu ngân sách của các xã trong quý vừa rồi. "
    "Nhiều xã chưa đạt mức được giao, nhất là ở vùng ven sông, nơi lũ về sớm hơn thường lệ. "
    "Huyện sẽ cử cán bộ xuống từng xã để cùng tháo gỡ và báo cáo lại trước khi hết tháng sau, không để kéo dài."
)
LEAD = "Chiều qua, Huyện ủy Hòa Lạc họp bàn về thu ngân sách."
HEAD = "Hòa Lạc gỡ khó cho các xã ven sông"


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        ([HEAD, LEAD], "headline body"),
        ([LEAD, LONG], "body body"),
        ([HEAD], "body"),
        (["Chi tiết tin - Huyện Hòa Lạc", HEAD, "10:25, Thứ Tư, 22-5-2024", LONG], "boilerplate headline byline body"),
        (["Trang chủ hội nghị đã mở cửa cho người xem", LONG], "headline body"),
        ([HEAD, "01/07/2022 18:45", LONG], "headline byline body"),
        ([HEAD, LEAD, LONG, "Quang cảnh buổi làm việc", LONG], "headline body body caption body"),
        ([HEAD, LEAD, "Đồng chí Lưu Bá Thìn phát biểu tại buổi làm việc.", LONG], "headline body caption body"),
        ([HEAD, LONG, "Lãnh đạo huyện thăm hộ nghèo ở xã Tân Lạc", LONG], "headline body caption body"),
        ([HEAD, LONG, "[img]", "Bờ sông sau lũ.", LONG], "headline body boilerplate caption body"),
        ([HEAD, LONG, "Cầu mới ở xã Tân Lạc. Ảnh: Dần Tỵ", LONG], "headline body caption body"),
        ([HEAD, "Xã Tân Lạc gồm:", "- Thôn Một", "- Thôn Hai", LONG], "headline body body body body"),
        ([HEAD, LONG, "Phát biểu tại hội nghị, ông Thìn yêu cầu các xã báo cáo.", LONG], "headline body body body"),
        ([HEAD, LONG, "Mạc Dần – Tôn Tỵ", "Trung tâm Văn hóa huyện Hòa Lạc"], "headline body byline byline"),
        ([HEAD, LONG, LONG, "Xin cảm ơn ông Lưu Bá Thìn"], "headline body body body"),
        ([HEAD, LONG, "Mạc Dần", "Nguồn: https://baothuchu.vn/tin-7.html"], "headline body byline byline"),
        ([HEAD, LONG, "T.TỴ", "Tin tức khác", "- Xã Tân Lạc làm đường", "- Thu thuế quý một"],
         "headline body byline boilerplate boilerplate boilerplate"),
        ([HEAD, LONG, LONG, "CÁC TIN KHÁC", "Hòa Lạc mở lớp học nghề", "THĂM DÒ Ý KIẾN", "Bạn thấy trang này thế nào?"],
         "headline body body boilerplate boilerplate boilerplate boilerplate"),
        ([HEAD, LONG, "Từ khóa: thu ngân sách, Hòa Lạc", "Chia sẻ", "Loading..."],
         "headline body boilerplate boilerplate boilerplate"),
        # a box of links between paragraphs ends where the paragraphs go on
        ([HEAD, LEAD, "Tin liên quan", "Xã Tân Lạc làm đường", LONG, LONG],
         "headline body boilerplate boilerplate body body"),
        ([HEAD, LEAD, "Tin liên quan", LEAD, LONG], "headline body boilerplate body body"),
        ([HEAD, LONG, "Xem thêm", "Xã Tân Lạc làm đường", LONG + " " + LONG],
         "headline body boilerplate boilerplate body"),
    ],
)  # fmt: skip
def test_kinds_of_lines(segment: Segmenter, lines: list[str], kinds: str) -> None:
    segmented = segment(article("\n".join(lines)))
    by_line: list[str] = []
    start = 0
    for line in lines:
        found = {s.kind for s in segmented.sentences if start <= s.start < start + len(line)}
        assert len(found) == 1, line
        by_line.extend(found)
        start += len(line) + 1
    assert by_line == kinds.split()


def test_kinds_within_a_merged_paragraph(segment: Segmenter) -> None:
    text = f"{HEAD}\n{LEAD}\nNước lên cao. Cầu mới ở Tân Lạc. Ảnh: Dần Tỵ. {LONG} Mạc Dần/Báo Hòa Lạc"
    segmented = segment(article(text))
    assert [s.kind for s in segmented.sentences] == [
        "headline", "body", "body", "caption", "caption", "body", "body", "body", "byline",
    ]  # fmt: skip


def test_title_and_authors_of_the_article(segment: Segmenter) -> None:
    lines = ["Cổng thông tin huyện Hòa Lạc", HEAD + ".", "Mạc Dần", LONG]
    known = segment(article("\n".join(lines), title=HEAD, authors=("Mạc Dần",)))
    assert [s.kind for s in known.sentences][:3] == ["boilerplate", "headline", "byline"]
    unknown = segment(article("\n".join(lines)))
    assert [s.kind for s in unknown.sentences][:2] == ["headline", "body"]


def assert_promises(segmented: Segmented) -> None:
    text = segmented.article.text
    outside = 0
    for sentence in segmented.sentences:
        assert text[outside : sentence.start].strip() == ""
        assert outside <= sentence.start < sentence.end <= len(text)
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]
        position = sentence.start
        for start, end in sentence.words:
            assert text[position:start].strip() == ""
            assert position <= start < end <= sentence.end
            assert not text[start].isspace() and not text[end - 1].isspace()
            position = end
        assert position == sentence.end
        outside = sentence.end
    assert text[outside:].strip() == ""


PIECES = st.sampled_from(
    ["TP.", "T.Ư.", "v.v.", "Ông Thìn", "xong.", "1.026", "/", "-KL/TU", "…", "”", "“", "\n", " ", "\t", "\u00a0",
     "\u200b", "\u202e", "\u2067", "\x00", "\ufeff", "\U0001f468\u200d\U0001f469", "e\u0323\u0302", "\u0301", "Ð",
     "Ảnh:", "[img]", "Tin khác", "http://", "(", ")", "@", "a.vn/", "\u1100\u1161", "\u0958", "İ", "\u2000", "\r",
     "\x1c", "Nguồn:", "**"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)), st.booleans())
@example("", False)
@example(" \n\u3000", False)
@example("e\u0301\t\u0958", False)
@example("Tiếng Việt có dấu.", True)
def test_promises_hold_for_any_text(segment: Segmenter, text: str, decomposed: bool) -> None:
    if decomposed:
        text = unicodedata.normalize("NFD", text)
    assert_promises(segment(article(text)))


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_explainer_agrees_with_the_segmenter(rules: Rules, segment: Segmenter, text: str) -> None:
    ends = {s.end for s in segment(article(text)).sentences}
    splits = {place for place, splits, rule in build_explainer(rules)(text) if splits and rule != "line"}
    assert splits <= ends


def test_same_result_from_every_thread_and_over_pickle(rules: Rules, segment: Segmenter) -> None:
    inputs = [article(f"{HEAD} {n}\n{LONG} Ông Thìn {n} đã ký.") for n in range(40)]
    expected = [segment(a) for a in inputs]
    fresh = build_segmenter(rules)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(fresh, inputs)) == expected
    assert pickle.loads(pickle.dumps(expected)) == expected


@pytest.mark.parametrize(
    "unit",
    [
        "a.",
        "!",
        "./",
        "…”",
        "A.",
        "Ảnh: ",
        "xong.Ông",
        "-+",
        "http://!",
        "x.vn/(a)",
        "\nTin khác",
        "e\u0323\u0302",
        " ",
    ],
)
def test_time_is_linear(segment: Segmenter, unit: str) -> None:
    def seconds(count: int) -> float:
        value = article("Ông " + unit * count)
        start = time.process_time()
        segment(value)
        return time.process_time() - start

    once = min(seconds(4_000) for _ in range(3))
    # Quadratic time would take 64 times as long; a factor of 3 is left for a busy machine.
    assert min(seconds(32_000) for _ in range(2)) < 8 * 3 * once + 0.05


def test_neither_import_nor_build_loads_underthesea() -> None:
    code = (
        "import sys; from extract.rules import load_rules; from extract.segment import build_segmenter; "
        "assert 'regex' in sys.modules and not sys.modules.keys() & {'extract.segment.words', 'underthesea'}; "
        "build_segmenter(load_rules()); assert not sys.modules.keys() & {'underthesea', 'joblib', 'sklearn', 'spacy'}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
