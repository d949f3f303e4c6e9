"""News pages: three whole ones as newspapers make them, and one habit of theirs after the other."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.read import read_inputs
from extract.read.html import Page, is_markup, is_page, read_page
from extract.records import Article, Failure, Reject

PAGES = Path(__file__).parent / "html"
HEADLINE = "Chủ tịch tỉnh Quảng Mẫu dự khai giảng ở vùng cao"
LEAD = "Sáng 5/9, Chủ tịch UBND tỉnh Quảng Mẫu Hồ Văn Thử dự khai giảng tại Trường THPT Nà Ví, trao 50 suất học bổng."
FIRST = "Năm học này tỉnh có 214.000 học sinh, tăng 3,2%; 12 trường mới được đưa vào sử dụng với kinh phí 96 tỷ đồng."
SECOND = "Ông Thử yêu cầu ngành giáo dục thực hiện nghiêm Chỉ thị số 15/CT-UBND về thu chi đầu năm, không để lạm thu."
CAPTION = "Ông Hồ Văn Thử đánh trống khai trường. Ảnh: Bảo Ví"
TEXT = [HEADLINE, LEAD, FIRST, SECOND]
WITH_CAPTION = [HEADLINE, LEAD, CAPTION, FIRST, SECOND]


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))  # type: ignore[arg-type,misc]


def lines(markup: str) -> list[str]:
    text = read_page(markup).text
    assert text.endswith("\n")
    return text[:-1].split("\n")


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def article(inner: str) -> str:
    """A page whose box is the article's by its name, with what is tried in it."""
    return page(f'<h1>{HEADLINE}</h1><div class="detail-content">{inner}</div>')


# -- whole pages --------------------------------------------------------------------------------------------

