"""Holders: which person holds which office.

In: offices and persons in token indices, with the status of each office. Out: the index of a person for each office,
or None. A link never crosses the end of a sentence, but for an office named again without its holder.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from extract.records import Person, Status
from extract.rules import Rules
from extract.tag.persons import Candidate, PersonFinder
from extract.tag.reading import Reading
from extract.tag.runs import skip_quotes
from extract.tag.seat import Seat, SeatFinder
from extract.tag.status import StatusReader, listed
from extract.tag.titles import Office
from extract.tag.tokens import Tokens, Trie

_COMMA = frozenset({",", "và", "kiêm", "-", "–", "/"})
_OPEN = frozenset({",", "-", "–", "(", ":"})
_REACH = 200  # offices that are looked back over for one
_Signature = tuple[str, frozenset[str]]  # the role; the words of the organisation


@dataclass(frozen=True, slots=True)
class _Item:
    """A person or an office in reading order."""

    start: int
    end: int
    person: int  # index of the person, or -1
    office: int  # index of the office, or -1


class HolderFinder:
    """Finds holders. Immutable once built."""

    def __init__(self, rules: Rules, persons: PersonFinder, seats: SeatFinder, statuses: StatusReader) -> None:
        self._persons = persons
        self._seats = seats
        self._status = statuses
        self._on_behalf = Trie(rules.lexicon("on_behalf"), backward=True)
        self._list_words = {w.lower() for w in rules.forms("list_word")} | {")", "("}
        self._common_units = {w.lower() for w in rules.forms("signature_stop")}
        self._several_words = {w.lower() for w in rules.forms("several")}
        self._back_before = {w.lower() for w in rules.forms("back_reference.before")}
        self._back_after = {w.lower() for w in rules.forms("back_reference.after")}
        self._pronouns = {w.lower() for w in rules.forms("pronoun")}
        self._plural = {w.lower() for w in rules.forms("plural")}
        self._right = Trie(rules.lexicon("holder_after"))
        self._left = Trie(rules.lexicon("holder_before"))

    def find(
        self,
        reading: Reading,
        t: Tokens,
        offices: Sequence[Office],
        names: Sequence[Candidate],
        persons: Sequence[Person],
        statuses: Sequence[Status],
        issuing: set[int],
        seat: Seat,
    ) -> list[int | None]:
        """The holder of each office. ``issuing`` are offices that stand for the institution, as issuers."""
        holders, strength = self._holders(reading, t, offices, names, persons, statuses)
        return self._again(t, offices, statuses, holders, strength, names, persons, issuing, seat)

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
                and self._status.ends_in_verb(t.lowers[before.end : items[n].start])
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
        return not words or listed(t, end, start)

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
        if gap_left is not None and self._status.ends_in_verb(gap_left):
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
        seat: Seat,
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

    def _signature(self, t: Tokens, office: Office, seat: Seat) -> _Signature:
        """The role and the words of the organisation, abbreviations written out as one."""
        words = t.lowers[office.organization_start : office.end]
        resolved = self._seats.resolve(" ".join(words), seat) or ""
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
