"""Status: whether an office is held, was held, is held for another or is just being taken up, by the words beside it.

In: tokens and offices in reading order. Out: one status each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.records import Status
from extract.rules import Rules
from extract.tag.reading import Reading
from extract.tag.titles import Office
from extract.tag.tokens import Tokens, Trie

_ADJECTIVES = frozenset({"nguyên", "cựu", "tân", "quyền", "cố"})  # of one office; verbs go for a whole list
_LIST_SIGNS = frozenset(
    {",", ";", "-", "–", "(", ")", "và", "nhiệm", "kỳ", "khóa", "đồng", "thời", "các", "chức", "vụ"}
)
_DASHES = frozenset({"-", "–", "—"})
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?![0-9])")
_REACH = 40  # tokens that are looked back over in one sentence
_LEAD = 120  # tokens of headline and lead
_ENTRY = 90  # tokens of one entry of a life told by dates


class StatusReader:
    """Reads statuses. Immutable once built."""

    def __init__(self, rules: Rules) -> None:
        kinds: tuple[Status, ...] = ("former", "acting", "elect", "current")
        forms = {form: kind for kind in kinds for form in rules.lexicon(f"status.{kind}")}
        self._before: Trie[Status] = Trie(forms, backward=True)
        self._after: Trie[Status] = Trie(
            {form: kind for kind in kinds[:3] for form in rules.lexicon(f"status_after.{kind}")}
        )
        self._lost = Trie(rules.lexicon("status_after.former.lost"))
        self._demanded = {w.lower() for w in rules.forms("status_demand")}
        self._appointing = Trie(rules.lexicon("appointment"))
        self._naming = Trie(rules.lexicon("appointment.naming"), backward=True)
        self._new_office = {w.lower() for w in rules.forms("new_office")}
        self._ties = Trie(rules.lexicon("news_tie"), backward=True)
        self._earlier = Trie(rules.lexicon("earlier"))
        self._since = {w.lower() for w in rules.forms("until_now")}
        self._fillers = {w.lower() for w in rules.forms("office_filler")}
        self._address = {w.lower() for w in rules.forms("honorific")} | {"là"}
        self._not = {f.lower() for f in rules.forms("status_not")}

    def read(self, reading: Reading, t: Tokens, offices: Sequence[Office]) -> list[Status]:
        """The status of each office."""
        told = self.told_by_dates(reading, t, offices)
        statuses: list[Status] = []
        spreads = False
        for n, office in enumerate(offices):
            status, strong = self._status(t, office)
            end = offices[n - 1].end if n else 0
            if status == "current" and n and statuses[-1] != "current" and self._goes_on(t, end, office, spreads):
                status, strong = statuses[-1], spreads
            elif office.end + 2 < len(t) and t.words[office.end] == "(" and t.lowers[office.end + 1] == "cũ":
                status, strong = "former", False
            if status in {"current", "elect"}:
                status = told.get(n) or status
            spreads = strong and status != "current"
            statuses.append(status)
        self._news_of_appointments(t, offices, statuses)
        return statuses

    def _news_of_appointments(self, t: Tokens, offices: Sequence[Office], statuses: list[Status]) -> None:
        """In a report of appointments "A là Chủ tịch X" and "B làm Bộ trưởng Y" say the same with fewer words."""
        taken_up = {tuple(t.lowers[o.start : o.end]) for o, s in zip(offices, statuses) if s == "elect"}
        for n, office in enumerate(offices):
            tie = self._ties.ending(t.lowers, office.start)
            i = office.start - 1 if tie is None else tie[0]
            if not taken_up or statuses[n] != "current" or i < 1 or (tie is None and t.lowers[i] != "là"):
                continue
            same = i < _LEAD and t.capital[i - 1] and tuple(t.lowers[office.start : office.end]) in taken_up
            listed_too = len(taken_up) > 1 and tie is not None and t.capital[i - 1] and not self._is_run_by(t, i)
            if (same or listed_too) and not self._long_ago(t, i) and not self._was(t, i):
                statuses[n] = "elect"

    def _goes_on(self, t: Tokens, end: int, office: Office, spreads: bool) -> bool:
        """Whether what is said of the office that ends at token ``end`` is said of the next one too."""
        gap = t.lowers[end : office.start]
        if gap and gap[-1] == "kiêm":
            return all(w in {",", "kiêm"} for w in gap)  # "nguyên Bí thư, kiêm Chủ tịch"
        return spreads and listed(t, end, office.start)

    def _status(self, t: Tokens, office: Office) -> tuple[Status, bool]:
        """The status that the words beside the office give it, and whether it spreads over a list that follows."""
        for start in self._before_filler(t.lowers, office.start):
            found = self._before.ending(t.lowers, start)
            if found is None:
                continue
            words = t.lowers[found[0] : start]
            if len(words) == 1 and not self._is_word(t, found[0]):
                continue  # "thẩm quyền Chủ tịch", "Ảnh: Nguyễn Tân Bí thư"
            if words[0] in _ADJECTIVES and len(words) == 1:
                return found[1], False
            return self._in_time(t, found[0], found[1]), True
        after = self._after.longest(t.lowers, office.end)
        if after is not None:
            return after[1], False
        if self._is_lost(t, office):
            return "former", False
        if self._is_named(t, office):
            return "elect", False
        tie = t.lowers[office.start - 1] if office.start else ""
        if tie == "làm" and self._is_word(t, office.start - 1):
            return ("elect" if self._appoints(t, office.start - 1) else "current"), True
        if tie == "là" and self._was(t, office.start - 1):
            return "former", True
        return "current", False

    def _in_time(self, t: Tokens, i: int, status: Status) -> Status:
        """A verb of taking up office at token ``i`` that tells of another time: "từng (…) giữ chức", "Năm 2014, bà được
        bầu", "bổ nhiệm lại ông A giữ chức"."""
        if status != "elect":
            return status
        before = t.lowers[max(0, i - 8) : i]
        if "từng" in before[-4:]:
            return "former"
        again = any(before[k : k + 3] == ["bổ", "nhiệm", "lại"] for k in range(len(before)))
        return "current" if again or self._long_ago(t, i) else status

    def _is_named(self, t: Tokens, office: Office) -> bool:
        """ "bổ nhiệm Thủ tướng Lò Văn Thử", but "bổ nhiệm Thứ trưởng Lò Văn Thử giữ chức …" names what he was."""
        if office.end >= len(t) or not t.capital[office.end] or self._naming.ending(t.lowers, office.start) is None:
            return False
        rest = t.lowers[office.end : office.end + 14]
        stop = next((k for k, w in enumerate(rest) if w in {".", "\n", ";"}), len(rest))
        return not self._new_office & set(rest[:stop])

    def _is_word(self, t: Tokens, i: int) -> bool:
        """Whether the syllable at token ``i`` is a word of its own, no tail of one and no part of a name."""
        if i == 0:
            return True
        if t.capital[i] and t.capital[i - 1]:
            return False
        return f"{t.lowers[i - 1]} {t.lowers[i]}" not in self._not

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
            found = self._before.ending(gap, end)
            if found is not None and (found[2].lower() not in _ADJECTIVES or gap[0] in _DASHES | {",", "("}):
                return True
        return bool(gap) and gap[-1] == "làm"

    # -- what the sentence says -------------------------------------------------------------------------

    def _sentence_start(self, t: Tokens, i: int) -> int:
        k = i
        while k > 0 and i - k < _REACH and t.words[k - 1] not in {".", "\n", "?", "!"}:
            k -= 1
        return k

    def _appoints(self, t: Tokens, i: int) -> bool:
        """Whether "làm" at token ``i`` is said of somebody who is just given the office: a verb of appointing stands
        before it ("bầu ông A, Thứ trưởng, làm"), or it is the headline ("Ông A làm Chủ tịch"); but "do ông A làm" says
        who runs it."""
        start = self._sentence_start(t, i)
        if self._is_run_by(t, i) or self._long_ago(t, i):
            return False
        if "\n" not in t.words[:i]:
            return True
        verbs = [k for k in range(start, i) if self._appointing.longest(t.lowers, k)]
        return bool(verbs) and "việc" not in t.lowers[max(0, verbs[0] - 2) : verbs[0]]

    def _is_run_by(self, t: Tokens, i: int) -> bool:
        """ "công ty do ông Lò Văn Thử làm giám đốc" """
        return "do" in t.lowers[max(self._sentence_start(t, i), i - 8) : i]

    def _was(self, t: Tokens, i: int) -> bool:
        """Whether "là" at token ``i`` tells of an earlier time: "Trước đó, bà A là Chủ tịch"."""
        start = self._sentence_start(t, i)
        return i - start <= 8 and self._earlier.longest(t.lowers, start) is not None

    def _is_lost(self, t: Tokens, office: Office) -> bool:
        """ "Bộ trưởng X (là bà) Lò Thị Thử tuyên bố từ chức", but "đòi Bộ trưởng X từ chức"."""
        if office.start and t.lowers[office.start - 1] in self._demanded:
            return False
        k = office.end
        while k < len(t) and k - office.end < 8 and (t.capital[k] or t.lowers[k] in self._address):
            k += 1
        return self._lost.longest(t.lowers, k) is not None

    def _long_ago(self, t: Tokens, i: int) -> bool:
        """Whether the clause before token ``i`` dates the event by a year, with no day: "Năm 2014, bà được bầu"."""
        k = i - 1
        while k >= 0 and i - k < 16 and t.words[k] not in {".", "\n", ";"}:
            beside = set(t.lowers[max(0, k - 4) : k])
            ranged = t.words[k - 1] in _DASHES and "tháng" not in beside  # "2016 - 2021", but "tháng 8-2007"
            aside = ranged or t.words[k - 1] == "(" or {"kỳ", "khóa", "sinh", "sn"} & beside
            if _is_year(t.words[k]) and not aside:
                return not (_has_day(t, k) or "ngày" in t.lowers[max(0, k - 6) : k])
            k -= 1
        return False

    # -- lives told by dates ----------------------------------------------------------------------------

    def told_by_dates(self, reading: Reading, t: Tokens, offices: Sequence[Office]) -> dict[int, Status]:
        """Office -> status inside the entries of a life told by dates: "+ Tháng 7.1994 – 12.2005: Bí thư Huyện ủy, …".
        Where one such entry is, there are more."""
        entries: list[tuple[int, int, bool]] = []  # first token, where its text begins, whether it lasts
        free = 0
        for year in _YEAR.finditer(reading.text) if offices else ():
            i = t.at(year.end()) - 1
            span = self._span_of_dates(t, i) if i >= free and _is_year(t.words[i]) else None
            if span is not None:
                entries.append((i, *span))
                free = span[0]
        told: dict[int, Status] = {}
        if len(entries) < 2:
            return told
        n = 0
        for e, (_, start, lasts) in enumerate(entries):
            stop = min(entries[e + 1][0] if e + 1 < len(entries) else len(t), start + _ENTRY)
            stop = next((k for k in range(start, stop) if self._ends_entry(t, k)), stop)
            while n < len(offices) and offices[n].start < start:
                n += 1
            inside = False
            while n < len(offices) and offices[n].start < stop:
                inside = inside or self._opens_entry(t, start, offices[n].start)
                if inside:
                    told[n] = "current" if lasts else "former"
                n += 1
        return told

    def _opens_entry(self, t: Tokens, start: int, i: int) -> bool:
        """Whether the office at token ``i`` is what the entry tells: behind its colon, or as a predicate."""
        return t.words[start - 1] == ":" or t.lowers[i - 1] in {"là", "làm", "chức", "vụ", "danh", "giữ"}

    def _ends_entry(self, t: Tokens, k: int) -> bool:
        return t.words[k] == "\n" or (t.words[k] == "." and k + 1 < len(t) and t.capital[k + 1])

    def _span_of_dates(self, t: Tokens, i: int) -> tuple[int, bool] | None:
        """Where the entry goes on that opens with the years from token ``i`` on, and whether it lasts; None where no
        span of years stands there, or a term of office ("nhiệm kỳ 2015-2020")."""
        if any(w in {"kỳ", "khóa"} for w in t.lowers[max(0, i - 3) : i]):
            return None
        k = i + 1
        linked = False
        while k < len(t) and k - i < 9 and t.words[k] != "\n":
            word = t.lowers[k]
            if word in _DASHES or word in {"đến", "tới"}:
                linked = True
            elif linked and word in self._since:
                return self._entry_start(t, k + 1, True)
            elif linked and _is_year(word):
                return self._entry_start(t, k + 1, False)
            elif not (word[0].isdigit() or word in {"/", ".", "tháng", "năm", "ngày", "đầu", "cuối", "nay"}):
                return None
            k += 1
        return None

    def _entry_start(self, t: Tokens, k: int, lasts: bool) -> tuple[int, bool] | None:
        while k < len(t) and t.words[k] == ")":
            k += 1
        return (k + 1, lasts) if k < len(t) and t.words[k] in {":", ","} else None


def listed(t: Tokens, end: int, start: int) -> bool:
    """Whether only list signs (and terms of office) stand between two offices."""
    gap = t.lowers[end:start]
    return 0 < len(gap) <= 14 and all(w in _LIST_SIGNS or w[0].isdigit() or w.isupper() for w in gap)


def _is_year(word: str) -> bool:
    """ "1994", "7.1994", "18.3.2008" """
    tail = word[-4:]
    return tail.isdigit() and tail[:2] in {"19", "20"} and len(tail) == 4 and (len(word) == 4 or word[-5] in "./")


def _has_day(t: Tokens, k: int) -> bool:
    """Whether the date that ends in the year at token ``k`` has a day: "8.2.2017", "8/2/2017"."""
    if t.words[k].count(".") == 2:
        return True
    return k > 3 and t.words[k - 1] in _DASHES | {"/"} and t.words[k - 3] in _DASHES | {"/"}
