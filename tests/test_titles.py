"""Titles and their links: one table a family. Each title is ``text>holder`` with ``/status`` where not current."""

from __future__ import annotations

import pytest

FAMILIES = {
    "seat_and_country": [
        ("Đại sứ Mỹ tại LHQ Odalys Brandt phản đối.", ["Đại sứ Mỹ tại LHQ>Odalys Brandt"]),
        ("Tổng thống nước này Aldo Ferrante ký lệnh.", ["Tổng thống nước này>Aldo Ferrante"]),
        (
            "Phó Giám đốc trung tâm điều phối và ghép tạng quốc gia Ninh Văn Cổn giải thích.",
            ["Phó Giám đốc trung tâm điều phối và ghép tạng quốc gia>Ninh Văn Cổn"],
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
    doc = rules_only("Học viện Chính trị quốc gia Hồ Chí Minh và Học viện Hồ Chí Minh khai giảng. Tỉnh ủy Nghệ An dự.")
    assert doc.article.province == "Nghệ An"
