"""Rule folders in, findings out: malformed files, failed examples, entries and patterns that cannot work.

Every example of every rule goes through the real taggers, which the caller builds from the rules it is given
(this room lies below theirs). A finding names file, line and rule, what was expected and what came.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

import regex

from extract.records import Document, Figure, Mention, Person, Tagged, Title
from extract.rules.load import (
    _SLOT,
    CompiledRule,
    LexiconEntry,
    RuleError,
    Rules,
    _nearest,
    builtin_folder,
    load_rules,
    parse_file,
)
from extract.rules.model import EntrySpec, ExampleSpec, LexiconSpec, RuleFile
from extract.text import unify, view

SLOWEST = 0.5  # seconds that one pattern may take on one adversarial string
_RUN = 10_000  # code points of a string that shows a pattern whose time grows with the square of the length
_PUMP = 300  # code points that suffice to show one whose time doubles with each of them
_END = "\x01"  # closes a run with what no pattern expects, so that every way of matching it is tried
_PUMPS = ("1", "a", "A", " ", "1.", "1 ", "1-", "1/", "a ", "Aa ", "Aa, ", "A.", "(", '"', "-")
_COLUMNS: Mapping[str, type[Mention]] = {
    "person": Person,
    "title": Title,
    "document": Document,
    "figure": Figure,
}

Tag = Callable[[str], Tagged]


@dataclass(frozen=True, slots=True)
class Finding:
    """``where`` is ``file:line``; an error fails the check, a warning does not."""

    severity: Literal["error", "warning"]
    where: str
    message: str

    def __str__(self) -> str:
        note = "" if self.severity == "error" else "warning: "
        return f"{self.where}: {note}{self.message}" if self.where else f"{note}{self.message}"


@dataclass(frozen=True, slots=True)
class Checked:
    findings: tuple[Finding, ...]
    files: int = 0
    lexicons: int = 0
    rules: int = 0
    examples: int = 0

    @property
    def failed(self) -> bool:
        return any(f.severity == "error" for f in self.findings)


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    text: str
    parsed: RuleFile

    def where(self, id: str, needle: str = "", last: bool = False) -> str:
        """``file:line`` of ``needle`` in the entry ``id``, first or last place; else of the entry itself."""
        start = max(self.text.find(f'id = "{id}"'), 0)
        end = self.text.find("\n[[", start)
        end = len(self.text) if end < 0 else end
        found = (self.text.rfind if last else self.text.find)(needle, start, end) if needle else -1
        return f"{self.path}:{self.text.count(chr(10), 0, found if found >= 0 else start) + 1}"


class _Recording(Rules):
    """Rules that remember which lexicons were asked for."""

    asked: set[str]

    def lexicon(self, id: str) -> Any:
        self.asked.add(id)
        return super().lexicon(id)

    def compile(self, pattern: str, flags: int = 0) -> regex.Pattern[str]:
        self.asked.update(_SLOT.findall(pattern))
        return super().compile(pattern, flags)


def check(folders: Sequence[str | Path], build: Callable[[Rules], Tag]) -> Checked:
    """Checks the built-in rules with ``folders`` added to them.

    ``build`` makes from rules the function from a text to its mentions.

    Raises:
        RuleError: a folder is missing or empty. Everything else that is wrong is a finding.
    """
    files: list[_File] = []
    findings: list[Finding] = []
    for path in _paths(folders):
        try:
            data = path.read_bytes()
            files.append(_File(path, data.decode("utf-8", "replace"), parse_file(path, data)))
        except RuleError as error:
            findings.append(Finding("error", "", str(error)))
    sound = not findings
    for file in files:
        for spec in file.parsed.lexicon:
            findings += _lint_lexicon(spec, file)
    try:
        rules = load_rules(*folders) if sound else None
    except RuleError as error:
        rules = None
        if not any(f.message in str(error) for f in findings):
            findings.append(Finding("error", "", str(error)))
    counts = {
        "files": len(files),
        "lexicons": sum(len(f.parsed.lexicon) for f in files),
        "rules": sum(len(f.parsed.rule) for f in files),
        "examples": sum(len(r.examples) for f in files for r in f.parsed.rule),
    }
    if rules is None:
        return Checked(tuple(findings), **counts)
    homes = {spec.id: file for file in files for spec in file.parsed.lexicon}
    homes |= {spec.id: file for file in files for spec in file.parsed.rule}
    recording = _Recording(rules.lexicons, rules.rules, rules.hash)
    object.__setattr__(recording, "asked", set())
    tag = build(recording)
    for rule in rules.rules.values():
        findings += check_examples(rule, tag, homes[rule.id])
        findings += check_speed(rule, homes[rule.id])
    findings += _unused(rules, recording.asked, homes)
    return Checked(tuple(findings), **counts)


def _paths(folders: Sequence[str | Path]) -> Iterator[Path]:
    for folder in (builtin_folder(), *map(Path, folders)):
        if not folder.is_dir():
            raise RuleError(f"{folder}: not a folder of rule files")
        paths = sorted(folder.glob("*.toml"))
        if not paths:
            raise RuleError(f"{folder}: no .toml file in it")
        yield from paths


# -- examples ------------------------------------------------------------------------------------------


def check_examples(rule: CompiledRule, tag: Tag, file: _File) -> Iterator[Finding]:
    """Runs the rule's examples: the mentions it yields must be exactly the expected ones, in order."""
    columns = _columns(rule.spec.label)
    for example in rule.examples:
        where = file.where(rule.id, _needle(example.text))
        unknown = next((key for expected in example.expect for key in expected if key not in columns), None)
        if unknown is not None:
            message = f"rule {rule.id!r}: no column {unknown!r} in {rule.spec.label}s"
            yield Finding("error", where, f"{message}; nearest: {_nearest(unknown, columns)}")
            continue
        try:
            tagged = tag(example.text)
        except Exception as error:  # a tagger may find a group missing in the pattern of a new rule
            said = f"{type(error).__name__}: {error}"
            yield Finding("error", where, f"rule {rule.id!r}: tagging {example.text!r} failed: {said}")
            continue
        said = _difference(rule, example, tagged)
        if said:
            yield Finding("error", where, f"rule {rule.id!r}: in {example.text!r} {said}")
    if not any(example.expect for example in rule.examples):
        yield Finding("warning", file.where(rule.id), f"rule {rule.id!r}: no example shows what it yields")
    if all(example.expect for example in rule.examples):
        yield Finding("warning", file.where(rule.id), f"rule {rule.id!r}: no example shows where it must not fire")


