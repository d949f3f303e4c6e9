"""Status: whether an office is held, was held, is held for another or is just being taken up, by the words beside it.

In: tokens and offices in reading order. Out: one status each.
"""

from __future__ import annotations

from collections.abc import Sequence

from extract.records import Status
from extract.rules import LexiconEntry, Rules
from extract.tag.titles import Office
from extract.tag.tokens import Tokens, Trie

_ADJECTIVES = frozenset({"nguyên", "cựu", "tân", "quyền", "cố"})  # of one office; verbs go for a whole list
_LIST_SIGNS = frozenset(
    {",", ";", "-", "–", "(", ")", "và", "nhiệm", "kỳ", "khóa", "đồng", "thời", "các", "chức", "vụ"}
)
_NOT_APPOSED = frozenset({"tân", "quyền"})


class StatusReader:
    """Reads statuses. Immutable once built."""

    def __init__(self, rules: Rules) -> None:
        self._former = Trie(rules.lexicon("status.former"), backward=True)
        self._acting = Trie(rules.lexicon("status.acting"), backward=True)
        self._elect = Trie(rules.lexicon("status.elect"), backward=True)
        self._acting_after = Trie(rules.lexicon("acting_after"))
        self._former_after = Trie(rules.lexicon("former_after"))
        self._fillers = {w.lower() for w in rules.forms("office_filler")}

    def read(self, t: Tokens, offices: Sequence[Office]) -> list[Status]:
        statuses: list[Status] = []
        spreads = False
        for n, office in enumerate(offices):
            status, strong = self._status(t, office)
            if status == "current" and n and spreads and listed(t, offices[n - 1].end, office.start):
                status, strong = statuses[-1], True
            elif office.end + 2 < len(t) and t.words[office.end] == "(" and t.lowers[office.end + 1] == "cũ":
                status, strong = "former", False
            spreads = strong and status != "current"
            statuses.append(status)
        return statuses

    def _status(self, t: Tokens, office: Office) -> tuple[Status, bool]:
        """The status that the words beside the office give it, and whether it spreads over a list that follows."""
        tries: tuple[tuple[Trie[LexiconEntry], Status], ...] = (
            (self._former, "former"), (self._acting, "acting"), (self._elect, "elect"),
        )  # fmt: skip
        for start in self._before_filler(t.lowers, office.start):
            for trie, status in tries:
                found = trie.ending(t.lowers, start)
                if found is None:
                    continue
                words = t.lowers[found[0] : start]
                if len(words) == 1 and (
                    t.joined[found[0]] or (t.capital[found[0]] and found[0] and t.capital[found[0] - 1])
                ):
                    continue  # "thẩm quyền Chủ tịch", "Ảnh: Nguyễn Tân Bí thư"
                return status, len(words) > 1 or words[0] not in _ADJECTIVES
        if self._former_after.longest(t.lowers, office.end) is not None:
            return "former", False
        if self._acting_after.longest(t.lowers, office.end) is not None:
            return "acting", False
        return "current", False

    def _before_filler(self, lowers: list[str], i: int) -> list[int]:
        """The places before "các chức vụ", "chức danh", "cương vị:" and the like that lead up to token ``i``."""
        places = [i]
        while i > 0 and lowers[i - 1] in self._fillers:
            i -= 1
            places.append(i)
        return places

    def ends_in_verb(self, gap: list[str]) -> bool:
        """ "ông A được bầu giữ chức TITLE", "bà B làm TITLE": a verb of taking or leaving office ends the words
        between."""
        if len(gap) > 20 or "." in gap or ";" in gap or "\n" in gap:
            return False
        for end in self._before_filler(gap, len(gap)):
            for trie in (self._elect, self._former, self._acting):
                found = trie.ending(gap, end)
                if found is not None and found[2].lower() not in _NOT_APPOSED:
                    return True
        return bool(gap) and gap[-1] == "làm"


def listed(t: Tokens, end: int, start: int) -> bool:
    """Whether only list signs (and terms of office) stand between two offices."""
    gap = t.lowers[end:start]
    return 0 < len(gap) <= 14 and all(w in _LIST_SIGNS or w[0].isdigit() or w.isupper() for w in gap)
