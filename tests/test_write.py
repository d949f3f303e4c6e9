"""Write: the contract's columns and types, the same bytes each time, and the same rows whoever reads them back."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from extract.engines.local import run
from extract.records import Reject
from extract.validate import validate
from extract.validate.models import TABLES
from extract.write import NoDatasetError, OutputError, OutputExistsError, folder, load
from extract.write.folder import parquet
from extract.write.schemas import arrow_schema, check_schemas, schema_hash, write_schemas
from extract.write.tables import to_batches
from handmade import NEWS, Toy, news, stream

# Name and type as the contract gives them; '?' is nullable. Kept apart from the models on purpose.
SPAN = "article_id string, sentence_id int32, start int32, end int32, text string"
MENTION = SPAN + ", mention_id string, method string, rule string?, confidence float, flags list<string>"
OFFICE = (
    "text string, role string, organization string, organization_resolved string, branch string, level string, "
    "status string"
)
CONTRACT = {
    "articles": "article_id string, source string, text_hash string, url string?, publisher string?, title string?, "
    "authors list<string>, published_at timestamp[s, tz=Asia/Ho_Chi_Minh]?, province string?, text string, "
    "n_sentences int32, n_words int32",
    "sentences": SPAN + ", kind string, words list<struct<start int32, end int32>>",
    "persons": MENTION + ", person_id string, name string, honorific string?, ranks list<string>, is_official bool",
    "titles": MENTION + ", role string, organization string?, organization_resolved string?, branch string, "
    "level string, status string, holder_id string?",
    "officials": "article_id string, person_id string, name string, honorific string?, ranks list<string>, "
    f"titles list<struct<{OFFICE}>>, n_mentions int32, first_start int32",
    "documents": MENTION + ", kind string, type string?, doc_type string?, number string?, code string?, "
    "issuer string?, issuer_resolved string?, level string, date date32[day]?, subject string?, document_id string?",
    "figures": MENTION + ", quantity string, value decimal128(38, 6)?, low decimal128(38, 6)?, "
    "high decimal128(38, 6)?, numerator decimal128(38, 6)?, denominator decimal128(38, 6)?, unit string, "
    "unit_text string?, modifier string?, counted string?, scope string?",
    "rejects": "source string, article_id string?, table string?, stage string, error string, message string, "
    "payload string",
}


def described(schema: pa.Schema) -> dict[str, str]:
    def kind(of: pa.DataType) -> str:
        if pa.types.is_list(of):
            return f"list<{kind(of.value_type)}>"
        if pa.types.is_struct(of):
            return "struct<" + ", ".join(f"{f.name} {kind(f.type)}" for f in of) + ">"
        return str(of)

    return {f.name: kind(f.type) + ("?" if f.nullable else "") for f in schema}


@pytest.mark.parametrize("table", CONTRACT)
def test_columns_and_types_are_those_of_the_contract(table):
    found = described(arrow_schema(table))
    wanted, depth, start = [], 0, 0
    for i, c in enumerate(CONTRACT[table] + ","):
        depth += (c in "<([") - (c in ">)]")
        if c == "," and depth == 0:
            wanted.append(CONTRACT[table][start:i].strip().split(" ", 1))
            start = i + 1
    assert {name: found.get(name) for name, _ in wanted} == dict(wanted)


def test_all_tables_of_the_contract_are_there():
    assert set(TABLES) == set(CONTRACT)


def test_schemas_folder(tmp_path):
    assert all(p.is_file() for p in write_schemas(tmp_path / "schemas"))
    assert check_schemas(tmp_path / "schemas") == []
    path = tmp_path / "schemas" / "figures.arrow.txt"
    path.write_text(path.read_text().replace("start: int32", "start: int64"))
    (tmp_path / "schemas" / "persons.schema.json").unlink()
    (tmp_path / "schemas" / "gods.arrow.txt").touch()
    wrong, missing, stray = check_schemas(tmp_path / "schemas")
    assert wrong.endswith(":3: found 'start: int64 not null', the models say 'start: int32 not null'")
    assert missing.endswith("persons.schema.json: missing")
    assert stray.endswith("gods.arrow.txt: no model has this schema")


def test_the_json_schema_describes_the_rows(tmp_path):
    write_schemas(tmp_path)
    row = json.loads(validate(news()).sentences[0].model_dump_json())
    schema = json.loads((tmp_path / "sentences.schema.json").read_text())
    assert list(schema["properties"]) == list(row) == arrow_schema("sentences").names
    assert schema["additionalProperties"] is False
    assert row["words"][0] == {"start": 0, "end": 5}
    assert set(schema["properties"]["words"]["items"]["properties"]) == {"start", "end"}
    assert "rule" in json.loads((tmp_path / "rule_file.schema.json").read_text())["properties"]


def test_rows_become_arrow_and_keep_their_values():
    published = dt.datetime(2026, 3, 5, 18, 45, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    tagged = news(published_at=published, authors=("Mùa A Bút",))
    doc = validate(tagged)
    batches = to_batches(
        [doc, Reject(source="x\udc00.txt", stage="read", error="e", message="m\ud800", payload='"\udfff"')]
    )
    assert {t: b.num_rows for t, b in batches.items()} == {
        "articles": 1, "sentences": 3, "persons": 3, "titles": 2, "officials": 2, "documents": 1,
        "figures": 3, "rejects": 1,
    }  # fmt: skip
    (row,) = batches["articles"].to_pylist()
    assert (row["text"], row["published_at"], row["authors"]) == (NEWS, published, ["Mùa A Bút"])
    for sentence, row in zip(doc.sentences, batches["sentences"].to_pylist()):
        assert [(w["start"], w["end"]) for w in row["words"]] == list(sentence.words)
    assert [f["value"] for f in batches["figures"].to_pylist()] == [Decimal(857), Decimal("104.5"), None]
    assert batches["officials"].to_pylist()[0]["titles"][0]["organization"] == "Huyện ủy Mường Thử"
    assert batches["rejects"].to_pylist()[0]["source"] == "x\ufffd.txt"
    assert json.loads(batches["rejects"].to_pylist()[0]["payload"]) == "\udfff"


def test_the_same_rows_are_the_same_bytes():
    def made() -> list[bytes]:
        batches = to_batches([validate(news())])
        return [parquet(pa.Table.from_batches([b])).to_pybytes() for b in batches.values()]

    assert made() == made()


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("it's here") / "out"
    run(stream(75), Toy, folder, config_key="k", inputs=["tin"], versions={"rules": "r1"})
    return folder


COUNTS = {
    "articles": 68, "sentences": 68 * 4, "persons": 68 * 5, "titles": 68 * 2, "officials": 68,
    "documents": 68 * 2, "figures": 68 * 11 + 58, "rejects": 7,
}  # fmt: skip


def test_everybody_reads_the_same_rows(out):
    tables = load(out)
    duck, pandas, polars = tables.duckdb(), tables.pandas(), tables.polars()
    expected = {t: tables.manifest["counts"][t] for t in TABLES}
    assert expected["articles"] + expected["rejects"] == 75
    assert min(expected.values()) > 0
    for table in TABLES:
        arrow = getattr(tables, table)
        assert arrow.schema == arrow_schema(table)
        assert ds.dataset(out / table, format="parquet").count_rows() == arrow.num_rows == expected[table]
        assert len(pandas[table]) == len(polars[table]) == expected[table]
        assert duck.sql(f"SELECT count(*) FROM {table}").fetchall() == [(expected[table],)]
        assert list(pandas[table].columns) == polars[table].columns == arrow.schema.names
        assert [c[0] for c in duck.sql(f"DESCRIBE {table}").fetchall()] == arrow.schema.names
        ids = arrow["article_id"].to_pylist()
        assert (
            pandas[table]["article_id"].astype(object).where(pandas[table]["article_id"].notna(), None).tolist() == ids
        )
        assert polars[table]["article_id"].to_list() == ids
        assert [r[0] for r in duck.sql(f"SELECT article_id FROM {table}").fetchall()] == ids


def test_everybody_reads_the_same_types(out):
    tables = load(out)
    duck = tables.duckdb()
    kinds = {c[0]: c[1] for c in duck.sql("DESCRIBE figures").fetchall()}
    assert (kinds["value"], kinds["start"], kinds["confidence"]) == ("DECIMAL(38,6)", "INTEGER", "FLOAT")
    assert kinds["flags"] == "VARCHAR[]"
    assert str(tables.polars("figures").schema["value"]).startswith("Decimal")
    assert "start" in str(tables.polars("sentences").schema["words"])
    assert {c[0]: c[1] for c in duck.sql("DESCRIBE articles").fetchall()}["published_at"] == "TIMESTAMP WITH TIME ZONE"
    assert tables.pandas("figures")["value"][0] == tables.figures["value"][0].as_py()
    # Parquet has no seconds: whoever reads the files without this package gets milliseconds
    part = pq.read_schema(out / "articles" / "part-00000.parquet")
    assert part.field("published_at").type == pa.timestamp("ms", "Asia/Ho_Chi_Minh")
    assert [f.nullable for f in part] == [f.nullable for f in arrow_schema("articles")]


def test_rows_are_in_reading_order(out):
    tables = load(out)
    sources = tables.articles["source"].to_pylist()
    assert sources == sorted(sources) and len(sources) > 64  # more than one part
    assert len(list((out / "articles").iterdir())) == 3


def test_manifest(out):
    manifest = load(out).manifest
    assert manifest["inputs"] == ["tin"]
    assert manifest["versions"]["rules"] == "r1"
    assert manifest["versions"]["schema"] == schema_hash()
    assert manifest["rejects"] == {"not_utf8": 7}
    assert manifest["characters"] == sum(map(len, load(out).articles["text"].to_pylist()))
    rows = dict.fromkeys(TABLES, 0)
    for part in manifest["parts"]:
        rows[part["path"].split("/")[0]] += part["rows"]
    assert rows == manifest["counts"]


def test_repr_shows_the_rows(out):
    assert "articles             68" in repr(load(out))
    assert "rejects               7" in repr(load(out))


def test_what_is_no_dataset(tmp_path, out):
    with pytest.raises(NoDatasetError, match="no such folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(NoDatasetError, match=r"articles/part-00000\.parquet is missing"):
        load(tmp_path)
    with pytest.raises(AttributeError, match="no table 'offcials'; there are articles"):
        _ = load(out).offcials
    with pytest.raises(KeyError, match="no table 'people'"):
        load(out).pandas("people")


def test_nothing_found_is_still_a_dataset(tmp_path):
    run([], Toy, tmp_path / "out", config_key="k")
    tables = load(tmp_path / "out")
    for table in TABLES:
        assert getattr(tables, table).schema == arrow_schema(table)
        assert getattr(tables, table).num_rows == 0


def test_an_output_folder_is_not_overwritten_unasked(tmp_path):
    out = tmp_path / "out"
    run(stream(80), Toy, out, config_key="k")
    mine = [
        out / "notes.txt",
        out / "articles" / "notes.txt",
        out / "_tmp" / "x",
        out / "officials" / "part-1.parquet.bak",
    ]
    for path in mine:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    with pytest.raises(OutputExistsError, match="--overwrite replaces it, --resume completes it"):
        run(stream(3), Toy, out, config_key="k")
    (out / "manifest.json").unlink()  # a run that was stopped is one as well
    with pytest.raises(OutputExistsError):
        run(stream(3), Toy, out, config_key="k")
    assert run(stream(3), Toy, out, config_key="k", overwrite=True).counts["articles"] == 3
    assert load(out).articles.num_rows == 3
    assert len(list((out / "articles").glob("*.parquet"))) == 1
    assert all(path.read_text() == "mine" for path in mine)
    with pytest.raises(OutputError, match="not a folder"):
        run(stream(3), Toy, out / "notes.txt", config_key="k")


def test_parts_past_99999_come_last(tmp_path):
    """A hundred million articles make 100,257 parts; their numbers grow longer, the rows stay in order."""
    folder.prepare(tmp_path, overwrite=False, resume=False)
    for number in (0, 99999, 100000):
        row = {"source": f"{number}", "stage": "read", "error": "e", "message": "", "payload": ""}
        tables = {t: arrow_schema(t).empty_table() for t in TABLES}
        columns = {f.name: [row.get(f.name)] for f in arrow_schema("rejects")}
        tables["rejects"] = pa.table(columns, schema=arrow_schema("rejects"))
        folder.write_shard(tmp_path, number, tables, {"shard": number})
    assert load(tmp_path).rejects["source"].to_pylist() == ["0", "99999", "100000"]
    rows = load(tmp_path).duckdb().execute("SELECT source FROM rejects").fetchall()
    assert rows == [("0",), ("99999",), ("100000",)]
