"""Persons: runs of capitalised syllables, cut where another thing begins, kept where the words around vouch for them.

In: tokens. Out: candidates in token indices, each with the rule that vouches for it. Two passes: ``sure`` finds what
needs no office beside it (the office grammar stops there), ``complete`` adds names beside offices and later
mentions of known names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from extract.rules import LexiconEntry, Rules
from extract.tag.titles import Office, OfficeFinder
from extract.tag.tokens import Tokens, Trie, is_vietnamese

_QUOTES = frozenset("“”\"'‘’*_>[(")
_PARTICLES = frozenset({"de", "da", "del", "van", "von", "bin", "al", "el", "ibn", "la", "le", "di", "dos"})
_MAX_VIETNAMESE = 4  # syllables of a name that opens with a family name
_MAX_FOREIGN = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person's name in token indices ``[start, end)``."""

    start: int
    end: int
    rule: str
    confidence: float
    method: str = "rule"


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a run of capitals that may be one name."""

    start: int
    end: int


class PersonFinder:
    """Finds persons. Immutable once built."""

    def __init__(self, rules: Rules, offices: OfficeFinder) -> None:
        self._offices = offices
        self._confidence = {rule.id: rule.confidence for rule in rules.labelled("person")}
        self._surnames = {s.lower() for s in rules.forms("surname")}
        self._sure = {s.lower() for s in rules.forms("surname_sure")}
        self._units = Trie(rules.lexicon("unit_noun"), backward=True)
        self._middles = {s.lower() for s in rules.forms("middle")}
        self._honorifics = Trie(rules.lexicon("honorific"), backward=True)
        self._address = {f.lower() for f in rules.forms("honorific") if " " not in f}
        self._body_words = {f.lower() for f in rules.forms("org") if " " not in f} | {
            f.lower() for f in rules.forms("unit_noun") if " " not in f
        }
        self._ranks = Trie(rules.lexicon("rank"), backward=True)
        self._rank_heads = Trie(rules.lexicon("rank"))
        self._stage_nouns = Trie(rules.lexicon("person_noun_stage"), backward=True)
        self._sure_nouns = Trie(rules.lexicon("person_noun_sure"), backward=True)
        self._nouns = Trie(rules.lexicon("person_noun"), backward=True)
        self._place_nouns = Trie(rules.lexicon("place_noun"), backward=True)
        self._organizations = Trie(
            {f: e for f, e in rules.lexicon("org").items() if e.assign.get("name") == "proper"}, backward=True
        )
        self._credits = Trie(rules.lexicon("photo_credit"), backward=True)
        self._openers = {s.lower() for s in rules.forms("sentence_opener")}
        self._status_words = {"tân", "nguyên", "cựu", "quyền", "cố"}
        self._speech = Trie(rules.lexicon("speech_verb"))
        self._not_names = Trie(rules.lexicon("not_person"))
        self._foreign_first = rules.forms("foreign_given")

    def _candidate(self, start: int, end: int, rule: str) -> Candidate:
        return Candidate(start, end, rule, self._confidence[rule])

    # -- runs and pieces --------------------------------------------------------------------------------

    def pieces(self, t: Tokens, blocked: Collection[int]) -> list[Piece]:
        """Every part of every run of capitals that could be one name, in order."""
        found: list[Piece] = []
        i, n = 0, len(t)
        while i < n:
            if not self._can_name(t, i) or i in blocked:
                i += 1
                continue
            j = i + 1
            while j < n and j not in blocked and self._continues(t, j):
                j += 1
            found.extend(self._cut(t, i, j))
            i = j
        return found

    def _can_name(self, t: Tokens, i: int) -> bool:
        return t.capital[i] and t.words[i][0].isalpha()

    def _continues(self, t: Tokens, j: int) -> bool:
        if t.touching(j) and t.words[j - 1] != ".":
            if t.words[j] != "." or not self._is_initial(t, j - 1) or j + 1 >= len(t):
                return False
            # "Trần Thị L., cả đời" keeps its dot; before a capital it may end the sentence, unless the name goes on.
            return self._can_name(t, j + 1) if t.capital[j + 1] else t.words[j + 1] != "\n"
        if t.words[j - 1] == "." and not self._is_initial(t, j - 2):
            return False
        if self._can_name(t, j):
            return True
        return (
            t.words[j] in _PARTICLES
            and j + 1 < len(t)
            and self._can_name(t, j + 1)
            and not is_vietnamese(t.words[j + 1])
        )

    def _is_initial(self, t: Tokens, i: int) -> bool:
        return i >= 0 and len(t.words[i]) == 1 and t.capital[i]

    def _cut(self, t: Tokens, start: int, end: int) -> Iterable[Piece]:
        """The pieces of one run: cut at offices, organisations, places, words of address and new sentences."""
        addressed = self.styles(t, self.skip_quotes(t, start))[2] < self.skip_quotes(t, start)
        tied = end < len(t) and t.joined[end] and not t.joined[end - 1] and t.words[end].islower()
        while end - start > 1 and t.lowers[end - 1] in self._status_words and self._offices.head(t, end) is not None:
            end -= 1  # "… Moon Jae-in Tân Tổng thống"
        if tied and end - start > 1:
            end -= 1  # "… Thăng Trong đó": the segmenter ties "Trong" to what follows
        piece = start
        i = start
        while i < end:
            if addressed and i == start:
                rank = self._rank_heads.longest(t.lowers, i)
                stop = i if rank is None else min(rank[0], end)
            else:
                stop = self._foreign_to_names(t, i, end, piece)
            if stop < 0:  # a new name begins right here
                yield from self._split_long(t, piece, i)
                piece, stop = i, i
            if stop > i:
                if piece < i:
                    yield from self._split_long(t, piece, i)
                piece = i = stop
                continue
            i += 1
        if piece < end:
            yield from self._split_long(t, piece, end)

    def _foreign_to_names(self, t: Tokens, i: int, end: int, piece: int) -> int:
        """End of what at token ``i`` cannot belong to a name that began at ``piece``; ``i`` where it can."""
        word = t.words[i]
        office = self._offices.head(t, i)
        if office is not None and (office[0] - i >= 2 or word.isupper()) and self._office_wins(t, i, office[0]):
            return min(office[0], end)
        rank = self._rank_heads.longest(t.lowers, i)
        if rank is not None and (rank[0] - i >= 2 or i == piece or (len(word) > 1 and word.isupper())):
            return min(rank[0], end)
        if word.isupper() and len(word) > 1 and not all(w.isupper() for w in t.words[piece:end] if w != "."):
            return i + 1  # "HLV Chu Đình Nghiêm", "THX Thái Danh Chiếu"
        other = self._not_names.longest(t.lowers, i)
        if other is not None and (i == piece or other[0] - i >= 2 or word.isupper()):
            return min(other[0], end)
        body = self._offices.organizations.longest(t.lowers, i)
        if body is not None and (
            body[0] - i >= 2
            or (word.isupper() and len(word) >= 2)
            or (i == piece and i + 1 < len(t) and t.joined[i + 1] and not t.capital[i + 1])
        ):
            return min(body[0], end)
        after_unit = i == piece and self._noun_before(self._units, t, i) is not None
        place = (self._offices.communes if after_unit else self._offices.places).longest(t.lowers, i)
        if place is not None and i == piece and place[0] <= end:
            rest = end - place[0]
            if rest == 0 or rest >= 2 or t.lowers[i] not in self._surnames:
                return place[0]
        if i > piece and word in self._foreign_first and i + 1 < end and not self._opens_name(t, piece):
            return -i  # "bang Nam Dakota Mike Rounds", "điện Kremlin Dmitry Peskov"
        if i > piece and t.lowers[i] == "năm" and i + 1 < len(t) and t.words[i + 1][0].isdigit():
            return i + 1
        unit = self._offices.units.longest(t.lowers, i)
        if unit is not None and word.isupper() and (len(word) > 1 or (i + 1 < len(t) and t.words[i + 1] == ".")):
            return i + 1
        if i == piece and word.lower() in self._address and i + 1 < end:
            return i + 1  # "Ông Nguyễn Văn A"
        if i == piece and t.lowers[i] in self._body_words and t.lowers[i] not in self._surnames:
            return i + 1  # "Sở LĐ-TB&XH"
        if t.lowers[i] in {"ông", "bà"} and i > piece and i + 1 < end:
            return i + 1
        if t.lowers[i] == "đồng" and i + 1 < len(t) and t.lowers[i + 1] == "chí":
            return min(i + 2, end)
        if i > piece and i + 1 >= end and t.lowers[i] in self._openers and end < len(t) and t.words[end].isalnum():
            return i + 1  # "… Phạm Minh Chính Theo kế hoạch"
        if i == piece and t.lowers[i] in self._openers and i + 1 < end:
            return i + 1  # "Theo Nguyễn Văn A", "Sáng Nguyễn …"
        return i

    def _opens_name(self, t: Tokens, i: int) -> bool:
        return t.words[i] in self._foreign_first or t.lowers[i] in self._surnames

    def _office_wins(self, t: Tokens, i: int, end: int) -> bool:
        return not all(t.capital[k] for k in range(i, end)) or end - i >= 2

    def _split_long(self, t: Tokens, start: int, end: int) -> Iterable[Piece]:
        """Names run together without a sign between them: "Nguyễn Văn A Trần Thị B" are two."""
        vietnamese = t.lowers[start] in self._surnames and all(
            is_vietnamese(t.words[k]) for k in range(start, end) if t.words[k] != "."
        )
        if t.lowers[start] not in self._surnames and end - start >= 4:
            for k in range(start + 1, end - 2):
                if t.lowers[k] in self._sure and end - k <= _MAX_VIETNAMESE:
                    yield Piece(start, k)  # "Trạng Trình Nguyễn Bỉnh Khiêm": an epithet and a name
                    yield Piece(k, end)
                    return
        if not vietnamese or end - start <= _MAX_VIETNAMESE:
            yield Piece(start, end)
            return
        for k in range(start + 2, min(start + 5, end - 1)):
            if t.lowers[k] in self._sure and t.lowers[k - 1] not in {"văn", "thị"}:
                yield Piece(start, k)
                yield from self._split_long(t, k, end)
                return
        yield Piece(start, start + _MAX_VIETNAMESE if t.lowers[start + 1] != "thị" else min(end, start + 5))

    # -- evidence ---------------------------------------------------------------------------------------

    def skip_quotes(self, t: Tokens, i: int) -> int:
        """The first token before which there is no quote or markup sign, going back from ``i``."""
        while i > 0 and t.words[i - 1] in _QUOTES:
            i -= 1
        return i

    def styles(self, t: Tokens, i: int) -> tuple[int | None, list[tuple[int, int]], int]:
        """What addresses the name at token ``i``: start of the honorific (or None), the ranks as token spans,
        and the first token of it all."""
        ranks: list[tuple[int, int]] = []
        j = i
        while True:
            k = j
            if k > 0 and t.words[k - 1] in {".", ",", "-"} and (ranks or t.words[k - 1] == "."):
                k -= 1
            found = self._ranks.ending(t.lowers, j) or (self._ranks.ending(t.lowers, k) if k != j else None)
            if found is None or (j - found[0] == 1 and t.joined[found[0]]):
                break  # "tướng" of "Thủ tướng" is no rank
            end = j if self._ranks.ending(t.lowers, j) is not None else k
            if end < len(t) and t.words[end] == "." and not t.words[end - 1][1:2].isupper() and len(t.words[end - 1]) > 3:
                break  # "… bác sĩ. Do đó": the full stop of the sentence, not of "TS."
            ranks.insert(0, (found[0], end))
            j = found[0]
        k = j - 1 if j > 0 and t.words[j - 1] == ":" else j
        honorific = self._honorifics.ending(t.lowers, k)
        if honorific is None or not self._is_honorific(t, honorific[0], k):
            return None, ranks, j
        return honorific[0], ranks, honorific[0]

    def _is_honorific(self, t: Tokens, start: int, end: int) -> bool:
        if end - start > 1 or t.lowers[start] not in {
            "anh",
            "em",
            "bác",
            "chú",
            "cô",
            "bé",
            "già",
            "nàng",
            "mẹ",
            "cháu",
        }:
            return True
        if (
            t.words[start] == "Anh"
            and start > 0
            and t.words[start - 1] not in {".", "\n", ":", "”", "“", '"', "!", "?", "-", "–"}
        ):
            return False  # "Thủ tướng Anh Theresa May": the country
        return not t.joined[start] or t.capital[start]

    def _vietnamese(self, t: Tokens, piece: Piece) -> bool:
        return all(is_vietnamese(t.words[k]) for k in range(piece.start, piece.end) if t.words[k] != ".")

    def _size(self, t: Tokens, piece: Piece) -> int:
        return sum(t.words[k] != "." for k in range(piece.start, piece.end))

    def _noun_before(self, lexicon: Trie[LexiconEntry], t: Tokens, i: int) -> tuple[int, LexiconEntry, str] | None:
        """The noun of ``lexicon`` that ends before token ``i``, unless it is the tail of a longer word: "đối tượng"
        is no "tượng", "nhà báo" no "báo"."""
        found = lexicon.ending(t.lowers, i)
        return None if found is None or (t.joined[found[0]] and not t.capital[found[0]]) else found

    def _announced_elsewhere(self, t: Tokens, i: int) -> bool:
        """Whether the words before token ``i`` make the run a place, a street, a school or a credit."""
        j = self.skip_quotes(t, i)
        if j and t.words[j - 1][0].isdigit() and not (j > 1 and t.capital[j - 2]):
            return True  # "19 Hồ Văn Huê" is an address, "Mỹ Đình 2 Lưu Chí Dưỡng" a ward and its secretary
        if self._noun_before(self._units, t, j) is not None:
            # "tỉnh Phạm Anh Tuấn" (… UBND tỉnh + its chairman) against "xã Nguyễn Phích".
            place = self._offices.communes.longest(t.lowers, i)
            return place is not None or t.lowers[i] not in self._sure
        place = self._noun_before(self._place_nouns, t, j) or self._noun_before(self._organizations, t, j)
        if place is not None:
            person = self._nouns.ending(t.lowers, j)
            return person is None or person[0] >= place[0]  # "chủ tàu Nguyễn Văn Thử" goes by "chủ tàu"
        return self._is_credit(t, j)

    def _is_credit(self, t: Tokens, j: int, *, bare: bool = True) -> bool:
        """Whether a photo credit or a source note opens right before token ``j``; ``bare``: also without a colon."""
        k = j - 1 if j > 0 and t.words[j - 1] in {":", "/"} else j
        credit = self._credits.ending(t.lowers, k)
        return credit is not None and t.capital[credit[0]] and (k != j or (bare and credit[2] in {"Ảnh", "Nguồn"}))

    def _among_communes(self, t: Tokens, piece: Piece) -> bool:
        """Whether the run is a commune's name in a list of such names: "Giáp Bát, Hoàng Văn Thụ, Tân Mai"."""
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
            return any((f := communes.longest(t.lowers, k)) is not None and f[0] == before for k in (before - 2, before - 3) if k >= 0)
        return piece.end - piece.start == 2

    def _followed_by_age(self, t: Tokens, i: int) -> bool:
        """ "(SN 1980", ", 35 tuổi", "sinh năm 1970", "(trú tại" """
        j = i + 1 if i < len(t) and t.words[i] in {"(", ","} else i
        window = t.lowers[j : j + 3]
        if not window:
            return False
        return window[0] in {"sn", "trú", "ngụ", "sinh", "quê"} or (
            len(window) > 1 and window[0].isdigit() and window[1] == "tuổi"
        )

    # -- passes -----------------------------------------------------------------------------------------

    def sure(self, t: Tokens, pieces: list[Piece]) -> list[Candidate]:
        """Names that stand on their own evidence."""
        found = []
        ruled_out = -1  # end of the last run that a street, a school … claimed: a list goes on after it
        for piece in pieces:
            if ruled_out == piece.start - 1 and t.lowers[piece.start - 1] in {",", "và", "-", "–"}:
                ruled_out = piece.end
                continue
            candidate = self._judge(t, piece)
            if candidate is None and found and self._continues_list(t, found, piece):
                candidate = self._candidate(piece.start, piece.end, "person.list")
            if candidate is not None:
                found.append(candidate)
            elif self._announced_elsewhere(t, piece.start):
                ruled_out = piece.end
        return found

    def _judge(self, t: Tokens, piece: Piece) -> Candidate | None:
        start, end = piece.start, piece.end
        size = self._size(t, piece)
        first = t.lowers[start]
        vietnamese = self._vietnamese(t, piece)
        limit = _MAX_VIETNAMESE + 1 if vietnamese else _MAX_FOREIGN + 1
        if size > limit:
            return None
        honorific, ranks, styled = self.styles(t, self.skip_quotes(t, start))
        if self._is_credit(t, styled, bare=honorific is None):
            return None
        if (honorific is not None or ranks) and self._not_names.longest(t.lowers, start) is not None:
            return None
        if (honorific is not None or ranks) and not self._is_place_or_body(t, piece):
            if honorific is not None and t.lowers[honorific] == "bà" and first == "rịa":
                return None
            return self._candidate(start, end, "person.honorific" if honorific is not None else "person.rank")
        if self._announced_elsewhere(t, start) or self._among_communes(t, piece):
            return None
        if first in self._surnames and size >= 2 and "." in t.words[end - 1]:
            return self._candidate(start, end, "person.full_name")  # "Nguyễn T.M"
        if size == 1 and self._sure_nouns.ending(t.lowers, start) and not self._is_place_or_body(t, piece):
            return self._candidate(start, end, "person.noun")
        noun = self._nouns.ending(t.lowers, self.skip_quotes(t, start))
        if noun is not None and size >= 2 and not self._is_place_or_body(t, piece):
            stage = size <= 3 and self._stage_nouns.ending(t.lowers, self.skip_quotes(t, start)) is not None
            if first in self._surnames or not vietnamese or stage:
                return self._candidate(start, end, "person.noun")
        if (
            first in self._sure
            and is_vietnamese(t.words[start + 1 if size > 1 else start])
            and 3 <= size <= _MAX_VIETNAMESE + 1
        ):
            return self._candidate(start, end, "person.full_name")
        if vietnamese and first in self._surnames and size >= 3 and t.lowers[start + 1] in {"văn", "thị"}:
            return self._candidate(start, end, "person.full_name")
        if size >= 2 and self._followed_by_age(t, end):
            return self._candidate(start, end, "person.age")
        if (
            vietnamese
            and first in self._surnames
            and 3 <= size <= _MAX_VIETNAMESE
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

    def _continues_list(self, t: Tokens, found: list[Candidate], piece: Piece) -> bool:
        """ "nghệ sĩ Thành Lộc, Hữu Châu", "các bị cáo A, B và C": the run goes on a list of persons."""
        last = found[-1]
        if piece.start - last.end != 1 or t.lowers[last.end] not in {",", "và", "-", "–", "&"}:
            return False
        size = self._size(t, piece)
        if not 2 <= size <= 3 or self.is_ruled_out(t, piece) or self._not_names.longest(t.lowers, piece.start):
            return False
        staged = last.rule == "person.list" or (
            last.rule == "person.noun" and self._stage_nouns.ending(t.lowers, self.skip_quotes(t, last.start)) is not None
        )
        before = found[-2] if len(found) > 1 else None
        second = before is not None and last.start - before.end == 1 and t.lowers[before.end] in {",", "và"}
        return staged or (second and t.lowers[piece.start] in self._surnames)

    def _is_place_or_body(self, t: Tokens, piece: Piece) -> bool:
        unit = self._offices.units.longest(t.lowers, piece.start)
        if unit is not None and (unit[0] > piece.end or t.words[piece.start].isupper()):
            return True  # "luật sư Thành phố Hà Nội", "luật sư TP Hồ Chí Minh"
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
                if (size >= 2 and (
                    surname or not vietnamese or size == 3 or (size == 2 and t.lowers[piece.start] in self._middles)
                )) or (
                    size == 1
                    and (
                        known.get(t.lowers[piece.start]) is not None
                        or (
                            (not vietnamese
                            and office.entry.assign.get("branch") == "foreign")
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
        j = self.skip_quotes(t, i)
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
            while j < len(t) and t.lowers[j] in {"nguyên", "cựu", "hiện", "là", "tân", "quyền"}:
                j += 1
            return j in starts
        return i + 1 in starts and t.lowers[i] in {"là", "làm", "giữ", "–", "-"}

    def speaks(self, t: Tokens, i: int) -> int | None:
        """End of a verb of speech or action at token ``i``, or None."""
        found = self._speech.longest(t.lowers, i)
        return None if found is None else found[0]

    def is_ruled_out(self, t: Tokens, piece: Piece) -> bool:
        """Whether the words around, or the lexicons, say that a run of capitals is no person."""
        if piece.end - piece.start == 1 and is_vietnamese(t.words[piece.start]):
            return True  # one syllable says too little
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
                continue
            bare = c.rule not in {"person.honorific", "person.rank"}
            foreign = not all(is_vietnamese(w) for w in words)
            for word in {words[-1], words[0]} if foreign else {words[-1]}:
                known[word] = known.get(word, False) or bare or foreign
        return known

    def repeats(self, t: Tokens, pieces: list[Piece], found: list[Candidate], taken: set[int]) -> list[Candidate]:
        """Later mentions of names that the article has made known."""
        names = {tuple(t.lowers[k] for k in range(c.start, c.end)) for c in found if c.end - c.start >= 2}
        names |= {n[1:] for n in names if len(n) == 3 and n[0] in self._surnames}  # "Duy Mạnh" for "Đỗ Duy Mạnh"
        known = self.known_names(t, found)
        again = []
        for piece in pieces:
            if piece.start in taken:
                continue
            words = tuple(t.lowers[k] for k in range(piece.start, piece.end))
            if words in names and not self._announced_elsewhere(t, piece.start):
                again.append(self._candidate(piece.start, piece.end, "person.repeat"))
            elif (
                len(words) == 1
                and words[0] in known
                and (known[words[0]] or words[0] not in self._openers)
                and words[0] not in self._body_words
                and not (piece.end < len(t) and t.joined[piece.end] and t.words[piece.end].islower())  # "Thành phố"
                and len(words[0]) > 1
                and not t.words[piece.start].isupper()
                and not self._announced_elsewhere(t, piece.start)
                and not self._offices.places.longest(t.lowers, piece.start)
            ):
                again.append(self._candidate(piece.start, piece.end, "person.given_name"))
        return again
