"""What makes a run of capitals no person: a street, a school, a firm, a ship, a commune, a photo credit, a signature.

In: tokens and a piece. Out: whether the words around it, or its own, say so. ``persons`` asks before it weighs names.
"""

from __future__ import annotations

from extract.rules import Rules
from extract.tag.runs import Piece, RunCutter, is_all_vietnamese, noun_before, skip_quotes
from extract.tag.titles import OfficeFinder
from extract.tag.tokens import Tokens, Trie, is_vietnamese

_LIST_REACH = 6  # tokens between "các tuyến đường" and the "như" that opens their list
_FIRM_REACH = 10  # tokens between "Công ty" and the proper name behind its fields of business
_LIST_SIGNS = frozenset({",", ";", "và", "-", "–", "(", ")", "."})
_VOWELS = frozenset("aeiouyàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ")


class Elsewhere:
    """Knows places, bodies, firms and credits. Immutable once built."""

    def __init__(self, rules: Rules, offices: OfficeFinder, runs: RunCutter) -> None:
        self._offices = offices
        self._runs = runs
        self._sure = runs.sure_surnames
        self._persons = Trie(rules.lexicon("person_noun"), backward=True)
        self._places = Trie(rules.lexicon("place_noun"), backward=True)
        self._place_words = {f.lower() for f in rules.forms("place_noun") if " " not in f} - runs.surnames
        self._loose = {w.lower() for w in rules.forms("place_noun_loose")}
        self._bodies = Trie(rules.lexicon("org"), backward=True)
        self._roles = Trie(rules.lexicon("role"), backward=True)
        self._firms = Trie(
            {f: e for f, e in rules.lexicon("org").items() if e.assign.get("name") == "proper"}, backward=True
        )
        self._firm_words = {w.lower() for f in rules.forms("firm_word") for w in f.split()}
        self._firm_parts = rules.forms("firm_part")
        self._credits = Trie(rules.lexicon("photo_credit"), backward=True)
        self._notes = {w.lower() for w in rules.forms("signature_note")}
        self._such_as = {w.lower() for w in rules.forms("such_as")}
        self._several = {w.lower() for w in rules.forms("several")}
        self._announcing = (
            {":", "/", "-", *self._such_as, *self._firm_words}
            | self._credits.openers
            | runs.units_before.openers
            | self._places.openers
            | self._firms.openers
        )
        self._openers = offices.units.openers | offices.places.openers | offices.organizations.openers
        self._unit_words = {f.lower() for f in rules.forms("unit_noun") if " " not in f}

    def announced(self, t: Tokens, i: int, *, loose: bool = True) -> bool:
        """Whether the words before token ``i`` make the run a place, a street, a school, a firm or a credit.

        ``loose`` counts nouns that a person may own ("nhà Tuấn") and bare numbers ("tối 20.5 Tuấn") too.
        """
        j = skip_quotes(t, i)
        if j == 0 or (t.lowers[j - 1] not in self._announcing and not (loose and self.is_address(t, j))):
            return False
        if self.is_credit(t, j):
            return True
        if j and t.words[j - 1] == ":":
            j -= 1  # "các phố: Trần Quang Khải, …"
        if loose and self.is_address(t, j):
            return True
        if j and t.lowers[j - 1] in self._such_as and self._opens_place_list(t, j - 1):
            return True
        unit = noun_before(self._runs.units_before, t, j)
        if unit is not None:
            return self._is_unit_name(t, unit[0], i)
        place = noun_before(self._places, t, j) or noun_before(self._firms, t, j)
        if place is not None and (loose or place[2].lower() not in self._loose):
            person = self._persons.ending(t.lowers, j)
            return person is None or person[0] >= place[0]  # "chủ tàu Nguyễn Văn Thử" goes by "chủ tàu"
        return self._is_firm_name(t, j)

    def is_address(self, t: Tokens, j: int) -> bool:
        """Whether a house number stands before token ``j``: "19 Hồ Văn Huê", "60B Nguyễn Huy Tưởng", "Ngõ 192 Lê
        Trọng Tấn"; "Mỹ Đình 2 Lưu Chí Dưỡng" is a ward and its secretary."""
        if j == 0:
            return False
        if not t.words[j - 1][0].isdigit():
            lettered = len(t.words[j - 1]) == 1 and t.words[j - 1].isalpha() and t.touching(j - 1)
            return j > 1 and lettered and t.words[j - 2].isdigit()
        return not (j > 1 and t.capital[j - 2] and not self._places.ending(t.lowers, j - 1))

    def _is_unit_name(self, t: Tokens, unit: int, i: int) -> bool:
        """Whether the run at ``i`` names the unit whose noun begins at ``unit``: "xã Nguyễn Phích", "ở bản Sùng Chô",
        not "UBND tỉnh Phạm Anh Tuấn", which goes on with the chairman."""
        if self._offices.communes.longest(t.lowers, i) is not None or t.lowers[i] not in self._sure:
            return True
        body = self._bodies.ending(t.lowers, unit) is not None or self._roles.ending(t.lowers, unit) is not None
        head = unit > 0 and t.lowers[unit - 1] in {"trưởng", "phó"}
        return not (body or head) and i + 3 <= len(t) and not (t.capital[i + 2] and t.words[i + 2].isalpha())

    def _opens_place_list(self, t: Tokens, i: int) -> bool:
        """Whether "như", "gồm" at token ``i`` goes on from several streets, schools …: "các tuyến đường như"."""
        for k in range(i, max(0, i - _LIST_REACH), -1):
            place = noun_before(self._places, t, k)
            if place is not None:
                several = place[0] > 0 and t.lowers[place[0] - 1] in self._several
                return several and place[2].lower() not in self._loose
            if not t.words[k - 1].isalpha():
                return False
        return False

    def _is_firm_name(self, t: Tokens, j: int) -> bool:
        """Whether fields of business lead back to the noun of a firm: "Công ty TNHH xây dựng Lâm Phạm"."""
        k = j
        while k > 0 and j - k < _FIRM_REACH and t.lowers[k - 1] in self._firm_words:
            k -= 1
        return k < j and self._firms.ending(t.lowers, k) is not None

    def is_credit(self, t: Tokens, j: int, *, bare: bool = True) -> bool:
        """Whether a photo credit or a source note opens right before token ``j``: "Ảnh: ", "Ảnh: VGP/"; ``bare``: also
        without a colon."""
        k = j
        while k > 1 and t.words[k - 1] in {"/", "-"} and t.words[k - 2].isupper():
            k -= 2
        if k > 0 and t.words[k - 1] in {":", "/"}:
            k -= 1
        credit = self._credits.ending(t.lowers, k)
        return credit is not None and t.capital[credit[0]] and (k != j or (bare and credit[2] in {"Ảnh", "Nguồn"}))

    def is_signature(self, t: Tokens, piece: Piece) -> bool:
        """Whether the author signs: a name behind the last sentence of the article, or before "(ghi)", "(Theo BBC)"."""
        noted = t.words[piece.end : piece.end + 1] == ["("] and t.lowers[piece.end + 1 : piece.end + 2]
        if piece.end < len(t) and not (noted and noted[0] in self._notes):
            return False
        start = piece.start
        if start == 0:
            return False
        before = t.words[start - 1]
        return not (before[-1].isalpha() or before in {",", ":", "-", "–", "(", "&"}) or (
            t.starts[start] - t.ends[start - 1] > 1
        )

    def is_delegation(self, t: Tokens, piece: Piece) -> bool:
        """ "(Đoàn Nghệ An)": the delegation of a province, no person of the family Đoàn."""
        if t.lowers[piece.start] != "đoàn" or piece.end - piece.start < 2:
            return False
        place = self._offices.places.longest(t.lowers, piece.start + 1)
        return place is not None and place[0] >= piece.end

    def among_communes(self, t: Tokens, piece: Piece, *, alone: bool) -> bool:
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

    def is_place_or_body(self, t: Tokens, piece: Piece) -> bool:
        """Whether the lexicons know the whole run as a country, a place or a body."""
        if t.lowers[piece.start] not in self._openers:
            return False
        unit = self._offices.units.longest(t.lowers, piece.start)
        if unit is not None and (
            unit[0] > piece.end or (t.words[piece.start].isupper() and len(t.words[piece.start]) > 1)
        ):
            return True  # "luật sư Thành phố Hà Nội", "luật sư TP Hồ Chí Minh"; but "bà H." is a person
        for lexicon in (self._offices.places, self._offices.organizations):
            found = lexicon.longest(t.lowers, piece.start)
            # A single syllable that is also a country is a given name after "ông": "ông Đức", "bà Mỹ".
            if (
                found is not None
                and found[0] >= piece.end
                and (piece.end - piece.start > 1 or not is_vietnamese(t.words[piece.start]))
            ):
                return True
        return False

    def is_no_name(self, t: Tokens, piece: Piece) -> bool:
        """Whether the run's own words say firm, work or abbreviation: "Axel Robotics", "Kent & Walsh", "The Harbour",
        "DS KHHGĐ"."""
        first, last = piece.start, piece.end - 1
        foreign = not is_all_vietnamese(t, piece)
        if foreign and (
            t.lowers[first] == "the" or any(t.words[k] in self._firm_parts for k in range(first, last + 1))
        ):
            return True
        if last - first >= 2 and t.lowers[first] in self._place_words and t.lowers[first + 1] in self._runs.surnames:
            return True  # "Đường Bùi Đình Thử": a noun that the head of a sentence has capitalised
        beside = (t.words[first - 1] if first else "", t.words[last + 1] if last + 1 < len(t) else "")
        if foreign and "&" in beside:
            return True
        return any(
            t.words[k].isupper() and len(t.words[k]) > 2 and t.words[k].isalpha() and not _VOWELS & set(t.lowers[k])
            for k in range(first, last + 1)
        )

    def owns(self, t: Tokens, i: int) -> bool:
        """Whether a street, a school, a ship, an award … is named right before token ``i``."""
        place = noun_before(self._places, t, skip_quotes(t, i))
        return place is not None and place[2].lower() not in self._loose

    def firm_before(self, t: Tokens, i: int) -> int | None:
        """First token of the noun of a firm that ends before token ``i``: "Văn phòng Luật sư Giang Thanh"."""
        found = noun_before(self._firms, t, i)
        return None if found is None else found[0]

    def only_list_signs(self, t: Tokens, start: int, end: int) -> bool:
        """Whether a list of streets (places, schools …) goes on: "Lý Thường Kiệt (quận 10); Nguyễn Văn Trỗi"."""
        if not 0 < end - start <= 6:
            return False
        gap = t.lowers[start:end]
        if sum(w[0].isdigit() for w in gap) > 1:
            return False  # a date
        if gap == ["."] or not any(w in _LIST_SIGNS for w in gap):
            return False  # the next sentence; "Bệnh viện Mắt | tỉnh | Lò Văn Thử", which is the director
        if ")" in gap and "(" not in gap:
            return False  # "(trú thôn Gia Bình); Phạm Thử": the place stood in a parenthesis
        return all(w in _LIST_SIGNS or w[0].isdigit() or w in self._unit_words for w in gap)
