"""Row models in, the page of all columns out: type, meaning and an example of each, as Markdown.

Types come from the Arrow schemas, meanings from the models, examples from ``examples.json``: rows of one run over
an article that is among them, which a test repeats.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pyarrow as pa
from pydantic import BaseModel

from extract.validate.codes import FLAGS, REJECTS, UNREAD
from extract.validate.models import OfficialTitle

EXAMPLES = Path(__file__).with_name("examples.json")
_LONGEST = 60  # characters of an example

_HEAD = """\
# Tables

Made by `extract schema` from the models in `src/extract/validate/models.py`; do not edit.

A folder for each table, in it Parquet files (`part-*.parquet`, zstd) with the same rows in the same order whatever the
number of workers. Types are Arrow's; `?` means that the column may be null. Offsets are code points of `articles.text`,
end exclusive. The examples come from one run over the article that the first table shows, and a broken line behind it.
"""


def schema_page(tables: Mapping[str, tuple[type[BaseModel], pa.Schema]]) -> str:
    """The page of ``tables``: name -> model and Arrow schema."""
    examples = json.loads(EXAMPLES.read_text("utf-8"))
    parts = [_HEAD]
    for name, (model, schema) in tables.items():
        parts.append(f"## {name}\n\n{model.__doc__}\n\n{_table(model, schema, examples[name])}")
        if name == "officials":
            inner = schema.field("titles").type.value_type
            rows = [title for row in examples[name] for title in row["titles"]]
            parts.append(f"Each of `titles`:\n\n{_table(OfficialTitle, pa.schema(inner), rows)}")
    parts.append(f"## Flags\n\nThe row stays, and bears one of these in `flags`.\n\n{_codes(FLAGS)}")
    parts.append(f"## Codes of rejects\n\nWhat could not be read:\n\n{_codes(UNREAD)}")
    parts.append(f"Records that cannot be true, and articles that could not be finished:\n\n{_codes(REJECTS)}")
    return "\n".join(parts)


def _table(model: type[BaseModel], schema: pa.Schema, rows: Sequence[Mapping[str, Any]]) -> str:
    lines = ["| column | type | meaning | example |", "| --- | --- | --- | --- |"]
    for field in schema:
        info = model.model_fields[field.name]
        meaning = info.description or ""
        if field.name == "flags":  # the codes have a section of their own
            meaning = meaning.partition(": ")[0] + ": see [flags](#flags)"
        values = "".join(f" `{value}`" for value in _choices(info.annotation))
        nullable = "?" if info.annotation is not None and type(None) in get_args(info.annotation) else ""
        cells = (
            f"`{field.name}`",
            f"`{type_name(field.type)}{nullable}`",
            f"{meaning};{values}" if values else meaning,
            _example([row[field.name] for row in rows]),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _choices(annotation: Any) -> Iterator[str]:
    """The values that a column can have, where they are few."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for argument in get_args(annotation):
            yield from _choices(argument)


def _example(values: Sequence[Any]) -> str:
    """The first value that says something, as code; nothing where there is none."""
    value = next((v for v in values if v not in (None, [])), None)
    if value is None:
        return "`[]`" if [] in values else ""
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    start = shown.partition("\n")[0][:_LONGEST].rstrip().replace("`", "'")
    return f"`{start}{'' if len(start) == len(shown) else ' …'}`"


def type_name(type_: pa.DataType) -> str:
    """``list<struct<start: int32, end: int32>>``: Arrow's names, without those of list items."""
    if pa.types.is_list(type_):
        return f"list<{type_name(type_.value_type)}>"
    if pa.types.is_struct(type_):
        inner = ", ".join(f"{field.name}: {type_name(field.type)}" for field in type_)
        return "struct<…>" if len(inner) > _LONGEST else f"struct<{inner}>"
    return {"float": "float32", "date32[day]": "date32"}.get(str(type_), str(type_))


def _codes(codes: Mapping[str, str]) -> str:
    return "\n".join(["| code | meaning |", "| --- | --- |", *(f"| `{k}` | {v} |" for k, v in codes.items())]) + "\n"
