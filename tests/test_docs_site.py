"""The documentation as a site: it builds strictly, asks for nothing from the network, and the examples in it are real."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import extract
from conftest import ROOT
from extract.cli import main
from extract.validate.models import TABLES
from extract.write.schema_page import EXAMPLES, schema_page, type_name
from extract.write.schemas import arrow_schema

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LOADED = re.compile(
    r"<(?:script|img|iframe|source|video|audio)\b[^>]*?\ssrc=\"?([^\" >]+)|<link\b[^>]*?\shref=\"?([^\" >]+)"
)


def build(root: Path, site: Path) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("mkdocs", reason="needs mkdocs-material: pip install 'extract-vn[docs]'")
    call = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(call, cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_a_link_that_leads_nowhere_fails_the_build(tmp_path: Path) -> None:
    for name in (
        "docs",
        "schemas",
        "rules",
        "examples",
        "src",
        "tests/gold",
        "mkdocs.yml",
        "README.md",
        "README.vi.md",
        "SECURITY.md",
    ):
        source, copy = ROOT / name, tmp_path / name
        copy.parent.mkdir(exist_ok=True)
        copy.symlink_to(source) if name != "docs" else shutil.copytree(source, copy)
    assert build(tmp_path, tmp_path / "right").returncode == 0
    (tmp_path / "docs" / "look.md").write_text("[a](../src/no.py) and [b](export.md#no)", "utf-8")
    done = build(tmp_path, tmp_path / "wrong")
    assert done.returncode == 1
    assert "'../src/no.py'" in done.stderr and "'export.md#no'" in done.stderr


def test_every_page_is_there_and_loads_only_what_is_there(site: Path) -> None:
    pages = sorted(site.glob("*.html"))
    written = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert {page.stem for page in pages} >= written | {"index", "index.vi", "tables"}
    for page in pages:
        text = page.read_text("utf-8")
        loaded = [a or b for a, b in LOADED.findall(text)]
        assert len(loaded) > 3
        for address in loaded:
            assert not re.match(r"(https?:)?//", address), f"{page.name} loads {address}"
            assert (site / address.removeprefix("/").partition("?")[0]).exists(), f"{page.name} loads {address}"
        assert ('lang="vi"' in text[:500]) == page.stem.endswith(".vi")
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//|@import", sheet.read_text("utf-8")), sheet


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_site_in_a_browser(chromium: Browser, address: str) -> None:
    wrong: list[str] = []
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    page.set_default_timeout(10_000)
    page.on("console", lambda said: wrong.append(f"console {said.type}: {said.text}"))
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("request", lambda request: request.url.startswith(address) or wrong.append(f"request: {request.url}"))
    for name in ("index", "rules.vi", "tables"):
        page.goto(f"{address}/{name}.html")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than a phone"
    page.goto(f"{address}/index.html")
    page.click("label[for=__search]")
    for words, found in (("holder_id", "tables.html"), ("giáo xứ", "rules.vi.html"), ("chức vụ", "rules.vi.html")):
        page.fill("input.md-search__input", "")
        page.type("input.md-search__input", words)
        page.wait_for_selector(f"a.md-search-result__link[href*='{found}']")
    page.close()
    assert wrong == []


# -- the page of all columns ------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """A value of a table as examples.json has it."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, float):
        return round(value, 6)
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_the_examples_of_columns_are_rows_of_a_run(tmp_path: Path) -> None:
    """The article among the examples is run, with the line that was rejected: every example comes out of it."""
    examples = json.loads(EXAMPLES.read_text("utf-8"))
    assert examples.keys() == TABLES.keys()
    (article,), (reject,) = examples["articles"], examples["rejects"]
    given = {name: article[name] for name in ("text", "url", "publisher", "title", "authors", "published_at")}
    lines = [json.dumps(given, ensure_ascii=False), json.loads(reject["payload"])["text"]]
    (tmp_path / "tin.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    assert main(["run", str(tmp_path / "tin.jsonl"), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    tables = extract.load(tmp_path / "out")
    for table, rows in examples.items():
        made = plain(getattr(tables, table).to_pylist())
        assert [row for row in rows if row not in made] == [], f"{table}: not what comes of it: {made}"


def test_every_column_has_type_meaning_and_example() -> None:
    """Nothing is said of a column that has no example but of two: why a whole input was rejected."""
    text = schema_page({name: (model, arrow_schema(name)) for name, model in TABLES.items()})
    rows = [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in text.splitlines() if line.startswith("| `")]
    rows = [row for row in rows if len(row) != 2]
    assert len(rows) == sum(len(arrow_schema(name)) for name in TABLES) + 7
    assert [row[0] for row in rows if len(row) == 3] == ["`article_id`", "`table`"]
    assert [row[0] for row in rows if len(row[2]) < 10] == []
    assert type_name(arrow_schema("sentences").field("words").type) == "list<struct<start: int32, end: int32>>"
