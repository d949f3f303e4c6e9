"""Holders: which person holds which office.

In: offices and persons in token indices, with the status of each office. Out: the index of a person for each office,
or None. A link never crosses the end of a sentence, but for an office named again without its holder.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
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
from extract.tag.tokens import Tokens, Trie, split

_COMMA = frozenset({",", "và", "kiêm", "-", "–", "/"})
_OPEN = frozenset({",", "-", "–", "(", ":"})
_QUOTES = frozenset({"“", "”", '"', "*", "_", "'"})
_ENDS = frozenset({",", ".", ")", ";", "–", "-", "\n"})  # signs behind a name in apposition
_REACH = 200  # offices that are looked back over for one
_SHARED = -1  # strength of what may only by chance stand beside the office with the name: "của Bộ trưởng Y tế, …"
_LEAD = 120  # tokens of headline and lead
_Signature = tuple[str, frozenset[str], frozenset[str]]  # the role; the words of the organisation; countries in it


@dataclass(frozen=True, slots=True)
class _Item:
    """A person or an office in reading order."""

    start: int
    end: int
    person: int  # index of the person, or -1
    office: int  # index of the office, or -1


@dataclass(frozen=True, slots=True)
class _Scene:
    """What is known of an article before its holders are."""

    reading: Reading
    t: Tokens
    offices: Sequence[Office]
    names: Sequence[Candidate]
    persons: Sequence[Person]
    statuses: Sequence[Status]
    issuing: set[int]
    seat: Seat


@dataclass(slots=True)
class _Links:
    """One entry for each office: its holder, how sure (2 side by side, 1 in apposition, 0 else), and the office whose
    holder it shares, where its own sentence names none."""

    holders: list[int | None]
    strength: list[int]
    follows: list[int | None]


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
        self._sources = {w.lower() for w in rules.forms("back_reference.source")}
        self._pronouns = {w.lower() for w in rules.forms("pronoun")}
        self._jointly = {w.lower() for w in rules.forms("plural_after")}
        self._plural = {w.lower() for w in rules.forms("plural")}
        self._right = Trie(rules.lexicon("holder_after"))
        self._left = Trie(rules.lexicon("holder_before"))
        self._between = Trie(rules.lexicon("holder_between"))
        self._clause = {w.lower() for w in rules.forms("clause_word")}
        self._in_role = Trie(rules.lexicon("in_role"), backward=True)
        self._agent = Trie(rules.lexicon("agent_verb"))
        self._full_forms = Trie(rules.lexicon("full_form"))
        self._says = Trie(rules.lexicon("says"))
        self._passive = {w.lower() for w in rules.forms("passive")}
        self._own = tuple(f.lower() for f in rules.forms("own_place"))
        self._places = Trie({**rules.lexicon("country"), **rules.lexicon("place")})
        self._countries = Trie(rules.lexicon("country"))
        self._surnames = {w.lower() for w in rules.forms("surname_sure")}
        self._home = rules.forms("home_country")

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
        if not offices:
            return []
        scene = _Scene(reading, t, offices, names, persons, statuses, issuing, seat)
        links = self._in_sentences(scene)
        self._of_a_life(scene, links)
        holders = self._again(scene, links)
        for n, other in enumerate(links.follows):
            if holders[n] is None and other is not None:
                holders[n] = holders[other]  # "chỉ định Thứ trưởng X làm Bí thư": the Thứ trưởng was named elsewhere
        return holders

    # -- within a sentence ------------------------------------------------------------------------------

    def _in_sentences(self, s: _Scene) -> _Links:
        """The holder of each office where its sentence says it."""
        t = s.t
        items = sorted(
            [_Item(c.start, c.end, n, -1) for n, c in enumerate(s.names)]
            + [_Item(o.start, o.end, -1, n) for n, o in enumerate(s.offices)]
            + self._pronoun_items(s),
            key=lambda item: item.start,
        )
        count = len(s.offices)
        links = _Links([None] * count, [0] * count, [None] * count)
        sentence = [s.reading.sentence_of(t.starts[item.start]) for item in items]
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
                and not (self._several(t, s.offices[items[last].office]) and t.lowers[items[last].end] == ",")
            ):
                last += 1
            start, stop = n, last + 1
            while start > 0 and sentence[start - 1] == sentence[n] and n - start < 3:
                start -= 1
            while stop < len(items) and sentence[stop] == sentence[n] and stop - last <= 3:
                stop += 1
            self._link_chain(s, links, items[start:n], items[n : last + 1], items[last + 1 : stop])
            n = last + 1
        return links

    def _link_chain(
        self, s: _Scene, links: _Links, earlier: Sequence[_Item], chain: Sequence[_Item], later: Sequence[_Item]
    ) -> None:
        """Links a chain of offices with the persons beside it in its sentence."""
        t = s.t
        before = earlier[-1] if earlier else None
        after = later[0] if later else None
        taken_up = s.statuses[chain[0].office] != "current"
        holder, sure = self._holder(s, earlier, chain[0], chain[-1], later, taken_up=taken_up)
        for item in chain:
            links.holders[item.office], links.strength[item.office] = holder, sure
        if sure == 2:
            for item in chain[:-1]:
                links.strength[item.office] = _SHARED if self._is_of_whom(t, s.offices[item.office]) else 1
                if self._on_behalf.ending(t.lowers, item.start) is not None:
                    links.holders[item.office] = None  # "bầu cử tổng thống Mỹ, Tổng thống X nói"
        if sure == 2 and len(chain) > 1 and before is not None and self._is_apposed_to(t, earlier, chain[0]):
            # "ông A - Đại sứ Lào, Chủ tịch UBND tỉnh Lò Văn Thử": the first of them is A's.
            for item in chain[:-1]:
                links.holders[item.office], links.strength[item.office] = before.person, 1
        if holder is not None or before is None:
            return
        gap = t.lowers[before.end : chain[0].start]
        if before.office >= 0 and self._status.ends_in_verb(gap):
            # "Ông A, Phó Chủ tịch quận, được chỉ định giữ chức Chủ tịch phường"; "Ông A được Thủ tướng bổ nhiệm làm …"
            other = self._patient(t, earlier, gap)
            doer = before.office if other is None else None
            for item in chain:
                links.holders[item.office] = other if doer is None else links.holders[doer]
                links.follows[item.office] = doer
        if after is not None and after.office >= 0 and self._several(t, s.offices[chain[0].office]):
            named = next((item for item in later if item.person >= 0), None)
            if named is not None and t.lowers[chain[-1].end : after.start] == [":"]:
                links.holders[chain[0].office] = named.person  # "các Ủy viên: Chủ tịch nước Lò Văn Thử, …"

    def _is_apposed_to(self, t: Tokens, earlier: Sequence[_Item], office: _Item) -> bool:
        """Whether the name before an office waits for one: "ông A - Đại sứ", but "Bộ trưởng Lò Thị B, Đại sứ"."""
        name = earlier[-1]
        if name.person < 0 or (name.end - name.start == 1 and t.lowers[name.start] in self._pronouns):
            return False
        has_one = len(earlier) > 1 and earlier[-2].office >= 0 and not self._gap_to_name(t, earlier[-2].end, name.start)
        return not has_one and self._apposed(t.lowers[name.end : office.start])

    def _pronoun_items(self, s: _Scene) -> list[_Item]:
        """ "ông", "bà" without a name stand for the last person so addressed, or else the last one named."""
        t = s.t
        starts = {c.start: n for n, c in enumerate(s.names)}
        inside = {k for c in s.names for k in range(c.start - 1, c.end)}
        last: dict[str, int] = {}  # word of address -> the last person so addressed
        latest: int | None = None  # the last person with none
        items = []
        pronouns = self._pronouns
        places = {i for i, word in enumerate(t.lowers) if word in pronouns} if starts else ()
        for i in sorted(starts.keys() | places):
            word = t.lowers[i]
            if i in starts:
                said = (s.persons[starts[i]].honorific or "").lower()
                last[said] = starts[i]
                latest = None if said in self._pronouns else starts[i]
            if word not in pronouns or i in inside or t.joined[i]:
                continue
            if i + 1 < len(t) and (t.capital[i + 1] or t.joined[i + 1]):
                continue
            person = last.get(word, latest)
            if person is not None:
                items.append(_Item(i, i + 1, person, -1))
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
        self,
        s: _Scene,
        earlier: Sequence[_Item],
        first: _Item,
        last: _Item,
        later: Sequence[_Item],
        *,
        taken_up: bool,
    ) -> tuple[int | None, int]:
        """The holder of a chain of offices and how sure."""
        t = s.t
        before = earlier[-1] if earlier and earlier[-1].person >= 0 else None
        after = later[0] if later and later[0].person >= 0 else None
        gap_left = None if before is None else t.lowers[before.end : first.start]
        gap_right = None if after is None else self._gap_to_name(t, last.end, after.start)
        if after is not None and gap_right is not None and not gap_right:
            # "Bí thư Tỉnh ủy Nguyễn Văn A": nothing but words of address between.
            return after.person, 2
        if before is not None and gap_left is not None and self._apposed(gap_left):
            return before.person, 1
        if before is not None and gap_left == [] and t.words[last.end : last.end + 1] in ([","], [";"], [")"]):
            return before.person, 1  # "; bà Pany Yathotu Ủy viên Bộ Chính trị, …": a comma was left out
        if self._on_behalf.ending(t.lowers, first.start) is not None and before is None:
            return None, 0  # "thừa ủy quyền của Thủ tướng, Phó Thủ tướng X"
        role = self._in_role.ending(t.lowers, first.start)
        if role is not None:
            return self._in_a_role(t, role[0], before, last, after, later), 0
        if after is not None and gap_right is not None and self._reaches_right(t, first, after, gap_right, taken_up):
            return after.person, 0
        if before is not None and gap_left is not None and self._status.ends_in_verb(gap_left):
            return self._patient(t, earlier, gap_left), 0
        return None, 0

    def _in_a_role(
        self, t: Tokens, i: int, before: _Item | None, last: _Item, after: _Item | None, later: Sequence[_Item]
    ) -> int | None:
        """ "Với vai trò là Kế toán trưởng, bà A đã …", "A cho biết trên cương vị là Chủ tịch sẽ …": the subject of the
        clause, behind the office where the phrase at token ``i`` opens it."""
        if after is not None and t.lowers[last.end] == "," and after.start - last.end <= 8:
            return after.person
        if i == 0 or not t.words[i - 1][-1].isalnum() or t.words[i - 1] == "\n":
            return next((item.person for item in later if item.person >= 0), None)
        return None if before is None else before.person

    def _patient(self, t: Tokens, earlier: Sequence[_Item], gap: list[str]) -> int | None:
        """Who takes up the office: the person before the verb, but "A được Tổng thống B chỉ định làm" is said of A, and
        "B bổ nhiệm Chủ tịch mới" of nobody named."""
        doer = earlier[-1]
        acts = any(self._agent.longest(gap, k) for k in range(min(3, len(gap))))
        if not acts or gap[0] in _OPEN or self._passive & set(gap):
            return doer.person if doer.person >= 0 else None
        if "làm" in gap or "giữ" in gap or "chức" in gap:
            for k in range(len(earlier) - 2, -1, -1):
                if earlier[k].person < 0:
                    continue
                return earlier[k].person if self._passive & set(t.lowers[earlier[k].end : doer.start]) else None
        return None

    def _reaches_right(self, t: Tokens, first: _Item, after: _Item, gap: list[str], taken_up: bool) -> bool:
        found = self._right.longest(gap, 0)
        if found is None or found[0] != len(gap):
            return False
        if gap[-1] in {"cho", "đối"} or gap[:2] == ["đối", "với"]:
            return taken_up  # "bổ nhiệm chức vụ X cho ông A", not "quyết định của Thủ tướng cho ông A"
        if gap != [","] or first.start == 0 or not t.words[first.start - 1][-1].isalnum():
            return True
        # "Theo Chánh Văn phòng huyện, ông Lộc …" names two people, and so does "chuyến đi của Bí thư Thành ủy, anh X
        # viết": inside a clause the name stands in apposition only where a sign closes it.
        closed = after.end >= len(t) or t.words[after.end] in _ENDS
        return closed and t.lowers[first.start - 1] not in self._sources

    def _gap_to_name(self, t: Tokens, end: int, start: int) -> list[str]:
        """What stands between an office and a name, without words of address and ranks before the name, terms of
        office ("khóa 13 –"), and what goes on the office behind a parenthesis ("(Chủ tịch Quốc hội) Lào Lò Văn A")."""
        _, _, first = self._persons.runs.styles(t, skip_quotes(t, start))
        first = max(end, first)
        i = end
        if i < first and t.words[i] in {"(", ")"} and ")" in t.words[i:first]:
            i = t.words.index(")", i) + 1
            place = self._places.longest(t.lowers, i)
            i = place[0] if place is not None and place[0] <= first and t.capital[i] else i
        while i + 1 < first and t.capital[i] and len(t.words[i]) == 1 and t.words[i + 1] == ".":
            i += 2  # "Tổng thống Belarus A. | Lukashenko"
        while i < first:
            between = self._between.longest(t.lowers, i)
            if between is None or between[0] > first:
                break
            i = between[0]
            if t.lowers[i - 2 : i] == ["phụ", "trách"] and self._is_charge(t, i, first):
                i = first  # "Phó Giám đốc phụ trách | khu vực phía nam | Lò Thị Thử"
            while i < first and (t.words[i][0].isdigit() or t.words[i].isupper() or _joins_numbers(t, i, first)):
                i += 1
        return [w for w in t.lowers[i:first] if w not in _QUOTES]

    def _is_charge(self, t: Tokens, i: int, end: int) -> bool:
        """Whether only what an office is in charge of stands in ``[i, end)``: small words, none of them a clause's."""
        words = t.words[i:end]
        return 0 < len(words) <= 8 and all(w.islower() and w.isalpha() and w not in self._clause for w in words)

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

    # -- beyond the sentence ----------------------------------------------------------------------------

    def _of_a_life(self, s: _Scene, links: _Links) -> None:
        """The offices of a life told by dates belong to whom the article names most."""
        told = self._status.told_by_dates(s.reading, s.t, s.offices)
        if not told or not s.persons:
            return
        counts = Counter(person.cluster for person in s.persons)
        main = counts.most_common(1)[0][0]
        mentions = [k for k, person in enumerate(s.persons) if person.cluster == main]
        for n in told:
            if links.holders[n] is None:
                links.holders[n] = self._nearest(s, mentions, s.offices[n])

    def _nearest(self, s: _Scene, mentions: Sequence[int], office: Office) -> int:
        """The last of the mentions before an office, else the first."""
        at = bisect_left(mentions, office.start, key=lambda k: s.names[k].start)
        return mentions[max(0, at - 1)]

    def _again(self, s: _Scene, links: _Links) -> list[int | None]:
        """An office named again without its holder: the article's only holder of it, by his nearest mention."""
        t, offices = s.t, s.offices
        if all(holder is None for holder in links.holders):
            return list(links.holders)
        known: dict[tuple[str, bool], dict[int, int]] = {}
        beside: Counter[tuple[str, int]] = Counter()  # how often a name stands beside an office
        times: Counter[tuple[str, int]] = Counter()  # how often a sentence names the holder at all
        for n, (office, holder) in enumerate(zip(offices, links.holders)):
            if holder is not None:
                clusters = known.setdefault((self._key(t, office), s.statuses[n] == "former"), {})
                cluster = s.persons[holder].cluster
                clusters[cluster] = max(clusters.get(cluster, 0), links.strength[n])
                beside[self._key(t, office), cluster] += links.strength[n] == 2
                times[self._key(t, office), cluster] += 1
        signatures = {self._key(t, office): self._signature(t, office, s.seat) for office in offices}
        by_role: dict[str, list[tuple[str, bool]]] = {}
        for key in known:
            by_role.setdefault(signatures[key[0]][0], []).append(key)
        of_cluster: dict[int, list[int]] = {}
        for k, person in enumerate(s.persons):
            of_cluster.setdefault(person.cluster, []).append(k)
        natives = {p.cluster for p in s.persons if p.name.split()[0].lower() in self._surnames}
        result = list(links.holders)
        for n, office in enumerate(offices):
            holder = links.holders[n]
            if holder is None:
                continue
            clusters = known[self._key(t, office), s.statuses[n] == "former"]
            others = [c for c, strong in clusters.items() if strong == 2 and c != s.persons[holder].cluster]
            unique = office.entry.assign.get("unique") and s.statuses[n] != "elect"
            if (
                others
                and clusters[s.persons[holder].cluster] < 2
                and times[self._key(t, office), s.persons[holder].cluster] == 1
                and ((unique and links.strength[n] < 2) or links.strength[n] == _SHARED)
            ):
                # "… về trường hợp ông A, Tổng Bí thư cho hay", "phiên trả lời của Bộ trưởng Y tế, Chủ tịch Quốc hội A":
                # who stands beside the office elsewhere holds it.
                result[n] = None
        for n, office in enumerate(offices):
            back = self._points_back(t, office)
            if result[n] is not None or n in s.issuing or (self._is_generic(t, office) and not back):
                continue
            key = (self._key(t, office), s.statuses[n] == "former")
            found = known.get(key) or self._by_longer_form(t, key, office, known, by_role, signatures, natives)
            if not found and office.start < _LEAD:
                # "Nguyên Giám đốc Sở X lĩnh án" in the headline, "A với vai trò là Giám đốc Sở X" below it
                found = known.get((key[0], not key[1])) or {}
            best = max(found.values(), default=0)
            sure = [c for c, strong in found.items() if strong == best or strong]
            if office.entry.assign.get("unique") and best == 2:
                sure = [c for c, strong in found.items() if strong == 2]
                # "Thủ tướng" in a report of his visit abroad, "Tổng thống" in one about the new and the old one
                sure = _leading(sure, {c: beside[key[0], c] for c in sure}, 2)
                sure = _leading(sure, {c: len(of_cluster[c]) for c in sure}, 3)
            if len(sure) == 1:
                result[n] = self._nearest(s, of_cluster[sure[0]], office)
            elif back:
                result[n] = self._last_of_role(s, result, n, _REACH)
            elif sure and office.end == office.head_end and self._is_said(t, office):
                result[n] = self._last_of_role(s, result, n, 6)  # "Bộ trưởng A … Bộ trưởng lưu ý": the last one named
        return result

    def _last_of_role(self, s: _Scene, result: Sequence[int | None], n: int, reach: int) -> int | None:
        role = s.offices[n].role.lower()
        back = (k for k in range(n - 1, max(-1, n - reach), -1) if result[k] is not None)
        return next((result[k] for k in back if s.offices[k].role.lower().startswith(role)), None)

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
        natives: set[int],
    ) -> dict[int, int]:
        """ "Chủ tịch UBND tỉnh" for "Chủ tịch UBND tỉnh Bắc Ninh", where only one person holds such an office. A bare
        head ("Phó Chủ tịch") says too little, but for the offices that a country has once."""
        bare = office.end == office.head_end and not office.entry.assign.get("unique")
        if bare and not self._is_quoted(t, office):
            return {}  # but "Thứ trưởng lưu ý …" speaks of the one who was named
        clusters: dict[int, int] = {}
        for other, former in by_role.get(signatures[key[0]][0], [])[:_REACH]:
            if former == key[1] and self._restates(signatures[key[0]], signatures[other]):
                abroad = signatures[key[0]][2] and not signatures[other][2]
                # "Chủ tịch Quốc hội Lào" is not Chủ tịch Quốc hội Lò Thị Thử
                clusters.update({c: n for c, n in known[other, former].items() if not (abroad and c in natives)})
        return clusters or self._by_shorter_form(t, office, key, known, by_role, signatures)

    def _by_shorter_form(
        self,
        t: Tokens,
        office: Office,
        key: tuple[str, bool],
        known: dict[tuple[str, bool], dict[int, int]],
        by_role: dict[str, list[tuple[str, bool]]],
        signatures: dict[str, _Signature],
    ) -> dict[int, int]:
        """ "Bí thư Thành ủy" in an article that knows one "Bí thư" only, "ông A": the office of the article's own city,
        or the one that its headline and lead are about."""
        named = office.end < len(t) and t.capital[office.end]  # by a name that nobody has recognized
        if named or not (key[0].endswith(self._own) or office.start < _LEAD):
            return {}
        same = [known[other] for other in by_role.get(signatures[key[0]][0], [])[:_REACH] if other[1] == key[1]]
        if len({cluster for clusters in same for cluster in clusters}) != 1:
            return {}
        bare = (k for k in by_role[signatures[key[0]][0]] if k[1] == key[1] and not signatures[k[0]][1])
        return next((known[k] for k in bare), {})

    def _is_of_whom(self, t: Tokens, office: Office) -> bool:
        """Whether something is said to be of the office: "của Bộ trưởng Y tế"."""
        return office.start > 0 and office.end > office.head_end and t.lowers[office.start - 1] == "của"

    def _is_said(self, t: Tokens, office: Office) -> bool:
        before = t.lowers[office.start - 1] if office.start else ""
        return self._says.longest(t.lowers, office.end) is not None or (before == "theo" and t.words[office.end] == ",")

    def _is_quoted(self, t: Tokens, office: Office) -> bool:
        """Whether the office speaks or is the source of what is said: "Bộ trưởng lưu ý …", "theo Bộ trưởng, …"."""
        before = t.lowers[office.start - 1] if office.start else ""
        return self._persons.speaks(t, office.end) is not None or before in self._sources

    def _restates(self, short: _Signature, full: _Signature) -> bool:
        """Whether one office may be named by the other: the same role, and the words of one organisation among those
        of the other ("Chủ tịch Hà Nội" and "Chủ tịch UBND TP Hà Nội")."""
        if short[0] != full[0] or (short[2] and full[2] and not _share_country(short[2], full[2])):
            return False
        if not short[1] or not full[1]:
            return not short[1]
        return short[1] <= full[1] or (full[1] <= short[1] and len(full[1]) > 1)

    def _signature(self, t: Tokens, office: Office, seat: Seat) -> _Signature:
        """The role and the words of the organisation, abbreviations written out as one."""
        words = self._written_out(t.lowers[office.organization_start : office.end])
        resolved = self._seats.resolve(" ".join(words), seat) or ""
        named = {
            w for w in resolved.lower().replace("thành phố", "").split() if w.isalnum() and w not in self._common_units
        }
        deputy = "phó " if "phó" in office.role.lower().split() else ""
        role = deputy + office.entry.canonical.lower().removeprefix("phó ")
        return role, frozenset(named), self._countries_in(t, office)

    def _countries_in(self, t: Tokens, office: Office) -> frozenset[str]:
        found = (self._countries.longest(t.lowers, k) for k in range(office.organization_start, office.end))
        return frozenset(country[2] for country in found if country is not None) - self._home

    def _written_out(self, words: list[str]) -> list[str]:
        """The words with abbreviations in full: "ubnd" -> "ủy ban nhân dân"."""
        full: list[str] = []
        i = 0
        while i < len(words):
            found = self._full_forms.longest(words, i)
            full += words[i : i + 1] if found is None else split(found[1].canonical)
            i = i + 1 if found is None else found[0]
        return full

    def _several(self, t: Tokens, office: Office) -> bool:
        """Whether the office is said of several ("các đại biểu Quốc hội, Thống đốc …"): no list with the next one."""
        return office.start > 0 and t.lowers[office.start - 1] in self._several_words

    def _points_back(self, t: Tokens, office: Office) -> bool:
        """ "vị Phó Bí thư", "Chủ tịch này": the office of someone just spoken of."""
        before = t.lowers[office.start - 1] if office.start else ""
        counted = t.lowers[office.start - 2] if office.start > 1 else ""
        if before[:1].isdigit() or (before in self._back_before and counted in self._plural):
            return False  # "một vị Tổng thống", "cả hai vị bộ trưởng"
        after = t.lowers[office.end] if office.end < len(t) else ""
        return before in self._back_before or after in self._back_after

    def _is_generic(self, t: Tokens, office: Office) -> bool:
        i = office.start
        if self._several_words & set(t.lowers[office.head_end : office.end]):
            return True  # "đại sứ các nước"
        if t.lowers[office.end : office.end + 1] and " ".join(t.lowers[office.end : office.end + 2]) in self._jointly:
            return True  # "tổng thống hai nước"
        if i > 1 and t.lowers[i - 1] in self._back_before and t.lowers[i - 2] in self._plural:
            return True  # "một vị Tổng thống"
        return i > 0 and (
            t.lowers[i - 1] in self._plural
            or t.lowers[i - 1][0].isdigit()
            or any(" ".join(t.lowers[max(0, i - k) : i]) in self._plural for k in (2, 3))
        )


def _joins_numbers(t: Tokens, i: int, stop: int) -> bool:
    """Whether the sign at token ``i`` goes on a term of office: "2015 - 2020", "khóa XI, XII"."""
    follows = i + 1 < stop and (t.words[i + 1][0].isdigit() or t.words[i + 1].isupper())
    return follows and t.words[i] in {"-", "–", ",", "/", "."} and t.words[i - 1][-1].isalnum()


def _leading(clusters: list[int], weight: dict[int, int], times: int) -> list[int]:
    """The one cluster that weighs so many times more than any other; all of them where none does."""
    ranked = sorted(clusters, key=weight.__getitem__, reverse=True)
    if len(ranked) > 1 and weight[ranked[0]] >= times * weight[ranked[1]] > 0:
        return ranked[:1]
    return clusters


def _share_country(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether a country of one is named in the other, shorter or in full: "Đức", "CHLB Đức"."""
    return any(a in b or b in a for a in one for b in other)
