"""The read stage: every format, encoding and bad input, built with the real libraries; its promises as properties."""

from __future__ import annotations

import ast
import gzip
import hashlib
import io
import json
import os
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from extract.read import InputError, article_from_text, count_inputs, read_inputs
from extract.records import Article, Reject
from extract.validate.codes import REJECTS, UNREAD

LEAD = "Sáng 4/6, Huyện ủy Thạch Mẫu nghe báo cáo về tiến độ kè sông Lạch và bàn việc di dời chợ cũ."
TEXT = f"Huyện Thạch Mẫu bàn việc dời chợ\n{LEAD}\nHội nghị giao các xã rà soát 37 hộ trước ngày 20/6.\n"
Write = Callable[[Path, bytes], object]


def sources(*inputs: str | Path, **options: object) -> list[str]:
    return [found.source for found in read_inputs(inputs, **options)]  # type: ignore[arg-type]


def one(*inputs: str | Path, **options: object) -> Article | Reject:
    (found,) = read_inputs(inputs, **options)  # type: ignore[arg-type]
    return found


def article(*inputs: str | Path, **options: object) -> Article:
    found = one(*inputs, **options)
    assert isinstance(found, Article), found
    return found


def rejected(*inputs: str | Path, **options: object) -> Reject:
    found = one(*inputs, **options)
    assert isinstance(found, Reject), found
    assert found.stage == "read"
    json.loads(found.payload.encode())  # raises where it is no JSON
    return found


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(r, ensure_ascii=False).encode() + b"\n" for r in records)


def write_parquet(path: Path, data: bytes) -> None:
    records = [json.loads(line) for line in data.splitlines()]
    pq.write_table(pa.Table.from_pylist(records), path)


WRITERS: dict[str, Write] = {
    ".jsonl": Path.write_bytes,
    ".ndjson": Path.write_bytes,
    ".JSONL": Path.write_bytes,
    ".jsonl.gz": lambda path, data: path.write_bytes(gzip.compress(data, mtime=0)),
    ".ndjson.zst": lambda path, data: path.write_bytes(zstandard.ZstdCompressor().compress(data)),
    ".parquet": write_parquet,
}


# --- formats ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", WRITERS)
def test_every_record_of_a_file_is_an_article_numbered_from_one(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"tin{suffix}"
    WRITERS[suffix](path, lines({"id": 7, "text": TEXT}, {"id": 8, "text": "Tin thứ hai."}))
    found = list(read_inputs([path]))
    assert [f.source for f in found] == [f"{path.name}#1", f"{path.name}#2"]
    assert [f.text for f in found if isinstance(f, Article)] == [TEXT, "Tin thứ hai."]


@pytest.mark.parametrize("suffix", WRITERS)
def test_fields_of_a_record_win_over_the_text(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"tin{suffix}"
    record = {
        "url": "https://vidu.vn/1", "title": "Tên khác", "publisher": "Báo Thạch Mẫu", "authors": ["Lê Mẫu", "Vũ Thử"],
        "published_at": "2024-06-04T08:15:00+07:00", "text": TEXT + "Bùi Thị Ví",
    }  # fmt: skip
    WRITERS[suffix](path, lines(record))
    found = article(path)
    assert (found.url, found.title, found.publisher) == ("https://vidu.vn/1", "Tên khác", "Báo Thạch Mẫu")
    assert found.authors == ("Lê Mẫu", "Vũ Thử")
    assert found.published_at is not None
    assert found.published_at.isoformat() == "2024-06-04T08:15:00+07:00"
    assert str(found.published_at.tzinfo) == "Asia/Ho_Chi_Minh"


@pytest.mark.parametrize("suffix", WRITERS)
def test_mapping_names_the_columns(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"tin{suffix}"
    WRITERS[suffix](path, lines({"content": TEXT, "link": "https://vidu.vn/2", "text": "không phải"}))
    found = article(path, mapping={"text": "content", "url": "link"})
    assert (found.text, found.url) == (TEXT, "https://vidu.vn/2")


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("bai.txt", lambda data: data),
        ("bai.txt.gz", gzip.compress),
        ("bai.txt.zst", zstandard.ZstdCompressor().compress),
        ("bai.xã.TXT", lambda data: data),
    ],
)
def test_a_text_file_is_one_article(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]) -> None:
    (tmp_path / name).write_bytes(pack(TEXT.encode()))
    found = article(tmp_path / name)
    assert (found.source, found.text) == (name, TEXT)
    assert found.title == "Huyện Thạch Mẫu bàn việc dời chợ"


