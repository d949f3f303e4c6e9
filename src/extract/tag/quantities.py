"""The words beside numerals: lexicons in, look-ups to the left and right of an offset out.

``compile_words`` turns the lexicons of ``rules/units.toml`` into dictionaries once; every look-up after that reads
a bounded window of the text.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, cast

from extract.records import Modifier, Quantity
from extract.rules import LexiconEntry, RuleError, Rules

WINDOW = 48  # code points looked at before a numeral
TOKENS = 8  # and how many tokens of them

_TOKEN = re.compile(r"[^\W\d_]+|[0-9][0-9.,]*|\n|[^\w\s]")
_HEAD = re.compile(r"[ -]?([^\W\d_]+|[%$€£¥°º˚µ])")
_WORD = re.compile(r" ?([^\W\d_]+(?:-[^\W\d_]+)*)")
_BAND = re.compile(r" [2-6]G(?!\w)")
_COORDINATION = re.compile(r", | và ")

_LABELS = frozenset({"label", "firm", "soft"})

# Lexicons that are asked as sets of phrases, by the last part of their id.
_CONTEXTS = (
    "date", "date_only", "score", "score_word", "address", "duration", "daypart", "duration_after", "calendar",
    "plan", "trigger", "coefficient", "share", "fraction_noun", "place_noun", "people", "money_noun",
    "comparative", "age", "tail_of_shift", "half", "this_year", "part_of_day", "money_cue", "count_cue", "of_total",
    "reach", "start", "street", "row", "plainly", "more", "more_compound", "more_share",
    "age_bound", "age_noun", "age_not", "part_of", "result", "match", "spanning", "all_of", "than", "extent", "wage",
    "pay", "fate",
)  # fmt: skip
_COUNTS = ("stop", "tail", "head", "large", "abbreviation", "alone", "no_tail", "nominal", "subject", "classifier")
_UNITS = (
    "unit.percent", "unit.money", "unit.length", "unit.area", "unit.weight", "unit.volume", "unit.speed",
    "unit.temperature", "unit.time", "unit.age", "unit.other", "unit.points",
)  # fmt: skip


class Unit(NamedTuple):
    canonical: str
    quantity: Quantity
    time: bool  # a duration, subject to the rules on calendars
    clock: bool  # also a time of day
    calendar: bool  # also a calendar period
    points: bool  # a counted noun unless the context makes it a measure
    age: bool
    signed: bool  # may be below zero
    scaled: bool  # a unit only behind a scale word or a large numeral
    next: frozenset[str]  # a unit only before one of these
    least: int  # the smallest numeral that it is a unit of; points below that
    size: Decimal  # in the smallest unit of its kind, where ranges mix units; else 0


class Follower(NamedTuple):
    """What may stand behind a numeral: a scale word, a unit, or a noun that only looks like one of them."""

    form: str
    factor: Decimal | None
    unit: Unit | None


class Left(NamedTuple):
    """What stands before a numeral."""

    kind: str  # modifier, neutral, label, firm, soft, name, plain or start
    modifier: Modifier | None
    least: int  # the smallest count that the modifier bounds
    before: str  # the last tokens in lower case, a space between them
    rest: str  # the same without the modifier


@dataclass(frozen=True, slots=True)
class Words:
    """The lexicons in the form in which the tagger asks them."""

    followers: Mapping[str, tuple[Follower, ...]]  # by their first word
    glued: Mapping[str, Unit]
    letters: Mapping[str, tuple[Decimal, int]]  # scale letters: factor and smallest numeral
    signs: Mapping[str, Unit]
    before: Mapping[str, tuple[str, Modifier | None, int]]
    after_modifiers: Mapping[str, Modifier]
    bound_after: re.Pattern[str]  # such a modifier in the same clause, as group 1
    sets: Mapping[str, frozenset[str]]
    phrases: Mapping[str, bool]  # may be counted, or stops what is counted
    point: Unit
    decimal_points: re.Pattern[str]  # '7,4 điểm'
    slashed: tuple[str, ...]  # abbreviations with a stroke
    pairs: frozenset[str]  # words of two syllables, of any kind
    longest: Mapping[str, int]  # words of the longest phrase that begins with a word
    classes: Mapping[str, frozenset[str]]  # of nouns that are coordinated under one numeral
    compared: tuple[str, ...]
    amount: str  # the word for "number of", with a space
    confidence: Mapping[str, float]


def compile_words(rules: Rules) -> Words:
    """The lexicons of the figure tagger, ready for look-ups.

    Raises:
        RuleError: a lexicon or rule that the tagger needs is missing.
    """
    followers: dict[str, list[Follower]] = {}

    def follow(form: str, factor: Decimal | None, unit: Unit | None) -> None:
        head = _HEAD.match(form)
        if head is None:
            raise RuleError(f"unit {form!r} begins with neither a letter nor a sign")
        known = followers.setdefault(head[1], [])
        if all(k.form != form for k in known):
            known.append(Follower(form, factor, unit))

    for form, entry in _cased(rules.lexicon("unit.scale")).items():
        follow(form, Decimal(int(entry.assign["factor"])), None)
    for id in (*_UNITS, "unit.money_scaled"):
        for form, unit in _units(rules, id).items():
            follow(form, None, unit)
    for form in _cased(rules.lexicon("unit.compound")):
        follow(form, None, None)
    before: dict[str, tuple[str, Modifier | None, int]] = {}
    for kind in ("label", "label_firm", "label_soft", "neutral"):
        name = kind.removeprefix("label_")
        before.update((_key(form), (name, None, 0)) for form in rules.forms(f"context.{kind}"))
    before |= {_key(form): ("neutral", None, 0) for form in rules.forms("context.coefficient")}
    for form, entry in rules.lexicon("context.modifier").items():
        modifier = cast(Modifier, entry.assign["modifier"])
        before[_key(form)] = ("modifier", modifier, int(entry.assign.get("least", 0)))
    sets = {name: frozenset(map(_key, rules.forms(f"context.{name}"))) for name in _CONTEXTS}
    sets |= {name: rules.forms(f"context.{name}") for name in ("month", "index", "exam")}
    sets["law"] = frozenset(map(_key, rules.forms("context.label.law")))
    sets |= {name: rules.forms(f"count.{name}") for name in _COUNTS}
    points = _units(rules, "unit.points")
    excepted = rules.forms("count.stop_except")
    sets["noun"] = excepted | rules.forms("count.noun") | rules.forms("unit.compound")
    phrases = dict.fromkeys((*sets["noun"], *sets["head"]), True) | dict.fromkeys(sets["stop"], False)
    phrases |= dict.fromkeys(excepted, True)
    after = {f: cast(Modifier, e.assign["modifier"]) for f, e in rules.lexicon("context.modifier_after").items()}
    return Words(
        followers={h: tuple(sorted(fs, key=lambda f: -len(f.form))) for h, fs in followers.items()},
        glued=_units(rules, "unit.time_glued"),
        letters={
            form: (Decimal(int(e.assign["factor"])), int(e.assign["least"]))
            for form, e in rules.lexicon("unit.scale_money").items()
        },
        signs=_units(rules, "unit.money_sign"),
        before=before,
        after_modifiers=after,
        bound_after=re.compile(rf"[^.,;:()\n0-9]{{0,34}}? ({'|'.join(map(re.escape, after))})(?!\w)"),
        sets=sets,
        phrases=phrases,
        point=next(iter(points.values())),
        decimal_points=re.compile(rf"[0-9][.,][0-9]{{1,2}} ?(?:{'|'.join(points)})(?!\w)"),
        slashed=tuple(form for form in sets["abbreviation"] if "/" in form),
        pairs=rules.forms("compound"),
        longest=_longest(phrases),
        classes=_classes(rules),
        compared=tuple(rules.forms("context.compared")),
        amount=next(iter(rules.forms("context.amount"))) + " ",
        confidence={r.id: r.confidence for r in rules.labelled("figure")},
    )


def _key(form: str) -> str:
    return " ".join(_TOKEN.findall(form.lower()))


def _classes(rules: Rules) -> dict[str, frozenset[str]]:
    """The classes of every noun below ``count.class``; a noun may be in several."""
    classes = dict.fromkeys((form.lower() for form in rules.forms("count.class")), frozenset[str]())
    for id, lexicon in rules.lexicons.items():
        if id.startswith("count.class."):
            for form, entry in lexicon.forms.items():
                classes[form.lower()] |= {str(entry.assign["class"])}
    return classes


def _longest(phrases: Iterable[str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for phrase in phrases:
        words = phrase.split(" ")
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return longest


def _cased(forms: Mapping[str, LexiconEntry]) -> dict[str, LexiconEntry]:
    """Every form also in capitals, and capitalised where it is no name then ("Won", "Đô"); one letter as written."""
    out = dict(forms)
    for form, entry in forms.items():
        if len(form) > 1:
            out.setdefault(form.upper(), entry)
        if len(form) > 3:
            out.setdefault(form[0].upper() + form[1:], entry)
    return out


def _units(rules: Rules, id: str) -> dict[str, Unit]:
    out: dict[str, Unit] = {}
    for form, entry in _cased(rules.lexicon(id)).items():
        a = entry.assign
        out[form] = Unit(
            str(a.get("canonical", entry.canonical)),
            cast(Quantity, a.get("quantity", "measure")),
            bool(a.get("time")),
            bool(a.get("clock")),
            bool(a.get("calendar")),
            id == "unit.points",
            id == "unit.age",
            id in ("unit.temperature", "unit.points"),
            bool(a.get("scaled")),
            frozenset(str(a.get("next", "")).split("|")) - {""},
            int(a.get("least", 0)),
            Decimal(int(a.get("size", 0))),
        )
    return out


# --- to the left ----------------------------------------------------------------------------------------------


def look_left(w: Words, text: str, start: int) -> Left:
    """What stands in the ``WINDOW`` before ``start``, within the line."""
    raw = _TOKEN.findall(text, max(0, start - WINDOW), start)[-TOKENS:]
    before = " ".join(raw).lower()
    if not raw or raw[-1] == "\n":
        return Left("start", None, 0, before, before)
    cuts = _cuts(before, 4)
    listed = 1 if raw[-1][0].isdigit() and raw[-1][-1] == "," else 2 if raw[-1] == "và" else 0
    if listed and len(raw) > listed and raw[-listed][0].isdigit():  # "Điều 15, 16"
        cut = cuts[listed - 1]
        if ends_with(before[: cut - 1], w.sets["law"]):
            return Left("firm", None, 0, before, before)
    for cut in reversed(cuts):
        found = w.before.get(before[cut:])
        if found is not None:
            part = cut == cuts[0] and len(cuts) > 1 and before[cuts[1] :] in w.sets["noun"]
            if part and found[0] in _LABELS:  # "thị trường": no word but the end of one
                return Left("neutral", None, 0, before, before)
            rest = before[: cut - 1] if cut and found[0] == "modifier" else ("" if found[0] == "modifier" else before)
            return Left(*found, before, rest)
    last = raw[-1]
    if last == "." and len(raw) > 1 and text[start - 1] == "." and (len(raw[-2]) < 3 or raw[-2].isupper()):
        return Left("label", None, 0, before, before)  # Q.2, TP.1, No.5
    if last[0].isupper() and len(raw) > 1:
        lower = before[cuts[0] :]
        if lower not in w.sets["stop"] and lower not in w.sets["trigger"]:
            begin = text.rfind(last, 0, start)
            if raw[-2][0].isalnum() or raw[-2] in ",;(" or text[begin - 1] in ".-/&":
                # no sentence begins there: "Đồng Tháp 2", "ở Jakarta, Satria 120", "V.League 1"
                return Left("name", None, 0, before, before)
    return Left("plain", None, 0, before, before)


def _cuts(text: str, most: int) -> list[int]:
    """Where the last word of a text begins, the last two, and so on."""
    cuts: list[int] = []
    end = len(text)
    while len(cuts) < most and end > 0:
        cut = text.rfind(" ", 0, end) + 1
        cuts.append(cut)
        end = cut - 1
    return cuts


def ends_with(before: str, phrases: frozenset[str]) -> bool:
    """Whether the tokens end with one of the phrases (of up to three words)."""
    cut = before.rfind(" ")
    if before[cut + 1 :] in phrases:
        return True
    if cut <= 0:
        return False
    cut = before.rfind(" ", 0, cut)
    if before[cut + 1 :] in phrases:
        return True
    if cut <= 0:
        return False
    cut = before.rfind(" ", 0, cut)
    return before[cut + 1 :] in phrases


# --- to the right ---------------------------------------------------------------------------------------------


def follower(w: Words, text: str, at: int) -> tuple[int, int, Follower] | None:
    """The longest scale word, unit or compound at ``at`` (after an optional space or hyphen), with its span."""
    head = _HEAD.match(text, at)
    if head is None:
        return None
    begin = head.start(1)
    for known in w.followers.get(head[1], ()):
        if text.startswith(known.form, begin):
            end = begin + len(known.form)
            after = text[end : end + 1]
            sign = known.form[-1] == "%" or (known.form[-1] in "$€£¥" and not after.isdigit())  # "2 $108" shares none
            if not (after.isalnum() or after == "_") or sign:
                return begin, end, known
    return None


def starts_with(text: str, at: int, phrases: Container[str]) -> int:
    """The end of the longest of the phrases (of up to four words) at ``at``, after an optional space; else 0."""
    first = _WORD.match(text, at)
    if first is None:
        return 0
    begin, end = first.span(1)
    best = end if first[1].lower() in phrases else 0
    for _ in range(3):
        more = _WORD.match(text, end) if text[end : end + 1] == " " else None
        if more is None:
            break
        end = more.end()
        if text[begin:end].lower() in phrases:
            best = end
    return best


def noun(w: Words, text: str, at: int) -> tuple[int, int] | None:
    """The head of the counted noun phrase at ``at``, or None where no noun stands there."""
    first = _WORD.match(text, at)
    if first is None:
        return None
    begin, end = first.span(1)
    if text[end : end + 1] == "/" and text.startswith(w.slashed, begin):  # "5 đ/c"
        return begin, end + 2
    word = first[1]
    lower = word.lower()
    most = w.longest.get(lower, 0)
    if most > 1:
        ends = [end]
        while len(ends) < most and text[ends[-1] : ends[-1] + 1] == " " and (more := _WORD.match(text, ends[-1])):
            ends.append(more.end())
        for stop in reversed(ends[1:]):
            known = w.phrases.get(text[begin:stop].lower())
            if known is not None:
                return (begin, stop) if known else None
    known = w.phrases.get(lower) if most else None
    if known is not None:
        return (begin, end) if known else None
    if word in w.sets["abbreviation"]:
        return begin, end
    if word[0].isupper() or begin == at:  # "100abc"
        return None
    return begin, _pair_end(w, text, begin, end) or end


def _pair_end(w: Words, text: str, begin: int, end: int) -> int:
    """The end of a word of two syllables of which ``text[begin:end]`` is the first, or 0: 'bưu cục', 'sát thủ'."""
    second = _WORD.match(text, end) if text[end : end + 1] == " " else None
    return second.end() if second and text[begin : second.end()] in w.pairs else 0


def phrase_end(w: Words, text: str, begin: int, end: int) -> int:
    """The end of the noun phrase with the head ``text[begin:end]``: further nouns, then coordinated ones."""
    for _ in range(6):
        if text[begin:end].lower() in w.sets["alone"]:
            break
        more = _further(w, text, begin, end)
        if not more:
            break
        end = more
    phrase = text[begin:end].lower()
    kinds = next((w.classes[phrase[c:]] for c in reversed(_cuts(phrase, 5)) if phrase[c:] in w.classes), None)
    while kinds and (joint := _COORDINATION.match(text, end)):
        found = starts_with(text, joint.end(), w.classes)
        other = text[joint.end() : found].lower()
        named = text[joint.end() : joint.end() + 2].istitle()
        if named or not found or other in phrase or starts_with(text, found, w.sets["subject"]):
            break
        kinds &= w.classes[other]
        if not kinds:
            break
        end = _further(w, text, joint.end(), found) or found
    return end


def _further(w: Words, text: str, begin: int, end: int) -> int:
    """The end of one more word of the noun phrase ``text[begin:end]``, or 0."""
    if text[end : end + 1] != " ":
        return 0
    if band := _BAND.match(text, end):  # "trạm 4G"
        return band.end()
    ends: list[int] = []
    at = end
    while len(ends) < 4 and text[at : at + 1] == " " and (word := _WORD.match(text, at)):
        at = word.end()
        ends.append(at)
    if not ends:
        return 0
    capital = text[end + 1].isupper()
    first = text.find(" ", begin, end)
    classified = first > 0 and not capital and text[begin:first].lower() in w.sets["classifier"]
    for stop in reversed(ends):
        if w.phrases.get(text[begin:stop].lower()):  # "đại biểu Quốc hội"
            return stop
        if classified and w.phrases.get(text[first + 1 : stop].lower()):  # "chiếc xe" and "xe cứu hỏa"
            return stop
        if stop == ends[0]:
            break
        further = text[end + 1 : stop].lower()
        known = w.phrases.get(further)
        if known is False or further in w.sets["no_tail"]:
            return 0
        if known and not capital:
            return stop
    next_word = text[end + 1 : ends[0]]
    if next_word in w.sets["abbreviation"]:
        return ends[0]
    pair = _pair_end(w, text, end + 1, ends[0])
    if pair:
        return pair if text[begin:end].lower() in w.sets["nominal"] else 0  # "2 cuộc đối thoại", "5 đội tranh tài"
    return ends[0] if next_word.lower() in w.sets["tail"] and not capital else 0
