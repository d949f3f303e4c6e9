"""DuckDB: one database file with every table, and views that join them.

Tables and columns bear their meaning as comments (``SELECT comment FROM duckdb_columns()``).
"""

from __future__ import annotations

from pathlib import Path

from extract.export.stream import MENTIONS
from extract.export.tabular import OF_ARTICLE, mention_columns
from extract.validate.models import TABLES
from extract.write import Tables

# View -> what it is, and its query.
VIEWS = {
    "mentions": (
        "every mention of any kind with its article, sentence and holder: one row per mention, in reading order",
        "",  # made from the columns of the tables
    ),
    "offices": (
        "who holds which office: one row per article, person and office",
        """
        SELECT a.article_id, a.source, a.url, a.title AS headline, a.published_at, a.province, o.person_id, o.name,
               o.honorific, o.ranks, t.text AS office, t.role, t.organization, t.organization_resolved, t.branch,
               t.level, t.status, o.n_mentions, o.first_start
        FROM officials o JOIN articles a USING (article_id), unnest(o.titles) AS u(t)
        ORDER BY a.source, o.first_start""",
    ),
    "citations": (
        "which document is cited where: one row per reference, with its sentence",
        """
        SELECT a.source, a.url, a.title AS headline, a.published_at, a.province, s.text AS sentence, d.*
        FROM documents d JOIN articles a USING (article_id) JOIN sentences s USING (article_id, sentence_id)
        ORDER BY a.source, d.start""",
    ),
    "in_one_sentence": (
        "who is named beside what: one row per person and document or figure of the same sentence",
        """
        WITH said AS (
            SELECT article_id, sentence_id, 'document' AS label, text, document_id, NULL AS value, NULL AS unit, start
            FROM documents
            UNION ALL
            SELECT article_id, sentence_id, 'figure', text, NULL, value, unit, start FROM figures
        ), named AS (SELECT DISTINCT article_id, sentence_id, person_id, name, is_official FROM persons)
        SELECT a.source, a.published_at, a.province, n.name, n.person_id, n.is_official, w.label, w.text,
               w.document_id, w.value, w.unit, s.text AS sentence, w.article_id, w.sentence_id, w.start
        FROM named n JOIN said w USING (article_id, sentence_id) JOIN articles a USING (article_id)
        JOIN sentences s USING (article_id, sentence_id)
        ORDER BY a.source, w.start, n.name""",
    ),
}


def write(tables: Tables, out: Path) -> str:
    """Writes the database. DuckDB streams: it takes a fifth of the memory at most, and the disk beside ``out``."""
    import duckdb

    spill = out.with_name(f"{out.name}.spill")
    with duckdb.connect(str(out), config={"temp_directory": str(spill), "memory_limit": "20%"}) as base:
        for table, model in TABLES.items():
            files = [f"'{_quoted(path)}'" for path in tables.dataset(table).files]
            base.execute(
                f"CREATE TABLE {table} AS SELECT * FROM read_parquet([{', '.join(files)}], union_by_name = true)"
            )
            base.execute(f"COMMENT ON TABLE {table} IS '{_quoted(' '.join((model.__doc__ or '').split()))}'")
            for name, field in model.model_fields.items():
                base.execute(f"COMMENT ON COLUMN {table}.{name} IS '{_quoted(field.description or '')}'")
        for name, (meaning, query) in VIEWS.items():
            base.execute(f"CREATE VIEW {name} AS {query or _mentions()}")
            base.execute(f"COMMENT ON VIEW {name} IS '{_quoted(meaning)}'")
        (rows,) = base.execute(f"SELECT {' + '.join(f'(SELECT count(*) FROM {t})' for t in TABLES)}").fetchone() or (0,)
    return f"{rows:,} rows in {len(TABLES)} tables; views {', '.join(VIEWS)}"


def _mentions() -> str:
    """All four tables of mentions under one another, with the columns of the CSV export."""
    parts = []
    for label, table in MENTIONS.items():
        columns = []
        for column in mention_columns():
            if column in TABLES[table].model_fields:
                columns.append(f"m.{column}")
            elif column in OF_ARTICLE:
                columns.append(f"a.{OF_ARTICLE[column]} AS {column}")
            else:
                special = {
                    "label": f"'{label}'",
                    "sentence": "s.text",
                    "holder": "p.name" if label == "title" else "NULL",
                }
                columns.append(f"{special.get(column, 'NULL')} AS {column}")
        holder = "LEFT JOIN persons p ON p.mention_id = m.holder_id" if label == "title" else ""
        parts.append(
            f"SELECT {', '.join(columns)} FROM {table} m JOIN articles a USING (article_id) "
            f"LEFT JOIN sentences s ON s.article_id = m.article_id AND s.sentence_id = m.sentence_id {holder}"
        )
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY source, start"


def _quoted(text: str) -> str:
    return text.replace("'", "''")
