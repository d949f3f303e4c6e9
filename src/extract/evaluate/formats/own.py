"""The project's own annotations: JSON Lines, an article a line, as ``checked`` takes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from extract.evaluate.gold import GoldArticle, GoldError, Place, checked


def read(path: Path) -> Iterator[GoldArticle]:
    """The annotated articles of a file.

    Raises:
        GoldError: the file cannot be read, or a line is no article with sound annotations.
    """
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            place = Place(str(path), number)
            try:
                yield checked(json.loads(line), place)
            except json.JSONDecodeError as error:
                raise GoldError(f"{place}: not JSON: {error.msg} at column {error.colno}") from None
            except ValueError as error:
                raise GoldError(f"{place}: {error}") from None


def read_text(path: Path) -> str:
    """The whole of a UTF-8 file, line ends as they are.

    Raises:
        GoldError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except IsADirectoryError:
        raise GoldError(f"{path}: is a folder; give the .jsonl file with the annotations") from None
    except OSError as error:
        raise GoldError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: not UTF-8 at byte {error.start}") from None
