"""A run of characters without spaces in, the tokens in it out, as underthesea's word model knows them.

The tokens are those of underthesea's tokenizer, with their place in the run, also where it would change
characters (letters composed, syllables respelt). Every character that is not white space is in exactly one
token. Linear: in a run of more than ``_WINDOW`` characters, no token is longer than that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import regex

from extract.segment.letters import LOWER, UPPER
from extract.segment.model import Model

Token = tuple[str, int, int]  # as the model is asked about it; start and end in the run

_WINDOW = 256
_LETTER = f"[{UPPER}{LOWER}]"
# The tokens the model was trained on: underthesea's regex_tokenize, alternative by alternative; the first
# that matches wins. One change: no repetition is repeated, or "http://!!!!!!!!" would take exponential time.
_TOKEN = re.compile(
    rf"""
    =>|==>|->|\.{{2,}}|-{{2,}}|>>|\d+x\d+|v\.v\.\.\.|v\.v\.|v\.v|°[CF]
    |[A-ZĐ]+&[A-ZĐ]+                      # H&M
    |T\.Ư|[{UPPER}]+(?:\.{_LETTER}+)+\.?   # PGS.TS, U.S.
    |{_LETTER}+['’]{_LETTER}+               # H'Mông
    |[A-ZĐ]+\.(?!$)                       # TP. where the sentence goes on
    |Tp\.|Mr\.|Mrs\.|Ms\.|Dr\.|ThS\.|Th.S|Th.s|e-mail
    |\d+[A-Z]+\d*-\d+                     # 43H-0530
    |NĐ-CP
    |(?:(?:ftp|http)s?:(?:/{{1,3}}|[a-z0-9%])|[a-z0-9.\-]+[.][a-z]{{2,13}}/)
     (?:[^\s()<>{{}}\[\]]|\([^\s()]*?\([^\s()]+\)[^\s()]*?\)|\([^\s]+?\))+
     (?:\([^\s()]*?\([^\s()]+\)[^\s()]*?\)|\([^\s]+?\)|[^\s`!()\[\]{{}};:'".,<>?«»“”‘’])
    |(?<!@)[a-z0-9]+(?:[.\-][a-z0-9]+)*[.][a-z]{{2,13}}\b/?(?!@)
    |[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+
    |\d{{2,}}-\d{{3,}}-\d{{3,}}           # telephone
    |\d{{1,2}}/\d{{1,2}}/\d+|\d{{1,2}}/\d{{1,4}}|\d{{1,2}}-\d{{1,2}}-\d+|\d{{1,2}}-\d{{1,4}}
    |\d{{1,2}}\.\d{{1,2}}\.\d+|\d{{4}}/\d{{1,2}}/\d{{1,2}}|\d{{2}}:\d{{2}}:\d{{2}}
    |\d+[A-Z]+\d+|\d+[A-Z]+               # 4K
    |\d+(?:\.\d+)+,\d+|\d+(?:\.\d+)+|\d+(?:,\d+)+|\d+(?:[.,_]\d+)?
    |:\)\)*|=\)\)+|♥‿♥|:D+(?=\s|$)|<3
    |[.,()ʺ]
    |(?<=\b)\w+-[\w+-]*\w+                # phi-lê
    |\w+
    |:+|[^\w\s]
    """,
    re.VERBOSE,
)
_PIECE = re.compile(r"\S+")
_CLUSTER = regex.compile(r"\X")


def build_tokenizer(model: Model) -> Callable[[str], tuple[Token, ...]]:
    """A function from a run without spaces to its tokens (a line feed at its end is that of the sentence)."""
    characters = str.maketrans(model.characters)
    spellings = model.spellings

    def tokens_of(chunk: str) -> tuple[Token, ...]:
        text, places = _normalised(chunk)
        text = text.translate(characters)
        stop = len(text)
        if text[-1:] != "\n":
            text += " "  # or "TP." would be at the end of the sentence
        found: list[Token] = []
        for piece in _PIECE.finditer(text, 0, stop):
            position, piece_end = piece.span()
            while position < piece_end:
                limit = len(text) if piece_end - position <= _WINDOW else position + _WINDOW
                match = _TOKEN.match(text, position, limit)
                assert match is not None  # every character that is not white space begins some token
                start, position = match.span()
                token = match[0]
                token = spellings.get(token, token)
                if places is None:
                    found.append((token, start, position))
                elif places[start] < places[position]:
                    found.append((token, places[start], places[position]))
        return tuple(found)

    return tokens_of


def _normalised(chunk: str) -> tuple[str, list[int] | None]:
    """``chunk`` in NFC, and the place in it of each character of that (None where they are in step)."""
    if unicodedata.is_normalized("NFC", chunk):
        return chunk, None
    parts: list[str] = []
    places: list[int] = []
    for cluster in _CLUSTER.finditer(chunk):
        start, end = cluster.span()
        part = unicodedata.normalize("NFC", cluster[0])
        places.extend(min(start + i, end) for i in range(len(part)))
        parts.append(part)
    text = "".join(parts)
    if text != unicodedata.normalize("NFC", chunk):  # composed over a cluster's end; no script in use does
        return chunk, None
    places.append(len(chunk))
    return text, places
