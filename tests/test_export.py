"""``extract export``: each format is read back by the library it is for, and holds what the tables hold."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conftest import Run
from extract.cli import ExportFormat, main
from extract.export import FORMATS, NEXT, export
from extract.export.brat import annotation_conf, slug
from extract.export.conll import column
from extract.export.label_studio import labelling_config
from extract.export.stream import annotated, read_articles
from extract.validate.models import TABLES
from extract.write import OutputError, OutputExistsError, Tables, load
from handmade import many_parts

ROOT = Path(__file__).resolve().parents[1]
# What breaks file formats: text that looks like their syntax, and characters that some count twice.
HOSTILE = [
    {"text": "😀 Ông Lò Văn Mẫu, Bí thư Huyện ủy Sông Thử, dẫn Kết luận số 12-KL/TU; có 1.250 hộ 👨‍👩‍👧 nghèo. Ông Mẫu nói."},
    {"text": '-DOCSTART- -X- O O\n\n# Ông "Lò Văn Mẫu"\t\\ \'là\' =1+1, @SUM(A1); <b>Bà Hà Thị Thí</b> & ]]> đạt 98,5%.\u2028Hết.'},
    {"text": "Bà\u00a0Hà\u00a0Thị\u00a0Thí, Phó Chủ tịch\u200b UBND xã\u3000Bản Nháp,\x0b\x85 \u202eđảo\u202c, chi 2,5 tỷ đồng.\x00"},
    {"text": "Không có gì ở đây cả.", "title": "=HYPERLINK(\"x\")", "url": "không phải địa chỉ"},
]  # fmt: skip


@pytest.fixture(scope="session")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset of the sample articles and of the hostile ones."""
    folder = tmp_path_factory.mktemp("export")
    lines = [json.dumps(record, ensure_ascii=False) for record in HOSTILE]
    (folder / "hostile.jsonl").write_text("\n".join(lines), encoding="utf-8")
    inputs = [str(ROOT / "data" / "raw"), str(folder / "hostile.jsonl")]
    assert main(["run", *inputs, "--out", str(folder / "out"), "--quiet", "--workers", "1"]) == 0
    return folder / "out"


@pytest.fixture(scope="session")
def tables(out: Path) -> Tables:
    return load(out)


@pytest.fixture(scope="session")
def mentions(tables: Tables) -> list[dict[str, Any]]:
    """All mentions, each with its label, in the order of the articles and within them of the text."""
    return [dict(m) | {"source": a.id} for a in map(annotated, read_articles(tables)) for m in a.mentions]


