"""Faults from outside: killed, stopped and hanging processes, a second run, output and input that change midway.

What a run leaves behind it completes to the bytes of one that nobody disturbed.
"""

from __future__ import annotations

import gzip
import json
import multiprocessing as mp
import os
import random
import resource
import signal
import string
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.engines.local import run
from extract.read import find_records, formats
from extract.records import Article, Reject, Unread
from extract.write import OutputError, load
from handmade import Toy, article, stream
from test_engine_local import contents

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the toy stages of these tests travel by fork")
FORK = mp.get_context("fork")
RUN = [sys.executable, "-m", "extract", "run", "--quiet"]


class Slow(Toy):
    @staticmethod
    def validate(tagged):
        time.sleep(0.004)
        return Toy.validate(tagged)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The output of an undisturbed run over 240 items."""
    folder = tmp_path_factory.mktemp("whole")
    run(stream(240), Toy, folder, config_key="k")
    return folder


def until(true: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def all_gone(pids: list[int]) -> bool:
    """Whether none of these processes runs; one that nobody has waited for yet does not."""
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            return False
    return True


# -- killed -----------------------------------------------------------------------------------------------


def test_workers_killed_at_random_moments_change_nothing(tmp_path, whole):
    chance = random.Random(7)
    process = FORK.Process(target=run, args=(stream(240), Slow, tmp_path), kwargs={"config_key": "k", "workers": 2})
    process.start()
    killed = 0
    while process.is_alive():
        time.sleep(chance.uniform(0.02, 0.15))
        for pid in children(process.pid)[:1] if process.is_alive() and killed < 8 else ():
            os.kill(pid, signal.SIGKILL)
            killed += 1
    assert process.exitcode == 0 and killed >= 4
    assert contents(tmp_path) == contents(whole)


def test_a_run_killed_many_times_ends_with_the_same_bytes(tmp_path, whole):
    chance = random.Random(11)
    options = {"config_key": "k", "workers": 2, "resume": True}
    for _ in range(8):
        process = FORK.Process(target=run, args=(stream(240), Slow, tmp_path), kwargs=options)
        process.start()
        process.join(timeout=chance.uniform(0.02, 0.3))
        if process.exitcode is None:
            workers = children(process.pid)
            process.kill()
            process.join()
            until(partial(all_gone, workers))
    summary = run(stream(240), Toy, tmp_path, config_key="k", resume=True)
    assert summary.shards == 8
    assert contents(tmp_path) == contents(whole)


class Poison:
    """Reading it kills the process."""

    def __call__(self) -> Article:
        os._exit(9)


@pytest.mark.parametrize("again", [False, True])
def test_a_record_whose_reading_kills_is_a_reject(tmp_path, again):
    items = [*stream(40), Unread("trang.html", 50, Poison()), *stream(10)]
    for _ in range(1 + again):
        summary = run(items, Toy, tmp_path, config_key="k", workers=2, resume=True)
    assert summary.rejects == {"not_utf8": 5, "worker_died": 1}
    assert summary.shards_kept == (1 if again else 0)  # what may do on another day is tried again
    (reject,) = (r for r in load(tmp_path).rejects.to_pylist() if r["error"] == "worker_died")
    assert (reject["source"], reject["article_id"]) == ("trang.html", None)


class Broken:
    def __call__(self) -> Article:
        raise ZeroDivisionError("in the reader")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_of_a_reader_is_a_reject(tmp_path, workers):
    summary = run([*stream(10), Unread("a.html", 5, Broken())], Toy, tmp_path, config_key="k", workers=workers)
    assert summary.rejects == {"internal_error": 1, "not_utf8": 1}
    (reject,) = (r for r in load(tmp_path).rejects.to_pylist() if r["source"] == "a.html")
    assert reject["message"] == "read: ZeroDivisionError: in the reader"


# -- hanging ----------------------------------------------------------------------------------------------


class Hangs(Toy):
    @staticmethod
    def tag(segmented):
        while "TREO" in segmented.article.text:
            time.sleep(1)
        return Toy.tag(segmented)


def test_an_article_on_which_workers_hang_is_a_reject(tmp_path):
    items = [*stream(40), article("Bài TREO máy.", "treo.txt"), *stream(10)]
    began = time.monotonic()
    summary = run(items, Hangs, tmp_path, config_key="k", workers=2, hangs_after=1.0)
    assert time.monotonic() - began < 20
    assert summary.rejects == {"not_utf8": 5, "worker_died": 1}
    (reject,) = (r for r in load(tmp_path).rejects.to_pylist() if r["error"] == "worker_died")
    assert (reject["source"], json.loads(reject["payload"])["text"]) == ("treo.txt", "Bài TREO máy.")


def test_a_worker_that_hangs_once_is_replaced(tmp_path, whole):
    """What is slow for a reason of the machine is tried again, and gives what it always gives."""
    marker = tmp_path / "hung"

    class Once(Toy):
        @staticmethod
        def tag(segmented):
            if "Bài 50:" in segmented.article.text and not marker.exists():
                marker.touch()
                time.sleep(60)
            return Toy.tag(segmented)

    run(stream(240), Once, tmp_path / "out", config_key="k", workers=2, hangs_after=1.0)
    assert marker.exists()
    assert contents(tmp_path / "out") == contents(whole)


# -- stopped ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory, raw):
    """A file of articles, and the output of an undisturbed run over it."""
    folder = tmp_path_factory.mktemp("many")
    texts = [path.read_text("utf-8") for path in sorted(raw.glob("*.txt"))]
    lines = [json.dumps({"text": text.replace("2023", str(2000 + n))}) for n in range(3) for text in texts]
    (folder / "in.jsonl").write_text("\n".join(lines))
    subprocess.run([*RUN, folder / "in.jsonl", "--out", folder / "whole"], check=True, timeout=120)
    return folder


@pytest.mark.parametrize(("workers", "number", "status"), [("1", signal.SIGINT, 130), ("2", signal.SIGTERM, 143)])
def test_a_stopped_command_says_so_and_resumes(tmp_path, many, workers, number, status):
    command = [*RUN, many / "in.jsonl", "--out", tmp_path, "--workers", workers]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heard)  # noqa: PLW1509
    until(lambda: list(tmp_path.glob("_shards/*.json")), 60)
    running.send_signal(number)
    _, error = running.communicate(timeout=60)
    assert running.returncode == status
    assert error == "extract: stopped; the same command with --resume goes on from here\n"
    assert not (tmp_path / "manifest.json").exists()
    assert not (tmp_path / "_lock").exists()
    subprocess.run([*command, "--resume"], check=True, timeout=120)
    assert contents(tmp_path) == contents(many / "whole")


# -- two runs on one folder ---------------------------------------------------------------------------------


def test_a_second_run_on_the_folder_stops_at_once(tmp_path, whole):
    process = FORK.Process(target=run, args=(stream(240), Slow, tmp_path), kwargs={"config_key": "k", "workers": 2})
    process.start()
    until(lambda: list(tmp_path.glob("_shards/*.json")))
    before = sorted(p.name for p in (tmp_path / "articles").iterdir())
    for more in {"overwrite": True}, {"resume": True}, {}:
        with pytest.raises(
            OutputError, match=rf"another run is writing here \(process {process.pid} on .* since 20\d\d-"
        ):
            run(stream(3), Toy, tmp_path, config_key="k", **more)
    assert set(before) <= {p.name for p in (tmp_path / "articles").iterdir()}
    process.join()
    assert contents(tmp_path) == contents(whole)


def test_the_lock_of_a_killed_run_means_nothing(tmp_path, whole):
    process = FORK.Process(target=run, args=(stream(240), Slow, tmp_path), kwargs={"config_key": "k", "workers": 1})
    process.start()
    until(lambda: list(tmp_path.glob("_shards/*.json")))
    process.kill()
    process.join()
    assert (tmp_path / "_lock").exists()
    run(stream(240), Toy, tmp_path, config_key="k", resume=True)
    assert contents(tmp_path) == contents(whole)


def test_orphaned_workers_do_not_hold_the_lock(tmp_path, whole):
    process = FORK.Process(target=run, args=(stream(240), Slow, tmp_path), kwargs={"config_key": "k", "workers": 2})
    process.start()
    until(lambda: list(tmp_path.glob("_shards/*.json")))
    workers = children(process.pid)
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    process.kill()
    process.join()
    try:
        run(stream(240), Toy, tmp_path, config_key="k", resume=True)
    finally:
        for pid in workers:
            os.kill(pid, signal.SIGCONT)
    until(partial(all_gone, workers))
    assert contents(tmp_path) == contents(whole)


# -- output that fails --------------------------------------------------------------------------------------


def failing(step: int, spoil: Callable[[], object]) -> Callable[[int, int], None]:
    done = 0

    def progress(articles: int, _characters: int) -> None:
        nonlocal done
        if done < step <= done + articles:
            spoil()
        done += articles

    return progress


@pytest.mark.parametrize("workers", [1, 2])
def test_output_that_can_no_longer_be_written_stops_the_run(tmp_path, whole, workers):
    """Read-only for everyone, root too: the folder of a table has become a file."""
    out = tmp_path / "out"

    def spoil() -> None:
        (out / "titles").rename(tmp_path / "titles")
        (out / "titles").touch()

    with pytest.raises(OSError, match="titles"):
        run(stream(240), Toy, out, config_key="k", workers=workers, progress=failing(100, spoil))
    assert not (out / "manifest.json").exists()
    (out / "titles").unlink()
    (tmp_path / "titles").rename(out / "titles")
    assert run(stream(240), Toy, out, config_key="k", resume=True).shards_kept >= 2
    assert contents(out) == contents(whole)


def test_a_full_disk_stops_the_run_which_resumes(tmp_path, whole):
    """No file may grow beyond 6 kB, which is how a disk that fills looks to the program."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (6000, resource.RLIM_INFINITY))
        try:
            run(stream(240), Toy, tmp_path, config_key="k", workers=2)
        except OSError as error:
            os._exit(77 if "File too large" in str(error) else 1)

    process = FORK.Process(target=limited)
    process.start()
    process.join()
    assert process.exitcode == 77
    assert not (tmp_path / "manifest.json").exists()
    run(stream(240), Toy, tmp_path, config_key="k", resume=True)
    assert contents(tmp_path) == contents(whole)


