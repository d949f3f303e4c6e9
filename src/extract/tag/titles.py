"""Titles: role heads from the rules, each with the longest organisation, unit or place that completes it.

In: tokens, and the runs of capitals that are surely persons (a title never runs into one). Out: one span per
office in token indices, with the head's entry and what the complement says. Holders are the business of ``link``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import get_args

from extract.records import Branch, Level
from extract.rules import LexiconEntry, RuleError, Rules
from extract.tag.bodies import BodyReader, IsPerson, Step
from extract.tag.tokens import Tokens, Trie

_QUOTES = frozenset({'"', "'", "“", "”", "‘", "’"})
_BEHIND_NAME = frozenset({",", "-", "–", "("})


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


_ALLOWED: dict[str, frozenset[object]] = {
    "branch": frozenset(get_args(Branch)),
    "level": frozenset(get_args(Level)),
    "bare": frozenset({"yes", "name", "capital", "written", "no", "deputy"}),
    "name": frozenset({"no", "field", "proper", "party"}),
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
        self.openers = self.heads.openers | self._prefixes.openers
        self._opening = self.openers | self._not.openers
        self._letters = {form.lower() for form in rules.lexicon("role") if form.isupper()}
        self._abbreviated = rules.forms("role_abbreviated")
        self._is_words = {w.lower() for w in rules.forms("apposition") if w.isalpha()}
        self._pointers = {w.lower() for w in rules.forms("back_reference.shown") | rules.forms("several")}
        self._session = rules.forms("session")
        self.bodies = BodyReader(rules, self._opens_office)
        self.organizations, self.units = self.bodies.organizations, self.bodies.units
        self.places, self.communes = self.bodies.places, self.bodies.communes
        self.opens_field = self.bodies.opens_field

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
                return below[0], role, below[1]
        if found is None:
            return None
        end, entry, form = found
        # A deputy form listed as a variant keeps its own name: "Phó Chánh án" under "Chánh án".
        deputy = "phó" in form.lower().split() and "phó" not in entry.canonical.lower().split()
        return end, form if deputy else entry.canonical, entry

    def find(self, t: Tokens, is_person: IsPerson, blocked: Collection[int]) -> list[Office]:
        """All offices, in order. ``is_person(i)`` says that a person's name starts at token ``i``; tokens in
        ``blocked`` (inside documents, addresses of pages) take no part."""
        offices: list[Office] = []
        assembly: bool | None = None  # whether the article reports a session; looked up once, where it matters
        free = 0  # the first token behind what has been read
        opening = self._opening
        for i in [i for i, word in enumerate(t.lowers) if word in opening]:
            if i < free or i in blocked:
                continue
            excluded = self._not.longest(t.lowers, i)
            found = self.head(t, i)
            if excluded is not None and (found is None or excluded[0] >= found[0]):
                free = excluded[0]
                continue
            if found is None or not self.reads_as_head(t, i, found[0]):
                continue
            office = self._complete(t, i, *found, is_person)
            bare = office is not None and office.end == office.head_end and not is_person(office.end)
            if office is not None and bare and office.entry.assign.get("bare") == "deputy":
                assembly = self._in_assembly(t) if assembly is None else assembly
                office = office if assembly else None
            if office is not None:
                offices.append(office)
                free = office.end
        return offices

    def reads_as_head(self, t: Tokens, i: int, end: int) -> bool:
        """Whether a matched head is one: abbreviations only in capitals, no head inside a compound."""
        if t.joined[i] and not t.capital[i] and not t.joined[i - 1] and t.lowers[i - 1] not in {"vị", "đồng"}:
            return False  # "giải pháp chủ yếu" holds no "Pháp chủ"
        if end - i == 1 and t.lowers[i] in self._letters and not t.words[i].isupper():
            return False  # "ct", "đb", "gđ" in lower case
        before = t.lowers[i - 1] if i else ""
        # "Phủ Chủ tịch", "văn phòng Tổng thống": the office names a house here, not a person.
        return before not in {"phủ", "lăng", "dinh", "ban", "quảng", "đài"} or (before == "ban" and not t.capital[i])

    def _complete(
        self, t: Tokens, start: int, head_end: int, role: str, entry: LexiconEntry, is_person: IsPerson
    ) -> Office | None:
        position = head_end
        level = str(entry.assign["level"]) if "level" in entry.assign else None
        suffix = self._suffixes.longest(t.lowers, position)
        if suffix is not None and not is_person(position) and self._suffix_fits(t, position, suffix[0]):
            position = suffix[0]
            role = f"{role} {suffix[1].canonical}" if suffix[1].canonical != "trưởng" else role
        after_head = position
        steps: list[Step] = []
        if entry.assign.get("complement", True):
            opened = self._opened_by_head(t, position, level, is_person)
            apposed = self._behind_name(t, start, is_person)
            steps = self.bodies.read(t, position, entry, is_person, opened, apposed=apposed)
        if entry.assign.get("delegation"):
            steps += self.bodies.delegation(t, steps[-1].end if steps else position)
        end = steps[-1].end if steps else after_head
        if end > after_head and t.lowers[end - 1] == "này" and self._counts(t, start):
            end -= 1  # "vị Bí thư xã | này", "6 phó giám đốc sở | này": the word points to the holders
        branch: str | None = None
        weak = False
        for step in steps:
            if branch is None or (weak and step.branch is not None):
                # "Ban", "Văn phòng", "Ủy ban" belong to whom the next body says: "Ban Tuyên giáo Tỉnh ủy".
                branch = step.branch or branch
                weak = step.branch == "government" and step.kind in ("field", "open", "proper", "closed")
            level = step.level if level is None or step.kind == "unit" else level
        if end == after_head and not self._stands_alone(t, start, end, entry, is_person):
            return None
        noun = self._noun_in_head(t, start, head_end) or after_head
        rule = "title.office" if end > after_head else "title.head"
        return Office(start, after_head, noun, end, role, entry, branch, level, rule)

    def _stands_alone(self, t: Tokens, start: int, end: int, entry: LexiconEntry, is_person: IsPerson) -> bool:
        """Whether a head without an organisation is an office here."""
        bare = entry.assign.get("bare", "yes")
        if bare == "no" or t.words[start] in self._abbreviated:
            return is_person(end) and bare != "no"
        if bare == "name":
            return is_person(end)
        if bare == "capital":
            inside = self.places.longest(t.lowers, start - 1) if start else None  # "Trung | Quốc Vương Nghị"
            return end < len(t) and t.capital[end] and not (inside is not None and inside[0] > start)
        if bare == "written":
            return is_person(end) or t.capital[start]
        quoted = start > 0 and end < len(t) and t.words[start - 1] in _QUOTES and t.words[end] in _QUOTES
        if quoted and not t.capital[start]:
            return False  # 'làm "giám đốc" của cả nhà'
        # "Chủ tịch Chủ tịch Hội …": the same word twice by mistake
        return t.lowers[end : 2 * end - start] != t.lowers[start:end]

    def _counts(self, t: Tokens, start: int) -> bool:
        """Whether the word before an office counts or shows its holders."""
        return start > 0 and (t.lowers[start - 1] in self._pointers or t.words[start - 1].isdigit())

    def _behind_name(self, t: Tokens, start: int, is_person: IsPerson) -> bool:
        """Whether the office at token ``start`` stands behind a person's name: "Lò Văn Thử, Chủ tịch …"."""
        k = start - 1
        while k > 0 and start - k < 4 and t.lowers[k] in self._is_words:
            k -= 1
        if k == start - 1 and t.words[k] not in _BEHIND_NAME:
            return False
        k -= k == start - 1
        while k >= 0 and t.capital[k] and start - k < 8:
            if is_person(k):
                return True
            k -= 1
        return False

    def _opened_by_head(self, t: Tokens, head_end: int, level: str | None, is_person: IsPerson) -> Step | None:
        """What the head's last word opens: the name of a hamlet ("Trưởng thôn | Hạ"), or an organisation ("Trưởng Ban |
        đại diện HĐQT", "Trưởng phòng | khám")."""
        if level == "hamlet":
            return Step(self.bodies.unit_name(t, head_end, is_person, level), "unit", None, level)
        found = self.organizations.longest(t.lowers, head_end - 1)
        if found is None or found[0] <= head_end:
            return None
        return self.bodies.organization(t, head_end - 1, None, is_person)

    def _noun_in_head(self, t: Tokens, start: int, head_end: int) -> int | None:
        """Where the noun of the body begins inside the head: "Trưởng Ban", "đại biểu Quốc hội", "trưởng thôn"."""
        for j in range(start + 1, head_end):
            for lexicon in (self.organizations, self.units):
                found = lexicon.longest(t.lowers, j)
                if found is not None and found[0] >= head_end:
                    return j
        return None

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
        if word == "phụ":
            # "Phó Giám đốc phụ trách Sở Y tế" leads it, "Phó Giám đốc phụ trách khu vực" looks after something
            return end < len(t) and t.capital[end] and self.organizations.longest(t.lowers, end) is not None
        return True

    def _opens_office(self, t: Tokens, i: int) -> bool:
        """Whether another office begins at token ``i``."""
        word = t.lowers[i]
        if word in self.heads or word in self._prefixes:
            found = self.head(t, i)
            return found is not None and (found[0] - i >= 2 or t.words[i].isupper())
        return word in {"nguyên", "cựu", "quyền"} and i + 1 < len(t) and self.head(t, i + 1) is not None
