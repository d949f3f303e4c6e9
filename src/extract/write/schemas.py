"""Row models in, Arrow schemas and ``schemas/`` out.

The models of ``extract.validate.models`` are the one source: Arrow types follow from their annotations, JSON
Schemas from pydantic. ``schemas/`` holds both as text, and a page of all columns, so that a change of a table
shows in review.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import types
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pyarrow as pa
from pydantic import AwareDatetime, BaseModel

from extract.rules.model import RuleFile
from extract.validate.models import TABLES
from extract.write.schema_page import schema_page

PAGE = "README.md"  # all columns, for people

_SCALARS: dict[Any, pa.DataType] = {
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int32(),
    float: pa.float32(),
    Decimal: pa.decimal128(38, 6),
    dt.date: pa.date32(),
    AwareDatetime: pa.timestamp("s", "Asia/Ho_Chi_Minh"),
}
_SPAN = pa.struct([("start", pa.int32()), ("end", pa.int32())])  # of tuple[int, int]


@cache
def arrow_schema(table: str) -> pa.Schema:
    """The schema of one table. Parquet has no seconds: files hold ``published_at`` in milliseconds, and
    ``extract.load`` gives it back in seconds."""
    return pa.schema(_fields(TABLES[table]))


def _fields(model: type[BaseModel]) -> list[pa.Field]:
    fields = []
    for name, field in model.model_fields.items():
        annotation, nullable = _without_none(field.annotation)
        fields.append(pa.field(name, _arrow_type(annotation), nullable))
    return fields


def _arrow_type(annotation: Any) -> pa.DataType:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _arrow_type(arguments[0])
    if origin is Literal:
        return pa.string()
    if origin is tuple and arguments == (int, int):
        return _SPAN
    if origin is tuple:
        return pa.list_(_arrow_type(arguments[0]))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        # Inside a list, columns are nullable as in the contract's list<struct<…>>.
        return pa.struct([field.with_nullable(True) for field in _fields(annotation)])
    return _SCALARS[annotation]


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [a for a in get_args(annotation) if a is not type(None)]
        return rest[0], len(rest) < len(get_args(annotation))
    return annotation, False


def rendered() -> dict[str, str]:
    """File name -> text of everything in ``schemas/``."""
    files = {"rule_file.schema.json": _json(RuleFile, "validation")}
    for table, model in TABLES.items():
        files[f"{table}.schema.json"] = _json(model, "serialization")
        files[f"{table}.arrow.txt"] = "".join(map(_line, arrow_schema(table)))
    files[PAGE] = schema_page({table: (model, arrow_schema(table)) for table, model in TABLES.items()})
    return dict(sorted(files.items()))


def _line(field: pa.Field) -> str:
    return f"{field.name}: {field.type}{'' if field.nullable else ' not null'}\n"


def _json(model: type[BaseModel], mode: Literal["validation", "serialization"]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(mode=mode)}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


@cache
def schema_hash() -> str:
    """16 hex digits over all schemas."""
    schemas = (f"{name}\0{text}" for name, text in rendered().items() if name != PAGE)
    return hashlib.sha256("\0".join(schemas).encode()).hexdigest()[:16]


def write_schemas(folder: str | Path) -> list[Path]:
    """Writes ``schemas/``; returns the files."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in rendered().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in rendered()]


def check_schemas(folder: str | Path) -> list[str]:
    """One line for each file of ``folder`` that differs from what the models say; empty where none does."""
    folder = Path(folder)
    expected = rendered()
    differences = []
    for name, text in expected.items():
        path = folder / name
        if not path.is_file():
            differences.append(f"{path}: missing")
        elif (found := path.read_text(encoding="utf-8")) != text:
            differences.append(f"{path}:{_first_difference(found, text)}")
    here = (p for pattern in ("*.schema.json", "*.arrow.txt") for p in folder.glob(pattern))
    differences += [f"{path}: no model has this schema" for path in sorted(here) if path.name not in expected]
    return differences


def _first_difference(found: str, expected: str) -> str:
    lines, right = [*found.splitlines(), "(end)"], [*expected.splitlines(), "(end)"]
    n = next((i for i, pair in enumerate(zip(lines, right)) if pair[0] != pair[1]), 0)
    return f"{n + 1}: found {lines[n].strip()!r}, the models say {right[n].strip()!r}"
