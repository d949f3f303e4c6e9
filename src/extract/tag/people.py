"""People: persons and offices of one article, each pass building on the one before.

runs of capitals -> sure names -> offices -> names beside offices -> the statistical tagger -> later mentions
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from extract.rules import Rules
from extract.tag.ner.model import PersonModel
from extract.tag.persons import Candidate, PersonFinder
from extract.tag.runs import Piece
from extract.tag.titles import Office, OfficeFinder
from extract.tag.tokens import Tokens

NER_THRESHOLD = 0.8


class PeopleFinder:
    """Finds persons and offices. Immutable once built."""

    def __init__(self, rules: Rules, *, ner: bool = True) -> None:
        self.offices = OfficeFinder(rules)
        self.persons = PersonFinder(rules, self.offices)
        self._model = PersonModel(rules) if ner else None

    def find(self, t: Tokens, blocked: Collection[int]) -> tuple[list[Candidate], list[Office], list[Piece]]:
        """Names and offices in reading order, and the runs of capitals that were weighed.

        ``blocked`` holds the tokens of documents, which take no part.
        """
        persons = self.persons
        pieces = persons.runs.pieces(t, blocked)
        names = persons.sure(t, pieces)
        starts = {c.start for c in names}
        offices = self.offices.find(t, starts.__contains__, blocked)
        in_office = {k for o in offices for k in range(o.start, o.end)}
        names = [c for c in names if not any(k in in_office for k in range(c.start, c.end))]
        taken = {k for c in names for k in range(c.start, c.end)} | in_office
        names += persons.beside_offices(t, pieces, offices, taken, persons.known_names(t, names))
        taken |= {k for c in names for k in range(c.start, c.end)}
        if self._model is not None:
            names += self._propose(t, pieces, taken, self._model)
            taken |= {k for c in names for k in range(c.start, c.end)}
        names += persons.repeats(t, pieces, names, taken)
        return sorted(names, key=lambda c: c.start), offices, pieces

    def _propose(self, t: Tokens, pieces: Sequence[Piece], taken: set[int], model: PersonModel) -> list[Candidate]:
        """What the model finds in the sentences that hold a run of capitals nothing has explained."""
        found = []
        open_pieces = [p for p in pieces if p.start not in taken]
        done = -1
        for piece in open_pieces:
            if piece.start < done:
                continue
            start, end = _sentence_around(t, piece.start)
            done = end
            for first, stop, probability in model.spans(t, start, end):
                fits = next((p for p in open_pieces if p.start == first and p.end == stop), None)
                if fits is None or probability < NER_THRESHOLD or self.persons.is_ruled_out(t, fits):
                    continue
                found.append(Candidate(first, stop, "person.ner", round(probability, 3), "ner"))
        return found


def _sentence_around(t: Tokens, i: int) -> tuple[int, int]:
    """The tokens between the full stops (or line breaks) around token ``i``."""
    start = i
    while start > 0 and not ends_sentence(t, start - 1):
        start -= 1
    end = i
    while end < len(t) and not ends_sentence(t, end):
        end += 1
    return start, end


def ends_sentence(t: Tokens, i: int) -> bool:
    """Whether token ``i`` ends a sequence of the statistical tagger; the full stop of an initial does not."""
    word = t.words[i]
    if word == ".":
        return not (i and len(t.words[i - 1]) <= 2 and t.capital[i - 1])
    return word in {"!", "?", "\n", "…"}


def blocked_tokens(t: Tokens, spans: Sequence[tuple[int, int]]) -> set[int]:
    """Indices of the tokens inside ``spans`` (view offsets)."""
    blocked: set[int] = set()
    for start, end in spans:
        k = t.at(start)
        while k < len(t) and t.starts[k] < end:
            blocked.add(k)
            k += 1
    return blocked
