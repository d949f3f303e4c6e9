"""``extract verify``: silent about what holds, and one stable code for each way in which something may not."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.cli import main
from extract.engines.local import run
from extract.read import find_records
from extract.write import NoDatasetError
from extract.write.schemas import arrow_schema
from extract.write.verify import verify
from handmade import NEWS, Toy, stream


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Two shards: 70 items of which seven are rejects as a whole, and an article from a file of several."""
    lines = [json.dumps({"text": f"{NEWS} Tin {n}."}) for n in range(3)]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    items = [*stream(70), *find_records([tmp_path / "in.jsonl"])]
    run(items, Toy, tmp_path / "out", config_key="k")
    return tmp_path / "out"


def codes(out: Path, *inputs: Path) -> Counter[str]:
    found = list(verify(out, find_records(inputs) if inputs else None))
    assert all(violation.where and violation.message for violation in found)
    return Counter(violation.code for violation in found)


def test_what_a_run_writes_holds(out: Path, tmp_path: Path) -> None:
    assert codes(out) == {}
    assert codes(out, tmp_path / "in.jsonl") == {}


def test_all_the_samples_hold(tmp_path: Path, raw: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["run", str(raw), "--out", str(out), "--quiet", "--workers", "1"]) == 0
    assert main(["verify", str(out), str(raw)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"{out}: all holds: ") and printed.count("\n") == 1
    assert main(["verify", str(out), str(tmp_path)]) == 1  # more than was read
    assert "input_lost: " in capsys.readouterr().out


def change(out: Path, table: str, edit: Callable[[dict[str, Any]], object], row: int = 0, part: int = 0) -> None:
    """Edits one row of one part, in the dataset and, so that only the row is odd, in the manifest."""
    path = out / table / f"part-{part:05d}.parquet"
    rows = pq.ParquetFile(path).read().to_pylist()
    if edit(rows[row]) == "drop":
        del rows[row]
    pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema(table)), path)
    manifest = json.loads((out / "manifest.json").read_bytes())
    for listed in manifest["parts"]:
        if listed["path"] == f"{table}/{path.name}":
            listed["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (out / "manifest.json").write_text(json.dumps(manifest))


def setting(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda row: row.update(values)


def moving(row: dict[str, Any]) -> None:
    row["start"] += 1
    row["end"] += 1


def overlapping(row: dict[str, Any]) -> None:
    row["words"][1]["start"] = row["words"][0]["start"]


def drop(_row: dict[str, Any]) -> str:
    return "drop"


@pytest.mark.parametrize(
    ("table", "edit", "expected"),
    [
        ("persons", moving, {"span": 1}),
        ("figures", setting(end=10_000), {"span": 1}),
        ("figures", setting(start=-3, end=2), {"span": 1, "sentence_unknown": 1}),
        ("documents", setting(sentence_id=0), {"sentence_unknown": 1}),
        ("documents", setting(sentence_id=99), {"sentence_unknown": 1}),
        ("documents", setting(article_id="0" * 16), {"article_unknown": 1, "sentence_unknown": 1}),
        ("titles", setting(holder_id="nobody"), {"holder_unknown": 1}),
        ("officials", setting(person_id="nobody"), {"person_unknown": 1}),
        ("sentences", moving, {"span": 1, "words": 1}),
        ("sentences", overlapping, {"words": 1}),
        ("articles", setting(n_words=3), {"count": 1}),
        ("articles", setting(text_hash="0" * 16), {"identifier": 1}),
        ("articles", setting(source="other.txt"), {"identifier": 1}),
        ("figures", drop, {"count": 1}),
        ("rejects", drop, {"count": 2}),
        ("rejects", setting(table="figures"), {"article_unknown": 1}),
    ],
)
def test_a_row_that_does_not_hold(out: Path, table: str, edit: Callable[..., object], expected: dict[str, int]) -> None:
    change(out, table, edit)
    assert codes(out) == expected


def test_text_that_is_not_nfc(out: Path) -> None:
    change(out, "articles", lambda row: row.update(text=row["text"] + "\r\n"))
    assert codes(out) == {"text_form": 1, "identifier": 2, "count": 1}


def test_an_article_that_stands_there_twice(out: Path) -> None:
    first = pq.ParquetFile(out / "articles" / "part-00000.parquet").read().to_pylist()[0]
    change(out, "articles", lambda row: row.update(first), row=1)
    found = codes(out)
    assert found["duplicate_article"] == 1 and found["duplicate_source"] == 1


def test_a_record_of_a_file_that_is_lost(out: Path, tmp_path: Path) -> None:
    for row, table in enumerate(["articles", "sentences"]):
        part = pq.ParquetFile(out / table / "part-00002.parquet").read().to_pylist()
        lost = next(n for n, r in enumerate(part) if row or r["source"] == "in.jsonl#2")
        change(out, table, drop, row=lost, part=2)
    found = codes(out, tmp_path / "in.jsonl")
    assert found["input_lost"] == 2  # seen in the numbers, and beside the input


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda out: (out / "figures" / "part-00001.parquet").unlink(), {"file_missing": 1, "count": 1}),
        (lambda out: (out / "manifest.json").unlink(), {"no_manifest": 1}),
        (lambda out: (out / "manifest.json").write_text("[]"), {"no_manifest": 1}),
        (
            lambda out: (out / "titles" / "part-00001.parquet").write_bytes(b"PAR1"),
            {"file_changed": 1, "unreadable": 1, "count": 1},
        ),
        (
            lambda out: pq.write_table(pa.table({"x": [1]}), out / "titles" / "part-00001.parquet"),
            {"file_changed": 1, "columns": 1, "count": 1},
        ),
        (
            lambda out: (out / "figures" / "part-00007.parquet").write_bytes(
                (out / "figures" / "part-00001.parquet").read_bytes()
            ),
            {"file_extra": 1, "count": 1},
        ),
    ],
)
def test_a_file_that_does_not_hold(out: Path, spoil: Callable[[Path], object], expected: dict[str, int]) -> None:
    spoil(out)
    found = codes(out)
    assert {code: found[code] for code in expected} == expected
    # What refers to rows that are in no file is told of as well, where the file belongs to no other.
    assert found.keys() - expected.keys() <= {"article_unknown", "sentence_unknown"}