# -- input that changes -------------------------------------------------------------------------------------


def disturbed(inputs: list[Path], after: int, spoil: Callable[[], object]) -> Iterator[Article | Reject | Unread]:
    for n, item in enumerate(find_records(inputs)):
        if n == after:
            spoil()
        yield item


def test_a_file_that_goes_away_is_a_reject(tmp_path):
    names = [f"bai-{n:02d}.txt" for n in range(12)]
    (tmp_path / "in").mkdir()
    for name in names:
        (tmp_path / "in" / name).write_text(f"Ông Lò Văn Thử nêu {name}.")
    gone = (tmp_path / "in" / names[7]).unlink
    summary = run(disturbed([tmp_path / "in"], 3, gone), Toy, tmp_path / "out", config_key="k", workers=2)
    assert (summary.counts["articles"], summary.rejects) == (11, {"unreadable": 1})
    (reject,) = load(tmp_path / "out").rejects.to_pylist()
    assert reject["source"] == names[7] and "No such file" in reject["message"]


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".parquet"])
def test_a_file_cut_off_midway_is_a_reject_after_what_was_read(tmp_path, monkeypatch, suffix):
    monkeypatch.setattr(formats, "_MOST_ROWS", 10)
    chance = random.Random(3)
    rows = [{"text": f"Tin {n}: " + "".join(chance.choices(string.ascii_lowercase + " ", k=4000))} for n in range(200)]
    path = tmp_path / f"in{suffix}"
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    if suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=20)
    else:
        path.write_bytes(gzip.compress(text) if suffix.endswith("gz") else text)
    cut = partial(os.truncate, path, path.stat().st_size // 2)
    summary = run(disturbed([path], 5, cut), Toy, tmp_path / "out", config_key="k", workers=2)
    kinds = {".jsonl": {"bad_json": 1}, ".jsonl.gz": {"corrupt_archive": 1}, ".parquet": {"bad_parquet": 1}}
    assert summary.rejects == kinds[suffix]
    assert 5 <= summary.counts["articles"] < 200
    sources = load(tmp_path / "out").articles["source"].to_pylist()
    assert sources == [f"in{suffix}#{n}" for n in range(1, len(sources) + 1)]
