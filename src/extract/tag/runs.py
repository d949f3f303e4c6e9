"""Runs of capitalised syllables, cut into the pieces that could each be one name.

In: tokens. Out: pieces in token indices. A run ends at offices, organisations, places, words of address, and where a
missing full stop has run the next sentence into it ("… Phạm Minh Chính Theo kế hoạch").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from extract.rules import LexiconEntry, Rules
from extract.tag.titles import OfficeFinder
from extract.tag.tokens import Tokens, Trie, is_vietnamese

_LONGEST_RUN = 60  # tokens; a longer one (a page in capitals) is cut, so that time stays linear
MAX_VIETNAMESE = 4  # syllables of a name that opens with a family name
_ROMAN = re.compile(r"[IVX]{1,5}")
_QUOTES = frozenset("“”\"'‘’*_>[(")
_MARKS = frozenset({"thị", "văn"})  # before these two syllables every family name is possible: "Vì Thị Xoan"


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a run of capitals that may be one name."""

    start: int
    end: int


def skip_quotes(t: Tokens, i: int) -> int:
    """The first token before which there is no quote or markup sign, going back from ``i``."""
    while i > 0 and t.words[i - 1] in _QUOTES:
        i -= 1
    return i


def is_all_vietnamese(t: Tokens, piece: Piece) -> bool:
    """Whether every syllable of the piece can be Vietnamese."""
    return all(is_vietnamese(t.words[k]) for k in range(piece.start, piece.end) if t.words[k] != ".")


def size_of(t: Tokens, piece: Piece) -> int:
    """The number of words of the piece; the dots of initials do not count."""
    return sum(t.words[k] != "." for k in range(piece.start, piece.end))


def noun_before(lexicon: Trie[LexiconEntry], t: Tokens, i: int) -> tuple[int, LexiconEntry, str] | None:
    """The noun of ``lexicon`` that ends before token ``i``, unless it is the tail of a longer word: "đối tượng" is no
    "tượng", "nhà báo" no "báo"."""
    found = lexicon.ending(t.lowers, i)
    return None if found is None or (t.joined[found[0]] and not t.capital[found[0]]) else found


