"""The package as it is installed: its wheel, in an environment and a folder of its own, has all that commands need.

What the package needs comes from this environment; `make wheel` installs that too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling", reason="needs hatchling: pip install 'extract-vn[dev]'")
    folder = tmp_path_factory.mktemp("wheel")
    call = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(call, cwd=ROOT, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Runs a program of the new environment, in a folder far from the clone."""
    home = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "venv"], check=True)
    folder = home / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(folder / "python"),
        "install",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    subprocess.run(pip, check=True, capture_output=True)
    (home / "tin").mkdir()
    article = ROOT / "data" / "raw" / "06_bo_nhiem.txt"
    (home / "tin" / "bai.txt").write_text(article.read_text("utf-8"), "utf-8")
    # On PYTHONPATH the .pth file that leads to the clone is not read: the package itself is the installed one.
    environment = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib")}

    def call(program: str, *args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [folder / program, *args], cwd=home, env=environment, capture_output=True, text=True, check=False
        )

    return call


def test_everything_that_is_data_is_in_the_wheel(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "src", "rules", "schemas"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if tracked.returncode:
        pytest.skip("not a git checkout")
    wanted = {
        name.removeprefix("src/") if name.startswith("src/") else f"extract/_data/{name}"
        for name in tracked.stdout.split()
    }
    assert len(wanted) > 100
    assert wanted - packed == set()
    assert [name for name in packed if not name.startswith(("extract/", "extract_vn-"))] == []


def test_the_installed_package_does_it_all(command: Command) -> None:
    found = command("python", "-c", "import extract; print(extract.__file__)")
    home = Path(found.stdout.strip())
    assert "venv" in home.parts and not home.is_relative_to(ROOT), found.stderr
    for args in (
        ("run", "tin", "--out", "out", "--quiet"),
        ("show", "out#bai.txt", "--html", "bai.html"),
        ("report", "out", "--out", "report.html"),
        ("export", "out", "--format", "csv", "--out", "mentions.csv"),
        ("export", "out", "--format", "label-studio", "--as", "predictions", "--out", "tasks.json"),
        ("schema", "--check", "--dir", str(ROOT / "schemas")),
        ("verify", "out", "tin"),
        ("doctor",),
    ):
        done = command("extract", *args)
        assert done.returncode == 0, f"{args}: {done.stdout}{done.stderr}"
        assert str(ROOT / "src") not in done.stdout + done.stderr
    there = home.parents[len(home.parts) - 1 - home.parts.index("venv")]
    for name, least, inside in (
        ("bai.html", 20_000, "Nông Thế Hoạt"),
        ("report.html", 900_000, "vega"),
        ("mentions.csv", 2_000, "Nông Thế Hoạt"),
        ("out/report.html", 900_000, "Nông Thế Hoạt"),
    ):
        text = (there / name).read_text("utf-8")
        assert len(text) > least and inside in text, name
