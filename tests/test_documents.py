"""Documents: codes, numbers and names with their spans, and what stands beside them; promises on any text."""

from __future__ import annotations

import re
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.records import Article, Document, Segmented, Sentence
from extract.rules import load_rules
from extract.tag import documents
from extract.tag.reading import Reading, read
from extract.text import clean

TAG = documents.build(load_rules())


def reading(text: str) -> Reading:
    """One sentence a line; the taggers must not need finer ones."""
    text = clean(text)
    sentences = tuple(Sentence(m.start(), m.end(), "body", ()) for m in re.finditer(r"[^\n]+", text))
    return read(Segmented(Article(article_id="0" * 16, source="t", text_hash="0" * 16, text=text), sentences))


def tag(text: str) -> list[Document]:
    return TAG(reading(text))


def spans(text: str) -> list[str]:
    made = reading(text)
    return [made.written(d.start, d.end) for d in TAG(made)]


# text -> span, code as it is normalised
CODES = [
    ("Căn cứ Nghị định 71/2031/NĐ-CP, xã đã làm.", "Nghị định 71/2031/NĐ-CP", "71/2031/NĐ-CP"),
    ("Thực hiện Kết luận số 918-KL/TU của tỉnh.", "Kết luận số 918-KL/TU", "918-KL/TU"),
    ("theo Chỉ thị 27 – CT/TW về tín dụng", "Chỉ thị 27 – CT/TW", "27-CT/TW"),
    ("Quyết định số 1844/2031/QĐ – NHNN (cũ)", "Quyết định số 1844/2031/QĐ – NHNN", "1844/2031/QĐ-NHNN"),
    ("tại Điều 4 Thông tư số 304/2031/TT- BTC về giá", "Thông tư số 304/2031/TT- BTC", "304/2031/TT-BTC"),
    ("Nghị quyết 57a/2031/NQ-CP.", "Nghị quyết 57a/2031/NQ-CP", "57a/2031/NQ-CP"),
    ("Nghị quyết số 19-2031/NQ-CP nêu", "Nghị quyết số 19-2031/NQ-CP", "19-2031/NQ-CP"),
    ("Nghị quyết số 12/2031/NQ–HĐTP", "Nghị quyết số 12/2031/NQ–HĐTP", "12/2031/NQ-HĐTP"),
    ("ký Quyết định số 941/QĐ-BNN-THY kèm", "Quyết định số 941/QĐ-BNN-THY", "941/QĐ-BNN-THY"),
    ("Chương trình hành động số 32-CTr/TU", "Chương trình hành động số 32-CTr/TU", "32-CTr/TU"),
    ("Quyết định 439 - QĐNS/TW chỉ định", "Quyết định 439 - QĐNS/TW", "439-QĐNS/TW"),
    ("nhận thông báo kết luận số 941/TB-VPCP", "thông báo kết luận số 941/TB-VPCP", "941/TB-VPCP"),
    ("Luật Trẻ em số 97/2031/QH18 và", "Luật Trẻ em số 97/2031/QH18", "97/2031/QH18"),
    ("thẩm tra Luật sửa đổi, bổ sung một số điều của Luật Giá số 97/2031/QH18", "Luật Giá số 97/2031/QH18",
     "97/2031/QH18"),
    ("Pháp lệnh Cảnh vệ số 25/2031/PL-UBTVQH18", "Pháp lệnh Cảnh vệ số 25/2031/PL-UBTVQH18", "25/2031/PL-UBTVQH18"),
    ("Lệnh số 05/2031/L-CTN của Chủ tịch nước", "Lệnh số 05/2031/L-CTN", "05/2031/L-CTN"),
    ("công văn 5678/BTC-QLCS gửi", "công văn 5678/BTC-QLCS", "5678/BTC-QLCS"),
    ("văn bản số 763/UBND.TNMT", "văn bản số 763/UBND.TNMT", "763/UBND.TNMT"),
    ("Công văn số 2916/C67-P9 ngày", "Công văn số 2916/C67-P9", "2916/C67-P9"),
    ("công văn 614/BHXH-GĐ BHYT gửi", "công văn 614/BHXH-GĐ BHYT", "614/BHXH-GĐ BHYT"),
    ("Thông tư 06/2031/TTLT-BCA-BNN&PTNT-VKSNDTC", "Thông tư 06/2031/TTLT-BCA-BNN&PTNT-VKSNDTC",
     "06/2031/TTLT-BCA-BNN&PTNT-VKSNDTC"),
    ("theo Nghị định số204/2031/NĐ-CP", "Nghị định số204/2031/NĐ-CP", "204/2031/NĐ-CP"),
    ("Quyết định số số 561/QĐ-UBND", "Quyết định số số 561/QĐ-UBND", "561/QĐ-UBND"),
    ("Quyết định sô 77/QĐ-TTg", "Quyết định sô 77/QĐ-TTg", "77/QĐ-TTg"),
    ("Công văn Công văn số: 941/TTg-NN", "Công văn số: 941/TTg-NN", "941/TTg-NN"),
    ("NGHỊ QUYẾT SỐ 10-NQ/TU", "NGHỊ QUYẾT SỐ 10-NQ/TU", "10-NQ/TU"),
    ("Nghị định O9/2031/NÐ-CP", "Nghị định O9/2031/NÐ-CP", "09/2031/NĐ-CP"),
    ("quyết định đình chỉ xây chợ tạm số 941/QĐ-CQCSĐT", "quyết định đình chỉ xây chợ tạm số 941/QĐ-CQCSĐT",
     "941/QĐ-CQCSĐT"),
    ("bổ sung (số 825/KL-SYT ngày 1/7/2031)", "825/KL-SYT", "825/KL-SYT"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "span", "code"), CODES)