# What each of them has to be read in spite of is in its file: menus, teasers, related links between paragraphs, polls,
# comments, tags, layout tables, a form around it all.
WHOLE = {
    "bao_dien_tu": Page(
        text="",
        title="Huyện Thạch Mẫu dời chợ cũ trước mùa lũ",
        url="https://songlach.vidu.vn/thoi-su/huyen-thach-mau-doi-cho-cu-truoc-mua-lu-4750021.html",
        publisher="Báo Sông Lạch",
        authors=("Vũ Thị Ngần",),
        published_at=moment(2024, 6, 4, 18, 25, 10),
        language="vi",
    ),
    "toa_soan_hoi_tu": Page(
        text="",
        title="Bộ trưởng Tạ Quang Ví: Không để xã mới chậm chi trả chế độ",
        url="https://ngaymau.vidu.vn/bo-truong-khong-de-xa-moi-cham-chi-tra-20250812171500123.htm",
        publisher="Ngày Mẫu Online",
        authors=("TRẦN THỬ",),
        published_at=moment(2025, 8, 12, 17, 15),
        language="vi",
    ),
    "bao_dia_phuong": Page(
        text="",
        title="Ban Thường vụ Huyện ủy Đông Mẫu kiểm tra công tác xây dựng Đảng tại xã Tân Thử",
        published_at=moment(2019, 11, 15, 8, 30),
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_of_a_whole_page_stays_what_a_reader_would_keep(name: str) -> None:
    found = read_page((PAGES / f"{name}.html").read_text("utf-8"))
    assert found.text == (PAGES / f"{name}.txt").read_text("utf-8")
    for field in ("title", "url", "publisher", "authors", "published_at", "language"):
        assert getattr(found, field) == getattr(WHOLE[name], field), field


def test_a_folder_of_pages_is_read_as_any_other(tmp_path: Path) -> None:
    found = [f for f in read_inputs([PAGES / "*.html"]) if isinstance(f, Article)]
    assert [f.source for f in found] == ["bao_dia_phuong.html", "bao_dien_tu.html", "toa_soan_hoi_tu.html"]
    assert {f.encoding for f in found} == {"utf-8"}
    assert found[0].authors == ("Mạnh Ví",)  # of the text's last line, where the page names nobody
    assert found[1].text == (PAGES / "bao_dien_tu.txt").read_text("utf-8")


# -- templates ----------------------------------------------------------------------------------------------

MARKUP = {
    "paragraphs without a <p> around them": page(
        f'<div><time id="currentDate">Thứ Bảy, 06/09/2025</time></div><h1>{HEADLINE}</h1><div class="lr-ct"><!--lr-ct-->'
        f'<div class="lr-summary-post">{LEAD}</div><div class="insertImage"><img src="a"><em>{CAPTION}</em></div>'
        f"<p></p>{FIRST}<p></p>{SECOND}<p></p></div>"
    ),
    "the first picture above the article's box": page(
        f'<div class="main-column"><h1 class="article__title">{HEADLINE}</h1><div class="article__sapo cms-desc">{LEAD}</div>'
        f"<figure><img><figcaption>{CAPTION}</figcaption></figure>"
        f'<div class="article__body cms-body"><p>{FIRST}</p><div class="article-relate"><a>Tin khác</a></div><p>{SECOND}</p></div></div>'
    ),
    "a table for each picture": page(
        f'<article><h1>{HEADLINE}</h1><p class="the-article-summary">{LEAD}</p><div class="the-article-body">'
        f'<table class="picture"><tr><td class="pic"><img></td></tr><tr><td class="pCaption caption"><p>{CAPTION}</p></td></tr></table>'
        f'<p>{FIRST}</p><div class="inner-article"><a href="2"><h2>Ba tỉnh miễn học phí từ năm nay</h2></a></div>'
        f"<p>{SECOND}</p></div></article>"
    ),
    "headline, lead and text in boxes without a heading": page(
        f'<table><tr><td><div class="ArticleHeader">{HEADLINE}</div><div class="PostDate">09:10 | 05/09/2025</div>'
        f'<div class="ArticleSummary">{LEAD}</div><div class="ArticleContent"><p><img src="1"></p><p><em>{CAPTION}</em></p>'
        f"{FIRST}<br><br>{SECOND}<br></div></td></tr></table>",
        f"<title>{HEADLINE}</title>",
    ),
    "a blog": page(
        f'<header><nav><ul><li><a>Giới thiệu</a></li></ul></nav></header><article class="post"><h1 class="entry-title">{HEADLINE}</h1>'
        f'<div class="entry-content"><p>{LEAD}</p><div class="wp-caption"><img><p class="wp-caption-text">{CAPTION}</p></div>'
        f"<p>{FIRST}</p><p>{SECOND}</p></div></article>"
        '<div id="comments"><h2>2 bình luận</h2><ol class="comment-list"><li>Chúc mừng các em học sinh bước vào năm học mới.</li></ol></div>'
    ),
    "no names at all": page(
        f"<div><a>Trang chủ</a> <a>Thời sự</a> <a>Kinh tế</a></div><div><h1>{HEADLINE}</h1><p>{LEAD}</p>"
        f"<figure><img><figcaption>{CAPTION}</figcaption></figure><p>{FIRST}</p><p>{SECOND}</p></div>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("markup", MARKUP.values(), ids=MARKUP)
def test_every_template_gives_the_same_lines(markup: str) -> None:
    assert lines(markup) == WITH_CAPTION


AROUND = {
    "poll by its choices": '<div><p>Có nên miễn học phí?</p><form><input type="radio">Nên<input type="radio">Không</form></div>',
    "poll by its name": '<div class="box-vote"><p>Có nên miễn học phí cho mọi học sinh?</p><ul><li>Nên</li></ul></div>',
    "related by its name": '<div class="box-tinlienquanv2"><p>Một xã có ba trường mới được khánh thành.</p></div>',
    "related by its type": '<div class="VCSortableInPreviewMode" type="RelatedOneNews"><p>Trường mới ở xã Ia Ví.</p></div>',
    "related by its heading": "<div><p><b>Tin liên quan</b></p><p>Trường mới ở xã Ia Ví đã xong.</p></div>",
    "heading and list": "<h3>Các tin khác</h3><ul><li><a>Trường mới ở xã Ia Ví</a></li><li><a>Học phí năm nay</a></li></ul>",
    "a link for a paragraph": '<p><a href="1">Trường mới ở xã Ia Ví được khánh thành sáng nay</a></p>',
    "a pointer": '<p>&gt;&gt; Xem thêm: <a href="1">Trường mới ở xã Ia Ví</a></p>',
    "comments": '<div id="box_comment"><p>Mong huyện sớm có thêm trường cho các cháu.</p></div>',
    "sharing": '<div class="social"><a>Chia sẻ</a><a>Facebook</a></div>',
    "a script": "<script>document.write('<p>Quảng cáo một sản phẩm.</p>')</script>",
    "hidden text": '<div style="display:none"><p>Từ khóa cho máy tìm kiếm, không ai thấy.</p></div>',
}


@pytest.mark.parametrize("furniture", AROUND.values(), ids=AROUND)
def test_what_stands_between_paragraphs_and_is_not_the_article_goes(furniture: str) -> None:
    assert lines(article(f"<p>{LEAD}</p><p>{FIRST}</p>{furniture}<p>{SECOND}</p>")) == TEXT


INSIDE = {
    "line break": (f"<p>{FIRST}<br>{SECOND}</p>", [FIRST, SECOND]),
    "inline": (f"<p>Ông <b>Hồ</b> <i>Văn</i><span> Thử</span> nói. {FIRST}</p>", [f"Ông Hồ Văn Thử nói. {FIRST}"]),
    "drop cap": (f"<p><span>S</span>áng nay. {FIRST}</p>", [f"Sáng nay. {FIRST}"]),
    "label": (f"<p><b>Nguồn</b>Báo Mẫu. {FIRST}</p>", [f"Nguồn Báo Mẫu. {FIRST}"]),
    "place": (f'<p><span class="location-stamp">Quảng Mẫu</span>Sáng nay. {FIRST}</p>', [f"Quảng Mẫu - Sáng nay. {FIRST}"]),
    "spaces": (f"<p>  Sáng\n\t nay,   mưa. {FIRST}</p>", [f"Sáng nay, mưa. {FIRST}"]),
    "entities": (f"<p>A &amp; B &lt;C&gt; &#7879;&nbsp;x. {FIRST}</p>", [f"A & B <C> ệ\u00a0x. {FIRST}"]),
    "list": (f"<p>{FIRST}</p><ul><li>12 trường mới</li><li>96 tỷ đồng</li></ul>", [FIRST, "12 trường mới", "96 tỷ đồng"]),
    "quote": (f"<p>{FIRST}</p><blockquote><p>Không lạm thu.</p></blockquote>", [FIRST, "Không lạm thu."]),
    "heading": (f"<p>{FIRST}</p><h2>Ba việc phải làm ngay</h2><p>{SECOND}</p>", [FIRST, "Ba việc phải làm ngay", SECOND]),
    "link in a sentence": (f'<p>Theo <a href="1">Sở Giáo dục</a>, {FIRST}</p>', [f"Theo Sở Giáo dục, {FIRST}"]),
    "data table": (
        f"<p>{FIRST}</p><table><tr><th>Xã</th><th>Trường</th></tr><tr><td><p>Ia Ví</p></td><td>3</td></tr></table>",
        [FIRST, "Xã | Trường", "Ia Ví | 3"],
    ),
    "box of facts": (f'<p>{FIRST}</p><div class="box"><p><b>Số liệu</b></p><p>12 trường mới.</p></div>', [FIRST, "Số liệu", "12 trường mới."]),
    "gallery": (
        f"<p>{FIRST}</p><figure><img><img><figcaption>Lễ khai giảng.</figcaption></figure><figure><img></figure>",
        [FIRST, "Lễ khai giảng."],
    ),
    "caption beside a picture": (
        f'<p>{FIRST}</p><div><img><div class="PhotoCMS_Caption"><p>Lễ khai giảng.</p></div></div>', [FIRST, "Lễ khai giảng."],
    ),
    "hostile text": (f"<p>&lt;script&gt;alert(1)&lt;/script&gt; {FIRST}</p>", [f"<script>alert(1)</script> {FIRST}"]),
}  # fmt: skip


@pytest.mark.parametrize(("inner", "expected"), INSIDE.values(), ids=INSIDE)
def test_the_articles_own_parts_stay_apart_and_as_they_are(inner: str, expected: list[str]) -> None:
    assert lines(article(f"<p>{LEAD}</p>{inner}")) == [HEADLINE, LEAD, *expected]


def test_paragraphs_that_the_finder_of_main_text_would_take_for_furniture_stay() -> None:
    inner = f'<div class="meta-embed-widget"><p class="byline">{FIRST}</p><p class="slide-options">{SECOND}</p></div>'
    assert lines(article(f"<p>{LEAD}</p>{inner}")) == TEXT


# -- metadata -----------------------------------------------------------------------------------------------

BODY = f"<h1>{HEADLINE}</h1><div class='noidung'><p>{LEAD}</p><p>{FIRST}</p></div>"


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ('<meta property="article:published_time" content="2025-09-05T09:10:00+07:00">', BODY, moment(2025, 9, 5, 9, 10)),
        ('<meta name="pubdate" content="2025-09-05T02:10:00Z">', BODY, moment(2025, 9, 5, 9, 10)),
        ('<script type="application/ld+json">{"datePublished": "2025-09-05T09:10"}</script>', BODY, moment(2025, 9, 5, 9, 10)),
        ('<script type="application/ld+json">{"datePublished": "2025-09-05T09:10", broken</script>', BODY, moment(2025, 9, 5, 9, 10)),
        ("", f'<time datetime="2025-09-05T09:10:00+0700">hôm qua</time>{BODY}', moment(2025, 9, 5, 9, 10)),
        ("", BODY.replace("</h1>", '</h1><span class="h5">Thứ sáu - 05/09/2025 09:10</span>'), moment(2025, 9, 5, 9, 10)),
        ("", f'<div class="date">Thứ sáu, 5/9/2025, 09:10 (GMT+7)</div>{BODY}', moment(2025, 9, 5, 9, 10)),
        # Today's date at the head of the page is not the article's, nor one in a sentence.
        ("", f'<div id="currentDate" class="date">Chủ nhật, 7/9/2025</div>{BODY}', None),
        ("", BODY.replace("Sáng 5/9", "Sáng 5/9/2025"), None),
        ('<meta property="article:published_time" content="hôm nay">', BODY, None),
    ],
)  # fmt: skip
def test_the_time_of_publication(head: str, body: str, expected: datetime | None) -> None:
    assert read_page(page(body, head)).published_at == expected


@pytest.mark.parametrize(
    ("head", "field", "expected"),
    [
        ('<link rel="canonical" href="/bai-1.html">', "url", "https://mau.vidu.vn/bai-1.html"),
        ('<link rel="canonical" href="https://mau.vidu.vn/">', "url", "https://mau.vidu.vn/x?fbclid=1"),
        ('<meta property="og:url" content="https://mau.vidu.vn/bai-2.html">', "url", "https://mau.vidu.vn/bai-2.html"),
        ("", "url", "https://mau.vidu.vn/x?fbclid=1"),
        ('<meta property="og:site_name" content="VOV.VN">', "publisher", "VOV"),
        ('<meta property="og:site_name" content="Báo Mẫu"><meta name="author" content="Báo Mẫu">', "authors", ()),
        ('<meta name="author" content="Lê Thị Thử; Bảo Ví">', "authors", ("Lê Thị Thử", "Bảo Ví")),
        (
            f'<title>{HEADLINE} | Báo Mẫu</title><meta property="og:title" content="{HEADLINE} - Báo Mẫu">',
            "title",
            HEADLINE,
        ),
    ],
)
def test_what_a_page_says_of_itself(head: str, field: str, expected: object) -> None:
    assert getattr(read_page(page(BODY, head), "https://mau.vidu.vn/x?fbclid=1"), field) == expected


def test_reading_asks_no_clock() -> None:
    """What finds dates refuses those of the future unless told otherwise."""
    markup = page(BODY, '<meta property="article:published_time" content="2098-01-02T03:04:05+07:00">')
    assert read_page(markup).published_at == moment(2098, 1, 2, 3, 4, 5)


# -- fields that hold HTML ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "mapping", "expected"),
    [
        (
            {"html": article(f"<p>{LEAD}</p><p>{FIRST}</p>"), "url": "https://mau.vidu.vn/9"},
            {},
            [HEADLINE, LEAD, FIRST],
        ),
        ({"content": f"<p>{LEAD}</p><p>{FIRST}</p>"}, {}, [LEAD, FIRST]),
        ({"content": f"\n <div><p>{LEAD}</p></div>"}, {}, [LEAD]),
        ({"content": f"{LEAD}\n\n{FIRST}"}, {}, [LEAD, "", FIRST]),
        ({"bai": f"<p>{LEAD}</p>"}, {"text": "bai"}, [LEAD]),
        ({"bai": f"{LEAD}<br>{FIRST}"}, {"html": "bai"}, [LEAD, FIRST]),
        ({"text": f"<p>{LEAD}</p>"}, {}, [f"<p>{LEAD}</p>"]),
        ({"text": f"<p>{LEAD}</p>"}, {"html": "text"}, [LEAD]),
        ({"text": LEAD, "html": f"<p>{FIRST}</p>"}, {}, [LEAD]),
        ({"text": None, "html": f"<p>{FIRST}</p>"}, {}, [FIRST]),
        ({"text": LEAD, "html": f"<p>{FIRST}</p>"}, {"html": "html"}, [FIRST]),
        ({"content": "<3 học sinh"}, {}, ["<3 học sinh"]),
    ],
)
def test_a_field_is_html_by_its_name_or_its_look(
    tmp_path: Path, record: dict[str, object], mapping: dict[str, str], expected: list[str]
) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(record), "utf-8")
    (found,) = read_inputs([tmp_path], mapping=mapping)
    assert isinstance(found, Article), found
    assert found.text.rstrip("\n").split("\n") == expected
    assert found.url == record.get("url")


