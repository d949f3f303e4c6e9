"""A bounded memory of results: what was asked for lately is found, and the memory never grows beyond its bound."""

from __future__ import annotations

from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Recent(Generic[_Value]):
    """Results by key. Ask ``newer`` first (a plain dict, for speed), then ``find``; give new ones to ``keep``.

    When ``newer`` holds ``limit`` results it becomes the older of two tables, and what is asked for again moves
    up. Shared between threads, it may at worst forget a result.
    """

    def __init__(self, limit: int) -> None:
        self.newer: dict[str, _Value] = {}
        self._older: dict[str, _Value] = {}
        self._limit = limit

    def find(self, key: str) -> _Value | None:
        """The result for a key that is not in ``newer``, or None where it must be computed."""
        value = self._older.get(key)
        if value is not None:
            self.keep(key, value)
        return value

    def keep(self, key: str, value: _Value) -> None:
        """Remembers a result."""
        if len(self.newer) >= self._limit:
            self._older, self.newer = self.newer, {}
        self.newer[key] = value
