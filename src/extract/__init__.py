"""Officials, titles, document codes and figures out of Vietnamese news, each with its exact place in the text.

>>> import extract
>>> doc = extract.parse("Ông Nguyễn Văn Thử, Bí thư Huyện ủy, dẫn Nghị quyết số 12-NQ/TU.")
>>> [t.text for t in doc.titles], [d.code for d in doc.documents]
(['Bí thư Huyện ủy'], ['12-NQ/TU'])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extract.arrow import map_arrow, mapped_schema
    from extract.pipeline import Pipeline, parse
    from extract.write import load

__version__ = "0.1.0"
__all__ = ["Pipeline", "__version__", "load", "map_arrow", "mapped_schema", "parse"]

_HOMES = {
    "Pipeline": "extract.pipeline",
    "load": "extract.write",
    "map_arrow": "extract.arrow",
    "mapped_schema": "extract.arrow",
    "parse": "extract.pipeline",
}


def __getattr__(name: str) -> Any:
    """Imports what is asked for when it is asked for, so that ``import extract`` stays light."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'extract' has no attribute {name!r}")
