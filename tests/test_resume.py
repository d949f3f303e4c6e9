"""What ``--resume`` goes by: the content of the articles, rules, models, schema and version; never names or times."""

from __future__ import annotations

import json
import os
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

import extract.pipeline
from extract.cli import main
from extract.engines.local import run
from extract.pipeline import Pipeline
from extract.read import find_records
from extract.write import load, schemas, shards
from handmade import Toy, stream
from test_engine_local import contents

RULE = """
[[rule]]
id = "mine.person"
description = "x"
label = "person"
pattern = "(?P<name>Zzz)"
examples = [{ text = "xin", expect = [] }]
"""


def key_of(shard_key: str = "k") -> str:
    key = shards.Key(shard_key)
    key.add(stream(1)[0])
    return key.hex()


def test_the_key_changes_with_all_that_may_change_the_output(
    pipeline: Pipeline, rules_only: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.toml").write_text(RULE)
    keys = [key_of(pipeline.config_key), key_of(rules_only.config_key)]  # without the person model
    keys.append(key_of(Pipeline(tmp_path, ner=False).config_key))
    (tmp_path / "mine.toml").write_text(RULE + "# one more line\n")
    keys.append(key_of(Pipeline(tmp_path, ner=False).config_key))

    def again() -> str:
        """The key of the same pipeline in another world."""
        other = object.__new__(Pipeline)
        other.__dict__.update({k: v for k, v in pipeline.__dict__.items() if k != "config_key"})
        return key_of(other.config_key)

    assert again() == keys[0]
    for module, name, value in (
        (extract.pipeline, "__version__", "9.9"),
        (extract.pipeline, "version", lambda _: "9.9"),  # of underthesea, which holds the word model
        (extract.pipeline, "model_hash", lambda: "another"),
        (shards, "schema_hash", lambda: "another"),
        (shards.pa, "__version__", "9.9"),  # another pyarrow may write other bytes
    ):
        with monkeypatch.context() as world:
            world.setattr(module, name, value)
            keys.append(again())
    assert len(set(keys)) == len(keys)
    assert metadata.version("underthesea") and schemas.schema_hash()


def kept(out: Path) -> tuple[int, int]:
    manifest = json.loads((out / "manifest.json").read_bytes())
    return manifest["timings"]["shards_kept"], manifest["shards"]


def test_the_command_makes_again_what_other_rules_may_change(tmp_path: Path, raw: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "mine.toml").write_text(RULE)
    command = ["run", str(raw), "--quiet", "--no-report", "--workers", "1", "--limit", "4", "--out"]
    mine = ["--rules", str(rules)]
    assert main([*command, str(tmp_path / "out")]) == 0
    assert main([*command, str(tmp_path / "out"), "--resume"]) == 0
    assert kept(tmp_path / "out") == (1, 1)
    assert main([*command, str(tmp_path / "out"), "--resume", *mine]) == 0
    assert kept(tmp_path / "out") == (0, 1)
    assert main([*command, str(tmp_path / "new"), *mine]) == 0
    assert contents(tmp_path / "out") == contents(tmp_path / "new")


def folder_of(home: Path, number: int = 200) -> list[Path]:
    home.mkdir()
    paths = [home / f"tin-{n:03d}.txt" for n in range(number)]
    for n, path in enumerate(paths):
        path.write_text(f"Ông Lò Văn Thử nêu {n} việc.")
    return paths


def resumed(home: Path, out: Path) -> int:
    return run(find_records([home]), Toy, out, config_key="k", resume=True).shards_kept


def test_files_that_are_touched_or_moved_are_kept_and_files_that_changed_are_not(tmp_path: Path) -> None:
    paths = folder_of(tmp_path / "in")
    run(find_records([tmp_path / "in"]), Toy, tmp_path / "out", config_key="k")
    for path in paths:
        os.utime(path, (1, 1))
    (tmp_path / "in").rename(tmp_path / "moved")
    assert resumed(tmp_path / "moved", tmp_path / "out") == 7
    changed = tmp_path / "moved" / paths[100].name
    times = changed.stat()
    changed.write_text(changed.read_text().replace("Thử", "Tạm"))  # as many bytes
    os.utime(changed, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert resumed(tmp_path / "moved", tmp_path / "out") == 6
    run(find_records([tmp_path / "moved"]), Toy, tmp_path / "new", config_key="k")
    assert contents(tmp_path / "out") == contents(tmp_path / "new")


@pytest.mark.parametrize(("at", "still"), [("tin-999.txt", 6), ("aaa.txt", 0)])
def test_a_file_more_leaves_the_shards_before_it(tmp_path: Path, at: str, still: int) -> None:
    folder_of(tmp_path / "in")
    run(find_records([tmp_path / "in"]), Toy, tmp_path / "out", config_key="k")
    (tmp_path / "in" / at).write_text("Bà Vàng Thị Mới nêu thêm.")
    assert resumed(tmp_path / "in", tmp_path / "out") == still
    run(find_records([tmp_path / "in"]), Toy, tmp_path / "new", config_key="k")
    assert contents(tmp_path / "out") == contents(tmp_path / "new")
    assert load(tmp_path / "out").articles.num_rows == 201


def test_what_is_only_said_of_an_article_counts_too(tmp_path: Path) -> None:
    def lines(publisher: str) -> list[dict[str, Any]]:
        return [{"text": f"Tin {n} của ông Thử.", "publisher": publisher if n == 40 else "Báo"} for n in range(70)]

    for publisher, still in ("Báo", 0), ("Báo", 3), ("Đài", 2):
        (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines(publisher)))
        assert resumed(tmp_path / "in.jsonl", tmp_path / "out") == still
    assert load(tmp_path / "out").articles["publisher"].to_pylist()[40] == "Đài"


def test_the_manifest_of_a_resumed_run_tells_of_the_whole(tmp_path: Path) -> None:
    """Hits of rules, counts and rejects of kept shards are in it; only the seconds are those of this run."""
    run(stream(120), Toy, tmp_path / "out", config_key="k")
    (tmp_path / "out" / "_shards" / "part-00001.json").unlink()
    run(stream(120), Toy, tmp_path / "out", config_key="k", resume=True)
    run(stream(120), Toy, tmp_path / "new", config_key="k")
    assert contents(tmp_path / "out") == contents(tmp_path / "new")
    resumed_, new = (json.loads((tmp_path / name / "manifest.json").read_bytes()) for name in ("out", "new"))
    assert set(new["timings"]["stages"]) == {"read", "segment", "tag", "validate", "write"}
    assert all(seconds >= 0 for seconds in new["timings"]["stages"].values())
    assert resumed_["timings"]["shards_kept"] == 3
