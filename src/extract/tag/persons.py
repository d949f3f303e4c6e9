"""Persons: the pieces of runs of capitals for which the words around vouch.

In: tokens and pieces. Out: candidates in token indices, each with the rule that vouches for it. ``sure`` finds what
needs no office beside it (the office grammar stops there), ``beside_offices`` what an office vouches for, ``repeats``
the later mentions of names made known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extract.rules import Rules
from extract.tag.runs import MAX_VIETNAMESE, Piece, RunCutter, noun_before, skip_quotes
from extract.tag.titles import Office, OfficeFinder
from extract.tag.tokens import Tokens, Trie, is_vietnamese

_MAX_FOREIGN = 5
_LIST_REACH = 6  # tokens between "các tuyến đường" and the "như" that opens their list
_LIST_SIGNS = frozenset({",", ";", "và", "-", "–", "(", ")", "."})


_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]{1,2}")  # N.T.K  Đ.P.Th


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person's name in token indices ``[start, end)``."""

    start: int
    end: int
    rule: str
    confidence: float
    method: str = "rule"


class PersonFinder:
    """Finds persons. Immutable once built."""

    def __init__(self, rules: Rules, offices: OfficeFinder) -> None:
        self._offices = offices
        self._confidence = {rule.id: rule.confidence for rule in rules.labelled("person")}
        self.runs = RunCutter(rules, offices)
        self._surnames = self.runs.surnames
        self._sure = self.runs.sure_surnames
        self._foreign_first = self.runs.foreign_given
        self._not_names = self.runs.not_names
        self._known_words = {w.lower() for w in rules.forms("known_name")}
        self._middles = {s.lower() for s in rules.forms("middle")}
        self._stage_nouns = Trie(rules.lexicon("person_noun_stage"), backward=True)
        self._sure_nouns = Trie(rules.lexicon("person_noun_sure"), backward=True)
        self._nouns = Trie(rules.lexicon("person_noun"), backward=True)
        self._place_nouns = Trie(rules.lexicon("place_noun"), backward=True)
        self._such_as = {w.lower() for w in rules.forms("such_as")}
        self._several = {w.lower() for w in rules.forms("several")}
        self._loose = {w.lower() for w in rules.forms("place_noun_loose")}
        self._organizations = Trie(
            {f: e for f, e in rules.lexicon("org").items() if e.assign.get("name") == "proper"}, backward=True
        )
        self._credits = Trie(rules.lexicon("photo_credit"), backward=True)
        self._speech = Trie(rules.lexicon("speech_verb"))
        self._unit_words = {f.lower() for f in rules.forms("unit_noun") if " " not in f}
        self._dwelling = {w.lower() for w in rules.forms("dwelling")}
        self._before_office = {w.lower() for w in rules.forms("status_word") | rules.forms("apposition")}
        self._country_before = {w.lower() for w in rules.forms("country_before")}

    def _candidate(self, start: int, end: int, rule: str) -> Candidate:
        return Candidate(start, end, rule, self._confidence[rule])

    # -- evidence ---------------------------------------------------------------------------------------

    def _vietnamese(self, t: Tokens, piece: Piece) -> bool:
        return all(is_vietnamese(t.words[k]) for k in range(piece.start, piece.end) if t.words[k] != ".")

    def _size(self, t: Tokens, piece: Piece) -> int:
        return sum(t.words[k] != "." for k in range(piece.start, piece.end))

    def _announced_elsewhere(self, t: Tokens, i: int) -> bool:
        """Whether the words before token ``i`` make the run a place, a street, a school or a credit."""
        j = skip_quotes(t, i)
        if (
            j > 1
            and len(t.words[j - 1]) == 1
            and t.words[j - 1].isalpha()
            and t.touching(j - 1)
            and t.words[j - 2].isdigit()
        ):
            return True  # "60B Nguyễn Huy Tưởng": an address
        if j and t.words[j - 1] == ":":
            j -= 1  # "các phố: Trần Quang Khải, …"
        if (
            j
            and t.words[j - 1][0].isdigit()
            and not (j > 1 and t.capital[j - 2] and not self._place_nouns.ending(t.lowers, j - 1))
        ):
            # "19 Hồ Văn Huê", "Ngõ 192 Lê Trọng Tấn" are addresses, "Mỹ Đình 2 Lưu Chí Dưỡng" a ward and its secretary
            return True
        if j and t.lowers[j - 1] in self._such_as and self._opens_place_list(t, j - 1):
            return True
        if noun_before(self.runs.units_before, t, j) is not None:
            # "tỉnh Phạm Anh Tuấn" (… UBND tỉnh + its chairman) against "xã Nguyễn Phích".
            place = self._offices.communes.longest(t.lowers, i)
            return place is not None or t.lowers[i] not in self._sure
        place = noun_before(self._place_nouns, t, j) or noun_before(self._organizations, t, j)
        if place is not None:
            person = self._nouns.ending(t.lowers, j)
            return person is None or person[0] >= place[0]  # "chủ tàu Nguyễn Văn Thử" goes by "chủ tàu"
        return self._is_credit(t, j)

    def _opens_place_list(self, t: Tokens, i: int) -> bool:
        """Whether "như", "gồm" at token ``i`` goes on from several streets, schools …: "các tuyến đường hiện có như"."""
        for k in range(i, max(0, i - _LIST_REACH), -1):
            place = noun_before(self._place_nouns, t, k)
            if place is not None:
                several = place[0] > 0 and t.lowers[place[0] - 1] in self._several
                return several and place[2].lower() not in self._loose
            if not t.words[k - 1].isalpha():
                return False
        return False

    def _is_credit(self, t: Tokens, j: int, *, bare: bool = True) -> bool:
        """Whether a photo credit or a source note opens right before token ``j``; ``bare``: also without a colon."""
        k = j - 1 if j > 0 and t.words[j - 1] in {":", "/"} else j
        credit = self._credits.ending(t.lowers, k)
        return credit is not None and t.capital[credit[0]] and (k != j or (bare and credit[2] in {"Ảnh", "Nguồn"}))

    def _is_delegation(self, t: Tokens, piece: Piece) -> bool:
        """ "(Đoàn Nghệ An)": the delegation of a province, no person of the family Đoàn."""
        if t.lowers[piece.start] != "đoàn" or piece.end - piece.start < 2:
            return False
        place = self._offices.places.longest(t.lowers, piece.start + 1)
        return place is not None and place[0] >= piece.end

    def _among_communes(self, t: Tokens, piece: Piece, *, alone: bool) -> bool:
        """Whether the run is a commune's name in a list of such names: "Giáp Bát, Hoàng Văn Thụ, Tân Mai"; ``alone``:
        or, with two syllables, anywhere."""
        communes = self._offices.communes
        found = communes.longest(t.lowers, piece.start)
        if found is None or found[0] != piece.end:
            return False
        after, before = piece.end, piece.start - 1
        if after + 1 < len(t) and t.lowers[after] in {",", "và"} and t.capital[after + 1]:
            following = communes.longest(t.lowers, after + 1)
            if following is not None and following[0] - after - 1 >= 2:
                return True
        if before > 1 and t.lowers[before] in {",", "và"} and t.capital[before - 1]:
            return any(
                (f := communes.longest(t.lowers, k)) is not None and f[0] == before
                for k in (before - 2, before - 3)
                if k >= 0
            )
        return alone and piece.end - piece.start == 2

    def _followed_by_age(self, t: Tokens, i: int) -> bool:
        """ "(SN 1980", ", 35 tuổi", "sinh năm 1970", "(trú tại" """
        j = i + 1 if i < len(t) and t.words[i] in {"(", ","} else i
        window = t.lowers[j : j + 3]
        if not window:
            return False
        return window[0] in self._dwelling or (len(window) > 1 and window[0].isdigit() and window[1] == "tuổi")

    # -- passes -----------------------------------------------------------------------------------------

    def sure(self, t: Tokens, pieces: list[Piece]) -> tuple[list[Candidate], set[int]]:
        """Names that stand on their own evidence; the first tokens of runs that go on a list of streets or schools."""
        found: list[Candidate] = []
        listed_out: set[int] = set()
        ruled_out = -1  # end of the last run that a street, a school … claimed: a list goes on after it
        for piece in pieces:
            listed = 0 <= ruled_out < piece.start and self._only_list_signs(t, ruled_out, piece.start)
            if listed and self._vietnamese(t, piece):
                ruled_out = piece.end
                if self._size(t, piece) > 1:
                    listed_out.add(piece.start)
                continue
            candidate = self._judge(t, piece)
            if candidate is None and found and self._continues_list(t, found, piece):
                candidate = self._candidate(piece.start, piece.end, "person.list")
            if candidate is not None:
                found.append(candidate)
            elif self._announced_elsewhere(t, piece.start):
                ruled_out = piece.end
        return found, listed_out

    def _only_list_signs(self, t: Tokens, start: int, end: int) -> bool:
        """Whether a list of streets (places, schools …) goes on: "Lý Thường Kiệt (quận 10); Nguyễn Văn Trỗi"."""
        if not 0 < end - start <= 6:
            return False
        gap = t.lowers[start:end]
        if sum(w[0].isdigit() for w in gap) > 1:
            return False  # a date
        return all(w in _LIST_SIGNS or w[0].isdigit() or w in self._unit_words for w in gap)

    def _judge(self, t: Tokens, piece: Piece) -> Candidate | None:
        start, end = piece.start, piece.end
        size = self._size(t, piece)
        first = t.lowers[start]
        vietnamese = self._vietnamese(t, piece)
        limit = MAX_VIETNAMESE + 1 if vietnamese else _MAX_FOREIGN + 1
        if size > limit:
            return None
        honorific, ranks, styled = self.runs.styles(t, skip_quotes(t, start))
        if self._is_credit(t, styled, bare=honorific is None):
            return None
        other = self._not_names.longest(t.lowers, start)
        body = self._offices.organizations.longest(t.lowers, start) if size == 1 else None
        if (honorific is not None or ranks) and any(f is not None and f[0] > end for f in (other, body)):
            return None  # "đồng chí Lãnh đạo", "bác sĩ Bệnh viện quận"; but "bà Bạch Mai" is no hospital
        if size == 1 and first in self.runs.openers and honorific is not None and styled + 1 < skip_quotes(t, start):
            return None  # "… đầu em bé Theo công văn này"
        if honorific is not None:
            whole = self._not_names.longest(t.lowers, honorific)
            if whole is not None and whole[0] >= end:
                return None  # "Bà Rịa", "Bà Nà"
        if ranks and honorific is None and self._only_rank_rules_out(t, piece, styled):
            return None
        if (honorific is not None or ranks) and not self._is_place_or_body(t, piece):
            return self._candidate(start, end, "person.honorific" if honorific is not None else "person.rank")
        if self.runs.namesake(t, start) == end:
            return self._candidate(start, end, "person.namesake")
        if self._announced_elsewhere(t, start) or self._is_delegation(t, piece):
            return None
        dotted = size == 1 and _DOTTED.fullmatch(t.words[start]) is not None
        initial = (size == 1 and len(t.words[start]) == 1 and end - start == 2) or dotted
        if initial and self._nouns.ending(t.lowers, skip_quotes(t, start)) is not None:
            return self._candidate(start, end, "person.noun")  # "đối tượng Q. bỏ chạy", "cô gái là N.T.K."
        if dotted and self._followed_by_age(t, end):
            return self._candidate(start, end, "person.age")
        if size == 1 and self._sure_nouns.ending(t.lowers, start) and not self._is_place_or_body(t, piece):
            return self._candidate(start, end, "person.noun")
        noun = self._nouns.ending(t.lowers, skip_quotes(t, start))
        if noun is not None and size >= 2 and not self._is_place_or_body(t, piece):
            stage = size <= 3 and self._stage_nouns.ending(t.lowers, skip_quotes(t, start)) is not None
            if self._belongs_to_place(t, self._chain_start(t, noun[0])):
                return None  # "tên đường Nhà báo, liệt sĩ Trần A"
            if first in self._surnames or not vietnamese or stage:
                return self._candidate(start, end, "person.noun")
        known = self._is_known(t, piece, size)
        if self._among_communes(t, piece, alone=not known):
            return None
        if known:
            return self._candidate(start, end, "person.known")
        if first in self._surnames and size >= 2 and "." in t.words[end - 1]:
            return self._candidate(start, end, "person.full_name")  # "Nguyễn T.M"
        if (
            first in self._sure
            and is_vietnamese(t.words[start + 1 if size > 1 else start])
            and 3 <= size <= MAX_VIETNAMESE + 1
        ):
            return self._candidate(start, end, "person.full_name")
        if vietnamese and first in self._surnames and size >= 3 and t.lowers[start + 1] in {"văn", "thị"}:
            return self._candidate(start, end, "person.full_name")
        if size >= 2 and self._followed_by_age(t, end):
            return self._candidate(start, end, "person.age")
        if (
            vietnamese
            and first in self._surnames
            and 3 <= size <= MAX_VIETNAMESE
            and t.lowers[start + 1] in self._middles
        ):
            return self._candidate(start, end, "person.full_name")
        if (
            size >= 2
            and (first in self._surnames or t.words[start] in self._foreign_first)
            and self._speech.longest(t.lowers, end)
            and not self._is_place_or_body(t, piece)
        ):
            return self._candidate(start, end, "person.speaks")
        if (
            not vietnamese
            and 2 <= size <= 4
            and t.words[start] in self._foreign_first
            and not self._is_place_or_body(t, piece)
        ):
            return self._candidate(start, end, "person.foreign")
        return None

    def _is_known(self, t: Tokens, piece: Piece, size: int) -> bool:
        """Whether the run is a name that the newspapers know: a whole one, one word by which somebody goes, or a
        foreign name that closes with such a word."""
        start, end = piece.start, piece.end
        found = self.runs.known.longest(t.lowers, start)
        if found is not None and found[0] == end:
            return not self._is_place_or_body(t, piece)
        if t.lowers[end - 1] not in self._known_words or t.words[end - 1].isupper():
            return False
        if size == 1:
            return True
        return size <= 4 and not is_vietnamese(t.words[start]) and not self._is_place_or_body(t, piece)

    def _only_rank_rules_out(self, t: Tokens, piece: Piece, styled: int) -> bool:
        """Whether a rank before the run makes no person of it: "tướng Mỹ", "Tiến sĩ Kinh tế", "tàu Đô đốc Essen",
        "đường Thiếu tướng Lê A", "Văn phòng Luật sư Giang Thanh"."""
        start, end = piece.start, piece.end
        if end - start == 1 and end < len(t) and t.joined[end] and t.words[end].islower():
            return True
        if end - start == 1 and self._offices.places.longest(t.lowers, start) is not None:
            return True
        body = noun_before(self._organizations, t, start)
        return (body is not None and body[0] < styled) or self._belongs_to_place(t, styled)

    def _chain_start(self, t: Tokens, i: int) -> int:
        """The first token of a chain of nouns: "Nhà báo, liệt sĩ"."""
        while i > 1 and t.words[i - 1] == "," and (before := self._nouns.ending(t.lowers, i - 1)) is not None:
            i = before[0]
        return i

    def _belongs_to_place(self, t: Tokens, i: int) -> bool:
        """Whether a street, a school, a ship, an award … is named right before token ``i``."""
        place = noun_before(self._place_nouns, t, skip_quotes(t, i))
        return place is not None and place[2].lower() not in self._loose

    def _continues_list(self, t: Tokens, found: list[Candidate], piece: Piece) -> bool:
        """ "nghệ sĩ Thành Lộc, Hữu Châu", "các bị cáo A, B và C": the run goes on a list of persons."""
        last = found[-1]
        if piece.start - last.end != 1 or t.lowers[last.end] not in {",", "và", "-", "–", "&"}:
            return False
        size = self._size(t, piece)
        if not 2 <= size <= 3 or self.is_ruled_out(t, piece) or self._not_names.longest(t.lowers, piece.start):
            return False
        opening = skip_quotes(t, last.start)
        staged = last.rule == "person.list" or self._stage_nouns.ending(t.lowers, opening) is not None
        before = found[-2] if len(found) > 1 else None
        second = before is not None and last.start - before.end == 1 and t.lowers[before.end] in {",", "và"}
        return staged or (second and t.lowers[piece.start] in self._surnames)

    def _is_place_or_body(self, t: Tokens, piece: Piece) -> bool:
        unit = self._offices.units.longest(t.lowers, piece.start)
        if unit is not None and (
            unit[0] > piece.end or (t.words[piece.start].isupper() and len(t.words[piece.start]) > 1)
        ):
            return True  # "luật sư Thành phố Hà Nội", "luật sư TP Hồ Chí Minh"; but "bà H." is a person
        for lexicon in (self._offices.places, self._offices.organizations):
            found = lexicon.longest(t.lowers, piece.start)
            if (
                found is not None
                and found[0] >= piece.end
                and (
                    piece.end - piece.start > 1
                    or t.lowers[piece.start] in {"mỹ", "pháp", "nga", "đức", "đảng"}
                    or not is_vietnamese(t.words[piece.start])
                )
            ):
                # A single syllable that is also a country is a given name after "ông": "ông Đức", "bà Mỹ".
                return piece.end - piece.start > 1 or not is_vietnamese(t.words[piece.start])
        return False

    def beside_offices(
        self, t: Tokens, pieces: list[Piece], offices: list[Office], taken: set[int], known: dict[str, bool]
    ) -> list[Candidate]:
        """Names that an office vouches for: straight after it, or before ", office" and "- office"."""
        starts = {o.start for o in offices}
        ends = {o.end: o for o in offices}
        found = []
        for piece in pieces:
            if piece.start in taken or self._size(t, piece) > _MAX_FOREIGN:
                continue
            office = self._office_before(t, piece.start, ends)
            size = self._size(t, piece)
            surname = t.lowers[piece.start] in self._surnames
            vietnamese = self._vietnamese(t, piece)
            if self._is_place_or_body(t, piece):
                continue
            if office is not None:
                if (
                    size >= 2
                    and (
                        surname or not vietnamese or size == 3 or (size == 2 and t.lowers[piece.start] in self._middles)
                    )
                ) or (
                    size == 1
                    and (
                        known.get(t.lowers[piece.start]) is not None
                        or (
                            (not vietnamese and office.entry.assign.get("branch") == "foreign")
                            or (not vietnamese and office.role in {"Thủ tướng", "Bộ trưởng", "Đại sứ"})
                        )
                    )
                    and not t.words[piece.start].isupper()
                ):
                    found.append(self._candidate(piece.start, piece.end, "person.after_office"))
            elif (
                size >= 2
                and (surname or not vietnamese)
                and self._office_follows(t, piece.end, starts)
                and not self._announced_elsewhere(t, piece.start)
            ):
                found.append(self._candidate(piece.start, piece.end, "person.before_office"))
        return found

    def _office_before(self, t: Tokens, i: int, ends: dict[int, Office]) -> Office | None:
        j = skip_quotes(t, i)
        while j > 0:
            if j in ends:
                return ends[j]
            if t.words[j - 1] in {":", ")"} and j - 1 in ends:
                return ends[j - 1]
            if t.words[j - 1] == ")":
                # "Phó chủ tịch UBND Q.2 (TP.HCM) Huỳnh Thanh Khiết"
                k = j - 2
                while k > 0 and j - k < 8 and t.words[k] != "(":
                    k -= 1
                return ends.get(k)
            return None
        return None

    def _office_follows(self, t: Tokens, i: int, starts: set[int]) -> bool:
        if i in starts:
            return False
        if i < len(t) and t.words[i] in {",", "-", "–", "("}:
            j = i + 1
            while j < len(t) and t.lowers[j] in self._before_office:
                j += 1
            return j in starts
        return i + 1 in starts and t.lowers[i] in self._before_office

    def speaks(self, t: Tokens, i: int) -> int | None:
        """End of a verb of speech or action at token ``i``, or None."""
        found = self._speech.longest(t.lowers, i)
        return None if found is None else found[0]

    def is_ruled_out(self, t: Tokens, piece: Piece) -> bool:
        """Whether the words around, or the lexicons, say that a run of capitals is no person."""
        if self._size(t, piece) == 1 and (is_vietnamese(t.words[piece.start]) or len(t.words[piece.start]) == 1):
            return True  # one syllable says too little, and so does a letter: "25,5 khối A."
        commune = self._offices.communes.longest(t.lowers, piece.start)
        if commune is not None and commune[0] == piece.end:
            return True
        return self._is_place_or_body(t, piece) or self._announced_elsewhere(t, piece.start)

    def known_names(self, t: Tokens, found: list[Candidate]) -> dict[str, bool]:
        """The words that later stand for a known person: the last syllable of a Vietnamese name, first and last of a
        foreign one. The value says whether the person also goes without a word of address."""
        known: dict[str, bool] = {}
        for c in found:
            words = [t.lowers[k] for k in range(c.start, c.end) if t.words[k] != "."]
            if len(words) < 2:
                if not is_vietnamese(words[0]) or c.rule == "person.noun":
                    known[words[0]] = True  # "ông Trump", "người tên Huy"
                continue
            bare = c.rule not in {"person.honorific", "person.rank"}
            foreign = not all(is_vietnamese(w) for w in words)
            for word in {words[-1], words[0]} if foreign else {words[-1]}:
                known[word] = known.get(word, False) or bare or foreign
        return known

    def _names_country(self, t: Tokens, i: int, bare: bool) -> bool:
        """Whether a known given name is rather the country (or place) of that name: "nước Đức", "tại Nhật"."""
        if not self._offices.places.longest(t.lowers, i):
            return False
        return not bare or (i > 0 and t.lowers[i - 1] in self._country_before)

    def repeats(self, t: Tokens, pieces: list[Piece], found: list[Candidate], taken: set[int]) -> list[Candidate]:
        """Later mentions of names that the article has made known."""
        names = {tuple(t.lowers[k] for k in range(c.start, c.end)) for c in found if c.end - c.start >= 2}
        names |= {n[1:] for n in names if len(n) == 3 and n[0] in self._surnames}  # "Duy Mạnh" for "Đỗ Duy Mạnh"
        namesakes = {tuple(t.lowers[c.start : c.end]) for c in found if c.rule == "person.namesake"}
        known = self.known_names(t, found)
        again = []
        for piece in pieces:
            if piece.start in taken:
                continue
            words = tuple(t.lowers[k] for k in range(piece.start, piece.end))
            if words in names and not (
                self._announced_elsewhere(t, piece.start) or (words in namesakes and self._is_place_or_body(t, piece))
            ):
                again.append(self._candidate(piece.start, piece.end, "person.repeat"))
            elif (
                len(words) == 1
                and words[0] in known
                and (known[words[0]] or words[0] not in self.runs.openers)
                and words[0] not in self.runs.body_words
                and words[0] not in self.runs.address  # "Anh ấy" in an article on Diệp Lâm Anh
                and not (piece.end < len(t) and t.joined[piece.end] and t.words[piece.end].islower())  # "Thành phố"
                and len(words[0]) > 1
                and not t.words[piece.start].isupper()
                and not self._announced_elsewhere(t, piece.start)
                and not self._names_country(t, piece.start, known[words[0]])
            ):
                again.append(self._candidate(piece.start, piece.end, "person.given_name"))
        return again
