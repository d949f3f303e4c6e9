"""Titles: role heads from the rules, each with the longest organisation, unit or place that completes it.

In: tokens, and the runs of capitals that are surely persons (a title never runs into one). Out: one span per
office in token indices, with the head's entry and what the complement says. Holders are the business of ``link``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import get_args

from extract.records import Branch, Level
from extract.rules import LexiconEntry, RuleError, Rules
from extract.tag.tokens import Tokens, Trie, is_vietnamese, without

_CONNECTORS = frozenset({"và", ",", "-", "–", "&"})
_DASHES = frozenset({"-", "–", "—"})
_OF = frozenset({"của", "thuộc"})


@dataclass(frozen=True, slots=True)
class Office:
    """One title in token indices ``[start, end)``; the organisation is ``[organization_start, end)``."""

    start: int
    head_end: int
    organization_start: int  # within the head where its noun belongs to the body: "Trưởng | Ban Tổ chức"
    end: int
    role: str  # canonical
    entry: LexiconEntry
    branch: str | None  # what the organisation says, where it says it
    level: str | None
    rule: str


@dataclass(frozen=True, slots=True)
class _Step:
    """How far one piece of the complement reaches, and what it tells."""

    end: int
    kind: str  # body, field, proper, unit, place, field_of_work, name
    branch: str | None = None
    level: str | None = None


_ALLOWED: dict[str, frozenset[object]] = {
    "branch": frozenset(get_args(Branch)),
    "level": frozenset(get_args(Level)),
    "bare": frozenset({"yes", "name", "no", "deputy"}),
    "name": frozenset({"no", "field", "proper"}),
}


def _check_assign(rules: Rules) -> None:
    """Raises RuleError where an office or a body is assigned a value that no column takes."""
    for id in ("role", "org", "unit_noun"):
        for form, entry in rules.lexicon(id).items():
            for key, allowed in _ALLOWED.items():
                value = entry.assign.get(key)
                if value is not None and value not in allowed:
                    known = ", ".join(sorted(map(str, allowed)))
                    raise RuleError(f"lexicon {id!r}: {form!r} has {key} = {value!r}; one of {known} is needed")


class OfficeFinder:
    """Finds offices. Immutable once built."""

    def __init__(self, rules: Rules) -> None:
        _check_assign(rules)
        self.heads: Trie[LexiconEntry] = Trie(rules.lexicon("role"))
        self._prefixes = Trie(rules.lexicon("role_prefix"))
        self._suffixes = Trie(rules.lexicon("role_suffix"))
        self._not = Trie(rules.lexicon("role_not"))
        self.organizations = Trie(rules.lexicon("org"))
        self._fields = Trie(without(rules.lexicon("field"), _CONNECTORS))
        self.units = Trie(rules.lexicon("unit_noun"))
        self.places = Trie({**rules.lexicon("country"), **rules.lexicon("place")})
        self.communes = Trie({**rules.lexicon("commune"), **rules.lexicon("place")})
        self._surnames = {s.lower() for s in rules.forms("surname")}
        self._sure = {s.lower() for s in rules.forms("surname_sure")}
        self._foreign = rules.forms("foreign_given")
        self._session = rules.forms("session")
        self._verbs = Trie(rules.lexicon("speech_verb"))
        self._clause = {w.lower() for w in rules.forms("clause_word")}

    def head(self, t: Tokens, i: int) -> tuple[int, str, LexiconEntry] | None:
        """The end, the canonical role and the entry of the head at token ``i``, prefixes included."""
        lowers = t.lowers
        found = self.heads.longest(lowers, i)
        prefix = self._prefixes.longest(lowers, i)
        if prefix is not None and prefix[0] < len(t):
            below = self.heads.longest(lowers, prefix[0])
            if below is not None and (found is None or below[0] > found[0]):
                form = below[2] if below[1].canonical.startswith("Phó") else below[1].canonical
                role = f"{prefix[1].canonical} {form}"
                return below[0], _decapitalize(role), below[1]
        if found is None:
            return None
        end, entry, form = found
        # A deputy form listed as a variant keeps its own name: "Phó Chánh án" under "Chánh án".
        deputy = "phó" in form.lower().split() and "phó" not in entry.canonical.lower().split()
        return end, form if deputy else entry.canonical, entry

    def find(self, t: Tokens, is_person: Callable[[int], bool], blocked: Collection[int]) -> list[Office]:
        """All offices, in order. ``is_person(i)`` says that a person's name starts at token ``i``; tokens in
        ``blocked`` (inside documents, addresses of pages) take no part."""
        offices: list[Office] = []
        assembly: bool | None = None  # whether the article reports a session; looked up once, where it matters
        i, n = 0, len(t)
        heads, prefixes, nots = self.heads, self._prefixes, self._not
        while i < n:
            word = t.lowers[i]
            if (word not in heads and word not in prefixes and word not in nots) or i in blocked:
                i += 1
                continue
            excluded = nots.longest(t.lowers, i)
            found = self.head(t, i)
            if excluded is not None and (found is None or excluded[0] >= found[0]):
                i = excluded[0]
                continue
            if found is None or not self.reads_as_head(t, i, found[0]):
                i += 1
                continue
            office = self._complete(t, i, *found, is_person)
            if office is not None and office.entry.assign.get("bare") == "deputy" and not is_person(office.end):
                assembly = self._in_assembly(t) if assembly is None else assembly
                office = office if assembly else None
            if office is None:
                i += 1
                continue
            offices.append(office)
            i = office.end
        return offices

    def reads_as_head(self, t: Tokens, i: int, end: int) -> bool:
        """Whether a matched head is one: abbreviations only in capitals, no head inside a compound."""
        if t.joined[i] and not t.capital[i] and not t.joined[i - 1] and t.lowers[i - 1] not in {"vị", "đồng"}:
            return False  # "giải pháp chủ yếu" holds no "Pháp chủ"
        if end - i == 1 and len(t.words[i]) <= 4 and not t.words[i].isupper() and t.lowers[i] != "nghị":
            return False  # "ct", "đb", "gđ" in lower case
        before = t.lowers[i - 1] if i else ""
        # "Phủ Chủ tịch", "văn phòng Tổng thống": the office names a house here, not a person.
        return before not in {"phủ", "lăng", "dinh", "ban", "quảng"} or (before == "ban" and not t.capital[i])

    def _complete(
        self,
        t: Tokens,
        start: int,
        head_end: int,
        role: str,
        entry: LexiconEntry,
        is_person: Callable[[int], bool],
    ) -> Office | None:
        position = head_end
        branch: str | None = None
        weak = False
        level = str(entry.assign["level"]) if "level" in entry.assign else None
        suffix = self._suffixes.longest(t.lowers, position)
        if suffix is not None and not is_person(position) and self._suffix_fits(t, position, suffix[0]):
            position = suffix[0]
            role = f"{role} {suffix[1].canonical}" if suffix[1].canonical != "trưởng" else role
        after_head = position
        last: _Step | None = None
        if level == "hamlet":
            last = _Step(position, "unit", None, "hamlet")
            named = self._unit_name(t, position, is_person, "hamlet")
            position = named
        elif entry.assign.get("complement", True):
            own = self._heads_own_noun(t, position, is_person)
            if own is not None:
                position, last, branch, weak = own.end, own, own.branch, own.branch == "government"
        inner = False  # a part of a larger body has been named, so that the body may follow a comma or a dash
        while position < len(t) and entry.assign.get("complement", True):
            inner = inner or (last is not None and last.kind in _NAMED)
            step = self._step(t, position, last, entry, is_person, inner)
            if step is None:
                break
            position, last = step.end, step
            if branch is None or (weak and step.branch is not None):
                # "Ban", "Văn phòng", "Ủy ban" belong to whom the next body says: "Ban Tuyên giáo Tỉnh ủy".
                branch = step.branch or branch
                weak = step.branch == "government" and step.kind in ("field", "open", "proper")
            level = step.level if level is None or step.kind in ("unit",) else level
        bare = entry.assign.get("bare", "yes")
        if position == after_head and (bare == "no" or (bare == "name" and not is_person(position))):
            return None
        rule = "title.office" if position > after_head else "title.head"
        return Office(
            start,
            after_head,
            self._noun_in_head(t, start, head_end) or after_head,
            position,
            role,
            entry,
            branch,
            level,
            rule,
        )

    def _noun_in_head(self, t: Tokens, start: int, head_end: int) -> int | None:
        """Where the noun of the body begins inside the head: "Trưởng Ban", "đại biểu Quốc hội", "trưởng thôn"."""
        for j in range(start + 1, head_end):
            for lexicon in (self.organizations, self.units):
                found = lexicon.longest(t.lowers, j)
                if found is not None and found[0] >= head_end:
                    return j
        return None

    def _heads_own_noun(self, t: Tokens, head_end: int, is_person: Callable[[int], bool]) -> _Step | None:
        """The head's last word may open the organisation: "Trưởng Ban đại diện HĐQT", "Trưởng phòng khám"."""
        found = self.organizations.longest(t.lowers, head_end - 1)
        if found is None or found[0] <= head_end:
            return None
        return self._organization(t, head_end - 1, None, is_person)

    def _in_assembly(self, t: Tokens) -> bool:
        """Whether the article reports a session of an elected body, where "đại biểu" are its deputies."""
        lowers = t.lowers
        session = any(f"{a} {b}" in self._session for a, b in pairwise(lowers))
        return session and any(
            w in {"hđnd", "qh", "đbqh"} or (w == "quốc" and lowers[k + 1 : k + 2] == ["hội"])
            for k, w in enumerate(lowers)
        )

    def _suffix_fits(self, t: Tokens, position: int, end: int) -> bool:
        word = t.lowers[position]
        if word == "thường" and end - position == 2:
            # "Phó Bí thư Thường trực Tỉnh ủy", but "Chủ tịch thường trực hội đồng" keeps it as well.
            return True
        if word == "trưởng":
            return not t.touching(position) and t.lowers[position - 1] in {"viên"}
        return True

    def _step(
        self,
        t: Tokens,
        i: int,
        last: _Step | None,
        entry: LexiconEntry,
        is_person: Callable[[int], bool],
        inner: bool,
    ) -> _Step | None:
        """The next piece of the complement at token ``i``, or None where the title ends."""
        word = t.lowers[i]
        if is_person(i):
            return None
        if word == "tại" and entry.assign.get("at") and i + 1 < len(t):
            # "Đại sứ Việt Nam tại Lào", "Đại sứ Mỹ tại LHQ"
            return self._place(t, i + 1, is_person) or self._organization(t, i + 1, last, is_person)
        if word in _OF:
            if i + 1 >= len(t):
                return None
            step = self._organization(t, i + 1, last, is_person) or self._place(t, i + 1, is_person)
            if step is None and last is None and entry.assign.get("free"):
                step = self._free_name(t, i + 1, entry, is_person)  # "Giám đốc điều hành của Apple"
            return step
        if word == "," and last is None and i + 1 < len(t) and t.lowers[i + 1] in t.lowers[i - 2 : i]:
            return self._organization(t, i + 1, None, is_person)  # "Phó Viện trưởng, Viện Nghiên cứu …"
        if word == ",":
            return self._after_comma(t, i, last, is_person, inner)
        if word in _DASHES:
            return self._after_dash(t, i, last, is_person, inner)
        if word in {"và", "("}:
            return None
        if last is None and entry.assign.get("free"):
            field, body = self._field(t, i), self.organizations.longest(t.lowers, i)
            if field is not None and (body is None or field > body[0]):
                return self._free_name(t, i, entry, is_person)
        step = self._organization(t, i, last, is_person)
        if step is not None:
            return step
        step = self._place(t, i, is_person)
        if step is not None:
            return step
        if last is None and entry.assign.get("place") and t.capital[i] and not (i + 1 < len(t) and t.capital[i + 1]):
            return _Step(i + 1, "place")  # "Thị trưởng Ulaanbaatar"
        if last is not None and last.kind == "body" and last.level in {"province", "district"}:
            seat = self._seat(t, i, is_person)
            if seat > i:
                return _Step(seat, "place", None, last.level)
        if last is None and entry.assign.get("free"):
            return self._free_name(t, i, entry, is_person)
        if last is not None and last.kind in _NAMED | {"open"} and t.words[i].islower():
            # "Hội đồng xét tuyển công chức ngành Kiểm sát", "Học viện Chính trị quốc gia Hồ Chí Minh"
            further = self._over_common_words(t, i, is_person)
            if further is not None:
                return _Step(self._name_end(t, further, is_person), "proper")
        return None

    def _seat(self, t: Tokens, i: int, is_person: Callable[[int], bool]) -> int:
        """End of an unknown place name after a committee: "Huyện ủy Mù Cang Chải Nông Đức Chỉnh" has a seat and a
        secretary, "Huyện ủy Lò Văn Thử" only the latter."""
        j = i
        while j < len(t) and t.capital[j] and t.words[j].isalpha() and not t.words[j].isupper() and j - i < 8:
            j += 1
        if j == i or self._torn(t, i, i + 1) or self._opens_office(t, i) or self.organizations.longest(t.lowers, i):
            return i
        for k in range(i + 1, j - 1):
            if t.lowers[k] in self._sure and j - k >= 2 and k - i <= 3:
                return k
        commune = self.communes.longest(t.lowers, i)
        if commune is not None and commune[0] == j:
            return j
        return j if j - i == 2 and t.lowers[i] not in self._sure and not is_person(i) else i

    def _torn(self, t: Tokens, i: int, end: int) -> bool:
        """Whether a one-syllable match is only the first syllable of a longer word: "Tổ" of "Tổ chức", "Pháp" of
        "Pháp chế", "ban" of "ban hành"."""
        return end - i == 1 and end < len(t) and t.joined[end] and t.words[end].islower()

    # -- pieces -----------------------------------------------------------------------------------------

    def _organization(self, t: Tokens, i: int, last: _Step | None, is_person: Callable[[int], bool]) -> _Step | None:
        found = self.organizations.longest(t.lowers, i)
        if found is None or self._opens_office(t, i) or self._torn(t, i, found[0]):
            return None
        end, entry, form = found
        kind = str(entry.assign.get("name", "no"))
        branch = str(entry.assign.get("branch", "")) or None
        level = str(entry.assign["level"]) if "level" in entry.assign else None
        single = end - i == 1
        if t.lowers[i:end] == ["nước"] and t.lowers[end : end + 1] == ["này"]:
            return _Step(end + 1, "place", branch, level)  # "Tổng thống nước này Aldo Ferrante"
        if single and t.words[i].islower() and kind == "no" and form.isupper():
            return None  # "th" for an abbreviation
        if single and not t.capital[i] and form[0].isupper() and len(form) <= 5:
            # "bộ", "sở", "ban" in lower case are common nouns unless a field follows: "giám đốc sở Y tế".
            if last is not None and t.lowers[i] not in {"tỉnh", "huyện"}:
                return None
            field = self._field(t, end)
            if kind == "field" and field is not None:
                return _Step(field, "body", branch, level)
            if t.lowers[i] in {
                "nước",
                "đảng",
                "hội",
                "trường",
                "viện",
                "khoa",
                "đoàn",
                "đội",
                "tổ",
                "báo",
                "vùng",
                "cục",
                "vụ",
                "ga",
            }:
                return (
                    _Step(end, "body", branch, level)
                    if last is None and t.lowers[i] in {"nước"}
                    else self._proper(t, end, branch, level, is_person)
                )
            return _Step(end, "body", branch, level) if last is None and kind != "no" else None
        if kind == "no":
            return _Step(end, "body", branch, level)
        if kind == "field":
            field = self._field(t, end)
            if field is not None:
                return _Step(self._extend_field(t, field, is_person), "field", branch, level)
        named = self._proper(t, end, branch, level, is_person)
        if named is not None:
            return named
        if last is not None and last.kind in _NAMED and not t.capital[i]:
            return _Step(end, last.kind, branch, level)  # "Trung tâm Hỗ trợ doanh nghiệp"
        return _Step(end, "open", branch, level)

    def opens_field(self, t: Tokens, i: int) -> bool:
        """Whether a field of work of two words or more begins at token ``i``."""
        end = self._field(t, i) if i < len(t) else None
        return end is not None and end - i >= 2

    def _field(self, t: Tokens, i: int) -> int | None:
        found = self._fields.longest(t.lowers, i, _CONNECTORS)
        return None if found is None else found[0]

    def _extend_field(self, t: Tokens, i: int, is_person: Callable[[int], bool]) -> int:
        """Past a known field the name may go on: "Ban Quản lý dự án đầu tư xây dựng", "Cục Cảnh sát hình sự"."""
        while i < len(t):
            if is_person(i) or self.places.longest(t.lowers, i) or self.units.longest(t.lowers, i):
                break
            more = self._field(t, i)
            if (
                more is None
                and t.lowers[i] in {"và", ","}
                and i + 1 < len(t)
                and t.capital[i + 1]
                and not is_person(i + 1)
            ):
                # "Bộ trưởng Du lịch và Văn hóa", "Ban Tuyên giáo và Dân vận"
                more = self._field(t, i + 1) if not self._opens_office(t, i + 1) and t.lowers[i] == "và" else None
            if more is None:
                break
            i = more
        return i

    def _proper(
        self, t: Tokens, i: int, branch: str | None, level: str | None, is_person: Callable[[int], bool]
    ) -> _Step | None:
        """The proper name of an organisation: capitalised words, with what belongs to the same word after them."""
        end = self._name_end(t, i, is_person)
        return _Step(end, "proper", branch, level) if end > i else None

    def _name_end(self, t: Tokens, i: int, is_person: Callable[[int], bool], *, announced: bool = True) -> int:
        """End of the proper name at token ``i``; ``announced``: a noun such as "Công ty" opened it, and common words
        may stand in it."""
        j, n = i, len(t)
        if j < n and t.words[j] in {"“", '"', "'"}:
            close = next((k for k in range(j + 1, min(n, j + 8)) if t.words[k] in {"”", '"', "'"}), None)
            return close + 1 if close is not None and t.capital[j + 1] else i
        while j < n:
            if t.words[j] == "\n" or (j > i and (is_person(j) or self._opens_office(t, j))):
                break
            if (j > i or t.words[j].isupper()) and self.units.longest(t.lowers, j) and not t.joined[j]:
                break
            if t.capital[j]:
                foreign = not is_vietnamese(t.words[j]) and not t.words[j].isupper()
                if j > i and foreign and is_vietnamese(t.words[j - 1]) and j + 1 < n and t.capital[j + 1]:
                    break  # "Bộ trưởng Hạ tầng Neža Kopitar"
                place = self.places.longest(t.lowers, j)
                if j > i and place is not None and place[0] - j >= 2:
                    break
                j += 1
            elif t.joined[j] and j > i and t.words[j].isalpha():
                j += 1
            elif t.words[j].isdigit() and j > i and not t.touching(j):
                j += 1
                break
            elif t.words[j].isdigit() and j > i and t.words[j - 1].isupper():
                j += 1  # "Phòng PC67"
            elif t.lowers[j] in _CONNECTORS - {","} and j > i and j + 1 < n and t.capital[j + 1]:
                if (t.lowers[j] in _DASHES | {"&"} and not (is_person(j + 1) or self._opens_office(t, j + 1))) or (
                    t.lowers[j] == "và"
                    and j + 2 < n
                    and t.joined[j + 2]
                    and not self.organizations.longest(t.lowers, j + 1)
                    and not is_person(j + 1)
                    and not self._opens_office(t, j + 1)
                ):
                    j += 1
                else:
                    break
            elif self._field(t, j) is not None and not t.capital[j]:
                j = self._field(t, j) or j
            else:
                further = self._over_common_words(t, j, is_person) if announced else None
                if further is None:
                    break
                j = further
        return j

    def _over_common_words(self, t: Tokens, j: int, is_person: Callable[[int], bool]) -> int | None:
        """Common words inside a name, closed by a capital, a unit or a place: "Công ty Trục vớt luồng hạ lưu",
        "Câu lạc bộ truyền thống kháng chiến - hưu trí quận 10". None where a word of the clause intervenes."""
        if self.units.longest(t.lowers, j) or self.organizations.longest(t.lowers, j):
            return None
        k = j
        while k < len(t) and k - j < 9:
            word = t.words[k]
            if (
                t.lowers[k] in self._clause
                or self._verbs.longest(t.lowers, k) is not None
                or not (word.isalpha() or (word in _DASHES and k > j))
                or is_person(k)
            ):
                return None
            if k > j and (t.capital[k] or self.units.longest(t.lowers, k)) and not self._opens_office(t, k):
                return k
            if self._opens_office(t, k):
                return None
            k += 1
        return None

    def _place(self, t: Tokens, i: int, is_person: Callable[[int], bool]) -> _Step | None:
        unit = self.units.longest(t.lowers, i)
        if unit is not None and (unit[2].islower() or t.capital[i]) and not self._torn(t, i, unit[0]):
            end, entry, form = unit
            level = str(entry.assign["level"])
            name = self._unit_name(t, end, is_person, level, closed="closed" in entry.assign)
            if name == end and form.endswith("."):
                name -= 1  # the full stop of "… Công an TP." ends the sentence
            return _Step(name, "unit", None, level)
        place = self.places.longest(t.lowers, i)
        if (
            place is not None
            and t.capital[i]
            and not self._torn(t, i, place[0])
            and all(t.capital[k] or not t.words[k].isalpha() for k in range(i, place[0]))
        ):
            known = "province" if "full" in place[1].assign else None
            return _Step(place[0], "place", None, known)
        if t.lowers[i] == "ở" and i + 1 < len(t):
            return self._organization(t, i + 1, None, is_person)
        return None

    def _unit_name(
        self, t: Tokens, i: int, is_person: Callable[[int], bool], level: str, *, closed: bool = False
    ) -> int:
        """End of the name after a unit noun; ``i`` itself where the noun stands alone ("UBND tỉnh"). ``closed``: every
        name of such a unit is in the lexicon."""
        n = len(t)
        if i >= n:
            return i
        if t.lowers[i] == "số" and i + 1 < n and t.words[i + 1].isdigit():
            i += 1
        if t.words[i].isdigit():
            end = i + 1
            while end + 1 < n and t.lowers[end] in {"và", ","} and t.words[end + 1].isdigit():
                end += 2
            return end
        nested = self.units.longest(t.lowers, i)
        if nested is not None and not t.capital[i]:
            return self._unit_name(t, nested[0], is_person, level)
        place = (self.communes if level in {"commune", "hamlet"} else self.places).longest(t.lowers, i)
        if place is not None and t.capital[i] and not self._person_overrides(t, i, place[0], is_person):
            end = place[0]
            if end < n and t.words[end].isdigit() and len(t.words[end]) <= 2:
                end += 1
            return end
        if not t.capital[i] or is_person(i) or self._opens_office(t, i) or self._torn(t, i, i + 1):
            return i
        j = i
        while (
            j < n
            and j - i < 3
            and t.capital[j]
            and t.words[j].isalpha()
            and not (j > i and (is_person(j) or self._opens_office(t, j)))
        ):
            if t.words[j] in self._foreign or "'" in t.words[j] or "’" in t.words[j]:
                break
            if j > i and j + 1 < n and t.capital[j + 1] and not any(map(is_vietnamese, t.words[j - 1 : j + 1])):
                break  # "bang Ohio Caleb Worthington"
            j += 1
        # "Chủ tịch UBND tỉnh Phạm Gia Thử": an unknown name after a bare unit noun that opens with a family name is
        # the holder; two syllables with a family name that is seldom one ("xã Phù Việt") are the place.
        opens_name = closed or t.lowers[i] in (self._surnames if j - i > 2 else self._sure)
        before_person = j < n and t.words[j][0].isupper() and "'" in t.words[j].replace("’", "'")
        holder = place is None and ((j - i >= 2 and opens_name) or (j - i == 1 and before_person))
        if holder:
            return i
        if j > i and j < n and t.words[j].isdigit() and len(t.words[j]) <= 2:
            j += 1
        return j

    def _person_overrides(self, t: Tokens, i: int, end: int, is_person: Callable[[int], bool]) -> bool:
        return is_person(i) and end < len(t) and t.capital[end] and t.words[end].isalpha() and not is_person(end)

    def _free_name(self, t: Tokens, i: int, entry: LexiconEntry, is_person: Callable[[int], bool]) -> _Step | None:
        """A name without an organisation noun: "Trưởng ban Kinh tế", "Tổng giám đốc VNPT", "Giám đốc FBI"."""
        field = self._field(t, i)
        if field is not None and (t.capital[i] or t.lowers[i - 1] in {"phòng", "ban", "trưởng", "nhiệm"}):
            return _Step(self._extend_field(t, field, is_person), "field_of_work")
        if not t.capital[i] or is_person(i) or not t.words[i].isalpha() or self._opens_office(t, i):
            return None
        end = self._name_end(t, i, is_person, announced=False)
        words = t.words[i:end]
        if len(words) == 1 and (words[0].isupper() and len(words[0]) > 1):
            return _Step(end, "name")
        if len(words) == 1 and not is_vietnamese(words[0]) and entry.assign.get("branch") == "enterprise":
            return _Step(end, "name")
        lower_inside = any(not w[0].isupper() and w.isalpha() for w in words)
        if lower_inside and t.lowers[i] not in self._surnames:
            return _Step(end, "name")
        return None

    # -- what may follow a comma or a dash --------------------------------------------------------------

    def _after_comma(
        self, t: Tokens, i: int, last: _Step | None, is_person: Callable[[int], bool], inner: bool
    ) -> _Step | None:
        j = i + 1
        if last is None or j >= len(t) or is_person(j) or self._opens_office(t, j):
            return None
        if last.kind == "unit" and t.lowers[j] in self.units and not t.capital[i - 1] and not t.capital[j]:
            # "trưởng thôn, bản, khu phố"
            unit = self.units.longest(t.lowers, j)
            if unit is not None and unit[1].assign["level"] == "hamlet" == last.level:
                return _Step(unit[0], "unit", None, "hamlet")
        if last.kind in ("unit", "place") and last.level not in {None, "province", "central"}:
            unit = self.units.longest(t.lowers, j)
            if unit is not None and _LEVELS.index(str(unit[1].assign["level"])) < _LEVELS.index(last.level or "hamlet"):
                end = self._unit_name(t, unit[0], is_person, str(unit[1].assign["level"]))
                return _Step(end, "place", None, last.level) if end > unit[0] else None
            return None
        if t.lowers[j] == "thuộc":
            return self._organization(t, j + 1, last, is_person) if j + 1 < len(t) else None
        if inner:
            found = self.organizations.longest(t.lowers, j)
            if found is None or not t.capital[j] or found[1].assign.get("branch") == "party":
                return None
            return self._organization(t, j, last, is_person)
        # "Phó Chủ tịch HĐND, UBND tỉnh"
        if last.kind == "body" and t.words[j].isupper() and t.words[i - 1].isupper():
            found = self.organizations.longest(t.lowers, j)
            if found is not None and self.units.longest(t.lowers, found[0]):
                return _Step(found[0], "body", str(found[1].assign.get("branch")))
        return None

    def _after_dash(
        self, t: Tokens, i: int, last: _Step | None, is_person: Callable[[int], bool], inner: bool
    ) -> _Step | None:
        j = i + 1
        if last is None or j >= len(t) or is_person(j) or self._opens_office(t, j):
            return None
        if inner:
            found = self.organizations.longest(t.lowers, j)
            if found is not None and t.capital[j] and found[1].assign.get("name") != "no":
                step = self._organization(t, j, last, is_person)
                return step if step is not None and step.kind in _NAMED else None
        return None

    def _opens_office(self, t: Tokens, i: int) -> bool:
        """Whether another office begins at token ``i``."""
        word = t.lowers[i]
        if word in self.heads or word in self._prefixes:
            found = self.head(t, i)
            return found is not None and (found[0] - i >= 2 or t.words[i].isupper())
        return word in {"nguyên", "cựu", "quyền"} and i + 1 < len(t) and self.head(t, i + 1) is not None


_NAMED = frozenset({"field", "proper", "field_of_work", "name"})
_LEVELS = ("central", "province", "district", "commune", "hamlet", "unknown")


def _decapitalize(role: str) -> str:
    """'Phó Trưởng Ban' keeps its capitals; only doubled ones are the lexicon's business."""
    return role
