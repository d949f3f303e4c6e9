"""Words against the real underthesea: the same tokens, the same boundaries, and offsets besides."""

from __future__ import annotations

import random
import shutil
import time
import unicodedata
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.recent import Recent
from extract.segment.model import Model, ModelError, read_model
from extract.segment.tokens import build_tokenizer
from extract.segment.words import build_words

Words = Callable[[str, int, int], tuple[tuple[int, int], ...]]

SENTENCES = [
    "Ông Lưu Bá Thìn được bầu làm Bí thư Huyện ủy Hòa Lạc khóa XXV.",
    "Sáng 9/10/2023, Thường trực HĐND tỉnh nghe Sở Tài chính báo cáo thu chi ngân sách.",
    "Kết luận số 1026-KL/TU và Nghị định 67/2014/NĐ-CP đã được phổ biến tới từng chi bộ.",
    "Theo Thông tư 335/2016/TT-BTC, mức thu là 1.026,5 triệu đồng, tăng 9,77% so với năm trước.",
    "PGS.TS. Mạc Thị Dần, ThS. Tôn Tỵ và BS. Y Thanh Niê dự hội thảo tại TP. Hồ Chí Minh.",
    "UBND Q.2, P.Thảo Điền đề nghị Cty TNHH H&M nộp phạt 2,000 USD trước 17h30.",
    "“Chúng tôi sẽ làm đến cùng!” – anh Thào A Páo nói với phóng viên VOV.VN.",
    "Xe mang biển số 43H-0530 chạy từ Km 62+500 tới cầu Bắc Lũng với tốc độ 80 km/giờ.",
    "Donald Fordham và Vladimir Blackburn gặp nhau ở New York để bàn về Brexit.",
    "Liên hệ email toa.soan@baothuchu.vn hoặc gọi 03-5730-2357, xem www.baothuchu.com.vn/lien-he?id=7.",
    "Giá vàng SJC ngày 20.08.2014 là 36,4-36,6 triệu đồng/lượng (mua vào - bán ra).",
    "H'Yim Kđoh và Rơ Châm Siu quê ở xã N’Thôn Hạ, huyện Đức Trọng.",
    "Bộ GD&ĐT, Bộ VH-TT&DL và Ban Tuyên giáo T.Ư cùng ký kế hoạch liên ngành.",
    "Mùa phi-lê năm nay được giá 😀 :)) nên bà con rất phấn khởi <3 !!!",
    "Uỷ ban nhân dân Thành uỷ ĐÔNG HÀ tổ chức lễ kỷ niệm 127 năm ngày thành lập.",
    "1. Công tác xây dựng Đảng; 2. Công tác kiểm tra, giám sát; 3. Các công tác khác...",
    "Tỷ lệ 17/17 xã đạt chuẩn nông thôn mới (100%), vượt 5,5 điểm % so với chỉ tiêu.",
    "iPhone 8 Plus 4K, tivi 65 inch và loa Bluetooth giảm giá 20-30%.",
    "Ông hỏi: “Bao giờ xong?”, tôi đáp: “Sang năm, v.v...”",
    "Chỉ thị 77-CT/TW ngày 3/2/2031 về nếp sống, trang phục và cách chào hỏi của công chức Hòa Lạc",
    "Nguyễn Văn A.",
    "ở TP.",
    "Vâng",
    "Xin chào",
    "xã hội chủ nghĩa",
    "Từ 30x40 cm đến 1.600m-2.000m => độ cao tăng -> khí áp giảm -- rõ ràng",
    "Nhiệt độ 38°C, độ ẩm 60 - 95%, gió cấp 2-3.",
    "Cuộc họp kéo dài 10:20:50, kết thúc lúc 12h ngày 08-2014.",
    'Thus, the Chairman of the People’s Committee said: "We\'re ready."',
    "Nghành gíao dục laị bị phê bình vì chuỵện dạy thêm.",  # respelt before the model is asked
    "Quyết định số 12/QÐ-UBND của Chủ tịch UBND huyện Ðông Hà.",  # the look-alikes of Đ
    "BOS và EOS là tên hai tổ chức",  # the model's own names for the ends of a sentence
    "Quân đội nhân dân Việt Nam,Công an nhân dân,Mặt trận Tổ quốc",
    "Tin\tcó tab,\u00a0có dấu cách cứng\u3000và  hai dấu cách",
    "a a a a a a a a",
    "Hòa Lạc Hòa Lạc Hòa Lạc",
    "99999999999 người và -5 độ, +84 912 345 678",
]


@pytest.fixture(scope="module")
def model() -> Model:
    return read_model()


@pytest.fixture(scope="module")
def words(model: Model) -> Words:
    return build_words(model)


def squeezed(text: str) -> str:
    """What is left of a word when white space and underthesea's own changes of characters do not count."""
    from underthesea.pipeline.text_normalize import token_normalize
    from underthesea.pipeline.word_tokenize.regex_tokenize import tokenize

    pieces = text.split()
    return "".join(token_normalize(token) for piece in pieces for token in tokenize(piece))


def mine(words: Words, sentence: str) -> list[str]:
    return [squeezed(sentence[start:end]) for start, end in words(sentence, 0, len(sentence))]


def theirs(sentence: str) -> list[str]:
    from underthesea import word_tokenize

    return ["".join(word.split()) for word in word_tokenize(sentence)]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_words_are_those_of_underthesea(words: Words, sentence: str) -> None:
    assert mine(words, sentence) == theirs(sentence)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_words_of_decomposed_text_are_the_same(words: Words, sentence: str) -> None:
    decomposed = unicodedata.normalize("NFD", sentence)
    found = [decomposed[start:end] for start, end in words(decomposed, 0, len(decomposed))]
    expected = [sentence[start:end] for start, end in words(sentence, 0, len(sentence))]
    assert [unicodedata.normalize("NFC", word) for word in found] == expected


