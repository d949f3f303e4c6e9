"""spaCy: documents with the mentions as span groups and as entities, in DocBin files.

A name that ends in ``.spacy`` is one file; any other is a folder of files, as ``spacy train`` takes it. A DocBin
is made and read as a whole, so that one file holds no more than ``MOST`` articles: memory stays bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from extract.evaluate.formats.spacy_bin import KEY
from extract.evaluate.gold import ATTRIBUTES
from extract.export.stream import ArticleRows, annotated, plain, read_articles, records
from extract.write import OutputError, Tables

if TYPE_CHECKING:
    from spacy.tokens import Doc

MOST = 1000
_TOKEN_ATTRIBUTES = ("SENT_START", "ENT_IOB", "ENT_TYPE", "ENT_ID", "ENT_KB_ID")


def write(tables: Tables, out: Path, *, folder: bool) -> str:
    """Writes the file ``out``, or fills the folder ``out``.

    Raises:
        OutputError: more articles than one file may hold.
    """
    from spacy.tokens import DocBin

    count = tables.dataset("articles").count_rows()
    if not folder and count > MOST:
        raise OutputError(
            f"{tables.folder}: {count:,} articles; a .spacy file, which is read as a whole, holds {MOST:,} at most; "
            "give --out a name without .spacy for a folder of files, which spaCy reads like one"
        )
    docs = map(document, read_articles(tables, words=True))
    files = max(1, -(-count // MOST))
    for number in range(files):
        bin = DocBin(attrs=_TOKEN_ATTRIBUTES, store_user_data=True, docs=islice(docs, MOST))
        bin.to_disk(out / f"part-{number:05d}.spacy" if folder else out)
    return f"{count:,} documents in {files:,} file{'s' * (files > 1)}"


def document(rows: ArticleRows) -> Doc:
    """One article as a ``Doc``.

    ``doc.spans`` has the groups persons, titles, documents and figures; ``doc.ents`` the same mentions, where two
    overlap the longer; ``doc.user_data["extract"]`` source and title of the article and the attributes of each
    span by its id, with which ``extract eval`` reads them back.
    """
    from spacy.util import filter_spans
    from spacy.vocab import Vocab

    # A vocabulary that computes nothing about words (whether they look like URLs, …): files do not hold it.
    doc = records(rows).to_spacy(Vocab())
    doc.ents = filter_spans([span for group in doc.spans.values() for span in group])
    article = annotated(rows)
    attributes = {
        m["id"]: {name: m[name] for name in (*ATTRIBUTES[m["label"]], "holder") if name in m} for m in article.mentions
    }
    about = {name: plain(rows.article[name]) for name in ("article_id", "title", "url", "publisher", "published_at")}
    doc.user_data[KEY] = {"id": article.id, **about, "mentions": attributes}
    return doc


def sentences(doc: Doc) -> Iterator[list[tuple[str, str]]]:
    """Words and IOB2 tags of each sentence; what is only white space is no word."""
    of = {token: i for i, entity in enumerate(doc.ents) for token in range(entity.start, entity.end)}
    for sentence in doc.sents:
        words = []
        before = None
        for token in sentence:
            if not token.text.isspace():
                entity = of.get(token.i)
                tag = "O" if entity is None else f"{'I' if entity == before else 'B'}-{token.ent_type_}"
                words.append((token.text, tag))
                before = entity
        if words:
            yield words
