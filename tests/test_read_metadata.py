"""Headline, date, authors, address and publisher out of a text: what is found, and what must not be."""

from __future__ import annotations

import time
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.read import article_from_text
from extract.read.byline import is_name, outlet_of, read_byline
from extract.read.dates import VIETNAM, parse_datetime, read_dateline
from extract.read.metadata import Metadata, from_text, resolve_year, split_authors

TITLE = "Huyện Thạch Mẫu bàn việc dời chợ"
LEAD = (
    "Sáng 4/6, Huyện ủy Thạch Mẫu nghe báo cáo về tiến độ kè sông Lạch và bàn việc di dời chợ cũ, với sự tham dự "
    "của đại diện 11 xã, thị trấn."
)
BODY = (
    "Kết luận hội nghị, Bí thư Huyện ủy Lê Hữu Mẫu giao các xã rà soát 37 hộ dân trước ngày 20/6/2024 và báo cáo "
    "về Văn phòng Huyện ủy để tổng hợp."
)


def page(*lines: str) -> Metadata:
    return from_text("\n".join(lines))


# --- headline --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ([TITLE, LEAD, BODY], TITLE),
        ([f"  {TITLE}  ", "", LEAD], TITLE),
        ([f"# **{TITLE}**", LEAD], TITLE),
        ([f"\u200b{TITLE}", LEAD], TITLE),
        (
            ["Bí thư Lê Hữu Mẫu: “Chợ mới phải xong trước mùa mưa!”", LEAD],
            "Bí thư Lê Hữu Mẫu: “Chợ mới phải xong trước mùa mưa!”",
        ),
        (["Chợ cũ đi đâu?", LEAD], "Chợ cũ đi đâu?"),
        (["Chợ mới, chợ cũ và...", LEAD], "Chợ mới, chợ cũ và..."),
        (["Clip: Lũ cuốn cầu tạm trên sông Lạch giữa đêm", LEAD], "Clip: Lũ cuốn cầu tạm trên sông Lạch giữa đêm"),
        (["[//]: # (mẫu ![]())", "[img]", TITLE, LEAD], TITLE),
        (["Thời sự", "Trang chủ » Tin tức » Chính trị", TITLE, LEAD], TITLE),
        (["Chi tiết tin - Huyện ủy Thạch Mẫu", TITLE, "10:25, Thứ Ba, 4-6-2024", LEAD], TITLE),
        (["04/06/2024 10:25", TITLE, LEAD], TITLE),
        (["https://vidu.vn/1.html", TITLE, LEAD], TITLE),
        ([LEAD, BODY], None),
        ([LEAD, TITLE, BODY], None),
        ([TITLE], None),
        ([TITLE, "[img]"], None),
        ([f"{TITLE}.", LEAD], None),
        ([f"{TITLE};", LEAD], None),
        (["- Xã Đông Mẫu", LEAD], None),
        (["> Chợ cũ có từ năm 1956", LEAD], None),
        (["## Vị trí địa lý", LEAD], None),
        (["Chợ cũ Thạch Mẫu nhìn từ sông. Ảnh: H.M", LEAD], None),
        (["Chợ", LEAD], None),
        (["Sáng 4/6, " + "đoàn công tác của Huyện ủy Thạch Mẫu " * 4 + "về xã", LEAD], None),
        (["Chợ " * 80, LEAD], None),
    ],
)
def test_headline(lines: list[str], title: str | None) -> None:
    assert page(*lines).title == title


