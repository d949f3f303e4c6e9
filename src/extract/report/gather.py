"""A dataset in, the counts of a report out: small, whatever the size of the dataset.

DuckDB streams the Parquet files, with a limit on its memory past which it works on disk. Every answer is in an
order of its own, so that the same dataset gives the same report.

Groups that grow with the dataset (names, documents, units) are only ever counted, which can go to disk; what
needs more than a count is asked in a second query, about the few that lead.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from extract.evaluate.gold import LABELS
from extract.validate.models import TABLES
from extract.write import load

if TYPE_CHECKING:
    import duckdb

MEMORY = "1GB"  # of DuckDB; past it, it goes to disk beside the report
TOP = 25  # rows of a list
OFFICES = 3  # offices of a person in the list
LONGEST = 20_000  # code points of an example
_MONTHS, _YEARS = 92, 1500  # days: articles over a longer time are counted by month, by year

Row = dict[str, Any]


Place = tuple[str, str]  # an article's id, and the name of the part of each table that its rows are in


@dataclass(frozen=True, slots=True)
class Example:
    """An article that the report shows: its row, text and rows of mentions by label; ``cut`` if that is not all."""

    article: Row
    text: str
    rows: Mapping[str, list[Row]]
    sentences: list[Row]
    cut: bool


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a dataset holds, in lists that do not grow with it."""

    folder: Path
    manifest: Mapping[str, Any]
    counts: Mapping[str, int]
    articles: Row
    reach: Mapping[str, int]
    timeline: tuple[str, list[Row]]
    publishers: list[Row]
    rejects: list[Row]
    provinces: list[Row]
    officials: list[Row]
    offices: list[Row]
    documents: list[Row]
    years: list[Row]
    quantities: list[Row]
    units: list[Row]
    money: list[Row]
    flags: list[Row]
    rules: list[Row]
    examples: list[Example]


def gather(folder: Path, spill: Path, examples: int) -> Gathered:
    """Counts everything that a report says, and chooses up to ``examples`` articles.

    Args:
        spill: a folder that can be written to, for what does not fit in memory; nothing stays in it.

    Raises:
        NoDatasetError: ``folder`` holds no dataset.
    """
    manifest = load(folder).manifest
    with _database(folder, spill) as ask:
        officials, documents = _officials(ask), _documents(ask)
        provinces, units = _provinces(ask), _units(ask)
        chosen = _chosen(ask, examples, officials, documents, provinces[:20], units)
        return Gathered(
            folder=folder,
            manifest=manifest,
            counts=manifest.get("counts") or {t: ask(f"SELECT count(*) n FROM {t}")[0]["n"] for t in TABLES},
            articles=_articles(ask, manifest.get("characters")),
            reach=_reach(ask),
            timeline=_timeline(ask),
            publishers=_counted(ask, "articles", "publisher"),
            rejects=_rejects(ask),
            provinces=provinces,
            officials=officials,
            offices=_counted(ask, "titles", "branch, level", limit=1000),
            documents=documents,
            years=_years(ask),
            quantities=_counted(ask, "figures", "quantity"),
            units=units,
            money=_money(ask),
            flags=_flags(ask),
            rules=_rules(ask),
            examples=_examples(ask, folder, chosen),
        )


