"""A text in, the spans of its sentences out, line by line.

One regex finds every place where a sentence may end; ordered rules, each with a name, then join or split
there, and the first with an opinion decides (the method of razdel). Spans are in order, do not overlap, begin
and end with a character that is not white space, and leave out no such character. Linear: no rule looks
further than ``_REACH`` characters.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

import regex

from extract.rules import Rules
from extract.segment.letters import LOWER, UPPER
from extract.text import unify

Span = tuple[int, int]

_REACH = 40  # characters looked at on either side of a full stop
# What ends a line here is what ``extract.text.unify`` takes for a line feed.
LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
# "xong. ", "xong.” Ông", "đề ra./. ", "xong.Ông"; not "1.026", "baochi.vn", "67/2014". A run of marks is
# tried once, as a whole: nothing is given back, and no match begins within one.
_END = re.compile(rf"(?<![.!?…])(?<!\./)[.!?…]++(?:/\.++)*+[)\]}}”’»\"'*_]*+(?=[\s\u200b\ufeff]|[{UPPER}“‘«\"(\[])")
_GAP = re.compile(r"\s*")
_MARK = re.compile(r"[.!?…/]+")
_INVISIBLE = "\u200b\ufeff"
_OPENING = "“‘«\"'([{*_>#-–" + _INVISIBLE
_CLOSING = ")]}”’»\"'%"
_INITIALS = re.compile(r"(?:[A-ZĐƯ](?:[hrgiu]|gh)?\.)*[A-ZĐƯ](?:[hrgu]|gh)?")  # "A", "Th", "T.A"
# "1", "2.1", "IV", "a"
_NUMBER = re.compile(r"[(\[#*>\s-]*(?:\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}|[a-zđA-ZĐ])[*_]*")
_WORD = re.compile(rf"[{UPPER}][{LOWER}]*(?![\w./@])")
_LOWER_WORD = re.compile(rf"(?=.*[aeiouyà-ỹ])[{LOWER}]{{2,}}|\d{{4}}")
# A syllable of Vietnamese that bears no mark ("Theo", "Sau"); "Smith", "Bush" and "Lee" are none.
_PLAIN_SYLLABLE = re.compile(
    r"(?:b|c|ch|d|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x)?"
    r"(?:a|e|i|o|u|y|ai|ao|au|ay|eo|ia|iu|oa|oai|oao|oay|oe|oi|ua|ue|ui|uy|uya|uyu)(?:c|ch|m|n|ng|nh|p|t)?",
    re.IGNORECASE,
)


class Boundary(NamedTuple):
    """A place where a sentence may end."""

    text: str
    begin: int  # of the sentence so far
    start: int  # of the mark
    stop: int  # after the mark and after the quotes and brackets that close with it
    next: int  # of what follows the white space after that
    left: str  # the run without spaces before the mark, less what opens it
    right: str  # what follows, as far as a rule may look

    @property
    def mark(self) -> str:
        """The mark without what closes: ".", "...", "?!", "./."."""
        match = _MARK.match(self.text, self.start, self.stop)
        return match[0] if match else ""

    @property
    def before(self) -> str:
        """The run without spaces before ``left``, or nothing where the sentence begins with ``left``."""
        words = self.text[max(self.begin, self.start - _REACH) : self.start].split()
        return words[-2].lstrip(_OPENING) if len(words) > 1 else ""


Rule = Callable[[Boundary], bool | None]  # True splits, False joins, None has no opinion
Decision = tuple[int, bool, str]  # place, whether a sentence ends there, name of the rule


def _lower_case(b: Boundary) -> bool | None:
    """ "… xong.” ông Nam nói", "20 tỷ… nhưng"; not "iPhone"."""
    first = b.right.lstrip(_OPENING + " ")[:2]
    return False if first[:1].islower() and not first[1:].isupper() else None


def _punctuation(b: Boundary) -> bool | None:
    """ "(v.v.), …", "hoa văn... ... được"; not "xong. ”Ông", a quotation opened with the wrong mark."""
    return False if b.right[:1] in ",;:)]}”’»%/.…!?" and not b.right[1:2].isupper() else None


def _attribution(b: Boundary) -> bool | None:
    """ "… trả nợ.” - Chủ tịch tỉnh nói"."""
    return False if b.right[:1] in "-–—" and b.text[b.stop - 1] in "”\"'’»" else None


def _final_mark(b: Boundary) -> bool | None:
    """ "… đã đề ra./. PV": the mark that ends an official text."""
    return True if "/." in b.mark else None


def _list_number(b: Boundary) -> bool | None:
    """ "1. Công tác cán bộ", "IV. Tổ chức thực hiện"."""
    return False if b.start - b.begin <= 12 and _NUMBER.fullmatch(b.text, b.begin, b.start) else None


def _thousands(b: Boundary) -> bool | None:
    """ "1. 500 đồng": a space that slipped into a number."""
    spaced = re.fullmatch(r"(?:.*\D)?\d{1,3}", b.left) and re.match(r"\d{3}(?!\d)", b.right)
    return False if spaced and b.mark == "." and b.stop < b.next else None


def _lexical_rules(rules: Rules) -> tuple[tuple[str, Rule], ...]:
    """The rules that need word lists from ``rules/segment.toml``."""
    before_name = rules.forms("segment.abbreviation.name")
    before_number = rules.forms("segment.abbreviation.number")
    lettered = rules.forms("segment.lettered")
    locative = rules.forms("segment.locative")
    opener = rules.compile(r"(?!{segment.no_opener}(?!\w)) {segment.opener} (?!\w)")
    numbered = r"[\#*\s]* {segment.section} \s+ (?:\d{1,3}|[IVXLC]{1,6})[a-zđ]?"
    section = rules.compile(numbered, regex.IGNORECASE)

    def opens(b: Boundary) -> bool:
        return opener.match(b.right.lstrip(_OPENING)) is not None

    def aside(b: Boundary) -> bool | None:
        """ "giải quyết (?) Bộ Tài chính", "(...) Ông": a mark alone in brackets, or opening a sentence."""
        return opens(b) and b.start > b.begin if b.start == b.begin or b.text[b.start - 1] in "([" else None

    def section_number(b: Boundary) -> bool | None:
        """ "Điều 3. Phạm vi điều chỉnh"."""
        return False if b.start - b.begin <= 24 and section.fullmatch(b.text, b.begin, b.start) else None

    def before_figure(b: Boundary) -> bool | None:
        """ "Q. 2", "tr. 15"."""
        return False if b.right[:1].isdigit() and b.left in before_number else None

    def before_proper_name(b: Boundary) -> bool | None:
        """ "TP. Hồ Chí Minh", "PGS.TS. Trần", "St. Petersburg"; not "… trên địa bàn TP. Theo đó"."""
        if b.mark != "." or not (b.left in before_name or b.left.rpartition(".")[2] in before_name):
            return None
        return opens(b)

    def initial(b: Boundary) -> bool | None:
        """ "J. Smith", "V. A. Mozart", "Nguyễn Văn A. (ngụ …)"; not "chị H. Sau đó", "30 độ C. Ngày mai"."""
        if b.mark != "." or not _INITIALS.fullmatch(b.left):
            return None
        if b.stop == b.next:
            return False
        before = b.before
        if unify(before).lower() in lettered:
            return True
        if not before or before[-1] in ",:;(–-" or not b.right[:1].isalpha() or opens(b):
            return b.right[:1] in '“«"' or opens(b)
        following = b.right.split()[0].strip(".,;:!?)")
        foreign = following.isascii() and not _PLAIN_SYLLABLE.fullmatch(following)
        if foreign or before in locative or _INITIALS.fullmatch(following):
            return False
        return True if before.islower() else None

    def glued(b: Boundary) -> bool | None:
        """ "xong.Ông Nam" and "Hà Nội.Theo" split; "Zing.Vn", "P.Tuyên", "Q.Bình Tân" do not."""
        if b.stop < b.next:
            return None
        left = b.left.rstrip(_CLOSING)
        if not _WORD.match(b.right.lstrip(_OPENING)):
            return False
        return _LOWER_WORD.fullmatch(left) is not None or (left[-1:].islower() and opens(b))

    return (
        ("aside", aside),
        ("section number", section_number),
        ("abbreviation before a number", before_figure),
        ("abbreviation before a name", before_proper_name),
        ("initial", initial),
        ("glued", glued),
    )


def build_splitter(rules: Rules) -> Callable[[str, int, int], list[Span]]:
    """A function ``split(text, start, end)``: the spans of the sentences of one line."""
    ordered = _ordered(rules)

    def split(text: str, start: int, end: int) -> list[Span]:
        return list(_sentences(ordered, text, start, end))

    return split


def build_explainer(rules: Rules) -> Callable[[str], list[Decision]]:
    """For debugging: every place where a sentence might end, whether it does, and the rule that says so."""
    ordered = _ordered(rules)

    def explain(text: str) -> list[Decision]:
        trace: list[Decision] = []
        for line in LINE.finditer(text):
            deque(_sentences(ordered, text, line.start(), line.end(), trace), maxlen=0)
            trace.append((line.end(), True, "line"))
        return trace

    return explain


def _ordered(rules: Rules) -> tuple[tuple[str, Rule], ...]:
    return (
        ("lower case", _lower_case),
        ("punctuation", _punctuation),
        ("attribution", _attribution),
        ("final mark", _final_mark),
        ("list number", _list_number),
        ("thousands", _thousands),
        *_lexical_rules(rules),
    )


def _sentences(
    ordered: tuple[tuple[str, Rule], ...],
    text: str,
    start: int,
    end: int,
    trace: list[Decision] | None = None,
) -> Iterator[Span]:
    """The sentences of ``text[start:end]``, one line. What the rules decide is added to ``trace``."""
    begin = _skip(text, start, end)
    for match in _END.finditer(text, start, end):
        mark, stop = match.span()
        following = _skip(text, stop, end)
        if following == end:
            break
        run = text[max(begin, mark - _REACH) : mark]
        left = run.rsplit(None, 1)[-1].lstrip(_OPENING) if run and not run[-1].isspace() else ""
        right = text[following : min(end, following + _REACH)].lstrip(_INVISIBLE)
        boundary = Boundary(text, begin, mark, stop, following, left, right)
        name, splits = "full stop", True
        for rule_name, rule in ordered:
            decision = rule(boundary)
            if decision is not None:
                name, splits = rule_name, decision
                break
        if trace is not None:
            trace.append((stop, splits, name))
        if splits:
            yield begin, stop
            begin = following
    while end > begin and text[end - 1].isspace():
        end -= 1
    if begin < end:
        yield begin, end


def _skip(text: str, start: int, end: int) -> int:
    """The first place from ``start`` on that is not white space."""
    match = _GAP.match(text, start, end)
    return match.end() if match else start
