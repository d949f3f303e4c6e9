"""Hugging Face datasets: a folder that ``datasets.load_dataset`` opens, a configuration for each table.

The Parquet files are those of the dataset; ``README.md`` is the dataset card that says which belong together.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from extract.validate.models import TABLES
from extract.write import Tables

DEFAULT = "officials"  # what people load first


def write(tables: Tables, out: Path) -> str:
    """Fills the folder ``out``."""
    files = 0
    for table in TABLES:
        (out / "data" / table).mkdir(parents=True)
        for path in tables.dataset(table).files:
            shutil.copyfile(path, out / "data" / table / Path(path).name)
            files += 1
    (out / "README.md").write_text(card(tables), encoding="utf-8", newline="")
    return f"{files:,} files of {len(TABLES)} tables"


def card(tables: Tables) -> str:
    """The dataset card: a header that ``datasets`` reads, and the tables and columns for people."""
    head = ["---", "language:", "- vi", "tags:", "- information-extraction", "- news", "configs:"]
    for table in TABLES:
        head += [f"- config_name: {table}", *(["  default: true"] if table == DEFAULT else [])]
        head += ["  data_files:", "  - split: train", f"    path: data/{table}/*.parquet"]
    versions = ", ".join(
        f"{name} {version}" for name, version in tables.manifest.get("versions", {}).items() if version
    )
    body = ["---", "", "# Officials, titles, documents and figures of Vietnamese news", ""]
    body += [f"Made by `extract export --format hf` ({versions}).", "", "```python", "import datasets", ""]
    body += [f'datasets.load_dataset("path/of/this/folder", "{DEFAULT}", split="train")', "```", ""]
    counts = tables.manifest.get("counts", {})
    for table, model in TABLES.items():
        meaning = " ".join((model.__doc__ or "").split())
        body += [
            f"## {table}",
            "",
            f"{meaning} Rows: {counts.get(table, 0):,}.",
            "",
            "| column | meaning |",
            "| --- | --- |",
        ]
        body += [
            f"| `{name}` | {(field.description or '').replace('|', chr(92) + '|')} |"
            for name, field in model.model_fields.items()
        ]
        body.append("")
    return "\n".join([*head, *body])
