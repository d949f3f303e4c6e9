"""Shared fixtures: one compiled pipeline a session (with and without the statistical tagger)."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.pipeline import Pipeline

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.fixture(scope="session")
def rules_only() -> Pipeline:
    return Pipeline(ner=False)


@pytest.fixture(scope="session")
def raw() -> Path:
    """The sample articles that come with the project."""
    return ROOT / "data" / "raw"
