"""Mentions and rules in, what each rule did out: fired, stopped by its context, lost to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Literal

import regex

from extract.records import Mention, Tagged
from extract.rules.check import mentions, shown
from extract.rules.load import PATTERN_TIMEOUT, CompiledRule, Rules
from extract.text import View, view

Outcome = Literal["fired", "context", "lost"]


@dataclass(frozen=True, slots=True)
class Firing:
    """One match of one rule. ``note``: what it yields, or why it yields nothing. Offsets: stored text."""

    start: int
    end: int
    text: str
    label: str
    rule: str
    method: str
    outcome: Outcome
    note: str


def explain(rules: Rules, tagged: Tagged) -> list[Firing]:
    """Every mention of a tagged article and every match that came to nothing, in the order of the text."""
    fired = [_fired(label, mention, tagged) for label, mention in mentions(tagged)]
    text = view(tagged.segmented.article.text)
    silent = [f for rule in rules.rules.values() if rule.regex for f in _silent(rule, text, fired)]
    return sorted([*fired, *silent], key=lambda f: (f.start, f.outcome != "fired", -f.end, f.rule))


def _fired(label: str, mention: Mention, tagged: Tagged) -> Firing:
    text = tagged.segmented.article.text
    said = []
    for f in fields(mention):
        value = getattr(mention, f.name)
        if f.name in ("start", "end", "rule", "method", "cluster") or value in (f.default, None, ()):
            continue
        if f.name == "holder":
            holder = tagged.persons[value]
            value = text[holder.start : holder.end]
        said.append(f"{f.name} {shown(value)}")
    note = ", ".join(said)
    rule = mention.rule or ""
    return Firing(
        mention.start,
        mention.end,
        text[mention.start : mention.end],
        label,
        rule,
        mention.method,
        "fired",
        note,
    )


def _silent(rule: CompiledRule, text: View, fired: list[Firing]) -> Iterator[Firing]:
    """Matches of a rule's pattern that none of its mentions overlaps."""
    assert rule.regex is not None
    for match in rule.regex.finditer(text.text, timeout=PATTERN_TIMEOUT):
        if match.start() == match.end():
            continue
        start, end = text.span(match.start(), match.end())
        beside = [f for f in fired if f.start < end and start < f.end]
        if any(f.rule == rule.id for f in beside):
            continue
        reason = _context(rule, text.text, match)
        if reason:
            outcome: Outcome = "context"
        else:
            outcome = "lost"
            winners = ", ".join(f"{f.text!r} [{f.rule or f.method}]" for f in beside if f.label == rule.spec.label)
            reason = f"lost to {winners}" if winners else "the tagger made nothing of it"
        yield Firing(start, end, text.raw[start:end], rule.spec.label, rule.id, "rule", outcome, reason)


def _context(rule: CompiledRule, text: str, match: regex.Match[str]) -> str:
    """Which condition of the rule stops this match; empty where none does."""
    if rule.spec.requires and not any(word in text for word in rule.spec.requires):
        return f"requires one of {shown(rule.spec.requires)} in the article"
    for spec, compiled in zip(rule.spec.include, rule.include):
        if not replace(rule, include=(compiled,), exclude=()).context_holds(text, match.start(), match.end()):
            return f"include: no {spec.pattern!r} {spec.side} it within {spec.window}"
    for spec, compiled in zip(rule.spec.exclude, rule.exclude):
        if not replace(rule, include=(), exclude=(compiled,)).context_holds(text, match.start(), match.end()):
            return f"exclude: {spec.pattern!r} {spec.side} it within {spec.window}"
    return ""