def test_codes(text, span, code):
    (found,) = tag(text)
    assert spans(text) == [span]
    assert (found.kind, found.code) == ("coded", code)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # later members of a list have no noun in the span
        ("hai Quyết định số 941/QĐ-UBND và 942/QĐ-UBND", "Quyết định số 941/QĐ-UBND|942/QĐ-UBND"),
        ("Nghị định 15 và 16/2031/NĐ-CP", "Nghị định 15|16/2031/NĐ-CP"),
        ("các quyết định 941, 942/QĐ-TTg về thưởng", "quyết định 941|942/QĐ-TTg"),
        ("Nghị quyết số 18, 19-NQ/TW", "Nghị quyết số 18|19-NQ/TW"),
        ("các văn bản số 941/TCT-CS, 942/TCT-HT", "văn bản số 941/TCT-CS|942/TCT-HT"),
        ("Thông tư 14/2031 và 83/2031 của Ngân hàng", "Thông tư 14/2031|83/2031"),
        ("Nghị quyết 941 và Kết luận 942 của Tỉnh ủy", "Nghị quyết 941|Kết luận 942"),
    ],
)
def test_lists(text, expected):
    assert "|".join(spans(text)) == expected
    assert {d.type.casefold() for d in tag(text) if d.type} <= {expected.split()[0].casefold(), "kết luận"} | {
        " ".join(expected.split()[:2]).casefold()
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chỉ thị 05 của Bộ Chính trị", "Chỉ thị 05"),
        ("Nghị định 42/2031 quy định", "Nghị định 42/2031"),
        ("Thông tư liên tịch số 01 của hai bộ", "Thông tư liên tịch số 01"),
        ("lộ trình Đề án 25, gắn với", "Đề án 25"),
        ("đề án 06 của Chính phủ", "đề án 06"),
        ("văn bản hỏa tốc số 449 gửi", "văn bản hỏa tốc số 449"),
        ("Quy định 01 đã tạo chuyển biến", "Quy định 01"),
        ("cho rằng Quyết định 77 cần được thay", "Quyết định 77"),
        ("hủy Quyết định thu hồi đất số 518 của huyện", "Quyết định thu hồi đất số 518"),
        ("theo NĐ67 về tàu cá", "NĐ67"),
        ("Nghị quyết TW2, Nghị quyết TW9 (khóa IX)", "Nghị quyết TW2|Nghị quyết TW9 (khóa IX)"),
        ("Nghị quyết T.Ư 9 khoá VIII, IX và", "Nghị quyết T.Ư 9 khoá VIII, IX"),
        ("Kết luận Hội nghị TW lần thứ 19 nêu", "Kết luận Hội nghị TW lần thứ 19"),
        ("NGHỊ QUYẾT HỘI NGHỊ LẦN THỨ HAI CỦA BCH TW KHÓA VII",
         "NGHỊ QUYẾT HỘI NGHỊ LẦN THỨ HAI CỦA BCH TW KHÓA VII"),
    ],
)  # fmt: skip
def test_numbers(text, expected):
    assert "|".join(spans(text)) == expected
    assert all(d.kind == "numbered" and d.code is None for d in tag(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Luật Khám bệnh, chữa bệnh và luật khám chữa bệnh", "Luật Khám bệnh, chữa bệnh|luật khám chữa bệnh"),
        ("Bộ luật Hình sự 2015, luật Đất đai năm 2013;", "Bộ luật Hình sự 2015|luật Đất đai năm 2013"),
        ("Luật Thi đua và khen thưởng sửa đổi", "Luật Thi đua và khen thưởng"),
        ("Luật Xử lí vi phạm hành chính (sửa đổi)", "Luật Xử lí vi phạm hành chính"),
        ("Luật Hỗ trợ DNNVV, Luật các TCTD, Luật HN&GĐ", "Luật Hỗ trợ DNNVV|Luật các TCTD|Luật HN&GĐ"),
        ("theo Pháp lệnh Dân số cũ", "Pháp lệnh Dân số"),
        ("Điều 230a-BLHS và Điều 9 luật lao động", "BLHS|luật lao động"),
        ("Hiến pháp và pháp luật Việt Nam", "Hiến pháp"),
        ("Nghị quyết Đại hội toàn quốc lần thứ XIX của Đảng", "Nghị quyết Đại hội toàn quốc lần thứ XIX"),
        (
            "nghị quyết đại hội Đảng bộ Khối doanh nghiệp nhiệm kỳ",
            "nghị quyết đại hội Đảng bộ Khối doanh nghiệp",
        ),
        ("Nghị quyết Đại hội XIV", "Nghị quyết Đại hội XIV"),
    ],
)
def test_names(text, expected):
    assert "|".join(spans(text)) == expected
    assert all(d.kind == "named" for d in tag(text))