class RunCutter:
    """Finds and cuts runs. Immutable once built."""

    def __init__(self, rules: Rules, offices: OfficeFinder) -> None:
        self._offices = offices
        self.surnames = {s.lower() for s in rules.forms("surname")}
        self.sure_surnames = {s.lower() for s in rules.forms("surname_sure")}
        self.foreign_given = rules.forms("foreign_given")
        self.not_names = Trie(rules.lexicon("not_person"))
        self.units_before = Trie(rules.lexicon("unit_noun"), backward=True)
        self.openers = {s.lower() for s in rules.forms("sentence_opener")}
        self.body_words = {f.lower() for f in rules.forms("org") | rules.forms("unit_noun") if " " not in f}
        self._honorifics = Trie(rules.lexicon("honorific"), backward=True)
        self._ambiguous = {s.lower() for s in rules.forms("honorific_ambiguous")}
        self.address = {f.lower() for f in rules.forms("honorific") if " " not in f}
        self._ranks = Trie(rules.lexicon("rank"), backward=True)
        self._nouns = Trie(rules.lexicon("person_noun"), backward=True)
        self._opening_nouns = {f.lower() for f in rules.forms("person_noun") if " " not in f} - self.surnames
        self._rank_heads = Trie(rules.lexicon("rank"))
        self._status_words = {s.lower() for s in rules.forms("status_word")}
        self._namesakes = Trie(rules.lexicon("namesake"))
        self.known = Trie(rules.lexicon("known_person"))
        self._heads = Trie(rules.lexicon("role"), backward=True)
        self._bodies = Trie({**rules.lexicon("org.government"), **rules.lexicon("org.assembly")}, backward=True)
        self._particles = rules.forms("foreign_particle")
        self._dayparts = {w.lower() for w in rules.forms("daypart_opener")}
        self._day_words = {w.lower() for w in rules.forms("daypart_follower")}
        self._countries_or_given = rules.forms("foreign_given.country")
        self._before_country = {w.lower() for w in rules.forms("country_before")}
        self._demonyms = rules.forms("demonym")
        self._onsets = rules.forms("onset")
        self._names = {w.lower() for w in rules.forms("known_name")}
        self._style_ends = self._ranks.openers | self._honorifics.openers | {".", ",", "-", ":"}
        # Words that something else than a name may begin with: most syllables of names are none.
        self._others = (
            {w.lower() for w in self.address | self._demonyms | self.foreign_given | self.body_words | self.openers}
            | {"năm", "ông", "bà", "đồng"}
            | offices.openers
            | offices.places.openers
            | offices.communes.openers
            | offices.units.openers
            | offices.organizations.openers
            | self._rank_heads.openers
            | self.not_names.openers
        )
        self._told = self._others | self.known.openers | self._namesakes.openers

    def pieces(self, t: Tokens, blocked: Collection[int]) -> list[Piece]:
        """Every part of every run of capitals that could be one name, in order."""
        found: list[Piece] = []
        n, free = len(t), 0
        for i in t.capitals:
            if i < free or i in blocked or not self._can_name(t, i):
                continue
            j = i + 1
            while j < n and j - i < _LONGEST_RUN and j not in blocked and self._continues(t, j):
                j += 1
            if j == i + 1 and self.is_first_word(t, i):
                found.append(Piece(i, j))
            else:
                found.extend(self._cut(t, i, j))
            free = j
        return found

    def is_first_word(self, t: Tokens, i: int) -> bool:
        """Whether the one word of the run is capitalised as the first of a sentence: only a repeated name remains."""
        return t.words[i].isalpha() and not t.words[i].isupper() and self.opens_sentence(t, i)

    def _can_name(self, t: Tokens, i: int) -> bool:
        if not t.capital[i] or not t.words[i][0].isalpha():
            return False
        return len(t.words[i]) > 1 or not self._is_class(t, i)

    def _is_class(self, t: Tokens, i: int) -> bool:
        """Whether the single letter at ``i`` is tied to a number: "U.22", "U23", "OnePlus 3T"."""
        if i and t.touching(i) and t.words[i - 1][-1].isdigit():
            return True
        j = i + 2 if t.words[i + 1 : i + 2] == ["."] and t.touching(i + 1) else i + 1
        return j < len(t) and t.touching(j) and t.words[j][0].isdigit()

    def _continues(self, t: Tokens, j: int) -> bool:
        if t.words[j] == "-":
            return self._hyphenated(t, j)
        if t.words[j - 1] == "-":
            return True  # ``_hyphenated`` has seen to it
        if t.touching(j) and t.words[j - 1] != ".":
            if t.words[j] != "." or j + 1 >= len(t):
                return False
            if "." in t.words[j - 1]:
                if t.capital[j + 1] and t.touching(j + 1):
                    return True  # "A.S.Alex"
                return not t.capital[j + 1] and t.words[j + 1] != "\n"  # "N.T.B. (40 tuổi)" keeps its dot
            if not self._is_initial(t, j - 1):
                return False
            # "Trần Thị L., cả đời" keeps its dot; before a capital it may end the sentence, unless the name goes on.
            return self._can_name(t, j + 1) if t.capital[j + 1] else t.words[j + 1] != "\n"
        if t.words[j - 1] == "." and not self._is_initial(t, j - 2):
            return t.touching(j) and "." in t.words[j - 2] and self._can_name(t, j)
        if t.words[j - 1] == "." and len(t.words[j]) > 1 and j - 3 >= 0 and not t.touching(j):
            # "Lê Công Q. Đứng cạnh", "cháu A. Thấy": the initial ended the name, and the sentence; "Ronan F. Keller"
            foreign = not is_vietnamese(t.words[j]) or (t.capital[j - 3] and not is_vietnamese(t.words[j - 3]))
            if not foreign:
                return False
        if self._can_name(t, j):
            return True
        k = j
        while k < len(t) and k - j < 3 and t.words[k] in self._particles:
            k += 1  # "Ursula von der Leyen"
        return j < k < len(t) and self._can_name(t, k) and not is_vietnamese(t.words[k])

    def _hyphenated(self, t: Tokens, j: int) -> bool:
        """Whether the hyphen at ``j`` joins two parts of a foreign name: "Ros-Lehtinen", "Seung-Ho"; not "Mỹ-Trung"."""
        return (
            j + 1 < len(t)
            and t.touching(j)
            and t.touching(j + 1)
            and self._can_name(t, j + 1)
            and not all(is_vietnamese(t.words[k]) for k in (j - 1, j + 1))
            and not any(t.words[k].isupper() for k in (j - 1, j + 1))
            and not all(self._is_party(t, k) for k in (j - 1, j + 1))
        )

    def _is_party(self, t: Tokens, k: int) -> bool:
        """Whether the word beside a hyphen may be one of two parties: "Mỹ-Iran", "Trump-Putin"."""
        return t.lowers[k] in self._names or self._offices.places.longest(t.lowers, k) is not None

    def _is_initial(self, t: Tokens, i: int) -> bool:
        """A letter, or the onset that stands for a syllable: "anh Kh.", "Nguyễn Trung Th."."""
        return i >= 0 and t.capital[i] and (len(t.words[i]) == 1 or t.lowers[i] in self._onsets)

    def _cut(self, t: Tokens, start: int, end: int) -> Iterable[Piece]:
        """The pieces of one run: cut at offices, organisations, places, words of address and new sentences."""
        opening = skip_quotes(t, start)
        addressed = self.styles(t, opening)[2] < opening
        if start + 1 < end and t.lowers[start] in self._opening_nouns and self.opens_sentence(t, opening):
            start += 1  # "Vợ Xuân Mai", "Bố Đức Anh": a noun that only the head of a sentence has capitalised
        # "đối tượng Q. bỏ chạy": after such a noun a single letter is a name, no "quận".
        addressed = addressed or (len(t.words[start]) == 1 and self._nouns.ending(t.lowers, opening) is not None)
        place = self._offices.places.longest(t.lowers, start - 1) if start else None
        if place is not None and start < place[0] < end:
            start = place[0]  # "châu Âu Ulrike Brandt"
        shouted = start
        while shouted < end and t.words[shouted].isupper() and len(t.words[shouted]) > 1:
            shouted += 1
        if 2 <= shouted - start <= MAX_VIETNAMESE and shouted < end and t.lowers[start] in self.surnames:
            yield from self._cut(t, start, shouted)  # "LÒ VĂN SÁNG Sinh ngày"
            start = shouted
        tied = end < len(t) and t.joined[end] and not t.joined[end - 1] and t.words[end].islower()
        tied = tied and t.words[end - 1] != "."  # "ông V. đè"
        while end > start and t.lowers[end - 1] in self._status_words and self._offices.head(t, end) is not None:
            end -= 1  # "… Moon Jae-in Tân Tổng thống", "- Nguyên Thứ trưởng"
        if tied and end - start > 1:
            end -= 1  # "… Thăng Trong đó": the segmenter ties "Trong" to what follows
        piece = start
        i = start
        named = start if addressed else -1  # where a word of address says that a name begins
        while i < end:
            if t.lowers[i] not in self._told and not t.words[i].isupper():
                i += 1
                continue
            namesake = self._namesakes.longest(t.lowers, i) if i == piece else None
            if namesake is not None and (self.namesake(t, i) or not self._offices.places.longest(t.lowers, i)):
                yield Piece(i, namesake[0])
                piece = i = namesake[0]
                continue
            known = self.known.longest(t.lowers, i) if t.capital[i] else None
            if known is not None and known[0] <= end and self._stands_alone(t, piece, i, known[0], end):
                if piece < i:
                    yield from self._split_long(t, piece, i)
                yield Piece(i, known[0])
                piece = i = known[0]
                continue
            if i == named:
                rank = self._rank_heads.longest(t.lowers, i)
                stop = i if rank is None else min(rank[0], end)
            else:
                stop = self._end_of_other(t, i, end, piece)
            if stop < 0:  # a new name begins right here
                yield from self._split_long(t, piece, i)
                piece, stop = i, i
            if stop > i:
                if piece < i:
                    yield from self._split_long(t, piece, i)
                named = stop if stop == i + 1 and t.lowers[i] in self.address else named
                piece = i = stop
                continue
            i += 1
        if piece < end:
            yield from self._split_long(t, piece, end)

    def opens_sentence(self, t: Tokens, i: int) -> bool:
        """Whether token ``i`` begins a sentence, so that its capital says nothing."""
        return i == 0 or not (t.words[i - 1][-1].isalnum() or t.words[i - 1] in {",", ";", "-", "–", "/"})

    def _stands_alone(self, t: Tokens, piece: int, i: int, stop: int, end: int) -> bool:
        """Whether a known name may be cut out of its run: "Real Madrid Zinedine Zidane", not the last two syllables
        of "Nguyễn Thanh Hằng", nor the first two of "Bảo Ngọc Plaza"."""
        if all(map(is_vietnamese, t.words[i:stop])):
            return i == piece and stop == end
        return i == piece or not (t.lowers[piece] in self.surnames or t.words[i - 1] == "-")

    def namesake(self, t: Tokens, i: int) -> int | None:
        """End of a name that alone would be a city or a school, where an office or a word of address stands before
        it: "Chủ tịch Hồ Chí Minh", neither "Lăng Chủ tịch Hồ Chí Minh" nor "Thành ủy Hồ Chí Minh"."""
        found = self._namesakes.longest(t.lowers, i)
        if found is None or i == 0:
            return None
        body = self._bodies.ending(t.lowers, i)
        at = i if body is None else body[0]  # "Chủ tịch Hội đồng Nhà nước Trường Chinh"
        head = self._heads.ending(t.lowers, i) or self._heads.ending(t.lowers, at)
        if head is not None:
            return found[0] if self._offices.reads_as_head(t, head[0], at if at < i else i) else None
        return found[0] if self.styles(t, i)[0] is not None else None

    def _end_of_other(self, t: Tokens, i: int, end: int, piece: int) -> int:
        """End of what at token ``i`` cannot belong to a name that began at ``piece``; ``i`` where it can."""
        word = t.words[i]
        if t.lowers[i] not in self._others and not word.isupper():
            return i
        office = self._offices.head(t, i)
        if office is not None and (office[0] - i >= 2 or word.isupper()) and self._office_wins(t, i, office[0]):
            return min(office[0], end)
        rank = self._rank_heads.longest(t.lowers, i)
        if rank is not None and (rank[0] - i >= 2 or i == piece or (len(word) > 1 and word.isupper())):
            return min(rank[0], end)
        if (
            word.isupper()
            and len(word) > 1
            and "." not in word
            and not (i > piece and _ROMAN.fullmatch(word) and not is_vietnamese(t.words[i - 1]))  # "Felipe VI"
            and not all(w.isupper() for w in t.words[piece:end] if w != ".")
        ):
            return i + 1  # "HLV Chu Đình Nghiêm", "THX Thái Danh Chiếu"
        other = self.not_names.longest(t.lowers, i)
        inside_name = i > piece and t.lowers[piece] in self.surnames  # "Trần Bạch Mai" is no hospital
        if other is not None and (i == piece or (other[0] - i >= 2 and not inside_name) or word.isupper()):
            return min(other[0], end)
        body = self._offices.organizations.longest(t.lowers, i)
        if body is not None and (
            body[0] - i >= 2
            or (word.isupper() and len(word) >= 2)
            or (i == piece and i + 1 < len(t) and t.joined[i + 1] and not t.capital[i + 1])
            or (i > piece and self._offices.opens_field(t, i + 1))  # "… Hoàng Công Lương Khoa Hồi sức"
        ):
            return min(body[0], end)
        if i == piece and word.lower() in self.address and i + 1 < end:
            return i + 1  # "Ông Nguyễn Văn A"
        if i == piece and i + 1 < end and word in self._demonyms and not is_vietnamese(t.words[i + 1]):
            return i + 1  # "hữu nghị Nhật - Việt Kenjiro Aso"
        if i == piece and word in self._countries_or_given and i + 1 < end and not is_vietnamese(t.words[i + 1]):
            before = t.lowers[i - 1] if i else ""
            if before not in self._before_country and self._heads.ending(t.lowers, i) is None:
                return i  # "đạo diễn Jordan Vogt", but "Quốc vương Jordan Abdullah"
        after_unit = i == piece and noun_before(self.units_before, t, i) is not None
        place = (self._offices.communes if after_unit else self._offices.places).longest(t.lowers, i)
        if place is not None and i == piece and place[0] <= end:
            rest = end - place[0]
            if place[0] - i == 1 and is_vietnamese(word) and all(map(is_vietnamese, t.words[place[0] : end])):
                return i  # "Đức" may be the given name of someone known, "Nhật Tinh Anh" is a singer
            if rest == 0 or rest >= 2 or t.lowers[i] not in self.surnames:
                return place[0]
        opens = word in self.foreign_given and t.words[i - 1] != "-"  # "Seung-Woo Lee" is one
        if i > piece and opens and i + 1 < end and not self._opens_name(t, piece):
            return -i  # "bang Nam Dakota Mike Rounds", "điện Kremlin Dmitry Peskov"
        if i > piece and t.lowers[i] == "năm" and i + 1 < len(t) and t.words[i + 1][0].isdigit():
            return i + 1
        unit = self._offices.units.longest(t.lowers, i)
        dotted = i == piece and i + 1 < len(t) and t.words[i + 1] == "."  # "H. Bình Chánh", not "Lê Kim H."
        if unit is not None and word.isupper() and (len(word) > 1 or dotted):
            return i + 1
        if i == piece and t.lowers[i] in self.body_words and t.lowers[i] not in self.surnames:
            return i + 1  # "Sở LĐ-TB&XH"
        if t.lowers[i] in {"ông", "bà"} and i > piece and (i + 1 < end or (end < len(t) and t.words[end][0].islower())):
            return i + 1  # "… Phạm Minh Chính Ông Nguyễn Văn A", "… Phạm Minh Chính Ông cho hay"
        if t.lowers[i] == "đồng" and i + 1 < len(t) and (t.lowers[i + 1] == "chí" or t.words[i + 1] == "quan"):
            return min(i + 2, end)  # "… Phạm Minh Chính Đồng chí A", "… Đồng quan điểm"
        if i > piece and i + 1 >= end and t.lowers[i] in self.openers and end < len(t) and t.words[end].isalnum():
            timely = t.lowers[end] in self._day_words or t.words[end][0].isdigit()
            if timely or t.lowers[i] not in self._dayparts:
                return i + 1  # "… Phạm Minh Chính Theo kế hoạch", "… Sáng nay"; "ông Bế Ngọc Sáng nghỉ" keeps his name
        if i == piece and t.lowers[i] in self.openers and i + 1 < end and t.lowers[i + 1] not in _MARKS:
            return i + 1  # "Theo Nguyễn Văn A", "Sáng Nguyễn …"
        return i

    def _opens_name(self, t: Tokens, i: int) -> bool:
        return t.words[i] in self.foreign_given or t.lowers[i] in self.surnames

    def _office_wins(self, t: Tokens, i: int, end: int) -> bool:
        return not all(t.capital[k] for k in range(i, end)) or end - i >= 2

    def _split_long(self, t: Tokens, start: int, end: int) -> Iterable[Piece]:
        """Names run together without a sign between them: "Nguyễn Văn A Trần Thị B" are two, and so is a caption with
        the sentence after it: "Lò Sáng Lò Sáng ra tòa"."""
        half = (end - start) // 2
        if end - start in {4, 6} and t.lowers[start : start + half] == t.lowers[start + half : end]:
            yield Piece(start, start + half)
            yield Piece(start + half, end)
            return
        vietnamese = t.lowers[start] in self.surnames and all(
            is_vietnamese(t.words[k]) for k in range(start, end) if t.words[k] != "."
        )
        if t.lowers[start] not in self.surnames and end - start >= 4:
            for k in range(start + 1, end - 2):
                if t.lowers[k] in self.sure_surnames and end - k <= MAX_VIETNAMESE:
                    yield Piece(start, k)  # "Trạng Trình Nguyễn Bỉnh Khiêm": an epithet and a name
                    yield Piece(k, end)
                    return
        while vietnamese and end - start > MAX_VIETNAMESE:
            cuts = range(start + 2, min(start + 5, end - 1))
            opens = (k for k in cuts if t.lowers[k] in self.sure_surnames and t.lowers[k - 1] not in _MARKS)
            longest = min(end, start + MAX_VIETNAMESE + ("thị" in t.lowers[start + 1 : start + 3]))
            cut = next(opens, None)
            yield Piece(start, longest if cut is None else cut)
            if cut is None:
                return
            start = cut
        yield Piece(start, end)

    def styles(self, t: Tokens, i: int) -> tuple[int | None, list[tuple[int, int]], int]:
        """What addresses the name at token ``i``: start of the honorific (or None), the ranks as token spans,
        and the first token of it all."""
        ranks: list[tuple[int, int]] = []
        if i == 0 or t.lowers[i - 1] not in self._style_ends:
            return None, ranks, i
        j = i
        while True:
            k = j
            if k > 0 and t.words[k - 1] in {".", ",", "-"} and (ranks or t.words[k - 1] == "."):
                k -= 1
            found = self._ranks.ending(t.lowers, j) or (self._ranks.ending(t.lowers, k) if k != j else None)
            if found is None or (j - found[0] == 1 and t.joined[found[0]]):
                break  # "tướng" of "Thủ tướng" is no rank
            end = j if self._ranks.ending(t.lowers, j) is not None else k
            if (
                end < len(t)
                and t.words[end] == "."
                and not t.words[end - 1][1:2].isupper()
                and (len(t.words[end - 1]) > 3 or t.words[end - 1].islower())
            ):
                break  # "… bằng thạc sĩ. Bên kia": the full stop of the sentence, not of "TS."
            ranks.insert(0, (found[0], end))
            j = found[0]
        k = j - 1 if j > 0 and t.words[j - 1] == ":" else j
        honorific = self._honorifics.ending(t.lowers, k)
        if honorific is None or not self._is_honorific(t, honorific[0], k):
            return None, ranks, j
        return honorific[0], ranks, honorific[0]

    def _is_honorific(self, t: Tokens, start: int, end: int) -> bool:
        if end - start > 1 or t.lowers[start] not in self._ambiguous:
            return True
        if (
            t.words[start] == "Anh"
            and not is_vietnamese(t.words[end])
            and start > 0
            and t.words[start - 1] not in {".", "\n", ":", "”", "“", '"', "!", "?", "-", "–"}
        ):
            return False  # "Thủ tướng Anh Theresa May": the country
        if t.capital[start] and start > 0 and t.capital[start - 1] and not t.words[start - 1].isupper():
            return False  # "Tỉnh ủy Sông Bé Lò Văn Mẫu"
        return not t.joined[start] or t.capital[start]