# --- date ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("04/06/2024 18:45", "2024-06-04T18:45"),
        ("04/06/2024 - 18:45", "2024-06-04T18:45"),
        ("10:25, Thứ Tư, 22-5-2024", "2024-05-22T10:25"),
        ("Thứ ba, 21/3/2023 | 08:15 GMT+7", "2023-03-21T08:15"),
        ("Thứ ba, 21/3/2023, 08:15 (GMT+7)", "2023-03-21T08:15"),
        ("21/3/2023 01:15 GMT+0", "2023-03-21T08:15"),
        ("Chủ nhật, 02.06.2024 07h05", "2024-06-02T07:05"),
        ("Ngày đăng: 04/06/2024", "2024-06-04T00:00"),
        ("Ngày đăng 4-6-2024 | Lượt xem: 1.234", "2024-06-04T00:00"),
        ("Cập nhật: 18:45 04/06/2024", "2024-06-04T18:45"),
        ("Cập nhật lúc: 06:45:10 CH, 04/06/2024", "2024-06-04T18:45:10"),
        ("18 giờ 45 phút, ngày 4 tháng 6 năm 2024", "2024-06-04T18:45"),
        ("Thạch Mẫu, ngày 4 tháng 6 năm 2024", "2024-06-04T00:00"),
        ("Hà Nội, ngày 4 tháng 6 năm 2024", "2024-06-04T00:00"),
        ("*04/06/2024*", "2024-06-04T00:00"),
        ("2024-06-04T18:45:00+07:00", "2024-06-04T18:45"),
        ("08:15 04/06/24", "2024-06-04T08:15"),
        ("04/06/24", None),
        ("31/06/2024 18:45", None),
        ("04/13/2024", None),
        ("25:70 04/06/2024", None),
        ("Kỳ họp ngày 04/06/2024 18:45", None),
        ("Công văn 45/UBND ngày 4/6/2024", None),
        ("Nhiệm kỳ 2020 - 2025", None),
        ("Giá vàng 04/06/2024: tăng mạnh", None),
    ],
)
@pytest.mark.parametrize("place", ["above", "below", "end"])
def test_a_date_on_its_own_line(line: str, moment: str | None, place: str) -> None:
    lines = {"above": (line, TITLE, LEAD), "below": (TITLE, line, LEAD), "end": (TITLE, LEAD, BODY, BODY, BODY, line)}
    found = page(*lines[place]).published_at
    assert found == (datetime.fromisoformat(moment).replace(tzinfo=VIETNAM) if moment else None)


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        ([TITLE, LEAD, BODY], None),  # "trước ngày 20/6/2024" in a sentence
        ([TITLE, "Cập nhật: 06/06/2024 09:00", "Ngày đăng: 04/06/2024 08:00", LEAD], "2024-06-04"),
        (["Thứ Hai, 17/06/2024", TITLE, "04/06/2024 08:00", LEAD], "2024-06-04"),  # today's date above
        ([TITLE, LEAD, *[BODY] * 20, "04/06/2024"], "2024-06-04"),
        ([TITLE, LEAD, BODY, "Các tin khác", "Xã Đông Mẫu họp dân", "01/06/2024"], None),
        ([TITLE, LEAD, *[BODY] * 20, "Xã Đông Mẫu họp dân", "01/06/2024", "Xã Tây Mẫu trồng rừng", "30/05/2024"], None),
        ([f"{TITLE}\n{LEAD} Lê Thử - Thể thao Việt Nam | 05:13 04/06/2024 "], "2024-06-04"),
        ([f"{TITLE}\n{LEAD} Mời xem phần tiếp vào lúc 0h00 ngày 5/6/2024"], None),
    ],
)
def test_which_date_is_the_articles(lines: list[str], day: str | None) -> None:
    found = page(*lines).published_at
    assert (found.date().isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-08-17T23:15:19.939274+07:00", "2026-08-17T23:15:19"),
        ("2026-08-17T16:15:19Z", "2026-08-17T23:15:19"),
        ("2026-08-17 23:15", "2026-08-17T23:15:00"),
        ("2026-08-17", "2026-08-17T00:00:00"),
        (" 01/07/2022 18:45 ", "2022-07-01T18:45:00"),
        ("10:25, Thứ Tư, 22-5-2024", "2024-05-22T10:25:00"),
        ("Thứ ba, 21/3/2023 | 08:15 GMT+7", "2023-03-21T08:15:00"),
        ("18h45 ngày 1 tháng 7 năm 2022", "2022-07-01T18:45:00"),
        ("6:45 CH 1/7/2022", "2022-07-01T18:45:00"),
        ("12:05 SA 1/7/2022", "2022-07-01T00:05:00"),
        ("Mon, 17 Aug 2026 16:15:19 +0000", "2026-08-17T23:15:19"),
        (1656675900, "2022-07-01T18:45:00"),
        (1656675900.9, "2022-07-01T18:45:00"),
        ("1656675900", "2022-07-01T18:45:00"),
        (1656675900123, "2022-07-01T18:45:00"),
        (1656675900123456789, "2022-07-01T18:45:00"),
        (20220701, "2022-07-01T00:00:00"),
        ("20220701184500", "2022-07-01T18:45:00"),
        (date(2022, 7, 1), "2022-07-01T00:00:00"),
        (datetime(2022, 7, 1, 18, 45, 0, 999), "2022-07-01T18:45:00"),
        *((bad, None) for bad in ("31/02/2024", "2024-13-01", "hôm qua", "", " ", None, True, [], 10**400, 1e300,
                                  float("nan"), float("-inf"), "0001-01-01", "9999-12-31T23:59:59Z", "9" * 5000)),
    ],
)  # fmt: skip
def test_parse_datetime(value: object, moment: str | None) -> None:
    found = parse_datetime(value)
    assert (found.replace(tzinfo=None).isoformat() if found else None) == moment
    assert found is None or str(found.tzinfo) == "Asia/Ho_Chi_Minh"


