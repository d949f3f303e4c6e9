"""The threats of SECURITY.md: nothing that is read can run, reach other files, or take the machine with it."""

from __future__ import annotations

import ast
import io
import os
import pickle
import time
from pathlib import Path

import pytest

from extract.cli import main
from extract.records import Article
from extract.rules import RuleError, load_rules
from extract.segment.model import ModelError, _PlainUnpickler

SOURCE = Path(__file__).resolve().parents[1] / "src" / "extract"
FORBIDDEN = {"eval", "exec", "compile", "__import__", "breakpoint", "input"}
# Modules that run what they read, or other programs, and who may import them, for what test_the_exceptions holds.
UNSAFE = {
    "pickle": {"segment/model.py"},
    "marshal": {"rules/patterns.py"},
    "shelve": set(),
    "dill": set(),
    "cloudpickle": set(),
    "joblib": set(),
    "yaml": set(),
    "subprocess": set(),
    "code": set(),
    "runpy": set(),
    "xml": {"evaluate/checks.py", "export/label_studio.py"},  # for writing, and escaping what is written
    "requests": set(),
    "urllib.request": set(),
    "http": set(),
    "socketserver": set(),
}


def modules() -> list[tuple[str, ast.Module]]:
    return [(str(p.relative_to(SOURCE)), ast.parse(p.read_text("utf-8"))) for p in sorted(SOURCE.rglob("*.py"))]


def test_nothing_that_is_read_is_run() -> None:
    found = []
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN:
                found.append(f"{name}:{node.lineno}: {node.func.id}")
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "os.system",
                "os.popen",
                "pickle.load",
                "pickle.loads",
            }:
                found.append(f"{name}:{node.lineno}: {ast.unparse(node.func)}")
            imported = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            imported += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            for module, allowed in UNSAFE.items():
                if any(i == module or i.startswith(f"{module}.") for i in imported) and name not in allowed:
                    found.append(f"{name}:{node.lineno}: import {module}")
    assert found == []


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch evil",)


def test_the_reader_of_the_word_model_calls_nothing() -> None:
    with pytest.raises(ModelError, match=r"unexpected posix\.system"):
        _PlainUnpickler(io.BytesIO(pickle.dumps(Evil()))).load()


LEXICON = '[[lexicon]]\nid = "mine"\ndescription = "x"\nfile = "{}"\n'
RULE = '[[rule]]\nid = "mine"\ndescription = "x"\nlabel = "person"\npattern = \'\'\'{}\'\'\'\n[[rule.examples]]\ntext = "{}"\nexpect = []\n'


@pytest.mark.parametrize(
    "file", ["../secret.txt", "/etc/passwd", "..", ".", "link.txt", "pipe", "no.txt", "a\\u0000b", "bytes.txt"]
)
def test_a_lexicon_reads_no_other_file(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret\n")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    os.mkfifo(folder / "pipe")
    (folder / "bytes.txt").write_bytes(b"\xff")
    (folder / "r.toml").write_text(LEXICON.format(file))
    with pytest.raises(RuleError, match="mine"):
        load_rules(folder)


@pytest.mark.parametrize("pattern", ["(?(DEFINE)(?P<x>", "{no.such.lexicon}", r"\p{Nothing}", "(?<=a", "[[a"])
def test_a_pattern_that_is_none_is_told(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "r.toml").write_text(RULE.format(pattern, "a"))
    with pytest.raises(RuleError, match=r"r\.toml"):
        load_rules(tmp_path)


@pytest.mark.parametrize("pattern", [r"(a|aa)+$", r"(?P<x>a(?&x)?)+b"])
def test_a_pattern_that_never_ends_is_stopped(tmp_path: Path, pattern: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.toml").write_text(RULE.format(pattern, "a" * 60 + "!"))
    began = time.monotonic()
    assert main(["rules", "check", str(tmp_path)]) == 1
    assert time.monotonic() - began < 60
    assert "mine" in capsys.readouterr().out


def test_a_rule_that_takes_too_long_on_an_article_makes_a_reject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from extract.pipeline import Pipeline
    from extract.read import article_from_text
    from extract.records import Reject
    from extract.rules import load
    from extract.write.shards import run_article

    monkeypatch.setattr(load, "PATTERN_TIMEOUT", 0.3)
    (tmp_path / "r.toml").write_text(
        RULE.format(r"(?P<code>(?:a|aa)+b)", "xin").replace('"person"', '"document"\nassign = {kind = "coded"}')
    )
    pipeline = Pipeline(tmp_path, ner=False)
    began = time.monotonic()
    result = run_article(pipeline, article_from_text("Nghị quyết 12-NQ/TU " + "a" * 60 + "! b"))
    assert time.monotonic() - began < 10
    assert isinstance(result, Reject), "the rule was not run"
    assert (result.error, result.stage) == ("pattern_timeout", "tag")
    assert not isinstance(run_article(pipeline, article_from_text("Ông Lò Văn Thử.")), Reject)


def test_a_page_reaches_no_file(tmp_path: Path) -> None:
    from extract.read import read_inputs

    (tmp_path / "secret.txt").write_text("bí mật của máy")
    address = (tmp_path / "secret.txt").as_uri()
    said = "Sáng 4/3, ông Lò Văn Thử, Bí thư Huyện ủy Mường Thử, nói với dân bản về việc làm đường. " * 5
    (tmp_path / "a.html").write_text(
        f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "{address}"><!ENTITY % y SYSTEM "{address}"> %y;]>'
        f'<html xmlns:xi="http://www.w3.org/2001/XInclude"><head><base href="{address}"><link rel="import" href="{address}">'
        f'</head><body><article><p>{said}</p><p>&x; Hết bài.</p><xi:include href="{address}" parse="text"/>'
        f'<iframe src="{address}"></iframe><object data="{address}"></object></article></body></html>'
    )
    (article,) = read_inputs([tmp_path / "a.html"])
    assert isinstance(article, Article), article
    assert "Lò Văn Thử" in article.text and "bí mật" not in article.text
