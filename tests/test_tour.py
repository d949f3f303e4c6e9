"""The notebook of docs/ runs from its first cell to its last, and shows what it speaks of; so do the tables themselves."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import extract
from extract.cli import main
from extract.write import load

ROOT = Path(__file__).resolve().parents[1]
TOUR = ROOT / "docs" / "notebooks" / "tour.ipynb"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the repository, after ``make run``."""
    folder = tmp_path_factory.mktemp("desk")
    assert main(["run", str(ROOT / "data" / "raw"), "--out", str(folder / "data" / "out"), "--quiet"]) == 0
    (folder / "docs" / "notebooks").mkdir(parents=True)
    shutil.copy(TOUR, folder / "docs" / "notebooks")
    return folder


def outputs(notebook: Any) -> list[tuple[str, dict[str, str]]]:
    """Source and shown data of each cell of code."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [(cell.source, dict(out["data"])) for cell in cells for out in cell.outputs if "data" in out]


def test_the_tour_runs(desk: Path) -> None:
    reason = "needs nbclient, ipykernel, pandas and duckdb: pip install 'extract-vn[dev]'"
    nbformat = pytest.importorskip("nbformat", reason=reason)
    nbclient = pytest.importorskip("nbclient", reason=reason)
    for name in ("ipykernel", "pandas", "duckdb"):
        pytest.importorskip(name, reason=reason)
    notebook = nbformat.read(desk / "docs" / "notebooks" / TOUR.name, as_version=4)
    nbformat.validate(notebook)
    where = {"metadata": {"path": str(desk / "docs" / "notebooks")}}
    nbclient.NotebookClient(notebook, timeout=120, resources=where).execute()  # raises where a cell does
    shown = outputs(notebook)
    assert len(shown) == sum(cell.cell_type == "code" for cell in notebook.cells), "every cell shows something"
    assert [source for source, data in shown if "text/html" not in data] in ([], [shown[1][0]]), (
        "as a table, or an article"
    )
    by_word = {word: data for word in ("citations", "timeline", "province") for source, data in shown if word in source}
    timeline = by_word["timeline"]["text/plain"]
    assert [
        timeline.index(day) for day in ("2016-07-04", "2020-10-15", "2021-02-20", "2024-11-19", "2025-06-30")
    ] == sorted(timeline.index(day) for day in ("2016-07-04", "2020-10-15", "2021-02-20", "2024-11-19", "2025-06-30"))
    assert "Bí thư Tỉnh ủy Lạng Sơn" in timeline and "elect" in timeline
    assert "Sơn La" in by_word["province"]["text/plain"]
    documents = next(data for source, data in shown if "JOIN documents" in source)
    assert "18/2020/QĐ-UBND" in documents["text/html"] and "Bùi Đắc Lộc" in documents["text/html"]


def test_the_tour_is_kept_with_its_outputs() -> None:
    nbformat = pytest.importorskip("nbformat", reason="needs nbformat: pip install 'extract-vn[dev]'")
    notebook = nbformat.read(TOUR, as_version=4)
    assert [cell.source for cell in notebook.cells if cell.cell_type == "code" and not cell.outputs] == [], (
        "make notebook"
    )
    assert not [out for cell in notebook.cells for out in cell.get("outputs", ()) if out.output_type == "error"]
    assert "/" + str(ROOT).strip("/") not in TOUR.read_text("utf-8"), "no path of the machine it ran on"


def test_tables_show_themselves_without_reading_them(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = load(desk / "data" / "out")
    page = tables._repr_html_()
    for table, count in tables.manifest["counts"].items():
        assert f"<code>.{table}</code>" in page and f">{count:,}</td>" in page
    assert "<summary>officials: the first 5</summary>" in page and "rejects: the first" not in page
    assert page.count("<tr>") == 1 + 8 + 7 * 6  # the tables, and the first five rows of seven
    assert "the run has not finished" not in page
    assert extract.load(desk / "data" / "out")._repr_html_() == page


def test_whatever_an_article_holds_is_shown_as_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "<script>alert(1)</script> & <b>Bà Hà Thị Thí</b>, Bí thư Huyện ủy.", encoding="utf-8"
    )
    assert main(["run", str(tmp_path / "a.txt"), "--out", str(tmp_path / "<i>out"), "--quiet", "--no-ner"]) == 0
    page = load(tmp_path / "<i>out")._repr_html_()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page and "<b>Bà" not in page and "<i>" not in page
