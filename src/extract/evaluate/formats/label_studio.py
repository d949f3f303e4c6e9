"""What Label Studio exports as JSON: a list of tasks, or a task a line.

Spans are results of type ``labels``; choices, text and numbers given for a span bear its id, and are attributes
where their control is named like one; ``holder`` is a relation. Tasks that nobody has annotated are left out.
Label Studio counts code points (before version 1.5: UTF-16 code units, known by the text of the spans).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extract.evaluate.formats.doccano import Draft, link
from extract.evaluate.formats.offsets import from_utf16
from extract.evaluate.formats.own import read_text
from extract.evaluate.gold import ATTRIBUTES, GoldError, Place

_NAMES = {name for names in ATTRIBUTES.values() for name in names}
_LISTS = {"ranks"}
NONE = "none"  # the choice that says: there is no value, in so many words


def read(path: Path) -> Iterator[Draft]:
    """A draft for each annotated task.

    Raises:
        GoldError: the file cannot be read, or holds something that is no task; or no task is annotated.
    """
    tasks = annotated = 0
    for line, task in _values(path, read_text(path)):
        tasks += 1
        place = Place(str(path), line)
        try:
            if (draft := _draft(task, tasks)) is not None:
                annotated += 1
                yield place, draft
        except ValueError as error:
            raise GoldError(f"{place}: {error}") from None
    if tasks and not annotated:
        raise GoldError(f"{path}: none of the {tasks} tasks is annotated; predictions are no annotations")


def _values(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    """Line and value of each element of a JSON list, or of JSON values one after the other."""
    decoder = json.JSONDecoder()
    position, line, at = 0, 1, 0
    is_list = text.lstrip("\ufeff \t\r\n").startswith("[")
    skipped = "\ufeff \t\r\n,[" if is_list else "\ufeff \t\r\n"
    while True:
        while position < len(text) and text[position] in skipped:
            position += 1
        line, at = line + text.count("\n", at, position), position
        if (position == len(text) and not is_list) or text.startswith("]", position):
            return
        try:
            value, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise GoldError(f"{path}:{error.lineno}: not JSON: {error.msg} at column {error.colno}") from None
        yield line, value


def _draft(task: Any, number: int) -> dict[str, Any] | None:
    if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
        raise ValueError("a task of Label Studio needs 'data' and 'annotations'; export as JSON, not as JSON-MIN")
    annotations = [a for a in task.get("annotations") or () if isinstance(a, dict) and not a.get("was_cancelled")]
    if not annotations:
        return None
    # Of several annotators the one called the truth counts, else the last.
    chosen = next((a for a in annotations if a.get("ground_truth")), annotations[-1])
    results = [r for r in chosen.get("result") or () if isinstance(r, dict)]
    mentions = [_mention(r) for r in results if r.get("type") == "labels"]
    text = _text(task["data"], mentions)
    by_id = {m["id"]: m for m in mentions}
    for result in results:
        name = str(result.get("from_name"))
        if result.get("type") == "relation":
            if "holder" in (result.get("labels") or ["holder"]):
                link(mentions, str(result.get("from_id")), str(result.get("to_id")))
        elif name in _NAMES and result.get("type") != "labels" and result.get("id") in by_id:
            by_id[result["id"]][name] = _value(name, result)
    data = task["data"]
    id = next((str(d[k]) for d, k in ((data, "source"), (data, "id"), (task, "id")) if d.get(k) is not None), None)
    return {"id": id or f"task {number}", "text": text, "mentions": mentions}


def _mention(result: dict[str, Any]) -> dict[str, Any]:
    value = result.get("value")
    labels = value.get("labels") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(labels, list) or len(labels) != 1:
        raise ValueError(f"the span {result.get('id')!r} needs one label; it has {labels!r}")
    made = {"id": str(result.get("id")), "label": labels[0], "start": value.get("start"), "end": value.get("end")}
    return made | ({"text": value["text"]} if isinstance(value.get("text"), str) else {})


def _text(data: dict[str, Any], mentions: list[dict[str, Any]]) -> str:
    """The field of the task that was annotated; offsets in code points from here on."""
    fields: list[str] = [data[key] for key in sorted(data, key=lambda key: key != "text") if isinstance(data[key], str)]
    if not fields:
        raise ValueError("the task's data holds no text")
    for text in fields:
        points = from_utf16(text)
        for turn in (lambda offset: offset, points):
            spans = [_turned(turn, m) for m in mentions]
            if all(
                None not in span and m.get("text") in (None, text[slice(*span)]) for span, m in zip(spans, mentions)
            ):
                for mention, (start, end) in zip(mentions, spans):
                    mention |= {"start": start, "end": end}
                return text
    return fields[0]  # where it differs, the check says


def _turned(turn: Any, mention: dict[str, Any]) -> tuple[int | None, int | None]:
    start, end = mention["start"], mention["end"]
    return (turn(start), turn(end)) if isinstance(start, int) and isinstance(end, int) else (None, None)


def _value(name: str, result: dict[str, Any]) -> Any:
    """What was chosen or typed for a span; a list where the attribute is one."""
    value = result.get("value") or {}
    typed = value.get("text")  # a list; where it is a string, it is that of the span
    given = value.get("choices") or (typed if isinstance(typed, list) else [value.get("number")])
    values = [str(v) for v in given if v is not None]
    if name in _LISTS:
        return [v for v in values if v != NONE]
    return None if values in ([], [NONE]) else " ".join(values)
