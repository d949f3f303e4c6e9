"""Annotations of other tools: read as they export them, detected, checked, and the same after a way there and back."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import Run
from extract.cli import main
from extract.evaluate import GoldArticle, GoldError, read_gold
from extract.evaluate.formats import FORMATS, detect
from extract.evaluate.formats.offsets import from_utf16, to_utf16
from extract.evaluate.score import MEASURES, SHARES
from extract.export import brat, doccano, export, label_studio
from extract.export.stream import annotated, dumps, read_articles
from extract.text import clean
from extract.write import load

ROOT = Path(__file__).resolve().parents[1]
TEXT = "Ông Lò Văn Mẫu, Bí thư Huyện ủy, dẫn Kết luận số 12-KL/TU; có 1.250 hộ."
PERSON, TITLE, DOCUMENT, FIGURE = (4, 14), (16, 31), (37, 57), (62, 67)


def write(path: Path, *records: Any) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def found(articles: list[GoldArticle]) -> list[tuple[str, str]]:
    return [(m["label"], m["text"]) for article in articles for m in article.mentions]


ALL = [
    ("person", "Lò Văn Mẫu"), ("title", "Bí thư Huyện ủy"), ("document", "Kết luận số 12-KL/TU"), ("figure", "1.250"),
]  # fmt: skip

# -- there and back -------------------------------------------------------------------------------------

NAMES = {"doccano": "g.jsonl", "label-studio": "g.json", "brat": "g", "spacy": "g.spacy"}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of the sample articles, one with emoji, and the same article twice under two names."""
    folder = tmp_path_factory.mktemp("round")
    emoji = {"text": f"😀 {TEXT} 👨‍👩‍👧 Bà Hà Thị Thí, nguyên Phó Chủ tịch UBND xã, đến nay đạt 20-30%, 17/17 thôn."}
    write(folder / "more.jsonl", emoji, {"text": TEXT}, {"text": TEXT})
    inputs = [str(ROOT / "data" / "raw"), str(folder / "more.jsonl")]
    assert main(["run", *inputs, "--out", str(folder / "out"), "--quiet", "--workers", "1"]) == 0
    return folder / "out"


@pytest.mark.parametrize(("format", "again"), [*((f, "the dataset") for f in NAMES), ("label-studio", "a new run")])
def test_export_import_eval_finds_no_fault(run: Run, out: Path, tmp_path: Path, format: str, again: str) -> None:
    gold = tmp_path / NAMES[format]
    export(out, format, gold)
    assert detect(gold) == format
    status, said, error = run("eval", gold, "--format", "json", *(["--out", out] if again == "the dataset" else []))
    assert (status, error) == (0, "")
    scores = json.loads(said)
    assert {m: scores[m]["f1"] for m in MEASURES} == dict.fromkeys(MEASURES, 1.0)
    assert {a: scores[a]["share"] for a in SHARES} == dict.fromkeys(SHARES, 1.0)
    assert (scores["missing"], scores["text_differs"]) == ([], 0)
    tables = load(out)
    assert scores["articles"] == tables.articles.num_rows
    assert {t: scores[t]["gold"] for t in ("person", "title", "document", "figure")} == {
        t: tables.dataset(f"{t}s").count_rows() for t in ("person", "title", "document", "figure")
    }
    # Where a format can say that there is no value, it says so, and the attribute of every mention is compared.
    whole = {a: scores[a]["of"] for a in ("status", "kind", "quantity", "modifier", "ranks", "issuer")}
    every = {"status": "titles", "kind": "documents", "quantity": "figures", "modifier": "figures", "ranks": "persons"}
    for name, table in (every | {"issuer": "documents"}).items():
        if format == "label-studio" and name in ("ranks", "issuer"):
            assert 0 < whole[name] < tables.dataset(table).count_rows()
        else:
            assert whole[name] == tables.dataset(table).count_rows(), name


