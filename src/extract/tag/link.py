"""Links: which person holds which office, which mentions are one person, which body a bare noun means.

In: offices and persons in token indices. Out: records with holders, clusters, status and resolved organisations.
A link never crosses the end of a sentence, but for an office named again without its holder.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.records import Branch, Document, Level, Person, Status, Title
from extract.rules import LexiconEntry, Rules
from extract.tag.coref import cluster
from extract.tag.persons import Candidate, PersonFinder
from extract.tag.reading import Reading
from extract.tag.runs import skip_quotes
from extract.tag.titles import Office
from extract.tag.tokens import Tokens, Trie

_COMMA = frozenset({",", "và", "kiêm", "-", "–", "/"})


@dataclass(frozen=True, slots=True)
class _Seat:
    """Where the article plays: its province and the leading unit of each kind (city, town, quarter, district)."""

    province: str | None
    units: dict[str, str | None]


_REACH = 200  # offices that are looked back over for one
_ISSUER_REACH = 80  # code points between a document and its issuer
_Signature = tuple[str, frozenset[str]]  # the role; the words of the organisation
_ADJECTIVES = frozenset({"nguyên", "cựu", "tân", "quyền", "cố"})  # of one office; verbs go for a whole list
_NOT_APPOSED = frozenset({"tân", "quyền"})
_OPEN = frozenset({",", "-", "–", "(", ":"})


@dataclass(frozen=True, slots=True)
class _Item:
    """A person or an office in reading order."""

    start: int
    end: int
    person: int  # index of the person, or -1
    office: int  # index of the office, or -1


class Linker:
    """Makes records of offices and names. Immutable once built."""

    def __init__(self, rules: Rules, persons: PersonFinder) -> None:
        self._persons = persons
        self._confidence = {rule.id: rule.confidence for rule in rules.labelled("title")}
        self._former = Trie(rules.lexicon("status.former"), backward=True)
        self._acting = Trie(rules.lexicon("status.acting"), backward=True)
        self._elect = Trie(rules.lexicon("status.elect"), backward=True)
        self._acting_after = Trie(rules.lexicon("acting_after"))
        self._on_behalf = Trie(rules.lexicon("on_behalf"), backward=True)
        self._former_after = Trie(rules.lexicon("former_after"))
        self._fillers = {w.lower() for w in rules.forms("office_filler")}
        self._list_words = {w.lower() for w in rules.forms("list_word")} | {")", "("}
        self._common_units = {w.lower() for w in rules.forms("signature_stop")}
        self._several_words = {w.lower() for w in rules.forms("several")}
        self._back_before = {w.lower() for w in rules.forms("back_reference.before")}
        self._back_after = {w.lower() for w in rules.forms("back_reference.after")}
        self._pronouns = {w.lower() for w in rules.forms("pronoun")}
        self._plural = {w.lower() for w in rules.forms("plural")}
        self._right = Trie(rules.lexicon("holder_after"))
        self._left = Trie(rules.lexicon("holder_before"))
        self._provinces: dict[str, LexiconEntry] = {
            form.lower(): entry for form, entry in rules.lexicon("place.province").items()
        }
        self._places = Trie(rules.lexicon("place"))
        self._units_before = Trie(rules.lexicon("unit_noun"), backward=True)
        self._own_place = tuple(
            (tuple(f.lower() for f in rules.forms(f"own_place.{kind}")), kinds)
            for kind, kinds in (
                ("province", ("province",)), ("city", ("municipality", "city")), ("town", ("town",)),
                ("quarter", ("quarter",)), ("district", ("district",)),
            )
        )  # fmt: skip

    def link(
        self,
        reading: Reading,
        t: Tokens,
        offices: Sequence[Office],
        names: Sequence[Candidate],
        documents: Sequence[Document],
    ) -> tuple[list[Person], list[Title], list[Document], str | None]:
        """Persons, titles and documents with their links, and the article's province."""
        persons = cluster(t, [self._person(reading, t, c) for c in names], names)
        inside = {k for c in names for k in range(c.start, c.end)}
        seat = self._seat(reading, t, inside)
        statuses = self._statuses(t, offices)
        holders, strength = self._holders(reading, t, offices, names, persons, statuses)
        issuing = self._issuing(t, offices, documents)
        holders = self._again(t, offices, statuses, holders, strength, names, persons, issuing, seat)
        titles = []
        for n, office in enumerate(offices):
            titles.append(self._title(reading, t, office, statuses[n], holders[n], seat))
        return persons, titles, [self._issuer(d, seat) for d in documents], seat.province

    # -- persons ----------------------------------------------------------------------------------------

    def _person(self, reading: Reading, t: Tokens, c: Candidate) -> Person:
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
            name=" ".join(reading.written(t.starts[c.start], t.ends[c.end - 1]).split()),
        )

    # -- status -----------------------------------------------------------------------------------------

    def _statuses(self, t: Tokens, offices: Sequence[Office]) -> list[Status]:
        statuses: list[Status] = []
        spreads = False
        for n, office in enumerate(offices):
            status, strong = self._status(t, office)
            if status == "current" and n and spreads and self._listed(t, offices[n - 1].end, office.start):
                status, strong = statuses[-1], True
            elif office.end + 2 < len(t) and t.words[office.end] == "(" and t.lowers[office.end + 1] == "cũ":
                status, strong = "former", False
            spreads = strong and status != "current"
            statuses.append(status)
        return statuses

    def _status(self, t: Tokens, office: Office) -> tuple[Status, bool]:
        """The status that the words beside the office give it, and whether it spreads over a list that follows."""
        tries: tuple[tuple[Trie[LexiconEntry], Status], ...] = (
            (self._former, "former"), (self._acting, "acting"), (self._elect, "elect"),
        )  # fmt: skip
        for start in self._before_filler(t.lowers, office.start):
            for trie, status in tries:
                found = trie.ending(t.lowers, start)
                if found is None:
                    continue
                words = t.lowers[found[0] : start]
                if len(words) == 1 and (
                    t.joined[found[0]] or (t.capital[found[0]] and found[0] and t.capital[found[0] - 1])
                ):
                    continue  # "thẩm quyền Chủ tịch", "Ảnh: Nguyễn Tân Bí thư"
                return status, len(words) > 1 or words[0] not in _ADJECTIVES
        if self._former_after.longest(t.lowers, office.end) is not None:
            return "former", False
        if self._acting_after.longest(t.lowers, office.end) is not None:
            return "acting", False
        return "current", False

    def _before_filler(self, lowers: list[str], i: int) -> list[int]:
        """The places before "các chức vụ", "chức danh", "cương vị:" and the like that lead up to token ``i``."""
        places = [i]
        while i > 0 and lowers[i - 1] in self._fillers:
            i -= 1
            places.append(i)
        return places

    def _listed(self, t: Tokens, end: int, start: int) -> bool:
        """Whether only list signs (and terms of office) stand between two offices."""
        gap = t.lowers[end:start]
        if not gap or len(gap) > 14:
            return False
        return all(
            w
            in {
                ",",
                "và",
                "nhiệm",
                "kỳ",
                "khóa",
                "-",
                "–",
                "(",
                ")",
                "đồng",
                "thời",
                "các",
                "chức",
                "vụ",
                ";",
            }
            or w[0].isdigit()
            or w.isupper()
            for w in gap
        )

    # -- holders ----------------------------------------------------------------------------------------

    def _holders(
        self,
        reading: Reading,
        t: Tokens,
        offices: Sequence[Office],
        names: Sequence[Candidate],
        persons: Sequence[Person],
        statuses: Sequence[Status],
    ) -> tuple[list[int | None], list[int]]:
        """The holder of each office where the sentence says it, and how sure that is."""
        items = sorted(
            [_Item(c.start, c.end, n, -1) for n, c in enumerate(names)]
            + [_Item(o.start, o.end, -1, n) for n, o in enumerate(offices)]
            + self._pronoun_items(t, names, persons),
            key=lambda item: item.start,
        )
        holders: list[int | None] = [None] * len(offices)
        strength = [0] * len(offices)
        sentence = [reading.sentence_of(t.starts[item.start]) for item in items]
        n = 0
        while n < len(items):
            if items[n].person >= 0:
                n += 1
                continue
            last = n  # the chain of offices joined by list signs
            while (
                last + 1 < len(items)
                and items[last + 1].office >= 0
                and sentence[last + 1] == sentence[n]
                and self._chained(t, items[last].end, items[last + 1].start)
                and self._on_behalf.ending(t.lowers, items[last].start) is None
                and not (self._several(t, offices[items[last].office]) and t.lowers[items[last].end] == ",")
            ):
                last += 1
            before = items[n - 1] if n and sentence[n - 1] == sentence[n] else None
            after = items[last + 1] if last + 1 < len(items) and sentence[last + 1] == sentence[n] else None
            holder, sure = self._holder(
                t, before, items[n], items[last], after, taken_up=statuses[items[n].office] != "current"
            )
            if (
                holder is None
                and before is not None
                and before.office >= 0
                and holders[before.office] is not None
                and self._left_phrase(t.lowers[before.end : items[n].start])
            ):
                # "Ông A, Phó Chủ tịch quận, được chỉ định giữ chức Chủ tịch phường"
                holder = holders[before.office]
            for k in range(n, last + 1):
                holders[items[k].office] = holder
                strength[items[k].office] = sure
            n = last + 1
        return holders, strength

    def _pronoun_items(self, t: Tokens, names: Sequence[Candidate], persons: Sequence[Person]) -> list[_Item]:
        """ "ông", "bà" without a name stand for the last person so addressed."""
        starts = {c.start: n for n, c in enumerate(names)}
        inside = {k for c in names for k in range(c.start - 1, c.end)}
        last: dict[str, int] = {}  # word of address -> the last person so addressed
        items = []
        for i, word in enumerate(t.lowers):
            if i in starts:
                last[(persons[starts[i]].honorific or "").lower()] = starts[i]
            if word not in self._pronouns or word not in last or i in inside or t.joined[i]:
                continue
            if i + 1 < len(t) and (t.capital[i + 1] or t.joined[i + 1]):
                continue
            items.append(_Item(i, i + 1, last[word], -1))
        return items

    def _chained(self, t: Tokens, end: int, start: int) -> bool:
        gap = t.lowers[end:start]
        if not gap:
            return True
        if gap[0] == ";" or "\n" in gap:
            return False
        words = [w for w in gap if w not in _COMMA and w not in self._list_words]
        return not words or self._listed(t, end, start)

    def _holder(
        self, t: Tokens, before: _Item | None, first: _Item, last: _Item, after: _Item | None, *, taken_up: bool
    ) -> tuple[int | None, int]:
        """The holder of a chain of offices and how sure: 2 side by side, 1 in apposition, 0 else."""
        left = before.person if before is not None and before.person >= 0 else None
        right = after.person if after is not None and after.person >= 0 else None
        gap_left = t.lowers[before.end : first.start] if before is not None and left is not None else None
        gap_right = self._gap_to_name(t, last.end, after.start) if after is not None and right is not None else None
        if gap_right is not None and not gap_right:
            # "Bí thư Tỉnh ủy Nguyễn Văn A": nothing but words of address between.
            return right, 2
        if gap_left is not None and self._apposed(gap_left):
            return left, 1
        if self._on_behalf.ending(t.lowers, first.start) is not None and gap_left is None:
            return None, 0  # "thừa ủy quyền của Thủ tướng Chính phủ, Phó Thủ tướng X"
        if gap_right is not None and self._reaches_right(t, first, gap_right, taken_up):
            return right, 0
        if gap_left is not None and self._left_phrase(gap_left):
            return left, 0
        return None, 0

    def _reaches_right(self, t: Tokens, first: _Item, gap: list[str], taken_up: bool) -> bool:
        found = self._right.longest(gap, 0)
        if found is None or found[0] != len(gap):
            return False
        if gap[-1] in {"cho", "đối"} or gap[:2] == ["đối", "với"]:
            return taken_up  # "bổ nhiệm chức vụ X cho ông A", not "quyết định của Thủ tướng cho ông A"
        # "Theo Chánh Văn phòng huyện, ông Lộc …" names two people.
        # And "chuyến đi của Bí thư Thành ủy, anh X viết": only at the head of a clause the comma goes on to the name.
        return gap[0] != "," or first.start == 0 or not t.words[first.start - 1][-1].isalnum()

    def _gap_to_name(self, t: Tokens, end: int, start: int) -> list[str]:
        """What stands between an office and a name, without words of address and ranks before the name."""
        _, _, first = self._persons.runs.styles(t, skip_quotes(t, start))
        gap = t.lowers[end : max(end, first)]
        if gap and gap[0] == "(" and ")" in gap:
            gap = gap[gap.index(")") + 1 :]
        return [w for w in gap if w not in {"“", "”", '"', "*", "_", "'"}]

    def _apposed(self, gap: list[str]) -> bool:
        """ "NAME, TITLE", "NAME - TITLE", "NAME (TITLE", "NAME là TITLE" """
        if not gap:
            return False
        if gap[0] == "(":
            inner = gap[1:]
            if ")" in inner:
                rest = inner[inner.index(")") + 1 :]
                return self._apposed(rest) or not rest
            gap = inner
            while gap and (gap[0].isdigit() or gap[0] in {"tuổi", "sn", "sinh", "năm", ","}):
                gap = gap[1:]  # "(82 tuổi, nguyên Bí thư …)"
            if not gap:
                return True
        words = [w for w in gap if w not in _OPEN]
        if ";" in gap or "." in gap or "\n" in gap or "”" in gap:
            return False
        if not words:
            return True
        found = self._left.longest(words, 0)
        return found is not None and found[0] == len(words)

    def _left_phrase(self, gap: list[str]) -> bool:
        """ "ông A được bầu giữ chức TITLE", "bà B làm TITLE": a verb of taking or leaving office ends the words
        between."""
        if len(gap) > 20 or "." in gap or ";" in gap or "\n" in gap:
            return False
        for end in self._before_filler(gap, len(gap)):
            for trie in (self._elect, self._former, self._acting):
                found = trie.ending(gap, end)
                if found is not None and found[2].lower() not in _NOT_APPOSED:
                    return True
        return bool(gap) and gap[-1] == "làm"

    def _again(
        self,
        t: Tokens,
        offices: Sequence[Office],
        statuses: Sequence[Status],
        holders: list[int | None],
        strength: Sequence[int],
        names: Sequence[Candidate],
        persons: Sequence[Person],
        issuing: set[int],
        seat: _Seat,
    ) -> list[int | None]:
        """An office named again without its holder: the article's only holder of it, by his nearest mention."""
        known: dict[tuple[str, bool], dict[int, int]] = {}
        for n, (office, holder) in enumerate(zip(offices, holders)):
            if holder is not None:
                clusters = known.setdefault((self._key(t, office), statuses[n] == "former"), {})
                clusters[persons[holder].cluster] = max(clusters.get(persons[holder].cluster, 0), strength[n])
        signatures = {self._key(t, office): self._signature(t, office, seat) for office in offices}
        by_role: dict[str, list[tuple[str, bool]]] = {}
        for key in known:
            by_role.setdefault(signatures[key[0]][0], []).append(key)
        of_cluster: dict[int, list[int]] = {}
        for k, person in enumerate(persons):
            of_cluster.setdefault(person.cluster, []).append(k)
        result = list(holders)
        for n, office in enumerate(offices):
            holder = holders[n]
            if holder is not None and office.entry.assign.get("unique") and strength[n] < 2:
                # "… về trường hợp ông A, Tổng Bí thư cho hay": a country has one; who stands beside it wins.
                clusters = known[self._key(t, office), statuses[n] == "former"]
                if clusters[persons[holder].cluster] < 2 and max(clusters.values()) == 2:
                    result[n] = None
        for n, office in enumerate(offices):
            if (
                result[n] is not None
                or n in issuing
                or (self._is_generic(t, office) and not self._points_back(t, office))
            ):
                continue
            key = (self._key(t, office), statuses[n] == "former")
            found = known.get(key) or self._by_longer_form(t, key, office, known, by_role, signatures)
            if not found and self._points_back(t, office):
                role = office.role.lower()
                reach = range(n - 1, max(-1, n - _REACH), -1)
                back = (k for k in reach if result[k] is not None and offices[k].role.lower().startswith(role))
                result[n] = result[next(back, n)]
                continue
            best = max(found.values(), default=0)
            sure = [c for c, strong in found.items() if strong == best or strong]
            if office.entry.assign.get("unique") and best == 2:
                sure = [c for c, strong in found.items() if strong == 2]
            if len(sure) != 1:
                continue
            mentions = of_cluster[sure[0]]
            at = bisect_left(mentions, office.start, key=lambda k: names[k].start)
            result[n] = mentions[max(0, at - 1)]
        return result

    def _key(self, t: Tokens, office: Office) -> str:
        return " ".join(t.lowers[office.start : office.end])

    def _by_longer_form(
        self,
        t: Tokens,
        key: tuple[str, bool],
        office: Office,
        known: dict[tuple[str, bool], dict[int, int]],
        by_role: dict[str, list[tuple[str, bool]]],
        signatures: dict[str, _Signature],
    ) -> dict[int, int]:
        """ "Chủ tịch UBND tỉnh" for "Chủ tịch UBND tỉnh Bắc Ninh", where only one person holds such an office. A bare
        head ("Phó Chủ tịch") says too little, but for the offices that a country has once."""
        bare = office.end == office.head_end and not office.entry.assign.get("unique")
        if bare and self._persons.speaks(t, office.end) is None:
            return {}  # but "Thứ trưởng lưu ý …" speaks of the one who was named
        clusters: dict[int, int] = {}
        for other, former in by_role.get(signatures[key[0]][0], [])[:_REACH]:
            if former == key[1] and self._restates(signatures[key[0]], signatures[other]):
                clusters.update(known[other, former])
        return clusters

    def _restates(self, short: _Signature, full: _Signature) -> bool:
        """Whether one office may be named by the other: the same role, and the words of one organisation among those
        of the other ("Chủ tịch Hà Nội" and "Chủ tịch UBND TP Hà Nội")."""
        if short[0] != full[0]:
            return False
        if not short[1] or not full[1]:
            return not short[1]
        return short[1] <= full[1] or (full[1] <= short[1] and len(full[1]) > 1)

    def _signature(self, t: Tokens, office: Office, seat: _Seat) -> _Signature:
        """The role and the words of the organisation, abbreviations written out as one."""
        words = t.lowers[office.organization_start : office.end]
        resolved = self._resolve(" ".join(words), seat) or ""
        named = {
            w for w in resolved.lower().replace("thành phố", "").split() if w.isalnum() and w not in self._common_units
        }
        return office.role.lower(), frozenset(named)

    def _several(self, t: Tokens, office: Office) -> bool:
        """Whether the office is said of several ("các đại biểu Quốc hội, Thống đốc …"): no list with the next one."""
        return office.start > 0 and t.lowers[office.start - 1] in self._several_words

    def _points_back(self, t: Tokens, office: Office) -> bool:
        """ "vị Phó Bí thư", "Chủ tịch này": the office of someone just spoken of."""
        before = t.lowers[office.start - 1] if office.start else ""
        after = t.lowers[office.end] if office.end < len(t) else ""
        return before in self._back_before or after in self._back_after

    def _is_generic(self, t: Tokens, office: Office) -> bool:
        i = office.start
        return i > 0 and (
            t.lowers[i - 1] in self._plural
            or t.lowers[i - 1][0].isdigit()
            or any(" ".join(t.lowers[max(0, i - k) : i]) in self._plural for k in (2, 3))
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
                if self._key(t, office).split()[0] == said.split()[0]:
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
        seat: _Seat,
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
        resolved = self._resolve(organization or own, seat)
        if level == "province" and self._names_district(resolved):
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

    def _resolve(self, organization: str | None, seat: _Seat) -> str | None:
        """ "Tỉnh ủy" in an article about Quảng Ninh is "Tỉnh ủy Quảng Ninh", "Thành ủy" in one about Móng Cái "Thành
        ủy Móng Cái"; what names its place stays as it is."""
        if organization is None:
            return None
        folded = organization.lower()
        if any(self._places.longest(words, k) for words in (folded.split(),) for k in range(len(words))):
            return organization
        for endings, kinds in self._own_place:
            if folded.endswith(endings):
                names = (self._own(kind, seat) for kind in kinds)
                name = next((name for name in names if name), None)
                return f"{organization} {name}" if name else organization
        return organization

    def _names_district(self, resolved: str | None) -> bool:
        words = (resolved or "").lower().split()
        found = [self._places.longest(words, k) for k in range(len(words))] if "tỉnh" not in words else []
        return any(f is not None and "kind" in f[1].assign for f in found)

    def _own(self, kind: str, seat: _Seat) -> str | None:
        """The article's own unit of ``kind``; "municipality" is a province that is a city."""
        if kind == "province":
            return seat.province
        if kind == "municipality":
            entry = self._provinces.get((seat.province or "").lower())
            return seat.province if entry is not None and entry.assign.get("city") else None
        return seat.units.get(kind)

    def _issuer(self, document: Document, seat: _Seat) -> Document:
        if document.issuer_resolved is not None:
            return document
        resolved = self._resolve(document.issuer, seat)
        if document.issuer is None and document.code is not None and seat.province is not None:
            # The letters TU say province committee (or that of a centrally-run city).
            city = self._own("municipality", seat)
            body = {"TU": f"{'Thành ủy' if city else 'Tỉnh ủy'} {seat.province}"}
            resolved = body.get(document.code.rsplit("/", 1)[-1], resolved)
        return replace(document, issuer_resolved=resolved)

    def _seat(self, reading: Reading, t: Tokens, inside: set[int]) -> _Seat:
        """The article's province: the one most named, by itself or by its districts and cities; a mention in the
        first tenth of the text counts three times. And the unit of each kind below it that is most named."""
        provinces: Counter[str] = Counter()
        units: dict[str, Counter[str]] = {}
        limit = len(reading.text) // 10
        i, n = 0, len(t)
        while i < n:
            found = self._places.longest(t.lowers, i) if t.capital[i] and i not in inside else None
            if found is None or (found[0] - i == 1 and not t.words[i].isupper()):
                i += 1
                continue
            end, entry, _ = found
            weight = 3 if t.starts[i] < limit else 1
            named = t.words[i].isupper() or (i > 0 and self._units_before.ending(t.lowers, i) is not None)
            if "full" in entry.assign:
                if named or not entry.assign.get("with_unit"):
                    provinces[entry.canonical] += 2 * weight
            elif named or (i > 0 and t.lowers[i - 1] == "ủy"):
                # A district counts for its province, less than the province's own name; only where it is named as one.
                if "province" in entry.assign:
                    provinces[str(entry.assign["province"])] += weight
                units.setdefault(str(entry.assign.get("kind", "")), Counter())[entry.canonical] += weight
            i = end
        return _Seat(_leader(provinces), {kind: _leader(counts) for kind, counts in units.items()})


def _leader(counts: Counter[str]) -> str | None:
    """The name that leads the counts alone."""
    if not counts:
        return None
    (best, most), *rest = counts.most_common(2)
    return best if not rest or most > rest[0][1] else None
