"""Features of one token for the CRF: its own form, its neighbours, what the rules' lexicons say of them.

Two tokens to each side are seen. Digits are folded, so that the model does not learn numbers by heart.
"""

from __future__ import annotations

from collections.abc import Mapping

from extract.tag.tokens import Tokens, is_vietnamese

NAME_WINDOW = 2


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


def columns(t: Tokens, start: int, end: int, lexicons: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """Features of tokens ``[start, end)``, one list a token."""
    first, last = max(0, start - NAME_WINDOW), min(len(t), end + NAME_WINDOW)
    local: list[tuple[str, str, str]] = []
    for i in range(first, last):
        lower = t.lowers[i]
        form = shape(t.words[i])
        flags = "".join(code for code, words in lexicons.items() if lower in words)
        if form == "X":
            flags += "v" if is_vietnamese(lower) else "f"
        local.append(("0" if form == "9" else lower, form, flags))
    rows = []
    edge = ("<s>", "<s>", "")
    for i in range(start, end):
        k = i - first
        row = ["bias"]
        around = [
            local[k + d] if 0 <= k + d < len(local) and start - NAME_WINDOW <= i + d else edge
            for d in (-2, -1, 0, 1, 2)
        ]
        for d, (word, form, flags) in zip(("-2", "-1", "0", "1", "2"), around):
            row += [f"w{d}={word}", f"s{d}={form}", f"f{d}={flags}"]
        word = around[2][0]
        if around[2][1] == "X":
            row += [f"p={word[:2]}", f"e={word[-2:]}", f"e3={word[-3:]}", f"n={min(len(word), 9)}"]
        row += [
            f"s-1,0={around[1][1]},{around[2][1]}", f"s0,1={around[2][1]},{around[3][1]}",
            f"w-1,s0={around[1][0]},{around[2][1]}", f"s0,w1={around[2][1]},{around[3][0]}",
            f"w-2,w-1={around[0][0]},{around[1][0]}", f"f-1,0,1={around[1][2]},{around[2][2]},{around[3][2]}",
            f"s={around[0][1]}{around[1][1]}{around[2][1]}{around[3][1]}{around[4][1]}",
        ]  # fmt: skip
        rows.append(row)
    return rows


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
