"""Paths and URIs: the same articles in, the same bytes out, on this machine's disk and in an object store."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

import extract
from extract import cli
from extract.files import PlaceError, Remote, is_uri, place, shown
from extract.read import InputError, read_inputs


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("s3://bucket/tin?region=x", "s3://bucket/tin"),
        ("s3://key:secret@bucket/tin", "s3://bucket/tin"),
        ("hdfs://name:8020/tin/a@b", "hdfs://name:8020/tin/a@b"),
        ("data/raw?.txt", "data/raw?.txt"),
        ("C:/tin", "C:/tin"),
    ],
)
def test_what_is_written_down_holds_no_secrets(name, written):
    assert shown(name) == written
    assert is_uri(name) == ("://" in name)


def test_paths_stay_paths(tmp_path):
    assert place(str(tmp_path)) == tmp_path
    assert place(tmp_path) == tmp_path
    assert place(f"file://{tmp_path}") == tmp_path


@pytest.mark.parametrize("uri", ["nosuch://a/b", "s3://"])
def test_a_uri_that_leads_nowhere(uri, tmp_path, capsys):
    with pytest.raises(PlaceError, match="no file system to be reached there"):
        place(uri)
    assert cli.main(["run", str(tmp_path), "--out", uri]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    with pytest.raises(InputError, match="no file system to be reached there"):
        list(read_inputs([uri]))


def upload(folder: Path, to: Remote) -> None:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        (to / path.relative_to(folder).as_posix()).write_bytes(path.read_bytes())


def download(there: Remote, to: Path) -> Path:
    to.mkdir()
    for entry, is_folder in there.entries():
        if is_folder:
            download(there / entry, to / entry)
        else:
            (to / entry).write_bytes((there / entry).read_bytes())
    return to


def manifest(folder: Path) -> dict:
    """Without what differs between a folder and its copy."""
    found = json.loads((folder / "manifest.json").read_bytes())
    return {key: value for key, value in found.items() if key not in ("timings", "inputs")}


def bucket(store) -> str:
    return str(place(store("x"))).removesuffix("/x")


@pytest.mark.parametrize("name", ["thư mục tin", "tin/2024 #1", "th%C6%B0"])
def test_names_of_any_letters(store, name):
    home = place(store(name))
    (home / "bài 1.txt").write_bytes("Tin về 12 ha lúa.".encode())
    assert str(home) == f"{bucket(store)}/{unquote(name)}"
    assert [item.source for item in read_inputs([store(name)])] == ["bài 1.txt"]


def test_a_remote_file_is_as_a_path(store, tmp_path):
    home = place(store("as-a-path"))
    file = home / "a" / "b.txt"
    assert str(file) == f"{bucket(store)}/as-a-path/a/b.txt"
    assert (file.name, file.stem, file.suffix, str(file.parent)) == ("b.txt", "b", ".txt", str(home / "a"))
    assert not file.exists()
    assert not (home / "a").is_dir()
    with pytest.raises(FileNotFoundError):
        file.unlink()
    with pytest.raises(FileNotFoundError):
        file.stat()
    file.unlink(missing_ok=True)
    assert list(home.iterdir()) == []
    file.write_bytes(b"Tin.\nHai.")
    assert file.is_file()
    assert (home / "a").is_dir()
    assert file.stat().st_size == 9
    with file.open("rb") as opened:
        assert opened.readline() == b"Tin.\n"
    (home / "a" / "c.txt").write_bytes(b"old")
    file.replace(home / "a" / "c.txt")
    assert (home / "a" / "c.txt").read_bytes() == b"Tin.\nHai."
    assert list(map(str, (home / "a").glob("*.txt"))) == [str(home / "a" / "c.txt")]
    again = pickle.loads(pickle.dumps(home / "a" / "c.txt"))
    assert (str(again), again.read_bytes()) == (str(home / "a" / "c.txt"), b"Tin.\nHai.")


@pytest.fixture(scope="module")
def sample(tmp_path_factory, raw) -> Path:
    """The sample articles, with files of every kind of reading, in folders and hidden."""
    folder = tmp_path_factory.mktemp("sample")
    shutil.copytree(raw, folder / "raw")
    (folder / "raw" / ".hidden.txt").write_text("Tin.")
    lines = [
        json.dumps({"text": f"Ông Lò Văn Mẫu, Bí thư xã Bản Nháp {n}, nói."}, ensure_ascii=False) for n in range(40)
    ]
    (folder / "raw-b.jsonl").write_text("\n".join([*lines, "{"]), "utf-8")
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"text": [f"Tin {n} về 12 ha lúa." for n in range(30)]}), folder / "raw" / "c.parquet")
    return folder


def test_an_object_store_gives_and_takes_the_same_bytes(store, sample, tmp_path, capsys):
    upload(sample, place(store("in")))
    assert cli.main(["run", str(sample), "--out", str(tmp_path / "here"), "--quiet", "--no-report"]) == 0
    there = ["run", store("in"), "--out", store("out"), "--quiet", "--workers", "2"]
    assert cli.main(there) == 0
    copy = download(place(store("out")), tmp_path / "copy")
    assert manifest(copy) == manifest(tmp_path / "here")  # the hashes of all parts are in it
    assert json.loads((copy / "manifest.json").read_bytes())["inputs"] == [f"{bucket(store)}/in"]
    assert not list(copy.glob("_tmp/*"))
    assert not (copy / "_lock").exists()
    assert cli.main(["verify", store("out"), store("in")]) == 0
    assert f"{bucket(store)}/out: all holds" in capsys.readouterr().out
    assert extract.load(store("out")).officials.equals(extract.load(tmp_path / "here").officials)
    assert extract.load(store("out")).duckdb().execute("SELECT count(*) FROM articles").fetchone()[0] > 80

    assert cli.main(there) == 2
    assert "holds a dataset already" in capsys.readouterr().err
    (place(store("out")) / "titles" / "part-00001.parquet").unlink()
    assert cli.main(["verify", store("out")]) == 1
    assert "file_missing: titles/part-00001.parquet" in capsys.readouterr().out
    assert cli.main([*there[:-2], "--resume", "--workers", "1"]) == 0
    assert manifest(download(place(store("out")), tmp_path / "again")) == manifest(tmp_path / "here")
    assert json.loads((tmp_path / "again" / "manifest.json").read_bytes())["timings"]["shards_kept"] == 2


def test_a_file_system_that_fsspec_brings(sample, tmp_path, capsys):
    """In the memory of this process: with real folders, and files that are moved."""
    pytest.importorskip("fsspec", reason="fsspec is not installed (pip install '.[dev]')")
    upload(sample, place("memory://in"))
    assert cli.main(["run", str(sample), "--out", str(tmp_path / "here"), "--quiet", "--no-report"]) == 0
    there = ["run", "memory://in", "--out", "memory://out/of/it", "--quiet", "--workers", "1"]
    assert cli.main(there) == 0
    home = place("memory://out/of/it")
    assert manifest(download(home, tmp_path / "copy")) == manifest(tmp_path / "here")
    assert not (home / "_tmp").exists()
    (home / "officials" / "part-00000.parquet").write_bytes(b"spoilt")
    assert cli.main(["verify", str(home)]) == 1
    assert "file_changed: officials/part-00000.parquet" in capsys.readouterr().out
    assert cli.main([*there, "--resume"]) == 0
    assert cli.main(["verify", str(home), "memory://in"]) == 0
    assert cli.main([*there, "--overwrite", "--limit", "3"]) == 0
    assert extract.load("memory://out/of/it").articles.num_rows == 3


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("nothing", "/nothing: no such file or folder"),
        ("nothing/*.txt", "globs are for local paths"),
        ("formats/a.pdf", "/formats/a.pdf: by its name not of a format that can be read"),
        ("formats", "this folder holds only files of other formats (1)"),
    ],
)
def test_what_is_not_there_is_told_before_anything_is_read(store, uri, said):
    (place(store("formats")) / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(InputError) as told:
        read_inputs([store(uri)])
    assert said in str(told.value)


def test_out_is_not_read_as_input(store, capsys):
    assert cli.main(["run", store("formats"), "--out", store("formats/out")]) == 2
    assert "lies in the input folder" in capsys.readouterr().err
