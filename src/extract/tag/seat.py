"""Where an article plays, and what its bare bodies are called in full: "Tỉnh ủy" -> "Tỉnh ủy Quảng Ninh".

In: the tokens of the article and those that are parts of persons' names. Out: its seat, and full names after it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from extract.rules import LexiconEntry, Rules
from extract.tag.tokens import Tokens, Trie
from extract.text import unify


@dataclass(frozen=True, slots=True)
class Seat:
    """The article's province and the leading unit of each kind (city, town, quarter, district)."""

    province: str | None
    units: dict[str, str | None]


class SeatFinder:
    """Finds seats and completes names. Immutable once built."""

    def __init__(self, rules: Rules) -> None:
        self._provinces: dict[str, LexiconEntry] = {
            form.lower(): entry for form, entry in rules.lexicon("place.province").items()
        }
        self._places = Trie(rules.lexicon("place"))
        self._opening = self._places.openers
        self._units_before = Trie(rules.lexicon("unit_noun"), backward=True)
        self._own_place = tuple(
            (tuple(f.lower() for f in rules.forms(f"own_place.{kind}")), kinds)
            for kind, kinds in (
                ("province", ("province",)), ("city", ("municipality", "city")), ("town", ("town",)),
                ("quarter", ("quarter",)), ("district", ("district",)),
            )
        )  # fmt: skip

    def find(self, t: Tokens, inside: Collection[int]) -> Seat:
        """The article's province: the one most named, by itself or by its districts and cities; a mention in the
        first tenth of the text counts three times. And the unit of each kind below it that is most named."""
        provinces: Counter[str] = Counter()
        units: dict[str, Counter[str]] = {}
        limit = t.ends[-1] // 10 if len(t) else 0
        free, opening = 0, self._opening
        for i in [i for i in t.capitals if t.lowers[i] in opening]:
            found = self._places.longest(t.lowers, i) if i >= free and i not in inside else None
            if found is None or (found[0] - i == 1 and not t.words[i].isupper()):
                continue
            end, entry, _ = found
            weight = 3 if t.starts[i] < limit else 1
            named = t.words[i].isupper() or (i > 0 and self._units_before.ending(t.lowers, i) is not None)
            if "full" in entry.assign:
                if named or not entry.assign.get("with_unit"):
                    provinces[entry.canonical] += 2 * weight
            elif named or (i > 0 and t.lowers[i - 1] == "ủy"):
                # A district counts for its province, less than the province's own name; only where it is named as one.
                if "province" in entry.assign:
                    provinces[str(entry.assign["province"])] += weight
                units.setdefault(str(entry.assign.get("kind", "")), Counter())[entry.canonical] += weight
            free = end
        return Seat(_leader(provinces), {kind: _leader(counts) for kind, counts in units.items()})

    def resolve(self, organization: str | None, seat: Seat) -> str | None:
        """ "Tỉnh ủy" in an article about Quảng Ninh is "Tỉnh ủy Quảng Ninh", "Thành ủy" in one about Móng Cái "Thành
        ủy Móng Cái"; what names its place stays as it is."""
        if organization is None:
            return None
        organization = unify(organization)  # "Tỉnh uỷ": it is cut from the text as written
        folded = organization.lower()
        if any(self._places.longest(words, k) for words in (folded.split(),) for k in range(len(words))):
            return organization
        for endings, kinds in self._own_place:
            if folded.endswith(endings):
                names = (self.own(kind, seat) for kind in kinds)
                name = next((name for name in names if name), None)
                return f"{organization} {name}" if name else organization
        return organization

    def names_district(self, resolved: str | None) -> bool:
        words = (resolved or "").lower().split()
        found = [self._places.longest(words, k) for k in range(len(words))] if "tỉnh" not in words else []
        return any(f is not None and "kind" in f[1].assign for f in found)

    def own(self, kind: str, seat: Seat) -> str | None:
        """The article's own unit of ``kind``; "municipality" is a province that is a city."""
        if kind == "province":
            return seat.province
        if kind == "municipality":
            entry = self._provinces.get((seat.province or "").lower())
            return seat.province if entry is not None and entry.assign.get("city") else None
        return seat.units.get(kind)


def _leader(counts: Counter[str]) -> str | None:
    """The name that leads the counts alone."""
    if not counts:
        return None
    (best, most), *rest = counts.most_common(2)
    return best if not rest or most > rest[0][1] else None