@pytest.mark.parametrize(
    "text",
    [
        "Gói thầu số 12/GT-XL, hợp đồng số 05/HĐKT, bản án số 31/2031/DS-ST.",
        "Xe 29A-123.45 và tàu BĐ-99909-TS chạy trên QL-1A; tỉ lệ 1/500, tỉ số 3-2.",
        "Số 12 Lê Duẩn, ngày 20/5, quận 7 – TP, Km15-Bến, kênh 1 – THVL1.",
        "https://vidu.vn/van-ban/15/QĐ-UBND và www.vidu.vn/16/NQ-CP",
        "Mẫu đạt QCVN 10-MT:2031/BTNMT và TCVN 7-2031.",
        "Nghị quyết 2888 được Hội đồng Bảo an thông qua.",
        "Luật sư Nguyễn Thị Na; pháp luật đất đai; kỷ luật lao động; quy luật giá trị.",
        "Sinh viên Khoa Luật Hình sự, Công ty Luật Thương mại.",
        "Luật Quốc tịch của Nhật Bản khác xa. Luật Quốc tịch được sửa năm ngoái.",
        "Tổng thống viện dẫn Hiến pháp, Thượng viện phản đối.",
        "Tòa án Hiến pháp họp kín.",
        "quy định 75 triệu đồng, kế hoạch 6 tháng, thông báo 7h30, chương trình 135",
        "các chỉ thị, nghị quyết, kết luận; nghị quyết đại hội Đảng các cấp",
        "tàu ngầm Đề án 949 và tàu tuần dương Đề án 1144",
        "Điều lệ Đảng, Điều 10, khoản 2",
    ],
)
def test_no_document(text):
    assert spans(text) == []