def test_what_a_record_says_wins_over_its_page(tmp_path: Path) -> None:
    record = {
        "html": (PAGES / "bao_dien_tu.html").read_text("utf-8"),
        "title": "Tên khác",
        "date": "2024-07-01",
        "author": None,
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(record), "utf-8")
    (found,) = read_inputs([tmp_path])
    assert isinstance(found, Article)
    assert (found.title, found.published_at, found.authors) == ("Tên khác", moment(2024, 7, 1), ("Vũ Thị Ngần",))


@pytest.mark.parametrize(
    ("text", "page", "markup"),
    [
        ("<!DOCTYPE html><html></html>", True, True),
        ('<?xml version="1.0"?>\n<!-- x -->\n<html lang="vi">', True, True),
        ("<p>Một</p>", False, True),
        ('<div class="a"><p>Một</div>', False, True),
        ("<p>Một", False, False),
        ("Một <b>hai</b>", False, False),
        ("<ông Thử> </nói>", False, False),
        ("< 5 tuổi và > 3 tuổi", False, False),
        ("", False, False),
    ],
)
def test_what_is_a_page_and_what_is_markup(text: str, page: bool, markup: bool) -> None:
    assert (is_page(text), is_markup(text)) == (page, markup)


# -- bad pages ----------------------------------------------------------------------------------------------


