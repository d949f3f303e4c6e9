"""``--log FILE``: what a run does and meets, a line each, as text or JSON, in a file that is put aside when large.

Without it, warnings go to stderr. A log that can no longer be written (a full disk) stops nothing.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LARGE, KEPT = 10 * 2**20, 5  # bytes of a file; files kept beside it: FILE.1 is the last but one


@contextmanager
def logging_to(path: Path | None, *, as_json: bool = False, quiet: bool = False) -> Iterator[None]:
    """While it lasts, what the package logs goes to ``path``, and warnings, unless ``quiet``, to stderr.

    Raises:
        OSError: ``path`` cannot be written.
    """
    logger = logging.getLogger("extract")
    handlers: list[logging.Handler] = [logging.NullHandler()]
    if not quiet:
        handlers.append(logging.StreamHandler(sys.stderr))
        handlers[-1].addFilter(lambda record: record.levelno == logging.WARNING)  # errors the command says itself
        handlers[-1].setFormatter(logging.Formatter("extract: %(message)s"))
    if path is not None:
        handlers.append(logging.handlers.RotatingFileHandler(path, maxBytes=LARGE, backupCount=KEPT, encoding="utf-8"))
        handlers[-1].setFormatter(_Json() if as_json else _text())
    before = logger.level, logger.propagate, logging.raiseExceptions
    logger.setLevel(logging.INFO if path is not None else logging.WARNING)
    logger.propagate = logging.raiseExceptions = False
    for handler in handlers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        logger.level, logger.propagate, logging.raiseExceptions = before
        for handler in handlers:
            logger.removeHandler(handler)
            handler.close()


def _text() -> logging.Formatter:
    made = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    made.converter = time.gmtime
    return made


class _Json(logging.Formatter):
    """One object a line: ``time`` (UTC), ``level``, ``message``, and the figures behind the message."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        return json.dumps(line, ensure_ascii=False)