# text, issuer as written, full name, level
ISSUERS = [
    ("Thông tư 24/2031/TT-BCT của Bộ Công Thương về", "Bộ Công Thương", "Bộ Công Thương", "central"),
    ("Kết luận số 941-KL/TW của Bộ Chính trị khóa XIX về", "Bộ Chính trị", "Bộ Chính trị", "central"),
    ("Kết luận số 21-KL/TW, ngày 2/10/2031 của Ban Chấp hành Trung ương về", "Ban Chấp hành Trung ương",
     "Ban Chấp hành Trung ương Đảng", "central"),
    ("Thông báo số 941 ngày 9/8 của Ban Thường vụ Đảng ủy Khối doanh nghiệp tỉnh Sơn Hạ kết luận",
     "Ban Thường vụ Đảng ủy Khối doanh nghiệp tỉnh Sơn Hạ", None, "province"),
    ("Sở Khoa học và Công nghệ Sơn Hạ vừa có Văn bản 8/SKHCN-QH", "Sở Khoa học và Công nghệ Sơn Hạ", None,
     "province"),
    ("Cục Bảo vệ thực vật đã ban hành Công văn số 15 nhắc", "Cục Bảo vệ thực vật", None, "unknown"),
    ("giấy phép số 563/GP-UBND, ngày 12/8/2031 do UBND huyện Sơn Hạ cấp về", "UBND huyện Sơn Hạ", None, "district"),
    ("chợ được UBND Thành phố phê duyệt bằng Quyết định 941/QĐ-UBND", "UBND Thành phố", None, "province"),
    ("nhắc lời dặn của Ban Bí thư trong Chỉ thị số 941-CT/TW", "Ban Bí thư", "Ban Bí thư", "central"),
    ("Tổng cục Thủy lợi (bộ chủ quản) đã có Công văn số 35/TCTL-QL", "Tổng cục Thủy lợi", None,
     "unknown"),
    ("Quốc hội khóa XIX, Kỳ họp thứ 3 thông qua Luật Thủ đô", "Quốc hội", "Quốc hội", "central"),
    ("Luật Thủ đô được Quốc hội thông qua", "Quốc hội", "Quốc hội", "central"),
    ("Nghị định 67 năm 2031 của Chính phủ", "Chính phủ", "Chính phủ", "central"),
    ("Thông tư 941 về thuyền thúng do Bộ Xây dựng ban hành", "Bộ Xây dựng", "Bộ Xây dựng", "central"),
    ("tờ trình số 45 của Chủ tịch UBND tỉnh", "Chủ tịch UBND tỉnh", None, "province"),
    ("làm theo yêu cầu của UBND tỉnh (tại Công văn số 66/UBND-NL)", "UBND tỉnh", None, "province"),
    ("rà soát theo yêu cầu của UBND huyện theo công văn số 8/UBND-TH", "UBND huyện", None, "district"),
    ("Thông tư 187/2031/TT-BTC hết hiệu lực", None, "Bộ Tài chính", "central"),
    ("Chỉ thị 35-CT/TW nêu rõ", None, None, "central"),
    ("Nghị định 67 và tàu cá", None, "Chính phủ", "central"),
    ("trái Điều 9 BLHS", None, "Quốc hội", "central"),
    # a person signed
    ("Chủ tịch UBND TP Hà Nội Lù Văn Tống đã phát Công điện số 9/CĐ-UBND", None, None, "unknown"),
    ("Phó Thủ tướng Quản Trọng Nghĩa ký Quyết định số 63/QĐ-TTg", None, "Thủ tướng Chính phủ", "central"),
    ("ông Lù Văn Tống, Chủ tịch UBND huyện, ký Quyết định số 63", None, None, "unknown"),
    ("Bí thư Tỉnh ủy Dương Văn Tống ký Chương trình số 33-CTr/TU", None, None, "province"),
    ("Bí thư Tỉnh ủy ký ban hành Chương trình số 33-CTr/TU", "Bí thư Tỉnh ủy", None, "province"),
    ("Huyện ủy Dương Minh Châu ban hành Kế hoạch số 33-KH/HU", "Huyện ủy Dương Minh Châu", None, "district"),
    # part of another phrase, or another body's act
    ("Các đại biểu Quốc hội bấm nút thông qua Luật Thủ đô", None, "Quốc hội", "central"),
    ("hành vi vi phạm Luật Quảng cáo của Hội Người tiêu dùng", None, "Quốc hội", "central"),
    ("nhớ lời của Thủ tướng Chính phủ trong văn bản 941/VPCP-NN", None, "Văn phòng Chính phủ", "central"),
    ("tại Quyết định số 941/QĐ-SYT ngày 2.9.2031, BHXH tỉnh nhận thấy", None, None, "province"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "issuer", "resolved", "level"), ISSUERS)
