"""Records in, a spaCy ``Doc`` out: ``doc.text`` is the article's text, on any input."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    from extract.validate.records import Records

_LABELS = {"persons": "person", "titles": "title", "documents": "document", "figures": "figure"}


def to_spacy(records: Records, vocab: Vocab | None = None) -> Doc:
    """The ``Doc``, with span ids (``mention_id``), and ``person_id`` as the knowledge-base id of persons.

    Tokens are the words, cut where a mention begins or ends inside one; between them stands what no word
    holds. A vocabulary of its own for each document keeps long runs from growing one without bound.
    """
    from spacy.lang.xx import MultiLanguage
    from spacy.tokens import Doc, Span
    from spacy.vocab import create_vocab

    text = records.text
    begins = {s.start for s in records.sentences}
    edges = {0, len(text), *begins, *(s.end for s in records.sentences)}
    for sentence in records.sentences:
        begins.update(start for start, _ in sentence.words)
        edges.update(offset for word in sentence.words for offset in word)
    ends: set[int] = set()  # of mentions: a space that is the last of one is no longer a mere gap between tokens
    for table in _LABELS:
        begins.update(row.start for row in getattr(records, table))
        ends.update(row.end for row in getattr(records, table))
        edges.update(offset for row in getattr(records, table) for offset in (row.start, row.end))

    words: list[str] = []
    spaces: list[bool] = []
    first: dict[int, int] = {}  # offset where something begins -> its first token
    until: dict[int, int] = {}  # offset where something ends -> the token after it
    ordered = sorted(edges)
    for start, end in pairwise(ordered):
        piece = text[start:end]
        if piece[0] == " " and words and not spaces[-1] and start not in begins and not (piece == " " and end in ends):
            spaces[-1] = True
            piece = piece[1:]
        first[start] = len(words)
        if piece:
            words.append(piece)
            spaces.append(False)
        until[end] = len(words)

    starts = {first[s.start] for s in records.sentences} | {0}
    sent_starts = [i in starts for i in range(len(words))]
    doc = Doc(
        create_vocab("xx", MultiLanguage.Defaults) if vocab is None else vocab, words, spaces, sent_starts=sent_starts
    )
    for table, label in _LABELS.items():
        doc.spans[table] = [
            Span(
                doc,
                first[row.start],
                until[row.end],
                label=label,
                span_id=row.mention_id,
                kb_id=getattr(row, "person_id", ""),
            )
            for row in getattr(records, table)
        ]
    return doc
