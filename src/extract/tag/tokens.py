"""Tokens for the person and title grammars: one pass over the view, syllables and signs with their offsets.

A ``Trie`` finds the longest lexicon phrase at a token, whatever its capitals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, count
from typing import Any, Generic, TypeVar

import regex

from extract.recent import Recent
from extract.records import Segmented
from extract.tag.reading import Reading

# Letters, with the apostrophe and hyphen of foreign and highland names (K'Ré, Jong-un, N'Golo); abbreviations keep
# their inner dots (T.Ư, TP.HCM is TP . HCM); numbers keep theirs; any other sign stands alone.
_TOKEN = regex.compile(
    r"(?:\p{Lu}\.)+\p{Lu}\p{Ll}?(?!\w)"  # T.Ư  G.S
    r"|(?:[Aa]l|[Ee]l|Jean|Marie|Anne|Abu|Abdel|Mary)-\p{Lu}\p{L}+"  # al-Abadi  Jean-Christophe
    r"|\p{Lu}[\p{L}\p{M}]*(?:['’´`]\p{Lu}?\p{Ll}+)*(?:-\p{Ll}\p{L}*)*|[\p{L}\p{M}]+"  # Nguyễn  K'Ré  Jong-un
    r"|\d+(?:[.,]\d+)*"
    r"|\n|[^\s]"
)
# The shape of a written Vietnamese syllable, without its tone; what does not fit is foreign (Trump, Lavrov).
_ONSET = r"(?:b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|q|qu|r|s|t|th|tr|v|x)?"
_NUCLEUS = (
    r"(?:[aăâeêioôơuưy]|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|ôi|oo|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|ya|yê"
    r"|iêu|oai|oay|oeo|uôi|ươi|ươu|uya|uyê|uyu|yêu|oao|uây|uêu|uao)"
)
_SYLLABLE = regex.compile(rf"{_ONSET}{_NUCLEUS}(?:c|ch|m|n|ng|nh|p|t)?")
_TONELESS = str.maketrans(
    "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ",
    "aaaaaăăăăăâââââeeeeeêêêêêiiiiioooooôôôôôơơơơơuuuuuưưưưưyyyyy",
)


@lru_cache(maxsize=1 << 14)
def is_vietnamese(word: str) -> bool:
    """Whether ``word`` can be written Vietnamese: one syllable of its spelling."""
    return _SYLLABLE.fullmatch(word.lower().translate(_TONELESS)) is not None


_KEPT = 30_000  # chunks without spaces that are remembered


@dataclass(frozen=True, slots=True)
class Tokens:
    """Parallel columns, one row a token; offsets are the view's."""

    words: list[str]
    lowers: list[str]
    starts: list[int]
    ends: list[int]
    capital: list[bool]  # begins with a capital letter
    joined: list[bool]  # the word segmenter puts it into one word with the token before
    capitals: list[int]  # the places of the capitalised ones

    def __len__(self) -> int:
        return len(self.words)

    def at(self, offset: int) -> int:
        """Index of the first token that starts at or after ``offset``."""
        from bisect import bisect_left

        return bisect_left(self.starts, offset)

    def touching(self, i: int) -> bool:
        """Whether token ``i`` follows the one before without a space."""
        return i > 0 and self.starts[i] == self.ends[i - 1]