def rejected(markup: str | bytes, tmp_path: Path) -> Reject:
    (tmp_path / "a.html").write_bytes(markup if isinstance(markup, bytes) else markup.encode())
    (found,) = read_inputs([tmp_path])
    assert isinstance(found, Reject), found
    json.loads(found.payload)
    return found


@pytest.mark.parametrize(
    ("markup", "error", "message"),
    [
        ("", "empty_text", "0 bytes"),
        ("<html></html>", "no_main_text", "no main text on this page of 13 characters"),
        (
            page("<nav><a href=1>Tin một</a></nav><script>var a</script><footer>Báo Mẫu</footer>"),
            "no_main_text",
            "no main",
        ),
        (page("<div>" * 10_000 + LEAD + "</div>" * 10_000), "bad_html", "nested more than 2,000 deep"),
        (page("<i>x</i>" * 60_000), "too_large", "elements; up to 50,000"),
        (b"\x89PNG\r\n\x1a\n", "binary_file", "PNG"),
        (article(f"<p>{LEAD}</p>").encode().replace("Thử".encode(), b"Th\xff\xad"), "not_utf8", "main text"),
    ],
    ids=lambda value: None if isinstance(value, str | bytes) and len(value) > 99 else str(value)[:20],
)
def test_a_page_without_an_article_is_a_reject(markup: str | bytes, error: str, message: str, tmp_path: Path) -> None:
    found = rejected(markup, tmp_path)
    assert found.error == error
    assert message in found.message


