"""Faults from outside: killed, stopped and hanging processes, a second run, output and input that change midway.

What a run leaves behind it completes to the bytes of one that nobody disturbed.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import gzip
import json
import multiprocessing as mp
import os
import random
import resource
import signal
import socket
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

import faults
from extract.engines import EngineError
from extract.engines.local import run
from extract.read import find_records, formats
from extract.records import Article, Reject, Unread
from extract.write import OutputError, folder, load
from extract.write.verify import verify
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


# -- short of memory --------------------------------------------------------------------------------------


class Hungry(Toy):
    """Needs 600 MB for one article, which is there or not."""

    @staticmethod
    def tag(segmented):
        if "ĐÓI" in segmented.article.text:
            bytes(600 * 2**20)
        return Toy.tag(segmented)


def limited(run_it: Callable[[], object], megabytes: int = 250) -> int:
    """Runs it in a process with so much address space beyond what it has now; its exit code, 99 for a clear end."""

    def inside() -> None:
        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        try:
            run_it()
        except EngineError as error:
            os._exit(99 if "out of memory" in str(error) else 1)

    process = FORK.Process(target=inside)
    process.start()
    process.join()
    return process.exitcode


@pytest.mark.parametrize("workers", [1, 2])
def test_an_article_that_needs_more_memory_than_there_is_is_a_reject_until_there_is(tmp_path, workers):
    items = [*stream(40), article("Bài ĐÓI bộ nhớ.", "doi.txt"), *stream(10)]
    assert limited(partial(run, items, Hungry, tmp_path / "out", config_key="k", workers=workers)) == 0
    (reject,) = (r for r in load(tmp_path / "out").rejects.to_pylist() if r["error"] != "not_utf8")
    assert (reject["source"], reject["error"]) == ("doi.txt", "worker_died")
    assert json.loads(reject["payload"])["text"] == "Bài ĐÓI bộ nhớ."
    summary = run(items, Toy, tmp_path / "out", config_key="k", resume=True)
    assert (summary.shards_kept, summary.rejects) == (1, {"not_utf8": 5})
    run(items, Toy, tmp_path / "whole", config_key="k")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


class Starving:
    """Reading it takes memory that is not there."""

    def __call__(self) -> Article:
        raise MemoryError


@pytest.mark.parametrize("workers", [1, 2])
def test_a_record_whose_reading_takes_too_much_memory_is_a_reject(tmp_path, workers):
    items = [*stream(10), Unread("lon.txt", 50, Starving()), *stream(10)]
    assert run(items, Toy, tmp_path, config_key="k", workers=workers).rejects == {"not_utf8": 2, "worker_died": 1}


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("always", [True, False])
def test_an_extension_that_fails_without_saying_why_is_short_of_memory(tmp_path, workers, always):
    """As one written in C does that gets no memory: the next try may do."""

    class Wordless(Toy):
        @staticmethod
        def tag(segmented):
            if "LẶNG" in segmented.article.text and (always or not (tmp_path / "once").exists()):
                (tmp_path / "once").touch()
                raise SystemError("error return without exception set")
            return Toy.tag(segmented)

    items = [*stream(40), article("Bài LẶNG thinh.", "lang.txt"), *stream(10)]
    rejects = run(items, Wordless, tmp_path / "out", config_key="k", workers=workers).rejects
    assert rejects == {"not_utf8": 5} | ({"worker_died": 1} if always else {})


@pytest.mark.parametrize("workers", [1, 2])
def test_too_little_memory_for_anything_stops_the_run(tmp_path, whole, workers):
    """Not a reject for each article of a hundred million."""
    items = [article(f"Bài ĐÓI {n}.", f"{n}.txt") for n in range(40)]
    assert limited(partial(run, items, Hungry, tmp_path, config_key="k", workers=workers)) == 99
    assert not (tmp_path / "manifest.json").exists()


class Greedy(Slow):
    @staticmethod
    def tag(segmented):
        bytes(64 * 2**20)  # so large that it is asked of the system each time
        return Toy.tag(segmented)


def test_workers_that_run_out_of_memory_at_random_moments_change_nothing(tmp_path, whole):
    chance = random.Random(5)
    process = FORK.Process(target=run, args=(stream(240), Greedy, tmp_path), kwargs={"config_key": "k", "workers": 2})
    process.start()
    limited = set()
    while process.is_alive():
        time.sleep(chance.uniform(0.05, 0.15))
        for pid in {*children(process.pid)} - limited if process.is_alive() and len(limited) < 3 else ():
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                size = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
                resource.prlimit(pid, resource.RLIMIT_AS, (size // 2, size // 2))  # no more than it has
                limited.add(pid)
    assert process.exitcode == 0 and len(limited) >= 3
    assert contents(tmp_path) == contents(whole)


# -- the clock --------------------------------------------------------------------------------------------


def test_a_clock_that_jumps_changes_nothing(tmp_path, many):
    """Back and forth by years, while the command runs in another time zone."""
    if faults.FAKETIME is None:
        pytest.skip("libfaketime is not installed (Debian: apt-get install faketime)")
    case = faults.Case(tmp_path, random.Random(3), usual=2.0, given=str(many / "in.jsonl"))
    assert faults.clock(case)
    assert contents(tmp_path / "out") == contents(many / "whole")


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


def test_a_worker_that_is_stopped_is_replaced(tmp_path, whole):
    more = {"config_key": "k", "workers": 2, "hangs_after": 0.7}
    process = FORK.Process(target=run, args=(stream(240), Slow, tmp_path), kwargs=more)
    process.start()
    until(lambda: list(tmp_path.glob("_shards/*.json")))
    stopped = children(process.pid)[0]
    os.kill(stopped, signal.SIGSTOP)
    process.join(timeout=30)
    assert process.exitcode == 0 and all_gone([stopped])
    assert contents(tmp_path) == contents(whole)


def test_a_worker_that_is_stopped_while_idle_does_not_hold_up_the_end(tmp_path):
    process = FORK.Process(target=run, args=(stream(20), Slow, tmp_path), kwargs={"config_key": "k", "workers": 3})
    process.start()
    until(lambda: len(children(process.pid)) == 3)
    for pid in (workers := children(process.pid))[1:]:  # the only shard goes to the first
        os.kill(pid, signal.SIGSTOP)
    process.join(timeout=20)
    assert process.exitcode == 0 and all_gone(workers)


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
            OutputError,
            match=rf"another run is writing here \(process {process.pid} on .* since 20\d\d-.*, \d+ s ago\)",
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


def test_a_stale_lock_is_told_with_its_owner(tmp_path, caplog):
    (tmp_path / "_lock").write_text("process 999999 on somewhere since 2026-01-01 00:00:00 +0000\n")
    run(stream(3), Toy, tmp_path, config_key="k")
    assert caplog.messages == [
        f"{tmp_path}: the run before has not ended (process 999999 on somewhere since 2026-01-01 00:00:00 +0000); "
        "its lock counts for nothing"
    ]
    assert not (tmp_path / "_lock").exists()


@pytest.mark.parametrize(
    ("owner", "stops"),
    [(f"process 999999 on {socket.gethostname()} ", False), (f"process {os.getpid()} on {socket.gethostname()} ", True),
     ("process 999999 on elsewhere ", True), ("", True)],
    ids=["gone", "running", "elsewhere", "unknown"],
)  # fmt: skip
def test_without_locks_of_the_system_the_file_is_the_lock(tmp_path, monkeypatch, owner, stops):
    """As on some network file systems: the error is what flock gives there."""

    def flock(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    (tmp_path / "_lock").write_text(owner and f"{owner}since 2026-01-01 00:00:00 +0000\n")
    if stops:
        with pytest.raises(
            OutputError, match=r"another run is writing here \(.*, \d+ s ago\); if it is no longer running, remove"
        ):
            run(stream(3), Toy, tmp_path, config_key="k")
        assert (tmp_path / "_lock").exists() and not (tmp_path / "articles").exists()
    else:
        with folder.opened(tmp_path, overwrite=True, resume=False):
            assert f"process {os.getpid()} on " in (tmp_path / "_lock").read_text()
            with pytest.raises(OutputError, match="another run"):
                run(stream(3), Toy, tmp_path, config_key="k", overwrite=True)
        assert not (tmp_path / "_lock").exists()


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


def test_a_disk_that_fills_stops_the_run_which_resumes(tmp_path, whole):
    out = tmp_path / "out"
    with mounted(faults.small_disk(out, "96k")) as remount:
        with pytest.raises(OSError, match="No space left on device"):
            run(stream(240), Toy, out, config_key="k", workers=2)
        assert not (out / "manifest.json").exists()
        remount("size=50m")
        run(stream(240), Toy, out, config_key="k", resume=True)
        assert contents(out) == contents(whole)


def test_output_made_read_only_stops_the_run_which_resumes(tmp_path, whole):
    with contextlib.ExitStack() as stack:
        spoil = failing(100, lambda: stack.enter_context(mounted(faults.no_writing(tmp_path))))
        with pytest.raises(OSError, match="Read-only file system"):
            run(stream(240), Toy, tmp_path, config_key="k", workers=2, progress=spoil)
    assert run(stream(240), Toy, tmp_path, config_key="k", resume=True).shards_kept >= 2
    assert contents(tmp_path) == contents(whole)


@contextlib.contextmanager
def mounted(context):
    with contextlib.ExitStack() as stack:
        try:
            entered = stack.enter_context(context)
        except faults.NotHere as why:
            pytest.skip(str(why))
        yield entered


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


def test_a_file_that_changes_midway_is_read_as_it_then_is_and_the_resume_sees_it(tmp_path):
    """What is kept is known by its content: files that changed in place, size and time the same, are read anew."""
    (tmp_path / "in").mkdir()
    paths = [tmp_path / "in" / f"bai-{n:03d}.txt" for n in range(100)]
    for n, path in enumerate(paths):
        path.write_text(f"Ông Lò Văn Thử nêu {n:03d} việc.")

    def change() -> None:
        for path in paths[50], paths[98]:
            times = path.stat()
            path.write_text(path.read_text().replace("Thử", "Tạm"))
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    run(disturbed([tmp_path / "in"], 60, change), Toy, tmp_path / "out", config_key="k", workers=2)
    assert not list(verify(tmp_path / "out", find_records([tmp_path / "in"])))
    summary = run(find_records([tmp_path / "in"]), Toy, tmp_path / "out", config_key="k", resume=True)
    assert 2 <= summary.shards_kept <= 4  # the second may have been read before the change
    run(find_records([tmp_path / "in"]), Toy, tmp_path / "whole", config_key="k")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


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
