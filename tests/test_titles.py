"""Titles and their links: one table a family. Each title is ``text>holder`` with ``/status`` where not current."""

from __future__ import annotations

import pytest

FAMILIES = {
    "seat_and_country": [
        ("Đại sứ Mỹ tại LHQ Odalys Brandt phản đối.", ["Đại sứ Mỹ tại LHQ>Odalys Brandt"]),
        ("Tổng thống nước này Aldo Ferrante ký lệnh.", ["Tổng thống nước này>Aldo Ferrante"]),
        (
            "Phó Giám đốc trung tâm điều phối và cấy mô Ninh Văn Cổn giải thích.",
            ["Phó Giám đốc trung tâm điều phối và cấy mô>Ninh Văn Cổn"],
        ),
        (  # words that no list of fields knows: the name behind them is not the body's
            "Phó Giám đốc trung tâm giám sát và cứu hộ bờ biển Ninh Văn Cổn báo tin.",
            ["Phó Giám đốc trung tâm giám sát và cứu hộ bờ biển>Ninh Văn Cổn"],
        ),
        (
            "Giám đốc Công ty Trục vớt luồng hạ lưu Hoa Mai vắng mặt.",
            ["Giám đốc Công ty Trục vớt luồng hạ lưu Hoa Mai>"],
        ),
    ],
    "after_the_name": [
        (
            "Đồng chí Ninh Văn Cổn, Phó Bí thư Tỉnh ủy, Chủ tịch HĐND tỉnh dự.",
            ["Phó Bí thư Tỉnh ủy>Ninh Văn Cổn", "Chủ tịch HĐND tỉnh>Ninh Văn Cổn"],
        ),
        ("Bà Cù Thị Na (Hiệu trưởng Trường THPT Sơn Hà) trả lời.", ["Hiệu trưởng Trường THPT Sơn Hà>Cù Thị Na"]),
        ("Ông Tạ Bá Sửu - Giám đốc Sở Tài chính - giải trình.", ["Giám đốc Sở Tài chính>Tạ Bá Sửu"]),
    ],
    "before_the_name": [
        ("Chủ tịch UBND huyện Mường Tè Lò Văn Chướng đi kiểm tra.", ["Chủ tịch UBND huyện Mường Tè>Lò Văn Chướng"]),
        ("Chủ tịch UBND tỉnh Tôn Đức Mạo ký.", ["Chủ tịch UBND tỉnh>Tôn Đức Mạo"]),
        ("Thứ trưởng Bộ Giáo dục và Đào tạo Kiều Thị Vân nói.", ["Thứ trưởng Bộ Giáo dục và Đào tạo>Kiều Thị Vân"]),
        ("Tổng thống Pháp Alain Duroc đến Hà Nội.", ["Tổng thống Pháp>Alain Duroc"]),
    ],
    "list": [
        (
            "Gồm các đồng chí: Hầu A Pó, Ủy viên Ban Thường vụ Huyện ủy, Chỉ huy trưởng Ban CHQS huyện; Chảo Thị Mẩy, Chủ tịch Hội Nông dân huyện.",
            [
                "Ủy viên Ban Thường vụ Huyện ủy>Hầu A Pó",
                "Chỉ huy trưởng Ban CHQS huyện>Hầu A Pó",
                "Chủ tịch Hội Nông dân huyện>Chảo Thị Mẩy",
            ],
        ),
    ],
    "status": [
        ("Ông Ấu Văn Thực, nguyên Bí thư Huyện ủy Ba Bể, dự lễ.", ["Bí thư Huyện ủy Ba Bể>Ấu Văn Thực/former"]),
        ("Bà Đới Thu Hạ được bầu giữ chức Phó Chủ tịch HĐND tỉnh.", ["Phó Chủ tịch HĐND tỉnh>Đới Thu Hạ/elect"]),
        ("Quyền Giám đốc Sở Xây dựng Nhan Bá Lộc ký.", ["Giám đốc Sở Xây dựng>Nhan Bá Lộc/acting"]),
        ("Quyền Chủ tịch UBND tỉnh Nhan Bá Lộc ký.", ["Chủ tịch UBND tỉnh>Nhan Bá Lộc/acting"]),
        (
            "Ban Bí thư quyết định cách chức Bí thư Đảng ủy, Phó Bí thư Thành ủy đối với ông Sử Văn Khiết.",
            ["Bí thư Đảng ủy>Sử Văn Khiết/former", "Phó Bí thư Thành ủy>Sử Văn Khiết/former"],
        ),
    ],
    "whole_complement": [
        (
            "Trưởng phòng Nghiệp vụ, Cục Hải quan tỉnh Lạng Sơn từ chối trả lời.",
            ["Trưởng phòng Nghiệp vụ, Cục Hải quan tỉnh Lạng Sơn>"],
        ),
        ("Phó Chủ tịch HĐND, UBND tỉnh cùng dự.", ["Phó Chủ tịch HĐND, UBND tỉnh>"]),
        ("Vụ trưởng Vụ Công chức Bộ Nội vụ Kha Thị Mận ký.", ["Vụ trưởng Vụ Công chức Bộ Nội vụ>Kha Thị Mận"]),
        ("Phó trưởng Khoa Ngoại 3 - Bệnh viện Mắt tỉnh vắng.", ["Phó trưởng Khoa Ngoại 3 - Bệnh viện Mắt tỉnh>"]),
        ("Giám đốc HTX Nông nghiệp II Nhơn Hạ tâm đắc, lúa tốt.", ["Giám đốc HTX Nông nghiệp II Nhơn Hạ>"]),
        ("Trưởng phòng 2 VKSND tỉnh Lào Cai vắng mặt.", ["Trưởng phòng 2 VKSND tỉnh Lào Cai>"]),
        ("Giám đốc Trung tâm phòng chống HIV/AIDS vắng mặt.", ["Giám đốc Trung tâm phòng chống HIV/AIDS>"]),
        ("Phó Giám đốc phụ trách Sở Y tế Kha Thị Mận ký.", ["Phó Giám đốc phụ trách Sở Y tế>Kha Thị Mận"]),
        ("Phó Giám đốc phụ trách khu vực phía nam Kha Thị Mận ký.", ["Phó Giám đốc>Kha Thị Mận"]),
        ("Phó Giám đốc phụ trách chuyên môn cùng chị Kha Thị Mận ký.", ["Phó Giám đốc>"]),
        ("Các trưởng thôn, bản, khu phố được tập huấn.", ["trưởng thôn, bản, khu phố>"]),
        ("Chủ tịch UBND xã Tân An, huyện Vĩnh Cửu báo cáo.", ["Chủ tịch UBND xã Tân An, huyện Vĩnh Cửu>"]),
    ],
    "none": [
        ("Đại hội đại biểu Đảng bộ tỉnh bế mạc; các đại biểu dự hội nghị chụp ảnh.", []),
        ("Luật sư, bác sĩ và phóng viên có mặt tại Phủ Chủ tịch.", []),
    ],
    "never_over_a_sentence_end": [
        ("Ông Hạng Seo Lử ra về. Bí thư Huyện ủy ở lại.", ["Bí thư Huyện ủy>"]),
    ],
    "named_again": [
        (
            "Chủ tịch UBND tỉnh Quan Văn Đáng chủ trì. Chủ tịch UBND tỉnh yêu cầu khẩn trương.",
            ["Chủ tịch UBND tỉnh>Quan Văn Đáng", "Chủ tịch UBND tỉnh>Quan Văn Đáng"],
        ),
        ("Bà Tiêu Thị Hợi, Phó Giám đốc. Các phó giám đốc khác vắng.", ["Phó Giám đốc>Tiêu Thị Hợi", "phó giám đốc>"]),
    ],
    "complement_of_unknown_words": [
        (
            "Ông Ninh Văn Cổn, Giám đốc Trung tâm ươm giống cá lồng tỉnh Điện Biên, cho hay.",
            ["Giám đốc Trung tâm ươm giống cá lồng tỉnh Điện Biên>Ninh Văn Cổn"],
        ),
        (
            "Bà Cù Thị Na, Trưởng phòng Tu bổ bia cổ Sở Văn hóa và Thể thao, giải đáp.",
            ["Trưởng phòng Tu bổ bia cổ Sở Văn hóa và Thể thao>Cù Thị Na"],
        ),
        (
            "Ông Tạ Bá Sửu - Chi cục trưởng Chi cục Chăn nuôi, Thú y và Thủy sản tỉnh Lào Cai - ký.",
            ["Chi cục trưởng Chi cục Chăn nuôi, Thú y và Thủy sản tỉnh Lào Cai>Tạ Bá Sửu"],
        ),
        (
            "Ông Kiều Bá Vận, Giám đốc Trung tâm Văn hóa - Truyền thông và Thể thao huyện Tam Đường, đến.",
            ["Giám đốc Trung tâm Văn hóa - Truyền thông và Thể thao huyện Tam Đường>Kiều Bá Vận"],
        ),
        (
            "Trưởng khoa Da liễu Bệnh viện Bạch Mai Quan Thị Đượm giải thích.",
            ["Trưởng khoa Da liễu Bệnh viện Bạch Mai>Quan Thị Đượm"],
        ),
        ("Giám đốc Trung tâm hỗ trợ học sinh nghèo xin thêm kinh phí.", ["Giám đốc Trung tâm>"]),
        ("Hiệu trưởng trường mầm non đã xin lỗi phụ huynh.", ["Hiệu trưởng trường mầm non>"]),
        (
            "Ông Hạng Seo Lử, Tổ trưởng tổ dân phố 7, khu phố 2, phường Him Lam, kể.",
            ["Tổ trưởng tổ dân phố 7, khu phố 2, phường Him Lam>Hạng Seo Lử"],
        ),
        (
            "Chủ tịch Hội bảo trợ Người khuyết tật tỉnh Hòa Bình Hầu A Pó tặng quà.",
            ["Chủ tịch Hội bảo trợ Người khuyết tật tỉnh Hòa Bình>Hầu A Pó"],
        ),
    ],
    "firm": [
        ("Ông Sử Văn Khiết, Chủ tịch Hòa Lộc Group, góp vốn.", ["Chủ tịch Hòa Lộc Group>Sử Văn Khiết"]),
        ("Bà Đới Thu Hạ, Tổng giám đốc HoSTA, dự báo giá tăng.", ["Tổng giám đốc HoSTA>Đới Thu Hạ"]),
        (
            "Bà Tiêu Thị Hợi, Giám đốc Công ty TNHH một thành viên Trục vớt luồng lạch Sông Lô, trình bày.",
            ["Giám đốc Công ty TNHH một thành viên Trục vớt luồng lạch Sông Lô>Tiêu Thị Hợi"],
        ),
        ("Giám đốc hãng hàng không Qantas đã nhận lỗi.", ["Giám đốc hãng hàng không Qantas>"]),
        ("Chủ tịch Nhan Bá Lộc phát biểu.", ["Chủ tịch>Nhan Bá Lộc"]),
    ],
    "country_and_party": [
        ("Thủ tướng Vương quốc Anh đến thăm.", ["Thủ tướng Vương quốc Anh>"]),
        ("Tổng thống Cộng hòa Liên bang Đức ký sắc lệnh.", ["Tổng thống Cộng hòa Liên bang Đức>"]),
        ("Chủ tịch Đảng Dân chủ Tự do Nhật Bản rút lui.", ["Chủ tịch Đảng Dân chủ Tự do Nhật Bản>"]),
        ("Ngoại trưởng nước chủ nhà phát biểu khai mạc.", ["Ngoại trưởng nước chủ nhà>"]),
        ("Bộ trưởng Tài chính nước này từ chối bình luận.", ["Bộ trưởng Tài chính nước này>"]),
        ("Thượng nghị sĩ Cộng hòa Aldo Ferrante phản đối.", ["Thượng nghị sĩ Cộng hòa>Aldo Ferrante"]),
    ],
    "delegation": [
        ("Đại biểu Quốc hội đoàn Lai Châu Vi Thị Nhài chất vấn.", ["Đại biểu Quốc hội đoàn Lai Châu>Vi Thị Nhài"]),
    ],
    "king": [
        ("Vua Tự Đức ban chiếu; cờ vua là môn chơi khó.", ["Vua>Tự Đức"]),
        ("Quốc vương Campuchia tiếp đoàn.", ["Quốc vương Campuchia>"]),
    ],
    "no_office": [
        ('Nó đóng vai "giám đốc" của cả xóm.', []),
        ("Đoàn Chủ tịch kỳ họp mời đại diện lên bục.", []),
        ("Họ hẹn gặp trước Tượng đài Chủ tịch.", []),
    ],
    "written_twice": [
        ("Chủ tịch Chủ tịch Hội Nông dân xã Lò Văn Chướng đến.", ["Chủ tịch Hội Nông dân xã>Lò Văn Chướng"]),
    ],
    "status_of_news": [
        (
            "Ông Ninh Văn Cổn làm Chủ tịch UBND huyện Mường Tè\nSáng qua, ông Ninh Văn Cổn được bầu giữ chức Chủ tịch UBND huyện Mường Tè.",
            ["Chủ tịch UBND huyện Mường Tè>Ninh Văn Cổn/elect", "Chủ tịch UBND huyện Mường Tè>Ninh Văn Cổn/elect"],
        ),
        ("Ông Tạ Bá Sửu từng giữ chức Giám đốc Sở Tài chính.", ["Giám đốc Sở Tài chính>Tạ Bá Sửu/former"]),
        ("Năm 2009, bà Cù Thị Na được bổ nhiệm Giám đốc Sở Nội vụ.", ["Giám đốc Sở Nội vụ>Cù Thị Na"]),
        ("Ông Sử Văn Khiết, đang giữ chức Giám đốc Sở Xây dựng, ký.", ["Giám đốc Sở Xây dựng>Sử Văn Khiết"]),
        ("Tổng thống Aldo Ferrante tuyên bố từ chức hôm qua.", ["Tổng thống>Aldo Ferrante/former"]),
        (
            "Bà Đới Thu Hạ xin rút khỏi vị trí Chủ tịch Hội Doanh nhân trẻ tỉnh.",
            ["Chủ tịch Hội Doanh nhân trẻ tỉnh>Đới Thu Hạ/former"],
        ),
        (
            "Nguyên Bí thư Huyện ủy, kiêm Chủ tịch HĐND huyện Nhan Bá Lộc bị kỷ luật.",
            ["Bí thư Huyện ủy>Nhan Bá Lộc/former", "Chủ tịch HĐND huyện>Nhan Bá Lộc/former"],
        ),
        ("Hội đồng bổ nhiệm Bộ trưởng Tài chính Alain Duroc vào chiều qua.", ["Bộ trưởng Tài chính>Alain Duroc/elect"]),
    ],
    "life_told_by_dates": [
        (
            "Tiểu sử ông Ninh Văn Cổn\nÔng Ninh Văn Cổn quê Sơn La.\n- Tháng 3/1998 - tháng 5/2004: Chánh Văn phòng Huyện ủy Mộc Châu.\n- Tháng 6/2004 - nay: Chủ tịch Hội Nông dân tỉnh.",
            ["Chánh Văn phòng Huyện ủy Mộc Châu>Ninh Văn Cổn/former", "Chủ tịch Hội Nông dân tỉnh>Ninh Văn Cổn"],
        ),
    ],
    "who_is_appointed": [
        (
            "Ông Tạ Bá Sửu được Tổng thống Aldo Ferrante chỉ định làm Bộ trưởng Tài chính.",
            ["Tổng thống>Aldo Ferrante", "Bộ trưởng Tài chính>Tạ Bá Sửu/elect"],
        ),
        ("Tạ Bá Sửu vừa trò chuyện với cựu giám đốc sở ấy.", ["giám đốc sở>/former"]),
    ],
    "beside_the_name": [
        ("Với vai trò là Kế toán trưởng, bà Vi Thị Nhài đã ký khống.", ["Kế toán trưởng>Vi Thị Nhài"]),
        ("Chủ tịch HĐND tỉnh khóa 13 – bà Tiêu Thị Hợi chủ tọa.", ["Chủ tịch HĐND tỉnh>Tiêu Thị Hợi"]),
        ("Theo Chánh Văn phòng huyện, ông Hầu A Pó đã nghỉ.", ["Chánh Văn phòng huyện>"]),
    ],
    "named_again_otherwise": [
        (
            "Chủ tịch tỉnh đối thoại với dân\nÔng Quan Văn Đáng, Chủ tịch UBND tỉnh Lai Châu, chủ trì. Chủ tịch UBND tỉnh hứa xử lý.",
            [
                "Chủ tịch tỉnh>Quan Văn Đáng",
                "Chủ tịch UBND tỉnh Lai Châu>Quan Văn Đáng",
                "Chủ tịch UBND tỉnh>Quan Văn Đáng",
            ],
        ),
        (
            "Bộ trưởng Bộ Y tế Kiều Thị Vân trả lời. Theo Bộ trưởng, giá thuốc sẽ giảm.",
            ["Bộ trưởng Bộ Y tế>Kiều Thị Vân", "Bộ trưởng>Kiều Thị Vân"],
        ),
        (
            "Tổng thống Pháp Alain Duroc đến. Tổng thống hai nước hội đàm.",
            ["Tổng thống Pháp>Alain Duroc", "Tổng thống>"],
        ),
        (
            "Bí thư Huyện ủy Lò Văn Chướng đến. Một vị Bí thư Huyện ủy phải gương mẫu.",
            ["Bí thư Huyện ủy>Lò Văn Chướng", "Bí thư Huyện ủy>"],
        ),
        (
            "Sau phần trả lời của Bộ trưởng Bộ Xây dựng, Chủ tịch Quốc hội Quan Thị Đượm kết luận. Bộ trưởng Bộ Xây dựng Kiều Thị Vân cảm ơn.",
            [
                "Bộ trưởng Bộ Xây dựng>Kiều Thị Vân",
                "Chủ tịch Quốc hội>Quan Thị Đượm",
                "Bộ trưởng Bộ Xây dựng>Kiều Thị Vân",
            ],
        ),
    ],
}


