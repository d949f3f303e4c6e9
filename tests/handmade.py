"""Hand-made values for tests of the later stages: articles, what a tagger might find in them, and toy stages.

The toy stages need no rules or model. They find words with capitals as persons, "Bí thư" as titles, digits as
figures and codes as documents, in any text; some words make them fail on purpose.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

from extract.records import (
    Article,
    Document,
    Failure,
    Figure,
    Person,
    Reject,
    Segmented,
    Sentence,
    Tagged,
    Title,
)
from extract.validate import Records, validate
from extract.validate.models import TABLES

NEWS = (
    "Chiều 4/3, đồng chí Lò Thị Mẫu, Bí thư Huyện ủy Mường Thử, làm việc với xã Nà Giả. "
    "Bà Mẫu nêu Nghị quyết số 12-NQ/TU và cho biết có 857 đảng viên, đạt 104,5%.\n"
    "Ông Vàng A Tạm, nguyên Phó Chủ tịch UBND huyện, dự; 17/15 bản đã họp."
)


def digest(data: str) -> str:
    return hashlib.sha256(data.encode()).hexdigest()[:16]


def article(text: str = NEWS, source: str = "tin.txt", **metadata: Any) -> Article:
    return Article(
        article_id=digest(source + "\0" + text), source=source, text_hash=digest(text), text=text, **metadata
    )


def segment(given: Article) -> Segmented:
    if "TỪ CHỐI" in given.text:
        raise Failure("refused", "found TỪ CHỐI, which this test does not take")
    sentences = []
    for found in re.finditer(r"[^\s.][^.\n]*(\.(?=\s|$)|(?=\n|$)|\.)", given.text):
        words = tuple((w.start() + found.start(), w.end() + found.start()) for w in re.finditer(r"\S+", found[0]))
        sentences.append(Sentence(found.start(), found.end(), "body", words))
    return Segmented(given, tuple(sentences))


def spot(text: str, words: str, nth: int = 0) -> dict[str, int]:
    """The span of the ``nth`` place where ``words`` stand."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return {"start": start, "end": start + len(words)}


def news(**metadata: Any) -> Tagged:
    """``NEWS`` with what is in it."""

    def at(words: str, nth: int = 0) -> dict[str, Any]:
        return {**spot(NEWS, words, nth), "rule": "test.rule"}

    full = "Lò Thị Mẫu"
    return Tagged(
        segment(article(**metadata)),
        persons=(
            Person(**at(full), honorific="đồng chí", name=full, cluster=3),
            Person(**at("Mẫu", 1), honorific="Bà", name=full, cluster=3),
            Person(**at("Vàng A Tạm"), honorific="Ông", name="Vàng A Tạm", cluster=0),
        ),
        titles=(
            Title(
                **at("Bí thư Huyện ủy Mường Thử"),
                role="Bí thư",
                organization="Huyện ủy Mường Thử",
                organization_resolved="Huyện ủy Mường Thử",
                branch="party",
                level="district",
                holder=0,
            ),
            Title(
                **at("Phó Chủ tịch UBND huyện"),
                role="Phó Chủ tịch",
                organization="UBND huyện",
                branch="government",
                level="district",
                status="former",
                holder=2,
            ),
        ),
        documents=(
            Document(
                **at("Nghị quyết số 12-NQ/TU"),
                kind="coded",
                type="Nghị quyết",
                doc_type="Nghị quyết",
                number="12",
                code="12-NQ/TU",
                level="province",
            ),
        ),
        figures=(
            Figure(**at("857"), quantity="count", value=Decimal(857), unit="đảng viên"),
            Figure(**at("104,5%"), quantity="percent", value=Decimal("104.5"), unit="%"),
            Figure(**at("17/15"), quantity="ratio", numerator=Decimal(17), denominator=Decimal(15), unit="bản"),
        ),
        province="Quảng Thử",
    )


class Toy:
    """Stages for any text."""

    segment = staticmethod(segment)

    @staticmethod
    def tag(segmented: Segmented) -> Tagged:
        text = segmented.article.text
        if "NỔ" in text:
            raise ValueError("found NỔ")
        if "CHẾT" in text:
            os._exit(9)
        found: dict[str, list[re.Match[str]]] = {"person": [], "title": [], "figure": [], "document": []}
        patterns = {
            "person": r"[A-ZĐ]\w+ [A-ZĐ]\w+",
            "title": r"Bí thư",
            "figure": r"\d{1,9}",
            "document": r"\d+-[A-Z]+/[A-Z]+",
        }
        for sentence in segmented.sentences:
            for label, pattern in patterns.items():
                found[label] += re.compile(pattern).finditer(text, sentence.start, sentence.end)
        return Tagged(
            segmented,
            persons=tuple(Person(start=m.start(), end=m.end(), name=m[0], cluster=len(m[0])) for m in found["person"]),
            titles=tuple(
                Title(start=m.start(), end=m.end(), role=m[0], holder=0 if found["person"] else None)
                for m in found["title"]
            ),
            figures=tuple(
                Figure(start=m.start(), end=m.end(), quantity="count", value=Decimal(int(m[0])))
                for m in found["figure"]
            ),
            documents=tuple(Document(start=m.start(), end=m.end(), kind="coded", code=m[0]) for m in found["document"]),
        )

    @staticmethod
    def validate(tagged: Tagged) -> Records:
        return validate(tagged)


def stream(count: int, bad: int = 10) -> list[Article | Reject]:
    """``count`` items in reading order, every ``bad``-th of which could not be read."""
    items: list[Article | Reject] = []
    for n in range(count):
        source = f"tin/{n:04d}.txt"
        if n % bad == bad - 1:
            items.append(Reject(source=source, stage="read", error="not_utf8", message="byte 0xff at 3"))
        else:
            items.append(article(f"{NEWS}\nBài {n}: Bí thư Giàng Thị Mới dẫn 5-CT/TU, có {n} hộ.", source))
    return items


def contents(folder: Path) -> dict[str, str]:
    """Every file of a dataset by its hash, without the report, which is headed by the folder's own name; of the manifest
    all but the timings."""
    found = {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file() and p.name not in {"manifest.json", "report.html"}
    }
    manifest = json.loads((folder / "manifest.json").read_bytes())
    del manifest["timings"]
    return {**found, "manifest.json": json.dumps(manifest)}


def many_parts(dataset: Path, folder: Path, number: int) -> Path:
    """A dataset whose tables have the first part of ``dataset``'s ``number`` times."""
    for table in TABLES:
        (folder / table).mkdir(parents=True)
        for n in range(number):
            shutil.copy(dataset / table / "part-00000.parquet", folder / table / f"part-{n:05d}.parquet")
    shutil.copy(dataset / "manifest.json", folder)
    return folder
