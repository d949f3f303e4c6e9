"""What every tagger gets: the matching view of one article with its sentences in the view's own offsets.

Taggers match on ``Reading.text`` and give mentions in its offsets; ``tag.build_tagger`` leads them back to the
stored text in one place. Strings kept "as written" come from ``Reading.written``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from extract.records import Article, Segmented, SentenceKind
from extract.text import View, view


@dataclass(frozen=True, slots=True)
class Reading:
    article: Article
    view: View
    starts: tuple[int, ...]  # of each sentence, in the view
    ends: tuple[int, ...]
    kinds: tuple[SentenceKind, ...]

    @property
    def text(self) -> str:
        return self.view.text

    def written(self, start: int, end: int) -> str:
        """The stored text behind ``text[start:end]``."""
        first, last = self.view.span(start, end)
        return self.view.raw[first:last]

    def sentence_of(self, offset: int) -> int:
        """Index of the sentence that holds ``offset`` (the one before it, where none does)."""
        return max(0, bisect_right(self.starts, offset) - 1)


def read(segmented: Segmented) -> Reading:
    """The reading of a segmented article."""
    made = view(segmented.article.text)
    starts: tuple[int, ...] = tuple(s.start for s in segmented.sentences)
    ends: tuple[int, ...] = tuple(s.end for s in segmented.sentences)
    if made.offsets is not None:
        starts = tuple(bisect_left(made.offsets, s) for s in starts)
        ends = tuple(bisect_left(made.offsets, e) for e in ends)
    return Reading(segmented.article, made, starts, ends, tuple(s.kind for s in segmented.sentences))