def written(doc) -> list[str]:
    names = {p.mention_id: p.text for p in doc.persons}
    return [
        f"{t.text}>{names.get(t.holder_id, '')}" + ("" if t.status == "current" else f"/{t.status}") for t in doc.titles
    ]


@pytest.mark.parametrize(("text", "expected"), [case for cases in FAMILIES.values() for case in cases])
def test_titles(rules_only, text, expected):
    assert written(rules_only(text)) == expected


@pytest.mark.parametrize(
    ("text", "branch", "level", "organization", "resolved"),
    [
        (
            "QUẢNG NINH - Bí thư Tỉnh ủy thăm Quảng Ninh.",
            "party", "province", "Tỉnh ủy", "Tỉnh ủy Quảng Ninh",
        ),
        ("Phó Giám đốc Công an tỉnh Lai Châu dự.", "police", "province", "Công an tỉnh Lai Châu", "Công an tỉnh Lai Châu"),
        ("Chánh án Tòa án nhân dân tối cao báo cáo.", "judiciary", None, "Tòa án nhân dân tối cao", None),
        ("Trưởng Ban Tổ chức Tỉnh ủy Nghệ An nói.", "party", "province", "Ban Tổ chức Tỉnh ủy Nghệ An", None),
    ],
)  # fmt: skip
def test_what_an_office_says(rules_only, text, branch, level, organization, resolved):
    (title,) = rules_only(text).titles
    assert title.branch == branch
    assert title.organization == organization
    assert level is None or title.level == level
    assert resolved is None or title.organization_resolved == resolved


def test_role_is_canonical(rules_only):
    roles = [t.role for t in rules_only("PCT UBND tỉnh, phó bí thư thường trực Tỉnh ủy và TBT đến.").titles]
    assert roles == ["Phó Chủ tịch", "Phó Bí thư Thường trực", "Tổng Bí thư"]


def test_the_committee_of_a_city_is_the_articles_own(rules_only):
    doc = rules_only(
        "Thành ủy Móng Cái họp bàn cải cách\nSáng nay, Bí thư Thành ủy chủ trì. Chủ tịch UBND tỉnh cùng dự tại TP Móng Cái."
    )
    secretary, chairman = doc.titles
    assert (secretary.organization_resolved, secretary.level) == ("Thành ủy Móng Cái", "district")
    assert (chairman.organization_resolved, chairman.level) == ("UBND tỉnh Quảng Ninh", "province")
    assert doc.article.province == "Quảng Ninh"


def test_a_name_in_an_institution_is_no_place(rules_only):
    doc = rules_only("Học viện Chính trị Hồ Chí Minh và Học viện Hồ Chí Minh khai giảng. Tỉnh ủy Nghệ An dự.")
    assert doc.article.province == "Nghệ An"