@pytest.mark.parametrize("format", NAMES)
def test_import_gives_what_was_exported(out: Path, tmp_path: Path, format: str) -> None:
    export(out, format, tmp_path / NAMES[format])
    read = {a.text: a for a in read_gold(tmp_path / NAMES[format])}
    for article in map(annotated, read_articles(load(out))):
        back = read[article.text]
        place = {m["id"]: (m["label"], m["start"]) for m in article.mentions}
        place_back = {m["id"]: (m["label"], m["start"]) for m in back.mentions}
        assert len(back.mentions) == len(article.mentions)
        for was, now in zip(article.mentions, back.mentions):
            assert place_back.get(now.get("holder")) == place.get(was.get("holder"))
            for name in was.keys() - {"id", "holder", "confidence", "rule", "method"}:
                if name in now or was[name]:
                    assert now[name] == was[name], (name, was, now)


LETTERS = st.sampled_from("aB ông 1.250%\n\t\r\u2028\x85\u00a0\"\\'<&>#{}[]😀👍🏽e\u0301\u200d=-")
ATTRIBUTE = st.none() | st.text(LETTERS, min_size=1, max_size=8).map(str.strip).filter(bool)


@st.composite
def articles(draw: st.DrawFn) -> GoldArticle:
    text = draw(st.text(LETTERS, min_size=1, max_size=60).map(clean).filter(str.strip))
    mentions: list[dict[str, Any]] = []
    for i in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        if not text[start].isspace() and not text[end - 1].isspace():
            label = draw(st.sampled_from(["person", "title", "document", "figure"]))
            more: dict[str, Any] = {}
            if label == "document":
                more = {"kind": "coded", "code": draw(ATTRIBUTE), "issuer": draw(ATTRIBUTE)}
            elif label == "figure":
                more = {
                    "quantity": "count",
                    "modifier": draw(st.sampled_from([None, "about"])),
                    "unit": draw(ATTRIBUTE),
                }
            elif label == "person":
                more = {"honorific": draw(ATTRIBUTE), "ranks": draw(st.lists(ATTRIBUTE.filter(bool), max_size=2))}
            mentions.append({"id": f"m{i}", "label": label, "start": start, "end": end, "text": text[start:end]} | more)
    people = [m["id"] for m in mentions if m["label"] == "person"]
    for mention in mentions:
        if mention["label"] == "title":
            mention |= {"status": draw(st.sampled_from(["current", "former"]))}
            mention |= {"holder": draw(st.sampled_from(people))} if people and draw(st.booleans()) else {}
    unique = {(m["label"], m["start"], m["end"]): m for m in mentions}
    kept = sorted(unique.values(), key=lambda m: (m["start"], -m["end"]))
    for mention in kept:
        if mention.get("holder") not in {m["id"] for m in kept}:
            mention.pop("holder", None)
    return GoldArticle("bài/1", text, tuple(kept))


def there_and_back(article: GoldArticle, format: str, folder: Path) -> list[GoldArticle]:
    if format == "doccano":
        path = folder / "g.jsonl"
        path.write_text(dumps(doccano.as_line(article)) + "\n", encoding="utf-8")
    elif format == "label-studio":
        path = folder / "g.json"
        path.write_text(f"[\n{dumps(label_studio.as_task(article))}\n]", encoding="utf-8")
    else:
        path = folder / "g.ann"
        path.write_text(brat.standoff(article), encoding="utf-8", newline="")
        (folder / "g.txt").write_text(article.text, encoding="utf-8", newline="")
    return read_gold(path, format)


@pytest.mark.parametrize("format", ["doccano", "label-studio", "brat"])
@given(article=articles())
@example(article=GoldArticle("a", "😀ab\nc", ({"id": "x", "label": "person", "start": 1, "end": 5, "text": "ab\nc"},)))
@settings(deadline=None, max_examples=120)
def test_any_text_and_any_spans_come_back(
    tmp_path_factory: pytest.TempPathFactory, format: str, article: GoldArticle
) -> None:
    (back,) = there_and_back(article, format, tmp_path_factory.mktemp("p"))
    assert back.text == article.text
    spans = [[(m["label"], m["start"], m["end"], m["text"]) for m in a.mentions] for a in (article, back)]
    assert spans[0] == spans[1]
    number = {m["id"]: i for i, m in enumerate(article.mentions)} | {m["id"]: i for i, m in enumerate(back.mentions)}
    for was, now in zip(article.mentions, back.mentions):
        assert number.get(was.get("holder")) == number.get(now.get("holder"))
        for name in was.keys() - {"id", "holder"}:
            if format != "label-studio" or was[name]:  # which cannot say that there is no value
                assert now[name] == was[name]


