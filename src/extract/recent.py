"""A bounded memory of results: what was asked for lately is found, and the memory never grows beyond its bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_Value = TypeVar("_Value")


class Recent(dict[str, _Value]):
    """The results of ``compute`` by key: ``recent[key]`` computes what is not remembered. No look-up is faster.

    When it holds ``limit`` results they become an older table, and what is asked for again moves up. Keys of more
    than ``longest`` characters are not remembered. Shared between threads, it may at worst forget a result.
    """

    def __init__(self, compute: Callable[[str], _Value], limit: int, longest: int = 64) -> None:
        super().__init__()
        self._compute = compute
        self._limit = limit
        self._longest = longest
        self._older: dict[str, _Value] = {}

    def __missing__(self, key: str) -> _Value:
        value = self._older.get(key)
        if value is None:
            value = self._compute(key)
        if len(key) <= self._longest:
            if len(self) >= self._limit:
                self._older = dict(self)
                self.clear()
            self[key] = value
        return value