def test_issuer(text, issuer, resolved, level):
    (found,) = tag(text)
    assert (found.issuer, found.issuer_resolved, found.level) == (issuer, resolved, level)


def test_issuer_of_a_header():
    (found,) = tag("**Tóm tắt Văn bản số 80/SXD-QH**\n\n**Cơ quan ban hành**: Sở Xây dựng Sơn Hạ\n\n**Về việc**: đất")
    assert found.issuer == "Sở Xây dựng Sơn Hạ"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Kết luận số 1-KL/TU ngày 11/7/2033 của Tỉnh ủy", date(2033, 7, 11)),
        ("Công văn số 12 (ngày 3-11-2033) của Sở", date(2033, 11, 3)),
        ("Quyết định số 9/QĐ-SYT ngày 12.6.2033, Sở nhận thấy", date(2033, 6, 12)),
        ("Nghị định 42/2033/NĐ-CP ngày 14 tháng 5 năm 2033 của Chính phủ", date(2033, 5, 14)),
        ("Nghị quyết 24/2033/QH18 của Quốc hội ngày 8/11/2033 đã giao", date(2033, 11, 8)),
        ("Ngày 25/1/2033: Ban Thường vụ Tỉnh ủy ban hành Nghị quyết 06-NQ/TU", date(2033, 1, 25)),
        ("Trước đó, ngày 22/5/2033, Sở Y tế đã có Công văn số 55", date(2033, 5, 22)),
        ("GCN số: 94/QL-GCN do Cục Thuế cấp lần đầu ngày 09 tháng 8 năm 2033", date(2033, 8, 9)),
        ("Ngày 15/5, UBND tỉnh có văn bản số 50/UB-KT", None),
        ("Thông tư số 04/2033/TT-BTC có hiệu lực từ ngày 1/6/2033", None),
        ("Ngày 5/6/2033, theo Quyết định số 77, xã họp", None),
        ("Nghị định 46/2033/NĐ-CP ngày 31/2/2033 của Chính phủ", None),
    ],
)
def test_date(text, day):
    assert tag(text)[0].date == day


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Nghị quyết số 17 “về xây dựng con người mới”; xã làm", "về xây dựng con người mới"),
        ("Quyết định 58/QĐ-TTg ngày 1/2/2033 của Thủ tướng Chính phủ về mùa cấm đánh cá.", "mùa cấm đánh cá"),
        ("Nghị định 67, xã đã làm.", None),
    ],
)
def test_subject(text, subject):
    assert tag(text)[0].subject == subject