def counted(mentions: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    return Counter((m["label"], m["text"]) for m in mentions)


# -- tables ---------------------------------------------------------------------------------------------


def test_csv_in_pandas_polars_and_the_csv_module(out: Path, mentions: list[dict[str, Any]], tmp_path: Path) -> None:
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    path = tmp_path / "m.csv"
    assert export(out, "csv", path) == f"{len(mentions):,} rows of mentions"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    frame = pd.read_csv(path, dtype={"text": "str"}, keep_default_na=False)
    polar = pl.read_csv(path, infer_schema_length=None)
    wanted = [(m["label"], m["start"], m["end"], m["text"]) for m in mentions]
    assert [(r["label"], int(r["start"]), int(r["end"]), r["text"]) for r in rows] == wanted
    assert list(frame[["label", "start", "end", "text"]].itertuples(index=False, name=None)) == wanted
    assert polar.select("label", "start", "end", "text").rows() == wanted
    texts = {a.article["source"]: a.text for a in read_articles(load(out))}
    assert all(texts[r["source"]][int(r["start"]) : int(r["end"])] == r["text"] for r in rows)
    assert all(r["text"] in r["sentence"] for r in rows)


def test_csv_says_who_holds_a_title_and_what_a_figure_is(out: Path, tmp_path: Path) -> None:
    export(out, "csv", tmp_path / "m.csv")
    with (tmp_path / "m.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == "hostile.jsonl#1"]
    title = next(r for r in rows if r["label"] == "title")
    assert (title["holder"], title["role"], title["confidence"], title["is_official"]) == (
        "Lò Văn Mẫu",
        "Bí thư",
        "0.9",
        "",
    )
    figure = next(r for r in rows if r["label"] == "figure")
    assert (figure["value"], figure["counted"], figure["low"]) == ("1250", "hộ", "")
    assert next(r for r in rows if r["label"] == "person")["is_official"] == "true"


@pytest.mark.parametrize("table", TABLES)
def test_csv_and_jsonl_of_one_table(out: Path, tables: Tables, tmp_path: Path, table: str) -> None:
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    export(out, "csv", tmp_path / "t.csv", table=table)
    export(out, "jsonl", tmp_path / "t.jsonl", table=table)
    rows = tables.dataset(table).count_rows()
    frame = pd.read_csv(tmp_path / "t.csv")
    assert (list(frame.columns), len(frame)) == (list(TABLES[table].model_fields), rows)
    lines = (tmp_path / "t.jsonl").read_text("utf-8").split("\n")[:-1]
    # Each line is what schemas/*.schema.json says of a row; the model reads it back.
    assert len([TABLES[table].model_validate_json(line) for line in lines]) == rows
    if rows:
        assert pl.read_ndjson(tmp_path / "t.jsonl", infer_schema_length=None).height == rows


def test_jsonl_has_an_article_a_line(out: Path, tables: Tables, tmp_path: Path) -> None:
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    export(out, "jsonl", tmp_path / "a.jsonl")
    lines = (tmp_path / "a.jsonl").read_text("utf-8")
    assert lines.splitlines() == lines.split("\n")[:-1], "no text ends a line"
    articles = [json.loads(line) for line in lines.splitlines()]
    assert [a["text"] for a in articles] == tables.articles["text"].to_pylist()
    for table in TABLES.keys() - {"articles", "rejects"}:
        rows = [row for article in articles for row in article[table]]
        assert [TABLES[table].model_validate_json(json.dumps(row)) for row in rows]
        assert len(rows) == tables.dataset(table).count_rows()
    assert pl.read_ndjson(tmp_path / "a.jsonl", infer_schema_length=None)["text"].to_list() == [
        a["text"] for a in articles
    ]
    assert len(pd.read_json(tmp_path / "a.jsonl", lines=True)) == len(articles)


def test_csv_for_spreadsheets_holds_no_formula(out: Path, tmp_path: Path) -> None:
    export(out, "csv", tmp_path / "a.csv", table="articles", excel=True)
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        titles = [row["title"] for row in csv.DictReader(file)]
    assert '\'=HYPERLINK("x")' in titles
    assert not [cell for cell in titles if cell[:1] in ("=", "+", "@")]


def test_hf_opens_offline(out: Path, tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets", reason="needs datasets: pip install 'extract-vn[hf]'")
    export(out, "hf", tmp_path / "hf")
    folder, cache = str(tmp_path / "hf"), str(tmp_path / "cache")
    assert sorted(datasets.get_dataset_config_names(folder, cache_dir=cache)) == sorted(TABLES)
    for table in TABLES.keys() - {"rejects"}:  # of a table without rows, datasets makes nothing
        made = datasets.load_dataset(folder, table, split="train", cache_dir=cache)
        assert made.column_names == list(TABLES[table].model_fields)
        assert made.num_rows == tables.dataset(table).count_rows()
    assert datasets.load_dataset(folder, split="train", cache_dir=cache).column_names == list(
        TABLES["officials"].model_fields
    )
    figures = datasets.load_dataset(folder, "figures", split="train", cache_dir=cache)
    assert figures[0]["value"] in tables.figures["value"].to_pylist() and isinstance(figures[0]["value"], Decimal)


# -- databases and graphs -------------------------------------------------------------------------------


def test_duckdb_has_tables_and_views(out: Path, tables: Tables, mentions: list[dict[str, Any]], tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="needs duckdb")
    export(out, "duckdb", tmp_path / "n.duckdb")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["n.duckdb"]
    with duckdb.connect(str(tmp_path / "n.duckdb"), read_only=True) as base:
        for table in TABLES:
            found = base.sql(f"FROM {table}").to_arrow_table()
            assert found.column_names == list(TABLES[table].model_fields)
            assert found.num_rows == tables.dataset(table).count_rows()
        rows = base.execute("SELECT label, text, source, start FROM mentions").fetchall()
        assert Counter(rows) == Counter((m["label"], m["text"], m["source"], m["start"]) for m in mentions)
        held = base.execute("SELECT holder, text FROM mentions WHERE source = 'hostile.jsonl#1' AND label = 'title'")
        assert held.fetchall() == [("Lò Văn Mẫu", "Bí thư Huyện ủy Sông Thử")]
        offices = base.execute("SELECT name, office, status FROM offices WHERE source = 'hostile.jsonl#1'").fetchall()
        assert offices == [("Lò Văn Mẫu", "Bí thư Huyện ủy Sông Thử", "current")]
        (total,) = base.execute("SELECT count(*) FROM offices").fetchone() or (0,)
        assert total == sum(map(len, tables.officials["titles"].to_pylist()))
        (cited,) = base.execute("SELECT count(*) FROM citations WHERE sentence IS NOT NULL").fetchone() or (0,)
        assert cited == tables.documents.num_rows
        beside = base.execute(
            "SELECT name, label, text FROM in_one_sentence WHERE source = 'hostile.jsonl#1'"
        ).fetchall()
        assert beside == [("Lò Văn Mẫu", "document", "Kết luận số 12-KL/TU"), ("Lò Văn Mẫu", "figure", "1.250")]
        bare = base.execute(
            "SELECT count(*) FROM duckdb_columns() WHERE comment IS NULL AND table_name IN ?", [list(TABLES)]
        )
        assert bare.fetchone() == (0,), "every column says what it means"


def test_ftm_entities_are_valid_and_linked(out: Path, tables: Tables, tmp_path: Path) -> None:
    pytest.importorskip("followthemoney", reason="needs followthemoney (and ICU): pip install 'extract-vn[ftm]'")
    from followthemoney.cli.util import path_entities
    from followthemoney.proxy import EntityProxy

    said = export(out, "ftm", tmp_path / "e.ftm.json")
    assert "not taken by FollowTheMoney: 1 sourceUrl" in said  # 'không phải địa chỉ' is no address
    found = {e.id: e for e in path_entities(tmp_path / "e.ftm.json", EntityProxy, cleaned=False)}
    lines = (tmp_path / "e.ftm.json").read_text("utf-8").split("\n")[:-1]
    assert len(found) == len(lines), "each entity once"
    for line in lines:
        data = json.loads(line)
        found[data["id"]].schema.validate(data)  # raises where something required is missing or of a wrong type
        kept = found[data["id"]].to_dict()["properties"]
        assert {k: sorted(v) for k, v in kept.items()} == {k: sorted(v) for k, v in data["properties"].items()}
    for entity in found.values():
        for prop, value in entity.itervalues():
            if prop.type.name == "entity":
                assert value in found and found[value].schema.is_a(prop.range), (entity.schema.name, prop.name)
    schemata = Counter(e.schema.name for e in found.values())
    people = set(tables.persons["person_id"].to_pylist())
    assert schemata["Article"] == tables.articles.num_rows
    assert (schemata["Person"], schemata["Mention"]) == (len(people), tables.persons.num_rows)
    assert schemata["Documentation"] == tables.documents.num_rows
    assert schemata["Document"] == len(set(tables.documents["document_id"].to_pylist()))
    held = [
        e for e in found.values() if e.schema.name == "Occupancy" and "Lò Văn Mẫu" in found[e.first("holder")].names
    ]
    posts = {found[e.first("post")].caption for e in held if e.first("summary") == "Bí thư Huyện ủy Sông Thử"}
    assert posts == {"Bí thư Huyện ủy Sông Thử"}


# -- training data --------------------------------------------------------------------------------------


def docs(path: Path) -> list[Any]:
    import spacy
    from spacy.tokens import DocBin

    return list(DocBin().from_disk(path).get_docs(spacy.blank("xx").vocab))


def test_spacy_reads_texts_spans_and_entities(
    out: Path, tables: Tables, mentions: list[dict[str, Any]], tmp_path: Path
) -> None:
    assert export(out, "spacy", tmp_path / "a.spacy") == f"{tables.articles.num_rows} documents in 1 file"
    read = docs(tmp_path / "a.spacy")
    assert [doc.text for doc in read] == tables.articles["text"].to_pylist()
    spans = [(s.label_, s.text, s.start_char, s.id_) for doc in read for group in doc.spans.values() for s in group]
    assert sorted(spans) == sorted((m["label"], m["text"], m["start"], m["id"]) for m in mentions)
    entities = Counter((e.label_, e.text) for doc in read for e in doc.ents)
    assert entities == counted(mentions), "nothing overlaps in these articles"
    assert [list(doc.spans) for doc in read] == [["persons", "titles", "documents", "figures"]] * len(read)
    assert all(doc.has_annotation("SENT_START") for doc in read if len(doc))


def test_spacy_reads_a_folder_of_files_like_one(
    out: Path, tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import spacy
    from spacy.training import Corpus

    monkeypatch.setattr("extract.export.spacy_bin.MOST", 10)
    with pytest.raises(OutputError, match="holds 10 at most"):
        export(out, "spacy", tmp_path / "a.spacy")
    assert list(tmp_path.iterdir()) == []
    assert export(out, "spacy", tmp_path / "corpus").endswith("documents in 3 files")
    examples = list(Corpus(tmp_path / "corpus")(spacy.blank("xx")))
    assert [e.reference.text for e in examples] == tables.articles["text"].to_pylist()


def test_spacy_files_are_the_same_bytes_in_every_process(out: Path, tmp_path: Path) -> None:
    export(out, "spacy", tmp_path / "1.spacy")
    command = [sys.executable, "-m", "extract", "export", out, "--format", "spacy", "--out", tmp_path / "2.spacy"]
    environment = {**os.environ, "PYTHONHASHSEED": "2"}
    subprocess.run(list(map(str, command)), check=True, capture_output=True, env=environment)
    assert (tmp_path / "1.spacy").read_bytes() == (tmp_path / "2.spacy").read_bytes()


def test_conll_in_spacys_reader(out: Path, tables: Tables, mentions: list[dict[str, Any]], tmp_path: Path) -> None:
    from spacy.training.converters import conll_ner_to_docs

    export(out, "conll", tmp_path / "a.conll")
    text = (tmp_path / "a.conll").read_text("utf-8")
    read = list(conll_ner_to_docs(text, no_print=True))
    assert len(read) == tables.articles.num_rows
    # Between the words of a mention the reader puts spaces, and the file has "_" in them: "98,5 %", "Lò_Văn_Mẫu".
    found = [(e.label_, re.sub(r"[\W_]", "", e.text)) for doc in read for e in doc.ents]
    assert found == [(m["label"], re.sub(r"[\W_]", "", m["text"])) for m in mentions]


def test_conll_is_strict_iob2(out: Path, tmp_path: Path) -> None:
    export(out, "conll", tmp_path / "a.conll")
    before = "O"
    for line in (tmp_path / "a.conll").read_text("utf-8").split("\n"):
        if not line:
            before = "O"
            continue
        columns = line.split(" ")
        assert len(columns) == 4 == len(line.split()), line
        tag = columns[3]
        assert re.fullmatch(r"O|[BI]-(person|title|document|figure)", tag), line
        assert not tag.startswith("I") or before[2:] == tag[2:], line
        before = tag


@pytest.mark.parametrize(
    ("word", "said"),
    [("Lò Văn\u00a0Mẫu", "Lò_Văn_Mẫu"), ("-DOCSTART-", "_DOCSTART_"), ("a\u2028b", "a_b"), ("12-KL/TU", "12-KL/TU")],
)
def test_a_word_is_one_column(word: str, said: str) -> None:
    assert column(word) == said


# -- annotation tools -----------------------------------------------------------------------------------

TEXT_BOUND = re.compile(r"T\d+\t(\w+) (\d+ \d+(?:;\d+ \d+)*)\t(.+)")


def read_standoff(
    ann: Path,
) -> tuple[list[tuple[str, int, int]], list[tuple[str, str, str]], dict[str, dict[str, str]]]:
    """A strict reader of brat's format: spans, relations and attributes; anything else is an error."""
    text = ann.with_suffix(".txt").read_bytes().decode("utf-8")
    spans: dict[str, tuple[str, int, int]] = {}
    relations, attributes, ids = [], {}, set()
    content = ann.read_bytes().decode("utf-8")
    assert content == "" or content.endswith("\n")
    for line in content.split("\n")[:-1]:
        id = line.split("\t")[0]
        assert id not in ids, f"{id} is there twice"
        ids.add(id)
        if match := TEXT_BOUND.fullmatch(line):
            pieces = [tuple(map(int, piece.split())) for piece in match[2].split(";")]
            assert match[3] == " ".join(text[a:b] for a, b in pieces), line
            assert "\n" not in "".join(text[a:b] for a, b in pieces)
            spans[id] = (match[1], pieces[0][0], pieces[-1][1])
        elif match := re.fullmatch(r"R\d+\t(\w+) Arg1:(T\d+) Arg2:(T\d+)", line):
            relations.append((match[1], match[2], match[3]))
        elif match := re.fullmatch(r"A\d+\t(\w+) (T\d+) (\S+)", line):
            attributes.setdefault(match[2], {})[match[1]] = match[3]
        else:
            match = re.fullmatch(r"#\d+\tAnnotatorNotes (T\d+)\t(.+)", line)
            assert match, f"no line of the format: {line!r}"
            assert isinstance(json.loads(match[2]), dict)
    assert all(a in spans and b in spans for _, a, b in relations)
    assert attributes.keys() <= spans.keys()
    return list(spans.values()), relations, attributes


def test_brat_is_strict_standoff(out: Path, mentions: list[dict[str, Any]], tmp_path: Path) -> None:
    export(out, "brat", tmp_path / "brat")
    conf = (tmp_path / "brat" / "annotation.conf").read_text("utf-8")
    values = {m[1]: m[3].split("|") for m in re.finditer(r"^(\w+)\tArg:(\w+), Value:(\S+)$", conf, re.M)}
    spans: list[tuple[str, int, int]] = []
    holders = 0
    for ann in sorted((tmp_path / "brat").glob("*.ann")):
        found, relations, attributes = read_standoff(ann)
        spans += found
        holders += len(relations)
        assert {name for name, _, _ in relations} <= {"holder"}
        assert all(value in values[name] for some in attributes.values() for name, value in some.items())
    assert sorted(spans) == sorted((m["label"], m["start"], m["end"]) for m in mentions)
    assert holders == sum(m.get("holder") is not None for m in mentions)
    assert conf == annotation_conf() and "[entities]\nperson\ntitle\ndocument\nfigure\n" in conf


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("tin/bai 1.txt", "tin_bai_1"),
        ("news.jsonl#3", "news_3"),
        ("https://x.vn/a?b=../../etc", "https_x.vn_a_b_.._.._etc"),
        ("../../../etc/passwd", "etc_passwd"),
        ("😀.txt", "article"),
    ],
)
def test_file_names_are_safe(source: str, name: str) -> None:
    assert slug(source) == name
    assert not {"/", "\\", "\0"} & set(slug(source)) and not slug(source).startswith(".")


def test_doccano_imports_every_line(out: Path, mentions: list[dict[str, Any]], tmp_path: Path) -> None:
    """As doccano's importer checks it (1.8, JSONL with relations): a data frame, spans and relations exploded."""
    pd = pytest.importorskip("pandas")
    from typing import Annotated

    from pydantic import BaseModel, NonNegativeInt, StringConstraints, model_validator

    NonEmpty = Annotated[str, StringConstraints(min_length=1)]

    class Span(BaseModel):
        id: int
        label: NonEmpty
        start_offset: NonNegativeInt
        end_offset: NonNegativeInt

        @model_validator(mode="after")
        def holds(self) -> Span:
            assert self.start_offset < self.end_offset
            return self

    class Relation(BaseModel):
        id: int
        from_id: int
        to_id: int
        type: NonEmpty

    export(out, "doccano", tmp_path / "d.jsonl")
    frame = pd.DataFrame([json.loads(line) for line in (tmp_path / "d.jsonl").read_text("utf-8").splitlines()])
    assert not {"filename", "upload_name", "uuid", "example_uuid", "data"} & set(frame.columns), (
        "names doccano uses itself"
    )
    assert frame.text.map(bool).all() and frame.notna().all().all()
    units = []
    for row in frame.to_dict(orient="records"):
        spans = [Span.model_validate(entity) for entity in row["entities"]]
        relations = [Relation.model_validate(relation) for relation in row["relations"]]
        assert {r.from_id for r in relations} | {r.to_id for r in relations} <= {s.id for s in spans}
        # Doccano's page counts as JavaScript does.
        text = row["text"].encode("utf-16-le")
        units += [(s.label, text[2 * s.start_offset : 2 * s.end_offset].decode("utf-16-le")) for s in spans]
    assert units == [(m["label"], m["text"]) for m in mentions]


@pytest.fixture(scope="session")
def studio() -> Any:
    reason = "needs label-studio-sdk: make interop"
    return pytest.importorskip("label_studio_sdk.label_interface", reason=reason).LabelInterface


@pytest.mark.parametrize("given", ["annotations", "predictions"])
def test_label_studio_validates_every_task(studio: Any, out: Path, tmp_path: Path, given: str) -> None:
    export(out, "label-studio", tmp_path / "t.json", predictions=given == "predictions")
    interface = studio((tmp_path / "t.config.xml").read_text("utf-8"))
    interface.validate()
    tasks = json.loads((tmp_path / "t.json").read_text("utf-8"))
    assert tasks and {given} == {key for task in tasks for key in task} - {"data"}
    for task in tasks:
        (made,) = task[given]
        assert interface._validate_object(made, return_errors=True) == []


def test_label_studios_converter_reads_the_tasks(
    studio: Any, out: Path, mentions: list[dict[str, Any]], tmp_path: Path
) -> None:
    from label_studio_sdk.converter import Converter

    export(out, "label-studio", tmp_path / "t.json")
    tasks = json.loads((tmp_path / "t.json").read_text("utf-8"))
    for i, task in enumerate(tasks):  # what the server adds
        task["id"] = i
        task["annotations"][0] |= {"id": i, "completed_by": {"email": "a@b.vn"}}
    (tmp_path / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    converter = Converter((tmp_path / "t.config.xml").read_text("utf-8"), project_dir=None)
    converter.convert_to_json_min(str(tmp_path / "export.json"), str(tmp_path / "json"), is_dir=False)
    (made,) = (tmp_path / "json").glob("*.json")
    read = json.loads(made.read_text("utf-8"))
    spans = [(s["labels"][0], task["text"][s["start"] : s["end"]]) for task in read for s in task.get("label", ())]
    assert Counter(spans) == counted(mentions)
    converter.convert_to_conll2003(str(tmp_path / "export.json"), str(tmp_path / "conll"), is_dir=False)
    tags = Counter(
        line.rpartition(" ")[2][:1] for line in (tmp_path / "conll" / "result.conll").read_text("utf-8").split("\n")
    )
    assert tags["B"] > 0.9 * len(mentions)  # its tokens are English ones: some mentions share one


def test_predictions_bear_scores_and_the_version(out: Path, tmp_path: Path) -> None:
    export(out, "label-studio", tmp_path / "t.json", predictions=True)
    task = next(
        t for t in json.loads((tmp_path / "t.json").read_text("utf-8")) if t["data"]["source"] == "hostile.jsonl#1"
    )
    (prediction,) = task["predictions"]
    spans = [r for r in prediction["result"] if r["type"] == "labels"]
    assert re.fullmatch(r"extract-vn \S+ rules [0-9a-f]{12}", prediction["model_version"])
    assert all(0 < s["score"] <= 1 for s in spans) and prediction["score"] == min(s["score"] for s in spans)
    text = task["data"]["text"]
    assert [text[s["value"]["start"] : s["value"]["end"]] for s in spans] == [s["value"]["text"] for s in spans]
    (relation,) = [r for r in prediction["result"] if r["type"] == "relation"]
    ends = {s["id"]: s["value"]["labels"][0] for s in spans}
    assert (ends[relation["from_id"]], ends[relation["to_id"]], relation["direction"]) == ("title", "person", "right")


def test_the_labelling_interface_offers_every_value() -> None:
    from xml.etree import ElementTree

    from extract.evaluate.gold import ATTRIBUTES

    root = ElementTree.fromstring(labelling_config())
    controls = {e.get("name") for e in root.iter() if e.get("toName") == "text"}
    assert controls == {"label", *(name for names in ATTRIBUTES.values() for name in names)}
    choices = {c.get("name"): [v.get("value") for v in c] for c in root.iter("Choices")}
    assert choices["status"] == ["current", "former", "acting", "elect"] and "none" in choices["modifier"]


# -- where it goes --------------------------------------------------------------------------------------

NAMES = {f: f"{f}-out" if f in ("brat", "hf") else f"{f}.spacy" if f == "spacy" else f"{f}.x" for f in FORMATS}
OPTIONAL = {"duckdb": "duckdb", "ftm": "followthemoney"}


def test_the_command_line_has_the_formats_of_the_package() -> None:
    assert tuple(ExportFormat) == FORMATS == tuple(NEXT)


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_is_replaced_unless_asked_to(run: Run, out: Path, tmp_path: Path, format: str) -> None:
    if format in OPTIONAL:
        pytest.importorskip(OPTIONAL[format])
    path = tmp_path / "new" / NAMES[format]
    args = ("export", out, "--format", format, "--out", path)
    status, said, _ = run(*args)
    assert status == 0 and said.startswith(f"{path}: ") and " Next: " in said
    first = {p: p.read_bytes() for p in path.parent.rglob("*") if p.is_file()}
    status, said, error = run(*args)
    assert (status, said) == (
        2,
        "",
    ) and error == f"extract: {path.resolve()}: is there already; --overwrite replaces it\n"
    status, _, _ = run(*args, "--overwrite", "--quiet")
    again = {p: p.read_bytes() for p in path.parent.rglob("*") if p.is_file()}
    assert status == 0 and again.keys() == first.keys()
    assert format == "duckdb" or again == first, "the same bytes each time"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("no", "--format", "csv", "--out", "x.csv"), "no: no such folder"),
        ((".", "--format", "csv", "--out", "x.csv"), ".: no dataset here"),
        (("OUT", "--format", "xlsx", "--out", "x"), "'csv', 'jsonl'"),
        (("OUT", "--format", "csv"), "--out"),
        (("OUT", "--out", "x"), "--format"),
        (("OUT", "--format", "csv", "--table", "people", "--out", "x"), "no table 'people'; there are articles, sentences"),
        (("OUT", "--format", "brat", "--table", "persons", "--out", "x"), "--table goes with --format csv or jsonl"),
        (("OUT", "--format", "csv", "--as", "predictions", "--out", "x"), "--as predictions goes with --format label-studio"),
        (("OUT", "--format", "jsonl", "--excel", "--out", "x"), "--excel goes with --format csv"),
        (("OUT", "--format", "csv", "--out", "full"), "full: is there already"),
        (("OUT", "--format", "csv", "--out", "full", "--overwrite"), "full: is a folder; name a file"),
        (("OUT", "--format", "brat", "--out", "full", "--overwrite"), "full: is no folder that an export left"),
        (("OUT", "--format", "brat", "--out", "file", "--overwrite"), "file: is no folder that an export left"),
        (("OUT", "--format", "csv", "--out", "file/x.csv"), "file is not a folder"),
        (("OUT", "--format", "hf", "--out", "OUT", "--overwrite"), "is the dataset, or holds it"),
    ],
)  # fmt: skip
def test_bad_usage_is_one_line(
    run: Run, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    status, printed, error = run("export", *(str(out) if a == "OUT" else a for a in args))
    assert (status, printed) == (2, "") and said in error
    assert error.startswith("extract: ") and error.count("\n") == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "full"]
    assert (tmp_path / "file").read_text() == (tmp_path / "full" / "mine.txt").read_text() == "mine"


