"""Shared fixtures: one compiled pipeline a session (with and without the statistical tagger), the command line in this
process, a browser, and an object store."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from extract.cli import main
from extract.pipeline import Pipeline

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.fixture(scope="session")
def rules_only() -> Pipeline:
    return Pipeline(ner=False)


@pytest.fixture(scope="session")
def raw() -> Path:
    """The sample articles that come with the project."""
    return ROOT / "data" / "raw"


# -- the command line in this process -----------------------------------------------------------------------

Run = Callable[..., tuple[int, str, str]]


@cache
def built(rules: tuple[Path, ...], ner: bool) -> Pipeline:
    return Pipeline(rules, ner=ner)


@pytest.fixture
def built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line builds a pipeline of the same rules once for all tests."""

    def pipeline(rules: str | Path | Iterable[str | Path] = (), *, ner: bool = True) -> Pipeline:
        folders = (rules,) if isinstance(rules, str | Path) else rules
        return built(tuple(Path(folder).resolve() for folder in folders), ner)

    monkeypatch.setattr("extract.pipeline.Pipeline", pipeline)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], built_once: None) -> Run:
    """Runs one command in this process; gives status, stdout and stderr."""

    def call(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(a) for a in args])
        return status, *capsys.readouterr()

    return call


# -- a real browser: Debian's chromium, driven by playwright, which brings none of its own ------------------

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Headless Chromium. Tests that ask for it skip where there is none."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium)")
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install '.[dev]')")
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


Visit = Callable[..., "Page"]


@pytest.fixture
def visit(chromium: Browser, tmp_path: Path) -> Iterator[Visit]:
    """Opens a page (HTML text) and, when the test is over, fails where it erred, warned or asked for anything.

    ``visit(html, "#m3", width=390, java_script_enabled=False, …)``: options as of playwright's ``new_context``.
    """
    wrong: list[str] = []
    contexts = []

    def open_page(html: str, anchor: str = "", *, width: int = 1300, height: int = 900, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        file = tmp_path / f"page-{len(contexts)}.html"
        file.write_text(html, "utf-8")
        address = file.as_uri()
        page = context.new_page()
        page.on("console", lambda said: wrong.append(f"console {said.type}: {said.text}"))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("request", lambda request: request.url == address or wrong.append(f"request: {request.url}"))
        page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}") or dialog.dismiss())
        page.goto(address + anchor)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


# -- a real object store on loopback: moto's server speaks S3 ------------------------------------------------


@pytest.fixture(scope="session")
def s3() -> Iterator[Callable[[str], str]]:
    """``s3("in")`` is the URI of a folder in a bucket. Tests that ask for it skip without moto."""
    server = pytest.importorskip("moto.server", reason="moto is not installed (pip install '.[dev]')")
    patch = pytest.MonkeyPatch()
    secrets = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}
    for name, value in secrets.items():
        patch.setenv(name, value)
    store = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    store.start()
    options = f"?scheme=http&endpoint_override=127.0.0.1:{store.get_host_and_port()[1]}&region=us-east-1"
    import pyarrow.fs as pafs

    files, _ = pafs.FileSystem.from_uri(f"s3://tin{options}&allow_bucket_creation=true")
    files.create_dir("tin")
    yield lambda path: f"s3://tin/{path}{options}"
    store.stop()
    patch.undo()
