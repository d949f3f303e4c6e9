"""CoNLL-2003: a word a line with its IOB2 tag, an empty line behind each sentence, ``-DOCSTART-`` before each article.

``Lò_Văn_Mẫu _ _ B-person``: four columns, of which the two in the middle are empty. Words of several syllables
have ``_`` for the spaces in them. A tag is for one mention: where two overlap, the longer has it.
"""

from __future__ import annotations

import re
from pathlib import Path

from extract.export.spacy_bin import document, sentences
from extract.export.stream import read_articles
from extract.write import Tables

_START = "-DOCSTART- -X- O O"
# Whatever some reader splits lines or columns at; \s has the spaces and the line ends of Unicode.
_SPACE = re.compile(r"[\s\x00\x1c-\x1f\x85]+")


def write(tables: Tables, out: Path) -> str:
    """Writes one file."""
    articles = words = mentions = tagged = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        for rows in read_articles(tables, words=True):
            doc = document(rows)
            file.write(f"{_START}\n\n")
            for sentence in sentences(doc):
                file.writelines(f"{column(word)} _ _ {tag}\n" for word, tag in sentence)
                file.write("\n")
                words += len(sentence)
            articles += 1
            mentions += sum(map(len, doc.spans.values()))
            tagged += len(doc.ents)
    left = f"; {mentions - tagged:,} that overlap a longer one are left out" if mentions > tagged else ""
    return f"{articles:,} articles, {words:,} words, {tagged:,} mentions{left}"


def column(word: str) -> str:
    """A word as one column: without white space, and nothing that a reader takes for the start of an article."""
    return _SPACE.sub("_", word).replace("-DOCSTART-", "_DOCSTART_")