@given(text=st.text(st.sampled_from("aé😀𝔸\u200d")), data=st.data())
def test_offsets_in_utf16_lead_back(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    units = to_utf16(text)(offset)
    assert units == len(text[:offset].encode("utf-16-le")) // 2
    assert from_utf16(text)(units) == offset
    if offset < len(text) and ord(text[offset]) > 0xFFFF:
        assert from_utf16(text)(units + 1) is None


# -- as the tools export them ---------------------------------------------------------------------------


def test_doccano_without_relations(tmp_path: Path) -> None:
    record = {"id": 7, "text": TEXT, "label": [[*PERSON, "person"], [*TITLE, "title"]], "Comments": []}
    (article,) = read_gold(write(tmp_path / "a.jsonl", record))
    assert (article.id, found([article])) == ("7", ALL[:2])
    assert "honorific" not in article.mentions[0], "what is not annotated is not compared"


def test_doccano_with_relations_drawn_either_way(tmp_path: Path) -> None:
    spans = [(100, *PERSON, "person"), (101, *TITLE, "Title")]
    entities = [{"id": i, "start_offset": a, "end_offset": b, "label": n} for i, a, b, n in spans]
    for ends in ({"from_id": 101, "to_id": 100}, {"from_id": 100, "to_id": 101}):
        relations = [{"id": 1, "type": "holder", **ends}, {"id": 2, "type": "cousin", **ends}]
        (article,) = read_gold(
            write(tmp_path / "a.jsonl", {"text": TEXT, "entities": entities, "relations": relations})
        )
        assert (article.id, article.mentions[1]["holder"]) == ("line 1", "100")


def test_doccano_counts_utf16_and_other_programs_code_points(tmp_path: Path) -> None:
    text = "😀 " + TEXT
    for shift, label in ((3, [7, 17]), (2, [6, 16])):
        assert text.encode("utf-16-le")[14:34].decode("utf-16-le") == text[6:16] == "Lò Văn Mẫu"
        (article,) = read_gold(write(tmp_path / "a.jsonl", {"text": text, "label": [[*label, "person"]]}))
        said = article.mentions[0]["text"]
        # Where both are possible, doccano's own way counts; where only code points are, they do.
        assert said == ("Lò Văn Mẫu" if shift == 3 else " Lò Văn Mẫ"[:10])
    (article,) = read_gold(write(tmp_path / "a.jsonl", {"text": "😀😀", "label": [[1, 2, "figure"]]}))
    assert article.mentions[0]["text"] == "😀"


def task(result: list[dict[str, Any]], text: str = TEXT, **more: Any) -> dict[str, Any]:
    return {"id": 5, "data": {"text": text}, "annotations": [{"id": 9, "result": result}]} | more


def span(id: str, place: tuple[int, int], label: str, text: str | None = None) -> dict[str, Any]:
    value = {
        "start": place[0],
        "end": place[1],
        "text": TEXT[slice(*place)] if text is None else text,
        "labels": [label],
    }
    return {"id": id, "from_name": "ner", "to_name": "text", "type": "labels", "origin": "manual", "value": value}


def per_region(id: str, name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "from_name": name, "to_name": "text", "type": kind, "value": {"start": 0, "end": 1, **value}}


def test_label_studio_with_attributes_and_relations(tmp_path: Path) -> None:
    result = [
        span("A", PERSON, "person"),
        per_region("A", "ranks", "textarea", {"text": ["Thượng tá", "TS"]}),
        span("B", TITLE, "title"),
        per_region("B", "status", "choices", {"text": "Bí thư Huyện ủy", "choices": ["former"]}),
        per_region("B", "sure", "rating", {"rating": 4}),
        {"from_id": "B", "to_id": "A", "type": "relation", "direction": "right", "labels": ["holder"]},
        span("D", FIGURE, "figure"),
        per_region("D", "value", "number", {"text": "1.250", "number": 1250}),
        per_region("D", "modifier", "choices", {"choices": ["none"]}),
        {"from_name": "quality", "to_name": "text", "type": "choices", "value": {"choices": ["good"]}},
    ]
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task(result)], indent=2), encoding="utf-8")
    (article,) = read_gold(path)
    assert article.id == "5"
    person, title, figure = article.mentions
    assert (person["ranks"], title["status"], title["holder"]) == (["Thượng tá", "TS"], "former", "A")
    assert (figure["value"], figure["modifier"]) == ("1250", None)
    assert "sure" not in title and "unit" not in figure