def test_identifiers_are_hashes_of_source_and_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    found = article(tmp_path / "a.txt")
    assert found.article_id == hashlib.sha256(b"a.txt\0" + TEXT.encode()).hexdigest()[:16]
    assert found.text_hash == hashlib.sha256(TEXT.encode()).hexdigest()[:16]


def test_the_same_text_twice_is_two_articles(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    first, second = read_inputs([tmp_path])
    assert isinstance(first, Article) and isinstance(second, Article)
    assert first.text_hash == second.text_hash
    assert first.article_id != second.article_id


def test_several_frames_and_members_are_one_stream(tmp_path: Path) -> None:
    compress = zstandard.ZstdCompressor().compress
    (tmp_path / "a.jsonl.zst").write_bytes(compress(lines({"text": "Một."})) + compress(lines({"text": "Hai."})))
    (tmp_path / "b.jsonl.gz").write_bytes(
        gzip.compress(lines({"text": "Ba."}), mtime=0) + gzip.compress(lines({"text": "Bốn."}))
    )
    assert [f.text for f in read_inputs([tmp_path]) if isinstance(f, Article)] == ["Một.", "Hai.", "Ba.", "Bốn."]


def test_a_line_of_fifty_megabytes_works(tmp_path: Path) -> None:
    text = "Đềồệự ứởữ" * 1_000_000
    long = json.dumps({"text": text}).encode() + b"\n"
    (tmp_path / "a.jsonl").write_bytes(lines({"text": "Trước."}) + long + lines({"text": "Sau."}))
    found = [f for f in read_inputs([tmp_path]) if isinstance(f, Article)]
    assert [len(f.text) for f in found] == [6, len(text), 4]
    assert len(long) > 49_000_000


def test_a_text_that_is_too_long_is_rejected_and_the_next_one_read(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines({"text": "Đồng chí nói. " * 800_000}, {"text": "Sau."}))
    (tmp_path / "b.txt").write_bytes(b"0" * 100_000_000)
    (first, second, third) = read_inputs([tmp_path])
    assert isinstance(first, Reject) and isinstance(second, Article) and isinstance(third, Reject)
    assert (first.error, third.error) == ("too_large", "too_large")
    assert first.message == "a text of 11,200,000 characters; up to 10,000,000 are one article"
    assert len(first.payload) < 5000 and first.source == "a.jsonl#1"
    with pytest.raises(ValueError, match="up to 10,000,000"):
        article_from_text("0" * 10_000_001)


def test_a_record_past_the_limit_is_rejected_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extract.read.streams.MAX_RECORD", 1000)
    (tmp_path / "a.jsonl").write_bytes(lines({"text": "x" * 5000}, {"text": "Sau."}))
    (tmp_path / "b.txt").write_bytes(b"x" * 1001)
    first, second, third = read_inputs([tmp_path])
    assert isinstance(first, Reject) and (first.source, first.error) == ("a.jsonl#1", "too_large")
    assert isinstance(second, Article) and second.source == "a.jsonl#2"
    assert isinstance(third, Reject) and third.error == "too_large"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (lines({"text": "Một."}, {"text": "Hai."}), [("stdin#1", "Một."), ("stdin#2", "Hai.")]),
        (b"\n \n" + lines({"text": "Một."}), [("stdin#1", "Một.")]),
        (b"\xef\xbb\xbf" + lines({"text": "Một."}), [("stdin#1", "Một.")]),
        (TEXT.encode(), [("stdin", TEXT)]),
        (("\n\n" + TEXT).encode(), [("stdin", "\n\n" + TEXT)]),
        ("\ufeffMột.".encode(), [("stdin", "Một.")]),
    ],
)
def test_standard_input_is_json_lines_or_one_text(data: bytes, expected: list[tuple[str, str]]) -> None:
    found = list(read_inputs(["-"], stdin=io.BytesIO(data)))
    assert [(f.source, f.text) for f in found if isinstance(f, Article)] == expected
    assert len(found) == len(expected)


