"""The weights of the word model in, what each token adds to the scores around it out.

The score of a place is a sum over features that look at one, two or three neighbouring tokens, and of the two
labels only the difference matters. ``build_lexicon`` turns those sums into one table entry a token.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from extract.recent import Recent
from extract.segment.model import TEMPLATE, Model, ModelError

Trigrams = dict[str, tuple[float, float, float]]
# What a pair of tokens adds to the scores of the token before it, of its two and of the one after; then what
# the trigrams that begin with it add, by the third token in lower case and by the third token as it is.
Pair = tuple[float, float, float, float, "tuple[Trigrams, Trigrams] | None"]
Pairs = dict[str, Pair]
# The token as the model is asked about it; in lower case (the same object where it is); whether in title
# case; what it adds to the scores from its second neighbour on the left to that on the right; then the pairs
# that begin with it, by the second token: one that is in lower case, any in lower case, any as it is.
Known = tuple[str, str, bool, float, float, float, float, float, Pairs, Pairs, Pairs]
Template = tuple[int, str | None, dict[str, float]]  # place of the first token, function, weights

_KEPT = 20_000  # tokens
_INTEGER = re.compile(r"[+-]?[0-9]+")
_LARGEST = 2**31  # "isdigit" of the model is "a signed 32-bit integer"


def add_pairs(one: Pair | None, other: Pair | None) -> Pair | None:
    """What a pair adds in lower case and as it is, together."""
    if one is None or other is None:
        return one or other
    a, b, c, d, trigrams = one
    e, f, g, h, raw_trigrams = other
    if trigrams and raw_trigrams:
        trigrams = trigrams[0], raw_trigrams[1]
    return a + e, b + f, c + g, d + h, trigrams or raw_trigrams


def _templates(model: Model, width: int) -> list[Template]:
    """The templates that look at ``width`` tokens: ``T[-1,0].lower`` is (-1, "lower", its weights)."""
    found = []
    for name, weights in model.weights.items():
        match = TEMPLATE.fullmatch(name)
        if match is None or abs(int(match[1])) > 2 or not 0 <= int(match[2] or match[1]) - int(match[1]) <= 2:
            raise ModelError(f"the word model of underthesea has a feature of another kind: {name}")
        if int(match[2] or match[1]) - int(match[1]) + 1 == width:
            found.append((int(match[1]), match[3], weights))
    return found


def _usual(function: str | None, weights: dict[str, float]) -> float:
    """What a feature of two or three tokens adds where they are in no dictionary and not in title case."""
    return 0.0 if function in (None, "lower") else weights.get("False", 0.0)


def edge_scores(model: Model) -> tuple[list[list[float]], float]:
    """What a place adds by being near the ends of its sentence, and what any other place adds.

    The first is by the number of tokens before it and after it (2 for two and more), less the second.
    """
    scores = [[0.0] * 3 for _ in range(3)]
    for left in range(3):
        for right in range(3):
            for width in (1, 2, 3):
                for place, function, weights in _templates(model, width):
                    if place + left < 0:
                        scores[left][right] += weights.get("BOS", 0.0)
                    elif place + width - 1 > right:
                        scores[left][right] += weights.get("EOS", 0.0)
                    elif width > 1:
                        scores[left][right] += _usual(function, weights)
    usual = scores[2][2]
    return [[score - usual for score in row] for row in scores], usual


def title_scores(model: Model, width: int) -> list[float]:
    """What ``width`` tokens all in title case add, from the token two before the last to the one after it."""
    sums = [0.0] * 4
    for place, function, weights in _templates(model, width):
        if function == "istitle":
            sums[3 - width - place] += weights.get("True", 0.0) - weights.get("False", 0.0)
    return sums


def _tables(model: Model, width: int, function: str | None) -> dict[str, list[float]]:
    """What the texts of ``width`` tokens that the model knows add, in lower case or (None) as they are.

    Sums are for the token two before the last one of the text up to the second after it. The dictionary is
    asked in lower case.
    """
    sums: dict[str, list[float]] = {}
    for place, name, weights in _templates(model, width):
        if name == function:
            for text, weight in weights.items():
                if text.count(" ") == width - 1:
                    sums.setdefault(text, [0.0] * 5)[3 - width - place] += weight
    if function == "lower":
        entry = [0.0] * 5
        for place, name, weights in _templates(model, width):
            if name == "is_in_dict":
                entry[3 - width - place] += weights.get("True", 0.0) - weights.get("False", 0.0)
        for text in model.dictionary:
            if text.count(" ") == width - 1:
                known = sums.get(text)
                sums[text] = entry if known is None else [a + b for a, b in zip(known, entry)]
    return sums


def _pair_tables(model: Model, function: str | None, names: dict[str, str]) -> dict[str, Pairs]:
    """What pairs add, by first and by second token, in lower case or (None) as they are.

    ``names`` gathers the tokens: a look-up is twice as fast where the key is the very same string.
    """
    trigrams: dict[str, Trigrams] = {}
    for text, sums in _tables(model, 3, function).items():
        pair, _, third = text.rpartition(" ")
        trigrams.setdefault(pair, {})[third] = (sums[0], sums[1], sums[2])
    pairs = _tables(model, 2, function)
    shared: dict[tuple[float, ...], Pair] = {}  # most pairs are only entries of the dictionary
    nothing = [0.0] * 5
    found: dict[str, Pairs] = {}
    for text in pairs.keys() | trigrams.keys():
        a, b, c, d, _ = pairs.get(text, nothing)
        following = trigrams.get(text)
        if following is None:
            pair_scores = shared.setdefault((a, b, c, d), (a, b, c, d, None))
        else:
            pair_scores = a, b, c, d, (following, {}) if function == "lower" else ({}, following)
        token, _, second = text.partition(" ")
        found.setdefault(token, {})[names.setdefault(second, second)] = pair_scores
    return found


def build_lexicon(model: Model) -> Callable[[str], Known]:
    """A function from a token to all that the model knows of it."""
    low_own, own = _tables(model, 1, "lower"), _tables(model, 1, None)
    names: dict[str, str] = {}
    low_pairs, raw_pairs = (_pair_tables(model, function, names) for function in ("lower", None))
    usual = edge_scores(model)[1]
    marks: dict[tuple[str, str], list[float]] = {}  # what any token adds, by title case and by being a number
    for title in ("True", "False"):
        for number in ("True", "False"):
            sums = marks[title, number] = [0.0, 0.0, usual, 0.0, 0.0]
            for place, function, weights in _templates(model, 1):
                if function is not None and function != "lower":
                    value = {"istitle": title, "isdigit": number}.get(function, "False")
                    sums[2 - place] += weights.get(value, 0.0)
    none: Pairs = {}
    merged: dict[str, Pairs] = {}

    def pairs_of(token: str, lower: str) -> tuple[Pairs, Pairs, Pairs]:
        low, raw = low_pairs.get(lower, none), raw_pairs.get(token)
        if raw is None:
            return low, low, none
        if token not in merged:
            merged[token] = both = dict(low)
            for second, pair in raw.items():
                both[second] = add_pairs(low.get(second), pair) or pair
        return merged[token], low, raw

    def known(token: str) -> Known:
        token = names.get(token, token)
        lower = token.lower()
        lower = token if lower == token else names.get(lower, lower)
        title = token[0] == token[0].upper()
        number = _INTEGER.fullmatch(token) is not None and -_LARGEST <= int(token) < _LARGEST
        a, b, c, d, e = marks[str(title), str(number)]
        for scores in (low_own.get(lower), own.get(token)):
            if scores is not None:
                a, b, c, d, e = a + scores[0], b + scores[1], c + scores[2], d + scores[3], e + scores[4]
        return token, lower, title, a, b, c, d, e, *pairs_of(token, lower)

    return Recent(known, _KEPT).__getitem__
