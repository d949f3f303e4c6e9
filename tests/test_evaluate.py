"""Scoring: annotated and extracted mentions in, counts and faults out; the numbers are worked out by hand."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extract.evaluate import GoldArticle, GoldError, Predicted, from_dataset, read_gold, score
from extract.evaluate.report import as_json, as_text
from extract.evaluate.score import ATTRIBUTES, MEASURES, fold, same_person, same_value
from extract.validate.models import TABLES
from extract.write import NoDatasetError
from extract.write.schemas import arrow_schema

TEXT = (
    "Ông Lò Văn Mẫu, Bí thư Huyện ủy Sông Thử, dẫn Kết luận số 12-KL/TU ngày 03/4/2024 "
    "và cho biết có 1.250 hộ, đạt 98,5%. Ông Mẫu, bà Hà Thị Thí cùng dự."
)
REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"


def mention(label: str, text: str, nth: int = 0, **more: Any) -> dict[str, Any]:
    """A mention at the ``nth`` place where ``text`` stands in TEXT."""
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(text, start + 1)
    return {"label": label, "text": text, "start": start, "end": start + len(text)} | more


GOLD = GoldArticle(
    "bai-1",
    TEXT,
    (
        mention("person", "Lò Văn Mẫu", id="p1", honorific="Ông", ranks=[]),
        mention("title", "Bí thư Huyện ủy Sông Thử", id="t1", holder="p1", status="current"),
        mention(
            "document", "Kết luận số 12-KL/TU", id="d1", kind="coded", type="Kết luận", code="12-KL/TU",
            date="2024-04-03", issuer=None,
        ),
        mention("figure", "1.250", id="f1", value="1250", quantity="count", unit="hộ", modifier=None),
        mention("figure", "98,5%", id="f2", value="98.5", quantity="percent", unit="%", modifier=None),
        mention("person", "Mẫu", 1, id="p2", honorific="Ông", ranks=[]),
        mention("person", "Hà Thị Thí", id="p3", honorific="bà", ranks=[]),
    ),
)  # fmt: skip


def perfect() -> dict[str, list[dict[str, Any]]]:
    """Rows as the tables would hold them if everything were right."""
    rows: dict[str, list[dict[str, Any]]] = {"person": [], "title": [], "document": [], "figure": []}
    for m in GOLD.mentions:
        row = {k: v for k, v in m.items() if k not in ("id", "label", "holder")}
        row |= {"mention_id": m["id"], "rule": f"{m['label']}.rule", "method": "rule"}
        if m["label"] == "title":
            row["holder_id"] = m["holder"]
        if m["label"] == "document":
            row["date"] = dt.date.fromisoformat(m["date"])
        if m["label"] == "figure":
            row["value"] = Decimal(m["value"]).quantize(Decimal("0.000001"))
            row |= {"low": None, "high": None, "numerator": None, "denominator": None}
            row |= {"counted": m["unit"], "unit_text": None}
        rows[m["label"]].append(row)
    return rows


def scored(rows: Mapping[str, list[dict[str, Any]]], text: str = TEXT) -> Any:
    return score([GOLD], {"bai-1": Predicted(text, {k: tuple(v) for k, v in rows.items()})})


def test_all_right_is_one_everywhere() -> None:
    scores = scored(perfect())
    assert {name: (m.precision, m.recall, m.f1) for name, m in scores.f1.items()} == dict.fromkeys(MEASURES, (1, 1, 1))
    assert all(s.right == s.of > 0 for s in scores.shares.values())
    assert (scores.faults, scores.missing, scores.text_differs) == ((), (), 0)


def test_nothing_extracted_is_zero_everywhere() -> None:
    scores = score([GOLD], {})
    assert {m.f1 for m in scores.f1.values()} == {0.0}
    assert scores.missing == ("bai-1",)
    assert {f.kind for f in scores.faults} == {"missed"} and len(scores.faults) == len(GOLD.mentions)


Change = Callable[[dict[str, list[dict[str, Any]]]], Any]


@pytest.mark.parametrize(
    ("change", "measure", "counts"),
    [  # counts: right, predicted, annotated
        (lambda r: r["person"].pop(), "person", (2, 2, 3)),
        (lambda r: r["person"].append(mention("person", "Sông Thử", mention_id="x")), "person", (3, 4, 3)),
        (
            lambda r: r["person"].append(dict(r["person"][0])),
            "person",
            (3, 3, 3),
        ),  # the same span counts once
        (lambda r: r["title"][0].update(end=r["title"][0]["end"] - 9), "title", (0, 1, 1)),
        (lambda r: r["title"][0].update(end=r["title"][0]["end"] - 9), "title~", (1, 1, 1)),
        (lambda r: r["title"][0].update(end=r["title"][0]["end"] - 9), "holder", (0, 1, 1)),
        (lambda r: r["title"][0].update(holder_id="p2"), "holder", (1, 1, 1)),  # "Mẫu" is "Lò Văn Mẫu"
        (lambda r: r["title"][0].update(holder_id="p3"), "holder", (0, 1, 1)),
        (lambda r: r["title"][0].update(holder_id=None), "holder", (0, 0, 1)),
        (lambda r: r["document"][0].update(kind="numbered"), "coded", (0, 0, 1)),
        (lambda r: r["document"][0].update(kind="numbered"), "document", (1, 1, 1)),
        (lambda r: r["figure"][0].update(value=Decimal("1.25")), "value", (1, 2, 2)),
        (lambda r: r["figure"][1].update(quantity="ratio"), "value", (1, 2, 2)),
        (lambda r: r["figure"][1].update(quantity="ratio"), "figure", (2, 2, 2)),
    ],
)
def test_counts(change: Change, measure: str, counts: tuple[int, int, int]) -> None:
    rows = perfect()
    change(rows)
    got = scored(rows).f1[measure]
    assert (got.tp, got.pred, got.gold) == counts


def test_precision_recall_and_f1() -> None:
    rows = perfect()
    rows["person"].pop()
    rows["person"] += [
        mention("person", "Sông Thử", mention_id="x"),
        mention("person", "Huyện ủy", mention_id="y"),
    ]
    person = scored(rows).f1["person"]
    assert (person.precision, person.recall, person.f1) == (0.5, 0.6667, 0.5714)


@pytest.mark.parametrize(
    ("label", "attribute", "column", "wrong"),
    [
        ("title", "status", "status", "former"),
        ("document", "code", "code", "12-KL/TW"),
        ("document", "date", "date", dt.date(2024, 3, 4)),
        ("document", "date", "date", None),
        ("document", "issuer", "issuer", "Tỉnh ủy"),
        ("document", "type", "type", "Nghị quyết"),
        ("person", "ranks", "ranks", ["Đại tá"]),
        ("figure", "modifier", "modifier", "about"),
        ("figure", "unit", "counted", "người"),
    ],
)
def test_shares_of_attributes(label: str, attribute: str, column: str, wrong: object) -> None:
    rows = perfect()
    before = scored(rows).shares[attribute]
    rows[label][0][column] = wrong
    if attribute == "unit":
        rows[label][0]["unit"] = wrong
    after = scored(rows)
    assert (after.shares[attribute].right, after.shares[attribute].of) == (before.right - 1, before.of)
    (fault,) = after.faults
    assert (fault.kind, fault.label) == ("attribute", label) and fault.detail.startswith(attribute)


def test_attributes_are_compared_folded() -> None:
    rows = perfect()
    rows["document"][0] |= {"type": "KẾT  LUẬN", "code": "12-kl/tu"}
    assert scored(rows).shares["code"].right == scored(rows).shares["type"].right == 1


def test_the_text_of_the_output_may_differ() -> None:
    assert scored(perfect(), TEXT + "\n").text_differs == 1


def test_faults_tell_misses_from_wrong_boundaries() -> None:
    rows = perfect()
    rows["title"][0]["end"] -= 9
    rows["person"].pop(1)
    rows["person"].append(mention("person", "Sông Thử", mention_id="x", rule="person.place", method="rule"))
    rows["figure"][1]["value"] = Decimal("985")
    rows["title"][0]["holder_id"] = "p3"
    faults = {f.kind: f for f in scored(rows).faults}
    assert set(faults) == {"missed", "spurious", "boundary", "attribute"}
    assert TEXT[faults["missed"].start : faults["missed"].end] == "Mẫu" and faults["missed"].rule is None
    assert "⟦Mẫu⟧, bà Hà Thị Thí" in faults["missed"].context
    assert faults["spurious"].rule == "person.place" and "⟦Sông Thử⟧" in faults["spurious"].context
    assert faults["boundary"].detail == "too short right: got 'Bí thư Huyện ủy'"
    assert faults["boundary"].label == "title"
    assert faults["attribute"].detail == "value '985', not '98.5'"


def test_a_wrong_holder_is_told_by_name() -> None:
    rows = perfect()
    rows["title"][0]["holder_id"] = "p3"
    (fault,) = scored(rows).faults
    assert fault.detail == "holder 'Hà Thị Thí', not 'Lò Văn Mẫu'"


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Lò Văn Mẫu", "Mẫu", True),
        ("Mẫu", "Lò Văn Mẫu", True),
        ("Donald Trump", "Donald", True),
        ("LÒ VĂN MẪU", "Lò  Văn Mẫu", True),
        ("Nguyễn Thị Hòa", "Hoà", True),
        ("Đinh Thử", "Ðinh Thử", True),
        ("Lò Văn Mẫu", "Văn", False),
        ("Lò Văn Mẫu", "ẫu", False),
        ("Lò Văn Mẫu", "Lò Mẫu", False),
        ("Lò Văn Mẫu", "", False),
        ("", "", False),
        ("Hòa", "Hoa", False),
    ],
)
def test_same_person(a: str, b: str, same: bool) -> None:
    assert same_person(a, b) is same


@pytest.mark.parametrize(
    ("gold", "row", "same"),
    [
        ({"value": "1200000"}, {"value": Decimal("1200000.000000")}, True),
        ({"value": "1.5"}, {"value": Decimal("1.50")}, True),
        ({"value": "1.5"}, {"value": Decimal("15")}, False),
        ({"value": "1.5"}, {"value": None}, False),
        ({"value": None, "low": "20", "high": "30"}, {"low": Decimal(20), "high": Decimal(30)}, True),
        ({"value": None, "low": "20", "high": "30"}, {"low": Decimal(20), "high": Decimal(40)}, False),
        ({"numerator": "17", "denominator": "17"}, {"numerator": 17, "denominator": 17, "value": None}, True),
        ({"value": None}, {"value": None}, False),
    ],
)
def test_same_value(gold: dict[str, Any], row: dict[str, Any], same: bool) -> None:
    assert same_value(gold | {"quantity": "count"}, row | {"quantity": "count"}) is same
    assert not same_value(gold | {"quantity": "count"}, row | {"quantity": "money"})


@given(st.text())
@example("ÝỴ")  # two tone marks in one syllable have one order
def test_fold_is_blind_to_case_form_and_outer_space(text: str) -> None:
    assert fold(text) == fold(unicodedata.normalize("NFD", text)) == fold(f" {text}\n")
    assert fold(fold(text)) == fold(text)


# -- the annotation file --------------------------------------------------------------------------------


def write_gold(path: Path, *articles: Mapping[str, Any]) -> Path:
    path.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles), encoding="utf-8")
    return path


def as_article(**changes: Any) -> dict[str, Any]:
    return {"id": GOLD.id, "text": TEXT, "mentions": [dict(m) for m in GOLD.mentions]} | changes


def test_read_gold_gives_what_is_there(tmp_path: Path) -> None:
    separator = "một\u2028hai"  # a line separator within a JSON string ends no line of the file
    path = write_gold(tmp_path / "g.jsonl", as_article(), {"id": "b", "text": separator, "mentions": []})
    first, second = read_gold(path)
    assert first == GOLD
    assert second == GoldArticle("b", separator, ())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds no annotated article"),
        ('{"id": "a"', "g.jsonl:1: not JSON"),
        ("[]", "g.jsonl:1: an annotated article needs the strings 'id' and 'text'"),
        ('{"id": "a", "text": "x"}', "needs the list 'mentions'"),
        (
            '{"id": "a", "text": "x", "mentions": [{"label": "office"}]}',
            "needs a 'label' out of person, title",
        ),
        (
            '{"id":"a","text":"x","mentions":[{"id":"p","label":"person","start":0,"end":2,"text":"x"}]}',
            "0..2 does not",
        ),
        (
            '{"id":"a","text":"Thử","mentions":[{"id":"p","label":"person","start":0,"end":2,"text":"hử"}]}',
            "mention 'p' says 'hử'; the text at 0..2 is 'Th'",
        ),
        (
            '{"id":"a","text":"x","mentions":[{"id":"t","label":"title","start":0,"end":1,"text":"x","holder":"p"}]}',
            "the holder 'p' is no person",
        ),
        (
            '{"id":"a","text":"x","mentions":[]}\n\n{"id":"a","text":"y","mentions":[]}',
            "g.jsonl:3: article 'a' is there",
        ),
    ],
)
def test_a_fault_in_the_annotations_is_located(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "g.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError) as raised:
        read_gold(path)
    assert said in str(raised.value) and str(path) in str(raised.value) and "\n" not in str(raised.value)


def test_files_that_are_no_annotations(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b"\xff\xfe")
    for path, said in (
        (tmp_path, "is a folder"),
        (tmp_path / "no", "No such file"),
        (tmp_path / "latin.jsonl", "UTF-8"),
    ):
        with pytest.raises(GoldError, match=said):
            read_gold(path)


# -- output datasets and reports ------------------------------------------------------------------------


def write_dataset(out: Path, articles: list[tuple[str, str, str, Mapping[str, list[dict[str, Any]]]]]) -> Path:
    """A dataset of (article id, source, text, rows by label); columns that are not scored stay empty."""
    tables: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    tables["articles"] = [{"article_id": id, "source": source, "text": text} for id, source, text, _ in articles]
    for id, _, _, rows in articles:
        for label, some in rows.items():
            tables[f"{label}s"] += [row | {"article_id": id} for row in some]
    for name, some in tables.items():
        (out / name).mkdir(parents=True)
        schema = pa.schema([field.with_nullable(True) for field in arrow_schema(name)])
        pq.write_table(pa.Table.from_pylist(some, schema), out / name / "part-00000.parquet")
    return out


@pytest.mark.parametrize("source", ["bai-1.txt", "tin/2024/bai-1.txt", "g.jsonl#7"])
def test_an_article_is_found_by_its_source_or_its_text(tmp_path: Path, source: str) -> None:
    out = write_dataset(tmp_path / "out", [("1" * 16, source, TEXT, perfect()), ("2" * 16, "khac.txt", "Khác.", {})])
    scores = score([GOLD], from_dataset(out, [GOLD]))
    assert {m.f1 for m in scores.f1.values()} == {1.0}
    assert not scores.missing


def test_a_folder_that_cannot_be_scored(tmp_path: Path) -> None:
    with pytest.raises(NoDatasetError, match="no dataset here"):
        from_dataset(tmp_path, [GOLD])
    out = write_dataset(tmp_path / "out", [("2" * 16, "khac.txt", "Khác.", {})])
    with pytest.raises(GoldError, match="holds none of the 1 annotated articles"):
        from_dataset(out, [GOLD])


def test_reports() -> None:
    rows = perfect()
    rows["person"] = rows["person"][:1]
    scores = scored(rows)
    data = json.loads(as_json(scores, errors=1))
    assert data["person"] == {"p": 1.0, "r": 0.3333, "f1": 0.5, "gold": 3, "pred": 1}
    assert data["status"] == {"share": 1.0, "of": 1}
    assert [e["kind"] for e in data["errors"]] == ["missed"] and "errors" not in json.loads(as_json(scores))
    table = as_text(scores, errors=1).splitlines()
    assert table[0] == "person: missed (1 of 2)" and "⟦Mẫu⟧" in table[1] and "bai-1" in table[1]
    assert any(line.split() == ["person", "1.000", "0.333", "0.500", "3", "1"] for line in table)
    assert "| person | 1.000 | 0.333 | 0.500 | 3 | 1 |" in as_text(scores, markdown=True)
    assert "missed" not in as_text(scores)


# -- the same numbers as the project's scorer -----------------------------------------------------------


@pytest.fixture
def scorer() -> ModuleType:
    path = SHARED / "score.py"
    if not path.exists():
        pytest.skip("the stand-alone scorer is not beside this repository")
    spec = importlib.util.spec_from_file_location("standalone_scorer", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_numbers_are_those_of_the_standalone_scorer(
    tmp_path: Path, scorer: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """Annotations with every kind of fault put into them, scored by both."""
    gold = read_gold(SHARED / "gold" / "dev.jsonl")
    articles = []
    for place, article in enumerate(gold):
        rows: dict[str, list[dict[str, Any]]] = {label: [] for label in ATTRIBUTES}
        for i, m in enumerate(article.mentions):
            turn = (place + 7 * i) % 23
            if turn == 0:
                continue
            row: dict[str, Any] = dict.fromkeys(("kind", "type", "code", "date", "issuer", "status"))
            row |= {k: v for k, v in m.items() if k not in ("id", "label", "holder")} | {"mention_id": m["id"]}
            row["holder_id"] = m.get("holder") if turn != 1 else next((x["id"] for x in article.mentions), None)
            row["date"] = dt.date.fromisoformat(m["date"]) if m.get("date") and turn != 2 else None
            row["code"] = m.get("code") and (m["code"].lower() if turn == 3 else m["code"] + "x" * (turn == 4))
            row["kind"] = "coded" if turn == 5 else m.get("kind")
            row["status"] = "former" if turn == 6 else m.get("status")
            for number in ("value", "low", "high", "numerator", "denominator"):
                row[number] = m.get(number) and Decimal(m[number]) * (10 if turn == 7 else 1)
            row["end"] += 2 * (turn == 8)
            rows[m["label"]].append(row)
            if turn == 9:
                rows[m["label"]].append(row | {"start": row["end"] + 1, "end": row["end"] + 4, "mention_id": f"x{i}"})
        if place % 9:
            articles.append((f"{place:016x}", f"{article.id}.txt", article.text, rows))
    out = write_dataset(tmp_path / "out", articles)
    assert scorer.main([str(SHARED / "gold" / "dev.jsonl"), str(out), "--json"]) == 0
    expected = json.loads(capsys.readouterr().out)
    got = json.loads(as_json(score(gold, from_dataset(out, gold))))
    assert {key: got[key] for key in expected} == expected
    assert 0 < len(expected["missing"]) < len(gold)
    assert all(0.3 < expected[measure]["f1"] < 1 for measure in MEASURES), "every measure has something to get wrong"
