"""Report: an output dataset in, ``report.html`` out: what was processed, what was found most, what went wrong.

``gather`` counts (in bounded memory), ``charts`` draws, ``page`` puts the page together.
"""

from __future__ import annotations

import os
from pathlib import Path

EXAMPLES = 70  # articles that a report shows


class ReportError(Exception):
    """A dataset that cannot be read through; the message says which file."""


def write_report(folder: str | Path, out: str | Path | None = None) -> Path:
    """Writes the report of the dataset in ``folder`` to ``out``, by default ``report.html`` in it; returns its path.

    The file appears complete: it is written aside and renamed.

    Raises:
        NoDatasetError: there is no dataset.
        ReportError: a part of it is damaged.
        OSError: the file cannot be written.
    """
    import duckdb

    from extract.report.gather import gather
    from extract.report.page import as_html

    folder = Path(folder)
    out = folder / "report.html" if out is None else Path(out)
    try:
        html = as_html(gather(folder, out.parent, EXAMPLES))
    except duckdb.Error as error:
        raise ReportError(f"{folder}: {str(error).splitlines()[0]}") from error
    aside = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        aside.write_text(html, encoding="utf-8")
        aside.replace(out)
    finally:
        aside.unlink(missing_ok=True)
    return out
