"""What README and docs say is run: their Python, their commands, their rule files; and their links lead somewhere."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extract.cli import main
from extract.pipeline import Pipeline
from extract.rules import load_rules
from extract.rules.load import builtin_folder

ROOT = Path(__file__).resolve().parents[1]
README, VIETNAMESE = ROOT / "README.md", ROOT / "README.vi.md"
RULES, VIETNAMESE_RULES = ROOT / "docs" / "rules.md", ROOT / "docs" / "rules.vi.md"
PAGES = [README, VIETNAMESE, *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def blocks(page: Path, *languages: str) -> list[str]:
    return [m[2] for m in FENCE.finditer(page.read_text("utf-8")) if m[1] in languages]


def rule_files(page: Path) -> dict[str, str]:
    """The files that a page shows: blocks that begin with a comment that is their path."""
    named = [(re.match(r"# (\S+/\S+)\n", block), block) for block in blocks(page, "toml", "text")]
    return {match[1]: block for match, block in named if match}


def lay_out(files: dict[str, str], folder: Path) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, "utf-8")


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], built_once: None) -> Run:
    """Runs a command line in this process; gives exit status and what was printed."""

    def call(command: str) -> tuple[int, str]:
        capsys.readouterr()
        status = main(shlex.split(command)[1:])
        done = capsys.readouterr()
        return status, done.out + done.err

    return call


# -- README -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as README supposes it: articles, annotations, own rules, and the output of a run on data/raw."""
    folder = tmp_path_factory.mktemp("desk")
    (rules,) = blocks(README, "toml")
    lay_out({"my_rules/village.toml": rules}, folder)
    (folder / "articles").mkdir()
    shutil.copy(sorted((ROOT / "data" / "raw").glob("*.txt"))[0], folder / "articles" / "bai-1.txt")
    shutil.copy(ROOT / "tests" / "gold" / "sample.jsonl", folder / "gold.jsonl")
    (folder / "crawl.jsonl").write_text('{"content": "Ông Lò Văn Mẫu, Bí thư Huyện ủy, dự."}\n', "utf-8")
    assert main(["run", str(ROOT / "data" / "raw"), "--out", str(folder / "data" / "out"), "--quiet"]) == 0
    return folder


def stated_value(line: str) -> str | None:
    """The Python value in the comment behind a line, where there is one: ``doc.documents[0].code   # '12-NQ/TU'``."""
    comment = line.partition("  # ")[2].strip()
    try:
        tree = ast.parse(comment, mode="eval")
    except SyntaxError:
        return None
    return None if isinstance(tree.body, ast.Name) else comment


def statements(code: str) -> Iterator[tuple[ast.stmt, str | None]]:
    """Each statement and the value that README says it has."""
    lines = code.splitlines()
    for statement in ast.parse(code).body:
        yield statement, stated_value(lines[(statement.end_lineno or 1) - 1])