def tokenize(reading: Reading, segmented: Segmented, compounds: frozenset[str] = frozenset()) -> Tokens:
    """The tokens of an article.

    The word segmenter ties a name at the head of a sentence to the verb after it ("Đức bỏ", "Nguyệt mời"); a
    capitalised syllable is therefore one word with the next only where ``compounds`` knows the pair.
    """
    words: list[str] = []
    lowers: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    capital: list[bool] = []
    position = 0
    chunks = reading.text.split(" ")
    for chunk, cut in zip(chunks, map(_CUTS.__getitem__, chunks)):
        for word, lower, high, start, end in cut:
            words.append(word)
            lowers.append(lower)
            capital.append(high)
            starts.append(position + start)
            ends.append(position + end)
        position += len(chunk) + 1
    word_starts = {start for s in segmented.sentences for start, _ in s.words}
    offsets = reading.view.offsets
    raw_starts = starts if offsets is None else [offsets[start] for start in starts]
    joined = [start not in word_starts for start in raw_starts]
    joined.append(False)  # for the last token, which has no next
    capitals = list(compress(count(), capital))
    for i in capitals:
        if joined[i + 1] and not capital[i + 1] and f"{lowers[i]} {lowers[i + 1]}" not in compounds:
            joined[i + 1] = False
    joined.pop()
    return Tokens(words, lowers, starts, ends, capital, joined, capitals)


_Cut = tuple[tuple[str, str, bool, int, int], ...]


def _cut(chunk: str) -> _Cut:
    """The tokens of what stands between two spaces: as written, in lower case, whether capitalised, start, end."""
    if chunk.isalpha():
        return (_token(chunk, 0, len(chunk)),)
    return tuple(_token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(chunk))


def _token(word: str, start: int, end: int) -> tuple[str, str, bool, int, int]:
    lower = word.lower()
    high = word[0].isupper() or (word[0].isalpha() and "-" in word)
    return word, word if lower == word else lower, high, start, end  # the same string: less memory to go through


_CUTS = Recent(_cut, _KEPT)

E = TypeVar("E")


class Trie(Generic[E]):
    """Longest-match lookup of phrases over lower-cased tokens. Immutable once built."""

    __slots__ = ("_root",)

    def __init__(self, forms: Mapping[str, E], *, backward: bool = False) -> None:
        self._root: dict[str, Any] = {}
        for form, entry in forms.items():
            node = self._root
            for word in reversed(split(form)) if backward else split(form):
                node = node.setdefault(word, {})
            node.setdefault("", (entry, form))

    def __contains__(self, word: object) -> bool:
        """Whether any phrase begins with ``word``."""
        return word in self._root

    @property
    def openers(self) -> frozenset[str]:
        """The first words of all phrases."""
        return frozenset(self._root)

    def longest(self, lowers: list[str], i: int, skip: frozenset[str] = frozenset()) -> tuple[int, E, str] | None:
        """The end, the entry and the form of the longest phrase at token ``i``. Tokens in ``skip`` may stand
        between its words, and its own such words may be missing."""
        n = len(lowers)
        node: Any = self._root.get(lowers[i]) if i < n else None
        if node is None:
            return None  # nearly always
        j = i + 1
        end, best = j, node.get("")
        while j < n:
            below = node.get(lowers[j])
            if below is None:
                if lowers[j] in skip and j + 1 < n:
                    j += 1
                    continue
                break
            node = below
            j += 1
            found = node.get("")
            if found is not None:
                end, best = j, found
        return None if best is None else (end, *best)

    def ending(self, lowers: list[str], i: int) -> tuple[int, E, str] | None:
        """For a backward trie: the start, the entry and the form of the longest phrase that ends before token ``i``."""
        j = i - 1
        node: Any = self._root.get(lowers[j]) if j >= 0 else None
        if node is None:
            return None  # nearly always
        start, best = j, node.get("")
        while j > 0:
            node = node.get(lowers[j - 1])
            if node is None:
                break
            j -= 1
            found = node.get("")
            if found is not None:
                start, best = j, found
        return None if best is None else (start, *best)


def split(form: str) -> list[str]:
    """The tokens of a lexicon form, as the text's own are cut, in lower case."""
    return [m.group().lower() for m in _TOKEN.finditer(form)]


def without(forms: Mapping[str, E], dropped: Iterable[str]) -> dict[str, E]:
    """The lexicon with the words of ``dropped`` taken out of its forms: 'Kế hoạch và Đầu tư' -> 'Kế hoạch Đầu tư'."""
    gone = set(dropped)
    return {" ".join(w for w in split(form) if w not in gone): entry for form, entry in forms.items()}
