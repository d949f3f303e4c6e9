"""The stage commands: each from what the one before left, and together the same as ``run``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.engines.local import run
from extract.records import Article, Document, Figure, Person, Reject, Segmented, Sentence, Tagged, Title
from extract.validate import validate
from extract.write import OutputExistsError, load
from extract.write.stages import (
    StageMissingError,
    _adapter,
    run_segment,
    run_tag,
    run_validate,
    run_write,
)
from handmade import Toy, article, news, stream


def parts(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.glob("[a-z]*/part-*.parquet")}


def all_stages(items, work: Path, out: Path):
    run_segment(items, Toy.segment, work, inputs=["tin"], versions={"rules": "r1", "model": ""})
    run_tag(work, Toy.tag, versions={"model": "m1"})
    run_validate(work, Toy.validate)
    return run_write(work, out)


def test_the_four_stages_give_the_same_bytes_as_run(tmp_path):
    items = [*stream(60), article("Bản tin NỔ.", "no.txt"), article("Bị TỪ CHỐI.", "khong.txt"), *stream(40, bad=3)]
    summary = all_stages(items, tmp_path / "work", tmp_path / "staged")
    expected = run(items, Toy, tmp_path / "run", config_key="k", workers=1)
    assert parts(tmp_path / "staged") == parts(tmp_path / "run") != {}
    assert (summary.counts, summary.rejects) == (expected.counts, expected.rejects)
    assert expected.rejects == {"internal_error": 1, "not_utf8": 19, "refused": 1}
    manifest = load(tmp_path / "staged").manifest
    assert manifest["inputs"] == ["tin"]
    assert (manifest["versions"]["rules"], manifest["versions"]["model"]) == ("r1", "m1")


def test_one_folder_may_hold_stages_and_tables(tmp_path):
    all_stages(stream(9), tmp_path, tmp_path)
    assert load(tmp_path).articles.num_rows == 9


def test_resume_does_not_trust_what_the_stages_wrote(tmp_path):
    all_stages(stream(9), tmp_path, tmp_path)
    assert run(stream(9), Toy, tmp_path, config_key="k", resume=True).shards_kept == 0


def test_stages_out_of_turn(tmp_path):
    with pytest.raises(StageMissingError, match="run 'extract segment' first"):
        run_tag(tmp_path, Toy.tag)
    run_segment(stream(3), Toy.segment, tmp_path)
    with pytest.raises(StageMissingError, match="run 'extract tag' first"):
        run_validate(tmp_path, Toy.validate)
    with pytest.raises(StageMissingError, match="run 'extract validate' first"):
        run_write(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_segmenting_again_makes_the_later_stages_void(tmp_path):
    all_stages(stream(40), tmp_path, tmp_path / "out")
    with pytest.raises(OutputExistsError, match="--overwrite replaces them"):
        run_segment(stream(3), Toy.segment, tmp_path)
    run_segment(stream(3), Toy.segment, tmp_path, overwrite=True)
    with pytest.raises(StageMissingError):
        run_validate(tmp_path, Toy.validate)
    assert [p.name for p in (tmp_path / "segmented").glob("part-*")] == ["part-00000.jsonl.zst"]
    assert not list((tmp_path / "tagged").glob("part-*"))


def test_a_stage_that_was_stopped_is_not_taken_for_whole(tmp_path):
    def stop(_articles: int, _characters: int) -> None:
        raise KeyboardInterrupt

    run_segment(stream(3), Toy.segment, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run_tag(tmp_path, Toy.tag, progress=stop)
    with pytest.raises(StageMissingError, match="tagged: not there or not finished"):
        run_validate(tmp_path, Toy.validate)


def test_a_stage_that_was_stopped_the_second_time_is_void(tmp_path):
    def stop(_articles: int, _characters: int) -> None:
        raise KeyboardInterrupt

    all_stages(stream(3), tmp_path, tmp_path / "out")
    with pytest.raises(KeyboardInterrupt):
        run_tag(tmp_path, Toy.tag, progress=stop)
    for later in (lambda: run_validate(tmp_path, Toy.validate), lambda: run_write(tmp_path, tmp_path / "new")):
        with pytest.raises(StageMissingError, match="not there or not finished"):
            later()


def test_a_spoilt_file_is_named(tmp_path):
    run_segment(stream(3), Toy.segment, tmp_path)
    path = tmp_path / "segmented" / "part-00000.jsonl.zst"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StageMissingError, match=r"part-00000\.jsonl\.zst: cannot be read"):
        run_tag(tmp_path, Toy.tag)


def test_records_round_trip():
    records = validate(news(published_at=dt.datetime(2026, 3, 5, 6, tzinfo=dt.timezone(dt.timedelta(hours=7)))))
    adapter = _adapter("validate")
    again = adapter.validate_json(adapter.dump_json(records))
    assert again == records
    assert again.sentences[0].words == records.sentences[0].words
    reject = Reject(source="s", stage="read", error="e", message="m")
    assert adapter.validate_json(adapter.dump_json(reject)) == reject


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MAYBE = st.none() | TEXT
OFFSET = st.integers(0, 2**31 - 1)
DECIMAL = st.none() | st.decimals(allow_nan=False, allow_infinity=False)
SPAN = {"start": OFFSET, "end": OFFSET, "rule": MAYBE, "confidence": st.floats(0, 1)}
ZONES = st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=7)), dt.timezone(dt.timedelta(hours=8))])
ARTICLES = st.builds(
    Article, article_id=TEXT, source=TEXT, text_hash=TEXT, text=TEXT, url=MAYBE, publisher=MAYBE, title=MAYBE,
    authors=st.lists(TEXT).map(tuple), published_at=st.none() | st.datetimes(timezones=ZONES),
)  # fmt: skip
WORDS = st.lists(st.tuples(OFFSET, OFFSET), max_size=4).map(tuple)
SENTENCES = st.lists(st.builds(Sentence, OFFSET, OFFSET, st.sampled_from(["headline", "caption"]), WORDS), max_size=3)
SEGMENTED = st.builds(Segmented, ARTICLES, SENTENCES.map(tuple))
PERSONS = st.builds(
    Person, **SPAN, honorific=MAYBE, ranks=st.lists(TEXT).map(tuple), name=TEXT, cluster=st.integers(-1, 9)
)
TITLES = st.builds(
    Title, **SPAN, role=TEXT, organization=MAYBE, branch=st.sampled_from(["front", "foreign"]),
    status=st.sampled_from(["acting", "elect"]), holder=st.none() | OFFSET,
)  # fmt: skip
DOCUMENTS = st.builds(
    Document, **SPAN, kind=st.sampled_from(["coded", "named"]), type=MAYBE, code=MAYBE, date=st.none() | st.dates(),
    subject=MAYBE,
)  # fmt: skip
FIGURES = st.builds(
    Figure, **SPAN, quantity=st.sampled_from(["money", "ratio"]), value=DECIMAL, low=DECIMAL, denominator=DECIMAL,
    modifier=st.sampled_from([None, "at_least"]), unit=MAYBE,
)  # fmt: skip
TAGGED = st.builds(
    Tagged, SEGMENTED, st.lists(PERSONS, max_size=2).map(tuple), st.lists(TITLES, max_size=2).map(tuple),
    st.lists(DOCUMENTS, max_size=2).map(tuple), st.lists(FIGURES, max_size=2).map(tuple), MAYBE,
)  # fmt: skip
REJECTS = st.builds(
    Reject, source=TEXT, stage=TEXT, error=TEXT, message=TEXT, payload=TEXT, article_id=MAYBE, table=MAYBE
)


@given(value=st.one_of(REJECTS, TAGGED))
@settings(deadline=None)
def test_tagged_values_round_trip(value):
    adapter = _adapter("tag")
    again = adapter.validate_json(adapter.dump_json(value))
    assert again == value


@given(value=st.one_of(REJECTS, SEGMENTED))
@settings(deadline=None)
def test_segmented_values_round_trip(value):
    adapter = _adapter("segment")
    again = adapter.validate_json(adapter.dump_json(value))
    assert again == value
    if isinstance(value, Segmented) and value.article.published_at:
        assert again.article.published_at.utcoffset() == value.article.published_at.utcoffset()