def test_a_page_past_the_limit_is_a_reject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.read.html.MAX_PAGE", 1000)
    assert rejected(article(f"<p>{LEAD}</p>" * 20), tmp_path).error == "too_large"


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{LEAD}<div><p>{FIRST}",
        f"<html><body><p>{LEAD}</p></body></html></div></p><p>{FIRST}",
        f"<table><tr><td>{LEAD}<tr><td>{FIRST}</table></table>",
        f"<html><html><head><p>{LEAD}<title>x</title><p>{FIRST}",
        f"<div><<p>{LEAD}</p><!-- --><p>{FIRST}</p>",
        f"<p>{LEAD}</p>\0<p>{FIRST}</p>",
        "<div>" * 1500 + f"<p>{LEAD}</p>" + "</div>" * 1500 + f"<p>{FIRST}</p>",
        "".join(f"<font><b>{line}<br>" for line in (LEAD, FIRST)),
    ],
)
def test_malformed_markup_is_read_as_browsers_do(markup: str) -> None:
    text = read_page(markup).text
    assert LEAD in text and FIRST in text


def test_a_broken_byte_outside_the_article_does_no_harm(tmp_path: Path) -> None:
    markup = (PAGES / "bao_dien_tu.html").read_bytes().replace(b"</footer>", b"\xff</footer>")
    (tmp_path / "a.html").write_bytes(markup)
    (found,) = read_inputs([tmp_path])
    assert isinstance(found, Article)
    assert found.text == (PAGES / "bao_dien_tu.txt").read_text("utf-8")


