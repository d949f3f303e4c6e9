"""Other people's files: which column is taken for what, what is said of it, ``--map``, and ``--lang``."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.cli import main
from extract.read import InputError, article_from_text, read_inputs
from extract.read.language import language_of
from extract.records import Article, Reject

TEXT = (
    "Sáng 4/6, Huyện ủy Thạch Mẫu nghe báo cáo về tiến độ kè sông Lạch và bàn việc di dời chợ cũ; Chủ tịch UBND huyện Lò Văn Thử "
    "giao các xã rà soát 37 hộ trước ngày 20/6 và báo cáo lại Ban Thường vụ."
)
ENGLISH = (
    "The committee of the district met on Tuesday to discuss how to move the old market before the flood season starts, and it "
    "went home early because no one had an answer to the question of who would pay for it in the end."
)
WHEN = "2024-06-04T08:15:00+07:00"


def told(path: Path, **options: object) -> tuple[list[Article | Reject], list[str]]:
    lines: list[str] = []
    return list(read_inputs([path], say=lines.append, **options)), lines  # type: ignore[arg-type]


def table(path: Path, **columns: object) -> Path:
    pq.write_table(pa.table({name: [value] for name, value in columns.items()}), path)
    return path


# -- columns found by their names ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (
            {"text": TEXT, "url": "https://mau.vidu.vn/1", "date": WHEN, "language": "vi"},
            "taken: text, url, published_at from date, language",
        ),
        (
            {"Content": TEXT, "Link": "https://mau.vidu.vn/1", "pub-date": WHEN, "source_domain": "mau.vidu.vn"},
            "taken: text from Content, url from Link, publisher from source_domain, published_at from pub-date",
        ),
        (
            {"maintext": TEXT, "date_publish": WHEN, "url": "https://mau.vidu.vn/1", "title": "Họp về kè", "image_url": "x"},
            "taken: text from maintext, url, title, published_at from date_publish; not used: image_url",
        ),
        (
            {"noi_dung": TEXT, "tieu_de": "Họp về kè", "ngay_dang": "04/06/2024 08:15", "duong_dan": "https://mau.vidu.vn/1"},
            "taken: text from noi_dung, url from duong_dan, title from tieu_de, published_at from ngay_dang",
        ),
        (
            {"raw_html": f"<html><body><p>{TEXT}</p></body></html>", "url": "https://mau.vidu.vn/1", "publish_date": WHEN},
            "taken: html from raw_html, url, published_at from publish_date",
        ),
        # Our own name is taken even where a likelier one stands before it.
        (
            {"article": "khác", "text": TEXT, "date": "1999-01-01", "published_at": WHEN, "url": "https://mau.vidu.vn/1"},
            "taken: text, url, published_at; not used: article, date",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("suffix", [".parquet", ".jsonl"])
def test_columns_are_found_by_their_names_and_said(
    tmp_path: Path, suffix: str, record: dict[str, object], says: str
) -> None:
    path = tmp_path / f"crawl{suffix}"
    if suffix == ".parquet":
        table(path, **record)
    else:
        path.write_text(json.dumps(record) + "\n" + json.dumps(record) + "\n", "utf-8")
    (found, *_), lines = told(path)
    assert isinstance(found, Article), found
    assert (found.text.strip(), found.url) == (TEXT, "https://mau.vidu.vn/1")
    assert found.published_at is not None and found.published_at.isoformat() == WHEN
    assert lines == [f"{path.name}: {says}. --map FIELD=NAME changes it"]


def test_nothing_is_said_of_a_file_with_our_own_names(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": 1, "text": TEXT, "url": "u", "title": "T"}), "utf-8")
    assert told(tmp_path)[1] == []


def test_many_files_of_one_layout_are_told_of_once(tmp_path: Path) -> None:
    for n in range(5):
        table(tmp_path / f"{n}.parquet", content=TEXT)
    assert len(told(tmp_path)[1]) == 1


def test_a_mixed_bag_of_records_does_not_fill_the_screen(tmp_path: Path) -> None:
    # A file is told of by its first record; of many files, twenty.
    for file in range(30):
        records = (json.dumps({"body": TEXT, f"k{file}-{n}": 1}) + "\n" for n in range(3))
        (tmp_path / f"{file}.jsonl").write_text("".join(records), "utf-8")
    found, lines = told(tmp_path)
    assert len(found) == 90 and all(isinstance(item, Article) for item in found)
    assert len(lines) == 20


FINEWEB = {
    "text": TEXT, "id": "<urn:uuid:1>", "dump": "CC-MAIN-2024-10", "url": "https://mau.vidu.vn/1", "date": "2024-02-29T20:00:00Z",
    "file_path": "s3://commoncrawl/x", "language": "vie", "language_score": 0.99, "language_script": "Latn", "minhash_cluster_size": 3,
}  # fmt: skip
CULTURAX = {"text": TEXT, "timestamp": "2020/02/29 20:00:00", "url": "https://mau.vidu.vn/1", "source": "mC4"}


@pytest.mark.parametrize(("record", "column"), [(FINEWEB, "date"), (CULTURAX, "timestamp")])
def test_the_day_of_a_crawl_is_not_that_of_publication(tmp_path: Path, record: dict[str, object], column: str) -> None:
    path = table(tmp_path / "crawl.parquet", **record)
    (found,), (line,) = told(path)
    assert isinstance(found, Article)
    assert (found.text, found.url, found.published_at) == (TEXT, "https://mau.vidu.vn/1", None)
    assert f"{column} is taken for the day of the crawl" in line and f"--map published_at={column} if not" in line
    (found,), _ = told(path, mapping={"published_at": column})
    assert isinstance(found, Article) and found.published_at is not None


def test_a_column_of_another_type_is_passed_over(tmp_path: Path) -> None:
    table(tmp_path / "a.parquet", content=5, body=TEXT)
    (found,), (line,) = told(tmp_path / "a.parquet")
    assert isinstance(found, Article) and found.text == TEXT
    assert "text from body; not used: content" in line


@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        ({"text": 5}, "bad_field", "column 'text' is int64; a column of strings was expected"),
        ({"text": [TEXT]}, "bad_field", "column 'text' is list<"),
        ({"than": TEXT}, "missing_text", "no field 'text'; fields found: than"),
    ],
)
def test_a_table_without_articles_is_one_reject(
    tmp_path: Path, columns: dict[str, object], error: str, message: str
) -> None:
    (found,) = read_inputs([table(tmp_path / "a.parquet", **columns)])
    assert isinstance(found, Reject)
    assert (found.source, found.error) == ("a.parquet", error)
    assert message in found.message


# -- --map --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".parquet", ".jsonl"])
@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ("text=body", "--map text=body: no column 'body' in crawl{}; columns: content, headline, n"),
        ("title=titel", "--map title=titel: no column 'titel' in crawl{}; columns: content, headline, n"),
        ("tex=content", "no field 'tex' to map to; nearest: text"),
    ],
)
def test_a_mapping_to_what_is_not_there_stops_the_run(
    tmp_path: Path, suffix: str, pair: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"crawl{suffix}"
    if suffix == ".parquet":
        table(path, content=TEXT, headline="Họp", n=5)
    else:
        path.write_text(json.dumps({"content": TEXT, "headline": "Họp", "n": 5}), "utf-8")
    assert main(["run", str(path), "--map", pair, "--out", str(tmp_path / "out")]) == 2
    assert message.format(suffix) in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_mapping_to_a_column_of_numbers_stops_the_run(tmp_path: Path) -> None:
    path = table(tmp_path / "a.parquet", content=TEXT, n=5)
    with pytest.raises(InputError, match="column 'n' is int64; strings were expected; columns: content, n"):
        read_inputs([path], mapping={"text": "n"})


def test_a_mapping_need_not_fit_every_file(tmp_path: Path) -> None:
    table(tmp_path / "a.parquet", other=1)
    table(tmp_path / "b.parquet", bai=TEXT)
    (tmp_path / "c.jsonl").write_text(json.dumps({"text": TEXT}), "utf-8")
    (tmp_path / "d.txt").write_text(TEXT, "utf-8")
    found = list(read_inputs([tmp_path], mapping={"text": "bai"}))
    assert [isinstance(item, Article) for item in found] == [False, True, False, True]


def test_a_mapping_is_not_checked_where_no_file_tells(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "b.jsonl").write_text("khong phai JSON", "utf-8")
    (tmp_path / "c.parquet").write_bytes(b"khong phai Parquet")
    assert [item.source for item in read_inputs([tmp_path], mapping={"text": "x"})] == [
        "a.txt",
        "b.jsonl#1",
        "c.parquet",
    ]


# -- --lang -------------------------------------------------------------------------------------------------

BARE = (
    "Chu tich UBND huyen Thach Mau yeu cau di doi 37 ho tieu thuong cho Lach sang diem moi truoc ngay 20/6, khi nuoc song bat dau "
    "len. Chieu 4/6 tai tru so Huyen uy, ong Lo Van Thu chu tri hop ve tien do ke."
)
OTHERS = {
    "English": ENGLISH,
    "French": "Le président de la province a déclaré mardi que les travaux de la digue étaient nécessaires et que la population serait "
    "consultée à la fin du mois sur le déplacement du marché, où les commerçants sont déjà à bout.",
    "German": "Der Vorsitzende des Volkskomitees erklärte am Dienstag, die Arbeiten am Deich müßten vor der Flut fertig sein, und die "
    "Händler könnten bald in den neuen Markt ziehen, wo es mehr Platz für alle gibt als bisher.",
    "Indonesian": "Wakil ketua komite rakyat distrik mengatakan pada hari Selasa bahwa pekerjaan tanggul harus selesai sebelum musim "
    "banjir dan para pedagang akan dipindahkan ke pasar baru yang lebih besar dan lebih dekat dengan jalan utama.",
    "Chinese": "县人民委员会主席周二宣布，将在洪水季节开始之前搬迁旧市场。商人们说新市场太远了。会议在下午举行，没有人知道谁来付钱。",
    "Russian": "Председатель народного комитета заявил во вторник, что работы на дамбе нужно закончить до начала паводка.",
    "Lao": "ປະທານຄະນະກຳມະການປະຊາຊົນເມືອງກ່າວວ່າຕ້ອງຍ້າຍຕະຫຼາດເກົ່າກ່ອນລະດູນ້ຳຖ້ວມ",
}  # fmt: skip


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_other_languages_are_told(text: str) -> None:
    assert language_of(text) == "other"
    assert language_of(text, "fr") == "fr"
    assert language_of(text, "vi-VN") == "other"  # whatever is said of it


@pytest.mark.parametrize(
    "text",
    [
        TEXT, BARE, "Tin ngắn.", "Breaking news", "", "37/37 20% 4,5 km2 🙂", TEXT[:60] + " " + ENGLISH[:80],
        "HLV Kim Sang-sik nói Arsenal, Manchester City, Liverpool, Chelsea, Tottenham và Newcastle đều muốn mua Son Heung-min, "
        "Lee Kang-in, Hwang Hee-chan, Kim Min-jae; các đội Bayern Munich, Real Madrid, Barcelona cũng hỏi giá trong tháng này.",
    ],
)  # fmt: skip
def test_vietnamese_and_what_cannot_be_told_stays(text: str) -> None:
    assert language_of(text) == "vi"


@pytest.mark.parametrize(("stated", "expected"), [("en", "en"), ("vie_Latn", "vi"), ("vi-VN", "vi"), (None, "vi")])
def test_a_short_text_is_what_it_is_said_to_be(stated: str | None, expected: str) -> None:
    assert language_of("Tin 24h", stated) == expected


def test_every_sample_article_is_vietnamese(raw: Path) -> None:
    found = list(read_inputs([raw], lang="vi"))
    assert len(found) > 15
    assert all(isinstance(item, Article) for item in found)


@pytest.mark.parametrize(
    ("lang", "kept"),
    [("vi", ["a.parquet#1", "b.txt"]), ("any", ["a.parquet#1", "a.parquet#2", "b.txt", "c.html", "d.txt"])],
)
def test_articles_in_other_languages_become_rejects_or_stay(tmp_path: Path, lang: str, kept: list[str]) -> None:
    pq.write_table(pa.table({"text": [TEXT, ENGLISH], "language": ["vi", "en"]}), tmp_path / "a.parquet")
    (tmp_path / "b.txt").write_text(BARE, "utf-8")
    (tmp_path / "c.html").write_text(f"<html lang='en'><body><p>{ENGLISH}</p></body></html>", "utf-8")
    (tmp_path / "d.txt").write_text(OTHERS["Russian"], "utf-8")
    found = list(read_inputs([tmp_path], lang=lang))
    assert [item.source for item in found if isinstance(item, Article)] == kept
    assert len(found) == 5
    rejects = [item for item in found if isinstance(item, Reject)]
    assert {item.error for item in rejects} <= {"other_language"}
    for item in rejects:
        assert ENGLISH[:50] in item.payload or OTHERS["Russian"][:50] in item.payload


def test_the_command_line_keeps_vietnamese_and_counts_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pq.write_table(pa.table({"content": [TEXT, ENGLISH]}), tmp_path / "a.parquet")
    out = tmp_path / "out"
    assert main(["run", str(tmp_path / "a.parquet"), "--out", str(out), "--no-ner", "--workers", "1"]) == 0
    shown = capsys.readouterr()
    assert "a.parquet: taken: text from content. --map FIELD=NAME changes it" in shown.err
    assert "other_language        1" in shown.out
    counts = json.loads((out / "manifest.json").read_bytes())
    assert (counts["counts"]["articles"], counts["rejects"]) == (1, {"other_language": 1})
    command = [
        "run",
        str(tmp_path / "a.parquet"),
        "--out",
        str(out),
        "--lang",
        "any",
        "--overwrite",
        "--quiet",
        "--no-ner",
    ]
    assert main([*command, "--workers", "1"]) == 0
    assert capsys.readouterr() == ("", "")
    assert json.loads((out / "manifest.json").read_bytes())["counts"]["articles"] == 2


def test_an_unknown_language_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    assert main(["run", str(tmp_path), "--out", str(tmp_path / "out"), "--lang", "xx"]) == 2
    assert "'xx'" in capsys.readouterr().err
    with pytest.raises(InputError, match="no language 'xx'; there are vi, any"):
        read_inputs([tmp_path], lang="xx")


# -- the column ``encoding`` --------------------------------------------------------------------------------


def test_the_encoding_is_in_the_row_of_the_article(tmp_path: Path) -> None:
    import extract

    (tmp_path / "a.txt").write_bytes(TEXT.encode("utf-16"))
    (tmp_path / "b.txt").write_text(TEXT, "utf-8")
    assert main(["run", str(tmp_path), "--out", str(tmp_path / "out"), "--quiet", "--no-ner", "--workers", "1"]) == 2
    out = tmp_path.parent / f"{tmp_path.name}-out"
    assert main(["run", str(tmp_path), "--out", str(out), "--quiet", "--no-ner", "--workers", "1"]) == 0
    rows = extract.load(out).articles.to_pylist()
    assert [(row["source"], row["encoding"]) for row in rows] == [("a.txt", "utf-16"), ("b.txt", "utf-8")]
    assert rows[0]["text_hash"] == rows[1]["text_hash"]
    assert article_from_text(TEXT).encoding is None
