"""The pages of docs/ that have no test of their own: every command, Python, SQL and R block of them is run, in order.

What a page says that comes of it, must come of it: values in comments behind expressions, output behind commands
("…" stands for any lines). Articles, annotations and ``data/out`` are laid out once, as `make run` leaves them.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.tokens import DocBin

from extract.cli import main
from test_docs import FENCE, PAGES, ROOT, Run, lay_out, rule_files, run, stated_value  # noqa: F401

# Pages with tests of their own: README and input here beside, ci in test_checks; of the rules, what commands print.
# The commands of scale need clusters and stores: test_engine_ray and test_files start such.
ELSEWHERE = {"README.md", "README.vi.md", "input.md", "ci.md", "scale.md"}
HERE = [page for page in PAGES if page.name not in ELSEWHERE]
RUN = {"python", "sh", "console", "sql", "r"}
READ = {"toml", "text", "json", "yaml"}  # shown, or laid out as a file
OTHER_PROGRAMS = ("make ", "pip install ", "extract --install-completion")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    for path in ("data/raw", "tests/gold"):
        shutil.copytree(ROOT / path, folder / path)
    assert main(["run", str(folder / "data" / "raw"), "--out", str(folder / "data" / "out"), "--quiet"]) == 0
    shutil.copy(folder / "data" / "raw" / "06_bo_nhiem.txt", folder / "bai.txt")
    doc = spacy.blank("xx")("Ông Lò Văn Mẫu đến Sông Thử.")
    doc.ents = [doc.char_span(4, 14, label="PER"), doc.char_span(19, 27, label="ORG")]
    DocBin(docs=[doc]).to_disk(folder / "gold.spacy")
    return folder


def blocks_of(page: Path) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in FENCE.finditer(page.read_text("utf-8"))]


@pytest.mark.parametrize(
    "page", [page for page in HERE if any(kind in RUN for kind, _ in blocks_of(page))], ids=lambda p: p.name
)
def test_what_the_page_shows_is_what_happens(
    page: Path,
    desk: Path,
    tmp_path: Path,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(desk, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    lay_out(rule_files(page), tmp_path)
    names: dict[str, Any] = {}
    for kind, block in blocks_of(page):
        if kind == "python":
            do_python(block, names)
        elif kind == "sh":
            for line in block.splitlines():
                do_command(line.partition("  #")[0].strip(), run)
        elif kind == "console" and not page.name.startswith("rules"):
            do_console(block, run)
        elif kind == "sql":
            do_sql(block)


def do_python(block: str, names: dict[str, Any]) -> None:
    """Runs the statements; where an expression has a value in a comment behind it, it has that value."""
    lines = block.splitlines()
    for statement in ast.parse(block).body:
        value = stated_value(lines[(statement.end_lineno or 1) - 1])
        code = ast.unparse(statement)
        if isinstance(statement, ast.Expr):
            found = eval(compile(ast.Expression(statement.value), "page", "eval"), names)
            assert value is None or repr(found) == value, code
            assert not hasattr(found, "__len__") or len(found), f"{code}: nothing to show"
        else:
            assert value is None, f"a value of a statement: {code}"
            exec(compile(ast.Module([statement], []), "page", "exec"), names)


def do_command(command: str, run: Run) -> None:  # noqa: F811
    if command and not of_another_program(command):
        status, said = run(command)
        assert status == 0, said


def of_another_program(command: str) -> bool:
    """Whether it is not for this test to run; targets of make must be there."""
    for target in re.findall(r"^make (\w+)", command):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.M), command
    assert command.startswith(("extract ", *OTHER_PROGRAMS)), f"not run: {command}"
    return command.startswith(OTHER_PROGRAMS)


def do_console(block: str, run: Run) -> None:  # noqa: F811
    """Every line shown is printed, in this order."""
    status = 0
    for part in filter(None, re.split(r"^\$ ", block, flags=re.M)):
        command, *lines = part.splitlines()
        if command == "echo $?":
            assert lines == [str(status)]
            continue
        if of_another_program(command):
            continue
        status, said = run(command.partition(" > ")[0])
        printed = said.splitlines()
        for line in lines:
            if line not in {"", "…"}:
                place = next((n for n, other in enumerate(printed) if same(line, other)), None)
                assert place is not None, f"{command}: {line!r} is not in {said}"
                printed = printed[place + 1 :]


NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def same(shown: str, printed: str) -> bool:
    """Spaces aside the same, with numbers that are near: a new rule may change a count, a page must not be years old."""
    if NUMBER.sub("0", " ".join(shown.split())) != NUMBER.sub("0", " ".join(printed.split())):
        return False
    pairs = zip(NUMBER.findall(shown), NUMBER.findall(printed), strict=True)
    return all(near(*(float(number.replace(",", "")) for number in pair)) for pair in pairs)


def near(a: float, b: float) -> bool:
    return abs(a - b) <= max(0.05 * max(a, b), 0.03 if max(a, b) <= 1 else 1)


def do_sql(block: str) -> None:
    duckdb = pytest.importorskip("duckdb")
    query = block.strip().rstrip(";")
    rows = duckdb.sql(query).fetchall()
    assert rows or "rejects" in query, query


R_BLOCKS = [block for kind, block in blocks_of(ROOT / "docs" / "recipes.md") if kind == "r"]


@pytest.mark.parametrize("block", R_BLOCKS, ids=["base", "arrow"])
def test_the_r_of_the_recipes_runs(desk: Path, block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    if shutil.which("Rscript") is None:
        pytest.skip("no R on this machine (Debian: apt-get install r-base-core)")
    for package in re.findall(r"library\((\w+)\)", block):
        if subprocess.run(["Rscript", "-e", f"library({package})"], capture_output=True, check=False).returncode:
            pytest.skip(f"R has no {package}: install.packages('{package}')")
    assert main(["export", "data/out", "--format", "csv", "--out", "mentions.csv", "--overwrite", "--quiet"]) == 0
    call = ["Rscript", "--encoding=UTF-8", "-e", block]
    done = subprocess.run(call, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") > 10


def test_no_block_is_left_out() -> None:
    """A new kind of block must be run or be known as something to look at."""
    kinds = {kind for page in PAGES for kind, _ in blocks_of(page)}
    assert kinds <= RUN | READ
    for page in HERE:
        for kind, block in blocks_of(page):
            if kind == "json":
                json.loads(block)
