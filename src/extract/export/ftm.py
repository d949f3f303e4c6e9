"""FollowTheMoney: entities as JSON Lines, for OpenAleph, Yente, Nomenklatura, graph databases.

``Article`` for an article; ``Person`` for a person of one article (two articles' Nguyễn Văn A may be two people:
merging is for tools that do it); ``Position`` for an office and ``Occupancy`` for the holding of it; ``Mention``
where a person is named; ``Document`` for an official document and ``Documentation`` where one is cited.
Figures have no counterpart and are left out.
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extract.export.stream import ArticleRows, Row, dumps, plain, read_articles
from extract.validate.identity import fold
from extract.write import Tables


def write(tables: Tables, out: Path) -> str:
    """Writes one file, each entity once."""
    counts: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    # Offices and documents are shared between articles: which are written stands on disk, not in memory.
    with tempfile.NamedTemporaryFile(suffix=".seen") as seen, sqlite3.connect(seen.name, isolation_level=None) as base:
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        base.execute("CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID")
        with out.open("w", encoding="utf-8", newline="") as file:
            for rows in read_articles(tables):
                for entity in entities(rows, dropped):
                    if base.execute("INSERT OR IGNORE INTO seen VALUES (?)", (entity["id"],)).rowcount:
                        file.write(dumps(entity) + "\n")
                        counts[entity["schema"]] += 1
    said = ", ".join(f"{count:,} {schema}" for schema, count in counts.items())
    lost = (
        "; not taken by FollowTheMoney: " + ", ".join(f"{n:,} {name}" for name, n in dropped.items()) if dropped else ""
    )
    return f"{sum(counts.values()):,} entities ({said}){lost}"


def entities(rows: ArticleRows, dropped: Counter[str]) -> Iterator[Row]:
    """The entities of one article. Values that FollowTheMoney's types refuse are counted in ``dropped``."""
    article = rows.article
    article_id = f"extract-article-{article['article_id']}"
    seen_on = plain(article["published_at"].date()) if article["published_at"] else None

    def made(schema: str, id: str, **properties: Any) -> Row:
        return _entity(schema, id, {"proof": article_id} | properties, dropped)

    yield _entity(
        "Article",
        article_id,
        {
            "title": article["title"],
            "author": article["authors"],
            "publisher": article["publisher"],
            "publishedAt": seen_on,
            "sourceUrl": article["url"],
            "fileName": article["source"],
            "language": "vie",
            "bodyText": article["text"],
        },
        dropped,
    )
    ranks = {row["person_id"]: row for row in rows.of["officials"]}
    people: dict[str, Row] = {}
    for row in rows.of["persons"]:
        people.setdefault(row["person_id"], row)
    for id, row in people.items():
        official = ranks.get(id)
        yield made(
            "Person",
            _person(id),
            name=row["name"],
            title=official["ranks"] if official else row["ranks"],
            position=[t["text"] for t in official["titles"]] if official else None,
        )
    for row in rows.of["persons"]:
        yield _entity(
            "Mention",
            f"extract-mention-{row['mention_id']}",
            {
                "document": article_id,
                "name": row["text"],
                "resolved": _person(row["person_id"]),
                "detectedSchema": "Person",
            },
            dropped,
        )
    for row in rows.of["officials"]:
        for title in row["titles"]:
            post = _position(title, article["article_id"])
            yield made(
                "Position",
                post,
                name=_office(title),
                country=None if title["branch"] == "foreign" else "vn",
                keywords=[title["branch"], *([title["level"]] if title["level"] != "unknown" else [])],
                proof=None,
            )
            yield made(
                "Occupancy",
                f"extract-occupancy-{_hash(row['person_id'], post, title['status'])}",
                holder=_person(row["person_id"]),
                post=post,
                status=title["status"],
                date=seen_on,
                sourceUrl=article["url"],
                summary=title["text"],
            )
    yield from _cited(rows, article_id, seen_on, dropped)


def _cited(rows: ArticleRows, article_id: str, seen_on: str | None, dropped: Counter[str]) -> Iterator[Row]:
    for row in rows.of["documents"]:
        id = f"extract-document-{_hash(row['document_id'] or row['mention_id'])}"
        name = " ".join(filter(None, (row["doc_type"], row["code"]))) if row["code"] else row["text"]
        yield _entity(
            "Document",
            id,
            {
                "title": name,
                "fileName": row["code"] or name,  # FollowTheMoney wants one of every document
                "date": plain(row["date"]),
                "publisher": row["issuer_resolved"] or row["issuer"],
                "summary": row["subject"],
                "language": "vie",
            },
            dropped,
        )
        yield _entity(
            "Documentation",
            f"extract-citation-{row['mention_id']}",
            {"document": article_id, "entity": id, "role": "cites", "date": seen_on, "summary": row["text"]},
            dropped,
        )


def _entity(schema: str, id: str, properties: Row, dropped: Counter[str]) -> Row:
    from followthemoney import model

    entity = model.make_entity(schema)
    entity.id = id
    for name, value in properties.items():
        type = entity.schema.get(name).type
        for one in value if isinstance(value, list) else [value]:
            if one:
                if (cleaned := type.clean(one, proxy=entity)) is None:
                    dropped[name] += 1
                else:
                    entity.add(name, cleaned, cleaned=True)
    made: Row = entity.to_dict()
    return made


def _person(person_id: str) -> str:
    return f"extract-person-{person_id}"


def _office(title: Row) -> str:
    """The office in full: 'Phó Bí thư Tỉnh ủy Quảng Ninh' for 'Phó Bí thư Tỉnh ủy' in an article of that province."""
    return f"{title['role']} {title['organization_resolved']}" if title["organization_resolved"] else title["text"]


def _position(title: Row, article_id: str) -> str:
    """The same office in different articles, where the text says of which body it is; else one of this article."""
    known = title["organization_resolved"]
    return f"extract-position-{_hash(fold(_office(title)), '' if known else article_id)}"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:20]
