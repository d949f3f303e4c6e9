"""The local engine: the same bytes however many workers and interruptions, and nothing lost."""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing as mp
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.engines import EngineError, local
from extract.engines.local import run
from extract.read import find_records, read_inputs
from extract.records import Article, Reject, Unread
from extract.write import folder, load
from extract.write.shards import cut
from handmade import NEWS, Toy, article, contents, stream

forks = pytest.mark.skipif(sys.platform != "linux", reason="the toy stages of these tests travel by fork")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The output of an undisturbed run over 120 items."""
    folder = tmp_path_factory.mktemp("whole")
    run(stream(120), Toy, folder, config_key="k")
    return folder


@forks
@pytest.mark.parametrize("workers", [2, 3])
def test_any_number_of_workers_gives_the_same_bytes(tmp_path, whole, workers):
    summary = run(stream(120), Toy, tmp_path, config_key="k", workers=workers)
    assert contents(tmp_path) == contents(whole)
    assert (summary.counts["articles"], summary.counts["rejects"], summary.shards) == (108, 12, 4)


def test_spawned_workers_give_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(local.sys, "platform", "darwin")
    run(stream(40), Toy, tmp_path / "two", config_key="k", workers=2)
    run(stream(40), Toy, tmp_path / "one", config_key="k")
    assert contents(tmp_path / "two") == contents(tmp_path / "one")


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=forks)])
def test_a_fault_on_one_article_is_a_reject(tmp_path, workers):
    bad = [article("Bản tin NỔ hôm nay.", "no.txt"), article("Bài bị TỪ CHỐI.", "khong.txt")]
    items = [*stream(20), *bad, *stream(20)[:1]]
    summary = run(items, Toy, tmp_path, config_key="k", workers=workers)
    assert summary.rejects == {"internal_error": 1, "not_utf8": 2, "refused": 1}
    rejects = {r["source"]: r for r in load(tmp_path).rejects.to_pylist()}
    assert rejects["no.txt"]["stage"] == "tag"
    assert rejects["no.txt"]["message"] == "tag: ValueError: found NỔ"
    assert rejects["no.txt"]["article_id"] == bad[0].article_id
    payload = json.loads(rejects["no.txt"]["payload"])
    assert (payload["text"], payload["text_hash"]) == (bad[0].text, bad[0].text_hash)
    assert rejects["khong.txt"]["stage"] == "segment"
    assert load(tmp_path).articles.num_rows + len(rejects) == len(items)


@forks
def test_an_article_that_kills_its_worker_is_a_reject(tmp_path):
    items = [*stream(70), article("Từ CHẾT người.", "chet.txt"), *stream(8)]
    done = [0, 0]

    def progress(articles: int, characters: int) -> None:
        done[0] += articles
        done[1] += characters

    summary = run(items, Toy, tmp_path, config_key="k", workers=2, progress=progress)
    assert summary.rejects == {"not_utf8": 7, "worker_died": 1}
    (reject,) = (r for r in load(tmp_path).rejects.to_pylist() if r["error"] == "worker_died")
    assert (reject["source"], json.loads(reject["payload"])["text"]) == ("chet.txt", "Từ CHẾT người.")
    assert done == [len(items), sum(len(i.text) for i in items if isinstance(i, Article))]


@forks
def test_an_article_that_kills_one_worker_is_tried_again(tmp_path):
    marker = tmp_path / "died"

    def once(tagged):
        if "Bài 20:" in tagged.segmented.article.text and not marker.exists():
            marker.touch()
            os._exit(9)
        return Toy.validate(tagged)

    class Once(Toy):
        validate = staticmethod(once)

    summary = run(stream(40), Once, tmp_path / "out", config_key="k", workers=2)
    assert marker.exists()
    assert summary.rejects == {"not_utf8": 4}


@forks
def test_workers_that_die_while_writing_stop_the_run(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "write_shard", lambda *_: os._exit(9))
    with pytest.raises(EngineError, match="died \\(exit code 9\\) 3 times between articles"):
        run(stream(40), Toy, tmp_path, config_key="k", workers=2)


@forks
def test_workers_do_not_outlive_the_run(tmp_path):
    pids = tmp_path / "pids"
    pids.mkdir()

    class Slow(Toy):
        @staticmethod
        def validate(tagged):
            (pids / str(os.getpid())).touch()
            time.sleep(0.2)  # 6 s a shard
            return Toy.validate(tagged)

    context = mp.get_context("fork")
    more = {"config_key": "k", "workers": 2}
    process = context.Process(target=run, args=(stream(70), Slow, tmp_path / "out"), kwargs=more)
    process.start()
    deadline = time.monotonic() + 20
    while len(list(pids.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    deadline = time.monotonic() + 3
    left = [Path("/proc", p.name, "stat") for p in pids.iterdir()]
    assert len(left) == 2
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [p for p in left if p.exists() and p.read_text().rsplit(")", 1)[1].split()[0] != "Z"]
    assert not left


@forks
def test_a_fault_outside_of_articles_stops_the_run(tmp_path, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(local, "run_shard", full)
    with pytest.raises(OSError, match="No space left"):
        run(stream(40), Toy, tmp_path, config_key="k", workers=2)
    assert not mp.active_children()


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=forks)])
def test_no_more_is_read_than_is_worked_on(tmp_path, workers):
    read = done = 0
    ahead = []

    def items():
        nonlocal read
        for item in stream(200):
            read += 1
            ahead.append(read - done)
            yield item

    def progress(articles: int, _characters: int) -> None:
        nonlocal done
        done += articles

    run(items(), Toy, tmp_path, config_key="k", workers=workers, shard_articles=10, progress=progress)
    assert done == read == 200
    assert max(ahead) <= 10 * (workers + 1)  # one more is ready for the next that is idle


class Stopped(Exception):
    pass


def stopping_after(count: int, error: type[BaseException]):
    left = count

    def progress(articles: int, _characters: int) -> None:
        nonlocal left
        left -= articles
        if left <= 0:
            raise error

    return progress


@pytest.mark.parametrize("after", [1, 33, 100])
@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=forks)])
def test_a_stopped_run_resumes_to_the_same_bytes(tmp_path, whole, workers, after):
    with pytest.raises(KeyboardInterrupt):
        stop = stopping_after(after, KeyboardInterrupt)
        run(stream(120), Toy, tmp_path, config_key="k", workers=workers, progress=stop)
    assert not (tmp_path / "manifest.json").exists()
    assert not mp.active_children()
    finished = len(list((tmp_path / "_shards").glob("*.json")))
    summary = run(stream(120), Toy, tmp_path, config_key="k", resume=True)
    assert summary.shards_kept == finished
    assert contents(tmp_path) == contents(whole)


class SlowToy(Toy):
    @staticmethod
    def validate(tagged):
        time.sleep(0.005)
        return Toy.validate(tagged)


@forks
def test_a_killed_run_resumes_to_the_same_bytes(tmp_path, whole):
    context = mp.get_context("fork")
    more = {"config_key": "k", "workers": 2}
    process = context.Process(target=run, args=(stream(120), SlowToy, tmp_path), kwargs=more)
    process.start()
    deadline = time.monotonic() + 20
    while not list(tmp_path.glob("_shards/*.json")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    summary = run(stream(120), Toy, tmp_path, config_key="k", resume=True)
    assert 1 <= summary.shards_kept < 4
    assert contents(tmp_path) == contents(whole)
    time.sleep(0.3)  # what the workers without a parent do meanwhile must not show
    assert contents(tmp_path) == contents(whole)


def test_a_finished_run_is_kept_whole(tmp_path):
    run(stream(50), Toy, tmp_path, config_key="k")
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("part-*")}
    summary = run(stream(50), Toy, tmp_path, config_key="k", resume=True)
    assert summary.shards_kept == summary.shards == 2
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("part-*")} == before


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize(
    ("spoil", "kept"),
    [
        (lambda out: truncate(out / "titles" / "part-00001.parquet"), 3),
        (lambda out: (out / "officials" / "part-00000.parquet").unlink(), 3),
        (lambda out: truncate(out / "_shards" / "part-00002.json"), 3),
        (lambda out: (out / "_shards" / "part-00003.json").unlink(), 3),
        (lambda out: (out / "manifest.json").unlink(), 4),
    ],
)
def test_what_was_spoilt_is_made_again(tmp_path, whole, spoil, kept):
    run(stream(120), Toy, tmp_path, config_key="k")
    spoil(tmp_path)
    assert run(stream(120), Toy, tmp_path, config_key="k", resume=True).shards_kept == kept
    assert contents(tmp_path) == contents(whole)


def test_what_has_changed_is_made_again(tmp_path):
    run(stream(120), Toy, tmp_path, config_key="k")
    assert run(stream(120), Toy, tmp_path, config_key="other rules", resume=True).shards_kept == 0
    items = stream(120)
    items[40] = article(items[40].text, items[40].source, title="Một tít khác")  # in the second shard
    assert run(items, Toy, tmp_path, config_key="other rules", resume=True).shards_kept == 3
    items[40] = replace(items[40], published_at=dt.datetime(2026, 3, 5, tzinfo=dt.UTC))
    items[69] = Reject(source="x", stage="read", error="not_utf8", message="another")  # in the third
    assert run(items, Toy, tmp_path, config_key="other rules", resume=True).shards_kept == 2
    assert "Một tít khác" in load(tmp_path).articles["title"].to_pylist()


def test_a_part_that_has_become_empty_is_removed(tmp_path):
    run(stream(120), Toy, tmp_path / "out", config_key="k")
    run(stream(120, bad=1000), Toy, tmp_path / "out", config_key="k", resume=True)
    run(stream(120, bad=1000), Toy, tmp_path / "new", config_key="k")
    assert contents(tmp_path / "out") == contents(tmp_path / "new")


def test_a_part_without_record_is_not_kept(tmp_path, monkeypatch):
    """Stopped between the last rename and the record: the new part of rejects must not outlive the return."""
    items = stream(40, bad=1000)
    run(items, Toy, tmp_path / "out", config_key="k")
    run(items, Toy, tmp_path / "new", config_key="k")
    write_aside = folder._write_aside

    def stop(out, name, data):
        if name == "part-00001":
            raise KeyboardInterrupt
        return write_aside(out, name, data)

    monkeypatch.setattr(folder, "_write_aside", stop)
    with pytest.raises(KeyboardInterrupt):
        more = [*items, Reject(source="x", stage="read", error="not_utf8", message="")]
        run(more, Toy, tmp_path / "out", config_key="k", resume=True)
    assert (tmp_path / "out" / "rejects" / "part-00001.parquet").exists()
    monkeypatch.undo()
    run(items, Toy, tmp_path / "out", config_key="k", resume=True)
    assert contents(tmp_path / "out") == contents(tmp_path / "new")


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=forks)])
def test_progress_counts_what_is_kept(tmp_path, workers):
    done = 0

    def progress(articles: int, _characters: int) -> None:
        nonlocal done
        done += articles

    run(stream(90), Toy, tmp_path, config_key="k")
    run(stream(90), Toy, tmp_path, config_key="k", workers=workers, resume=True, progress=progress)
    assert done == 90


@pytest.mark.parametrize("count", [0, 1, 32, 70])
def test_parts_of_a_longer_run_are_removed(tmp_path, count):
    run(stream(120), Toy, tmp_path / "out", config_key="k")
    run(stream(count), Toy, tmp_path / "out", config_key="k", resume=True)
    run(stream(count), Toy, tmp_path / "new", config_key="k")
    assert contents(tmp_path / "out") == contents(tmp_path / "new")
    assert load(tmp_path / "out").articles.num_rows == sum(isinstance(i, Article) for i in stream(count))


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.just(NEWS) | st.just("NỔ"), max_size=12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost(tmp_path, texts):
    items = [article(t, f"{n}.txt") if t else Reject(source=f"{n}.txt", stage="read", error="empty", message="")
             for n, t in enumerate(texts)]  # fmt: skip
    summary = run(items, Toy, tmp_path, config_key="k", overwrite=True, shard_articles=5)
    tables = load(tmp_path)
    whole_articles = [r["source"] for r in tables.rejects.to_pylist() if r["table"] is None]
    assert sorted(tables.articles["source"].to_pylist() + whole_articles) == sorted(i.source for i in items)
    texts_of = dict(zip(tables.articles["article_id"].to_pylist(), tables.articles["text"].to_pylist()))
    for table in ("sentences", "persons", "titles", "documents", "figures"):
        for row in getattr(tables, table).to_pylist():
            assert texts_of[row["article_id"]][row["start"] : row["end"]] == row["text"]
    assert sum(summary.rejects.values()) == tables.rejects.num_rows


def test_shards_grow_and_are_cut_by_characters():
    sizes = [len(s.items) for s in cut(stream(6300), articles=100)]
    assert sizes == [32] * 64 + [64] * 64 + [100, 56]
    long = [article("a" * 60, str(n)) for n in range(7)]
    assert [len(s.items) for s in cut(long, characters=100)] == [2, 2, 2, 1]
    longer = [article("a" * 60_000, str(n)) for n in range(7)]
    assert [len(s.items) for s in cut(longer)] == [3, 3, 1]  # long ones count as more than one
    assert [s.items for s in cut([])] == [()]
    assert [s.number for s in cut(long, characters=1)] == list(range(7))


def test_shards_do_not_depend_on_who_reads(tmp_path):
    """A record still to be read counts by its size, and gives the bytes of one that is read."""
    lines = [json.dumps({"text": NEWS * (n % 5 + 1), "title": f"Tin {n}"}) for n in range(80)]
    (tmp_path / "in.jsonl").write_text("\n".join([*lines[:40], "{", "", *lines[40:]]))
    (tmp_path / "in.txt").write_text(NEWS)
    inputs = [tmp_path / "in.jsonl", tmp_path / "in.txt"]
    found = list(find_records(inputs))
    assert all(isinstance(item, Unread) for item in found)
    run(found, Toy, tmp_path / "later", config_key="k")
    run(read_inputs(inputs), Toy, tmp_path / "now", config_key="k")
    assert load(tmp_path / "later").articles.equals(load(tmp_path / "now").articles)
    assert load(tmp_path / "later").rejects.equals(load(tmp_path / "now").rejects)
