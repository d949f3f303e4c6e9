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

NER_THRESHOLD = 0.85  # least probability of a person
NER_REACH = 4  # tokens


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
        names, listed = persons.sure(t, pieces)
        pieces = [p for p in pieces if p.start not in listed]
        starts = {c.start for c in names}
        offices = self.offices.find(t, starts.__contains__, blocked)
        in_office = {k for o in offices for k in range(o.start, o.end)}
        names = [c for c in names if not any(k in in_office for k in range(c.start, c.end))]
        taken = {k for c in names for k in range(c.start, c.end)} | in_office
        possible = [p for p in pieces if p.start not in taken and not persons.is_something_else(t, p)]
        names += persons.beside_offices(t, possible, offices, names)
        taken |= {k for c in names for k in range(c.start, c.end)}
        if self._model is not None:
            names += self._propose(t, possible, taken, self._model)
            taken |= {k for c in names for k in range(c.start, c.end)}
        names += persons.repeats(t, pieces, names, taken)
        return sorted(names, key=lambda c: c.start), offices, pieces

    def _propose(self, t: Tokens, pieces: Sequence[Piece], taken: set[int], model: PersonModel) -> list[Candidate]:
        """What the model finds in the sentences that hold a run of capitals nothing has explained."""
        found = []
        open_pieces = [p for p in pieces if p.start not in taken and not self.persons.is_ruled_out(t, p)]
        by_start = {p.start: p for p in open_pieces}
        done = 0
        for n, piece in enumerate(open_pieces):
            if piece.start < done:
                continue
            start, end = _window(t, piece.start, piece.end)
            while n + 1 < len(open_pieces) and open_pieces[n + 1].start < end:
                n += 1  # runs that stand close are decided together
                end = max(end, _window(t, open_pieces[n].start, open_pieces[n].end)[1])
            done = end
            for first, stop, probability in model.spans(t, start, end):
                fits = by_start.get(first)
                if fits is None or fits.end != stop or probability < NER_THRESHOLD:
                    continue
                found.append(Candidate(first, stop, "person.ner", round(probability, 3), "ner"))
        return found


def _window(t: Tokens, start: int, end: int) -> tuple[int, int]:
    """The tokens of the sentence at most ``NER_REACH`` away from ``[start, end)``: what the model has to see."""
    first = start
    while first > 0 and start - first < NER_REACH and not ends_sentence(t, first - 1):
        first -= 1
    last = end
    while last < len(t) and last - end < NER_REACH and not ends_sentence(t, last):
        last += 1
    return first, last


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
