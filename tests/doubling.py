"""Is time linear in the text? Texts of 1, 2, 4 and 8 MB of each nasty kind through every stage, in CPU seconds.

    make doubling      or   python tests/doubling.py [--sizes 1,2,4,8] [--kinds prose,digits] [--most 1.5]

Prints a Markdown table of microseconds a character, and exits 1 where the largest text takes more than ``--most``
times as long a character as the smallest. ``test_hostile.py`` does the same with small texts.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

from extract.pipeline import Pipeline
from extract.read import article_from_text
from extract.write.shards import run_article
from extract.write.tables import to_batches

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "raw"
MB = 1_000_000  # bytes of UTF-8


def _names() -> Iterator[str]:
    """Names that are all different, each with an office."""
    syllables = "Anh Bình Cường Dung Giang Hà Khoa Lan Minh Nga".split()
    for k in count():
        name = " ".join(syllables[k // 10**n % 10] for n in range(3))
        yield f"Ông Nguyễn {name}, Giám đốc Công ty {k}; "


# Kind -> what it is made of, again and again.
NASTY: dict[str, str] = {
    "digits": "0123456789",
    "spaced digits": "12 5 000 ",
    "punctuation": ".,;:!?-…",
    "full stops": ".",
    "capitals": "ỦY BAN NHÂN DÂN ",
    "one token": "a",
    "quotes": '“a ‘b "c «',
    "brackets": "([{",
    "commas": "Lò Thị Mẫu, ",
    "dashes": "Hà Nội - ",
    "newlines": "\n",
    "spaces": " ",
    "codes": "12-NQ/TU/",
    "figures": "1,2 triệu đồng; ",
    "titles": "Phó Chủ tịch Thường trực ",
    "names": "Nguyễn Văn ",
    "zero-width": "a\u200b",
    "bidi": "\u202eĐ\u202c",
    "combining": "a\u0301\u0323",
    "emoji": "😀",
    "slashes": "5/4/",
    "nul": "\x00",
}


def text_of(kind: str, size: int) -> str:
    """A text of ``kind`` of about ``size`` bytes."""
    if kind == "prose":
        paragraphs = [path.read_text("utf-8") for path in sorted(SAMPLES.glob("*.txt"))]
        return _fill((f"{text}\nBài {n}.\n" for n in count() for text in paragraphs), size)
    if kind == "different names":
        return _fill(_names(), size)
    unit = NASTY[kind]
    return unit * max(1, size // len(unit.encode()))


def _fill(parts: Iterator[str], size: int) -> str:
    made, held = 0, []
    for part in parts:
        held.append(part)
        made += len(part.encode())
        if made >= size:
            return "".join(held)
    raise AssertionError("the parts never end")


KINDS = ("prose", "different names", *NASTY)


def seconds(pipeline: Pipeline, text: str, rounds: int = 1) -> tuple[float, str]:
    """CPU seconds from the text to the rows of the tables, the least of ``rounds``; and what became of it."""
    least, outcome = float("inf"), ""
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        result = run_article(pipeline, article_from_text(text))
        rows = to_batches([result])
        least = min(least, time.process_time() - start)
        errors = sorted(set(rows["rejects"]["error"].to_pylist()))
        outcome = "article" if rows["articles"].num_rows else f"reject: {', '.join(errors)}"
    return least, outcome


def main(argv: Sequence[str] | None = None, say: Callable[[str], None] = print) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1,2,4,8", help="MB of UTF-8")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--most", type=float, default=1.5, help="times as long a character")
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args(argv)
    sizes = [float(size) for size in options.sizes.split(",")]
    pipeline = Pipeline()
    seconds(pipeline, text_of("prose", 100_000))  # caches and models are warm
    say(f"| µs a character | {' | '.join(f'{size:g} MB' for size in sizes)} | last / first | |")
    say(f"| --- | {' ---: |' * (len(sizes) + 1)} --- |")
    worst = 0.0
    for kind in options.kinds.split(","):
        each, outcomes = [], []
        for size in sizes:
            text = text_of(kind, int(size * MB))
            spent, outcome = seconds(pipeline, text, options.rounds)
            each.append(spent / len(text) * 1e6)
            outcomes.append(outcome)
        growth = each[-1] / each[0]
        worst = max(worst, growth)
        say(
            f"| {kind} | {' | '.join(f'{e:.2f}' for e in each)} | {growth:.2f} | {', '.join(dict.fromkeys(outcomes))} |"
        )
        sys.stdout.flush()
    say(f"\nThe worst: {worst:.2f} times as long a character; allowed: {options.most:g}.")
    return int(worst > options.most)


if __name__ == "__main__":
    sys.exit(main())
