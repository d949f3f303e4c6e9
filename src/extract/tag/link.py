"""Links: which person holds which office, which mentions are one person, which body a bare noun means.

In: offices and persons in token indices. Out: records with holders, clusters, status and resolved organisations.
A link never crosses the end of a sentence, but for an office named again without its holder.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from extract.records import Branch, Document, Level, Person, Status, Title
from extract.rules import Rules
from extract.tag.coref import cluster
from extract.tag.holders import HolderFinder
from extract.tag.persons import Candidate, PersonFinder
from extract.tag.reading import Reading
from extract.tag.runs import skip_quotes
from extract.tag.seat import Seat, SeatFinder
from extract.tag.status import StatusReader
from extract.tag.titles import Office
from extract.tag.tokens import Tokens

_ISSUER_REACH = 80  # code points between a document and its issuer


class Linker:
    """Makes records of offices and names. Immutable once built."""

    def __init__(self, rules: Rules, persons: PersonFinder) -> None:
        self._persons = persons
        self._confidence = {rule.id: rule.confidence for rule in rules.labelled("title")}
        self._seats = SeatFinder(rules)
        self._statuses = StatusReader(rules)
        self._holders = HolderFinder(rules, persons, self._seats, self._statuses)

    def link(
        self,
        reading: Reading,
        t: Tokens,
        offices: Sequence[Office],
        names: Sequence[Candidate],
        documents: Sequence[Document],
    ) -> tuple[list[Person], list[Title], list[Document], str | None]:
        """Persons, titles and documents with their links, and the article's province."""
        written = [" ".join(reading.written(t.starts[c.start], t.ends[c.end - 1]).split()) for c in names]
        clusters = cluster(t, names, written)
        persons = [self._person(reading, t, c, *known) for c, known in zip(names, clusters)]
        inside = {k for c in names for k in range(c.start, c.end)}
        seat = self._seats.find(t, inside)
        statuses = self._statuses.read(reading, t, offices)
        issuing = self._issuing(t, offices, documents)
        holders = self._holders.find(reading, t, offices, names, persons, statuses, issuing, seat)
        titles = []
        for n, office in enumerate(offices):
            titles.append(self._title(reading, t, office, statuses[n], holders[n], seat))
        return persons, titles, [self._issuer(d, seat) for d in documents], seat.province

    # -- persons ----------------------------------------------------------------------------------------

    def _person(self, reading: Reading, t: Tokens, c: Candidate, number: int, name: str) -> Person:
        honorific, ranks, _ = self._persons.runs.styles(t, skip_quotes(t, c.start))
        said = None
        if honorific is not None:
            end = honorific
            while (
                end < c.start
                and t.words[end] != ":"
                and (t.lowers[end], end)
                and not any(a <= end < b for a, b in ranks)
            ):
                end += 1
            said = reading.written(t.starts[honorific], t.ends[end - 1])
            for lead in ("các ", "Các ", "hai ", "Hai ", "nữ ", "Nữ ", "vợ chồng ", "Vợ chồng "):
                said = said.removeprefix(lead)
        return Person(
            start=t.starts[c.start],
            end=t.ends[c.end - 1],
            rule=c.rule,
            method="ner" if c.method == "ner" else "rule",
            confidence=c.confidence,
            honorific=said,
            ranks=tuple(reading.written(t.starts[a], t.ends[b - 1]) for a, b in ranks),
            name=name,
            cluster=number,
        )

    def _issuing(self, t: Tokens, offices: Sequence[Office], documents: Sequence[Document]) -> set[int]:
        """Offices that stand beside a document as its issuer: "Quyết định 888/QĐ-TTg của Thủ tướng Chính phủ"
        names the institution, not its present holder."""
        issued = [d for d in documents if d.issuer]
        found = set()
        for n, office in enumerate(offices):
            start = t.starts[office.start]
            at = bisect_right(issued, start, key=lambda d: d.end) - 1
            if at >= 0 and start < issued[at].end + _ISSUER_REACH:
                said = (issued[at].issuer or "").lower()
                if t.lowers[office.start] == said.split()[0]:
                    found.add(n)
        return found

    # -- what the names mean ----------------------------------------------------------------------------

    def _title(
        self,
        reading: Reading,
        t: Tokens,
        office: Office,
        status: Status,
        holder: int | None,
        seat: Seat,
    ) -> Title:
        organization = None
        if office.end > office.organization_start:
            organization = " ".join(
                reading.written(t.starts[office.organization_start], t.ends[office.end - 1]).split()
            )
            for word in ("của ", "thuộc "):
                organization = organization.removeprefix(word)
        branch: Branch = office.branch or str(office.entry.assign.get("branch", "other"))  # type: ignore[assignment]
        level: Level = office.level or "unknown"  # type: ignore[assignment]
        own = str(office.entry.assign.get("org", "")) or None
        resolved = self._seats.resolve(organization or own, seat)
        if level == "province" and self._seats.names_district(resolved):
            level = "district"  # "Thành ủy Móng Cái": a city, but one of a province
        return Title(
            start=t.starts[office.start],
            end=t.ends[office.end - 1],
            rule=office.rule,
            role=office.role,
            organization=organization,
            organization_resolved=resolved,
            branch=branch,
            level=level,
            status=status,
            holder=holder,
            confidence=self._confidence[office.rule],
        )

    def _issuer(self, document: Document, seat: Seat) -> Document:
        if document.issuer_resolved is not None:
            return document
        resolved = self._seats.resolve(document.issuer, seat)
        if document.issuer is None and document.code is not None and seat.province is not None:
            # The letters TU say province committee (or that of a centrally-run city).
            city = self._seats.own("municipality", seat)
            body = {"TU": f"{'Thành ủy' if city else 'Tỉnh ủy'} {seat.province}"}
            resolved = body.get(document.code.rsplit("/", 1)[-1], resolved)
        return replace(document, issuer_resolved=resolved)
