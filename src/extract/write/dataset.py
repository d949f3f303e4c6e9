"""An output folder in, its tables out: as Arrow, pandas or polars, or as views of a DuckDB connection."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from extract.files import Place, Remote, place
from extract.validate.models import TABLES
from extract.write.folder import OutputError
from extract.write.schemas import arrow_schema

if TYPE_CHECKING:
    import duckdb
    import pyarrow.dataset as ds


class NoDatasetError(OutputError):
    """The folder is no dataset that this package wrote."""


class Tables:
    """The tables of one output folder. Nothing is read before it is asked for.

    ``tables.officials`` is a pyarrow Table, and so on for every table; ``tables.dataset(name)`` is the
    pyarrow Dataset behind it, for filters and tables larger than memory.
    """

    def __init__(self, folder: Place) -> None:
        self.folder = folder

    def dataset(self, table: str) -> ds.Dataset:
        """The table as a pyarrow Dataset, its rows in the order in which they were written."""
        import pyarrow.dataset as ds  # takes half a second, which a run need not spend

        if table not in TABLES:
            raise KeyError(f"no table {table!r}; there are {', '.join(TABLES)}")
        parts, files = self._parts(table), getattr(self.folder, "files", None)
        return ds.dataset(parts, schema=arrow_schema(table), format="parquet", filesystem=files)

    def _parts(self, table: str) -> list[str]:
        """Their paths in the order of their numbers, of which those past 99999 are longer."""
        paths = [getattr(part, "path", str(part)) for part in (self.folder / table).glob("part-*.parquet")]
        return sorted(paths, key=lambda path: (len(path), path))

    def __getattr__(self, name: str) -> pa.Table:
        if name in TABLES:
            return self.dataset(name).to_table()
        raise AttributeError(f"no table {name!r}; there are {', '.join(TABLES)}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *TABLES]

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """``manifest.json``, or an empty dict where the run has not finished."""
        path = self.folder / "manifest.json"
        manifest: dict[str, Any] = json.loads(path.read_bytes()) if path.is_file() else {}
        return manifest

    def pandas(self, table: str | None = None) -> Any:
        """One table as a DataFrame, or a dict of all."""
        frames: dict[str, Any] = {t: self.dataset(t).to_table().to_pandas() for t in _names(table)}
        return frames if table is None else frames[table]

    def polars(self, table: str | None = None) -> Any:
        """One table as a polars DataFrame, or a dict of all."""
        import polars as pl

        frames: dict[str, Any] = {t: pl.from_arrow(self.dataset(t).to_table()) for t in _names(table)}
        return frames if table is None else frames[table]

    def duckdb(self) -> duckdb.DuckDBPyConnection:
        """A connection to an in-memory database with one view for each table."""
        import duckdb

        connection = duckdb.connect()
        for table in TABLES:
            if isinstance(self.folder, Remote):
                connection.register(table, self.dataset(table))
                continue
            files = ", ".join("'" + path.replace("'", "''") + "'" for path in self._parts(table))
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet([{files}])")
        return connection

    def __repr__(self) -> str:
        counts = self.manifest.get("counts") or {t: self.dataset(t).count_rows() for t in TABLES}
        rows = "".join(f"\n  {table:<10} {counts[table]:>12,}" for table in TABLES)
        return f"Tables of {self.folder}{'' if self.manifest else ' (the run has not finished)'}{rows}"

    def _repr_html_(self) -> str:
        from extract.write.notebook import tables_html

        return tables_html(self)


def _names(table: str | None) -> list[str]:
    return list(TABLES) if table is None else [table]


def load(folder: str | Path | Remote) -> Tables:
    """The dataset in ``folder``, a path or a URI.

    Raises:
        NoDatasetError: there is none.
    """
    folder = place(folder)
    if not folder.is_dir():
        raise NoDatasetError(f"{folder}: no such folder")
    missing = [t for t in TABLES if not (folder / t / "part-00000.parquet").is_file()]
    if missing:
        raise NoDatasetError(f"{folder}: no dataset here, {missing[0]}/part-00000.parquet is missing")
    return Tables(folder)
