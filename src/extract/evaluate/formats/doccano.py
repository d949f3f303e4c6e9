"""What doccano exports from a sequence labelling project: JSON Lines, with relations or without.

``{"id", "text", "entities": [{"id", "label", "start_offset", "end_offset"}], "relations": [{"from_id", "to_id",
"type"}]}``, or ``"label": [[start, end, label], …]``. Doccano counts UTF-16 code units and knows no attributes of
spans; those of ``extract export`` travel in the metadata (``attributes``, by span and label), which doccano keeps.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extract.evaluate.formats.offsets import from_utf16
from extract.evaluate.formats.own import read_text
from extract.evaluate.gold import ATTRIBUTES, GoldError, Place

Draft = tuple[Place, dict[str, Any]]
_NAMES = {name for names in ATTRIBUTES.values() for name in names}


def read(path: Path) -> Iterator[Draft]:
    """A draft for each line.

    Raises:
        GoldError: the file cannot be read, or a line is none of doccano's.
    """
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            place = Place(str(path), number)
            try:
                yield place, _draft(json.loads(line), number)
            except json.JSONDecodeError as error:
                raise GoldError(f"{place}: not JSON: {error.msg} at column {error.colno}") from None
            except ValueError as error:
                raise GoldError(f"{place}: {error}") from None


def _draft(record: Any, number: int) -> dict[str, Any]:
    if not isinstance(record, dict) or not isinstance(text := record.get("text", record.get("data")), str):
        raise ValueError("a line of doccano needs the string 'text'")
    spans = [_span(entity, i) for i, entity in enumerate(_entities(record))]
    attributes = {
        (a.get("start_offset"), a.get("end_offset"), a.get("label")): a
        for a in record.get("attributes") or ()
        if isinstance(a, dict)
    }
    mentions = []
    for id, start, end, label in spans:
        known = attributes.get((start, end, label), {})
        mentions.append(
            {"id": id, "label": label, "start": start, "end": end} | {k: known[k] for k in known if k in _NAMES}
        )
    _to_code_points(text, mentions)
    for relation in record.get("relations") or ():
        if isinstance(relation, dict) and relation.get("type") == "holder":
            link(mentions, str(relation.get("from_id")), str(relation.get("to_id")))
    return {"id": str(record.get("id", f"line {number}")), "text": text, "mentions": mentions}


def _entities(record: dict[str, Any]) -> list[Any]:
    for key in ("entities", "label", "labels"):
        if isinstance(entities := record.get(key), list):
            return entities
    raise ValueError("a line of doccano needs the list 'entities' (a project with relations) or 'label'")


def _span(entity: Any, number: int) -> tuple[str, int, int, str]:
    """Id, start, end and label: from ``{"id": 7, "start_offset": 0, …}`` or ``[0, 10, "person"]``."""
    if isinstance(entity, dict):
        id, start, end, label = (entity.get(key) for key in ("id", "start_offset", "end_offset", "label"))
    elif isinstance(entity, list) and len(entity) == 3:
        id, (start, end, label) = number, entity
    else:
        raise ValueError(f"no span of doccano: {entity!r:.80}")
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(label, str)):
        raise ValueError(f"a span needs two offsets and a label; got {entity!r:.80}")
    return str(number if id is None else id), start, end, label


def _to_code_points(text: str, mentions: list[dict[str, Any]]) -> None:
    """Offsets in code points. They are left as they are where they cannot be UTF-16: other programs that write
    doccano's format count code points."""
    points = from_utf16(text)
    turned = [(points(m["start"]), points(m["end"])) for m in mentions]
    if all(start is not None and end is not None for start, end in turned):
        for mention, (start, end) in zip(mentions, turned):
            mention |= {"start": start, "end": end}


def link(mentions: list[dict[str, Any]], one: str, other: str) -> None:
    """Notes the holder of a title, whichever way the relation was drawn; of several holders the first in the text."""
    ends = {m["id"]: m for m in mentions if m["id"] in (one, other)}
    if len(ends) < 2:
        raise ValueError(f"the relation between {one!r} and {other!r} ends at no span")
    title, person = ends[one], ends[other]
    if str(title["label"]).casefold() == "person":
        title, person = person, title
    before = next((m for m in mentions if m["id"] == title.get("holder")), None)
    if before is None or person["start"] < before["start"]:
        title["holder"] = person["id"]