def test_a_bare_path_is_one_input(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert [f.source for f in read_inputs(str(tmp_path))] == ["a.txt"]


# --- Parquet ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.binary(), pa.dictionary(pa.int32(), pa.string()), pa.string_view()]
)
def test_parquet_text_of_any_string_type(tmp_path: Path, kind: pa.DataType) -> None:
    column = pa.array([TEXT, "Hai."]).cast(kind)
    pq.write_table(pa.table({"text": column, "n": [1, 2]}), tmp_path / "a.parquet")
    assert [f.text for f in read_inputs([tmp_path]) if isinstance(f, Article)] == [TEXT, "Hai."]


@pytest.mark.parametrize(
    "value",
    [
        pa.array([datetime(2024, 6, 4, 8, 15)], pa.timestamp("us")),
        pa.array([1717463700 * 10**9 + 5], pa.timestamp("ns", "UTC")),
        pa.array([1717463700], pa.int64()),
        pa.array(["04/06/2024 08:15"]),
    ],
)
def test_parquet_times_of_any_type(tmp_path: Path, value: pa.Array) -> None:
    pq.write_table(pa.table({"text": ["Tin."], "published_at": value}), tmp_path / "a.parquet")
    found = article(tmp_path)
    assert found.published_at is not None
    assert found.published_at.isoformat() == "2024-06-04T08:15:00+07:00"


def test_parquet_rows_are_read_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.read.formats._MOST_ROWS", 3)
    pq.write_table(pa.table({"text": [f"Tin {i}." for i in range(10)]}), tmp_path / "a.parquet", row_group_size=4)
    assert sources(tmp_path) == [f"a.parquet#{n}" for n in range(1, 11)]


def test_parquet_bytes_that_are_not_utf8_are_one_reject(tmp_path: Path) -> None:
    offsets, data = pa.py_buffer(bytes([0, 0, 0, 0, 4, 0, 0, 0, 9, 0, 0, 0])), pa.py_buffer(b"Tin." + b"ti\xc4\xbf\xff")
    column = pa.Array.from_buffers(pa.string(), 2, [None, offsets, data])
    pq.write_table(pa.table({"text": column}), tmp_path / "a.parquet")
    good, bad = read_inputs([tmp_path])
    assert isinstance(good, Article) and good.text == "Tin."
    assert isinstance(bad, Reject) and (bad.source, bad.error) == ("a.parquet#2", "not_utf8")


# --- encodings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.encode(encoding))
    (tmp_path / "b.jsonl").write_bytes((lines({"text": TEXT}) * 2).decode().encode(encoding))
    assert [f.text for f in read_inputs([tmp_path]) if isinstance(f, Article)] == [TEXT] * 3


def as_windows_1258(text: str) -> bytes:
    """Vietnamese as old Windows programs write it: a base letter, then its tone mark."""
    data = b""
    for letter in text:
        try:
            data += letter.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tones = "".join(p for p in parts if p in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones))
            data += (base + tones).encode("cp1258")
    return data


