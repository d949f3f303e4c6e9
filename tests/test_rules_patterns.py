"""Compiled patterns that are kept on disk: the same matches, and never in the way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import regex

from extract.rules import load_rules, patterns
from extract.rules.patterns import compile_pattern

UNITS = frozenset({"kg", "ki-lô-gam", "héc-ta"} | {f"đơn vị {n}" for n in range(300)})
PATTERN = r"(?<n>\d+) \s* (?: \L<unit> | (?i:\L<unit>) ) (?!\p{L})"
TEXT = "Thu 12 kg, 7 HÉC-TA, 3 đơn vị 299, 5 kgs và 9 tạ."


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(patterns, "_SLOW", 0.0)
    return tmp_path / "extract-vn" / "patterns"


def found(units: frozenset[str] = UNITS, pattern: str = PATTERN) -> list[tuple[str, dict[str, str]]]:
    made = compile_pattern(pattern, regex.VERBOSE, {"unit": units})
    return [(m[0], m.groupdict()) for m in made.finditer(TEXT)]


def test_a_pattern_read_back_matches_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = found()
    assert [text for text, _ in first] == ["12 kg", "7 HÉC-TA", "3 đơn vị 299"]
    assert len(list(home.iterdir())) == 1
    restore = patterns._restore()
    monkeypatch.setattr(patterns, "_restore", lambda: restore)
    monkeypatch.setattr(regex, "compile", lambda *_, **__: pytest.fail("compiled again"))
    assert found() == first


def test_other_lists_flags_or_patterns_are_other_files(home: Path) -> None:
    found()
    assert [text for text, _ in found(UNITS - {"kg"})] == ["7 HÉC-TA", "3 đơn vị 299"]
    assert [text for text, _ in found(UNITS | {"tạ"})] == ["12 kg", "7 HÉC-TA", "3 đơn vị 299", "9 tạ"]
    assert len(list(home.iterdir())) == 3


@pytest.mark.parametrize(
    "spoil", [lambda _: b"", lambda d: d[:-7], lambda d: d[:40] + b"\0" + d[41:], lambda _: b"x" * 99]
)
def test_a_damaged_file_is_compiled_again(home: Path, spoil) -> None:
    first = found()
    (path,) = home.iterdir()
    whole = path.read_bytes()
    path.write_bytes(spoil(whole))
    assert found() == first
    assert path.stat().st_size == len(whole)


def test_without_a_place_to_write_patterns_are_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_SLOW", 0.0)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert len(found()) == 3
    monkeypatch.delenv("XDG_CACHE_HOME")

    def no_home(_: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", no_home)
    assert len(found()) == 3


def test_old_files_go(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_MOST", 10)
    for n in range(25):
        found(frozenset({"kg", f"loại {n}"}))
        assert len(list(home.iterdir())) <= 10


def test_the_patterns_of_the_rules_are_the_same_from_disk(home: Path) -> None:
    def described() -> dict[str, tuple[str, int, object]]:
        rules = load_rules().rules.values()
        return {r.spec.id: (p.pattern, p.flags, sorted(p.named_lists)) for r in rules if (p := r.regex)}

    first = described()
    kept = len(list(home.iterdir()))
    assert kept > 10
    assert described() == first
    assert len(list(home.iterdir())) == kept
    shutil.rmtree(home)