def test_label_studio_before_it_counted_code_points(tmp_path: Path) -> None:
    text = "😀 " + TEXT
    old = task([span("A", (7, 17), "person", "Lò Văn Mẫu")], text)
    new = task([span("A", (6, 16), "person", "Lò Văn Mẫu")], text)
    for record in (old, new):
        (article,) = read_gold(write(tmp_path / "a.jsonl", record))
        assert found([article]) == [("person", "Lò Văn Mẫu")] and article.mentions[0]["start"] == 6


def test_label_studio_takes_the_annotation_that_counts(tmp_path: Path) -> None:
    def annotation(*labels: str, **more: Any) -> dict[str, Any]:
        return {"result": [span("x", PERSON, label) for label in labels], **more}

    first, last = annotation("person"), annotation("title")
    for made, labels in (
        ([first, last], ["title"]),
        ([first | {"ground_truth": True}, last], ["person"]),
        ([first, last | {"was_cancelled": True}], ["person"]),
        ([annotation()], []),
    ):
        record = {"id": 1, "data": {"text": TEXT}, "annotations": made, "predictions": [last]}
        assert [label for label, _ in found(read_gold(write(tmp_path / "a.jsonl", record)))] == labels
    skipped = {"id": 2, "data": {"text": "Chưa ai xem."}, "annotations": [], "predictions": [first]}
    assert len(read_gold(write(tmp_path / "a.jsonl", record, skipped))) == 1


def test_label_studio_finds_the_field_that_was_annotated(tmp_path: Path) -> None:
    record = task([span("A", PERSON, "person")]) | {"data": {"title": "Một hội nghị ở huyện Sông Thử", "body": TEXT}}
    (article,) = read_gold(write(tmp_path / "a.jsonl", record))
    assert article.text == TEXT


def test_brat_with_fragments_events_and_free_notes(tmp_path: Path) -> None:
    text = TEXT.replace("Văn Mẫu", "Văn\nMẫu")
    (tmp_path / "tin").mkdir()
    (tmp_path / "tin" / "a.txt").write_bytes(text.encode())
    lines = [
        "R1\tholder Arg1:T2 Arg2:T1\t",
        "T1\tPerson 4 10;11 14\tLò Văn Mẫu",
        "T2\ttitle 16 31\tBí thư Huyện ủy",
        "A1\tstatus T2 former",
        "M2\tmodifier T3 none",
        "T3\tfigure 62 67\t1.250",
        '#1\tAnnotatorNotes T3\t{"value": "1250", "unit": "hộ", "seen": true}',
        "#2\tAnnotatorNotes T2\tchưa chắc",
        "E1\tMeet:T1 Who:T1",
        "N1\tReference T1 Wikidata:Q1\tx",
        "*\tEquiv T1 T3",
        "",
    ]
    (tmp_path / "tin" / "a.ann").write_bytes("\r\n".join(lines).encode())
    (article,) = read_gold(tmp_path)
    person, title, figure = article.mentions
    assert (article.id, person["text"], title["holder"], title["status"]) == ("tin/a", "Lò Văn\nMẫu", "T1", "former")
    assert (figure["value"], figure["unit"], figure["modifier"], "seen" in figure) == ("1250", "hộ", None, False)
    assert (article.place.file, article.place.holds_text) == (str(tmp_path / "tin" / "a.txt"), True)


