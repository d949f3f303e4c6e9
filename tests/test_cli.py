"""The command line as people and scripts meet it: what it prints, what it leaves, its exit status."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from conftest import built
from extract.cli import app, main
from extract.records import Article, Failure, Segmented

NEWS = {
    "tin-1.txt": (
        "Hội nghị Huyện ủy Sông Thử\n\nSáng 12/3/2024, ông Lò Văn Mẫu, Bí thư Huyện ủy, chủ trì hội nghị. "
        "Hội nghị nghe báo cáo thực hiện Kết luận số 12-KL/TU ngày 03/01/2024; "
        "toàn huyện có 1.250 hộ nghèo.\n"
    ),
    "xa/tin-2.txt": (
        "Bà Hà Thị Thí, Phó Chủ tịch UBND xã Bản Nháp, cho biết xã đã chi 2,5 tỷ đồng theo Quyết định "
        "số 45/QĐ-UBND, đạt 98,5% kế hoạch.\n"
    ),
}
TYPO = '[[lexicon]]\nid = "loai.moi"\ndescription = "New types"\nentires = ["Đề cương"]\n'


class Done(NamedTuple):
    status: int
    out: str
    err: str


Extract = Callable[..., Done]


@pytest.fixture
def extract(capsys: pytest.CaptureFixture[str], built_once: None) -> Extract:
    """Runs one command in this process."""

    def call(*args: str | Path) -> Done:
        capsys.readouterr()
        status = main([str(a) for a in args])
        return Done(status, *capsys.readouterr())

    return call


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    for name, text in NEWS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def process(args: Sequence[str | Path], **options: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "extract", *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]


def one_line(done: Done) -> str:
    """What a failed command says: one line on stderr, nothing on stdout, no traceback."""
    assert done.out == ""
    assert done.err.startswith("extract: ") and done.err.endswith("\n") and done.err.count("\n") == 1, done.err
    return done.err


def parts(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.glob("*/part-*.parquet"))}


# -- help -----------------------------------------------------------------------------------------------

COMMANDS = (
    "run", "segment", "tag", "validate", "write", "export", "verify", "eval", "rules", "schema", "show", "report", "doctor",
)  # fmt: skip


def test_help_names_every_command_and_shows_examples() -> None:
    done = CliRunner().invoke(app, ["--help"])
    assert done.exit_code == 0
    assert all(f" {command} " in done.output for command in COMMANDS)
    assert "extract run data/raw --out data/out" in done.output


@pytest.mark.parametrize("command", [*COMMANDS, "rules check", "rules explain"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = CliRunner().invoke(app, [*command.split(), "--help"])
    assert done.exit_code == 0
    if command != "rules":
        assert f"extract {command}" in done.output.split("Example", 1)[1]


@pytest.mark.parametrize("args", [["--help"], ["run", "--help"], ["eval", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(args: list[str]) -> None:
    code = (
        "import sys\nfrom extract.cli import main\n"
        f"main({args!r})\n"
        "print('LOADED', *(m for m in sys.modules if '.' not in m or m.startswith('extract.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split("LOADED ")[1].split())
    assert {"extract", "extract.cli", "typer"} <= loaded
    # Typer may bring pydantic in by itself; the models of this package are not among what is loaded.
    heavy = {"pyarrow", "regex", "spacy", "underthesea", "numpy", "pandas", "pycrfsuite", "zstandard"}
    heavy |= {"lxml", "trafilatura", "fastwarc"}
    assert not loaded & heavy
    assert {m for m in loaded if m.startswith("extract.")} == {"extract.cli"}


def test_version(extract: Extract) -> None:
    done = extract("--version")
    assert (done.status, done.err) == (0, "") and done.out.startswith("extract ")


# -- wrong usage and unusable input ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["rnu"], "No such command 'rnu'"),
        (["run"], "INPUT"),
        (["run", "x"], "--out"),
        (["run", "x", "--oot", "y"], "--out"),
        (["run", "x", "--out", "y", "--workers", "0"], "--workers"),
        (["run", "x", "--out", "y", "--limit", "many"], "--limit"),
        (["run", "x", "--out", "y", "--engine", "spark"], "'local', 'ray'"),
        (["run", "x", "--out", "y", "--ray-address", "auto"], "--ray-address goes with --engine ray"),
        (["run", "bai.txt", "--out", "bai.txt"], "bai.txt: not a folder"),
        (["run", "x", "--out", "y", "--resume", "--overwrite"], "--resume keeps"),
        (["run", "no/such/folder", "--out", "y"], "no/such/folder: no such file or folder"),
        (["run", "no/*.txt", "--out", "y"], "no/*.txt"),
        (["run", "bai.txt", "--out", "y", "--map", "texts=content"], "nearest: text"),
        (["run", "bai.txt", "--out", "y", "--map", "content"], "write FIELD=NAME, such as text=content"),
        (["run", ".", "--out", "y"], "--out y lies in the input folder ."),
        (["segment", ".", "--out", "."], "--out . lies in the input folder ."),
        (["segment", "no/such/folder", "--out", "y"], "no/such/folder"),
        (["tag", "no/such/folder"], "run 'extract segment' first"),
        (["validate", "no/such/folder"], "run 'extract tag' first"),
        (["write", "no/such/folder", "--out", "y"], "run 'extract validate' first"),
        (["eval", "no.jsonl"], "no.jsonl: No such file"),
        (["eval", "a.jsonl", "b.jsonl"], "one file of annotations"),
        (["eval", "a.jsonl", "--min", "persons=0.9"], "no label 'persons'; nearest: person"),
        (["eval", "a.jsonl", "--min", "person"], "such as person=0.95"),
        (["eval", "a.jsonl", "--min", "person=95"], "between 0 and 1"),
        (["eval", "a.jsonl", "--format", "xml"], "--format"),
        (["rules", "check", "no/such/folder"], "no/such/folder: not a folder"),
        (["rules", "explain"], "TEXT"),
        (["show", "no.txt"], "no.txt: no such file"),
        (["show", "."], "no dataset here"),
    ],
)
def test_wrong_usage_is_status_2_and_one_line(
    extract: Extract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bai.txt").write_text("Một bài.", "utf-8")
    done = extract(*args)
    assert done.status == 2
    assert said in one_line(done)
    assert [p.name for p in tmp_path.iterdir()] == ["bai.txt"], "nothing is written"


def test_wrong_usage_in_a_process_of_its_own(tmp_path: Path) -> None:
    running = process(["run", "x", "--nope"], cwd=tmp_path)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (2, b"")
    assert err.startswith(b"extract: ") and err.count(b"\n") == 1


def test_a_typo_in_a_rule_file_is_located_and_leaves_the_output_as_it_was(
    extract: Extract, news: Path, tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "own.toml").write_text(TYPO, "utf-8")
    out = tmp_path / "out"
    assert extract("run", news, "--out", out, "--quiet", "--workers", "1").status == 0
    before = parts(out)
    for command in (
        ["run", news, "--out", out, "--overwrite"],
        ["eval", "g.jsonl"],
        ["rules", "explain", "x"],
    ):
        if command[0] == "eval":
            (tmp_path / "g.jsonl").write_text('{"id": "a", "text": "x", "mentions": []}', "utf-8")
            command[1] = tmp_path / "g.jsonl"
        done = extract(*command, "--rules", rules)
        assert done.status == 2
        assert f"{rules / 'own.toml'}:4: unknown key 'entires' of 'loai.moi'; nearest: entries" in one_line(done)
    assert parts(out) == before and (out / "manifest.json").exists()


# -- run and the stages ---------------------------------------------------------------------------------


def test_run_leaves_tables_and_says_what_and_where(extract: Extract, news: Path, tmp_path: Path) -> None:
    (news / "anh.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00")
    (news / "readme.md").write_text("not an article", "utf-8")
    out = tmp_path / "out"
    done = extract("run", news, "--out", out, "--workers", "1")
    assert done.status == 0
    assert "3 files" in done.err and "1 files of other formats" in done.err
    said = {line.split()[0]: line.split()[-1] for line in done.out.splitlines() if line.strip()}
    assert (said["articles"], said["rejects"], said["binary_file"]) == ("2", "1", "1")
    assert "characters/s" in done.out and str(out) in done.out
    manifest = json.loads((out / "manifest.json").read_bytes())
    assert manifest["inputs"] == [str(news)] and len(manifest["versions"]["rules"]) == 16
    assert all(int(said[table]) == count for table, count in manifest["counts"].items())
    assert manifest["counts"]["documents"] == 2 and manifest["counts"]["persons"] == 2


def test_quiet_says_nothing(extract: Extract, news: Path, tmp_path: Path) -> None:
    done = extract("run", news, "--out", tmp_path / "out", "--workers", "1", "--quiet")
    assert done == (0, "", "")


def test_an_output_folder_that_holds_a_dataset(extract: Extract, news: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["run", news, "--out", out, "--workers", "1", "--quiet"]
    assert extract(*arguments).status == 0
    before = parts(out)
    done = extract(*arguments)
    assert done.status == 2
    assert "--overwrite" in one_line(done) and "--resume" in one_line(done)
    assert parts(out) == before
    assert extract(*arguments, "--resume").status == 0 and parts(out) == before
    (news / "tin-1.txt").unlink()
    assert extract(*arguments, "--overwrite").status == 0 and parts(out) != before


def test_the_four_stages_give_what_run_gives(extract: Extract, news: Path, tmp_path: Path) -> None:
    work, staged, whole = tmp_path / "work", tmp_path / "staged", tmp_path / "whole"
    assert extract("run", news, "--out", whole, "--workers", "2", "--quiet").status == 0
    for number, command in enumerate(
        (
            ["segment", news, "--out", work],
            ["tag", work],
            ["validate", work],
            ["write", work, "--out", staged],
        )
    ):
        done = extract(*command)
        assert done.status == 0
        next_command = ("extract tag", "extract validate", "extract write", "extract show")[number]
        assert next_command in done.out
    assert parts(staged) == parts(whole) != {}
    done = extract("segment", news, "--out", work)
    assert done.status == 2 and "--overwrite" in one_line(done)


def test_limit_and_map(extract: Extract, tmp_path: Path) -> None:
    lines = [json.dumps({"body": f"Xã có {n} hộ.", "link": f"https://vi.du/{n}"}) for n in range(1, 6)]
    (tmp_path / "tin.jsonl").write_text("\n".join(lines), "utf-8")
    out = tmp_path / "out"
    options = ["--map", "text=body", "--map", "url=link", "--limit", "3", "--workers", "1", "--quiet"]
    assert extract("run", tmp_path / "tin.jsonl", "--out", out, *options).status == 0
    import extract as package

    articles = package.load(out).articles.to_pylist()
    assert [a["text"] for a in articles] == [f"Xã có {n} hộ." for n in (1, 2, 3)]
    assert articles[0]["url"] == "https://vi.du/1"


def test_own_rules_and_no_ner_change_what_the_manifest_says(extract: Extract, news: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "own.toml").write_text(TYPO.replace("entires", "entries"), "utf-8")
    versions = []
    for name, options in (("a", []), ("b", ["--rules", rules]), ("c", ["--no-ner"])):
        assert extract("run", news, "--out", tmp_path / name, "--workers", "1", "--quiet", *options).status == 0
        versions.append(json.loads((tmp_path / name / "manifest.json").read_bytes())["versions"])
    assert versions[0]["rules"] != versions[1]["rules"] and versions[0]["model"] == versions[1]["model"] != ""
    assert versions[0]["rules"] == versions[2]["rules"] and versions[2]["model"] == ""


def test_standard_input_in_a_process_of_its_own(tmp_path: Path) -> None:
    running = process(["run", "-", "--out", tmp_path / "out", "--workers", "2"], stdin=subprocess.PIPE)
    out, err = running.communicate(NEWS["tin-1.txt"].encode(), timeout=120)
    assert running.returncode == 0, err
    assert b"articles" in out and b"\x1b" not in out + err
    assert json.loads((tmp_path / "out" / "manifest.json").read_bytes())["counts"]["articles"] == 1


def test_ctrl_c_is_130_with_a_hint(tmp_path: Path) -> None:
    out = tmp_path / "out"
    # A shell that starts the tests in the background has them ignore Ctrl-C, and what they start as well.
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    running = process(["run", "-", "--out", out, "--workers", "2"], stdin=subprocess.PIPE, preexec_fn=heard)
    try:
        until = time.monotonic() + 60
        while not (out / "_shards").is_dir() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.3)  # it now waits for standard input
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)
    finally:
        running.kill()
    assert running.returncode == 130
    assert err.startswith(b"extract: stopped") and b"--resume" in err and err.count(b"\n") == 1


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="cores of a process are a Linux notion")
def test_workers_are_the_cores_of_this_process() -> None:
    from extract.cli import _cores

    assert _cores() == len(os.sched_getaffinity(0)) >= 1


# -- eval -----------------------------------------------------------------------------------------------


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Annotations of both articles; the second leaves out one figure that is there."""

    def article(name: str, *mentions: dict[str, object]) -> dict[str, object]:
        text, made, position = NEWS[name], [], 0
        for number, mention in enumerate(mentions):
            start = text.index(str(mention["text"]), position)
            position = start + 1
            made.append({"id": f"m{number}", "start": start, "end": start + len(str(mention["text"]))} | mention)
        return {"id": Path(name).stem, "text": text, "mentions": made}

    articles = [
        article(
            "tin-1.txt",
            {"label": "person", "text": "Lò Văn Mẫu", "id": "p", "honorific": "ông", "ranks": []},
            {"label": "title", "text": "Bí thư Huyện ủy", "holder": "p", "status": "current"},
            {
                "label": "document", "text": "Kết luận số 12-KL/TU", "kind": "coded", "type": "Kết luận",
                "code": "12-KL/TU", "date": "2024-01-03", "issuer": None,
            },
            {"label": "figure", "text": "1.250", "quantity": "count", "value": "1250", "unit": "hộ nghèo"},
        ),
        article(
            "xa/tin-2.txt",
            {"label": "person", "text": "Hà Thị Thí", "id": "p", "honorific": "Bà", "ranks": []},
            {"label": "title", "text": "Phó Chủ tịch UBND xã Bản Nháp", "holder": "p", "status": "current"},
            {
                "label": "figure", "text": "2,5 tỷ đồng", "quantity": "money", "value": "2500000000",
                "unit": "đồng",
            },
            {
                "label": "document", "text": "Quyết định số 45/QĐ-UBND", "kind": "coded",
                "type": "Quyết định", "code": "45/QĐ-UBND", "date": None, "issuer": None,
            },
        ),
    ]  # fmt: skip
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles), "utf-8")
    return path


