"""``--log``: lines of text or JSON in files that rotate; progress with its rate and the time that remains."""

from __future__ import annotations

import json
import logging
from itertools import count
from pathlib import Path

import pytest

from extract.cli import main
from extract.read import Position, find_records
from extract.show import log, run


def entries(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_run_is_logged_as_json(tmp_path: Path, raw: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [
        "run",
        str(raw),
        "--out",
        str(tmp_path / "out"),
        "--quiet",
        "--no-report",
        "--workers",
        "1",
        "--limit",
        "3",
    ]
    assert main([*command, "--log", str(tmp_path / "log"), "--log-format", "json"]) == 0
    first, last = entries(tmp_path / "log")
    assert (first["level"], first["inputs"], first["version"]) == ("info", [str(raw)], "0.1.0")
    assert last["message"].startswith("done: 3 articles in ") and last["counts"]["articles"] == 3  # type: ignore
    assert str(first["time"]).endswith("Z") and capsys.readouterr() == ("", "")
    assert main([*command, "--overwrite", "--log", str(tmp_path / "log")]) == 0
    assert (tmp_path / "log").read_text().splitlines()[2].split(" ", 1)[
        1
    ] == f"INFO run of {raw} into {tmp_path / 'out'}"
    assert not logging.getLogger("extract").handlers


def test_a_run_that_stops_is_logged_with_its_reason(tmp_path: Path, raw: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").touch()
    command = [
        "run",
        str(raw),
        "--out",
        str(tmp_path / "out"),
        "--quiet",
        "--log",
        str(tmp_path / "log"),
        "--log-format",
        "json",
    ]
    assert main(command) == 2
    last = entries(tmp_path / "log")[-1]
    assert (last["level"], last["reason"]) == ("error", "OutputExistsError")


def test_a_log_that_cannot_be_written_is_2_and_leaves_the_output(tmp_path: Path, raw: Path, capsys) -> None:
    assert (
        main(["run", str(raw), "--out", str(tmp_path / "out"), "--quiet", "--log", str(tmp_path / "no" / "log")]) == 2
    )
    assert capsys.readouterr().err == f"extract: {tmp_path / 'no' / 'log'}: No such file or directory\n"
    assert not (tmp_path / "out").exists()


def test_a_large_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LARGE", 2000)
    with log.logging_to(tmp_path / "log", as_json=True, quiet=True):
        for n in range(300):
            logging.getLogger("extract.engines.local").warning("worker died at %s", f"tin-{n}.txt")
    files = sorted(p.name for p in tmp_path.iterdir())
    assert files == ["log", *(f"log.{n}" for n in range(1, 6))]
    assert all(path.stat().st_size <= 2000 for path in tmp_path.iterdir())
    assert entries(tmp_path / "log")[-1]["message"] == "worker died at tin-299.txt"


def test_warnings_go_to_stderr_unless_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    for quiet in False, True:
        with log.logging_to(None, quiet=quiet):
            logging.getLogger("extract.write.folder").warning("a stale lock")
            logging.getLogger("extract.write.folder").info("nothing")
    assert capsys.readouterr().err == "extract: a stale lock\n"


def test_progress_says_how_long_the_rest_may_take(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = count(step=5)
    monkeypatch.setattr(run.time, "monotonic", lambda: next(clock))
    position = Position(total=1000, before=100, tell=lambda: 400.0, found=40)
    with run.progress(quiet=False, position=position) as tell:
        assert tell is not None
        tell(10, 5000)  # a quarter of half
        position.found, position.before = 80, 500
        tell(50, 5000)  # three quarters of nine tenths
    first, second = capsys.readouterr().err.splitlines()
    assert first == "10 articles, 2.0 articles/s, 1,000 characters/s, about 35 s left, 5 s"
    assert second == "60 articles, 6.0 articles/s, 1,000 characters/s, about 3 s left, 10 s"


@pytest.mark.parametrize(("seconds", "says"), [(3, "3 s"), (600, "10 min"), (400_000, "111.1 h")])
def test_times_are_said_shortly(seconds: float, says: str) -> None:
    assert run._time(seconds) == says


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.parquet", "a.zip", "a.tar.gz", "a.txt"])
def test_reading_says_how_far_it_is(tmp_path: Path, name: str) -> None:
    make(tmp_path / name)
    position = Position()
    seen = [position.bytes() for _ in find_records([tmp_path], position=position)]
    assert seen == sorted(seen) and position.found == len(seen) >= 1
    assert position.bytes() == (tmp_path / name).stat().st_size


def make(path: Path) -> None:
    import gzip
    import io
    import tarfile
    import zipfile

    import pyarrow as pa
    import pyarrow.parquet as pq
    import zstandard

    rows = [{"text": f"Tin {n}."} for n in range(50)]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.jsonl", data)
    elif ".tar" in path.name:
        with tarfile.open(path, "w:gz") as archive:
            header = tarfile.TarInfo("a.jsonl")
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    else:
        packed = {".gz": gzip.compress, ".zst": zstandard.compress}.get(path.suffix, bytes)(data)
        path.write_bytes(packed)