def test_a_run_that_has_not_finished_is_not_exported(run: Run, out: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(out, tmp_path / "half")
    (tmp_path / "half" / "manifest.json").unlink()
    status, _, error = run("export", tmp_path / "half", "--format", "csv", "--out", tmp_path / "x.csv")
    assert status == 2 and "has not finished; extract run … --resume completes it" in error


def test_what_fails_half_way_leaves_what_was_there(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.jsonl").write_text("old")
    monkeypatch.setattr("extract.export.tabular.dumps", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export(out, "jsonl", tmp_path / "x.jsonl", overwrite=True)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("x.jsonl", "old")]


def test_a_missing_package_is_named_with_its_extra(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.export.find_spec", lambda _: None)
    with pytest.raises(OutputError, match=r"--format ftm needs followthemoney: pip install 'extract-vn\[ftm\]'"):
        export(out, "ftm", tmp_path / "x")


def test_rows_of_no_article_are_not_lost_silently(out: Path, tmp_path: Path) -> None:
    import shutil

    import pyarrow as pa
    import pyarrow.parquet as pq

    shutil.copytree(out, tmp_path / "bad")
    part = tmp_path / "bad" / "articles" / "part-00000.parquet"
    articles = pq.read_table(part)
    pq.write_table(articles.slice(0, articles.num_rows - 2), part)
    assert isinstance(articles, pa.Table)
    with pytest.raises(OutputError, match=r"holds rows of article '[0-9a-f]{16}', which is not in articles"):
        export(tmp_path / "bad", "csv", tmp_path / "x.csv")
    assert not (tmp_path / "x.csv").exists()


def test_an_existing_file_is_an_output_error(out: Path, tmp_path: Path) -> None:
    (tmp_path / "t.config.xml").write_text("mine")
    with pytest.raises(OutputExistsError, match=r"t\.config\.xml: is there already"):
        export(out, "label-studio", tmp_path / "t.json")
    assert [p.name for p in tmp_path.iterdir()] == ["t.config.xml"]


MEMORY = """
import resource, sys
from extract.export import export
export(sys.argv[1], sys.argv[2], sys.argv[3])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
export(sys.argv[4], sys.argv[2], sys.argv[3] + "2")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measures peak memory as Linux counts it")
def test_memory_does_not_grow_with_the_dataset(out: Path, tmp_path: Path) -> None:
    """One export, then one of sixty times as many articles in as many parts: the peak may rise by a fifth of its text."""
    many = many_parts(out, tmp_path / "many", 60)
    size = sum(p.stat().st_size for p in (many / "articles").iterdir())
    command = [sys.executable, "-c", MEMORY, out, "doccano", tmp_path / "x", many]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    written = (tmp_path / "x2").stat().st_size
    assert written > 10_000_000 > size
    assert int(done.stdout) * 1024 < written / 3


# -- the pages of docs/ ---------------------------------------------------------------------------------


def test_the_page_names_every_format() -> None:
    page = (ROOT / "docs" / "export.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([\w-]+)` \|", page, re.M)) == set(FORMATS)


def test_the_page_on_evaluation_names_labels_as_the_command_takes_them(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import spacy
    from spacy.tokens import DocBin

    monkeypatch.chdir(tmp_path)
    doc = spacy.blank("xx")("Ông Lò Văn Mẫu đến Sông Thử.")
    doc.ents = [doc.char_span(4, 14, label="PER"), doc.char_span(19, 27, label="ORG")]
    DocBin(docs=[doc]).to_disk(tmp_path / "gold.spacy")
    page = (ROOT / "docs" / "evaluate.md").read_text("utf-8")
    (command,) = re.findall(r"^extract (eval gold.spacy .*)$", page, re.M)
    status, said, _ = run(*command.split(), "--format", "json", "--no-ner")
    assert (status, json.loads(said)["person"]) == (0, {"p": 1.0, "r": 1.0, "f1": 1.0, "gold": 1, "pred": 1})
