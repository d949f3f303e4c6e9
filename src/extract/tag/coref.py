"""Which mentions of an article are the same person: a full name and the shorter forms that stand for it.

In: names in reading order. Out: for each the number of its person and the fullest form of the name.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from extract.tag.persons import Candidate
from extract.tag.tokens import Tokens, is_vietnamese

_Words = tuple[str, ...]
_REACH = 50  # full names with the same syllable that are weighed for one short form


def cluster(t: Tokens, names: Sequence[Candidate], written: Sequence[str]) -> list[tuple[int, str]]:
    """The number of each name's person, and the fullest of the ``written`` names.

    "ông Chung" goes to the nearest full name before it (else after it) that ends in "Chung"; a word of a foreign name
    to the nearest that holds it.
    """
    keys: list[_Words] = [tuple(t.lowers[k] for k in range(c.start, c.end) if t.words[k] != ".") for c in names]
    said: dict[_Words, str] = {}
    holding: dict[str, list[int]] = {}  # word -> mentions of several words that may be meant by it
    for n, (words, name) in enumerate(zip(keys, written)):
        if len(words) > 1:
            said.setdefault(words, name)
            for word in words if not is_vietnamese(words[0]) else words[-1:]:
                holding.setdefault(word, []).append(n)
    numbers: dict[_Words, int] = {}
    done = []
    for n, (words, name) in enumerate(zip(keys, written)):
        fuller = [other for other in _nearest(keys, holding, words, n) if _stands_for(words, other)]
        if len(words) == 1:
            target = fuller[0] if fuller else words
        else:
            target = fuller[0] if len(set(fuller)) == 1 else words
        number = numbers.setdefault(target, len(numbers))
        done.append((number, said.get(target, name)))
    return done


def _nearest(keys: list[_Words], holding: dict[str, list[int]], words: _Words, n: int) -> Iterator[_Words]:
    """Names that share the deciding word: those before mention ``n``, the nearest first, then those after it."""
    shared = holding.get(words[-1], [])
    at = bisect_left(shared, n)
    for k in (*reversed(shared[max(0, at - _REACH) : at]), *shared[at : at + _REACH]):
        yield keys[k]


def _stands_for(words: _Words, other: _Words) -> bool:
    if len(other) <= len(words):
        return False
    if other[-len(words) :] == words:
        return True
    return not is_vietnamese(other[0]) and (other[: len(words)] == words or (len(words) == 1 and words[0] in other))
