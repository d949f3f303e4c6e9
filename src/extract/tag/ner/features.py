"""Features of one token for the CRF: its own form, its neighbours, what the rules' lexicons say of them.

Two tokens to each side are seen. Digits are folded, so that the model does not learn numbers by heart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from extract.tag.tokens import Tokens, is_vietnamese

Features = Callable[[Tokens, int, int], list[list[str]]]

NAME_WINDOW = 2  # tokens seen to each side
_KEPT = 1 << 14  # words
# In lower case (0 for a number), shape, lexicons; features as a neighbour at each place; those of the token alone.
_Known = tuple[str, str, str, tuple[tuple[str, str, str], ...], tuple[str, ...]]


def shape(word: str) -> str:
    """X for a capitalised word, XX for capitals, x for lower case, 9 for a number, the sign itself else."""
    if word[0].isdigit():
        return "9"
    if not word[0].isalpha():
        return word
    if not word[0].isupper():
        return "x"
    if len(word) == 1:
        return "A"
    return "XX" if word.isupper() else "X"


def build_features(lexicons: Mapping[str, frozenset[str]]) -> Features:
    """A function ``features(t, start, end)``: the features of tokens ``[start, end)``, one list a token.

    ``lexicons`` holds lower-case words by a letter each. What depends on one word alone is kept between calls.
    """

    @lru_cache(maxsize=_KEPT)
    def known(word: str) -> _Known:
        lower, form = word.lower(), shape(word)
        flags = "".join(code for code, words in lexicons.items() if lower in words)
        if form == "X":
            flags += "v" if is_vietnamese(lower) else "f"
        lower = "0" if form == "9" else lower
        # The neighbour two to the left, one to the left, the token itself, one to the right, two to the right.
        seen = tuple((f"w{d}={lower}", f"s{d}={form}", f"f{d}={flags}") for d in range(-NAME_WINDOW, NAME_WINDOW + 1))
        own = (f"p={lower[:2]}", f"e={lower[-2:]}", f"e3={lower[-3:]}", f"n={min(len(lower), 9)}")
        return lower, form, flags, seen, own if form == "X" else ()

    seen = tuple((f"w{d}=<s>", f"s{d}=<s>", f"f{d}=") for d in range(-NAME_WINDOW, NAME_WINDOW + 1))
    outside: _Known = ("<s>", "<s>", "", seen, ())

    def features(t: Tokens, start: int, end: int) -> list[list[str]]:
        first, last = max(0, start - NAME_WINDOW), min(len(t), end + NAME_WINDOW)
        around = [outside] * (NAME_WINDOW - start + first)
        around += map(known, t.words[first:last])
        around += [outside] * (NAME_WINDOW + end - last)
        rows = []
        for far_left, left, here, right, far_right in zip(*(around[d:] for d in range(2 * NAME_WINDOW + 1))):
            w_2, s_2, _, seen_2, _ = far_left
            w_1, s_1, f_1, seen_1, _ = left
            _, s0, f0, seen0, own = here
            w1, s1, f1, seen1, _ = right
            rows.append([
                "bias", *seen_2[0], *seen_1[1], *seen0[2], *seen1[3], *far_right[3][4], *own,
                f"s-1,0={s_1},{s0}", f"s0,1={s0},{s1}", f"w-1,s0={w_1},{s0}", f"s0,w1={s0},{w1}",
                f"w-2,w-1={w_2},{w_1}", f"f-1,0,1={f_1},{f0},{f1}", f"s={s_2}{s_1}{s0}{s1}{far_right[1]}",
            ])  # fmt: skip
        return rows

    return features


def lexicons_of(forms: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The one-letter code of each lexicon that the features look into, with its words in lower case."""
    codes = {
        "surname_sure": "S",
        "surname": "s",
        "middle": "m",
        "honorific": "h",
        "rank": "r",
        "person_noun": "n",
        "place_noun": "l",
        "speech_verb": "k",
        "foreign_given": "g",
        "known_name": "w",
    }
    made: dict[str, frozenset[str]] = {}
    for id, code in codes.items():
        made[code] = frozenset(w.lower() for f in forms[id] for w in f.split()[-1:])
    people = made["g"] | made["w"]
    for id, code in {"not_person": "b", "country": "c", "role": "o"}.items():
        made[code] = frozenset(w.lower() for f in forms[id] for w in f.split()) - people
    return made
