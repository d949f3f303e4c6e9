"""Engines decide where the row of stages runs; what comes out is the same bytes whichever it was."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """No search for cyclic garbage while it lasts: where much is made and none of it is any, that takes a tenth of
    the time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


class EngineError(Exception):
    """An engine cannot be used as asked, or a run cannot go on for a reason that no article gives; the message says
    what would be right."""
