"""Bodies: what completes an office, piece by piece: organisations with their field of work or proper name, units,
places, and the common words inside a name.

In: tokens, and the place behind a role head. Out: the pieces in order. None runs into a person or another office.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from extract.rules import LexiconEntry, Rules
from extract.tag.tokens import Tokens, Trie, is_vietnamese, split, without

_CONNECTORS = frozenset({"và", ",", "-", "–", "&"})
_DASHES = frozenset({"-", "–", "—"})
_OF = frozenset({"của", "thuộc"})
_CLOSERS = frozenset({",", "(", ")", "–", "-", "”", '"', "]"})  # what may end a name of common words
_NAMED = frozenset({"field", "proper", "field_of_work", "name"})
_LEVELS = ("central", "province", "district", "commune", "hamlet", "unknown")
_DAYS = frozenset({"qua", "nay"})  # behind a part of the day: "sáng nay"
_LONGEST = 9  # common words in a row inside a name

IsPerson = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """How far one piece of the complement reaches, and what it tells."""

    end: int
    kind: str  # body, open (its name may follow), closed (named whole), field, proper, unit, place, field_of_work, name
    branch: str | None = None
    level: str | None = None
    at: bool = False  # "tại" and a place may follow: "Chi nhánh … tại Bình Định"


class BodyReader:
    """Reads complements. Immutable once built. ``opens_office(t, i)`` says that an office begins at token ``i``."""

    def __init__(self, rules: Rules, opens_office: Callable[[Tokens, int], bool]) -> None:
        self._opens_office = opens_office
        self.organizations = Trie(rules.lexicon("org"))
        self._fields = Trie(without(rules.lexicon("field"), _CONNECTORS))
        self._wards = Trie(rules.lexicon("ward_field"))
        self._parties = Trie(rules.lexicon("party_name"))
        self.units = Trie(rules.lexicon("unit_noun"))
        places = {**rules.lexicon("country"), **rules.lexicon("place")}
        self.places = Trie(places)
        self._shapes = {form: _shape(form) for form in places}
        self._states = Trie(rules.lexicon("country_kind"))
        self.communes = Trie({**rules.lexicon("commune"), **rules.lexicon("place")})
        self._surnames = {s.lower() for s in rules.forms("surname")}
        self._sure = {s.lower() for s in rules.forms("surname_sure")}
        self._foreign = rules.forms("foreign_given")
        self._ranks = Trie(rules.lexicon("rank"))
        self._firms = Trie({**rules.lexicon("not_person.brand"), **rules.lexicon("not_person.firm")})
        signs = {s.lower() for s in rules.forms("firm_sign")}
        self._firm_starts = tuple(s.removesuffix("-") for s in signs if s.endswith("-"))
        self._firm_ends = tuple(s.removeprefix("-") for s in signs if s.startswith("-"))
        acts = {**rules.lexicon("speech_verb"), **rules.lexicon("act")}
        doubtful = {w.lower() for w in rules.forms("act.or_field")}
        self._acts = Trie(acts)
        self._sure_acts = Trie({form: entry for form, entry in acts.items() if form.lower() not in doubtful})
        self._name_ends = Trie(rules.lexicon("name_end"))
        self._part_nouns = {w.lower() for w in rules.forms("part_noun")}
        self._never_alone = {w.lower() for w in rules.forms("noun_never_alone")}
        self._deictics = {w.lower() for w in rules.forms("deictic")}
        self._person_nouns = Trie({**rules.lexicon("person_noun"), **rules.lexicon("rank")})
        self._asides = {w.lower() for w in rules.forms("aside")}
        self._openers = rules.forms("sentence_opener")
        self._name_openers = rules.forms("sentence_opener.or_name")
        self._clause = {w.lower() for w in rules.forms("clause_word")}

    def read(
        self, t: Tokens, i: int, entry: LexiconEntry, is_person: IsPerson, first: Step | None, *, apposed: bool
    ) -> list[Step]:
        """The pieces behind the head of ``entry`` that ends at token ``i``; ``first`` is what the head itself opens.
        ``apposed``: the office stands behind a name, so that the capitals behind it are no holder."""
        steps = [] if first is None else [first]
        i = i if first is None else first.end
        while i < len(t):
            step = self._step(t, i, steps, entry, is_person, apposed=apposed)
            if step is None:
                break
            steps.append(step)
            i = step.end
        return steps

    def _step(
        self, t: Tokens, i: int, steps: Sequence[Step], entry: LexiconEntry, is_person: IsPerson, *, apposed: bool
    ) -> Step | None:
        """The next piece at token ``i``, or None where the office ends."""
        word = t.lowers[i]
        last = steps[-1] if steps else None
        free = last is None and entry.assign.get("free")
        if is_person(i):
            firm = self._firms.longest(t.lowers, i) if free else None
            return None if firm is None or firm[0] - i < 2 else Step(firm[0], "name", at=True)
        if word == "tại" and i + 1 < len(t):
            if entry.assign.get("at") or any(s.at for s in steps):
                # "Đại sứ Việt Nam tại Lào", "Đại sứ Mỹ tại LHQ", "Trưởng Chi nhánh tại San Jose"
                step = self.place(t, i + 1, is_person) or self.organization(t, i + 1, last, is_person)
                foreign = not is_vietnamese(t.words[i + 1]) and t.capital[i + 1] and not is_person(i + 1)
                return Step(self._name_end(t, i + 1, is_person), "place") if step is None and foreign else step
            named = self.named_place(t, i + 1)  # "Giám đốc Công ty Sao Mai tại Lào", but "… Sở Y tế tại Hà Nội"
            local = last is None or last.kind not in _NAMED or last.branch in {None, "government", "party", "assembly"}
            return None if named is None or local else Step(named[0], "place")
        if word == "số" and last is None and entry.assign.get("numbered") and t.words[i + 1 : i + 2] != []:
            return Step(i + 2, "name") if t.words[i + 1].isdigit() else None  # "Đội trưởng Quản lý thị trường số 14"
        if word == "ở" and last is not None and i + 1 < len(t) and t.capital[i + 1]:
            return self.organization(t, i + 1, last, is_person) or self.place(t, i + 1, is_person)
        if word in _OF:
            if i + 1 >= len(t):
                return None
            step = self.organization(t, i + 1, last, is_person) or self.place(t, i + 1, is_person)
            if step is None and last is not None and t.words[i + 1].isupper() and len(t.words[i + 1]) > 1:
                return Step(i + 2, "name")  # "Ban Quản lý dự án thuộc VEC"
            if step is None and free:
                step = self._free_name(t, i + 1, entry, is_person, apposed=apposed)  # "Giám đốc điều hành của Apple"
            return step
        if word == "," and last is None and i + 1 < len(t) and t.lowers[i + 1] in t.lowers[i - 2 : i]:
            return self.organization(t, i + 1, None, is_person)  # "Phó Viện trưởng, Viện Nghiên cứu …"
        if word == ",":
            return self._after_comma(t, i, steps, is_person)
        if word in _DASHES or (word == "&" and last is not None and last.kind == "body"):
            return self._after_dash(t, i, steps, is_person)
        if word in {"và", "&"}:
            return self._after_and(t, i, steps, is_person)
        if free:
            field, body = self.field(t, i), self.organizations.longest(t.lowers, i)
            if field is not None and (body is None or field > body[0]):
                return self._free_name(t, i, entry, is_person, apposed=apposed)
        step = self.organization(t, i, last, is_person) or self.place(t, i, is_person)
        if step is not None:
            return step
        if last is None and entry.assign.get("party"):
            party = self._parties.longest(t.lowers, i)  # "Thượng nghị sĩ Cộng hòa"
            return None if party is None or not t.capital[i] else Step(party[0], "name")
        if last is None and entry.assign.get("place") and t.capital[i]:
            end = self._name_end(t, i, is_person, announced=False)
            if end - i == 1 or apposed:
                return Step(end, "place")  # "Thị trưởng Ulaanbaatar", "ông A, Thị trưởng Sao Mai"
        if last is not None and last.kind == "body" and last.level in {"province", "district"}:
            seat = self._seat(t, i, is_person)
            if seat > i:
                return Step(seat, "place", None, last.level)
        if free:
            return self._free_name(t, i, entry, is_person, apposed=apposed)
        if last is not None and last.kind == "name" and t.capital[i] and self.field(t, i) is not None:
            return Step(self._extend_field(t, i, is_person), "field")  # "Tổng Giám đốc PMU | Đường thủy"
        if last is not None and last.kind in (_NAMED | {"open"}) - {"name"}:
            letters = t.words[i].isupper() and len(t.words[i]) > 1 and not is_vietnamese(t.words[i])
            if letters and self._ranks.longest(t.lowers, i) is None and self._is_closed(t, i + 1):
                return Step(i + 1, "name")  # "Cục Quản lý KCB"
            if self._is_common(t, i) and not self._opens_office(t, i):
                return Step(self._name_end(t, i, is_person), "proper")  # "Cục Văn hóa | Cơ sở"
            run = last.kind == "proper" and t.capital[i - 1] and t.capital[i - 2]
            if t.words[i].islower() and not run:
                # "Hội đồng xét tuyển viên chức ngành Y", "Trung tâm | tích hợp dữ liệu"
                further = self._common_words(t, i, is_person, bare=last.kind == "open")
                if further is not None:
                    return Step(self._go_on(t, further, is_person), "proper")
        return None

    # -- places -----------------------------------------------------------------------------------------

    def place(self, t: Tokens, i: int, is_person: IsPerson) -> Step | None:
        """A unit with or without its name, a country, a province."""
        unit = self.units.longest(t.lowers, i)
        if unit is not None and (unit[2].islower() or t.capital[i]) and not self.torn(t, i, unit[0]):
            end, entry, form = unit
            level = str(entry.assign["level"])
            name = self.unit_name(t, end, is_person, level, closed="closed" in entry.assign)
            if name == end:
                # The full stop of "… Công an TP." ends the sentence.
                name = end - 1 if form.endswith(".") else self._deixis(t, end)
            return Step(name, "unit", None, level)
        named = self.named_place(t, i)
        if named is not None:
            end, known = named
            return Step(end, "place", None, "province" if known.assign.get("full") else None)
        return None

    def _deixis(self, t: Tokens, i: int) -> int:
        """Past a word that points back to the body named before: "Tỉnh ủy tỉnh | này", "hiệu trưởng trường | này"."""
        return i + 1 if i < len(t) and t.lowers[i] in self._deictics else i

    def delegation(self, t: Tokens, i: int) -> list[Step]:
        """Whom a deputy sits for, in the short form: "đại biểu đoàn Bình Dương", "ĐB Hà Nội"."""
        start = i + 1 if i + 1 < len(t) and t.lowers[i] == "đoàn" else i
        unit = self.units.longest(t.lowers, start) if start > i else None
        if unit is not None and self.named_place(t, start) is None:
            end = self.unit_name(t, unit[0], lambda _: False, str(unit[1].assign["level"]), closed=True)
            return [Step(end, "unit", None, "province")] if end > unit[0] else []
        named = self.named_place(t, start) if start < len(t) else None
        return [] if named is None or "full" not in named[1].assign else [Step(named[0], "place", None, "province")]

    def named_place(self, t: Tokens, i: int) -> tuple[int, LexiconEntry] | None:
        """End and entry of the country, region or province at token ``i``, with what it calls itself: "nước Cộng hòa
        Séc"; written with the capitals that its name has ("mỹ" is none)."""
        kind = self._states.longest(t.lowers, i)
        for start in (i,) if kind is None or self.torn(t, i, kind[0]) else (i, kind[0]):
            found = self.places.longest(t.lowers, start)
            if found is None or self.torn(t, start, found[0]):
                continue
            end, entry, form = found
            if all(t.capital[start + k] or not capital for k, capital in enumerate(self._shapes[form])):
                return end, entry
        return None

    def unit_name(self, t: Tokens, i: int, is_person: IsPerson, level: str, *, closed: bool = False) -> int:
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
            return self.unit_name(t, nested[0], is_person, level)
        place = (self.communes if level in {"commune", "hamlet"} else self.places).longest(t.lowers, i)
        if place is not None and any(t.capital[i : place[0]]) and not self._person_overrides(t, i, place[0], is_person):
            end = place[0]
            if end < n and t.words[end].isdigit() and len(t.words[end]) <= 2:
                end += 1
            return end
        if not t.capital[i] or is_person(i) or self._opens_office(t, i) or self.torn(t, i, i + 1):
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

    def _person_overrides(self, t: Tokens, i: int, end: int, is_person: IsPerson) -> bool:
        return is_person(i) and end < len(t) and t.capital[end] and t.words[end].isalpha() and not is_person(end)

    def _seat(self, t: Tokens, i: int, is_person: IsPerson) -> int:
        """End of an unknown place name after a committee: "Huyện ủy Mù Cang Chải Nông Đức Chỉnh" has a seat and a
        secretary, "Huyện ủy Lò Văn Thử" only the latter."""
        j = i
        while j < len(t) and t.capital[j] and t.words[j].isalpha() and not t.words[j].isupper() and j - i < 8:
            j += 1
        if j == i or self.torn(t, i, i + 1) or self._opens_office(t, i) or self.organizations.longest(t.lowers, i):
            return i
        for k in range(i + 1, j - 1):
            if t.lowers[k] in self._sure and j - k >= 2 and k - i <= 3:
                return k
        commune = self.communes.longest(t.lowers, i)
        if commune is not None and commune[0] == j:
            return j
        return j if j - i == 2 and t.lowers[i] not in self._sure and not is_person(i) else i

    # -- organisations ----------------------------------------------------------------------------------

    def torn(self, t: Tokens, i: int, end: int) -> bool:
        """Whether a one-syllable match is only the first syllable of a longer word: "Tổ" of "Tổ chức", "Pháp" of
        "Pháp chế", "ban" of "ban hành"."""
        return end - i == 1 and end < len(t) and t.joined[end] and t.words[end].islower()

    def organization(self, t: Tokens, i: int, last: Step | None, is_person: IsPerson) -> Step | None:
        """An organisation at token ``i``: its noun, with the field of work or the name that the noun takes."""
        found = self.organizations.longest(t.lowers, i)
        if found is None or self._opens_office(t, i) or self.torn(t, i, found[0]):
            return None
        end, entry, form = found
        if not t.capital[i] and t.lowers[end - 1] in self._sure and all(t.capital[end - 1 : end + 1]):
            unit = self.units.longest(t.lowers, i)
            if unit is not None and unit[0] == end - 1 and self._reads_as_holder(t, end - 1):
                return None  # "HĐND tỉnh Đoàn Đình Thử" has a chairman, no youth union
        act = self._acts.longest(t.lowers, i) if t.words[i].islower() else None
        if act is not None and act[0] >= end:
            return None  # "tổ chức" in small letters is what somebody does
        if t.lowers[i] == "nước":
            named = self.named_place(t, i)  # "Quốc hội nước | Cộng hòa Séc", "Tổng thống nước này"
            return None if named is None else Step(named[0], "place")
        place = self.named_place(t, i) if end - i == 1 else None
        if place is not None and place[0] > end:
            return None  # "Hội An" is a town, no association
        kind = str(entry.assign.get("name", "no"))
        branch = str(entry.assign.get("branch", "")) or None
        level = str(entry.assign["level"]) if "level" in entry.assign else None
        at = entry.assign.get("at") == "always" or ("at" in entry.assign and t.capital[i])
        single = end - i == 1
        if single and t.words[i].islower() and kind == "no" and form.isupper():
            return None  # "th" for an abbreviation
        if single and not t.capital[i] and form[0].isupper() and len(form) <= 5:
            return self._lower_noun(
                t, i, last, Step(end, "open", branch, level, at), kind, is_person, closed="closed" in entry.assign
            )
        if kind == "no":
            return Step(end, "body", branch, level, at)
        if kind == "party":
            party = self._parties.longest(t.lowers, end)
            while party is not None:
                end, party = party[0], self._parties.longest(t.lowers, party[0])
            return Step(end, "body", branch, level)
        if kind == "field":
            field = self.field(t, end)
            if field is not None:
                whole = "closed" in entry.assign
                end = self._extend_field(t, field, is_person, whole=whole)
                end = self._number_of_part(t, end)
                return Step(end, "closed" if whole else "field", branch, level, at)
            ward = self._wards.longest(t.lowers, end) if t.lowers[i] == "khoa" else None
            if ward is not None and not self.torn(t, end, ward[0]):
                return Step(self._number_of_part(t, ward[0]), "field", branch, level)
        numbered = end + 1 <= len(t) - 1 and t.words[end].isdigit() and self._is_closed(t, end + 1)
        firm = branch == "enterprise"
        name = end + 1 if numbered else self._name_end(t, end, is_person, firm=firm)  # "Quân khu | 7"
        if name > end:
            return Step(name, "proper", branch, level, at)
        if last is not None and last.kind in _NAMED and not t.capital[i]:
            return Step(end, last.kind, branch, level)  # "Trung tâm Hỗ trợ doanh nghiệp"
        return Step(self._deixis(t, end), "open", branch, level, at)

    def _lower_noun(
        self, t: Tokens, i: int, last: Step | None, noun: Step, kind: str, is_person: IsPerson, *, closed: bool
    ) -> Step | None:
        """A short noun in small letters completes the head, but goes on a body only with a field or a name: "giám đốc
        sở Y tế", "phó giám đốc sở", "chủ tịch hãng hàng không Sao Mai"."""
        end = noun.end
        field = self.field(t, end) if kind == "field" else None
        if field is not None and last is None:
            return replace(noun, end=self._extend_field(t, field, is_person), kind="field")
        if kind == "no":
            return None
        name = end if closed else self._name_end(t, end, is_person)
        if name > end and (last is None or last.kind in _NAMED | {"open"}):
            return replace(noun, end=name, kind="proper")
        if last is not None or t.lowers[i] in self._never_alone:
            return None
        return replace(noun, end=self._deixis(t, end), kind="body" if closed else "open")

    def _number_of_part(self, t: Tokens, i: int) -> int:
        """Past the number of a part of a body, where a sign or the body closes it: "Khoa Ngoại | 3 - Bệnh viện Mắt"."""
        k = i + 1
        if i >= len(t) or not t.words[i].isdigit():
            return i
        closed = k >= len(t) or t.words[k] in _CLOSERS | {"."} or self.organizations.longest(t.lowers, k) is not None
        return k if closed else i

    def opens_field(self, t: Tokens, i: int) -> bool:
        """Whether a field of work of two words or more begins at token ``i``."""
        end = self.field(t, i) if i < len(t) else None
        return end is not None and end - i >= 2

    def field(self, t: Tokens, i: int) -> int | None:
        """End of the known field of work at token ``i``."""
        found = self._fields.longest(t.lowers, i, _CONNECTORS)
        return None if found is None else found[0]

    def _extend_field(self, t: Tokens, i: int, is_person: IsPerson, *, whole: bool = False) -> int:
        """Past a known field the name may go on: "Ban Quản lý dự án kè sông", "Cục Cảnh sát hình sự".
        ``whole``: only with an "and", for the fields of ministries are known."""
        while i < len(t):
            if is_person(i) or self.places.longest(t.lowers, i) or self.units.longest(t.lowers, i):
                break
            more = None if whole else self.field(t, i)
            if (
                more is None
                and t.lowers[i] in {"và", ","}
                and i + 1 < len(t)
                and t.capital[i + 1]
                and not is_person(i + 1)
            ):
                # "Bộ trưởng Du lịch và Văn hóa", "Ban Tuyên giáo và Dân vận"
                more = self.field(t, i + 1) if not self._opens_office(t, i + 1) and t.lowers[i] == "và" else None
            if more is None or (t.words[i].islower() and self._is_act(t, i) and not self._is_closed(t, more)):
                break  # "Chi cục Thú y | kiểm tra các chợ"
            i = more
        return i

    def _is_act(self, t: Tokens, i: int) -> bool:
        found = self._acts.longest(t.lowers, i)
        return found is not None and not self.torn(t, i, found[0])

    def _is_closed(self, t: Tokens, k: int) -> bool:
        """Whether at token ``k`` a name of common words has come to its end."""
        return (
            k >= len(t)
            or t.capital[k]
            or t.words[k] in _CLOSERS
            or self._ends_name(t, k)
            or self.units.longest(t.lowers, k) is not None
            or self.field(t, k) is not None
        )

    # -- names ------------------------------------------------------------------------------------------

    def _is_common(self, t: Tokens, i: int) -> bool:
        """Whether a common word stands capitalised at token ``i``: "Cơ sở", "Quốc gia", "Khu vực"."""
        if not t.capital[i] or i + 1 >= len(t) or not t.words[i + 1].islower() or self._opens_clause(t, i):
            return False
        if t.joined[i + 1]:
            return True
        known = t.lowers[i + 1] in self._clause or self._is_act(t, i + 1) or self._ends_name(t, i + 1)
        return not known and t.lowers[i] not in self._surnames and t.words[i + 1].isalpha()

    def _go_on(self, t: Tokens, i: int, is_person: IsPerson) -> int:
        """End of the name behind its common words: a capital goes on with it, but no person."""
        if is_person(i) or not t.capital[i] or self.named_place(t, i) is not None or self._reads_as_holder(t, i):
            return i
        return self._name_end(t, i, is_person)

    def _reads_as_holder(self, t: Tokens, i: int) -> bool:
        """Whether the capitals at token ``i``, behind common words, are three or four syllables that open with a family
        name: "trung tâm giám sát bờ biển | Ninh Văn Cổn", but "ông A (tổ trưởng tổ quản lý chợ Ninh Văn Cổn)"."""
        end = i
        while end < len(t) and t.capital[end] and t.words[end].isalpha():
            end += 1
        return (
            3 <= end - i <= 4
            and t.words[end : end + 1] != [")"]
            and t.lowers[i] in self._surnames
            and all(map(is_vietnamese, t.words[i:end]))
            and self._firms.longest(t.lowers, i) is None
            and self.communes.longest(t.lowers, i) is None
        )

    def _name_end(self, t: Tokens, i: int, is_person: IsPerson, *, announced: bool = True, firm: bool = False) -> int:
        """End of the proper name at token ``i``; ``announced``: a noun such as "Công ty" opened it, and common words
        may stand in it; ``firm``: that noun was a firm's."""
        j, n = i, len(t)
        if j < n and t.words[j] in {"“", '"', "'"}:
            close = next((k for k in range(j + 1, min(n, j + 8)) if t.words[k] in {"”", '"', "'"}), None)
            return close + 1 if close is not None and t.capital[j + 1] else i
        while j < n:
            if t.words[j] == "\n" or (j > i and (is_person(j) or self._opens_office(t, j) or self._opens_clause(t, j))):
                break
            unit = self.units.longest(t.lowers, j) if j > i or t.words[j].isupper() else None
            if unit is not None and (not t.joined[j] or unit[2].endswith(".")):
                break
            if t.capital[j]:
                body = self.organizations.longest(t.lowers, j)
                if body is not None and body[0] - j >= 2 and body[1].assign.get("branch") == "enterprise":
                    break  # "công đoàn | Công ty Canon": a body of its own
                if j > i and body is not None and "closed" in body[1].assign and self.field(t, body[0]) is not None:
                    break  # "Vụ Công chức | Bộ Nội vụ"
                foreign = not is_vietnamese(t.words[j]) and not t.words[j].isupper()
                if (
                    j > i
                    and foreign
                    and is_vietnamese(t.words[j - 1])
                    and j + 1 < n
                    and t.capital[j + 1]
                    and not self._firms.longest(t.lowers, j)
                    and not (firm and is_vietnamese(t.words[j + 1]))
                ):
                    break  # "Bộ trưởng Hạ tầng Neža Kopitar", but "Công ty Khai thác Novapac Hải An"
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
            elif t.words[j] == "/" and j > i and j + 1 < n and all(t.words[k].isupper() for k in (j - 1, j + 1)):
                j += 2  # "Trung tâm Phòng chống HIV/AIDS"
            elif t.lowers[j] in _CONNECTORS - {","} and j > i and j + 1 < n and t.capital[j + 1]:
                dash = t.lowers[j] in _DASHES | {"&"} and (announced or t.touching(j))
                if (dash and self._goes_on_over_dash(t, j + 1, is_person)) or (
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
            elif self.field(t, j) is not None and not t.capital[j]:
                j = self.field(t, j) or j
            else:
                further = self._common_words(t, j, is_person, bare=False) if announced else None
                if further is None:
                    break
                j = further
                if not t.capital[j] or self._reads_as_holder(t, j):
                    break
        return j

    def _goes_on_over_dash(self, t: Tokens, j: int, is_person: IsPerson) -> bool:
        """Whether a name goes on at token ``j`` behind a dash, with neither a person, an office nor a larger body."""
        if is_person(j) or self._opens_office(t, j) or t.lowers[j] in self._asides:
            return False
        return self.organizations.longest(t.lowers, j) is None

    def _opens_clause(self, t: Tokens, j: int) -> bool:
        """Whether a new sentence runs on at token ``j`` without a full stop: "… tỉnh Bình Định Theo báo cáo"."""
        if t.words[j] not in self._openers or j + 1 >= len(t) or t.capital[j + 1]:
            return False
        if t.words[j] in self._name_openers and not t.words[j + 1][0].isdigit():
            return False  # "Hội bảo trợ | Người khuyết tật"
        if t.lowers[j + 1] in _DAYS:
            return True  # "Công ty Sao Mai | Chiều qua 2-5"
        return not t.joined[j + 1] and self.field(t, j) is None  # "Quân chủng Phòng | không - Không quân"

    def _common_words(self, t: Tokens, i: int, is_person: IsPerson, *, bare: bool) -> int | None:
        """End of the common words that go on a name at token ``i``, where a capital, a unit or a sign closes them:
        "Công ty Trục vớt | luồng hạ lưu", "Câu lạc bộ | truyền thống - hưu trí quận 10". None where a word
        of the clause intervenes. ``bare``: nothing of the name has been read, so that a word may belong to it that
        else would be what the holder does ("Trung tâm | hỗ trợ nông dân")."""
        body = self.organizations.longest(t.lowers, i)
        if self.units.longest(t.lowers, i) or (
            body is not None and t.lowers[i] != "nước" and not self.torn(t, i, body[0])
        ):
            return None
        if not bare and self._ends_name(t, i):
            return None
        doubtful = not bare and self._is_act(t, i)
        k, dash = i, None
        while k < len(t) and k - i < _LONGEST:
            word = t.words[k]
            if k > i and t.joined[k] and word.isalpha():
                k += 1  # the "trí" of "hưu trí" is no word of the clause
                continue
            if k > i:
                if is_person(k) or word in _CLOSERS - _DASHES or self._ends_name(t, k):
                    return dash if doubtful else k
                if self._opens_office(t, k):
                    return dash
                if t.capital[k] or self.units.longest(t.lowers, k):
                    return k
                if word in _DASHES:
                    if doubtful or dash is not None or k + 1 >= len(t) or t.capital[k + 1]:
                        return None if doubtful else k
                    dash = k
                    k += 1
                    continue
            act = self._sure_acts.longest(t.lowers, k)
            person = self._person_nouns.longest(t.lowers, k)
            if (
                t.lowers[k] in self._clause
                or not word.isalpha()
                or is_person(k)
                or self._opens_office(t, k)
                or (act is not None and not self.torn(t, k, act[0]))
                or (person is not None and not self.torn(t, k, person[0]))
            ):
                return dash
            k += 1
        return dash

    def _ends_name(self, t: Tokens, k: int) -> bool:
        """Whether words stand at token ``k`` that go on the sentence behind a name: "cho biết", "đã", "của"."""
        found = self._name_ends.longest(t.lowers, k)
        return found is not None and not self.torn(t, k, found[0])

    def _free_name(self, t: Tokens, i: int, entry: LexiconEntry, is_person: IsPerson, *, apposed: bool) -> Step | None:
        """A name without an organisation noun: "Trưởng ban Kinh tế", "Tổng giám đốc VNPT", "Giám đốc FBI"."""
        field = self.field(t, i)
        if field is not None and (t.capital[i] or t.lowers[i - 1] in {"phòng", "ban", "trưởng", "nhiệm"}):
            if entry.assign.get("level") != "central":
                return Step(self._extend_field(t, field, is_person), "field_of_work")
            if t.words[i].islower() and self._is_act(t, i):
                return None  # "giúp Bộ trưởng quản lý …"
            return Step(self._extend_field(t, field, is_person), "closed")
        part = self._part_name(t, i, is_person) if t.lowers[i - 1] in self._part_nouns else None
        if part is not None:
            return part
        if not t.capital[i] or is_person(i) or not t.words[i].isalpha() or self._opens_office(t, i):
            return None
        if self._opens_clause(t, i):
            return None
        if self._ranks.longest(t.lowers, i) is not None:
            return None  # "Chủ tịch TS Lò Văn Thử"
        end = self._name_end(t, i, is_person, announced=False)
        firm = self._firms.longest(t.lowers, i)
        if end > i and (self._sounds_like_firm(t, end - 1) or (firm is not None and self._sounds_like_firm(t, i))):
            return Step(end, "name", at=True)  # "Chủ tịch Sao Mai Group"
        if firm is not None:
            return Step(firm[0], "name", at=True)
        word = t.words[i]
        central, enterprise = (entry.assign.get(k) == v for k, v in (("level", "central"), ("branch", "enterprise")))
        alone = end - i == 1 or is_person(i + 1)
        if word.isupper() and len(word) > 1 and not central and (alone or not is_vietnamese(word)):
            return Step(self._after_letters(t, i + 1), "name", at=True)
        signed = apposed and end < len(t) and t.words[end] in _CLOSERS  # "…, Chủ tịch Novatex, …"
        if not is_vietnamese(word) and (
            self._sounds_like_firm(t, i) or (alone and (enterprise or signed or is_person(i + 1)))
        ):
            return Step(i + 1, "name", at=True)
        words = t.words[i:end]
        lower_inside = any(not w[0].isupper() and w.isalpha() for w in words)
        if lower_inside and t.lowers[i] not in self._surnames:
            return Step(end, "name")
        if apposed and not central and 2 <= len(words) <= 4 and t.lowers[i] not in self._sure:
            return Step(end, "name")  # "ông A (Chủ tịch Hòa Thịnh)"
        return None

    def _sounds_like_firm(self, t: Tokens, i: int) -> bool:
        """Whether the word at token ``i`` begins or ends like the name of a firm: "Vinatex", "Novaland"."""
        word = t.lowers[i]
        return (
            t.capital[i]
            and not is_vietnamese(word)
            and (word.startswith(self._firm_starts) or word.endswith(self._firm_ends))
        )

    def _part_name(self, t: Tokens, i: int, is_person: IsPerson) -> Step | None:
        """What a part of a body is for, in words that no list knows: "Trưởng phòng Tàu sông", "trưởng ban phúc khảo",
        "Trưởng phòng PC45"."""
        if t.words[i].isdigit() and i + 1 < len(t) and self.organization(t, i + 1, None, is_person) is not None:
            return Step(i + 1, "field_of_work")  # "Trưởng phòng 2 | VKSND tỉnh"
        if is_person(i) or self._opens_office(t, i) or not t.words[i].isalpha():
            return None
        ward = self._wards.longest(t.lowers, i) if t.lowers[i - 1] == "khoa" else None
        if ward is not None and not self.torn(t, i, ward[0]):
            return Step(self._number_of_part(t, ward[0]), "field_of_work")
        if t.words[i].isupper() and len(t.words[i]) > 1 and self._ranks.longest(t.lowers, i) is None:
            return Step(self._after_letters(t, i + 1), "field_of_work")
        if t.words[i].islower():
            end = self._common_words(t, i, is_person, bare=True)
            return None if end is None else Step(self._go_on(t, end, is_person), "field_of_work")
        if i + 1 < len(t) and t.words[i + 1].islower() and self._common_words(t, i + 1, is_person, bare=True):
            return Step(self._name_end(t, i, is_person), "field_of_work")
        return None

    def _after_letters(self, t: Tokens, i: int) -> int:
        """Past the number that belongs to letters: "Trưởng phòng PC | 45"."""
        return i + 1 if i < len(t) and t.words[i].isdigit() and (t.touching(i) or self._is_closed(t, i + 1)) else i

    # -- what may follow a comma, a dash, an "and" -------------------------------------------------------

    def _after_comma(self, t: Tokens, i: int, steps: Sequence[Step], is_person: IsPerson) -> Step | None:
        j = i + 1
        if not steps or j >= len(t) or is_person(j) or self._opens_office(t, j):
            return None
        last = steps[-1]
        named = t.capital[i - 1] or t.words[i - 1][0].isdigit()
        if last.kind == "unit" and t.lowers[j] in self.units and not named and not t.capital[j]:
            # "trưởng thôn, bản, khu phố"
            unit = self.units.longest(t.lowers, j)
            if unit is not None and unit[1].assign["level"] == "hamlet" == last.level:
                return Step(unit[0], "unit", None, "hamlet")
        level = next((step.level for step in reversed(steps) if step.level is not None), None)
        if last.kind in ("unit", "place") and level not in {None, "province", "central", "unknown"}:
            unit = self.units.longest(t.lowers, j)
            if unit is None:
                return None
            larger = str(unit[1].assign["level"])
            if _LEVELS.index(larger) < _LEVELS.index(level or "hamlet") or level == larger == "hamlet":
                end = self.unit_name(t, unit[0], is_person, larger)
                return Step(end, "place", None, larger) if end > unit[0] else None
            return None
        if t.lowers[j] == "thuộc":
            return self.organization(t, j + 1, last, is_person) if j + 1 < len(t) else None
        if any(step.kind in _NAMED for step in steps):
            # a part of a larger body has been named, so that the body may follow
            found = self.organizations.longest(t.lowers, j)
            if found is None or found[1].assign.get("branch") == "party":
                return None
            return self._parent(t, j, last, is_person)
        return self._other_body(t, i) if last.kind == "body" else None

    def _after_dash(self, t: Tokens, i: int, steps: Sequence[Step], is_person: IsPerson) -> Step | None:
        j = i + 1
        if not steps or j >= len(t) or is_person(j) or self._opens_office(t, j):
            return None
        last = steps[-1]
        place = self.named_place(t, j)
        if place is not None and (last.kind == "place" or self._ends_place(t, i)):
            return Step(place[0], "place")  # "Hội hữu nghị Việt Nam - Lào"
        other = self._other_body(t, i) if last.kind == "body" else None
        if other is not None:
            return other
        if any(step.kind in _NAMED for step in steps):
            found = self.organizations.longest(t.lowers, j)
            if found is not None and t.capital[j] and found[1].assign.get("name") != "no":
                step = self._parent(t, j, last, is_person)
                return step if step is not None and step.kind in _NAMED | {"closed"} else None
        field = self.field(t, j) if any(step.kind in _NAMED for step in steps) else None
        if field is not None and self._is_closed(t, field):
            return Step(self._extend_field(t, field, is_person), "field")  # "Hậu cần - Kỹ thuật"
        return None

    def _ends_place(self, t: Tokens, i: int) -> bool:
        return any(found[0] == i for k in range(max(0, i - 4), i) if (found := self.named_place(t, k)) is not None)

    def _parent(self, t: Tokens, j: int, last: Step, is_person: IsPerson) -> Step | None:
        """The larger body that a part is named with; an association that the holder belongs to is none."""
        found = self.organizations.longest(t.lowers, j)
        if found is None or not t.capital[j] or "apart" in found[1].assign:
            return None
        return self.organization(t, j, last, is_person)

    def _other_body(self, t: Tokens, i: int) -> Step | None:
        """A second body of one office: "Phó Chủ tịch HĐND, UBND tỉnh", "Văn phòng HĐND - UBND huyện"."""
        if not (t.words[i + 1].isupper() and t.words[i - 1].isupper()):
            return None
        found = self.organizations.longest(t.lowers, i + 1)
        if found is None or not self.units.longest(t.lowers, found[0]):
            return None
        return Step(found[0], "body", str(found[1].assign.get("branch")))

    def _after_and(self, t: Tokens, i: int, steps: Sequence[Step], is_person: IsPerson) -> Step | None:
        """Common words behind an "and" that go on a name: "Trung tâm Giống cây trồng | và thuốc thú y"."""
        j = i + 1
        if not steps or j >= len(t) or is_person(j) or self._opens_office(t, j):
            return None
        noun = steps[-1].kind == "open"  # "Khu Di tích | và thắng cảnh Hương Sơn"
        if steps[-1].kind not in _NAMED and not (noun and (t.capital[i - 1] or t.capital[i - 2])):
            return None
        others = (self.organizations, self.units, self._person_nouns)
        if any(
            found is not None and not self.torn(t, j, found[0]) for o in others if (found := o.longest(t.lowers, j))
        ):
            return None
        if self.named_place(t, j) is not None:
            return None
        if t.capital[j]:
            known = self._is_common(t, j) or self.field(t, j) is not None
            return Step(self._name_end(t, j, is_person), "proper") if known else None
        end = self._common_words(t, j, is_person, bare=True)
        if end is None or end - j < 2 or (noun and not (end < len(t) and t.capital[end])):
            return None
        return Step(self._go_on(t, end, is_person), "proper")


def _shape(form: str) -> tuple[bool, ...]:
    """Which words of a form are capitalised."""
    at, shape = 0, []
    for word in split(form):
        at = form.lower().index(word, at)
        shape.append(form[at].isupper())
        at += len(word)
    return tuple(shape)