FRENCH = "Le président de la province a déclaré mardi que les travaux de la digue étaient nécessaires. " * 4
ENGLISH = "The committee of the district met on Tuesday in a café by the river. " + "It went home early. " * 20


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (as_windows_1258(TEXT), TEXT),
        (as_windows_1258("Bí thư Đảng ủy xã nói chuyện."), "Bí thư Đảng ủy xã nói chuyện."),
        (FRENCH.encode("cp1252"), FRENCH),
        (b"a " * 50_000 + FRENCH.encode("cp1252"), "a " * 50_000 + FRENCH),
    ],
)
def test_other_encodings_are_read_where_the_result_is_plainly_text(tmp_path: Path, data: bytes, text: str) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert article(tmp_path).text == text


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        (TEXT.encode().replace(b"n", b"\xff", 1), 6),  # one broken byte in sound UTF-8
        (TEXT.encode()[:-3] + b"\xe1\xbb", len(TEXT.encode()) - 3),  # cut inside a letter
        (ENGLISH.encode() + b"\xe9", len(ENGLISH.encode())),  # as cp1252 it would be "a cafÃ© by the river"
        ("中国共产党中央委员会".encode("gbk") * 20, 0),
        (b"\xff\xfe" + "Huyện".encode("utf-16-le") + b"\x00", 12),
    ],
)
def test_what_is_not_text_in_any_encoding_is_rejected_with_the_place(tmp_path: Path, data: bytes, offset: int) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    found = rejected(tmp_path)
    assert found.error == "not_utf8"
    assert json.loads(found.payload)["offset"] == offset
    assert f"byte {offset}" in found.message


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"%PDF-1.7\n" + b"plain",
        bytes(500),
        bytes(range(256)) * 4,
        gzip.compress(TEXT.encode(), mtime=0),
        "中国共产党中央委员会".encode("utf-16-le") + TEXT.encode("utf-16-le") + bytes(400),
    ],
)
def test_binary_files_are_rejected(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert rejected(tmp_path).error == "binary_file"


def test_a_binary_file_of_json_lines_is_one_reject(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(gzip.compress(lines({"text": "Tin."}), mtime=0) + b"\n\n" * 50)
    found = rejected(tmp_path)
    assert (found.source, found.error) == ("a.jsonl", "binary_file")


def test_text_is_nfc_with_line_feeds_and_otherwise_untouched(tmp_path: Path) -> None:
    given = unicodedata.normalize("NFD", "Thành uỷ  Mẫu\u00a0Sơn\u200b 🙂\r\n") + "Ðiều\x00 2\rHết"
    (tmp_path / "a.txt").write_bytes(given.encode())
    assert article(tmp_path).text == "Thành uỷ  Mẫu\u00a0Sơn\u200b 🙂\nÐiều\x00 2\nHết"


# --- bad input -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        (b'{"text": "Tin"', "bad_json", "line 3: column"),
        (b"khong phai JSON", "bad_json", "line 3: column 1"),
        (b'["Tin"]', "bad_json", "line 3: a list"),
        (b'"Tin"', "bad_json", "line 3: no object"),
        (b"[" * 100_000, "bad_json", "line 3: nested too deeply"),
        (b'{"n": ' + b"9" * 5000 + b"}", "bad_json", "line 3: "),
        (b'{"muc": "A", "than": "B"}', "missing_text", "fields found: muc, than. Say which"),
        (b"{}", "missing_text", "fields found: none"),
        (b'{"text": ""}', "empty_text", "'text' holds no text"),
        (b'{"text": " \\n\\u00a0"}', "empty_text", "'text' holds no text"),
        (b'{"text": null}', "empty_text", "'text' holds no text"),
        (b'{"text": 5}', "bad_field", "'text' is a number"),
        (b'{"text": ["Tin"]}', "bad_field", "'text' is a list"),
        (b'{"text": "Tin.", "title": {"vi": "A"}}', "bad_field", "'title' is an object"),
        (b'{"text": "Tin.", "url": true}', "bad_field", "'url' is true or false"),
        (b'{"text": "Tin.", "authors": [1]}', "bad_field", "'authors' is not a string or a list of strings"),
        (b'{"text": "ti\xc3\xaa\xcc\x81ng Vi\xe1\xbb\x87t \xff"}', "not_utf8", "line 3: byte 54 (0xff)"),
    ],
)
def test_a_bad_record_is_rejected_and_the_rest_read(tmp_path: Path, line: bytes, error: str, message: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines({"text": "Trước đó."}) + b"\n" + line + b"\n" + lines({"text": "Sau."}))
    before, bad, after = read_inputs([tmp_path])
    assert isinstance(before, Article) and isinstance(after, Article) and isinstance(bad, Reject)
    assert (before.source, bad.source, after.source) == ("a.jsonl#1", "a.jsonl#2", "a.jsonl#3")
    assert (bad.error, bad.stage, bad.article_id) == (error, "read", None)
    assert message in bad.message
    assert isinstance(json.loads(bad.payload), dict)


