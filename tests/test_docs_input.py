"""The commands of docs/input.md are run, and print what the page shows."""

from __future__ import annotations

import gzip
import re
import shlex
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.cli import main
from extract.read.archive import READABLE
from extract.read.columns import FIELDS
from test_docs import ROOT, blocks
from test_read_archives import CRAWL, OLD_PAGE, PAGE, zipped
from test_read_columns import ENGLISH, TEXT

PAGE_OF_DOCS = ROOT / "docs" / "input.md"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "tests" / "html", folder / "pages", ignore=shutil.ignore_patterns("*.txt"))
    members = [("2024/bai-1.html", PAGE), ("2024/bai-2.html", OLD_PAGE), ("../x.txt", b"x"), ("logo.png", b"x")]
    (folder / "tin.zip").write_bytes(zipped(members))
    crawl = [CRAWL[0], CRAWL[2], CRAWL[4], CRAWL[5], CRAWL[7]]
    (folder / "crawl.warc.gz").write_bytes(b"".join(map(gzip.compress, crawl)))
    rows = pa.table({
        "text": [TEXT, ENGLISH], "id": ["1", "2"], "dump": ["CC-MAIN-2024-10"] * 2, "url": ["https://mau.vidu.vn/1", "https://mau.vidu.vn/2"],
        "date": ["2024-02-29T20:00:00Z"] * 2, "file_path": ["s3://"] * 2, "language": ["vie", "eng"], "language_score": [0.99, 0.98],
    })  # fmt: skip
    pq.write_table(rows, folder / "fineweb.parquet")
    return folder


def shown() -> list[tuple[str, list[str]]]:
    """Each command of the page and the lines that it is to print; "…" stands for any."""
    parts = (part for block in blocks(PAGE_OF_DOCS, "console") for part in re.split(r"^\$ ", block, flags=re.M) if part)
    return [(lines[0], lines[1:]) for lines in (part.splitlines() for part in parts)]


@pytest.mark.parametrize(("command", "lines"), shown(), ids=[command for command, _ in shown()])
def test_the_page_shows_what_commands_print(
    desk: Path, command: str, lines: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(desk)
    status = main(shlex.split(command)[1:])
    done = capsys.readouterr()
    assert status == (2 if lines[0].startswith("extract:") else 0)
    printed = [" ".join(line.split()) for line in (done.err + done.out).splitlines()]
    place = 0
    for line in lines:
        if line != "…":
            assert line in printed[place:], printed
            place = printed.index(line, place) + 1
    rejected = [line for line in printed if re.fullmatch(r"[a-z_]+ \d+", line)]
    assert not rejected or set(lines) >= set(rejected[rejected.index("rejects 5") :])


def test_the_page_names_every_format_and_field() -> None:
    text = PAGE_OF_DOCS.read_text("utf-8")
    assert [ending for ending in re.findall(r"\.\w+", READABLE) if f"`{ending}`" not in text] == []
    assert [field for field in FIELDS if field != "id" and f"`{field}`" not in text] == []