def test_spacy_of_other_projects(tmp_path: Path) -> None:
    import spacy
    from spacy.tokens import DocBin

    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "spacy.Tokenizer.v1"}}})
    doc = nlp.make_doc("Bà Hà Thị Thí đến thăm ông Lò Văn Mẫu.")
    doc.ents = [doc.char_span(3, 13, label="PERSON"), doc.char_span(27, 37, label="PER")]
    DocBin(docs=[doc]).to_disk(tmp_path / "gold.spacy")
    with pytest.raises(GoldError, match=r"gold.spacy: the label 'PER' is none of person.*--gold-label person=PER"):
        read_gold(tmp_path / "gold.spacy")
    (article,) = read_gold(tmp_path / "gold.spacy", labels={"PER": "person"})
    assert (article.id, found([article])) == ("gold#1", [("person", "Hà Thị Thí"), ("person", "Lò Văn Mẫu")])
    (article,) = read_gold(tmp_path, labels={"PER": "ignore"})
    assert found([article]) == [("person", "Hà Thị Thí")]


def test_texts_that_are_not_clean_are_brought_to_what_is_read(tmp_path: Path) -> None:
    """Line ends of Windows, and letters with their marks apart: offsets follow the text that the pipeline reads."""
    name = unicodedata.normalize("NFD", "Lò Văn Mẫu")
    text = f"Tin\r\n{unicodedata.normalize('NFD', 'Ông')} {name} nói.\r\n"
    start = text.index(name)
    assert len(name) > len("Lò Văn Mẫu") and start > len("Tin\nÔng ")
    record = {"text": text, "label": [[start, start + len(name), "person"]]}
    (article,) = read_gold(write(tmp_path / "a.jsonl", record))
    (mention,) = article.mentions
    assert article.text == "Tin\nÔng Lò Văn Mẫu nói.\n"
    assert article.text[mention["start"] : mention["end"]] == mention["text"] == "Lò Văn Mẫu"


def test_labels_can_be_named_and_left_out(run: Run, tmp_path: Path) -> None:
    record = {"text": TEXT, "label": [[*PERSON, "PER"], [*TITLE, "CHỨC"], [33, 36, "ORG"]]}
    gold = write(tmp_path / "a.jsonl", record)
    status, _, error = run("eval", gold)
    assert status == 2 and "--gold-label person=PER says which it is, --gold-label ignore=PER leaves it out" in error
    names = ("--gold-label", "person=PER", "--gold-label", "title=CHỨC", "--gold-label", "ignore=ORG")
    status, said, _ = run("eval", gold, *names, "--format", "json", "--no-ner")
    assert (status, json.loads(said)["person"]["gold"], json.loads(said)["title"]["gold"]) == (0, 1, 1)
    for pair, fault in (
        ("people=PER", "no label 'people'"),
        ("person", "such as person=PER"),
        ("person=", "such as person=PER"),
    ):
        status, _, error = run("eval", gold, "--gold-label", pair)
        assert status == 2 and fault in error


# -- which format, and what is wrong with it ------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "format"),
    [
        ('{"id": "a", "text": "", "mentions": []}', "extract"),
        ('{"text": "a", "entities": []}', "doccano"),
        ('\n  {"text": "a", "label": []}', "doccano"),
        ('{"data": {"text": "a"}, "annotations": []}', "label-studio"),
        ('[{"data": {}}]', "label-studio"),
        ('[\n {\n "data"', "label-studio"),
        ('{\n "data": {}}', "label-studio"),
        ("[]", "extract"),
        ("no JSON", "extract"),
        ("", "extract"),
    ],
)
def test_a_file_is_known_by_its_first_line(tmp_path: Path, content: str, format: str) -> None:
    (tmp_path / "g").write_text(content)
    assert detect(tmp_path / "g") == format
    assert format in FORMATS


def test_a_folder_is_known_by_its_files(run: Run, tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"is a folder without \.ann or \.spacy files"):
        detect(tmp_path)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "x.spacy").touch()
    assert detect(tmp_path) == "spacy"
    (tmp_path / "deep" / "x.ann").touch()
    assert detect(tmp_path) == "brat"
    status, _, error = run("eval", tmp_path)
    assert status == 2 and re.fullmatch(r"extract: \S+x\.ann: its text x\.txt is not beside it\n", error)


