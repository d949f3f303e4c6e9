"""Shared fixtures: one compiled pipeline a session (with and without the statistical tagger), the command line in this
process, a browser, and an object store."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
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


# -- real object stores on loopback: moto's server speaks S3, Google's emulator what Google Cloud Storage speaks ---

Store = Callable[[str], str]


def speaks_s3(patch: pytest.MonkeyPatch) -> tuple[str, Callable[[], object]]:
    """Options of a server's URIs, and what stops it."""
    moto = pytest.importorskip("moto.server", reason="moto is not installed (pip install '.[dev]')")
    secrets = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}
    for name, value in secrets.items():
        patch.setenv(name, value)
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = f"?scheme=http&endpoint_override={host}:{port}&region=us-east-1"
    import pyarrow.fs as pafs

    files, _ = pafs.FileSystem.from_uri(f"s3://tin{options}&allow_bucket_creation=true")
    files.create_dir("tin")
    return options, server.stop


def speaks_gs(_patch: pytest.MonkeyPatch) -> tuple[str, Callable[[], object]]:
    pytest.importorskip("gcp_storage_emulator", reason="gcp-storage-emulator is not installed (pip install '.[dev]')")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # a process of its own: pyarrow opens files there without letting go of the interpreter
    command = [sys.executable, "-m", "gcp_storage_emulator", "start", "--host=127.0.0.1", f"--port={port}"]
    server = subprocess.Popen([*command, "--in-memory", "--default-bucket=tin"], stderr=subprocess.DEVNULL)
    for _ in range(100):
        with suppress(ConnectionError), socket.create_connection(("127.0.0.1", port)):
            break
        time.sleep(0.1)
    return f"?scheme=http&endpoint_override=127.0.0.1:{port}&retry_limit_seconds=10", server.kill


SERVERS = {"s3": speaks_s3, "gs": speaks_gs}


def serve(scheme: str) -> Iterator[Store]:
    patch = pytest.MonkeyPatch()
    options, stop = SERVERS[scheme](patch)
    user = "anonymous@" if scheme == "gs" else ""
    yield lambda path: f"{scheme}://{user}tin/{path}{options}"
    stop()
    patch.undo()


@pytest.fixture(scope="session")
def s3() -> Iterator[Store]:
    """``s3("in")`` is the URI of a folder in a bucket. Tests that ask for it skip without moto."""
    yield from serve("s3")


@pytest.fixture(scope="session", params=sorted(SERVERS))
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """As ``s3``, and the same in Google Cloud Storage."""
    yield from serve(request.param)
