"""What CI is told: workflow commands of GitHub, JUnit XML; and the workflow and hooks that others copy, as they run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Run
from extract.evaluate import GoldArticle, Predicted, Scores, score
from extract.evaluate.checks import github, junit
from extract.evaluate.gold import Place

ROOT = Path(__file__).resolve().parents[1]
TEXT = "Tin huyện\nÔng Lò Văn Mẫu, Bí thư Huyện ủy, dự.\nBà Hà Thị Thí cũng dự, ông Vi Thử\nKhôi đến muộn."


def mention(label: str, text: str, **more: Any) -> dict[str, Any]:
    start = TEXT.index(text)
    return {"id": text, "label": label, "start": start, "end": start + len(text), "text": text} | more


def scored(place: Place, *extracted: dict[str, Any], id: str = "bai-1") -> tuple[Scores, list[GoldArticle]]:
    """Three persons and a title annotated, of which ``extracted`` were found."""
    wanted = [
        mention("person", "Lò Văn Mẫu"), mention("person", "Hà Thị Thí"), mention("person", "Vi Thử\nKhôi"),
        mention("title", "Bí thư Huyện ủy", status="current"),
    ]  # fmt: skip
    gold = [GoldArticle(id, TEXT, tuple(wanted), place)]
    rows = {
        label: tuple(m | {"rule": "x.y"} for m in extracted if m["label"] == label) for label in ("person", "title")
    }
    return score(gold, {id: Predicted(TEXT, rows)}), gold


COMMAND = re.compile(r"::(error|warning) ((?:\w+=[^,:]*)(?:,\w+=[^,:]*)*)::(.*)")


def read_command(line: str) -> tuple[str, dict[str, str], str]:
    """As the runner of GitHub reads it."""
    match = COMMAND.fullmatch(line)
    assert match, line

    def plain(text: str) -> str:
        for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            text = text.replace(code, char)
        return text

    properties = dict(pair.split("=", 1) for pair in match[2].split(","))
    return match[1], {name: plain(value) for name, value in properties.items()}, plain(match[3])


# -- GitHub ---------------------------------------------------------------------------------------------

FOUND = (mention("person", "Lò Văn Mẫu"), mention("title", "Bí thư Huyện ủy", status="former"))


def test_faults_are_errors_where_nothing_less_is_asked_for() -> None:
    scores, gold = scored(Place("gold.jsonl", 3), *FOUND)
    told = [read_command(line) for line in github(scores, gold, {})]
    assert [(kind, p["title"]) for kind, p, _ in told] == [
        ("error", "person missed"), ("error", "person missed"), ("error", "title attribute: status"),
    ]  # fmt: skip
    assert all((p["file"], p["line"]) == ("gold.jsonl", "3") and "col" not in p for _, p, _ in told)
    assert told[2][2].endswith("status 'former', not 'current'  [x.y]") and "⟦Bí thư Huyện ủy⟧" in told[2][2]


def test_with_minima_what_fails_is_an_error_and_comes_first() -> None:
    scores, gold = scored(Place("gold.jsonl", 1), *FOUND)
    told = [read_command(line) for line in github(scores, gold, {"status": 0.9, "person": 0.4})]
    assert [(kind, p["title"]) for kind, p, _ in told] == [
        ("error", "status too low"), ("error", "title attribute: status"),
        ("warning", "person missed"), ("warning", "person missed"),
    ]  # fmt: skip
    assert told[0][2] == "status: 0.0000 is below 0.9"
    assert {kind for kind, _, _ in map(read_command, github(scores, gold, {"person": 0.4}))} == {"warning"}
    (only,) = [m for k, _, m in map(read_command, github(scores, gold, {"code": 0.4})) if k == "error"]
    assert only == "code: nothing annotated to measure it on, 0.4 wanted"


def test_errors_limits_each_label_and_kind() -> None:
    scores, gold = scored(Place("g", 1), *FOUND)
    assert [len(list(github(scores, gold, {}, n))) for n in (0, 1, 2, 9)] == [0, 2, 3, 3]


def test_a_fault_stands_at_line_and_column_of_a_text_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    scores, gold = scored(Place(str(tmp_path / "tin" / "bai-1.txt"), 1, True), *FOUND)
    places = [p for _, p, _ in map(read_command, github(scores, gold, {}))]
    (thi, khoi, title) = [{k: v for k, v in p.items() if k != "title"} for p in places]
    assert thi == {"file": "tin/bai-1.txt", "line": "3", "endLine": "3", "col": "4", "endColumn": "14"}
    assert TEXT.split("\n")[2][4 - 1 : 14 - 1] == "Hà Thị Thí"
    assert khoi == {"file": "tin/bai-1.txt", "line": "3", "endLine": "4"}, "GitHub takes columns within one line only"
    assert (title["line"], title["col"]) == ("2", "17")


@given(text=st.text(st.sampled_from("a%:,=\n\r\x00\x1b\u2028\x85ạ]⟧:") | st.characters(), min_size=1, max_size=30))
def test_no_text_ends_a_command_or_begins_another(text: str) -> None:
    gold = [
        GoldArticle(
            text, text, ({"id": "p", "label": "person", "start": 0, "end": 1, "text": text[0]},), Place(text, 1)
        )
    ]
    lines = list(github(score(gold, {}), gold, {}))
    assert len(lines) == 1 and not set("\r\n") & set(lines[0])
    kind, properties, message = read_command(lines[0])
    assert (kind, properties.keys(), properties["line"]) == ("error", {"file", "line", "title"}, "1")
    assert "⟦" in message and not re.search("[\x00-\x08\x1b\ud800-\udfff]", lines[0])
    lines[0].encode()


def test_format_github_prints_commands_then_figures(run: Run, gold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = gold.parent / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    monkeypatch.chdir(gold.parent)
    status, said, error = run("eval", gold.name, "--no-ner", "--format", "github", "--min", "person=0.99")
    commands = [read_command(line) for line in said.splitlines() if line.startswith("::")]
    assert (status, error) == (1, "extract: person: 0.6667 is below 0.99\n")
    assert [(p.get("file"), p.get("line")) for kind, p, _ in commands if kind == "error"] == [
        (None, None), ("gold.jsonl", "2"), ("gold.jsonl", "2"),
    ]  # fmt: skip
    assert {p["title"] for kind, p, _ in commands if kind == "warning"} == {"title spurious"}
    assert said.splitlines()[len(commands)].split() == ["P", "R", "F1", "gold", "pred"]
    assert "| person | 0.667 |" in page.read_text("utf-8")
    run("eval", gold.name, "--no-ner", "--format", "github")
    assert page.read_text("utf-8").count("| person |") == 2, "other steps write to the page too"
    status, _, error = run("eval", "--compare", "a", "b", gold.name, "--format", "github")
    assert status == 2 and "--compare sets two outputs side by side; it does not go with --format github" in error


# -- JUnit ----------------------------------------------------------------------------------------------


def test_junit_in_junitparser(tmp_path: Path) -> None:
    parser = pytest.importorskip("junitparser")
    for least, failed in (
        ({}, ["person: bai-1", "title: bai-1"]),
        ({"person": 0.4}, []),
        ({"person": 0.6, "title": 1.0}, ["measures: person", "person: bai-1"]),
    ):
        scores, gold = scored(Place("gold.jsonl", 3), *FOUND)
        (tmp_path / "j.xml").write_text(junit(scores, gold, least), encoding="utf-8")
        suites = parser.JUnitXml.fromfile(str(tmp_path / "j.xml"))
        assert [s.name for s in suites] == ["measures", "person", "title", "document", "figure"]
        found = [f"{suite.name}: {case.name}" for suite in suites for case in suite if not case.is_passed]
        assert found == failed
        assert (suites.tests, suites.failures) == (sum(len(list(s)) for s in suites), len(failed))
        assert [(s.tests, s.failures) for s in suites] == [
            (len(list(s)), sum(not case.is_passed for case in s)) for s in suites
        ]
        (person,) = suites_named(suites, "person")
        assert (person._elem.get("file"), person._elem.get("line")) == ("gold.jsonl", "3")
        text = (person.result[0].text if person.result else person.system_out) or ""
        assert text.splitlines()[0].startswith("missed: bai-1: ") and len(text.splitlines()) == 2


def suites_named(suites: Any, name: str) -> list[Any]:
    return [case for suite in suites if suite.name == name for case in suite]


@given(text=st.text(st.sampled_from("a<&\"']]>\x00\x1b\ufffe\u2028\ud800😀\n"), min_size=1, max_size=20))
def test_any_text_is_wellformed_xml(text: str) -> None:
    from xml.etree import ElementTree

    gold = [
        GoldArticle(
            text, text, ({"id": "p", "label": "person", "start": 0, "end": 1, "text": text[0]},), Place(text, 1)
        )
    ]
    ElementTree.fromstring(junit(score(gold, {}), gold, {}).encode("utf-8"))


def test_junit_is_written_also_where_the_check_fails(run: Run, gold: Path) -> None:
    path = gold.parent / "j.xml"
    status, _, _ = run("eval", gold, "--no-ner", "--min", "person=0.99", "--junit", path)
    assert status == 1 and '<failure message="person: 0.6667 is below 0.99">' in path.read_text("utf-8")
    for bad, said in (
        (gold.parent, "is a folder; name a file"),
        (gold.parent / "no" / "j.xml", "no folder"),
        (gold, "would replace"),
    ):
        status, _, error = run("eval", gold, "--junit", bad)
        assert status == 2 and "--junit" in error and said in error


# -- the workflow and the hooks -------------------------------------------------------------------------

SOUND = "Ông Lò Văn Mẫu, Bí thư Huyện ủy, dự."
WRONG = "Bà Hà Thị Thí dự."


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Two articles; in the second, an annotation that nothing can find, in place of the one that is."""
    lines = []
    for id, text, name in (("bai-1", SOUND, "Lò Văn Mẫu"), ("bai-2", WRONG, "dự")):
        start = text.index(name)
        person = {"id": "p", "label": "person", "start": start, "end": start + len(name), "text": name}
        lines.append(json.dumps({"id": id, "text": text, "mentions": [person]}, ensure_ascii=False))
    (tmp_path / "gold.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    # A third, so that the person of the first is not half of all.
    third = {"id": "bai-3", "text": SOUND, "mentions": [json.loads(lines[0])["mentions"][0]]}
    with (tmp_path / "gold.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(third, ensure_ascii=False) + "\n")
    return tmp_path / "gold.jsonl"


RULE = """[[lexicon]]
id = "role.village"
description = "Offices of the village"
assign = { branch = "other", level = "hamlet", bare = "yes" }
[lexicon.entries]
"Già làng" = []

[[rule]]
id = "title.head"
description = "Offices that stand alone: examples for those of this folder"
label = "title"
[[rule.examples]]
text = "Già làng Ksor Blâm tiếp đoàn."
expect = [{ text = "Già làng", level = "hamlet", holder = "Ksor Blâm" }]
"""


@pytest.fixture
def repository(gold: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the workflow and the hooks suppose it, with ``extract`` on the path."""
    folder = gold.parent
    (folder / "my_rules").mkdir()
    (folder / "my_rules" / "village.toml").write_text(RULE, encoding="utf-8")
    scripts = str(Path(sys.executable).parent)
    if shutil.which("extract", path=scripts) is None:
        pytest.skip("needs the command extract beside this Python: pip install -e .")
    monkeypatch.setenv("PATH", scripts + os.pathsep + os.environ["PATH"])
    monkeypatch.chdir(folder)
    return folder


def bash(command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """As a step of a workflow runs."""
    call = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command]
    return subprocess.run(call, capture_output=True, text=True, env=os.environ | environment, check=False)


def test_the_workflow_runs(repository: Path) -> None:
    yaml = pytest.importorskip("yaml")
    workflow = yaml.safe_load((ROOT / "examples" / "github" / "extract-check.yml").read_text("utf-8"))
    assert workflow[True].keys() == {"push", "pull_request"}  # YAML 1.1 reads `on` as true
    assert workflow["permissions"] == {"contents": "read"}
    steps = workflow["jobs"]["check"]["steps"]
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"]) for step in steps if "uses" in step)
    install, rules, check = [step["run"] for step in steps if "run" in step]
    assert install == 'python -m pip install "$EXTRACT"'
    values = {name: str(value) for name, value in workflow["env"].items()}
    values["GITHUB_STEP_SUMMARY"] = str(repository / "summary.md")
    assert bash(rules, values).returncode == 0
    kept = next(step for step in steps if "upload-artifact" in step.get("uses", ""))
    done = bash(check, values | {"MINIMA": "person=0.9"})
    told = [read_command(line)[0] for line in done.stdout.splitlines() if line.startswith("::")]
    assert done.returncode == 1 and told[:3] == ["error"] * 3 and set(told[3:]) == {"warning"}, done.stderr
    assert "::error file=gold.jsonl,line=2,title=person missed::bai-2: " in done.stdout
    assert "| person | 0.667 |" in (repository / "summary.md").read_text("utf-8")
    assert kept["if"] == "always()", "the pages are kept where the check fails"
    assert all((repository / path).is_file() for path in kept["with"]["path"].split())


def git(*args: str) -> None:
    names = ["-c", "user.name=a", "-c", "user.email=a@b.vn"]
    subprocess.run(["git", *names, *args], check=True, capture_output=True)


def hooks_of(page: Path) -> list[dict[str, Any]]:
    """The configurations of pre-commit that a page shows."""
    yaml = pytest.importorskip("yaml")
    blocks = re.findall(r"^```yaml\n(# \.pre-commit-config\.yaml\n.*?)^```$", page.read_text("utf-8"), re.M | re.S)
    return [yaml.safe_load(block) for block in blocks]


@pytest.mark.parametrize("shown", [0, 1], ids=["of the repository", "local"])
def test_the_hooks_run(repository: Path, monkeypatch: pytest.MonkeyPatch, shown: int) -> None:
    """By pre-commit itself, as docs/ci.md shows them; only what would be installed is taken from here."""
    pytest.importorskip("pre_commit", reason="needs pre-commit: pip install 'extract-vn[dev]'")
    yaml = pytest.importorskip("yaml")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(repository.parent / f"cache-{repository.name}"))
    (config,) = hooks_of(ROOT / "docs" / "ci.md")[shown : shown + 1]
    (repo,) = config["repos"]
    if repo["repo"] != "local":
        manifest = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
        hooks = [manifest[hook["id"]] | {"language": "system"} | hook for hook in repo["hooks"]]
        config = {"repos": [{"repo": "local", "hooks": hooks}]}
    Path(".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    git("init", "--quiet")
    git("add", "-A")

    def commit(*files: str) -> tuple[int, str]:
        call = [sys.executable, "-m", "pre_commit", "run", "--color", "never", "--files", *files]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    status, said = commit("gold.jsonl")
    assert status == 1 and re.search(r"extract eval\.+Failed", said) and "person: 0.6667 is below 0.9" in said, said
    assert re.search(r"extract rules check\.+\(no files to check\)Skipped", said)
    if repo["repo"] != "local":
        lines = Path("gold.jsonl").read_text("utf-8").splitlines(keepends=True)
        Path("gold.jsonl").write_text(lines[0] + lines[2], encoding="utf-8")
        git("add", "-A")
        status, said = commit("my_rules/village.toml")
        assert status == 0 and re.search(r"extract rules check\.+Passed\nextract eval\.+Passed", said), said


def test_the_manifest_of_the_hooks_is_valid() -> None:
    clientlib = pytest.importorskip("pre_commit.clientlib", reason="needs pre-commit: pip install 'extract-vn[dev]'")
    hooks = clientlib.load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))
    assert [hook["id"] for hook in hooks] == ["extract-rules", "extract-eval"]


def test_the_commands_of_the_page_run(run: Run, repository: Path) -> None:
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    commands = re.findall(r"^\$ extract (.*)$", text, re.M)
    assert len(commands) == 2
    done = [run(*command.split()) for command in commands]
    assert [status for status, _, _ in done] == [0, 1]
    assert "::error title=person too low::person: 0.6667 is below 0.9\n" in done[1][1]
