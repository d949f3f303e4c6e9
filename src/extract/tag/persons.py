"""Persons: the pieces of runs of capitals for which the words around vouch.

In: tokens and pieces. Out: candidates in token indices, each with the rule that vouches for it. ``sure`` finds what
needs no office beside it (the office grammar stops there), ``beside_offices`` what an office vouches for, ``repeats``
the later mentions of names made known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extract.rules import LexiconEntry, Rules
from extract.tag.elsewhere import Elsewhere
from extract.tag.runs import MAX_VIETNAMESE, Piece, RunCutter, is_all_vietnamese, size_of, skip_quotes
from extract.tag.titles import Office, OfficeFinder
from extract.tag.tokens import Tokens, Trie, is_vietnamese

_MAX_LAO = 7  # syllables of a name from Laos or Cambodia as Vietnamese newspapers write it
_MAX_FOREIGN = 5
_ADDRESSED = frozenset({"person.honorific", "person.rank", "person.noun", "person.namesake"})


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
        self._speech = Trie(rules.lexicon("speech_verb"))
        self._dwelling = {w.lower() for w in rules.forms("dwelling")}
        self._before_office = {w.lower() for w in rules.forms("status_word") | rules.forms("apposition")}
        self._naming = {w.lower() for w in rules.forms("naming_word")}
        self._short = rules.forms("namesake_short")
        self._demonyms = rules.forms("demonym")
        self._elsewhere = Elsewhere(rules, offices, self.runs)
        self._country_before = {w.lower() for w in rules.forms("country_before")}

    def _candidate(self, start: int, end: int, rule: str) -> Candidate:
        return Candidate(start, end, rule, self._confidence[rule])

    # -- evidence ---------------------------------------------------------------------------------------

    def _followed_by_age(self, t: Tokens, i: int) -> bool:
        """ "(SN 1980", ", 35 tuổi", "sinh năm 1970", "(trú tại" """
        j = i + 1 if i < len(t) and t.words[i] in {"(", ","} else i
        window = t.lowers[j : j + 3]
        if not window:
            return False
        return window[0] in self._dwelling or (len(window) > 1 and window[0].isdigit() and window[1] == "tuổi")

    # -- passes -----------------------------------------------------------------------------------------

    def sure(self, t: Tokens, pieces: list[Piece]) -> tuple[list[Candidate], set[int]]:
        """Names that stand on their own evidence; the first tokens of runs that no later pass may take: signatures of
        authors, and what goes on a list of streets or schools."""
        found: list[Candidate] = []
        refused: set[int] = set()
        ruled_out = -1  # end of the last run that a street, a school … claimed: a list goes on after it
        for piece in pieces:
            if piece.end - piece.start == 1 and self.runs.is_first_word(t, piece.start):
                if t.lowers[piece.start] in self._known_words:
                    found.append(self._candidate(piece.start, piece.end, "person.known"))
                continue
            listed = 0 <= ruled_out < piece.start and self._elsewhere.only_list_signs(t, ruled_out, piece.start)
            if listed and is_all_vietnamese(t, piece):
                ruled_out = piece.end
                if size_of(t, piece) > 1:
                    refused.add(piece.start)
                continue
            candidate = self._judge(t, piece)
            if candidate is None and found and self._continues_list(t, found, piece):
                candidate = self._candidate(piece.start, piece.end, "person.list")
            ended = piece.end < len(t) and t.words[piece.end] == "("  # "BS.Lê Mai (Theo …)"
            unaddressed = (
                candidate is None or candidate.rule not in _ADDRESSED or (candidate.rule == "person.rank" and ended)
            )
            if unaddressed and size_of(t, piece) > 1 and self._elsewhere.is_signature(t, piece):
                refused.add(piece.start)
                continue
            if candidate is not None:
                found.append(candidate)
            elif self._elsewhere.announced(t, piece.start, loose=False) or self._elsewhere.is_address(t, piece.start):
                ruled_out = piece.end
        return found, refused

    def _judge(self, t: Tokens, piece: Piece) -> Candidate | None:
        start, end = piece.start, piece.end
        size = size_of(t, piece)
        vietnamese = is_all_vietnamese(t, piece)
        opening = skip_quotes(t, start)
        honorific, ranks, styled = self.runs.styles(t, opening)
        if size > (MAX_VIETNAMESE + 1 if vietnamese else _MAX_FOREIGN + 1):
            speaks = self._speech.longest(t.lowers, end) is not None or t.words[end : end + 1] == [","]
            lao = honorific is not None and size <= _MAX_LAO and t.lowers[start] not in self._surnames and speaks
            return self._candidate(start, end, "person.honorific") if lao else None
        if self._elsewhere.is_credit(t, styled, bare=honorific is None):
            return None
        if honorific is not None or ranks:
            if self._style_misleads(t, piece, honorific, styled):
                return None
            if not self._elsewhere.is_place_or_body(t, piece):
                return self._candidate(start, end, "person.honorific" if honorific is not None else "person.rank")
        if self.runs.namesake(t, start) == end or self._stands_for_leader(t, start, end):
            return self._candidate(start, end, "person.namesake")
        if self._elsewhere.is_delegation(t, piece) or self._elsewhere.is_no_name(t, piece):
            return None
        no_place = not self._elsewhere.is_place_or_body(t, piece)
        surname = t.lowers[start] in self._surnames
        aged = size >= 2 and no_place and self._followed_by_age(t, end)
        if aged and surname and vietnamese and size >= 3:
            return self._candidate(start, end, "person.age")  # also "giấy tờ mang tên Lò Văn Thử (29 tuổi)"
        known = self._is_known(t, piece, size)
        if self._elsewhere.announced(t, start):
            if known and size == 1 and not self._elsewhere.announced(t, start, loose=False):
                return self._candidate(start, end, "person.known")  # "dưới thời Obama"
            return None
        rule = self._noun_rule(t, piece, opening, size, vietnamese) if no_place else None
        if rule is not None:
            return self._candidate(start, end, rule) if rule else None
        if self._elsewhere.among_communes(t, piece, alone=not known):
            return None
        if known:
            return self._candidate(start, end, "person.known")
        if self._is_full_name(t, piece, size, vietnamese):
            return self._candidate(start, end, "person.full_name")
        if aged:
            return self._candidate(start, end, "person.age")
        if size < 2 or not no_place:
            return None
        if (surname or t.words[start] in self._foreign_first) and self._speech.longest(t.lowers, end):
            return self._candidate(start, end, "person.speaks")
        if not vietnamese and size <= 4 and t.words[start] in self._foreign_first:
            return self._candidate(start, end, "person.foreign")
        return None

    def _style_misleads(self, t: Tokens, piece: Piece, honorific: int | None, styled: int) -> bool:
        """Whether a word of address or a rank before the run makes no person of it."""
        start, end = piece.start, piece.end
        single = end - start == 1
        body = self._offices.organizations.longest(t.lowers, start) if single else None
        torn = not single and t.lowers[start] in self.runs.body_words and t.joined[end : end + 1] == [True]
        if torn and self._offices.opens_field(t, start + 1):
            return True  # "bác sĩ Khoa Hồi | sức tích cực"
        for found in (self._not_names.longest(t.lowers, start), body):
            if found is not None and found[0] > end:
                return True  # "đồng chí Lãnh đạo", "bác sĩ Bệnh viện quận"; but "bà Bạch Mai" is no hospital
        if honorific is not None:
            opens = single and t.lowers[start] in self.runs.openers and styled + 1 < skip_quotes(t, start)
            whole = self._not_names.longest(t.lowers, honorific)
            if opens or (whole is not None and whole[0] >= end):
                return True  # "… em bé Theo công văn này"; "Bà Rịa", "Bà Nà"
            if self._elsewhere.firm_before(t, honorific) is not None:
                return True  # "công ty mẹ Kestrel"
            return t.capital[honorific] and self._elsewhere.owns(t, honorific)  # "cầu Bà Cương"
        if single and end < len(t):
            if t.joined[end] and t.words[end].islower():
                return True  # "Tiến sĩ Kinh tế", "Nhà giáo Nhân dân"
            if body is not None and t.capital[end] and not t.touching(end):
                return True  # "bác sĩ Khoa Tai Mũi Họng"
        if single and self._offices.places.longest(t.lowers, start) is not None:
            return True  # "tướng Mỹ"
        firm = self._elsewhere.firm_before(t, start)
        # "Văn phòng Luật sư Giang Thanh"; "tàu Đô đốc Essen", "đường Thiếu tướng Lê A"
        return (firm is not None and firm < styled) or self._elsewhere.owns(t, styled)

    def _noun_rule(self, t: Tokens, piece: Piece, opening: int, size: int, vietnamese: bool) -> str | None:
        """The rule by which a noun before the run announces a person; "" where the noun is part of a street's name."""
        start, end = piece.start, piece.end
        if size == 1:
            dotted = _DOTTED.fullmatch(t.words[start]) is not None
            initial = dotted or (len(t.words[start]) == 1 and end - start == 2)
            if initial and self._nouns.ending(t.lowers, opening) is not None:
                return "person.noun"  # "đối tượng Q. bỏ chạy", "cô gái là N.T.K."
            if dotted and self._followed_by_age(t, end):
                return "person.age"
            if initial and not dotted and self._speech.longest(t.lowers, end):
                return "person.speaks"  # "H. cho biết"
            torn = end < len(t) and t.joined[end] and t.words[end].islower()  # "đổi tên Phong trào"
            sure = self._sure_nouns.ending(t.lowers, start) is not None or self._is_family(t, start)
            return "person.noun" if sure and not torn else None
        noun = self._nouns.ending(t.lowers, opening)
        if noun is None:
            return None
        if self._is_named_after(t, noun):
            return ""  # "tên đường Nhà báo, liệt sĩ Trần A"
        stage = size <= 3 and self._stage_nouns.ending(t.lowers, opening) is not None
        return "person.noun" if t.lowers[start] in self._surnames or not vietnamese or stage else None

    def _stands_for_leader(self, t: Tokens, start: int, end: int) -> bool:
        """ "Hồ Chủ tịch": the family name with the office behind it."""
        office = self._offices.head(t, end) if t.words[start] in self._short and end - start == 1 else None
        return office is not None and t.capital[end]

    def _is_family(self, t: Tokens, i: int) -> bool:
        """ "cụ bà họ Lê": a family name stands for the person; "dòng họ Lê", "nhà họ Lê" is a clan."""
        before = t.lowers[max(0, i - 2) : i]
        return before[-1:] == ["họ"] and before[0] not in {"dòng", "nhà", "đình"} and t.lowers[i] in self._surnames

    def _is_full_name(self, t: Tokens, piece: Piece, size: int, vietnamese: bool) -> bool:
        """Whether the form alone makes a Vietnamese full name: a family name, a middle syllable, initials."""
        start, end = piece.start, piece.end
        first = t.lowers[start]
        if "." in t.words[end - 1] and (size >= 3 or (size == 2 and first in self._surnames)):
            return vietnamese or first in self._surnames  # "Nguyễn T.M", "Quảng Ngọc Th."
        if first not in self._surnames or size < 3:
            return False
        if first in self._sure and is_vietnamese(t.words[start + 1]) and size <= MAX_VIETNAMESE + 1:
            return True
        middle = t.lowers[start + 1]
        return vietnamese and (middle in {"văn", "thị"} or (size <= MAX_VIETNAMESE and middle in self._middles))

    def _is_known(self, t: Tokens, piece: Piece, size: int) -> bool:
        """Whether the run is a name that the newspapers know: a whole one, one word by which somebody goes, or a
        foreign name that closes with such a word."""
        start, end = piece.start, piece.end
        found = self.runs.known.longest(t.lowers, start)
        if found is not None and found[0] == end:
            return not self._elsewhere.is_place_or_body(t, piece)
        if t.lowers[end - 1] not in self._known_words or t.words[end - 1].isupper():
            return False
        if size == 1:
            return True
        return size <= 4 and not is_vietnamese(t.words[start]) and not self._elsewhere.is_place_or_body(t, piece)

    def _is_named_after(self, t: Tokens, noun: tuple[int, LexiconEntry, str]) -> bool:
        """Whether the noun of a person belongs to the name of a street: "tên đường Nhà báo, liệt sĩ Trần A"; "chủ
        trường là Trần A" names no school."""
        return noun[2].split()[-1].lower() not in self._naming and self._elsewhere.owns(
            t, self._chain_start(t, noun[0])
        )

    def _chain_start(self, t: Tokens, i: int) -> int:
        """The first token of a chain of nouns: "Nhà báo, liệt sĩ"."""
        while i > 1 and t.words[i - 1] == "," and (before := self._nouns.ending(t.lowers, i - 1)) is not None:
            i = before[0]
        return i

    def _continues_list(self, t: Tokens, found: list[Candidate], piece: Piece) -> bool:
        """ "nghệ sĩ Thành Lộc, Hữu Châu", "các bị cáo A, B và C": the run goes on a list of persons."""
        last = found[-1]
        if piece.start - last.end != 1 or t.lowers[last.end] not in {",", "và", "-", "–", "&"}:
            return False
        size = size_of(t, piece)
        if (
            not 2 <= size <= 3
            or self.is_something_else(t, piece)
            or self.is_ruled_out(t, piece)
            or self._not_names.longest(t.lowers, piece.start)
        ):
            return False
        opening = skip_quotes(t, last.start)
        staged = last.rule == "person.list" or self._stage_nouns.ending(t.lowers, opening) is not None
        before = found[-2] if len(found) > 1 else None
        second = before is not None and last.start - before.end == 1 and t.lowers[before.end] in {",", "và"}
        return staged or (second and t.lowers[piece.start] in self._surnames)

    def is_something_else(self, t: Tokens, piece: Piece) -> bool:
        """Whether the lexicons, or the run's own words, say that it names no person."""
        return self._elsewhere.is_place_or_body(t, piece) or self._elsewhere.is_no_name(t, piece)

    def beside_offices(
        self, t: Tokens, pieces: list[Piece], offices: list[Office], names: list[Candidate]
    ) -> list[Candidate]:
        """Names that an office vouches for: straight after it, or before ", office" and "- office". ``pieces`` are
        those that are nothing else, ``names`` what has been found."""
        known = self.known_names(t, names)
        families = {t.lowers[c.start] for c in names if c.end - c.start == 3}  # "Chủ tịch Tập" beside "Tập Cận Bình"
        starts = {o.start for o in offices}
        ends = {o.end: o for o in offices}
        found = []
        for piece in pieces:
            size = size_of(t, piece)
            if size > _MAX_FOREIGN:
                continue
            office = self._office_before(t, piece.start, ends)
            surname = t.lowers[piece.start] in self._surnames
            vietnamese = is_all_vietnamese(t, piece)
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
                        or t.lowers[piece.start] in families
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
                and (surname or not vietnamese or size == 3)
                and self._office_follows(t, piece.end, starts)
                and not self._elsewhere.announced(t, piece.start)
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
                # "Chủ tịch UBND H. Mẫu (tỉnh Thử) Lò Văn Thử"
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
        """Whether the words around a run of capitals that may be a person say that it is none."""
        if size_of(t, piece) == 1 and (is_vietnamese(t.words[piece.start]) or len(t.words[piece.start]) == 1):
            return True  # one syllable says too little, and so does a letter: "25,5 khối A."
        commune = self._offices.communes.longest(t.lowers, piece.start)
        if commune is not None and commune[0] == piece.end:
            return True
        noun = self._nouns.ending(t.lowers, skip_quotes(t, piece.start))
        return (noun is not None and self._is_named_after(t, noun)) or self._elsewhere.announced(t, piece.start)

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
        demonym = t.words[i] in self._demonyms
        if not demonym and not self._offices.places.longest(t.lowers, i):
            return False
        return not bare or (i > 0 and t.lowers[i - 1] in self._country_before)

    def repeats(self, t: Tokens, pieces: list[Piece], found: list[Candidate], taken: set[int]) -> list[Candidate]:
        """Later mentions of names that the article has made known."""
        names = {tuple(t.lowers[k] for k in range(c.start, c.end)) for c in found if c.end - c.start >= 2}
        # "Duy Mạnh" for "Đỗ Duy Mạnh", "Ngọc Thử" for "Lò Thị Ngọc Thử"
        names |= {n[-2:] for n in names if n[0] in self._surnames and (len(n) == 3 or (len(n) == 4 and n[1] == "thị"))}
        namesakes = {tuple(t.lowers[c.start : c.end]) for c in found if c.rule == "person.namesake"}
        known = self.known_names(t, found)
        again = []
        for piece in pieces:
            if piece.start in taken:
                continue
            rule = self._repeat_rule(t, piece, names, namesakes, known)
            inner = Piece(piece.start + 1, piece.end)
            if rule is None and piece.end - piece.start in {2, 3} and self.runs.opens_sentence(t, piece.start):
                rule = self._repeat_rule(t, inner, names, namesakes, known)  # "Nghe Thử nói vậy, tôi …"
                piece = inner
            if rule is not None:
                again.append(self._candidate(piece.start, piece.end, rule))
        return again

    def _repeat_rule(
        self,
        t: Tokens,
        piece: Piece,
        names: set[tuple[str, ...]],
        namesakes: set[tuple[str, ...]],
        known: dict[str, bool],
    ) -> str | None:
        """The rule by which the run repeats a name that is known, or None."""
        start, end = piece.start, piece.end
        words = tuple(t.lowers[start:end])
        if words in names:
            if words in namesakes:
                place = start > 0 and t.lowers[start - 1] in self._country_before
                return None if place or self._elsewhere.announced(t, start) else "person.repeat"
            return None if self._elsewhere.announced(t, start, loose=False) else "person.repeat"
        word, dotted = words[0], len(words) == 2 and words[1] == "."
        if (len(words) > 1 and not dotted) or word not in known or (len(word) == 1) != dotted:
            return None  # "Lò Văn Q." comes again as "Q."
        if word in self.runs.openers and (not known[word] or self.runs.opens_sentence(t, start)):
            return None
        if word in self.runs.body_words or word in self.runs.address:
            return None  # "Anh ấy" in an article on Diệp Lâm Anh
        if end < len(t) and t.joined[end] and t.words[end].islower():
            return None  # "Thành phố"
        if (t.words[start].isupper() and not dotted) or self._elsewhere.announced(t, start, loose=False):
            return None
        styled = self.runs.styles(t, start)
        addressed = (
            (styled[0] is not None or styled[1]) and is_vietnamese(t.words[start]) and t.lowers[start - 1] != "tướng"
        )
        if not addressed and self._names_country(t, start, known[word]):
            return None  # "nước Đức"; "thượng úy Đức" is the one who was named
        return "person.given_name"