HOSTILE: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda n: page(f"<p>{FIRST}</p>" * n),
    "links": lambda n: page("<a href='x'>Tin khác</a> " * n),
    "pictures": lambda n: article(f"<figure><img><figcaption>Ảnh.</figcaption></figure><p>{FIRST}</p>" * (n // 4)),
    "nested": lambda n: page(("<div>" * 90 + f"<p>{FIRST}</p>" + "</div>" * 90) * (n // 90)),
    "boxes": lambda n: page("<div><h3>Tin liên quan</h3><ul><li><a>x</a></ul></div>" * (n // 4)),
    "names": lambda n: page("".join(f'<div class="a{i} box-{i}">Việc số {i}.</div>' for i in range(n))),
    "polls": lambda n: page("<form><input type=radio>Có</form>" * n),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_the_page(make: Callable[[int], str]) -> None:
    def seconds(n: int) -> float:
        began = time.process_time()
        try:
            read_page(make(n))
        except Failure as failure:
            assert failure.error == "no_main_text"
        return time.process_time() - began

    seconds(100)
    small, large = min(seconds(300) for _ in range(2)), min(seconds(1200) for _ in range(2))
    assert large < 10 * small + 0.1, (small, large)


PIECES = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div class='noidung'>", "</div>", "<h1>", "</h1>", "<table>", "<tr>", "<td>", "</table>", "<figure>",
         "<figcaption>", "</figure>", "<img>", "<br>", "<ul>", "<li>", "<a href='x'>", "</a>", "<form>", "<input type=radio>",
         "<script>", "</script>", "<script type='application/ld+json'>", '{"datePublished":"2024-01-02"', "<html>", "<body>",
         "<!--", "-->", "<![CDATA[", "]]>", "&#0;", "&#x110000;", "&nbsp;", "\x00", "\ud800", "<", ">", '"', "'", "=", "/", "🙂",
         "<meta charset='x'>", "<link rel=canonical href='http://[::'>", "<base href='//'>", "<time datetime='9999999'>",
         "<span class='location-stamp'>", "</span>", "Tin liên quan", LEAD, FIRST, "ệ", "\u0323", "\r\n"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(PIECES | st.text())
def test_any_markup_is_a_page_or_a_failure(markup: str) -> None:
    try:
        found = read_page(markup)
    except Failure as failure:
        assert failure.error in ("bad_html", "no_main_text", "too_large")
        assert "Traceback" not in failure.message
    else:
        assert found.text.strip() and "\n\n" not in found.text
        assert found == read_page(markup)