def test_words_of_shuffled_sentences_are_those_of_underthesea(words: Words) -> None:
    """Orders that no writer would choose, so that no score is far from another."""
    rng = random.Random(7)
    syllables = " ".join(SENTENCES[:20]).split()
    different = []
    for _ in range(400):
        sentence = " ".join(rng.choices(syllables, k=rng.randint(1, 25)))
        if mine(words, sentence) != theirs(sentence):
            different.append(sentence)
    assert different == []


def test_words_within_a_text(words: Words) -> None:
    before, sentence = "Lời dẫn. ", "Hội đồng nhân dân họp."
    text = before + sentence + " Hết."
    found = words(text, len(before), len(before) + len(sentence))
    assert [text[start:end] for start, end in found] == ["Hội đồng nhân dân", "họp", "."]


CHUNKS = st.lists(
    st.sampled_from(
        ["TP.", "T.Ư.", "v.v", "...", "=>", "H&M", "'", "’", "NĐ-CP", "67/2014", "-", "a.vn", "/x?y=1", "@", "1.234,5",
         "08-2014", "10:20:50", ":D", ":))", "=))", "<3", "3x4", "4K", "°C", "e-mail", "Th.S", "Thus", "Mr.", "(", ")",
         ",", "%", "_", "à", "Đ", "Việt", "\u02ba", "♥‿♥", "+", "\U0001f600", "\u200b", "ß", "£"]
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(CHUNKS.map("".join), min_size=1, max_size=4))
def test_tokens_are_those_of_underthesea(model: Model, chunks: list[str]) -> None:
    from underthesea.pipeline.word_tokenize.regex_tokenize import tokenize

    tokens_of = build_tokenizer(model)
    ended = [*chunks[:-1], chunks[-1] + "\n"]
    assert [token for chunk in ended for token, _, _ in tokens_of(chunk)] == tokenize(" ".join(chunks))


@settings(max_examples=300, deadline=None)
@given(st.text(min_size=1))
def test_every_character_is_in_one_token(model: Model, chunk: str) -> None:
    position = 0
    for token, start, end in build_tokenizer(model)(chunk):
        assert token and position <= start < end
        assert chunk[position:start].strip() == ""
        position = end
    assert chunk[position:].strip() == ""


@pytest.mark.parametrize("run", ["http://" + "!" * 60, "a" * 5_000, "(" * 5_000, "x.vn/" + "(a)" * 2_000, "+." * 3_000])
def test_no_run_takes_long(model: Model, run: str) -> None:
    start = time.process_time()
    tokens = build_tokenizer(model)(run)
    assert time.process_time() - start < 2
    assert "".join(token for token, _, _ in tokens) == run


def test_not_slower_than_ten_times_underthesea(words: Words) -> None:
    """The two in turn on the same sentences; the share that counts is measured on a corpus."""
    from underthesea import word_tokenize

    def seconds(run: Callable[[str], object]) -> float:
        start = time.process_time()
        for sentence in SENTENCES:
            run(sentence)
        return time.process_time() - start

    ratios = []
    for _ in range(5):
        fast = min(seconds(lambda s: words(s, 0, len(s))) for _ in range(3))
        ratios.append(seconds(word_tokenize) / fast)
    assert max(ratios) > 10


def test_model_is_read_whole(model: Model) -> None:
    import pycrfsuite

    spec = find_spec("underthesea")
    assert spec is not None and spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "pipeline/word_tokenize/models/ws_crf_vlsp2013_20230727"
    tagger = pycrfsuite.Tagger()
    tagger.open(str(folder / "models.bin"))
    info = tagger.info()
    assert sum(map(len, model.weights.values())) == len(info.attributes)
    for template, weights in list(model.weights.items())[:12]:
        for value, weight in list(weights.items())[:50]:
            attribute = f"{template}={value}"
            inside, begin = (info.state_features.get((attribute, label), 0.0) for label in ("I-W", "B-W"))
            assert weight == pytest.approx(inside - begin, abs=2e-6)
    assert model.transitions == pytest.approx(
        [info.transitions[a, b] for a in ("B-W", "I-W") for b in ("B-W", "I-W")], abs=1e-6
    )


def test_missing_or_broken_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=tmp_path.name):
        read_model(tmp_path)
    spec = find_spec("underthesea")
    assert spec is not None and spec.submodule_search_locations
    root = Path(spec.submodule_search_locations[0])
    for part in ("pipeline/word_tokenize/models", "pipeline/text_normalize"):
        shutil.copytree(root / part, tmp_path / part)
    read_model(tmp_path)
    broken = tmp_path / "pipeline/word_tokenize/models/ws_crf_vlsp2013_20230727"
    (broken / "models.bin").write_bytes(b"not a model, but some fifty bytes that look like nothing at all")
    with pytest.raises(ModelError, match="CRFsuite"):
        read_model(tmp_path)
    (broken / "dictionary.bin").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(ModelError, match="system"):
        read_model(tmp_path)


def test_memory_of_results_is_bounded_and_keeps_what_is_used() -> None:
    asked: list[str] = []

    def compute(key: str) -> int:
        asked.append(key)
        return len(key)

    recent = Recent(compute, 3, longest=10)
    for i in range(100):
        assert recent["often"] == 5
        assert recent[f"once {i}"] == len(f"once {i}")
        assert len(recent) <= 3
    assert asked.count("often") == 1
    recent["once 1"]
    assert asked.count("once 1") == 2  # forgotten, so that the memory stays small
    recent["longer than ten"]
    assert "longer than ten" not in recent
