"""ZIP, tar and WARC files, sound, damaged and hostile, built with the standard library."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import random
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from extract.read import find_records, read_inputs
from extract.records import Article, Reject, Unread

PAGES = Path(__file__).parent / "html"
PAGE = (PAGES / "bao_dien_tu.html").read_bytes()
PAGE_TEXT = (PAGES / "bao_dien_tu.txt").read_text("utf-8")
TEXT = "Sáng 4/6, Huyện ủy Thạch Mẫu nghe báo cáo về kè sông Lạch."
Members = Iterable[tuple[str, bytes]]


def parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"text": [TEXT, "Hai."]}), file)
    return file.getvalue()


MEMBERS: list[tuple[str, bytes]] = [
    ("tin/bài.html", PAGE),
    ("tin/bai.txt", TEXT.encode()),
    ("tin/bai.txt.gz", gzip.compress(TEXT.encode(), mtime=0)),
    ("crawl.jsonl", b'{"text": "M\xe1\xbb\x99t."}\n{"text": 5}\n'),
    ("crawl.jsonl.zst", zstandard.ZstdCompressor().compress(b'{"text": "Ba."}\n')),
    ("crawl.parquet", parquet()),
]
READ = [
    ("tin/bài.html", PAGE_TEXT), ("tin/bai.txt", TEXT), ("tin/bai.txt.gz", TEXT), ("crawl.jsonl#1", "Một."),
    ("crawl.jsonl#2", "bad_field"), ("crawl.jsonl.zst#1", "Ba."), ("crawl.parquet#1", TEXT), ("crawl.parquet#2", "Hai."),
]  # fmt: skip


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def tarred(members: Iterable[tuple[str | tarfile.TarInfo, bytes]], mode: str = "w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def member(name: str, kind: bytes, link: str = "") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info, b""


def read(tmp_path: Path, name: str, data: bytes) -> list[tuple[str, str]]:
    """Source and text, or error, of everything in a file."""
    (tmp_path / name).write_bytes(data)
    found = []
    for item in read_inputs([tmp_path / name]):
        if isinstance(item, Reject):
            json.loads(item.payload)
            assert item.error != "internal_error", item.message
        found.append((item.source, item.text if isinstance(item, Article) else item.error))
    return found


PACK: dict[str, Callable[[Members], bytes]] = {
    "a.zip": zipped,
    "stored.zip": lambda members: zipped(members, zipfile.ZIP_STORED),
    "a.tar": tarred,
    "a.tar.gz": lambda members: tarred(members, "w:gz"),
    "a.TGZ": lambda members: tarred(members, "w:gz"),
    "a.tar.zst": lambda members: zstandard.ZstdCompressor().compress(tarred(members)),
}


# -- what is in them ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PACK)
def test_every_format_is_read_out_of_every_archive(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, name, PACK[name](MEMBERS)) == [(f"{name}/{source}", text) for source, text in READ]


@pytest.mark.parametrize("name", PACK)
def test_nothing_is_unpacked_to_disk(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    read(tmp_path, name, PACK[name](MEMBERS))
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_hidden_files_are_left_out_and_other_formats_counted(tmp_path: Path, name: str) -> None:
    extra = [
        ("./.an.txt", b"x"),
        ("__MACOSX/._a.txt", b"x"),
        ("a.png", b"x"),
        ("b.PNG", b"x"),
        ("LICENSE", b"x"),
        ("./c.txt", b"Tin."),
    ]
    assert read(tmp_path, name, PACK[name](extra)) == [(f"{name}/c.txt", "Tin."), (name, "other_formats")]
    *_, last = read_inputs([tmp_path])
    assert isinstance(last, Reject)
    assert "3 files of other formats: .png (2), no ending (1)" in last.message


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_two_members_of_one_name_are_two_articles(tmp_path: Path, name: str) -> None:
    with pytest.warns(UserWarning) if name == "a.zip" else pytest.MonkeyPatch.context():
        data = PACK[name]([("a.txt", b"Tin."), ("a.txt", b"Tin."), ("a.txt", b"Khac.")])
    assert read(tmp_path, name, data) == [
        (f"{name}/a.txt", "Tin."), (f"{name}/a.txt (2)", "Tin."), (f"{name}/a.txt (3)", "Khac."),
    ]  # fmt: skip
    ids = [f.article_id for f in read_inputs([tmp_path]) if isinstance(f, Article)]
    assert len(set(ids)) == 3


# -- hostile archives ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_names_that_lead_out_of_the_archive_are_rejects(tmp_path: Path, name: str) -> None:
    outside = ["../a.txt", "tin/../../b.txt", "/etc/c.txt", "C:/d.txt", "..\\e.txt"]
    found = read(tmp_path, name, PACK[name]([*((n, b"x") for n in outside), ("sau.txt", b"Sau.")]))
    assert [error for _, error in found] == ["unsafe_path"] * 5 + ["Sau."]
    assert {source.startswith(f"{name}/") for source, _ in found} == {True}


def test_links_and_devices_in_a_tar_are_rejects(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Bí mật.", "utf-8")
    members = [
        ("that.txt", b"That."),
        member("mem.txt", tarfile.SYMTYPE, str(secret)),
        member("cung.txt", tarfile.LNKTYPE, "that.txt"),
        member("ong.txt", tarfile.FIFOTYPE),
        member("dia.txt", tarfile.BLKTYPE),
        ("sau.txt", b"Sau."),
    ]
    found = read(tmp_path, "a.tar", tarred(members))
    assert [text for _, text in found] == ["That.", "archive_link", "archive_link", "unreadable", "unreadable", "Sau."]


def test_links_in_a_zip_are_rejects(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("mem.txt")
    link.external_attr = 0o120777 << 16
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("sau.txt", "Sau.")
    assert read(tmp_path, "a.zip", file.getvalue()) == [("a.zip/mem.txt", "archive_link"), ("a.zip/sau.txt", "Sau.")]


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_archives_in_archives_are_not_opened(tmp_path: Path, name: str) -> None:
    found = read(
        tmp_path, name, PACK[name]([("b.zip", zipped([("c.txt", b"x")])), ("d.tar.gz", b""), ("e.txt", b"E.")])
    )
    assert [text for _, text in found] == ["nested_archive", "nested_archive", "E."]


BOMB = b"0" * 3_000_000


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", zipped([("truoc.txt", b"Truoc."), ("bom.jsonl", BOMB), ("sau.txt", b"Sau.")])),
        ("a.zip", zipped([("truoc.txt", b"Truoc."), *((f"{n}.html.gz", gzip.compress(BOMB)) for n in range(9))])),
        ("a.tar.gz", tarred([("truoc.txt", b"Truoc."), ("bom.txt", BOMB)], "w:gz")),
        ("a.tar.zst", zstandard.ZstdCompressor().compress(tarred([("truoc.txt", b"Truoc."), ("bom.html", BOMB)]))),
        ("a.tar", tarred([("truoc.txt", b"Truoc."), ("bom.jsonl.gz", gzip.compress(BOMB * 9))])),
    ],
)
def test_what_becomes_far_larger_than_it_was_is_stopped(
    tmp_path: Path, name: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extract.read.streams.FREE_BYTES", 500_000)
    first, *_, last = read(tmp_path, name, data)
    assert first == (f"{name}/truoc.txt", "Truoc.")
    assert last == (name, "decompression_bomb")


@pytest.mark.parametrize("name", ["a.txt.gz", "a.jsonl.gz", "a.html.gz"])
def test_single_files_have_the_same_limit(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.read.streams.FREE_BYTES", 500_000)
    assert read(tmp_path, name, gzip.compress(BOMB))[-1] == (name, "decompression_bomb")


def test_news_text_is_far_from_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.read.streams.FREE_BYTES", 0)
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(PAGE))
    (tmp_path / "b.tar.gz").write_bytes(tarred(MEMBERS[:3], "w:gz"))
    (tmp_path / "c.zip").write_bytes(zipped(MEMBERS[:3]))
    assert all(isinstance(item, Article) for item in read_inputs([tmp_path]))


def test_encrypted_and_oddly_packed_members_are_rejects(tmp_path: Path) -> None:
    data = bytearray(zipped([("a.txt", b"Tin.")]))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1  # the flag in the list of members
    assert read(tmp_path, "a.zip", bytes(data)) == [("a.zip/a.txt", "unreadable")]
    assert read(tmp_path, "b.zip", zipped([("a.txt", b"Tin.")], zipfile.ZIP_LZMA)) == [("b.zip/a.txt", "unreadable")]


# -- damaged archives ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", b""), ("a.zip", b"PK\x03\x04"), ("a.zip", b"khong phai ZIP"), ("a.zip", zipped(MEMBERS)[:-30]),
        ("a.tar", b"khong phai tar" * 100), ("a.tar.gz", b"khong phai gzip"), ("a.tar.zst", tarred(MEMBERS)),
    ],
)  # fmt: skip
def test_what_is_no_archive_is_one_reject(tmp_path: Path, name: str, data: bytes) -> None:
    assert read(tmp_path, name, data) == [(name, "corrupt_archive")]


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
def test_an_empty_archive_is_a_reject(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, name, PACK[name]([])) == [(name, "empty_text")]


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz"])
def test_what_stands_before_the_damage_is_read(tmp_path: Path, name: str) -> None:
    noise = random.Random(0).randbytes(30_000).hex().encode()
    data = PACK[name]([("a.txt", TEXT.encode()), ("b.html", PAGE), ("c.txt", noise), ("d.txt", b"D.")])
    found = read(tmp_path, name, data[: int(len(data) * 0.6)])
    assert found[:2] == [(f"{name}/a.txt", TEXT), (f"{name}/b.html", PAGE_TEXT)]
    assert found[2:] == [(f"{name}/c.txt", "corrupt_archive"), (name, "corrupt_archive")]


def test_a_damaged_header_is_not_the_end_of_a_tar(tmp_path: Path) -> None:
    data = bytearray(tarred([("a.txt", b"A."), ("b.txt", b"B."), ("c.txt", b"C.")]))
    data[1024 + 100] ^= 0xFF  # in the header of b.txt
    assert read(tmp_path, "a.tar", bytes(data)) == [("a.tar/a.txt", "A."), ("a.tar", "corrupt_archive")]


def test_a_tar_cut_between_members_is_not_a_whole_one(tmp_path: Path) -> None:
    data = tarred([("a.txt", b"A."), ("b.txt", b"B.")])
    assert read(tmp_path, "a.tar", data[:1024]) == [("a.tar/a.txt", "A."), ("a.tar", "corrupt_archive")]


def test_a_damaged_member_of_a_zip_leaves_the_others(tmp_path: Path) -> None:
    data = bytearray(zipped([("a.txt", b"A."), ("b.html", PAGE), ("c.txt", b"C.")]))
    data[data.find(b"b.html") + 600] ^= 0xFF
    assert read(tmp_path, "a.zip", bytes(data)) == [
        ("a.zip/a.txt", "A."), ("a.zip/b.html", "corrupt_archive"), ("a.zip/c.txt", "C."),
    ]  # fmt: skip


# -- WARC ---------------------------------------------------------------------------------------------------


def record(
    kind: str, body: bytes, content: str = "application/http; msgtype=response", url: str = "https://mau.vidu.vn/1"
) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
        f"WARC-Date: 2024-06-05T00:00:00Z\r\nWARC-Target-URI: {url}\r\nContent-Type: {content}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def http(body: bytes, status: str = "200 OK", content: str = "text/html; charset=utf-8", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {content}\r\n{more}\r\n".encode() + body


def chunked(body: bytes) -> bytes:
    parts = [body[i : i + 1000] for i in range(0, len(body), 1000)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


OLD_PAGE = (PAGES / "bao_dia_phuong.html").read_bytes()  # says nothing of its address or encoding's name
OLD_TEXT = (PAGES / "bao_dia_phuong.txt").read_text("utf-8")
CRAWL = [
    record("warcinfo", b"software: thu\r\n", "application/warc-fields"),
    record("request", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request"),
    record("response", http(PAGE)),
    record("metadata", b"fetchTimeMs: 3\r\n", "application/warc-fields"),
    record("response", http(OLD_PAGE), url="https://mau.vidu.vn/cu"),
    record("response", http(b"Khong co", "404 Not Found")),
    record("response", http(b"", "301 Moved Permanently", more="Location: /2\r\n")),
    record("response", http(b"\x89PNG", content="image/png")),
    record("response", http(b"{}", content="application/json")),
    record("revisit", http(b"")),
    record("resource", OLD_PAGE, "text/html"),
    record("conversion", TEXT.encode(), "text/plain"),
]
FOUND = [PAGE_TEXT, OLD_TEXT, "http_error", "http_error", "not_html", "not_html", OLD_TEXT, TEXT]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.warc", b"".join(CRAWL)),
        ("a.warc.gz", b"".join(gzip.compress(r, mtime=0) for r in CRAWL)),
        ("whole.warc.gz", gzip.compress(b"".join(CRAWL), mtime=0)),
        ("a.warc.wet.gz", gzip.compress(b"".join(CRAWL), mtime=0)),
        ("a.zip", zipped([("b.warc.gz", gzip.compress(b"".join(CRAWL)))])),
    ],
)
def test_every_document_of_a_crawl_is_an_article_or_a_reject(tmp_path: Path, name: str, data: bytes) -> None:
    source = name if name != "a.zip" else "a.zip/b.warc.gz"
    assert read(tmp_path, name, data) == [(f"{source}#{n}", text) for n, text in enumerate(FOUND, 1)]


def test_whoever_works_on_a_page_reads_it(tmp_path: Path) -> None:
    """Finding a page takes no time, reading it does: the one process that finds them must not do both."""
    (tmp_path / "a.warc").write_bytes(b"".join(CRAWL))
    (tmp_path / "b.zip").write_bytes(zipped([("tin.html", PAGE), ("tin.txt", TEXT.encode())]))
    found = list(find_records([tmp_path]))
    assert len(found) == len(FOUND) + 2
    assert all(isinstance(item, Unread) for item in found)
    sent = [pickle.loads(pickle.dumps(item)) for item in found]
    texts = [item.text if isinstance(item, Article) else item.error for item in (unread.read() for unread in sent)]
    assert texts == [*FOUND, PAGE_TEXT, TEXT]


def test_addresses_are_those_of_the_page_or_else_of_the_crawl(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(b"".join(CRAWL))
    found = [f for f in read_inputs([tmp_path]) if isinstance(f, Article)]
    assert found[0].url == "https://songlach.vidu.vn/thoi-su/huyen-thach-mau-doi-cho-cu-truoc-mua-lu-4750021.html"
    assert found[1].url == "https://mau.vidu.vn/cu"
    assert found[3].url == "https://mau.vidu.vn/1"


def test_a_reject_says_which_page(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(CRAWL[5])
    (found,) = read_inputs([tmp_path])
    assert isinstance(found, Reject)
    assert json.loads(found.payload) == {
        "url": "https://mau.vidu.vn/1", "status": 404, "content_type": "text/html; charset=utf-8",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (http(gzip.compress(PAGE), more="Content-Encoding: gzip\r\n"), PAGE_TEXT),
        (http(zstandard.ZstdCompressor().compress(PAGE), more="Content-Encoding: zstd\r\n"), PAGE_TEXT),
        (http(chunked(PAGE), more="Transfer-Encoding: chunked\r\n"), PAGE_TEXT),
        (
            http(chunked(gzip.compress(PAGE)), more="Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"),
            PAGE_TEXT,
        ),
        (http(PAGE, more="Content-Encoding: br\r\n"), PAGE_TEXT),  # unpacked by the crawler
        (http(PAGE, content="TEXT/HTML"), PAGE_TEXT),
        (http(PAGE, content=""), PAGE_TEXT),
        (http(OLD_PAGE.decode().encode("utf-16"), content="text/html; charset=utf-16"), OLD_TEXT),
        (http(b"\x00\x01 khong phai", more="Content-Encoding: gzip\r\n"), "bad_encoding"),
        (http(PAGE, more="Content-Encoding: la\r\n"), "bad_encoding"),
        (http(gzip.compress(b"<p>" + b"0" * 20_000_000), more="Content-Encoding: gzip\r\n"), "too_large"),
        (http(b""), "empty_text"),
        (http(b"plain", content=""), "not_html"),
        (b"khong phai HTTP", "http_error"),
        (http(b"<html><body></body></html>"), "no_main_text"),
    ],
)
def test_a_response_as_servers_and_crawlers_leave_it(tmp_path: Path, response: bytes, expected: str) -> None:
    found = read(tmp_path, "a.warc", record("response", response) + CRAWL[-1])
    assert found == [("a.warc#1", expected), ("a.warc#2", TEXT)]


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (b"", None),
        (b"khong phai WARC\n" * 9, 0),
        (CRAWL[2] + b"rac giua hai ban ghi\r\n\r\n" + CRAWL[4], 1),
        (CRAWL[2] + CRAWL[4][:-3000], 1),
        (CRAWL[2] + CRAWL[4][:60], 1),
        (CRAWL[2] + CRAWL[4].replace(b"Content-Length: ", b"Content-Length: 99999999"), 1),
        (CRAWL[2] + CRAWL[4].replace(b"Content-Length: ", b"Content-Length: -"), 1),
        (CRAWL[0], None),
    ],
)
def test_damage_in_a_warc_is_a_reject_after_what_is_sound(tmp_path: Path, data: bytes, kept: int | None) -> None:
    found = read(tmp_path, "a.warc", data)
    if kept is None:
        assert found == [("a.warc", "empty_text")]
    else:
        assert found[:kept] == [("a.warc#1", PAGE_TEXT)][:kept]
        assert found[-1] == ("a.warc", "corrupt_archive")


def test_a_crawl_that_goes_on_and_on_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.read.streams.FREE_BYTES", 500_000)
    data = CRAWL[2] + record("response", http(BOMB, content="image/png"))
    assert read(tmp_path, "a.warc.gz", gzip.compress(data)) == [
        ("a.warc.gz#1", PAGE_TEXT), ("a.warc.gz", "decompression_bomb"),
    ]  # fmt: skip


def test_a_cut_gzip_keeps_the_pages_before_the_cut(tmp_path: Path) -> None:
    data = b"".join(gzip.compress(r, mtime=0) for r in CRAWL[2:5])
    assert read(tmp_path, "a.warc.gz", data[:-300]) == [("a.warc.gz#1", PAGE_TEXT), ("a.warc.gz", "corrupt_archive")]


# -- any bytes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.warc", b"".join(CRAWL)),
        ("a.warc.gz", b"".join(map(gzip.compress, CRAWL))),
        ("a.zip", zipped(MEMBERS)),
        ("a.tar", tarred(MEMBERS)),
        ("a.tar.gz", tarred(MEMBERS, "w:gz")),
        ("a.html", PAGE),
        ("a.parquet", parquet()),
    ],
)
def test_no_damage_makes_a_reader_raise_or_lose_the_file(tmp_path: Path, name: str, data: bytes) -> None:
    chance = random.Random(name)
    for _ in range(25):
        spoilt = bytearray(data)
        for _ in range(chance.choice((1, 3, 30))):
            at = chance.randrange(len(spoilt) or 1)
            match chance.randrange(5):
                case 0:
                    spoilt[at : at + 1] = chance.randbytes(1)
                case 1:
                    spoilt[at : at + 1] = bytes(b ^ 1 << chance.randrange(8) for b in spoilt[at : at + 1])
                case 2:
                    del spoilt[at : at + chance.choice((1, 100))]
                case 3:
                    spoilt[at:at] = chance.randbytes(chance.choice((1, 50)))
                case _:
                    spoilt = spoilt[: at + 1]
        assert read(tmp_path, name, bytes(spoilt)), "neither an article nor a reject"