def test_a_mapped_column_is_called_by_its_own_name_in_rejects(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines({"content": "Tin."}, {"body": "Tin."}))
    _, found = read_inputs([tmp_path], mapping={"text": "content"})
    assert isinstance(found, Reject) and "no field 'content'; fields found: body." in found.message


@pytest.mark.parametrize("value", ["hôm qua", "31/02/2024", [], {}, True, -1e300, "9999-99-99"])
def test_a_time_that_cannot_be_read_is_none_and_no_reject(tmp_path: Path, value: object) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines({"text": "Tin.", "published_at": value}))
    assert article(tmp_path).published_at is None


def test_payloads_are_cut_and_always_valid_json(tmp_path: Path) -> None:
    deep: object = "x"
    for _ in range(50):
        deep = {"d": deep}
    record = (
        b'{"title": 1, "text": "\\ud800 l\xe1\xba\xbb", "nan": NaN, "inf": 1e999, "big": '
        + b"9" * 100
        + b', "deep": '
        + json.dumps(deep).encode()
        + b', "long": "'
        + b"y" * 9000
        + b'", "many": '
        + json.dumps(list(range(500))).encode()
        + b"}"
    )
    (tmp_path / "a.jsonl").write_bytes(record)
    found = rejected(tmp_path)
    shown = json.loads(found.payload, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert found.error == "bad_field"
    assert shown["text"] == "\ufffd lẻ"
    assert shown["long"].endswith("(9,000 characters)")
    assert len(found.payload) < 5000


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.txt", b"", "empty_text"),
        ("a.txt", b"\xef\xbb\xbf", "empty_text"),
        ("a.txt", b" \r\n\t\n", "empty_text"),
        ("a.txt.gz", gzip.compress(b"", mtime=0), "empty_text"),
        ("a.txt.gz", gzip.compress(TEXT.encode(), mtime=0)[:-12], "corrupt_archive"),
        ("a.txt.gz", TEXT.encode(), "corrupt_archive"),
        ("a.txt.zst", zstandard.ZstdCompressor().compress(TEXT.encode())[:-9], "corrupt_archive"),
        ("a.txt.zst", TEXT.encode(), "corrupt_archive"),
        ("a.jsonl", b"", "empty_text"),
        ("a.jsonl", b"\n \n", "empty_text"),
        ("a.parquet", b"", "bad_parquet"),
        ("a.parquet", b"PAR1 nothing more", "bad_parquet"),
    ],
)
def test_a_bad_file_is_one_reject_under_its_name(tmp_path: Path, name: str, data: bytes, error: str) -> None:
    (tmp_path / name).write_bytes(data)
    found = rejected(tmp_path)
    assert (found.source, found.error) == (name, error)


@pytest.mark.parametrize("suffix", [".jsonl.gz", ".jsonl.zst"])
def test_records_before_the_damage_are_kept(tmp_path: Path, suffix: str) -> None:
    data = lines(*({"text": f"Tin {n} {hashlib.sha512(str(n).encode()).hexdigest()}"} for n in range(20_000)))
    packed = gzip.compress(data, mtime=0) if suffix.endswith("gz") else zstandard.ZstdCompressor().compress(data)
    (tmp_path / f"a{suffix}").write_bytes(packed[: len(packed) // 2])
    *articles, last = read_inputs([tmp_path])
    assert len(articles) > 5000
    assert all(isinstance(a, Article) for a in articles)
    assert isinstance(last, Reject) and (last.source, last.error) == (f"a{suffix}", "corrupt_archive")


def test_parquet_without_the_text_column_is_one_reject(tmp_path: Path) -> None:
    pq.write_table(pa.table({"than": ["A", "B"], "muc": ["C", "D"]}), tmp_path / "a.parquet")
    found = rejected(tmp_path)
    assert (found.source, found.error) == ("a.parquet", "missing_text")
    assert "fields found: than, muc" in found.message and "--map text=" in found.message


def test_parquet_with_nothing_in_it_is_rejected(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "a.parquet")
    assert rejected(tmp_path).error == "empty_text"


def test_parquet_rows_that_fail_are_rejected_one_by_one(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["Tin.", None, ""], "title": ["A", "B", "C"]}), tmp_path / "a.parquet")
    good, null, empty = read_inputs([tmp_path])
    assert isinstance(good, Article)
    assert isinstance(null, Reject) and isinstance(empty, Reject)
    assert (null.source, null.error, empty.source, empty.error) == (
        "a.parquet#2", "empty_text", "a.parquet#3", "empty_text",
    )  # fmt: skip
    assert json.loads(null.payload) == {"text": None, "title": "B"}


