"""brat's standoff format: an ``.ann`` file beside each ``.txt`` file, in a folder with or without folders in it.

``T1<TAB>person 4 14<TAB>Lò Văn Mẫu``, relations (``holder`` from title to person), attributes, and notes that hold
further attributes as a JSON object. Events, normalisations and equivalences are not looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extract.evaluate.formats.doccano import Draft, link
from extract.evaluate.formats.own import read_text
from extract.evaluate.gold import ATTRIBUTES, GoldError, Place

_NAMES = {name for names in ATTRIBUTES.values() for name in names}
_SPAN = re.compile(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)")
_RELATION = re.compile(r"(\S+) Arg1:(\S+) Arg2:(\S+)")
_ATTRIBUTE = re.compile(r"(\S+) (\S+)(?: (\S+))?")
_NOTE = re.compile(r"\S+ (\S+)")
NONE = "none"


def read(path: Path) -> Iterator[Draft]:
    """A draft for each ``.ann`` file, in the order of their names.

    Raises:
        GoldError: a file cannot be read or lacks its text; or a line is not of the format.
    """
    files = [path] if path.is_file() else sorted(path.rglob("*.ann"))
    if not files and not path.exists():
        raise GoldError(f"{path}: No such file or directory")
    for file in files:
        text_file = file.with_suffix(".txt")
        if not text_file.is_file():
            raise GoldError(f"{file}: its text {text_file.name} is not beside it")
        text = read_text(text_file)
        name = file.relative_to(path) if path.is_dir() else Path(file.name)
        mentions = _mentions(file, text)
        yield (
            Place(str(text_file), 1, True),
            {"id": name.with_suffix("").as_posix(), "text": text, "mentions": mentions},
        )


def _mentions(file: Path, text: str) -> list[dict[str, Any]]:
    lines = [(n, line.rstrip("\r")) for n, line in enumerate(read_text(file).split("\n"), 1) if line.rstrip("\r")]
    found: dict[str, dict[str, Any]] = {}
    # What a line refers to may stand below it.
    for number, line in sorted(lines, key=lambda numbered: not numbered[1].startswith("T")):
        try:
            _take(line, text, found)
        except ValueError as error:
            raise GoldError(f"{file}:{number}: {error}") from None
    return list(found.values())


def _take(line: str, text: str, found: dict[str, dict[str, Any]]) -> None:
    """Notes in ``found`` what one line says."""
    id, _, rest = line.partition("\t")
    what, _, value = rest.partition("\t")
    if id.startswith("T") and (match := _SPAN.fullmatch(what)):
        start, end = _whole(id, match[2], text)
        if (said := re.sub(r"\s+", " ", value)) != (there := re.sub(r"\s+", " ", text[start:end])):
            raise ValueError(f"mention {id!r} says {said!r}; the text at {start}..{end} is {there!r}")
        found[id] = {"id": id, "label": match[1], "start": start, "end": end}
    elif id.startswith("R") and (match := _RELATION.fullmatch(what)):
        if match[1] == "holder":
            link(list(found.values()), match[2], match[3])
    elif id.startswith(("A", "M")) and (match := _ATTRIBUTE.fullmatch(what)):
        if match[1] in _NAMES and match[2] in found:
            found[match[2]][match[1]] = None if match[3] == NONE else match[3]
    elif id.startswith("#") and (match := _NOTE.fullmatch(what)):
        if value.startswith("{") and match[1] in found:
            found[match[1]] |= _noted(value)
    elif not id.startswith(("E", "N", "*")):
        raise ValueError(f"not a line of brat's standoff format: {line!r:.80}")


def _whole(id: str, spans: str, text: str) -> tuple[int, int]:
    """The span of one mention. brat writes one that runs over a line end as two: '4 10;11 14'."""
    offsets = [int(offset) for offset in re.split("[ ;]", spans)]
    start, end = offsets[0], offsets[-1]
    if not start < end <= len(text):
        raise ValueError(f"mention {id!r}: the span {start}..{end} does not lie in the text")
    for before, after in zip(offsets[1:-1:2], offsets[2::2]):
        if text[before:after].strip():
            raise ValueError(f"mention {id!r} has a gap at {before}..{after}; a mention here is one piece of text")
    return start, end


def _noted(note: str) -> dict[str, Any]:
    try:
        noted = json.loads(note)
    except json.JSONDecodeError as error:
        raise ValueError(f"the note begins like JSON, but is none: {error.msg} at column {error.colno}") from None
    return {name: value for name, value in noted.items() if name in _NAMES}
