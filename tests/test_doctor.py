"""`extract doctor`, shell completion, and help: what a newcomer meets first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from extract import __version__, doctor
from extract.cli import app, main
from extract.pipeline import Pipeline


@pytest.fixture(autouse=True)
def quick(rules_only: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.pipeline.Pipeline", lambda *_, **__: rules_only)


def found(name: str) -> doctor.Finding:
    (one,) = [finding for finding in doctor.examine().findings if finding.name == name]
    return one


def test_a_healthy_installation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert __version__ in out and out.endswith("All that is needed is there.\n")
    for package in ("pyarrow", "spacy", "duckdb"):
        assert f"{package} " in out and metadata.version(package) in out
    assert "1 persons, 1 titles, 1 documents, 1 figures" in out
    assert main(["doctor", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["well"] is True
    assert {f["part"] for f in told["findings"]} == {"program", "data", "needed", "optional"}
    assert main(["doctor", "--format", "markdown"]) == 0
    assert "| data | person model | ok |" in capsys.readouterr().out


def without(package: str, monkeypatch: pytest.MonkeyPatch, version: str | None = None) -> None:
    """Has one package be missing, or be of another version."""
    real = metadata.version

    def told(name: str) -> str:
        if name != package:
            return real(name)
        if version is None:
            raise metadata.PackageNotFoundError(name)
        return version

    monkeypatch.setattr("extract.doctor.metadata.version", told)


def test_what_is_needed_and_missing_is_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without("zstandard", monkeypatch)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert out.endswith("Not well: zstandard\n") and "pip install 'zstandard>=0.23'" in out


def test_what_is_too_old_is_status_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    without("pyarrow", monkeypatch, "3.0")
    assert main(["doctor"]) == 1
    assert "too old" in capsys.readouterr().out and found("pyarrow").detail == "3.0; >=18 is needed"


def test_what_is_optional_and_missing_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    without("pandas", monkeypatch)
    notebook = found("notebook")
    assert (notebook.state, notebook.needed) == ("missing", False)
    assert "pandas is missing; pip install 'extract-vn[notebook]' brings it" in notebook.detail
    assert doctor.examine().well


def test_rules_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.toml").write_text(
        '[[lexicon]]\nid = "loai.thu"\ndescription = "x"\nentries = ["Đề cương"]\n', "utf-8"
    )
    assert main(["doctor", "--rules", str(tmp_path)]) == 0
    assert str(tmp_path) in capsys.readouterr().out
    assert main(["doctor", "--rules", str(tmp_path / "no")]) == 2
    done = capsys.readouterr()
    assert done.out == "" and "not a folder of rule files" in done.err and done.err.count("\n") == 1


def test_a_pipeline_that_does_not_run_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Pipeline:
        raise OSError("no model")

    monkeypatch.setattr("extract.pipeline.Pipeline", broken)
    checkup = doctor.examine()
    assert not checkup.well and found("pipeline").state == "broken" and "no model" in found("pipeline").detail


def test_not_installed_as_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr("extract.doctor.metadata.requires", gone)
    assert found("metadata").detail == "extract-vn is not installed; use: pip install ."


# -- help -------------------------------------------------------------------------------------------------


def commands(group: Any, *path: str) -> Iterator[tuple[str, ...]]:
    """Every command and group of commands, whoever added it."""
    yield path
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, *path, name)


@pytest.mark.parametrize("path", list(commands(typer.main.get_command(app))), ids=" ".join)
def test_help_has_examples_everywhere(path: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*path, "--help"])
    assert done.exit_code == 0
    assert " ".join(("extract", *path)) in done.output.split("Example", 1)[1].split("─ ")[0]


# -- completion -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("extract r", {"run", "report", "rules"}),
        ("extract rules ", {"check", "explain"}),
        ("extract run --no-", {"--no-ner", "--no-report"}),
        ("extract eval x --format ", {"table", "json", "markdown"}),
    ],
)
def test_the_shell_completes(words: str, completed: set[str]) -> None:
    environment = {
        **os.environ, "_EXTRACT_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" ")),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "extract"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    assert completed <= set(done.stdout.split())


def test_completion_can_be_installed() -> None:
    environment = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "extract", "--show-completion", "zsh"],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "") and "_EXTRACT_COMPLETE=complete_zsh" in done.stdout
