"""Persons: one table a family of constructions. ``|`` separates the names expected, in order."""

from __future__ import annotations

import pytest

FAMILIES = {
    "address": [
        ("Ông Khúc Văn Trầm và bà Lù Thị Sến có mặt.", "Khúc Văn Trầm|Lù Thị Sến"),
        ("Chiều nay, đồng chí Nhữ Quang Bách dự họp. Ông Bách phát biểu.", "Nhữ Quang Bách|Bách"),
        ("Anh Điểu K'Bông và chị H'Lan Niê chờ ngoài cửa.", "Điểu K'Bông|H'Lan Niê"),
        ("Thủ tướng Anh Margaret Holloway tới thăm.", "Margaret Holloway"),
    ],
    "list": [
        (
            "Dự họp có các đồng chí: Sầm Văn Quý, Chủ nhiệm Ủy ban Kiểm tra Tỉnh ủy; Vi Thị Nhài, Trưởng Ban Dân vận Tỉnh ủy.",
            "Sầm Văn Quý|Vi Thị Nhài",
        ),
        ("Các ông Đậu Viết Thông, Cấn Xuân Lịch và Phí Mạnh Tài cùng ký.", "Đậu Viết Thông|Cấn Xuân Lịch|Phí Mạnh Tài"),
    ],
    "rank": [
        ("PGS.TS Nghiêm Thu Cúc và Thượng tá, TS Đàm Khắc Tuyên trả lời.", "Nghiêm Thu Cúc|Đàm Khắc Tuyên"),
        ("Luật sư Quách Hải nói; bác sĩ Uông Thị Mơ ghi chép.", "Quách Hải|Uông Thị Mơ"),
    ],
    "run_together": [
        # Captions come without a full stop: the next sentence must not be eaten.
        ("Ảnh chụp ông Lục Văn Páo Theo kế hoạch, đoàn sẽ đi tiếp.", "Lục Văn Páo"),
        ("Bí thư Tỉnh ủy Mạc Thanh Hòa Ông Tưởng Duy Lân trao quà.", "Mạc Thanh Hòa|Tưởng Duy Lân"),
    ],
    "letters": [
        ("Ông D. bước ra. Anh Kh. cho biết cháu A. Thấy lạ nên chạy.", "D.|Kh.|A."),
        ("Tài xế là P.Q.T. kể lại; chị N.V.B.H (19 tuổi) và ông R.B.Oscar vắng.", "P.Q.T.|N.V.B.H|R.B.Oscar"),
        ("Bị cáo Lò Văn S. khai. Sau đó S. bỏ trốn.", "Lò Văn S.|S."),
        ("Ông Ronan F. Keller tới muộn.", "Ronan F. Keller"),
    ],
    "known": [
        ("Đội chủ nhà cần Messi hơn bao giờ hết, dưới thời Obama cũng vậy.", "Messi|Obama"),
        ("Kết quả của Torvald Ronaldo được công bố trên trang Angela Merkel.", "Torvald Ronaldo"),
        ("Phố Messi vẫn đông.", ""),
    ],
    "owner": [
        # A house is a place, but it has an owner.
        ("Bị cáo Vi Văn Thoán khai. Khám nhà Thoán, tối 20.5 Thoán đi vắng.", "Vi Văn Thoán|Thoán|Thoán"),
        ("Chị Lã Thu Cúc kể. Nghe Cúc nói vậy, ai cũng cười.", "Lã Thu Cúc|Cúc"),
    ],
    "family_alone": [
        ("Lăng của bà phi họ Nguyễn đã hỏng. Dòng họ Nguyễn góp tiền sửa.", "Nguyễn"),
        ("Gia đình họ Tạ bán đất. Con trai nhà họ Lê mua.", ""),
    ],
    "firms_and_works": [
        ("Công ty TNHH xây dựng và thương mại Lâm Phạm cho biết đã trả nợ.", ""),
        ("Văn phòng Luật sư Giang Thanh khẳng định như trên.", ""),
        ("Nhà máy của Công ty CP Công nghiệp Zorado có 331 lò. Zorado xây thêm.", ""),
        ("Giáo dân giáo xứ Kim Hạ và Cung điện Yelizaveta đóng cửa; bác sĩ Khoa Hồi sức tích cực trực.", ""),
        ("Hãng của Kent & Walsh bán cho Axel Robotics, còn The Harbour thì không.", ""),
        ("Hai tàu Đô đốc Rask rời cảng; cán bộ DS KHHGĐ giải thích.", ""),
        ("Tiến sĩ Kinh tế có nhiều; thiếu bằng thạc sĩ. Bên kia thì thừa. Tướng Mỹ im lặng.", ""),
    ],
    "streets": [
        ("Lễ đặt tên đường Nhà báo, liệt sĩ Trần Bá Thử diễn ra sáng nay.", ""),
        ("Các tuyến đường như Trần Bá Thử đều ngập.", ""),
        ("Đường Trần Bá Thử dài 2 km.", ""),
        ("Lũ quét ở bản Sùng Chô, xã Nậm Loỏng.", ""),
        ("Hai người (trú thôn Gia Bình); Phạm Bá Thử, Hồ Văn Mẫu bị phạt.", "Phạm Bá Thử|Hồ Văn Mẫu"),
    ],
    "signature": [
        ("Mọi việc đã xong. Tỉnh sẽ chi thêm tiền vào năm 2017 Vũ Bá Thử", ""),
        ("Hiệu trưởng cần quyền. Vũ Bá Thử (ghi)", ""),
        ("Kho hàng vắng. Ảnh: VGP/Vũ Bá Thử", ""),
    ],
    "capitals_then_words": [
        ("Họ và tên: LÒ VĂN THỬ Sinh ngày: 12.8.1962", "LÒ VĂN THỬ"),
        ("Chủ nhiệm Ủy ban Kinh tế Lò Văn Thử Đồng quan điểm, cụ nói.", "Lò Văn Thử"),
        (
            "Ông Phết Ta Vôn Phi La Thử, khách từ Lào, nói. Ông Phết Ta Vôn Phi La Thử nhấn mạnh.",
            "|".join(["Phết Ta Vôn Phi La Thử"] * 2),
        ),
        ("Đạo diễn Jordan Vogt-Rask làm phim. Jordan Vogt-Rask kể.", "Jordan Vogt-Rask|Jordan Vogt-Rask"),
        ("Quốc vương Jordan Abdulla II đến.", "Abdulla II"),
        ("Chủ tịch Tập nói. Sau đó ông Tập Cận Thử về.", "Tập|Tập Cận Thử"),
        ("Chủ tịch tiếp Thống đốc Georgy Poltavin Cuộc gặp ngắn.", "Georgy Poltavin"),
        ("Bà Huỳnh Vũ Thị Minh Loan - người bán vé - vắng.", "Huỳnh Vũ Thị Minh Loan"),
        ("VĐV Lò Thị Hằng Nga thắng. Hằng Nga cầm cờ.", "Lò Thị Hằng Nga|Hằng Nga"),
        ("Ông Cù Văn Đức lái. Thượng úy Đức bám cửa. Nước Đức xa.", "Cù Văn Đức|Đức"),
    ],
    "no_persons": [
        ("Trường THPT Nguyễn Khuyến nằm trên đường Lê Thánh Tôn, quận 1.", ""),
        ("Học viện Chính trị Hồ Chí Minh và TP Hồ Chí Minh phối hợp.", ""),
        ("Đoàn TNCS Hồ Chí Minh phát động phong trào.", ""),
        ("Xe chạy qua các phố Trần Phú, Lê Lai và Phan Chu Trinh.", ""),
        ("Sở Y tế Thái Bình và Công an Hòa Bình họp tại Hà Nội.", ""),
    ],
    "namesake": [
        # Alone these are a city and a school; after an office or a word of address they are persons.
        ("Chủ tịch Hồ Chí Minh thăm bản năm 1962, Tổng Bí thư Trường Chinh năm 1985.", "Hồ Chí Minh|Trường Chinh"),
        ("Cố TBT Trường Chinh viết nhiều. Trường Chinh còn làm thơ.", "Trường Chinh|Trường Chinh"),
        ("Khách viếng Lăng Chủ tịch Hồ Chí Minh; Chủ tịch UBND TP Hồ Chí Minh đi cùng.", ""),
        ("Chủ tịch Hồ Chí Minh dặn dò; nay cả nước học phong cách Hồ Chí Minh.", "Hồ Chí Minh"),
    ],
    "hyphen_and_particle": [
        ("Bà Odalys Brandt-Keller và ông Ronan dela Cueva dự.", "Odalys Brandt-Keller|Ronan dela Cueva"),
        ("Bộ trưởng Ulrike von der Heyden nói về quan hệ Mỹ-Trung.", "Ulrike von der Heyden"),
        ("Tiền vệ Seung-Woo Park chuyền cho tiền đạo Min-Hyeok Bae.", "Seung-Woo Park|Min-Hyeok Bae"),
        ("Chị V.T.K. (31 tuổi) trình báo. Tuyển U.22 và U23 cùng tập, điện thoại Nova 3T.", "V.T.K."),
    ],
    "noun_of_a_body": [
        ("Các bác sĩ Bệnh viện huyện Mù Sang trực đêm.", ""),
        ("Bầu Thạo rất quyết tâm.", "Thạo"),
    ],
    "given_name": [
        ("Bị cáo Quản Văn Độ khai báo. Theo Độ, số tiền đã tiêu hết.", "Quản Văn Độ|Độ"),
        ("Tổng thống Aldo Ferrante ký lệnh. Trợ lý của Ferrante giải thích.", "Aldo Ferrante|Ferrante"),
    ],
    "word_or_name": [
        # Given names that are also words, or begin longer ones.
        ("Ông Khoa đề nghị làm nhanh. Ông Trường cho biết thêm. Bà Mười nhận việc.", "Khoa|Trường|Mười"),
        ("Bị cáo Hà Văn Đức khai. Đức bỏ chạy, Đức vứt dao. Thành phố yên tĩnh.", "Hà Văn Đức|Đức|Đức"),
        ("Đồng chí Lãnh đạo huyện và các đồng chí Thường trực Tỉnh ủy dự.", ""),
    ],
    "initials": [
        ("Vợ chồng anh H. ra về; đối tượng Q. bỏ chạy; cháu Lò Thị K.A nhập viện.", "H.|Q.|Lò Thị K.A"),
        ("Xã H. Bình Chánh và Q. Tân Bình họp.", ""),
    ],
    "streets_and_brands": [
        ("Vòng xoay Nguyễn Kiệm - Trần Bá Thử - Hoàng Mẫu kẹt cứng.", ""),
        ("Trận Real Madrid gặp Man City; Tết Đinh Dậu đến gần.", ""),
    ],
    "stage": [
        ("Vở có nghệ sĩ Hoài Lam, Bích Thảo và Tấn Phong.", "Hoài Lam|Bích Thảo|Tấn Phong"),
    ],
    "credit": [
        ("Lễ khánh thành công trình. Ảnh: Đổng Văn Lâm", ""),
    ],
}