def test_files_that_cannot_be_opened_are_rejected_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "nothing")
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "c.txt").write_text(TEXT, encoding="utf-8")
    os.mkfifo(tmp_path / "d.txt")
    real = Path.open

    def denied(path: Path, *args: object, **options: object) -> object:
        if path.name == "b.txt":
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", denied)
    link, locked, good, pipe = read_inputs([tmp_path])
    assert isinstance(good, Article)
    for found in (link, locked, pipe):
        assert isinstance(found, Reject) and found.error == "unreadable"
    assert isinstance(locked, Reject) and "Permission denied" in locked.message


def test_a_folder_inside_that_cannot_be_opened_is_a_reject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")
    real = os.scandir

    def denied(path: str) -> object:
        if os.path.basename(path) == "a":  # noqa: PTH119
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", denied)
    bad, good = read_inputs([tmp_path])
    assert isinstance(bad, Reject) and (bad.source, bad.error) == ("a", "unreadable")
    assert isinstance(good, Article)


# --- arguments -------------------------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("b.txt", "a/z.txt", "a-1/y.txt", "a.txt", "a/sâu/x.txt", ".an/w.txt", ".an.txt", "ghi-chu.docx"):
        path = tmp_path / "tin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Nội dung {name}.", encoding="utf-8")
    return tmp_path / "tin"


WHOLE = ["a-1/y.txt", "a.txt", "a/sâu/x.txt", "a/z.txt", "b.txt"]


def test_a_folder_is_read_whole_in_the_order_of_its_paths(tree: Path) -> None:
    assert sources(tree) == WHOLE == sorted(WHOLE)


def test_arguments_are_read_in_the_order_given(tree: Path) -> None:
    assert sources(tree / "b.txt", tree / "a", tree / "a.txt") == ["b.txt", "sâu/x.txt", "z.txt", "a.txt"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.txt", ["a.txt", "b.txt"]),
        ("*/?.txt", ["a-1/y.txt", "a/z.txt"]),
        ("**/*.txt", WHOLE),
        ("**", WHOLE),
        ("a*", ["a-1/y.txt", "a.txt", "a/sâu/x.txt", "a/z.txt"]),
        ("[b].txt", ["b.txt"]),
    ],
)
def test_globs_are_sorted_and_named_from_their_fixed_folder(tree: Path, pattern: str, expected: list[str]) -> None:
    assert sources(str(tree / pattern)) == expected


