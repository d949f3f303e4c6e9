"""The terminal view: the text as it is, each mention marked and in a table; nothing steers the terminal."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from extract.show import run
from extract.show.terminal import STYLES, attributes, render, safe
from extract.write.manifest import RunSummary

TEXT = "Bà Hà Thị Thí, Chủ tịch UBND xã Thử Nghiệm, cho biết\ncó 120 hộ [nghèo]."


def row(text: str, **more: Any) -> dict[str, Any]:
    start = TEXT.index(text)
    base = {
        "mention_id": f"m{start}",
        "start": start,
        "end": start + len(text),
        "text": text,
        "method": "rule",
    }
    return base | {"rule": "thu.nghiem", "confidence": 1.0, "flags": ()} | more


ROWS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "person": [row("Hà Thị Thí", honorific="Bà")],
    "title": [row("Chủ tịch UBND xã Thử Nghiệm", role="Chủ tịch", status="former", holder_id="m3")],
    "figure": [row("120", value=Decimal("120.000000"), unit="hộ", flags=("odd",), method="ner", rule=None)],
}


def shown(text: str, rows: Mapping[str, Sequence[Mapping[str, Any]]], *, colour: bool) -> str:
    out = io.StringIO()
    console = Console(file=out, width=200, force_terminal=colour, color_system="truecolor" if colour else None)
    console.print(render("bai-1", text, rows, colour=colour))
    return out.getvalue()


def test_without_colour_mentions_stand_in_brackets_with_their_label() -> None:
    lines = shown(TEXT, ROWS, colour=False).splitlines()
    assert lines[0].strip() == "bai-1"
    assert "Bà ⟦person Hà Thị Thí⟧, ⟦title Chủ tịch UBND xã Thử Nghiệm⟧, cho biết" in [line.strip() for line in lines]
    assert "có ⟦figure 120⟧ hộ [nghèo]." in [line.strip() for line in lines]


def test_with_colour_each_label_has_its_own() -> None:
    view = shown(TEXT, ROWS, colour=True)
    assert "⟦" not in view
    assert "\x1b[1;32mHà Thị Thí\x1b[0m" in view and "\x1b[1;33m120\x1b[0m" in view
    assert len(set(STYLES.values())) == len(STYLES) == 4


def test_the_table_tells_attributes_and_rules() -> None:
    lines = [line.split() for line in shown(TEXT, ROWS, colour=False).splitlines()]
    (title,) = [line for line in lines if line[:1] == ["15–42"]]
    assert title[-1] == "thu.nghiem"
    assert " ".join(title[8:-1]) == "role=Chủ tịch status=former holder=Hà Thị Thí"
    (figure,) = [line for line in lines if line[1:2] == ["figure"]]
    assert figure[2:] == ["120", "flags=odd", "value=120", "unit=hộ", "ner"]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"value": Decimal("0.000000")}, "value=0"),
        ({"value": Decimal("9.770000")}, "value=9.77"),
        ({"value": Decimal("361503000000")}, "value=361503000000"),
        ({"value": None, "code": "", "is_official": False, "ranks": []}, ""),
        ({"ranks": ("Đại tá", "TS")}, "ranks=Đại tá, TS"),
        ({"confidence": 1.0, "status": "current"}, ""),
        ({"confidence": 0.8999999761581421}, "confidence=0.9"),
        ({"holder_id": "gone"}, "holder=gone"),
    ],
)
def test_attributes_leave_out_what_says_nothing(columns: dict[str, Any], said: str) -> None:
    assert attributes({"start": 0, "end": 1, "text": "x", "article_id": "a"} | columns, {}) == said


@pytest.mark.parametrize("steering", ["\x1b[2J", "\x07", "\x9b31m", "\u202e", "\u2066", "\x00", "\ud800", "\r"])
def test_what_would_steer_the_terminal_is_shown(steering: str) -> None:
    text = f"Xã {steering} Thử"
    for colour in (True, False):
        view = shown(text, {}, colour=colour)
        assert steering not in view and f"Xã \ufffd{safe(steering)[1:]} Thử" in view


def test_progress_is_a_plain_line_now_and_then_where_stderr_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr("extract.show.run.time.monotonic", lambda: clock[0])
    with run.progress(quiet=False) as count:
        assert count is not None
        for seconds in (1, 2, 3, 4):  # 10 in all
            clock[0] += seconds
            count(5, 2000)
    out, err = capsys.readouterr()
    assert out == ""
    assert err == ("15 articles, 2.5 articles/s, 1,000 characters/s, 6 s\n")


def test_no_progress_where_it_is_not_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    with run.progress(quiet=True) as count:
        assert count is None
    assert capsys.readouterr() == ("", "")


def test_the_summary_tells_rows_rejects_speed_and_what_is_next() -> None:
    done = RunSummary(Path("ra"), {"articles": 1200, "rejects": 3}, {"odd": 1, "bad": 2}, 90_000, 4, 1, 3.0)
    out = io.StringIO()
    Console(file=out, width=200).print(run.summary(done))
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert ["articles", "1,200"] in lines
    assert lines.index(["bad", "2"]) + 1 == lines.index(["odd", "1"]), "the commonest reason comes first"
    assert "90,000 characters in 3.0 s: 30,000 characters/s (1 of 4 parts were there already)" in out.getvalue()
    assert "extract show ra" in out.getvalue()


@given(st.text())
def test_safe_keeps_every_offset(text: str) -> None:
    made = safe(text)
    assert len(made) == len(text)
    assert all(b in (a, "\ufffd") for a, b in zip(text, made))