def test_eval_in_memory_and_on_a_dataset_agree(extract: Extract, gold: Path, news: Path, tmp_path: Path) -> None:
    assert extract("run", news, "--out", tmp_path / "out", "--workers", "1", "--quiet").status == 0
    memory = extract("eval", gold, "--format", "json")
    dataset = extract("eval", gold, "--format", "json", "--out", tmp_path / "out")
    assert memory == dataset and memory.status == 0 and memory.err == ""
    figures = json.loads(memory.out)
    assert figures["articles"] == 2 and figures["missing"] == [] and figures["text_differs"] == 0
    assert (figures["coded"]["f1"], figures["person"]["f1"], figures["holder"]["f1"]) == (1.0, 1.0, 1.0)
    assert (figures["figure"]["r"], figures["figure"]["pred"]) == (1.0, 3), "98,5% is not annotated"


def test_eval_fails_below_what_is_asked_for(extract: Extract, gold: Path) -> None:
    done = extract("eval", gold, "--min", "figure=0.5", "--min", "person=1")
    assert (done.status, done.err) == (0, "")
    done = extract("eval", "--min", "figure=0.95", "coded=1", gold)
    assert done.status == 1
    assert done.err == "extract: figure: 0.8000 is below 0.95\n"
    assert "figure" in done.out, "the figures are printed all the same"
    done = extract("eval", gold, "--min", "figure=0.95,issuer=0.1")
    assert done.status == 1 and done.err.count("\n") == 1