ANN = "T1\tperson 4 14\tLò Văn Mẫu\n"


@pytest.mark.parametrize(
    ("format", "content", "said"),
    [
        ("doccano", '{"label": []}', "g:1: a line of doccano needs the string 'text'"),
        ("doccano", '{"text": "a"}', "g:1: a line of doccano needs the list 'entities'"),
        ("doccano", '{"text": "a", "label": [[0, 1]]}', "g:1: no span of doccano: [0, 1]"),
        ("doccano", '{"text": "a", "label": [["0", 1, "person"]]}', "g:1: a span needs two offsets and a label"),
        ("doccano", '\n{"text": "a", "label": [[0, 9, "person"]]}', "g:2: mention '0': the span 0..9 does not lie in the text"),
        ("doccano", '{"text": "a", "label": [[1, 0, "person"]]}', "the span 1..0 does not lie"),
        ("doccano", '{"text": "a", "label": [[0, 1, "thing"]]}', "the label 'thing' is none of person, title"),
        ("doccano", '{"text": "a", "entities": [], "relations": [{"type": "holder", "from_id": 1, "to_id": 2}]}',
         "g:1: the relation between '1' and '2' ends at no span"),
        ("doccano", '{"id": 1, "text": "a", "label": []}\n{"id": 1, "text": "b", "label": []}', "g:2: article '1' is there twice"),
        ("doccano", '{"text"', "g:1: not JSON: Expecting ':' delimiter at column 8"),
        ("label-studio", '[{"text": "a", "label": []}]', "g:1: a task of Label Studio needs 'data' and 'annotations'; export as JSON"),
        ("label-studio", '[{"data": {"text": "a"}, "predictions": []}]', "g: none of the 1 tasks is annotated"),
        ("label-studio", '[\n{"data": {"text": "a"}},\n{"data" 1}]', "g:3: not JSON"),
        ("label-studio", '[{"data": {"text": "a"}}', "g:1: not JSON"),
        ("label-studio", json.dumps([task([span("A", (0, 3), "person", "Bà")])]), "mention 'A' says 'Bà'; the text at 0..3 is 'Ông'"),
        ("label-studio", json.dumps([task([span("A", (0, 3), "person", "Ông") | {"value": {}}])]), "the span 'A' needs one label"),
        ("label-studio", '[{"data": {"n": 1}, "annotations": [{"result": []}]}]', "the task's data holds no text"),
        ("brat", "T1\tperson 4\tLò", "g.ann:1: not a line of brat's standoff format: 'T1\\tperson 4\\tLò'"),
        ("brat", ANN + "hello", "g.ann:2: not a line of brat's standoff format: 'hello'"),
        ("brat", "T1\tperson 4 14\tHà Thị Thí", "g.ann:1: mention 'T1' says 'Hà Thị Thí'; the text at 4..14 is 'Lò Văn Mẫu'"),
        ("brat", "T1\tperson 4 900\tLò", "g.ann:1: mention 'T1': the span 4..900 does not lie in the text"),
        ("brat", "T1\tperson 4 6;11 14\tLò Mẫu", "g.ann:1: mention 'T1'"),
        ("brat", ANN + "R1\tholder Arg1:T1 Arg2:T9", "g.ann:2: the relation between 'T1' and 'T9' ends at no span"),
        ("brat", ANN + "#1\tAnnotatorNotes T1\t{no", "g.ann:2: the note begins like JSON, but is none"),
        ("spacy", "no DocBin", "no DocBin of spaCy"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line_with_its_place(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str, content: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "g.ann" if format == "brat" else "g"
    (tmp_path / name).write_bytes(content.encode())
    (tmp_path / "g.txt").write_text(TEXT)
    status, printed, error = run("eval", name, "--gold-format", format)
    assert (status, printed) == (2, "") and said in error, error
    assert error.startswith("extract: ") and error.count("\n") == 1


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_that_is_not_there(run: Run, format: str) -> None:
    status, _, error = run("eval", "no/such/gold", "--gold-format", format)
    assert (status, error) == (2, "extract: no/such/gold: No such file or directory\n")