@given(st.text() | st.integers() | st.floats() | st.datetimes() | st.dates() | st.binary())
def test_parse_datetime_takes_anything(value: object) -> None:
    found = parse_datetime(value)
    assert found is None or (found.microsecond == 0 and 1900 <= found.year < 2200)


@given(st.text(alphabet="0123456789/-.:, hgiờngàytháăm|GMT+Z"))
def test_read_dateline_takes_anything(line: str) -> None:
    found = read_dateline(line)
    assert found is None or found.when.tzinfo is not None


@pytest.mark.parametrize(
    ("day", "month", "published", "expected"),
    [
        (9, 10, datetime(2024, 10, 10, 8, tzinfo=VIETNAM), date(2024, 10, 9)),
        (28, 12, date(2024, 1, 3), date(2023, 12, 28)),
        (2, 2, date(2024, 1, 3), date(2024, 2, 2)),  # 30 days ahead: announced
        (3, 2, date(2024, 1, 3), date(2023, 2, 3)),  # 31 days ahead: last year's
        (1, 1, date(2024, 12, 31), date(2024, 1, 1)),
        (29, 2, date(2024, 3, 1), date(2024, 2, 29)),
        (29, 2, date(2025, 1, 5), date(2024, 2, 29)),
        (29, 2, date(2026, 3, 1), None),
        (31, 6, date(2024, 7, 1), None),
        (5, 13, date(2024, 7, 1), None),
        (0, 0, date(2024, 7, 1), None),
        (9, 10, None, None),
    ],
)
def test_resolve_year(day: int, month: int, published: date | None, expected: date | None) -> None:
    assert resolve_year(day, month, published) == expected