def test_eval_lists_faults_by_label(extract: Extract, gold: Path) -> None:
    done = extract("eval", gold, "--errors", "3")
    lines = done.out.splitlines()
    at = lines.index("figure: spurious (1)")
    assert lines[at + 1].split()[0] == "tin-2" and "đạt ⟦98,5%⟧ kế hoạch" in lines[at + 1]
    assert lines[at + 1].endswith("]"), "the rule that fired is named"
    assert "| person | 1.000 |" in extract("eval", gold, "--format", "markdown").out


def test_eval_counts_an_article_that_a_stage_fails_on_as_missing(
    extract: Extract, gold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = built((), True)

    def fragile(article: Article) -> Segmented:
        if article.source == "tin-2":
            raise Failure("odd", "too odd")
        return sound.segment(article)

    stages = SimpleNamespace(segment=fragile, tag=sound.tag, validate=sound.validate)
    monkeypatch.setattr("extract.pipeline.Pipeline", lambda *_, **__: stages)
    done = extract("eval", gold, "--format", "json")
    assert (done.status, done.err) == (0, "extract: tin-2: segment: too odd\n")
    figures = json.loads(done.out)
    assert figures["missing"] == ["tin-2"] and figures["person"]["r"] == 0.5


# -- rules ----------------------------------------------------------------------------------------------

RULE = r"""
[[rule]]
id = "document.thu"
description = "A made-up code of a made-up office"
label = "document"
pattern = '(?<![\w/])(?<number>\d{1,3})/(?<issuer>phieu-xa)(?!\w)'
assign = { kind = "coded" }
examples = [
  { text = "Theo mẫu 12/phieu-xa đã gửi.", expect = [{ text = "12/phieu-xa", number = "12" }] },
  { text = "Theo mẫu 12/phieu-xanh.", expect = [] },
]
"""


def test_the_rules_that_come_with_the_package_hold(extract: Extract) -> None:
    done = extract("rules", "check")
    assert done.status == 0, done.out
    last = done.out.splitlines()[-1]
    assert " 0 errors, " in last and int(last.split(" rules, ")[0].split()[-1]) > 10


def test_a_rule_of_ones_own_holds_and_fires(extract: Extract, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(RULE, "utf-8")
    assert "document.thu" not in extract("rules", "check", tmp_path).out
    told = extract("rules", "explain", "Theo mẫu 7/phieu-xa.", "--rules", tmp_path)
    assert "document.thu" in told.out and "fired" in told.out


FAULTS = {
    "value": (RULE.replace('number = "12"', 'number = "13"'), 9, "got number '12' where '13' is expected"),
    "short": (RULE.replace("{1,3}", "{1,1}"), 9, "expected '12/phieu-xa'; got none"),
    "wide": (RULE.replace("(?!\\w)", ""), 10, "expected no mention; got '12/phieu-xa'"),
    "slow": (RULE.replace(r"\d{1,3}", r"(?:\d|\d)+"), 6, "over 0.5 s"),
    "empty": ('[[lexicon]]\nid = "loai.thu"\ndescription = "x"\nentries = []\n', 2, "has no entries"),
}


def test_faulty_rules_are_status_1_each_with_its_place(extract: Extract, tmp_path: Path) -> None:
    for name, (text, _, _) in FAULTS.items():
        # Their codes differ, or one rule would take the matches of another.
        (tmp_path / f"{name}.toml").write_text(text.replace("thu", name).replace("phieu", name), "utf-8")
    done = extract("rules", "check", tmp_path)
    assert (done.status, done.err) == (1, "")
    errors = [line for line in done.out.splitlines() if " warning: " not in line]
    for name, (_, line, said) in FAULTS.items():
        (found,) = [f for f in errors if f.startswith(f"{tmp_path / name}.toml:{line}: ")]
        assert said.replace("phieu", name) in found


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (TYPO, 4, "unknown key 'entires' of 'loai.moi'; nearest: entries"),
        (RULE.replace("?<number>", "?<nummer>"), 9, "failed: IndexError: no such group"),
    ],
)
def test_rules_that_nothing_can_be_run_with(extract: Extract, tmp_path: Path, text: str, line: int, said: str) -> None:
    (tmp_path / "own.toml").write_text(text, "utf-8")
    done = extract("rules", "check", tmp_path)
    assert (done.status, done.err) == (1, "")
    assert any(f.startswith(f"{tmp_path / 'own.toml'}:{line}: ") and said in f for f in done.out.splitlines())