@pytest.mark.parametrize(("text", "expected"), [case for cases in FAMILIES.values() for case in cases])
def test_persons(rules_only, text, expected):
    assert "|".join(p.text for p in rules_only(text).persons) == expected


def test_honorific_and_ranks_are_kept_apart(rules_only):
    (person,) = rules_only("Đồng chí Đại tá, PGS.TS Bành Quốc Thụ chủ trì.").persons
    assert (person.text, person.honorific, person.ranks) == ("Bành Quốc Thụ", "Đồng chí", ("Đại tá", "PGS.TS"))


def test_only_the_first_of_a_list_has_the_honorific(rules_only):
    first, second = rules_only("Dự có các đồng chí: Lã Văn Tú, Bí thư Huyện ủy; Ngô Thị Bưởi, Phó Bí thư.").persons
    assert (first.honorific, second.honorific) == ("đồng chí", None)


def test_later_mentions_share_the_person(rules_only):
    doc = rules_only("Ông Thiều Văn Kha, Giám đốc Sở Nội vụ, dự họp. Ông Kha nói ngắn. Bà Lê Thị Kha về sớm.")
    full, given, other = doc.persons
    assert full.person_id == given.person_id != other.person_id
    assert given.name == "Thiều Văn Kha"
    (official,) = doc.officials
    assert (official.name, official.n_mentions) == ("Thiều Văn Kha", 2)


def test_byline_is_no_person(rules_only):
    doc = rules_only("Xã khánh thành cầu mới\nNgười dân phấn khởi đi lại.\nTrần Bá Thử - Lý Thị Mẫu")
    assert doc.persons == ()