def test_relative_arguments(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    assert sources(".") == WHOLE
    assert sources("a") == ["sâu/x.txt", "z.txt"]
    assert sources("*.txt") == ["a.txt", "b.txt"]
    assert sources("b.txt", "../tin/a.txt") == ["b.txt", "a.txt"]


def test_a_name_with_glob_signs_is_a_name_where_it_exists(tmp_path: Path) -> None:
    (tmp_path / "[1].txt").write_text("Tin một.", encoding="utf-8")
    (tmp_path / "1.txt").write_text("Tin khác.", encoding="utf-8")
    assert article(tmp_path / "[1].txt").text == "Tin một."


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        (("x", "y"), ["x/1.txt", "y/1.txt", "y/2.txt"]),
        (("x/1.txt", "y/1.txt"), ["x/1.txt", "y/1.txt"]),
        (("x", "y/2.txt"), ["1.txt", "2.txt"]),
        (("x", "z/x"), ["tin/x/1.txt", "z/x/1.txt"]),
        (("x/1.txt", "y", "z"), ["tin/x/1.txt", "y/1.txt", "y/2.txt", "z/x/1.txt"]),
        (("x", "x"), ["1.txt"]),
        (("x/1.txt", "x"), ["1.txt"]),
        (("y/2.txt", "y"), ["2.txt", "1.txt"]),
        (("y", "y/2.txt", "y/*.txt"), ["1.txt", "2.txt"]),
        (("y/1.txt", "y/*.txt"), ["1.txt", "2.txt"]),
        (("-", "x", "-"), ["stdin", "1.txt"]),
    ],
)
def test_no_two_files_share_a_name_and_none_is_read_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inputs: tuple[str, ...], expected: list[str]
) -> None:
    for name in ("x/1.txt", "y/1.txt", "y/2.txt", "z/x/1.txt"):
        path = tmp_path / "tin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Nội dung {name}.", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "tin")
    assert sources(*inputs, stdin=io.BytesIO(b"Tin.")) == expected


def test_links_to_folders_are_followed_but_not_in_circles(tree: Path) -> None:
    (tree / "a" / "vong").symlink_to(tree)
    (tree / "c").symlink_to(tree / "a-1")
    assert sources(tree) == [*WHOLE, "c/y.txt"]


