"""The columns of a file -> which of them gives each of our fields, and a line that says so.

What ``--map`` names is taken as it is; for every other field the likeliest column by its name
(``columns.toml``) and, where the file says, its type.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from extract.read.streams import Position

FIELDS = ("id", "text", "html", "url", "title", "publisher", "authors", "published_at", "language")
_OF_TEXT = frozenset({"text", "html", "url", "title", "publisher", "language"})  # hold strings
_MOST_TOLD = 20  # different layouts that are told of: a mixed bag of JSON has one a record

Lang = str  # "vi" or "any"


@dataclass(frozen=True, slots=True)
class Columns:
    """``names``: our field -> the file's column. ``forced``: fields that ``--map`` set. ``told``: for people."""

    names: Mapping[str, str]
    forced: frozenset[str] = frozenset()
    told: str = ""

    def get(self, field: str) -> str:
        return self.names.get(field, field)


@dataclass(slots=True)
class Options:
    """How the inputs are to be read.

    ``mapping``: our field -> the files' column. ``lang``: "vi" hands articles in other languages to the
    rejects, "any" keeps them. ``say``: told, once for each layout, which columns are taken. ``position``: kept up to
    date with how far the reading is.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    lang: Lang = "any"
    say: Callable[[str], object] | None = None
    position: Position | None = None
    _told: set[str] = field(default_factory=set)

    def silent(self) -> Options:
        """The same, for another process, which has nobody to tell."""
        return Options(self.mapping, self.lang)

    def columns(self, names: Sequence[str], source: str, not_strings: Collection[str] = ()) -> Columns:
        """Which of the columns ``names`` gives which field; said once."""
        found = resolve(tuple(names), tuple(self.mapping.items()), frozenset(not_strings))
        if found.told and self.say is not None and found.told not in self._told and len(self._told) < _MOST_TOLD:
            self._told.add(found.told)
            self.say(f"{source}: {found.told}")
        return found


@lru_cache(maxsize=256)
def resolve(
    names: tuple[str, ...], mapping: tuple[tuple[str, str], ...] = (), not_strings: frozenset[str] = frozenset()
) -> Columns:
    """The columns of a file that has ``names``; those in ``not_strings`` hold no strings."""
    known, crawls = _known()
    there = {_fold(name): name for name in reversed(names)}
    taken = dict(mapping)
    left: list[str] = []
    for wanted, likely in known.items():
        if wanted in taken:
            continue
        for name in (wanted if wanted in names else None, *map(there.get, likely)):
            if name is None or name in taken.values() or (wanted in _OF_TEXT and name in not_strings):
                continue
            crawl = next((c for c, has, date in crawls if _fold(name) == date and has <= there.keys()), None)
            if wanted == "published_at" and crawl is not None:
                left.append(
                    f"{name} is taken for the day of the crawl, as in {crawl}: --map published_at={name} if not"
                )
                continue
            taken[wanted] = name
            break
    return Columns(taken, frozenset(dict(mapping)), _described(names, taken, left))


def _described(names: Sequence[str], taken: Mapping[str, str], left: Sequence[str]) -> str:
    """What is taken for what; nothing where a file has our own names and no others."""
    if all(name in FIELDS and taken.get(name, name) == name for name in names):
        return ""
    pairs = ", ".join(f"{field} from {name}" if field != name else field for field, name in taken.items())
    unused = [name for name in names if name not in taken.values()]
    rest = f"; not used: {', '.join(unused[:20])}{', …' if len(unused) > 20 else ''}" if unused else ""
    return ". ".join([f"taken: {pairs or 'nothing'}{rest}", *left, "--map FIELD=NAME changes it"])


@cache
def _known() -> tuple[Mapping[str, Sequence[str]], Sequence[tuple[str, frozenset[str], str]]]:
    raw = tomllib.loads((Path(__file__).parent / "columns.toml").read_text(encoding="utf-8"))
    names = {field: list(map(_fold, likely)) for field, likely in raw["names"].items()}
    crawls = [(c["name"], frozenset(map(_fold, c["has"])), _fold(c["date"])) for c in raw["crawls"]]
    return names, crawls


def _fold(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()
