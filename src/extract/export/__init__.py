"""Export: an output dataset in, a file or folder of another tool's format out.

Articles are streamed, so that memory does not grow with the dataset; the result appears when it is whole, and
replaces nothing unless asked to.
"""

from __future__ import annotations

from contextlib import ExitStack
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from extract.export.place import aside
from extract.validate.models import TABLES
from extract.write import OutputError, Tables, load

FORMATS = (
    "csv", "jsonl", "spacy", "conll", "brat", "doccano", "label-studio", "duckdb", "ftm", "hf",
)  # fmt: skip
# What to do with it: {out} is the file or folder, {config} the labelling interface beside it.
NEXT = {
    "csv": "python -c 'import pandas; print(pandas.read_csv(\"{out}\"))'",
    "jsonl": "python -c 'import polars; print(polars.read_ndjson(\"{out}\"))'",
    "spacy": "python -m spacy train config.cfg --paths.train {out}; extract eval {out}",
    "conll": "python -m spacy convert {out} . --converter conll --lang vi",
    "brat": "copy {out} into the data folder of a brat server; extract eval {out}",
    "doccano": "a project of sequence labelling with relations, Import Dataset, JSONL(Relation); extract eval EXPORTED",
    "label-studio": "a project with {config} as labelling interface, Import {out}; extract eval EXPORTED",
    "duckdb": "duckdb {out} -c 'FROM offices'",
    "ftm": "ftm validate -i {out}",
    "hf": 'python -c \'import datasets; print(datasets.load_dataset("{out}", "officials"))\'',
}
_NEEDS = {"ftm": ("followthemoney", "ftm")}  # format -> package, extra that brings it


def export(
    folder: str | Path,
    format: str,
    out: str | Path,
    *,
    table: str | None = None,
    predictions: bool = False,
    excel: bool = False,
    overwrite: bool = False,
) -> str:
    """Writes the dataset in ``folder`` to ``out``; returns what was written, in words.

    Args:
        format: one of ``FORMATS``. brat, hf, and spacy where ``out`` does not end in .spacy, make a folder.
        table: for csv and jsonl, this table as it is.
        predictions: for label-studio, what annotators start from instead of what they have made.
        excel: for csv, made for spreadsheet programs.
        overwrite: replace what is at ``out``.

    Raises:
        NoDatasetError: ``folder`` holds no dataset.
        OutputError: its run has not finished; ``out`` is there already or cannot be written; a package is missing.
    """
    out = Path(out)
    tables = load(folder)
    if not tables.manifest:
        raise OutputError(f"{folder}: the run that made it has not finished; extract run … --resume completes it")
    if table is not None and table not in TABLES:
        raise OutputError(f"no table {table!r}; there are {', '.join(TABLES)}")
    home = Path(str(tables.folder)).resolve()
    if out.resolve() in (home, *home.parents):
        raise OutputError(f"{out}: is the dataset, or holds it; name another place")
    _installed(format)
    with ExitStack() as stack:
        is_folder = format in ("brat", "hf") or (format == "spacy" and out.suffix != ".spacy")
        draft = stack.enter_context(aside(out, folder=is_folder, overwrite=overwrite))
        if format == "label-studio":
            config = stack.enter_context(aside(config_path(out), folder=False, overwrite=overwrite))
            from extract.export import label_studio

            config.write_text(label_studio.labelling_config(), encoding="utf-8")
            return label_studio.write(tables, draft, predictions=predictions)
        return _write(format, tables, draft, table, excel=excel)


def config_path(out: Path) -> Path:
    """Where the labelling interface goes that belongs to the tasks ``out``: ``tasks.json`` -> ``tasks.config.xml``."""
    return out.with_suffix(".config.xml")


def _write(format: str, tables: Tables, draft: Path, table: str | None, *, excel: bool) -> str:
    if format == "csv":
        from extract.export.tabular import write_csv

        return write_csv(tables, draft, table=table, excel=excel)
    if format == "jsonl":
        from extract.export.tabular import write_jsonl

        return write_jsonl(tables, draft, table=table)
    if format == "spacy":
        from extract.export import spacy_bin

        return spacy_bin.write(tables, draft, folder=draft.is_dir())
    module = import_module(f"extract.export.{'duckdb_file' if format == 'duckdb' else format}")
    said: str = module.write(tables, draft)
    return said


def _installed(format: str) -> None:
    package, extra = _NEEDS.get(format, ("", ""))
    if package and find_spec(package) is None:
        raise OutputError(f"--format {format} needs {package}: pip install 'extract-vn[{extra}]'")
