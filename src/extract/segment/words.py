"""A text and the span of a sentence in, the spans of its words out: underthesea's words, with offsets.

Tokens are those of underthesea's tokenizer and labels those of its CRF, from the same weights by look-up.
Every character that is not white space is in exactly one word. Linear in the length of the sentence.
"""

from __future__ import annotations

from collections.abc import Callable

from extract.recent import Recent
from extract.segment.model import Model, ModelError
from extract.segment.scores import Known, Pairs, add_pairs, build_lexicon, edge_scores, title_scores
from extract.segment.tokens import build_tokenizer

Span = tuple[int, int]
# A token: start and end in its run without spaces, and what the model knows of it. Shared by all runs that hold it.
_Token = tuple[int, int, Known]

_KEPT = 30_000  # runs without spaces; those of two million characters, some 15 MB
_LONGEST_KEPT = 32
_BEFORE = -1e9  # the score of a place before the sentence


def build_words(model: Model) -> Callable[[str, int, int], tuple[Span, ...]]:
    """A function ``words(text, start, end)``: the spans, in ``text``, of the words of one sentence.

    The sentence begins and ends with a character that is not white space and holds no line feed. What the
    function remembers between calls is bounded and may be shared between threads.
    """
    tokens_of = build_tokenizer(model)
    known_of = build_lexicon(model)
    edges, _ = edge_scores(model)
    title_pair = title_scores(model, 2)
    title_triple = title_scores(model, 3)
    b_b, b_i, i_b, i_i = model.transitions
    # The two-label Viterbi search needs only the difference of the two scores, "inside a word" less "begin".
    # Up to ``both_begin``, either label follows "begin" best; above ``both_inside``, either follows "inside".
    both_begin, both_inside = b_b - i_b, b_i - i_i
    if both_begin > both_inside:
        raise ModelError("the word model of underthesea has transitions of another kind")
    after_begin, after_either, after_inside = b_i - b_b, b_i - i_b, i_i - i_b
    first = edges[0][2] - after_begin  # no transition leads to the first token
    second = edges[1][2]

    def known(run: str) -> tuple[_Token, ...]:
        return tuple((begin, stop, known_of(token)) for token, begin, stop in tokens_of(run))

    known_runs = Recent(known, _KEPT, _LONGEST_KEPT)

    def words(text: str, start: int, end: int) -> tuple[Span, ...]:
        pieces = text[start:end].split(" ")
        if pieces[-1][-1] == "." and pieces[-1][-2:-1].isupper():
            pieces[-1] += "\n"  # marks the end of the sentence, where "TP." is two tokens
        starts: list[int] = []
        ends: list[int] = []
        differences: list[float] = []  # of each token, after two for the places before the sentence
        difference = _BEFORE
        # Scores gathered so far of the token two before the one at hand, the one before, it, and the next.
        two_before, before, here, after = _BEFORE, _BEFORE, first, second
        # The pairs that begin with the token before, the trigrams that begin with the two before, and how many
        # tokens in title case come before in a row.
        pairs: Pairs = {}
        low_pairs, raw_pairs, trigrams = pairs, pairs, None
        titles = 0
        for run, tokens in zip(pieces, map(known_runs.__getitem__, pieces)):
            for begin, stop, (
                token, lower, title, to_two_before, to_before, to_here, to_after, to_next,
                own_pairs, own_low_pairs, own_raw_pairs,
            ) in tokens:  # fmt: skip
                starts.append(start + begin)
                ends.append(start + stop)
                if trigrams is not None:
                    for trigram in trigrams[0].get(lower), trigrams[1].get(token):
                        if trigram is not None:
                            two_before += trigram[0]
                            before += trigram[1]
                            here += trigram[2]
                if token is lower:
                    pair = pairs.get(token)
                else:
                    pair = add_pairs(low_pairs.get(lower), raw_pairs.get(token))
                if pair is None:
                    trigrams = None
                else:
                    one, two, three, four, trigrams = pair
                    two_before += one
                    before += two
                    here += three
                    after += four
                if title:
                    if titles:
                        two_before += title_pair[0]
                        before += title_pair[1]
                        here += title_pair[2]
                        after += title_pair[3]
                        if titles > 1:
                            two_before += title_triple[0]
                            before += title_triple[1]
                            here += title_triple[2]
                    titles += 1
                else:
                    titles = 0
                score = two_before + to_two_before
                two_before = before + to_before
                before = here + to_here
                here = after + to_after
                after = to_next
                pairs, low_pairs, raw_pairs = own_pairs, own_low_pairs, own_raw_pairs
                if difference <= both_begin:
                    difference = score + after_begin
                elif difference > both_inside:
                    difference = score + after_inside
                else:
                    difference = score + after_either - difference
                differences.append(difference)
            start += len(run) + 1
        count = len(starts)
        two_before += edges[min(count - 2, 2)][1] - edges[min(count - 2, 2)][2]
        before += edges[min(count - 1, 2)][0] - edges[min(count - 1, 2)][2]
        for score in (two_before, before):
            if difference <= both_begin:
                difference = score + after_begin
            elif difference > both_inside:
                difference = score + after_inside
            else:
                difference = score + after_either - difference
            differences.append(difference)
        # Back from the last token: the label of each follows from that of the next.
        found: list[Span] = []
        inside = difference > 0
        word_end = ends[-1]
        for i in range(count - 1, 0, -1):
            if not inside:
                found.append((starts[i], word_end))
                word_end = ends[i - 1]
            difference = differences[i + 1]
            if difference <= both_begin:
                inside = False
            elif difference > both_inside:
                inside = True
            else:
                inside = not inside
        found.append((starts[0], word_end))
        found.reverse()
        return tuple(found)

    return words
