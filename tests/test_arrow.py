"""Arrow batches in and out: the rows of a run, in whatever feeds Arrow; and the recipe for Spark in docs/scale.md."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import extract
from extract import cli
from extract.validate.models import TABLES
from extract.write.schemas import arrow_schema

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def articles(raw) -> pa.Table:
    """The sample articles, an empty one, and one that is null."""
    texts = [path.read_text("utf-8") for path in sorted(raw.glob("*.txt"))]
    texts = [*texts[:5], " ", *texts[5:], None]
    return pa.table({"id": list(range(1, len(texts) + 1)), "content": texts, "title": [None] * len(texts)})


@pytest.fixture(scope="module")
def of_a_run(articles, tmp_path_factory) -> extract.write.Tables:
    """What ``extract run`` makes of them, under the same names."""
    folder = tmp_path_factory.mktemp("run")
    pq.write_table(articles, folder / "a.parquet")
    arguments = ["run", str(folder / "a.parquet"), "--out", str(folder / "out"), "--lang", "any"]
    assert cli.main([*arguments, "--quiet", "--no-report"]) == 0
    return extract.load(folder / "out")


def unnested(result: pa.Table, table: str) -> list[dict]:
    """The rows of one table; times, which Spark has in microseconds, as those of the table."""
    rows = pa.Table.from_struct_array(result[table].combine_chunks().flatten())
    return rows.cast(pa.schema([f.with_nullable(True) for f in arrow_schema(table)])).to_pylist()


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_the_rows_are_those_of_a_run(articles, of_a_run, size):
    named = articles.set_column(0, "id", pa.array([f"a.parquet#{n}" for n in articles["id"].to_pylist()]))
    batches = list(extract.map_arrow(named.to_batches(max_chunksize=size), name="id"))
    result = pa.Table.from_batches(batches, schema=extract.mapped_schema())
    result.validate(full=True)
    assert result["source"].to_pylist() == named["id"].to_pylist()
    for table in TABLES:
        assert unnested(result, table) == getattr(of_a_run, table).to_pylist(), table
    assert of_a_run.officials.num_rows > 50
    assert [len(row) for row in result["rejects"].to_pylist()] == [0] * 5 + [1] + [0] * (len(articles) - 7) + [1]
    assert [len(row) for row in result["articles"].to_pylist()] == [1] * 5 + [0] + [1] * (len(articles) - 7) + [0]


def test_wrong_columns_are_told():
    batch = pa.record_batch({"id": ["a"], "price": [3]})
    with pytest.raises(KeyError, match="url"):
        list(extract.map_arrow([batch], name="url"))
    (result,) = extract.map_arrow([batch], name="id", ner=False)
    (reject,) = result["rejects"].to_pylist()[0]
    assert (reject["error"], reject["source"]) == ("missing_text", "a")
    assert list(extract.map_arrow([batch.slice(1)], name="id")) == []


def test_the_recipe_for_spark(articles, of_a_run, tmp_path, monkeypatch):
    pytest.importorskip("pyspark", reason="pyspark is not installed (pip install pyspark; it needs Java)")
    if shutil.which("java") is None:
        pytest.skip("no Java on this machine (Debian: apt-get install default-jre-headless)")
    found = re.search(r"```python\n(from pyspark.+?)```", (ROOT / "docs" / "scale.md").read_text("utf-8"), re.DOTALL)
    recipe = textwrap.dedent(found[1])
    assert len(recipe.splitlines()) <= 12
    urls = pa.array([f"a.parquet#{n}" for n in articles["id"].to_pylist()])
    pq.write_table(pa.table({"url": urls, "text": articles["content"]}), tmp_path / "crawl.parquet")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    options = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
    }
    builder = SparkSession.builder.master("local[2]").appName("tin")
    for key, value in options.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    try:
        exec(compile(recipe, "docs/scale.md", "exec"), {})
    finally:
        session.stop()
    for table in ("officials", "titles", "documents", "figures"):
        made, right = pq.read_table(tmp_path / table), getattr(of_a_run, table)
        assert made.select(right.column_names).to_pylist() == right.to_pylist(), table
    assert pq.read_table(tmp_path / "rejects")["error"].to_pylist() == ["empty_text", "empty_text"]
