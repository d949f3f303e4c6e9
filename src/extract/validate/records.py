"""All rows of one article: what ``validate`` gives, ``write`` takes and ``extract.parse`` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.records import Reject
from extract.validate.models import (
    ArticleRow,
    DocumentRow,
    FigureRow,
    OfficialRow,
    PersonRow,
    SentenceRow,
    TitleRow,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Records:
    """The rows of every table for one article, and what did not validate."""

    article: ArticleRow
    sentences: tuple[SentenceRow, ...]
    persons: tuple[PersonRow, ...]
    titles: tuple[TitleRow, ...]
    officials: tuple[OfficialRow, ...]
    documents: tuple[DocumentRow, ...]
    figures: tuple[FigureRow, ...]
    rejects: tuple[Reject, ...] = ()

    @property
    def text(self) -> str:
        """The article's text, which all offsets refer to."""
        return self.article.text

    def to_spacy(self, vocab: Vocab | None = None) -> Doc:
        """A spaCy ``Doc`` of the same text, words and sentences, the mentions in ``doc.spans["persons"]``, …

        Args:
            vocab: that of the spaCy pipeline that the document is for; by default a new, empty one.
        """
        from extract.validate.spacy_doc import to_spacy

        return to_spacy(self, vocab)

    def _repr_html_(self) -> str:
        """What a notebook shows: the text with its mentions highlighted."""
        from extract.validate.notebook import to_html

        return to_html(self)

    def __repr__(self) -> str:
        start = self.text[:40].replace("\n", " ")
        rest = "…" if len(self.text) > 40 else ""
        names = ("officials", "titles", "documents", "figures", "rejects")
        counts = ", ".join(f"{len(rows)} {name}" for name in names if (rows := getattr(self, name)))
        return f"<Records {start + rest!r}: {counts or 'nothing found'}>"
