"""Two runs on the same annotations: what the second gained and lost, told by mention and summed by label."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extract.cli import main
from extract.evaluate import Comparison, compare
from extract.evaluate.report import comparison_text
from test_evaluate import GOLD, TEXT, mention, perfect, scored, write_dataset, write_gold

Rows = dict[str, list[dict[str, Any]]]
Change = Callable[[Rows], Any]


def changed(*changes: Change) -> Rows:
    rows = copy.deepcopy(perfect())
    for change in changes:
        change(rows)
    return rows


def compared(old: Rows, new: Rows) -> Comparison:
    return compare(scored(old), scored(new), [GOLD])


def told(old: Rows, new: Rows) -> list[tuple[str, str, str, str]]:
    """Label, kind, and what it was before and after."""
    return [(c.label, c.kind, c.before.cause, c.after.cause) for c in compared(old, new).changes]


def nothing(rows: Rows) -> None:
    """Everything stays right."""


def miss(rows: Rows) -> None:
    rows["title"].clear()


def cut(rows: Rows) -> None:
    rows["title"][0]["end"] -= 9


def cut_more(rows: Rows) -> None:
    rows["title"][0]["end"] -= 17


def former(rows: Rows) -> None:
    rows["title"][0]["status"] = "former"


def acting(rows: Rows) -> None:
    rows["title"][0]["status"] = "acting"


def wrong_holder(rows: Rows) -> None:
    rows["title"][0]["holder_id"] = "p3"


def false_alarm(rows: Rows) -> None:
    rows["title"].append(mention("title", "hộ", mention_id="x", rule="title.head"))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([nothing], [nothing], []),
        ([miss], [nothing], [("title", "gain", "missed", "right")]),
        ([cut], [nothing], [("title", "gain", "boundary: too short right", "right")]),
        ([miss], [former], [("title", "gain", "missed", "attribute: status")]),
        ([miss], [former, wrong_holder], [("title", "gain", "missed", "attribute: status, holder")]),
        ([miss], [cut], [("title", "changed", "missed", "boundary: too short right")]),
        ([cut], [cut_more], [("title", "changed", "boundary: too short right", "boundary: too short right")]),
        ([cut], [cut], []),
        ([former], [nothing], [("title", "gain", "attribute: status", "right")]),
        ([former], [acting], [("title", "changed", "attribute: status", "attribute: status")]),
        ([former], [former], []),
        (
            [former],
            [wrong_holder],
            [
                ("title", "gain", "attribute: status", "right"),
                ("title", "loss", "right", "attribute: holder"),
            ],
        ),
        ([false_alarm], [nothing], [("title", "gain", "spurious", "none")]),
        ([false_alarm], [false_alarm], []),
    ],
)
def test_what_changed_and_the_same_backwards(old: list[Change], new: list[Change], expected: list[Any]) -> None:
    assert told(changed(*old), changed(*new)) == expected
    mirror = {"gain": "loss", "loss": "gain", "changed": "changed"}
    back = [(label, mirror[kind], after, before) for label, kind, before, after in expected]
    assert sorted(told(changed(*new), changed(*old))) == sorted(back)


def test_a_wrong_boundary_that_is_left_beside_the_right_one_is_no_new_false_alarm() -> None:
    def both(rows: Rows) -> None:
        rows["title"].append(rows["title"][0] | {"end": rows["title"][0]["end"] - 9, "mention_id": "x"})

    assert told(changed(cut), changed(both)) == [("title", "gain", "boundary: too short right", "right")]
    assert told(changed(both), changed(cut)) == [("title", "loss", "right", "boundary: too short right")]


def test_a_change_says_where_and_which_rules() -> None:
    def other_rule(rows: Rows) -> None:
        rows["title"][0] |= {"rule": "title.office"}

    (change,) = compared(changed(cut, other_rule), changed(nothing)).changes
    assert (TEXT[change.start : change.end], change.article) == ("Bí thư Huyện ủy Sông Thử", "bai-1")
    assert "⟦Bí thư Huyện ủy Sông Thử⟧, dẫn" in change.context and change.expected == "Bí thư Huyện ủy Sông Thử"
    assert change.before == ("boundary: too short right", "Bí thư Huyện ủy", "title.office")
    assert change.after == ("right", None, "title.rule")
    (change,) = compared(changed(nothing), changed(former)).changes
    assert (change.expected, change.after.got, change.before.got) == ("current", "former", None)


# -- as a command ---------------------------------------------------------------------------------------


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path, Path]:
    """OLD: a cut title and no second person. NEW: those are right, a code is wrong, and a false alarm came."""

    def only_one_person(rows: Rows) -> None:
        rows["person"].pop()

    def wrong_code(rows: Rows) -> None:
        rows["document"][0]["code"] = "12-KL/TW"

    def alarm(rows: Rows) -> None:
        more = {"value": Decimal("12.000000"), "quantity": "count"}
        rows["figure"].append(mention("figure", "12", mention_id="x", rule="figure.count") | more)

    def dataset(name: str, rows: Rows) -> Path:
        return write_dataset(tmp_path / name, [("1" * 16, "bai-1.txt", TEXT, rows)])

    gold = {"id": GOLD.id, "text": TEXT, "mentions": [dict(m) for m in GOLD.mentions]}
    old, new = dataset("old", changed(cut, only_one_person)), dataset("new", changed(wrong_code, alarm))
    return old, new, write_gold(tmp_path / "gold.jsonl", gold)


def run(capsys: pytest.CaptureFixture[str], *args: object) -> str:
    capsys.readouterr()
    assert main([str(arg) for arg in args]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_two_datasets_side_by_side(capsys: pytest.CaptureFixture[str], runs: tuple[Path, Path, Path]) -> None:
    old, new, gold = runs
    out = run(capsys, "eval", "--compare", old, new, gold)
    assert out == run(capsys, "eval", gold, "--compare", old, new), "the order of the arguments does not matter"
    blocks = [block.splitlines() for block in out.split("\n\n")]
    assert [block[0] for block in blocks[:4]] == [
        "person: gained (1)", "title: gained (1)", "document: lost (1)", "figure: lost (1)",
    ]  # fmt: skip
    lines = [block[1] for block in blocks[:4]]
    assert lines[0].endswith("⟦Hà Thị Thí⟧ cùng dự.  missed → right  [– → person.rule]")
    assert lines[1].endswith("boundary: too short right 'Bí thư Huyện ủy' → right  [title.rule]")
    assert lines[2].endswith("right → attribute: code '12-KL/TW', annotated '12-KL/TU'  [document.rule]")
    assert lines[3].endswith("none → spurious  [– → figure.count]") and "⟦12⟧-KL/TU" in lines[3]
    totals = [line.split() for line in blocks[4]]
    assert totals == [
        ["gained", "lost", "changed", "net"],
        ["person", "1", "0", "0", "+1"],
        ["title", "1", "0", "0", "+1"],
        ["document", "0", "1", "0", "-1"],
        ["figure", "0", "1", "0", "-1"],
        ["all", "2", "2", "0", "0"],
    ]
    figures = {line.split()[0]: line.split()[1:] for line in blocks[5][1:]}
    assert figures["person"] == ["0.8000", "1.0000", "+0.2000"] and figures["title"] == ["0.0000", "1.0000", "+1.0000"]
    assert figures["code"] == ["1.0000", "0.0000", "-1.0000"] and figures["document"] == ["1.0000", "1.0000", "0"]
    assert "kind" not in figures, "attributes that did not move are left out"


def test_two_datasets_as_json(capsys: pytest.CaptureFixture[str], runs: tuple[Path, Path, Path]) -> None:
    data = json.loads(run(capsys, "eval", "--compare", *runs, "--format", "json"))
    assert data["old"]["person"]["r"] == 0.6667 and data["new"]["person"]["r"] == 1.0
    assert data["totals"]["document"] == {"gain": 0, "loss": 1, "changed": 0, "net": -1}
    assert data["totals"]["all"] == {"gain": 2, "loss": 2, "changed": 0, "net": 0}
    (code,) = [change for change in data["changes"] if change["label"] == "document"]
    assert (code["kind"], code["expected"]) == ("loss", "12-KL/TU")
    assert code["before"] == {"cause": "right", "got": None, "rule": "document.rule"}
    assert code["after"] == {"cause": "attribute: code", "got": "12-KL/TW", "rule": "document.rule"}
    assert TEXT[code["start"] : code["end"]] == "Kết luận số 12-KL/TU"
    alike = json.loads(run(capsys, "eval", "--compare", runs[0], runs[0], runs[2], "--format", "json"))
    assert alike["changes"] == [] and alike["totals"]["all"]["net"] == 0 and alike["old"] == alike["new"]


def test_two_datasets_as_markdown(capsys: pytest.CaptureFixture[str], runs: tuple[Path, Path, Path]) -> None:
    out = run(capsys, "eval", "--compare", *runs, "--format", "markdown")
    assert "### title: gained (1)\n\n- bai-1 " in out and "\n| person | 1 | 0 | 0 | +1 |\n" in out
    assert "\n| code | 1.0000 | 0.0000 | -1.0000 |\n" in out


def test_how_many_changes_are_listed(capsys: pytest.CaptureFixture[str], runs: tuple[Path, Path, Path]) -> None:
    old, new, gold = runs
    rows = changed(lambda r: r["person"].clear())
    none = write_dataset(gold.parent / "none", [("1" * 16, "bai-1.txt", TEXT, rows)])
    some = run(capsys, "eval", "--compare", none, new, gold, "--errors", "2")
    assert "person: gained (2 of 3)" in some and some.count("missed → right") == 2
    totals_only = run(capsys, "eval", "--compare", old, new, gold, "--errors", "0")
    assert totals_only.splitlines()[0].split() == ["gained", "lost", "changed", "net"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (wrong_holder, "attribute: holder 'Hà Thị Thí' → right, annotated 'Lò Văn Mẫu'  [title.rule]"),
        (
            lambda r: r["title"][0].update(holder_id=None),
            "attribute: holder None → right, annotated 'Lò Văn Mẫu'  [title.rule]",
        ),
        (cut, "boundary: too short right 'Bí thư Huyện ủy' → right  [title.rule]"),
        (
            lambda r: (former(r), wrong_holder(r)),
            "attribute: status 'former' → right, annotated 'current'  [title.rule]",
        ),
        (miss, "missed → right  [– → title.rule]"),
    ],
)
def test_a_change_in_words(change: Change, said: str) -> None:
    text = comparison_text(compared(changed(change), changed(nothing)))
    assert any(line.endswith("dẫn Kết luận số 12-KL/TU ngày 03/4/202  " + said) for line in text.splitlines())


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--compare", "old", "new", "gold.jsonl", "--out", "new", "--min", "person=0.9"], "not go with --out, --min"),
        (["--compare", "old", "new", "gold.jsonl", "--no-ner", "--html", "e.html"], "not go with --html, --no-ner"),
        (["--compare", "old", "gold.jsonl"], "GOLD"),
        (["--compare", "old", "nowhere", "gold.jsonl"], "nowhere: no such folder"),
    ],
)
def test_what_does_not_go_together(
    capsys: pytest.CaptureFixture[str],
    runs: tuple[Path, Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    args: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(runs[2].parent)
    capsys.readouterr()
    assert main(["eval", *args]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("extract: ") and err.count("\n") == 1 and said in err
