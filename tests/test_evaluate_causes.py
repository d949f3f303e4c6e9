"""Why a mention is wrong: annotated and extracted spans and attributes in, one cause for each fault out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.evaluate.match import Match, RuleCount, boundary_cause, by_rule, context
from test_evaluate import mention, perfect, scored

SENTENCE = "Nguyên Phó Chủ tịch UBND huyện Sông Thử Lò Văn Mẫu đến dự."
WANT = "Phó Chủ tịch UBND huyện Sông Thử"


def span(words: str) -> tuple[int, int]:
    start = SENTENCE.index(words)
    return start, start + len(words)


@pytest.mark.parametrize(
    ("got", "cause"),
    [
        ("Phó Chủ tịch UBND huyện", "too short right"),
        ("Phó Chủ tịch UBND huyện Sông Thử Lò", "too long right"),
        ("Chủ tịch UBND huyện Sông Thử", "too short left"),
        ("Nguyên Phó Chủ tịch UBND huyện Sông Thử", "too long left"),
        ("Nguyên Phó Chủ tịch UBND huyện Sông Thử Lò Văn Mẫu", "too long left and right"),
        ("Chủ tịch UBND huyện", "too short left and right"),
        ("Nguyên Phó Chủ tịch UBND", "too long left, too short right"),
        ("UBND huyện Sông Thử Lò Văn Mẫu", "too long right, too short left"),
        (WANT, ""),
    ],
)
def test_the_cause_of_a_wrong_boundary(got: str, cause: str) -> None:
    assert boundary_cause(span(WANT), span(got)) == cause


@given(st.tuples(st.integers(0, 20), st.integers(0, 20)), st.tuples(st.integers(0, 20), st.integers(0, 20)))
def test_a_boundary_and_its_mirror_have_opposite_causes(a: tuple[int, int], b: tuple[int, int]) -> None:
    there, back = boundary_cause(a, b), boundary_cause(b, a)
    assert (there == "") is (a == b)
    turned = there.replace("long", "?").replace("short", "long").replace("?", "short")
    assert set(turned.split(", ")) == set(back.split(", "))


@pytest.mark.parametrize(
    ("want", "got", "kind"),
    [
        ((0, 4), None, "missed"),
        (None, (0, 4), "spurious"),
        ((0, 4), (0, 3), "boundary"),
        ((0, 4), (0, 4), "right"),
    ],
)
def test_the_kind_of_a_match(want: tuple[int, int] | None, got: tuple[int, int] | None, kind: str) -> None:
    match = Match("title", "a", want, got)
    assert (match.kind, match.place) == (kind, want or got)


Change = Callable[[dict[str, list[dict[str, Any]]]], Any]


@pytest.mark.parametrize(
    ("change", "faults"),
    [  # label, kind, cause, annotated, extracted
        (lambda r: r["person"].pop(), [("person", "missed", "", "Hà Thị Thí", None)]),
        (
            lambda r: r["person"].append(mention("person", "Sông Thử", mention_id="x")),
            [("person", "spurious", "", None, "Sông Thử")],
        ),
        (
            lambda r: r["title"][0].update(end=r["title"][0]["end"] - 9),
            [("title", "boundary", "too short right", "Bí thư Huyện ủy Sông Thử", "Bí thư Huyện ủy")],
        ),
        (lambda r: r["title"][0].update(status="former"), [("title", "attribute", "status", "current", "former")]),
        (
            lambda r: r["title"][0].update(holder_id="p3"),
            [("title", "attribute", "holder", "Lò Văn Mẫu", "Hà Thị Thí")],
        ),
        (lambda r: r["title"][0].update(holder_id=None), [("title", "attribute", "holder", "Lò Văn Mẫu", None)]),
        (
            lambda r: r["document"][0].update(type="Nghị quyết", code="12-KL/TW"),
            [
                ("document", "attribute", "type", "Kết luận", "Nghị quyết"),
                ("document", "attribute", "code", "12-KL/TU", "12-KL/TW"),
            ],
        ),
        (
            lambda r: r["document"][0].update(date=dt.date(2024, 3, 4), issuer="Tỉnh ủy"),
            [
                ("document", "attribute", "date", "2024-04-03", "2024-03-04"),
                ("document", "attribute", "issuer", None, "Tỉnh ủy"),
            ],
        ),
        (
            lambda r: r["figure"][0].update(value=Decimal("1.250000")),
            [("figure", "attribute", "value", "1250", "1.25")],
        ),
        (  # the quantity alone is wrong: no second fault for the value
            lambda r: r["figure"][1].update(quantity="ratio"),
            [("figure", "attribute", "quantity", "percent", "ratio")],
        ),
        (
            lambda r: r["figure"][1].update(
                quantity="ratio", value=None, numerator=Decimal(98), denominator=Decimal(5)
            ),
            [
                ("figure", "attribute", "quantity", "percent", "ratio"),
                ("figure", "attribute", "value", "98.5", "98/5"),
            ],
        ),
        (
            lambda r: r["figure"][0].update(value=None, low=Decimal(1), high=Decimal("1250")),
            [("figure", "attribute", "value", "1250", "1–1250")],
        ),
        (
            lambda r: r["figure"][0].update(unit="người", counted="hộ nghèo", modifier="about"),
            [
                ("figure", "attribute", "unit", "hộ", "người"),
                ("figure", "attribute", "modifier", None, "about"),
            ],
        ),
    ],
)
def test_each_fault_has_one_cause(change: Change, faults: list[tuple[str | None, ...]]) -> None:
    rows = perfect()
    change(rows)
    got = [(f.label, f.kind, f.cause, f.expected, f.found) for f in scored(rows).faults]
    assert got == faults


def test_a_figure_without_an_annotated_quantity_still_says_what_is_wrong() -> None:
    rows = perfect()
    quantity = rows["figure"][0].pop("quantity")
    assert quantity == "count"
    (fault,) = scored(rows).faults
    assert (fault.cause, fault.expected, fault.found) == ("quantity", "count", None)


def test_a_mention_is_counted_once_among_the_matches() -> None:
    rows = perfect()
    rows["title"][0]["end"] -= 9
    rows["person"].pop()
    rows["figure"].append(mention("figure", "03", mention_id="x", rule="figure.count"))
    matches = scored(rows).matches
    assert [m.kind for m in matches if m.label == "figure"] == ["spurious", "right", "right"]
    assert sum(m.want is not None for m in matches) == 7 and sum(m.got is not None for m in matches) == 7


def test_the_record_of_each_rule_is_counted_and_the_worst_comes_first() -> None:
    rows = perfect()
    rows["person"][0]["honorific"] = None
    rows["person"][1]["rule"] = "person.given"
    rows["person"] += [
        mention("person", "Sông Thử", mention_id="x", rule="person.place"),
        mention("person", "Huyện ủy", mention_id="y", rule="person.place"),
    ]
    rows["title"][0]["end"] -= 9
    rows["document"].clear()
    rows["figure"][0]["rule"] = None
    assert by_rule(scored(rows).matches) == [
        RuleCount("person", "person.place", 2, 0, 0, 0, 2),
        RuleCount("person", "person.rule", 2, 1, 1, 0, 0),
        RuleCount("title", "title.rule", 1, 0, 0, 1, 0),
        RuleCount("figure", "figure.rule", 1, 1, 0, 0, 0),
        RuleCount("figure", "rule", 1, 1, 0, 0, 0),  # no rule is named: the method
        RuleCount("person", "person.given", 1, 1, 0, 0, 0),
    ]


def test_what_would_steer_a_terminal_is_not_printed() -> None:
    text = "Ông \x1b[31mMẫu\u202e dự\ud800.\nHết."
    assert context(text, 4, 12) == "Ông ⟦\ufffd[31mMẫu⟧\ufffd dự\ufffd. ⏎ Hết."
