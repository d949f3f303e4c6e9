"""Fuzzes one target after the other with atheris, and keeps what reaches new branches.

    make fuzz SECONDS=120      or   python tests/fuzz SECONDS [TARGET...]        (pip install '.[fuzz]')

Prints a Markdown table of executions, seconds and findings. A finding is written to ``crashes/`` and ends its target.
Texts begin from the examples of the rules; tokens of the rules are libFuzzer's dictionary.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path

import kept
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

MOST_KEPT, LONGEST_KEPT = 80, 3000  # inputs of a target, bytes of one
SAMPLE = "Sáng 4/3, ông Lò Văn Thử, Bí thư Huyện ủy Mường Thử, dẫn Nghị quyết số 12-NQ/TU: 5,2 triệu đồng.\n"
PAGE = f"<!doctype html><html><head><title>Tin</title></head><body><article><h1>Tin</h1><p>{SAMPLE * 3}</p></article></body></html>"
WARC = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.vn/1\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n{}\r\n\r\n"


def seeds(target: str) -> list[bytes]:
    """Where the fuzzing of ``target`` begins, beside what is kept."""
    from targets import OF_TEXT

    from extract.rules.load import builtin_folder, load_rules

    lines = b"".join(json.dumps({"text": SAMPLE, "title": "Tin", "n": n}).encode() + b"\n" for n in range(3))
    if target in OF_TEXT:
        examples = {e.text for rule in load_rules().rules.values() for e in rule.examples}
        return [SAMPLE.encode(), SAMPLE.encode("utf-16"), *(text.encode() for text in sorted(examples))]
    if target == "rules":
        files = [re.sub(r"\n\[\[", "\n\0[[", p.read_text("utf-8")).split("\0") for p in builtin_folder().glob("*.toml")]
        return [part.encode() for parts in files for part in parts if len(part) < LONGEST_KEPT][:400]
    if target == "warc":
        answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{PAGE}"
        return [WARC.format(len(answer.encode()), answer).encode() * n for n in (1, 2)]
    sink = io.BytesIO()
    if target == "zip":
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.txt", SAMPLE)
            archive.writestr("b/c.html", PAGE)
    elif target == "tar":
        with tarfile.open(fileobj=sink, mode="w") as archive:
            for name in "a.txt", "b/c.jsonl":
                header = tarfile.TarInfo(name)
                header.size = len(lines)
                archive.addfile(header, io.BytesIO(lines))
    elif target == "parquet":
        pq.write_table(pa.table({"text": [SAMPLE, None, "x"], "n": [1, 2, 3]}), sink)
    made = {
        "html": [PAGE.encode(), PAGE.encode("cp1258", "replace")],
        "json": [lines, b"\xef\xbb\xbf" + lines, lines.decode().encode("utf-16")],
        "gzip": [gzip.compress(lines)],
        "zstd": [zstandard.compress(lines)],
    }
    return made.get(target, [sink.getvalue()])


def dictionary(path: Path) -> Path:
    """The words of the rules, for libFuzzer to put in."""
    from extract.rules.load import load_rules

    rules = load_rules()
    words = [form for lexicon in rules.lexicons.values() for form in list(lexicon.forms)[:12]]
    words += [
        " ",
        "\n",
        ". ",
        ", ",
        "“",
        "”",
        "/",
        "-",
        "%",
        "\u200b",
        "\u202e",
        "e\u0301",
        "Đ",
        "😀",
        "\x00",
        "12-NQ/TU",
    ]
    escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in dict.fromkeys(words))
    path.write_text("".join(f'"{word}"\n' for word in escaped))
    return path


def fuzz(target: str, arguments: list[str]) -> None:
    """Runs libFuzzer in this process, which it ends."""
    import atheris

    with atheris.instrument_imports(include=["extract"], enable_loader_override=False):
        from targets import TARGETS, pipeline

        pipeline()
    myself = f"{sys.executable} {Path(__file__).resolve()} --one {target}"  # a shell's line: merging starts it anew
    atheris.Setup([myself, *arguments], TARGETS[target])
    atheris.Fuzz()


def campaign(target: str, seconds: int) -> tuple[int, float, int]:
    """Fuzzes for ``seconds``, keeps what is worth keeping; executions, seconds and findings."""
    with tempfile.TemporaryDirectory(prefix=f"fuzz-{target}-") as name:
        home = Path(name)
        for folder in "corpus", "least", "crashes":
            (home / folder).mkdir()
        for n, data in enumerate({*seeds(target), *kept.cases("corpus", target), *kept.cases("crashes", target)}):
            (home / "corpus" / f"seed-{n}").write_bytes(data)
        command = [sys.executable, __file__, "--one", target]
        options = [f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=3000", "-print_final_stats=1"]
        options += ["-max_len=4096", f"-dict={dictionary(home / 'words')}", f"-artifact_prefix={home / 'crashes'}/"]
        began = time.monotonic()
        ran = subprocess.run([*command, *options, str(home / "corpus")], capture_output=True, text=True, check=False)
        spent = time.monotonic() - began
        found = [path.read_bytes() for path in (home / "crashes").iterdir()]
        if ran.returncode and not found:
            raise SystemExit(f"{target}: {ran.stderr[-3000:]}")
        if found:
            print(ran.stderr[-3000:], file=sys.stderr)
            kept.keep("crashes", target, [*kept.cases("crashes", target), *found])
        merging = [*command, "-merge=1", "-timeout=20", str(home / "least"), str(home / "corpus")]
        subprocess.run(merging, capture_output=True, check=False)
        least = sorted((p.read_bytes() for p in (home / "least").iterdir()), key=len)
        kept.keep("corpus", target, [data for data in least if len(data) <= LONGEST_KEPT][:MOST_KEPT])
    executions = re.search(r"stat::number_of_executed_units:\s*(\d+)", ran.stderr)
    return int(executions[1]) if executions else 0, spent, len(found)


def main() -> int:
    if sys.argv[1:2] == ["--one"]:
        fuzz(sys.argv[2], sys.argv[3:])
        return 0
    from targets import TARGETS

    seconds = int(sys.argv[1])
    print("| target | executions | seconds | findings | kept |\n| --- | ---: | ---: | ---: | ---: |", flush=True)
    findings = 0
    for target in sys.argv[2:] or TARGETS:
        executions, spent, found = campaign(target, seconds)
        findings += found
        held = len(kept.cases("corpus", target))
        print(f"| {target} | {executions:,} | {spent:.0f} | {found} | {held} |", flush=True)
    return int(findings > 0)


if __name__ == "__main__":
    sys.exit(main())
