"""Words in, whether they are spelled as Vietnamese is out: what language and encoding are told by.

A syllable of the standard spelling: onset and rhyme that go together, at most one tone mark. Names from other
languages and abbreviations are none, so only shares of many words mean anything.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W\d_]+")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_SYLLABLE = re.compile(
    r"""
    (?: ngh? | nh | ch | gh? | gi | kh | ph | qu | th | tr | [bcdđhklmnprstvx] )?
    (?: a(?:ch?|i|m|ng?|nh|o|p|t|u|y)? | ă(?:c|m|ng?|p|t) | â(?:c|m|ng?|p|t|u|y)
      | e(?:c|m|ng?|o|p|t)? | ê(?:ch|m|n|nh|p|t|u)?
      | i(?:a|ch|m|n|nh|p|t|u)? | iê(?:c|m|ng?|p|t|u) | y(?:t|nh)? | yê(?:m|ng?|t|u)
      | o(?:c|i|m|ng?|p|t|ong|oc)? | oa(?:ch?|i|m|ng?|nh|o|p|t|y)? | oă(?:c|m|ng?|t) | oe(?:n|o|t)?
      | ô(?:c|i|m|ng?|p|t|ông)? | ơ(?:i|m|n|p|t)?
      | u(?:a|c|i|m|ng?|p|t)? | uâ(?:ng?|t|y) | uê(?:ch|nh)? | uô(?:c|i|m|ng?|t) | uơ
      | uy(?:a|ch|n|nh|p|t|u)? | uyê(?:n|t)
      | ư(?:a|c|i|m|ng?|t|u)? | ươ(?:c|i|m|ng?|p|t|u)
    )
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=16384)
def is_syllable(word: str) -> bool:
    """Whether ``word`` is spelled as a Vietnamese syllable, in any case, tone marks placed either way."""
    toneless, tones = _TONES.subn("", unicodedata.normalize("NFD", word.lower()))
    return tones < 2 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", toneless)) is not None