# --- authors and publisher -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "authors", "publisher"),
    [
        ("Lê Thử", ["Lê Thử"], None),
        ("*Lê Thử*", ["Lê Thử"], None),
        ("Mai Thử – Huy Mẫu", ["Mai Thử", "Huy Mẫu"], None),
        ("LÊ THỬ - HUY MẪU", ["LÊ THỬ", "HUY MẪU"], None),
        ("Mai Thử, Huy Mẫu", ["Mai Thử", "Huy Mẫu"], None),
        ("T.Thử", ["T.Thử"], None),
        ("N. Thử", ["N. Thử"], None),
        ("Nguyễn Thị Thu Thử", ["Nguyễn Thị Thu Thử"], None),
        ("PV Lê Thử/VOV miền Trung", ["Lê Thử"], "VOV"),
        ("CTV Lê Thử/VOV.VN CTV Lê Thử/VOV.VN", ["Lê Thử"], "VOV"),
        ("Mai Thử-Huy Mẫu/VOV-Tây Bắc", ["Mai Thử", "Huy Mẫu"], "VOV"),
        ("Lê Thử (TTXVN)", ["Lê Thử"], "TTXVN"),
        ("(Theo TTXVN)", [], "TTXVN"),
        ("TTXVN/Tin Tức", [], "Tin Tức"),
        ("Lê Thử/Báo Tin Tức", ["Lê Thử"], "Tin Tức"),
        ("Lê Thử (tổng hợp)", ["Lê Thử"], None),
        ("Lê Thử (Tổng hợp Daily Star)", ["Lê Thử"], None),
        ("Lê Thử Tổng hợp", ["Lê Thử"], None),
        ("Lê Thử (Theo Reuters)", ["Lê Thử"], None),
        ("Lê Thử (Theo Dân trí, BBC)", ["Lê Thử"], "Dân trí"),
        ("(Theo Lê Thử/NLĐO)", ["Lê Thử"], "Người Lao Động"),
        ("Theo Lê Thử (Dân Việt)", ["Lê Thử"], "Dân Việt"),
        ("*Theo Lê Thử - Báo Tiền Phong*", ["Lê Thử"], "Tiền Phong"),
        ("Theo Trithuctre", [], "Trí Thức Trẻ"),
        ("theo Trí thức trẻ", [], "Trí Thức Trẻ"),
        ("Lê Thử Theo Người Lao Động", ["Lê Thử"], "Người Lao Động"),
        ("Bài và ảnh: Lê Thử", ["Lê Thử"], None),
        ("Tin, ảnh: LÊ THỬ (từ Bắc Kinh, Trung Quốc)", ["LÊ THỬ"], None),
        ("Tin-ảnh: T.Thử", ["T.Thử"], None),
        ("Lê Thử - Ảnh: Huy Mẫu", ["Lê Thử"], None),
        ("HỒNG THỬ (Thực hiện)", ["HỒNG THỬ"], None),
        ("Tác giả: Lê Thử", ["Lê Thử"], None),
        ("Nguồn: Cổng Thông tin điện tử huyện Thạch Mẫu", [], "Cổng Thông tin điện tử huyện Thạch Mẫu"),
        ("Nguồn: thachmau.gov.vn", [], "thachmau.gov.vn"),
        ("Báo Đất Việt Gia Mẫu", [], "Đất Việt"),
    ],
)
def test_byline_lines(line: str, authors: list[str], publisher: str | None) -> None:
    found = page(TITLE, LEAD, BODY, line)
    assert (list(found.authors), found.publisher) == (authors, publisher)


@pytest.mark.parametrize(
    "line",
    [
        "Minh", "PV", "P.V", "Nhóm PV", "N.H", "Ban Biên tập", "Tổng hợp", "(Tổng hợp)", "Hà Nội",
        "TP Hồ Chí Minh", "Tây Nguyên", "Việt Nam", "Giao thông", "Thanh Niên", "Ảnh: Lê Thử",
        "Ảnh: Lê Thử/TTXVN", "Video: Lê Thử", "Đồ họa: Lê Thử",
        "Nguồn ảnh: Lê Thử",
        "Reuters", "Harry Kane", "Cristiano Ronaldo", "The Sun", "Loading...", "./.", "[img]",
        "Chợ mới Thạch Mẫu", "Phát huy dân chủ", "- Lê Thử", "1. Lê Thử", "Lê Thử, Bí thư Huyện ủy",
        "Đồng chí Lê Thử", "Báo cáo",
        "Báo hiếu mùa Vu lan", "Xem thêm:",
    ],
)  # fmt: skip
def test_lines_that_are_no_byline(line: str) -> None:
    found = page(TITLE, LEAD, BODY, line)
    assert (found.authors, found.publisher) == ((), None)


