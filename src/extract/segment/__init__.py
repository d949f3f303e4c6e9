"""An article in; its sentences, their kinds and their words out, all with exact offsets.

Every character that is not white space is in exactly one sentence and in exactly one word of it. Sentences
and words are in order, do not overlap, and begin and end with a character that is not white space.
"""

from __future__ import annotations

from collections.abc import Callable

from extract.records import Article, Segmented, Sentence
from extract.rules import Rules


def build_segmenter(rules: Rules) -> Callable[[Article], Segmented]:
    """A function from an article to its sentences; it may be shared between threads.

    Reading the word model takes half a second.

    Raises:
        RuleError: ``rules`` lacks a lexicon that the segmenter needs.
        ModelError: the installed underthesea is not one whose word model is known.
    """
    from extract.segment.kinds import build_classifier
    from extract.segment.model import read_model
    from extract.segment.sentences import LINE, build_splitter
    from extract.segment.words import build_words

    split = build_splitter(rules)
    classify = build_classifier(rules)
    words = build_words(read_model())

    def segment(article: Article) -> Segmented:
        text = article.text
        spans = (split(text, line.start(), line.end()) for line in LINE.finditer(text))
        lines = [line for line in spans if line]
        sentences = tuple(
            Sentence(start, end, kind, words(text, start, end))
            for line, kinds in zip(lines, classify(article, lines))
            for (start, end), kind in zip(line, kinds)
        )
        return Segmented(article, sentences)

    return segment