def _columns(label: str) -> list[str]:
    own = [f.name for f in fields(_COLUMNS[label]) if f.name not in ("rule", "cluster")]
    return ["text", *own]


def _needle(text: str) -> str:
    """The beginning of an example as the TOML has it: up to what may be escaped there."""
    return re.split(r'["\\\n]', text, maxsplit=1)[0][:40]


def _difference(rule: CompiledRule, example: ExampleSpec, tagged: Tagged) -> str:
    """What differs between expected and found, in one sentence; empty where nothing does."""
    text = tagged.segmented.article.text
    every = sorted(mentions(tagged), key=lambda pair: (pair[1].start, pair[1].end))
    got = [m for label, m in every if label == rule.spec.label and m.rule == rule.id]
    if len(got) == len(example.expect):
        wrong = [
            f"{key} {shown(_column(m, key, tagged))} where {shown(value)} is expected"
            for m, expected in zip(got, example.expect)
            for key, value in expected.items()
            if not _same(value, _column(m, key, tagged))
        ]
        return f"got {'; '.join(wrong)}" if wrong else ""
    expected_texts = ", ".join(shown(e.get("text", e)) for e in example.expect) or "no mention"
    found_texts = ", ".join(shown(text[m.start : m.end]) for m in got) or "none"
    others = [
        f"{text[m.start : m.end]!r} [{m.rule or m.method}]"
        for label, m in every
        if label == rule.spec.label and m.rule != rule.id
    ]
    note = f"; other rules yield {', '.join(others)}" if others else ""
    return f"expected {expected_texts}; got {found_texts}{note}"


def mentions(tagged: Tagged) -> Iterator[tuple[str, Mention]]:
    """Every mention with its label."""
    for label in _COLUMNS:
        for mention in getattr(tagged, f"{label}s"):
            yield label, mention


def _column(mention: Mention, key: str, tagged: Tagged) -> Any:
    text = tagged.segmented.article.text
    if key == "text":
        return text[mention.start : mention.end]
    value = getattr(mention, key)
    if key == "holder" and value is not None:
        return text[tagged.persons[value].start : tagged.persons[value].end]
    return value


def _same(expected: Any, actual: Any) -> bool:
    """Whether a value from a rule file is that of the column; an empty string stands for none."""
    if actual is None or isinstance(actual, tuple | list):
        return list(map(str, expected or ())) == list(map(str, actual or ()))
    if isinstance(actual, Decimal):
        try:
            return Decimal(str(expected)) == actual
        except InvalidOperation:
            return False
    return str(expected) == str(actual)


def shown(value: Any) -> str:
    """A value in a message: quoted text, plain numbers and dates, ``none``."""
    if isinstance(value, str):
        return repr(value) if value else "none"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(shown, value))}]"
    return "none" if value is None else str(value)


# -- lints ---------------------------------------------------------------------------------------------