@pytest.mark.parametrize(
    ("end", "authors", "publisher"),
    [
        (". Lê Thử ", ["Lê Thử"], None),
        ("./. Lê Thử/VOV.VN", ["Lê Thử"], "VOV"),
        ("”, ông Mẫu nói. Mai Thử - Huy Mẫu", ["Mai Thử", "Huy Mẫu"], None),
        ("? Lê Thử (tổng hợp)", ["Lê Thử"], None),
        ("… TTXVN/Tin Tức  ", [], "Tin Tức"),
        (". Ảnh: Google Maps. Lê Thử", ["Lê Thử"], None),
        (". theo Trí Thức Trẻ", [], "Trí Thức Trẻ"),
        (" Phòng Văn hóa Nguồn: Cổng Thông tin điện tử Thạch Mẫu", [], "Cổng Thông tin điện tử Thạch Mẫu"),
        (". Ảnh: Lê Thử", [], None),
        (". (Ảnh: Lê Thử/Vietnam+)", [], None),
        (". Chợ cũ. Nguồn: VnExpress", [], None),
        (". Xin cảm ơn ông", [], None),
        (" của xã Đông Mẫu Lê Thử", [], None),
        (". Danh sách trúng cử: Lê Thử", [], None),
        (". Đội hình: Lê Thử, Huy Mẫu, Mai Ví", [], None),
        (". Ông Lê Thử, Bí thư Huyện ủy", [], None),
    ],
)
def test_a_byline_right_after_the_last_sentence(end: str, authors: list[str], publisher: str | None) -> None:
    found = from_text(f"{TITLE}\n{LEAD}\n{BODY} {BODY} {BODY.rstrip('.')}{end}")
    assert (list(found.authors), found.publisher) == (authors, publisher)


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        ([TITLE, LEAD, BODY, "Lê Thử", "Trung tâm TT&VH Thạch Mẫu", "Loading..."], ["Lê Thử"]),
        ([TITLE, LEAD, BODY, "Lê Thử", "Tin tức khác", "- Xã Đông Mẫu họp dân", "Huy Mẫu"], ["Lê Thử"]),
        ([TITLE, LEAD, BODY, "Lê Thử", "[img]", "Quang cảnh chợ cũ. Ảnh: H.M"], ["Lê Thử"]),
        ([TITLE, "Lê Thử", "08:15 04/06/2024", LEAD, BODY], ["Lê Thử"]),
        ([TITLE, "Lê Thử | 04/06/2024 08:15", LEAD, BODY], ["Lê Thử"]),
        ([TITLE, "Lê Thử", LEAD, BODY], []),  # a caption, for all that can be known
        ([TITLE, LEAD, BODY, "Lê Thử", "Huy Mẫu", "Mai Ví"], []),  # a list of people
        ([TITLE, LEAD, BODY, "TM. BAN THƯỜNG VỤ", "BÍ THƯ", "Lê Thử"], []),  # who signed
        ([TITLE, LEAD, BODY, "CHỦ TỊCH", "Lê Thử"], []),
        ([TITLE, LEAD, BODY, "Lê Thử", BODY], []),
        ([TITLE, LEAD, BODY, "Đông Mẫu, ngày 4 tháng 6 năm 2024"], []),
    ],
)
def test_where_authors_stand(lines: list[str], authors: list[str]) -> None:
    assert list(page(*lines).authors) == authors


@pytest.mark.parametrize(
    ("lead", "publisher"),
    [
        (f"(BĐ) - {LEAD}", "Báo Bình Định"),
        (f"GD&TĐ - {LEAD}", "Giáo dục & Thời đại"),
        (f"(thachmau.gov.vn) - {LEAD}", "thachmau.gov.vn"),
        (f"**HNP - {LEAD}**", "Cổng TTĐT Hà Nội"),
        (f"Thạch Mẫu - {LEAD}", None),
        (f"(QC) - {LEAD}", None),
    ],
)
def test_the_mark_before_the_lead(lead: str, publisher: str | None) -> None:
    assert page(TITLE, lead, BODY).publisher == publisher
    assert page(lead, BODY).publisher == publisher


def test_the_name_of_the_site_in_its_breadcrumb() -> None:
    assert page("Chi tiết tin - Huyện ủy Thạch Mẫu", TITLE, LEAD).publisher == "Huyện ủy Thạch Mẫu"


