"""Articles to measure on: any number, in one order, from the ones given.

Where more are wanted than there are, they come again with other numbers and other names, so that nothing that
remembers a text can answer from memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path

from extract.read import read_inputs
from extract.records import Article

_NAME = re.compile(r"(?<=[a-zà-ỹ] )[A-ZĐ][a-zà-ỹ]+")  # a capitalised syllable inside a sentence
_CHANGES = re.compile(rf"[0-9]|{_NAME.pattern}")


def texts(inputs: Sequence[str], wanted: int) -> list[str]:
    """The first ``wanted`` texts, made from those behind ``inputs`` where these are fewer."""
    return list(islice(_endless(inputs, wanted), wanted))


def _endless(inputs: Sequence[str], most: int) -> Iterator[str]:
    found = (item.text for item in read_inputs(inputs) if isinstance(item, Article))
    held = list(islice(found, most))
    if not held:
        raise SystemExit(f"no article behind {', '.join(inputs)}")
    yield from held
    names = sorted({name for text in held for name in _NAME.findall(text)})
    for turn in count(1):
        first = turn * 7 % max(1, len(names))
        other = dict(zip(names, names[first:] + names[:first]))
        other |= {str(digit): str((digit + turn) % 9 + 1) for digit in range(10)}
        for text in held:
            yield _CHANGES.sub(lambda m, other=other: other[m[0]], text)  # type: ignore[misc]


def write_jsonl(path: Path, articles: Sequence[str]) -> Path:
    """A file for ``extract run``."""
    with path.open("w", encoding="utf-8") as file:
        for text in articles:
            file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
    return path