def test_list_shares_issuer_and_day_of_the_act():
    first, second = tag("Ngày 2/3/2033, UBND tỉnh Sơn Hạ ra hai Quyết định số 8/QĐ-UBND và 9/QĐ-UBND về đất.")
    assert (first.issuer, first.date) == (second.issuer, second.date) == ("UBND tỉnh Sơn Hạ", date(2033, 3, 2))
    assert second.type == "Quyết định"


def test_written_as_in_the_article():
    """Look-alikes and spaces stay in what is written, and are gone from the code."""
    (found,) = tag("Thực hiện Nghị  định số 21/2033/NÐ-CP của Thủ tướng  Chính phủ.")
    assert (found.type, found.code, found.issuer) == ("Nghị định", "21/2033/NĐ-CP", "Thủ tướng Chính phủ")


TYPES = {"QĐ": "Quyết định", "NQ": "Nghị quyết", "CT": "Chỉ thị", "KH": "Kế hoạch", "TB": "Thông báo"}
GLUE = st.sampled_from(["-", "–", " - ", " – ", "- ", " -"])


@given(
    number=st.integers(1, 9999),
    kind=st.sampled_from(sorted(TYPES)),
    issuer=st.sampled_from(["TU", "TW", "HU", "UBND", "TTg", "BTC", "HĐND"]),
    party=st.booleans(),
    dash=GLUE,
    slash=st.sampled_from(["/", " /", "/ ", " / "]),
    so=st.sampled_from(["số ", "", "số: ", "số số "]),
)
def test_any_spacing_gives_the_same_code(number, kind, issuer, party, dash, slash, so):
    written = f"{number}{dash}{kind}{slash}{issuer}" if party else f"{number}{slash}{kind}{dash}{issuer}"
    text = f"Xã thực hiện {TYPES[kind]} {so}{written}, nay báo cáo."
    (found,) = tag(text)
    assert found.code == (f"{number}-{kind}/{issuer}" if party else f"{number}/{kind}-{issuer}")
    assert spans(text) == [f"{TYPES[kind]} {so}{written}"]
    assert (found.doc_type, found.number) == (TYPES[kind], str(number))


WORDS = """
Nghị quyết|số|20|15/2031|NQ-CP|/|-| – |Luật|Đất đai|năm 2013|của|Chính phủ|UBND tỉnh|ban hành|ngày 1/2/2033|,|.|và|BLHS
Trung ương 4|(khóa XII)|Hiến pháp|Quyết định|05-CT/TW|“|😀|Đại hội|lần thứ|XII|O|a\u0300|\u200b|\u00a0|\ufffd
"""
PIECES = st.sampled_from([w for line in WORDS.strip().splitlines() for w in line.split("|")] + ["\n"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=40).map(" ".join))
def test_promises_on_any_text(text):
    made = reading(text)
    found = TAG(made)
    assert found == TAG(made)
    end = 0
    for each in found:
        assert end <= each.start < each.end <= len(made.text)
        end = each.end
        assert (each.kind == "coded") == (each.code is not None)
        assert each.code is None or not re.search(r"\s[/-]|[/-]\s|[–—]", each.code)
        for written in (each.type, each.issuer, each.subject):
            assert written is None or (written and written == " ".join(written.split()))


REPEATED = """
1|1/|1-|O|số |Nghị quyết |Nghị quyết số 1 |12/QĐ-|UBND-|Luật |Luật Đất đai, |của UBND |ban hành |Nguyễn |(|ngày 1/1/2031
Nghị định 15 và |BLHS |Hiến pháp |Trung ương |công văn 1/A-|Sở
"""


@pytest.mark.parametrize("piece", [p for line in REPEATED.strip().splitlines() for p in line.split("|")])
def test_time_grows_no_faster_than_the_text(piece):
    def seconds(size: int) -> float:
        made = reading(piece * (size // len(piece)))
        best = []
        for _ in range(2):
            begin = time.process_time()
            TAG(made)
            best.append(time.process_time() - begin)
        return min(best)

    short, long = seconds(6_000), seconds(48_000)
    assert long < 8 * 3 * max(short, 0.01)