def test_explain_shows_rule_span_and_yield(extract: Extract) -> None:
    done = extract("rules", "explain", NEWS["tin-1.txt"])
    assert done.status == 0
    (line,) = [line for line in done.out.splitlines() if "12-KL/TU'" in line and "fired" in line]
    start = NEWS["tin-1.txt"].index("Kết luận số 12")
    assert line.split()[0] == f"{start}–{start + 20}"
    assert "document" in line and "date 2024-01-03" in line


def test_explain_reads_standard_input(extract: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("Không có gì."))
    assert extract("rules", "explain", "-") == (0, "no rule matches\n", "")


# -- schema and show ------------------------------------------------------------------------------------


def test_schema_writes_and_checks(extract: Extract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = extract("schema")
    assert done.status == 0 and "schemas/persons.schema.json" in done.out
    assert extract("schema", "--check") == (0, "", "")
    path = tmp_path / "schemas" / "persons.schema.json"
    path.write_text(path.read_text("utf-8").replace("honorific", "honorifics", 1), "utf-8")
    done = extract("schema", "--check")
    assert (done.status, done.err) == (1, "") and done.out.startswith("schemas/persons.schema.json:")
    assert "honorifics" in path.read_text("utf-8"), "--check writes nothing"


def test_the_schemas_of_the_repository_are_those_of_the_models(extract: Extract) -> None:
    done = extract("schema", "--check", "--dir", Path(__file__).resolve().parents[1] / "schemas")
    assert done == (0, "", "")


def test_show_a_file_standard_input_and_a_dataset(
    extract: Extract, news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = extract("show", news / "tin-1.txt")
    assert view.status == 0
    assert "ông ⟦person Lò Văn Mẫu⟧, ⟦title Bí thư Huyện ủy⟧, chủ trì" in view.out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(NEWS["tin-1.txt"].encode())))
    piped = extract("show", "-")
    assert piped.out.splitlines()[1:] == view.out.splitlines()[1:], "all but the heading, which names the source"

    out = tmp_path / "out"
    assert extract("run", news, "--out", out, "--workers", "1", "--quiet").status == 0
    listed = extract("show", out).out.splitlines()
    assert len(listed) == 2 and "tin-1.txt" in listed[0] and "xa/tin-2.txt" in listed[1]
    id = listed[0].split()[0]
    for wanted in (id, id[:8], "tin-1.txt"):
        found = extract("show", f"{out}#{wanted}")
        assert (found.status, found.out.splitlines()[1:]) == (0, view.out.splitlines()[1:])
    missing = extract("show", f"{out}#zz")
    assert missing.status == 2 and "no article has such an id or source" in one_line(missing)


def test_show_the_nth_record_and_one_that_cannot_be_read(extract: Extract, tmp_path: Path) -> None:
    (tmp_path / "tin.jsonl").write_text('{"text": "Xã có 10 hộ."}\n{"text": "Xã có 20 hộ."}\n{"text":', "utf-8")
    assert "⟦figure 20⟧" in extract("show", f"{tmp_path}/tin.jsonl#2").out
    assert "⟦figure 10⟧" in extract("show", f"{tmp_path}/tin.jsonl").out
    broken = extract("show", f"{tmp_path}/tin.jsonl#3")
    assert broken.status == 2 and "tin.jsonl#3" in one_line(broken)
    assert extract("show", f"{tmp_path}/tin.jsonl#4").status == 2


def test_a_closed_pipe_is_no_fault(news: Path) -> None:
    (news / "tin-1.txt").write_text(NEWS["tin-1.txt"] * 200, "utf-8")
    running = process(["show", news / "tin-1.txt", "--no-ner"])
    assert running.stdout is not None and running.stderr is not None
    running.stdout.read(10)
    running.stdout.close()
    assert running.stderr.read() == b""
    assert running.wait(60) == 0