def test_the_command_shows_ten_and_is_1(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(out, "articles", setting(article_id="f" * 16))
    assert main(["verify", str(out)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 11 and lines[-1].endswith(" violations, the first 10 above")
    assert lines[0].startswith("identifier: articles/part-00000.parquet row 0: article_id is ffffffffffffffff; that of")


def test_no_dataset_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NoDatasetError):
        list(verify(tmp_path))
    assert main(["verify", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_hostile_text_holds(tmp_path: Path) -> None:
    texts = ["\u202eđảo\u202c 5 \x00 \ud800", "a\u0301\r\nb", "😀" * 50 + " Bí thư Lò Thị Mẫu 7", "\ufeff\u200b x"]
    folder = tmp_path / "in"
    folder.mkdir()
    for n, text in enumerate(texts):
        (folder / f"{n}.txt").write_bytes(text.encode("utf-8", "surrogatepass"))
    run(find_records([folder]), Toy, tmp_path / "out", config_key="")
    assert codes(tmp_path / "out", folder) == {}


def listed(out: Path) -> list[str]:
    return [part["path"] for part in json.loads((out / "manifest.json").read_bytes())["parts"]]


def test_any_flipped_bit_is_found(out: Path) -> None:
    """In any file, at any place: header, pages, statistics, footer."""
    chance = random.Random(4)
    for name in listed(out):
        path = out / name
        whole = path.read_bytes()
        for _ in range(4):
            data = bytearray(whole)
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            path.write_bytes(data)
            assert f"file_changed: {name}: " in "\n".join(map(str, verify(out)))
        path.write_bytes(whole)
    assert codes(out) == {}


def test_any_part_that_is_gone_is_found(out: Path) -> None:
    for name in listed(out):
        (out / name).rename(out / "aside")
        if name.endswith("part-00000.parquet"):
            with pytest.raises(NoDatasetError, match=name):
                list(verify(out))
        else:
            assert codes(out)["file_missing"] == 1
        (out / "aside").rename(out / name)
    assert codes(out) == {}


def test_a_shard_that_somebody_took_out_with_its_traces_is_found_by_the_counts_and_the_input(
    out: Path, tmp_path: Path
) -> None:
    manifest = json.loads((out / "manifest.json").read_bytes())
    for part in manifest["parts"]:
        if part["path"].endswith("part-00002.parquet"):
            (out / part["path"]).unlink()
    manifest["parts"] = [part for part in manifest["parts"] if "part-00002" not in part["path"]]
    (out / "manifest.json").write_text(json.dumps(manifest))
    found = codes(out, tmp_path / "in.jsonl")
    assert found["count"] >= 5 and found["input_lost"] == 3


def test_a_rule_that_gave_other_rows_is_found(out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_bytes())
    manifest["rule_hits"]["titles.none"] = 3
    (out / "manifest.json").write_text(json.dumps(manifest))
    assert [v.message for v in verify(out)] == ["rule_hits.titles.none is 3, but the tables hold 0"]
