"""Tag: a segmented article in, every mention with its links out.

Codes and figures are matched on the text first; persons and titles are found around them, then linked. Each
tagger is a function built once from the rules; nothing is global and nothing is changed in place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from extract.records import Mention, Segmented, Tagged
from extract.rules import Rules
from extract.tag import documents, figures
from extract.tag.link import Linker
from extract.tag.people import PeopleFinder, blocked_tokens
from extract.tag.reading import Reading, read
from extract.tag.tokens import tokenize

_M = TypeVar("_M", bound=Mention)


def build_tagger(rules: Rules, *, ner: bool = True) -> Callable[[Segmented], Tagged]:
    """The tag stage. ``ner`` says whether the statistical tagger proposes persons beside the rules."""
    tag_documents = documents.build(rules)
    tag_figures = figures.build(rules)
    people = PeopleFinder(rules, ner=ner)
    linker = Linker(rules, people.persons)
    compounds = rules.forms("compound")

    def tag(segmented: Segmented) -> Tagged:
        reading = read(segmented)
        found_documents = tag_documents(reading)
        spans = [(d.start, d.end) for d in found_documents]
        found_figures = tag_figures(reading, spans)
        t = tokenize(reading, segmented, compounds)
        # Authors and photographers under an article are no persons of it.
        spans += [(a, b) for a, b, kind in zip(reading.starts, reading.ends, reading.kinds) if kind == "byline"]
        names, offices, _ = people.find(t, blocked_tokens(t, spans))
        linked = linker.link(reading, t, offices, names, found_documents)
        return Tagged(
            segmented,
            tuple(_to_raw(reading, linked[0])),
            tuple(_to_raw(reading, linked[1])),
            tuple(_to_raw(reading, linked[2])),
            tuple(_to_raw(reading, found_figures)),
            linked[3],
        )

    return tag


def _to_raw(reading: Reading, mentions: list[_M]) -> list[_M]:
    """The same mentions with the offsets of the stored text."""
    if reading.view.offsets is None:
        return mentions
    moved = []
    for mention in mentions:
        start, end = reading.view.span(mention.start, mention.end)
        moved.append(replace(mention, start=start, end=end))
    return moved