def test_the_python_of_the_readme_does_what_it_says(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    names: dict[str, Any] = {}
    shown = 0
    for code in blocks(README, "python"):
        for statement, value in statements(code):
            if isinstance(statement, ast.Expr):
                result = eval(compile(ast.Expression(statement.value), "README.md", "eval"), names)
                if value is not None:
                    assert repr(result) == value
                    shown += 1
            else:
                assert value is None, f"README states a value of {ast.unparse(statement)}"
                exec(compile(ast.Module([statement], []), "README.md", "exec"), names)
    assert shown >= 3
    assert [len(doc.officials) for doc in names["docs"]] == [0, 0]
    assert names["docs"][1].figures[0].value == Decimal("1200000000000")
    assert names["tables"].officials.num_rows > 50


def test_the_example_of_the_readme_gives_its_table(rules_only: Pipeline) -> None:
    text = README.read_text("utf-8")
    quoted = " ".join(line.removeprefix("> ") for line in text.splitlines() if line.startswith("> "))
    doc = rules_only(quoted.replace("*", ""))
    (official,) = doc.officials
    offices = "; ".join(f"{t.role} · {t.organization_resolved}" for t in official.titles)
    assert f"| `officials` | {official.name} ({official.honorific}): {offices} |" in text
    (d,) = doc.documents
    assert f"| `documents` | {d.doc_type} · `{d.code}` · {d.date} · {d.issuer_resolved} |" in text
    ratio, money = doc.figures
    assert (ratio.quantity, money.quantity, money.modifier) == ("ratio", "money", "more_than")
    amount = f"{money.value:,}".replace(",", " ")
    assert f"ratio {ratio.numerator} of {ratio.denominator} {ratio.unit}; money, more than {amount} VND |" in text


COMMANDS = [line for block in blocks(README, "sh") for line in block.splitlines() if line.startswith("extract ")]


def test_the_commands_of_the_readme_work(desk: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """In their order: some read what others wrote."""
    monkeypatch.chdir(desk)
    assert len(COMMANDS) > 5
    for command in COMMANDS:
        status, said = run(command.partition("  #")[0])
        assert status == 0, f"{command}: {said}"
        assert "rejected for" not in said


def test_the_rules_of_the_readme_hold(desk: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    status, said = run("extract rules check my_rules")
    assert (status, [line for line in said.splitlines() if line.startswith("my_rules")]) == (0, [])


def test_the_vietnamese_readme_has_the_same_parts() -> None:
    def parts(page: Path) -> list[str]:
        text = page.read_text("utf-8")
        headings = [re.match("#+", line)[0] for line in FENCE.sub("", text).splitlines() if line.startswith("#")]  # type: ignore[index]
        code = [f"{m[1]}: {re.sub(r' +#.*', '', m[2])}" for m in FENCE.finditer(text)]
        tables = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| `")]
        return [*headings, *code, *tables]

    assert parts(VIETNAMESE) == parts(README)


# -- links --------------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text("utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", h).lower()).strip().replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text("utf-8"))
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not link.startswith(("https://", "http://"))]
    assert links
    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_test_and_file_that_the_design_names_exists() -> None:
    text = (ROOT / "docs" / "design.md").read_text("utf-8")
    tests = re.findall(r"`(test_\w+\.py)(?:::(\w+))?`", text)
    assert len(tests) > 10
    for file, name in tests:
        assert not name or f"def {name}(" in (ROOT / "tests" / file).read_text("utf-8"), f"{file}::{name}"
    files = re.findall(r"`((?:\w+/)*\w+(?:\.py|\.toml|/))`", text)
    assert len(files) > 20
    homes = (ROOT, ROOT / "src" / "extract", ROOT / "rules", ROOT / "tests", ROOT / "src" / "extract" / "tag")
    missing = [file for file in files if not any((home / file).exists() for home in homes)]
    assert missing == []


# -- the rule language --------------------------------------------------------------------------------------

SHOWN = rule_files(RULES)
# Page, command, and what the page shows of its output.
CONSOLE = [
    (page, command, "\n".join(output))
    for page in (RULES, VIETNAMESE_RULES)
    for block in blocks(page, "console")
    for command, *output in (part.splitlines() for part in re.split(r"^\$ ", block, flags=re.M) if part)
]


@pytest.fixture(scope="module")
def workshops(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """For each page a folder with the files that it shows."""
    folders = {page: tmp_path_factory.mktemp("workshop") for page in (RULES, VIETNAMESE_RULES)}
    for page, folder in folders.items():
        lay_out(rule_files(page), folder)
    return folders


def folded(output: str) -> list[str]:
    """Lines with single spaces, without what changes when a built-in list grows: counts, and places in its files."""
    own = str(builtin_folder().parent) + "/"
    lines = [" ".join(line.replace(own, "").split()) for line in output.splitlines()]
    lines = [re.sub(r"^(rules/\w+\.toml):\d+", r"\1", line) for line in lines if line]
    lines = [line for line in lines if not re.match(r"rules/\S+ warning:", line)]
    return [re.sub(r"\d+ (files|lexicons|rules|examples|warnings)", r"# \1", line) for line in lines]


def test_every_rule_file_of_the_page_is_shown_as_one() -> None:
    assert len(SHOWN) > 10
    assert len(blocks(RULES, "toml", "text")) == len(SHOWN), "each begins with a comment that is its path"
    folders = {name.partition("/")[0] for name in SHOWN}
    assert "my_rules" in folders
    assert {f"extract rules check {folder}" for folder in folders} <= {command for _, command, _ in CONSOLE}


@pytest.mark.parametrize(("page", "command", "output"), CONSOLE, ids=[f"{page.stem} {c}" for page, c, _ in CONSOLE])
def test_the_page_shows_what_commands_print(
    workshops: dict[Path, Path], run: Run, monkeypatch: pytest.MonkeyPatch, page: Path, command: str, output: str
) -> None:
    monkeypatch.chdir(workshops[page])
    status, said = run(command)
    assert folded(said) == folded(output)
    # What is called my_rules is right, every other folder shows a fault.
    assert status == (0 if "my_rules" in command or "explain" in command else 1)


def test_the_trap_of_the_circumflex(tmp_path: Path) -> None:
    r"""``\G`` is where the match ends, ``^`` never is: with it, the example that must yield nothing yields a mention."""
    right = SHOWN["my_rules/platform.toml"]
    found = []
    for name, text in (("right", right), ("wrong", right.replace(r"\G", "^"))):
        lay_out({f"{name}/platform.toml": text}, tmp_path)
        rule = load_rules(tmp_path / name).rule("document.named.platform")
        found.append([match[0] for match in rule.finditer(rule.examples[1].text)])
    assert found == [[], ["cương lĩnh"]]


def test_the_page_lists_every_family() -> None:
    families = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)*)`", RULES.read_text("utf-8").partition("## All files")[2]))
    rules = load_rules()
    assert [f for f in families if f not in rules._merged and f not in rules.rules] == []
    unlisted = [i for i in rules.lexicons if not any(i == f or i.startswith(f + ".") for f in families)]
    assert unlisted == []
    text = RULES.read_text("utf-8")
    assert [p.name for p in builtin_folder().iterdir() if f"../rules/{p.name}" not in text] == []