def _lint_lexicon(spec: LexiconSpec, file: _File) -> Iterator[Finding]:
    """Entries that say two things, or that no text can ever match."""
    entries = _entries(spec)
    if not entries and not spec.file:
        yield Finding("error", file.where(spec.id), f"lexicon {spec.id!r}: has no entries")
    first: dict[str, tuple[str, LexiconEntry]] = {}
    for form, entry in entries:
        where = file.where(spec.id, f'"{form}"')
        if not form or form != form.strip() or unicodedata.normalize("NFC", form) != form:
            yield Finding("error", where, f"lexicon {spec.id!r}: {form!r} is empty, padded or not NFC")
        elif "\n" in form or view(form).text != unify(form):
            reachable = view(form).text.replace("\n", " ")
            message = f"{form!r} can never match: texts are matched with single spaces; write {reachable!r}"
            yield Finding("error", where, f"lexicon {spec.id!r}: {message}")
        key = unify(form)
        other, meant = first.get(key, (form, entry))
        listed = isinstance(spec.entries, list)
        habit = not listed and meant == entry and other == entry.canonical  # "km" = ["km", "kilomet"]
        if key in first and not habit:
            where = file.where(spec.id, f'"{form}"', last=True)
            again = "there twice" if other == form else f"{other!r} again, but for the tone mark"
            same = meant.assign == entry.assign and unify(meant.canonical) == unify(entry.canonical)
            if same or listed:
                yield Finding("warning", where, f"lexicon {spec.id!r}: {form!r} is {again}")
            else:
                both = f"{meant.canonical!r} and {entry.canonical!r}"
                yield Finding("error", where, f"lexicon {spec.id!r}: {form!r} is {again}, with two meanings: {both}")
        first.setdefault(key, (form, entry))


def _entries(spec: LexiconSpec) -> list[tuple[str, LexiconEntry]]:
    """Every form of a lexicon that the TOML itself holds, with its meaning."""
    if isinstance(spec.entries, list):
        return [(form, LexiconEntry(form, {})) for form in spec.entries]  # type: ignore[arg-type]
    made = []
    for canonical, value in spec.entries.items():
        detail = EntrySpec(variants=value) if isinstance(value, list) else value
        entry = LexiconEntry(canonical, dict(detail.assign))  # type: ignore[arg-type]
        made += [(form, entry) for form in (canonical, *detail.variants)]
    return made


def _unused(rules: Rules, asked: set[str], homes: Mapping[str, _File]) -> Iterator[Finding]:
    """Lexicons that no pattern names and no tagger asked for while the examples ran."""
    used = set(asked)
    for rule in rules.rules.values():
        contexts = (c.pattern for c in (*rule.spec.include, *rule.spec.exclude))
        for pattern in (rule.spec.pattern or "", *contexts):
            used.update(_SLOT.findall(pattern))
    for id in rules.lexicons:
        parts = id.split(".")
        if not any(".".join(parts[:n]) in used for n in range(1, len(parts) + 1)):
            yield Finding("warning", homes[id].where(id), f"lexicon {id!r} is used nowhere")


def check_speed(rule: CompiledRule, file: _File, limit: float = SLOWEST) -> Iterator[Finding]:
    """Runs the rule's patterns on strings made to hurt them; over ``limit`` seconds on one is an error."""
    triggers = _triggers(rule)
    # The engine gives up at once where a literal that the pattern needs is nowhere ahead, so all of them are.
    specs = (*rule.spec.include, *rule.spec.exclude)
    patterns = " ".join((rule.spec.pattern or "", *(s.pattern for s in specs)))
    end = _END.join(("", *(unify(e.text) for e in rule.examples), patterns.replace("\\", "")))
    whole = [unit * (_RUN // len(unit)) + end for unit in dict.fromkeys((*_PUMPS, *triggers))]
    after = [trigger + pump * (_PUMP // len(pump)) + end for trigger in triggers for pump in _PUMPS]
    beside = [(pump * 200)[:200] + end for pump in _PUMPS]
    jobs: list[tuple[str, regex.Pattern[str], list[str]]] = []
    if rule.regex is not None:
        jobs.append((rule.spec.pattern or "", rule.regex, [*after, *whole]))
    jobs += [(s.pattern, c[0], beside) for s, c in zip(specs, (*rule.include, *rule.exclude))]
    for source, pattern, texts in jobs:
        slow = next((text for text in texts if _too_slow(pattern, text, limit)), None)
        if slow is not None:
            where = file.where(rule.id, source.strip().split("\n")[0])
            message = f"pattern takes over {limit} s on {len(slow)} characters like {slow[:60]!r}"
            yield Finding("error", where, f"rule {rule.id!r}: {message}; bound its repeats or make them possessive")


def _too_slow(pattern: regex.Pattern[str], text: str, limit: float) -> bool:
    try:
        for _ in pattern.finditer(text, timeout=limit):
            pass
    except TimeoutError:
        return True
    return False


def _triggers(rule: CompiledRule) -> list[str]:
    """Beginnings of what the rule matches in its own examples, cut at each word: ways into the pattern."""
    if rule.regex is None:
        return []
    found: dict[str, None] = {}
    for example in rule.examples:
        for match in _matches(rule.regex, unify(example.text)):
            cuts = [m.end() for m in regex.finditer(r"\w+\W?", match[0])]
            found.update(dict.fromkeys(match[0][:cut] for cut in cuts[:8]))
    return list(found)[:24]


def _matches(pattern: regex.Pattern[str], text: str) -> Iterable[regex.Match[str]]:
    try:
        return list(pattern.finditer(text, timeout=SLOWEST))
    except TimeoutError:
        return []