@pytest.mark.parametrize(
    ("line", "url", "publisher"),
    [
        ("Nguồn: https://vidu.vn/tin/1.html", "https://vidu.vn/tin/1.html", None),
        ("*Nguồn: https://hanoimoi.vn/tin-1.html*", "https://hanoimoi.vn/tin-1.html", "Hà Nội Mới"),
        ("*Nguồn https://cafef.vn/tin-1.chn#anh*", "https://cafef.vn/tin-1.chn#anh", "CafeF"),
        ("Nguồn Thạch Mẫu: http://vidu.com.vn/1/", "http://vidu.com.vn/1/", None),
        ("Link bài: https://vidu.vn/1", "https://vidu.vn/1", None),
        ("https://vidu.vn/1.", "https://vidu.vn/1", None),
        ("Tra cứu tại địa chỉ: https://vidu.vn/tra-cuu", None, None),
        ("Xem https://vidu.vn/1 để biết thêm chi tiết về dự án.", None, None),
        ("![](https://vidu.vn/anh.jpg)", None, None),
    ],
)
def test_source_address(line: str, url: str | None, publisher: str | None) -> None:
    found = page(TITLE, LEAD, BODY, line)
    assert (found.url, found.publisher) == (url, publisher)


def test_front_matter() -> None:
    block = (
        '---\ntitle: "Dời chợ cũ"\ndate: 2024-06-04\nauthor: Lê Thử, Huy Mẫu\nurl: https://vidu.vn/1\ntags: [a]\n---\n'
    )
    found = from_text(block + LEAD)
    assert (found.title, found.authors, found.url) == ("Dời chợ cũ", ("Lê Thử", "Huy Mẫu"), "https://vidu.vn/1")
    assert found.published_at == datetime(2024, 6, 4, tzinfo=VIETNAM)
    assert from_text(f"---\n{TITLE}\n---\n{LEAD}").title == TITLE


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Lê Thử", ("Lê Thử",)),
        ("Lê Thử; Huy  Mẫu", ("Lê Thử", "Huy Mẫu")),
        ("Lê Thử - Huy Mẫu, Lê Thử", ("Lê Thử", "Huy Mẫu")),
        ("Jean-Paul Thử", ("Jean-Paul Thử",)),
        (" ; ", ()),
    ],
)
def test_split_authors(value: str, names: tuple[str, ...]) -> None:
    assert split_authors(value) == names


@pytest.mark.parametrize(
    ("text", "name"),
    [("Báo Tin tức", "Tin Tức"), ("dantri.com.vn", "Dân trí"), ("VNEXPRESS", "VnExpress"),
     ("Sức khoẻ & Đời sống", "Sức khỏe & Đời sống"), ("báo Thạch Mẫu", "Báo Thạch Mẫu"), ("Lê Thử", None),
     ("Hai Phong", None), ("", None)],
)  # fmt: skip
def test_outlets_have_one_spelling(text: str, name: str | None) -> None:
    assert outlet_of(text) == name


def test_names_that_are_also_words_of_the_trade() -> None:
    assert not is_name("Thanh Niên") and not is_name("Hải Phòng") and is_name("Hải Phong")
    assert read_byline("") is None


# --- promises --------------------------------------------------------------------------------------------------


def test_metadata_never_changes_the_text() -> None:
    text = f"**{TITLE}**\n04/06/2024\n{LEAD}\n\n*Lê Thử*\n"
    assert article_from_text(text).text == text


@given(
    st.lists(
        st.sampled_from(
            [TITLE, LEAD, BODY, "Lê Thử", "04/06/2024 08:15", "(Theo TTXVN)", "Nguồn: https://vidu.vn/1", "[img]"]
        )
    )
)
def test_what_is_found_stands_in_the_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = from_text(text)
    for value in (found.title, found.url, *found.authors):
        assert value is None or value in text


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        " ",
        "\n",
        "(",
        "/",
        "- ",
        "|",
        "Lê ",
        "Lê Thử - ",
        "1/1/2024 ",
        "http",
        "https://",
        ".",
        "“",
        "Nguồn: ",
        "Theo ",
        "---\n",
        "a: b\n",
    ],
)
def test_time_does_not_grow_with_the_text(unit: str) -> None:
    text = unit * (2_000_000 // len(unit))
    from_text(text)  # the word lists are read
    start = time.process_time()
    from_text(text)
    assert time.process_time() - start < 0.5


def test_a_menu_is_no_headline():
    text = (
        "Trang nhất | Văn bản | Liên hệ\n\nHuyện Mẫu làm xong cầu treo\n\n"
        + "Người dân bản xa nay đi chợ gần hơn. " * 8
    )
    assert article_from_text(text).title == "Huyện Mẫu làm xong cầu treo"