def test_a_name_that_is_not_utf8_can_still_be_written(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"b\xe0i.txt")  # noqa: PTH118
    try:
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(b"Tin.")
    except OSError:
        pytest.skip("this file system wants UTF-8 names")
    assert article(tmp_path).source == "b\\xe0i.txt"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("khong-co.txt", "no such file or folder"),
        ("khong-co/*.txt", "this glob finds nothing"),
        ("rong", "this folder holds no file; what can be read is .txt, .html"),
        ("tranh", "this folder holds only files of other formats (1)"),
        ("tranh/*", "this glob holds only files of other formats (1)"),
        ("tranh/a.png", "by its name not of a format that can be read"),
    ],
)
def test_an_argument_that_cannot_be_read_is_an_error_before_anything_is_read(
    tmp_path: Path, name: str, message: str
) -> None:
    (tmp_path / "rong").mkdir()
    (tmp_path / "tranh").mkdir()
    (tmp_path / "tranh" / "a.png").write_bytes(b"\x89PNG")
    (tmp_path / "tot.txt").write_text("Tin.", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_inputs([tmp_path / "tot.txt", str(tmp_path / name)])  # not iterated over
    assert message in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_argument_and_unknown_mapping_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no input"):
        read_inputs([])
    with pytest.raises(InputError, match="no field 'txt' to map to; nearest: text"):
        read_inputs([tmp_path], mapping={"txt": "content"})


def test_count_inputs(tree: Path) -> None:
    size = count_inputs([tree, tree / "a", "-"])
    assert (size.files, size.skipped) == (5, 1)
    assert size.bytes == sum((tree / name).stat().st_size for name in WHOLE)


# --- promises --------------------------------------------------------------------------------------------------

ANY_TEXT = st.one_of(
    st.text(),
    st.text(alphabet=st.characters(exclude_categories=())),  # lone surrogates and all
    st.lists(
        st.sampled_from(
            ["\n", "Lê Mẫu", "PV ", "Theo ", "(", ")", "/", " - ", "VOV.VN", "https://", "12/3/2024", " 08:15 ",
             "---\n", "title: ", "Nguồn: ", "Báo ", ". ", "…", "Ảnh: ", "**", "> ", "# ", "|", "Cập nhật",
             "Các tin khác",
             "\u0301", "Thứ ba, ", "tổng hợp", "\x00", "🙂", "\ud800", LEAD]
        ),
        max_size=30,
    ).map("".join),
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(ANY_TEXT, st.text())
def test_any_text_is_an_article(text: str, source: str) -> None:
    found = article_from_text(text, source)
    assert unicodedata.is_normalized("NFC", found.text)
    assert "\r" not in found.text
    found.text.encode()
    assert found == article_from_text(text, source)
    assert len(found.article_id) == len(found.text_hash) == 16
    assert found.text_hash == article_from_text(found.text, "another").text_hash
    found.source.encode()
    for value in (found.title, found.url, found.publisher, *found.authors):
        assert value is None or (value.strip() and value.encode())
    assert found.published_at is None or found.published_at.utcoffset() is not None


@settings(deadline=None)
@given(ANY_TEXT)
def test_an_articles_text_reads_back_the_same_from_a_file(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    made = article_from_text(text, "a.txt")
    folder = tmp_path_factory.mktemp("tin")
    (folder / "a.txt").write_bytes(made.text.encode())
    found = one(folder)
    if isinstance(found, Article) and not made.text.startswith("\ufeff"):
        assert found == replace(made, encoding="utf-8")
    else:
        assert isinstance(found, Article) or found.error in ("empty_text", "binary_file")


@settings(max_examples=50, deadline=None)
@given(st.binary())
def test_any_bytes_are_an_article_or_a_reject(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("tin")
    names = ["a.txt", "b.txt.gz", "c.txt.zst", "d.jsonl", "e.jsonl.zst", "f.parquet", "g.html", "h.html.gz"]
    names += ["i.warc", "j.warc.gz", "k.tar", "l.tar.gz", "m.zip"]
    for name in names:
        (folder / name).write_bytes(data)
    found = list(read_inputs([folder], lang="vi"))
    assert {f.source.split("#")[0] for f in found} == set(names)
    assert not [f for f in found if isinstance(f, Reject) and f.error == "internal_error"]
    for reject in found:
        if isinstance(reject, Reject):
            json.loads(reject.payload)


NAMES = st.lists(st.text(alphabet="ab- Â", min_size=1, max_size=3), min_size=1, max_size=3).map("/".join)


@settings(max_examples=50, deadline=None)
@given(st.sets(NAMES, min_size=1, max_size=12))
def test_order_is_that_of_the_paths_whatever_the_order_of_writing(
    tmp_path_factory: pytest.TempPathFactory, names: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("tin")
    for name in names:
        path = folder / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    assert sources(folder) == sorted(f"{name}.txt" for name in names)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
FIELDS = st.sampled_from(["text", "title", "url", "authors", "published_at", "publisher", "id"])


@settings(deadline=None)
@given(st.dictionaries(FIELDS, st.recursive(SCALARS, st.lists)))
def test_any_record_is_an_article_or_a_reject(
    tmp_path_factory: pytest.TempPathFactory, record: dict[str, object]
) -> None:
    folder = tmp_path_factory.mktemp("tin")
    (folder / "a.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    found = one(folder)
    assert found.source == "a.jsonl#1"
    assert isinstance(found, Article) or found.error in ("missing_text", "empty_text", "bad_field")


def test_article_from_text_takes_metadata_and_refuses_what_it_does_not_know() -> None:
    found = article_from_text(TEXT, "x", authors="Lê Mẫu; Vũ Thử", published_at="04/06/2024", url=" ")
    assert found.authors == ("Lê Mẫu", "Vũ Thử")
    assert found.published_at is not None and found.published_at.date().isoformat() == "2024-06-04"
    assert found.url is None
    with pytest.raises(TypeError, match="takes no auhtors"):
        article_from_text(TEXT, auhtors="Lê Mẫu")
    with pytest.raises(TypeError, match="'title' is a number"):
        article_from_text(TEXT, title=5)


def test_every_code_of_the_readers_has_a_meaning():
    """The codes in the source of the readers are those of the page of tables, no more and no fewer."""
    used = set()
    for path in (ROOT / "src" / "extract" / "read").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Failure":
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    used.add(code.value)
                else:  # handed on
                    assert isinstance(code, ast.Attribute) and code.attr == "error", f"{path}:{node.lineno}"
    assert used == UNREAD.keys() | {"internal_error"}
    assert not UNREAD.keys() & REJECTS.keys()