class _Ask:
    """Runs a query; rows as dicts."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def __call__(self, query: str, *parameters: object) -> list[Row]:
        done = self.connection.execute(query, list(parameters))
        names = [column[0] for column in done.description or ()]
        return [dict(zip(names, row, strict=True)) for row in done.fetchall()]


@contextmanager
def _database(folder: Path, spill: Path) -> Iterator[_Ask]:
    """One view for each table; the column ``part`` is the name of the file that a row is in."""
    import duckdb

    with TemporaryDirectory(prefix=".report-", dir=spill) as temporary, duckdb.connect() as connection:
        for setting, value in {
            "memory_limit": MEMORY,
            "threads": min(4, os.cpu_count() or 1),  # each needs memory of its own
            "temp_directory": temporary,
            "preserve_insertion_order": False,
            "TimeZone": "Asia/Ho_Chi_Minh",
            "enable_progress_bar": False,
        }.items():
            connection.execute(f"SET {setting} = ?", [value])
        for table in TABLES:
            # Names in a variable: written into the view, those of ten thousand parts would be parsed for each query.
            files = list(map(str, _parts(folder / table)))
            connection.execute(f"SET VARIABLE files_{table} = ?", [files])
            named = f"getvariable('files_{table}')"
            connection.execute(f"CREATE VIEW {table} AS {_select(named)}")
        yield _Ask(connection)


def _select(files: str) -> str:
    part = "parse_filename(filename, true)"
    return f"SELECT * EXCLUDE filename, {part} AS part FROM read_parquet({files}, filename = true)"


# -- what was processed -----------------------------------------------------------------------------------


def _articles(ask: _Ask, characters: int | None) -> Row:
    """Sums over the articles. ``characters``: where they are known already, the texts need not be read."""
    if characters is None:
        characters = ask("SELECT coalesce(sum(length(text)), 0)::BIGINT n FROM articles")[0]["n"]
    (row,) = ask("""
        SELECT coalesce(sum(n_words), 0)::BIGINT words,
               min(published_at)::DATE earliest, max(published_at)::DATE latest,
               count(published_at) dated, count(province) placed, count(url) with_url, count(publisher) with_publisher
        FROM articles
    """)
    (same,) = ask("SELECT coalesce(sum(n - 1), 0)::BIGINT n FROM (SELECT count(*) n FROM articles GROUP BY text_hash)")
    return {**row, "characters": characters, "duplicates": same["n"]}


def _reach(ask: _Ask) -> dict[str, int]:
    """In how many articles something of a kind was found."""
    tables = ("persons", "officials", "documents", "figures")
    return {t: ask(f"SELECT count(*) n FROM (SELECT DISTINCT article_id FROM {t})")[0]["n"] for t in tables}


def _timeline(ask: _Ask) -> tuple[str, list[Row]]:
    """Articles by day, month or year of publication, whichever gives a picture."""
    (span,) = ask("SELECT date_diff('day', min(published_at), max(published_at)) AS length FROM articles")
    days = span["length"] or 0
    unit = "day" if days <= _MONTHS else "month" if days <= _YEARS else "year"
    rows = ask(f"""
        SELECT date_trunc('{unit}', published_at)::DATE AS date, count(*) n FROM articles
        WHERE published_at IS NOT NULL GROUP BY ALL ORDER BY ALL
    """)
    return unit, rows


def _counted(ask: _Ask, table: str, columns: str, limit: int = TOP) -> list[Row]:
    """How often each value of some columns occurs, the commonest first; nulls are left out."""
    known = " AND ".join(f"{column} IS NOT NULL" for column in columns.split(", "))
    return ask(f"""
        SELECT {columns}, count(*) n FROM {table} WHERE {known}
        GROUP BY ALL ORDER BY n DESC, {columns} LIMIT {limit}
    """)


def _rejects(ask: _Ask) -> list[Row]:
    rows = ask("""
        SELECT error, stage, "table", count(*) n, min((source, left(message, 400))) example
        FROM rejects GROUP BY ALL ORDER BY n DESC, error, stage, "table"
    """)
    return [{**row, "source": row["example"][0], "message": row["example"][1]} for row in rows]


def _provinces(ask: _Ask) -> list[Row]:
    return ask("""
        SELECT province, count(*) n, [min((article_id, part))] examples FROM articles
        WHERE province IS NOT NULL GROUP BY ALL ORDER BY n DESC, province LIMIT 80
    """)


# -- officials --------------------------------------------------------------------------------------------


def _officials(ask: _Ask) -> list[Row]:
    """The most named people in office, each with the offices most often given to them, in capitals or not.

    A name of one syllable may be anyone's and is left out.
    """
    rows = ask(f"""
        SELECT name, count(*) articles, sum(n_mentions)::BIGINT mentions FROM officials WHERE contains(name, ' ')
        GROUP BY name ORDER BY articles DESC, mentions DESC, name LIMIT {TOP}
    """)
    names = [row["name"] for row in rows]
    examples = ask(
        """
        SELECT name, arg_max((article_id, part), (n_mentions, article_id), 2) examples FROM officials
        WHERE list_contains(?, name) GROUP BY name
        """,
        names,
    )
    offices = ask(
        f"""
        WITH held AS (SELECT name, article_id, unnest(titles) t FROM officials WHERE list_contains(?, name)),
        once AS (
            SELECT name, article_id, lower(t.role) AS r, lower(t.organization_resolved) AS o, t.status AS status,
                   min(t.role) AS role, min(t.organization_resolved) AS organization FROM held GROUP BY 1, 2, 3, 4, 5
        )
        SELECT name, min(role) AS role, min(organization) AS organization, status, count(*) n,
               count(*) OVER (PARTITION BY name) AS all_of_them
        FROM once GROUP BY name, r, o, status
        QUALIFY row_number() OVER (PARTITION BY name ORDER BY n DESC, r, o, status) <= {OFFICES}
        ORDER BY n DESC, role, organization, status
        """,
        names,
    )
    behind = {row["name"]: row["examples"] for row in examples}
    return [
        {**row, "examples": behind[row["name"]], "offices": [o for o in offices if o["name"] == row["name"]]}
        for row in rows
    ]


# -- documents --------------------------------------------------------------------------------------------


def _documents(ask: _Ask) -> list[Row]:
    """The most cited documents; what is written of each, as it is written most often."""
    rows = ask(f"""
        WITH cited AS (
            SELECT document_id, article_id, count(*) n FROM documents WHERE document_id IS NOT NULL GROUP BY ALL
        )
        SELECT document_id, count(*) articles, sum(n)::BIGINT mentions FROM cited
        GROUP BY document_id ORDER BY articles DESC, mentions DESC, document_id LIMIT {TOP}
    """)
    ids = [row["document_id"] for row in rows]
    more = ask(
        """
        SELECT document_id, min(doc_type) doc_type, [min((article_id, part)), max((article_id, part))] examples
        FROM documents WHERE list_contains(?, document_id) GROUP BY document_id
        """,
        ids,
    )
    told = {row["document_id"]: row for row in more}
    rows = [{**row, **told[row["document_id"]]} for row in rows]
    for column in ("text", "issuer_resolved", "date", "subject"):
        usual = ask(
            f"""
            SELECT document_id, arg_max({column}, (n, {column})) usual FROM (
                SELECT document_id, {column}, count(*) n FROM documents
                WHERE list_contains(?, document_id) AND {column} IS NOT NULL GROUP BY ALL
            ) GROUP BY document_id
            """,
            ids,
        )
        found = {row["document_id"]: row["usual"] for row in usual}
        for row in rows:
            row[column] = found.get(row["document_id"])
    return rows


def _years(ask: _Ask) -> list[Row]:
    """Mentions of documents by year of issue (of the date, or else of the code) and type."""
    return ask("""
        WITH known AS (
            SELECT coalesce(year(date), try_cast(split_part(document_id, '|', 4) AS INTEGER)) AS year, doc_type
            FROM documents
        ), common AS (
            SELECT doc_type FROM known WHERE year IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 6
        )
        SELECT year, if(doc_type IN (FROM common), doc_type, 'other') AS type, count(*) n FROM known
        WHERE year BETWEEN 1945 AND 2100 GROUP BY ALL ORDER BY ALL
    """)


# -- figures ----------------------------------------------------------------------------------------------


def _units(ask: _Ask) -> list[Row]:
    rows = ask("""
        SELECT quantity, unit, count(*) n FROM figures GROUP BY quantity, unit
        QUALIFY row_number() OVER (PARTITION BY quantity ORDER BY n DESC, unit) <= 8 ORDER BY quantity, n DESC, unit
    """)
    examples = ask(
        """
        SELECT quantity, unit, [min((article_id, part))] examples FROM figures
        WHERE list_contains(?, quantity || ' ' || unit) GROUP BY quantity, unit
        """,
        [f"{row['quantity']} {row['unit']}" for row in rows],
    )
    behind = {(row["quantity"], row["unit"]): row["examples"] for row in examples}
    return [{**row, "examples": behind[row["quantity"], row["unit"]]} for row in rows]


def _money(ask: _Ask) -> list[Row]:
    """Amounts in dong by power of ten; the ends of a range count as one amount, their middle."""
    return ask("""
        SELECT floor(log10(coalesce(value, (low + high) / 2)::DOUBLE))::INTEGER AS power, count(*) n FROM figures
        WHERE quantity = 'money' AND unit = 'VND' AND coalesce(value, low) >= 1 GROUP BY ALL ORDER BY ALL
    """)


# -- what is odd, and the rules ---------------------------------------------------------------------------


def _flags(ask: _Ask) -> list[Row]:
    query = "SELECT ? AS label, flags, count(*) n FROM (SELECT unnest(flags) AS flags FROM {table}) GROUP BY ALL"
    rows = _by_label(ask, query)
    return sorted(rows, key=lambda row: (-row["n"], row["flags"], row["label"]))


def _rules(ask: _Ask) -> list[Row]:
    query = "SELECT ? AS label, rule, method, count(*) n, avg(confidence) confidence FROM {table} GROUP BY ALL"
    rows = _by_label(ask, query)
    return sorted(rows, key=lambda row: (row["label"], -row["n"], row["rule"] or "~", row["method"]))[:200]


def _by_label(ask: _Ask, query: str) -> list[Row]:
    """One query a table: a UNION would hold the readers of all their parts at once."""
    return [row for label in LABELS for row in ask(query.format(table=f"{label}s"), label)]


# -- examples ---------------------------------------------------------------------------------------------


def _chosen(ask: _Ask, most: int, *lists: Sequence[Row]) -> list[Place]:
    """Articles to show: all, where there are few; else one behind each row of the lists in turn, then a second."""
    few = ask("SELECT article_id, part FROM articles LIMIT ?", most + 1)
    if len(few) <= most:
        in_order = sorted(few, key=itemgetter("part", "article_id"))
        return _once((row["article_id"], row["part"]) for row in in_order)
    behind = [row["examples"] for row in chain.from_iterable(lists)]
    firsts, seconds = [each[0] for each in behind], [each[1] for each in behind if len(each) > 1]
    return _once(chain(firsts, seconds))[:most]


def _once(places: Iterable[Place]) -> list[Place]:
    """The first of each article: the same file given twice makes two of one id."""
    first: dict[str, str] = {}
    for id, part in places:
        first.setdefault(id, part)
    return list(first.items())


def _examples(ask: _Ask, folder: Path, chosen: Sequence[Place]) -> list[Example]:
    """The articles with their mentions, in the order of ``chosen``; only the parts that hold them are read."""
    ids = [id for id, _ in chosen]
    parts = sorted({part for _, part in chosen})

    def rows(table: str, columns: str = "*", where: str = f"start < {LONGEST}") -> dict[str, list[Row]]:
        files = [str(path) for part in parts if (path := folder / table / f"{part}.parquet").exists()]
        found: dict[str, list[Row]] = {id: [] for id in ids}
        query = f"SELECT {columns} FROM ({_select('?')}) WHERE list_contains(?, article_id) AND {where}"
        for row in ask(query, files, ids) if files else ():
            found[row["article_id"]].append(row)
        return found

    columns = "* REPLACE (strftime(published_at, '%Y-%m-%d') AS published_at, left(text, ?) AS text)"
    articles = rows("articles", columns.replace("?", str(LONGEST + 1)), "true")
    sentences = rows("sentences", 'article_id, start, "end", kind')
    mentions = {label: rows(f"{label}s", "* EXCLUDE part") for label in LABELS}
    made = []
    for id in filter(articles.get, ids):  # of a dataset that has lost a part, what is left
        article = articles[id][0]
        text = article.pop("text")
        by_label = {label: mentions[label][id] for label in LABELS}
        in_order = sorted(sentences[id], key=lambda row: row["start"])
        made.append(Example(article, text[:LONGEST], by_label, in_order, len(text) > LONGEST))
    return made


def _parts(home: Path) -> list[Path]:
    """The parts in the order of their numbers, of which those past 99999 are longer."""
    return sorted(home.glob("part-*.parquet"), key=lambda part: (len(part.name), part.name))
