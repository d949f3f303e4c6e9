"""Runs the tour on data/out and keeps its outputs in it: ``make notebook``."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

TOUR = Path(__file__).with_name("tour.ipynb")

notebook = nbformat.read(TOUR, as_version=4)
# Without times, so that the file changes only where an output does.
NotebookClient(notebook, record_timing=False, resources={"metadata": {"path": str(TOUR.parent)}}).execute()
nbformat.write(notebook, TOUR)
