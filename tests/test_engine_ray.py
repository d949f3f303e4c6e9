"""The Ray engine on a real cluster of two nodes on loopback: the bytes of the local engine, whatever dies."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from functools import partial
from pathlib import Path

import psutil
import pytest

from extract import cli, engines
from extract.engines import EngineError, local
from extract.files import place
from extract.pipeline import Pipeline
from extract.read import find_records
from extract.write.verify import verify
from handmade import Toy, article, contents, stream
from test_engine_local import stopping_after

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
pytest.importorskip("ray", reason="Ray is not installed: pip install '.[ray]'")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="two nodes need two addresses of loopback")

from ray.cluster_utils import Cluster  # noqa: E402

from extract.engines import ray as engine  # noqa: E402

NODE = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 80 * 2**20}
QUICK = {"health_check_initial_delay_ms": 0, "health_check_period_ms": 1000, "health_check_failure_threshold": 4}


@contextlib.contextmanager
def inherited():
    """What nodes take from here: where the toy stages are, and the keys of the store in one of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        for secret in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(secret, "test")
        yield


class TwoNodes:
    """A head and a worker node, of one core each."""

    def __init__(self) -> None:
        head = {**NODE, "node_ip_address": "127.0.0.2", "_system_config": QUICK}
        with inherited():
            self.cluster = Cluster(initialize_head=True, head_node_args=head)
        self.add()

    def add(self) -> None:
        with inherited():
            self.worker = self.cluster.add_node(**NODE, node_ip_address="127.0.0.3")

    @property
    def raylet(self) -> int:
        return self.worker.all_processes["raylet"][0].process.pid

    def works(self) -> bool:
        """Whether an actor on the worker node has started its process, after which it is given a shard at once."""
        below = psutil.Process(self.raylet).children(recursive=True)
        return any("spawn_main" in " ".join(p.cmdline()) and p.cpu_times().user > 0.5 for p in below)

    def kill(self) -> None:
        """All of its processes at once, as when the power goes."""
        raylet = psutil.Process(self.raylet)
        for process in [raylet, *raylet.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def run(self, items, factory, out, **more):
        return engine.run(items, factory, out, address=self.cluster.address, **{"config_key": "k", **more})


@pytest.fixture(scope="module")
def nodes():
    nodes = TwoNodes()
    yield nodes
    nodes.cluster.shutdown()


class Seen(Toy):
    """Leaves the number of its node's process in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def validate(self, tagged):
        (self.folder / os.environ["RAY_RAYLET_PID"]).touch()
        return Toy.validate(tagged)


def test_two_nodes_give_the_bytes_of_one_machine(tmp_path, nodes):
    """Also where an article kills its process; and no more is read than is worked on."""
    (seen := tmp_path / "seen").mkdir()
    read, done, ahead, counted = 0, 0, [], 0

    def items():
        nonlocal read
        for item in [*stream(70), article("Từ CHẾT người.", "chet.txt"), *stream(400)[70:]]:
            read += 1
            ahead.append(read - done)
            yield item

    def progress(articles: int, characters: int) -> None:
        nonlocal done, counted
        done += articles
        counted += characters

    summary = nodes.run(items(), partial(Seen, seen), tmp_path / "two", progress=progress)
    assert max(ahead) <= 32 * 3  # two actors, and one shard ahead
    assert (done, counted) == (401, summary.characters + len("Từ CHẾT người."))
    assert summary.rejects == {"not_utf8": 40, "worker_died": 1}
    assert len(list(seen.iterdir())) == 2  # both nodes have worked
    local.run(items(), Toy, tmp_path / "one", config_key="k", workers=2)
    assert contents(tmp_path / "two") == contents(tmp_path / "one")


def generated(path: Path, count: int) -> Path:
    """News of invented people, as JSON lines."""
    given = ("Lò Thị Mẫu", "Vàng A Tạm", "Giàng Thị Mới", "Hà Văn Thí")
    with path.open("w", encoding="utf-8") as file:
        for n in range(count):
            text = (
                f"Ngày {n % 28 + 1}/3, đồng chí {given[n % 4]}, Bí thư Huyện ủy Mường Thử, dẫn Nghị quyết số "
                f"{n}-NQ/HU về phát triển {n + 7} ha lúa. Ông {given[(n + 1) % 4]}, Phó Chủ tịch UBND xã Bản Nháp "
                f"{n % 9}, cho biết {n % 100},5% số hộ đã thoát nghèo.\n"
            )
            print(json.dumps({"title": f"Tin số {n}", "text": text * (1 + n % 7)}, ensure_ascii=False), file=file)
    return path


def test_a_node_that_is_killed_changes_nothing(tmp_path, nodes, raw, capsys):
    inputs = [str(raw), str(generated(tmp_path / "tin.jsonl", 600))]
    out, one = tmp_path / "two", tmp_path / "one"
    assert cli.main(["run", *inputs, "--out", str(one), "--quiet", "--no-report"]) == 0
    ray = ["run", *inputs, "--out", str(out), "--quiet", "--no-report"]
    ray += ["--engine", "ray", "--ray-address", nodes.cluster.address]

    def kill_in_the_middle():
        while len(list(out.glob("_shards/*.json"))) < 3 or not nodes.works():
            time.sleep(0.01)
        nodes.kill()

    killer = threading.Thread(target=kill_in_the_middle, daemon=True)
    killer.start()
    assert cli.main(ray) == 0
    assert not killer.is_alive()
    nodes.add()
    assert "tried again after: The actor" in capsys.readouterr().err
    assert contents(out) == contents(one)
    assert list(verify(out, find_records(inputs))) == []
    (out / "manifest.json").unlink()
    (out / "_shards" / "part-00003.json").unlink()
    (out / "titles" / "part-00001.parquet").write_bytes(b"spoilt")
    assert cli.main([*ray, "--resume"]) == 0
    timings = json.loads((out / "manifest.json").read_bytes())["timings"]
    assert timings["shards_kept"] == len(list(out.glob("_shards/*.json"))) - 2
    assert contents(out) == contents(one)


def test_the_local_engine_goes_on_where_this_one_was_stopped(tmp_path, nodes):
    local.run(stream(400), Toy, tmp_path / "whole", config_key="k")
    with pytest.raises(KeyboardInterrupt):
        nodes.run(stream(400), Toy, tmp_path / "out", progress=stopping_after(150, KeyboardInterrupt))
    assert not (tmp_path / "out" / "manifest.json").exists()
    assert local.run(stream(400), Toy, tmp_path / "out", config_key="k", resume=True).shards_kept >= 3
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_two_nodes_read_and_write_an_object_store(tmp_path, s3, nodes, raw):
    for path in sorted(raw.iterdir()):
        (place(s3("raw")) / path.name).write_bytes(path.read_bytes())
    there = ["run", s3("raw"), "--out", s3("by-ray"), "--quiet", "--engine", "ray"]
    assert cli.main([*there, "--ray-address", nodes.cluster.address]) == 0
    assert cli.main(["run", str(raw), "--out", str(tmp_path), "--quiet"]) == 0
    (other, mine) = (json.loads((home / "manifest.json").read_bytes()) for home in (place(s3("by-ray")), tmp_path))
    assert other["parts"] == mine["parts"]  # with their hashes
    assert list(verify(place(s3("by-ray")), find_records([s3("raw")]))) == []


class OfAnotherVersion(Toy):
    config_key = "another"


def test_a_node_of_another_version_is_told():
    with pytest.raises(EngineError, match="differ from those that started the run"):
        engine._Checked(OfAnotherVersion, "k", engine._versions_here())()
    with pytest.raises(EngineError, match=r"pyarrow 1\.0 here"):
        engine._Checked(Toy, "k", "pyarrow 1.0")()
    assert engine._Checked(OfAnotherVersion, "another", engine._versions_here())().config_key == "another"


def test_a_node_has_to_see_the_output(tmp_path):
    job = local.Job(Toy, tmp_path / "elsewhere", "k", False, 0, None)
    with pytest.raises(
        EngineError, match=r"does not see .*elsewhere; --out has to be a folder all nodes share, or a URI"
    ):
        engine._Actor(job, 1.0).ready()


def test_rules_travel_to_the_nodes(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.toml").write_text(
        '[[lexicon]]\nid = "mine"\ndescription = "Mine"\nfile = "mine.list"\n'
    )
    (tmp_path / "rules" / "mine.list").write_text("Bản Nháp\n")
    shipped = engine.Shipped.of(partial(Pipeline, ner=False), [tmp_path / "rules"])
    here = Pipeline([tmp_path / "rules"], ner=False)
    (tmp_path / "rules").rename(tmp_path / "gone")
    assert shipped().config_key == here.config_key
    assert here.config_key != Pipeline(ner=False).config_key


@pytest.mark.parametrize(
    ("address", "said"),
    [("127.0.0.1:1", "Connection refused"), ("nowhere", "Invalid address"), ("no.such.host.invalid:6379", "Name")],
)
def test_a_cluster_that_is_not_there_is_one_line(tmp_path, capsys, raw, address, said):
    arguments = ["run", str(raw), "--out", str(tmp_path / "out"), "--engine", "ray", "--ray-address", address, "-q"]
    assert cli.main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"extract: --ray-address {address}: no Ray cluster there: ")
    assert said in line
    assert not (tmp_path / "out").exists()


def test_without_ray_it_is_said(tmp_path, capsys, raw, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "extract.engines.ray")
    monkeypatch.delattr(engines, "ray")
    assert cli.main(["run", str(raw), "--out", str(tmp_path / "out"), "--engine", "ray", "-q"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == "extract: --engine ray: Ray is not installed; pip install 'extract-vn[ray]', or use --engine local"
    assert not (tmp_path / "out").exists()
