"""brat: a folder with a ``.txt`` and an ``.ann`` file for each article, and the ``annotation.conf`` they need.

``holder`` is a relation from title to person; attributes with a fixed set of values are attributes of brat, the
others a note in JSON, which brat shows when the mouse rests on a span.
"""

from __future__ import annotations

import re
from pathlib import Path

from extract.evaluate import GoldArticle
from extract.evaluate.formats.brat import NONE
from extract.evaluate.gold import ATTRIBUTES
from extract.export.label_studio import CHOICES
from extract.export.stream import annotated, dumps, read_articles
from extract.write import Tables

_UNSAFE = re.compile(r"[^\w.-]+")


def write(tables: Tables, out: Path) -> str:
    """Fills the folder ``out``; articles are named by their source and their id."""
    articles = spans = 0
    (out / "annotation.conf").write_text(annotation_conf(), encoding="utf-8", newline="")
    for rows in read_articles(tables):
        article = annotated(rows)
        name = f"{slug(article.id)}-{rows.article['article_id']}"
        (out / f"{name}.txt").write_text(article.text, encoding="utf-8", newline="")
        (out / f"{name}.ann").write_text(standoff(article), encoding="utf-8", newline="")
        articles += 1
        spans += len(article.mentions)
    return f"{articles:,} articles with {spans:,} spans"


def slug(source: str) -> str:
    """A file name that every system takes and people recognise: ``tin/bai 1.txt`` -> ``tin_bai_1``."""
    path, mark, number = source.rpartition("#")
    path = re.sub(r"\.\w{1,8}$", "", path if mark else source)
    return _UNSAFE.sub("_", f"{path}_{number}" if mark else path).strip("._-")[-60:] or "article"


def standoff(article: GoldArticle) -> str:
    """The lines of the ``.ann`` file."""
    number = {mention["id"]: i for i, mention in enumerate(article.mentions, 1)}
    lines, attributes = [], 0
    for mention in article.mentions:
        i = number[mention["id"]]
        lines.append(f"T{i}\t{mention['label']} {_fragments(article.text, mention['start'], mention['end'])}")
        noted = {}
        for name in ATTRIBUTES[mention["label"]]:
            if name in mention and name in CHOICES:
                attributes += 1
                lines.append(f"A{attributes}\t{name} T{i} {mention[name] or NONE}")
            elif name in mention:
                noted[name] = mention[name]
        if noted:
            lines.append(f"#{i}\tAnnotatorNotes T{i}\t{dumps(noted)}")
    held = [(number[m["id"]], number[m["holder"]]) for m in article.mentions if m.get("holder") in number]
    lines += [f"R{i}\tholder Arg1:T{title} Arg2:T{person}" for i, (title, person) in enumerate(held, 1)]
    return "".join(f"{line}\n" for line in lines)


def _fragments(text: str, start: int, end: int) -> str:
    """Offsets and text of a span. One that runs over a line end is two spans to brat: ``4 10;11 14``."""
    pieces = [(start + m.start(), start + m.end()) for m in re.finditer(r"[^\n]+", text[start:end])]
    offsets = ";".join(f"{a} {b}" for a, b in pieces)
    return f"{offsets}\t{' '.join(text[a:b] for a, b in pieces)}"


def annotation_conf() -> str:
    """What brat has to know of the project: labels, relation and attributes."""
    lines = ["[entities]", *ATTRIBUTES, "", "[relations]", "holder\tArg1:title, Arg2:person"]
    lines += ["<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>", "", "[events]", "", "[attributes]"]
    for label, names in ATTRIBUTES.items():
        lines += [f"{name}\tArg:{label}, Value:{'|'.join(CHOICES[name])}" for name in names if name in CHOICES]
    return "\n".join([*lines, ""])
