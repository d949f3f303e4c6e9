"""Scores in, what CI shows out: workflow commands of GitHub Actions, and JUnit XML.

A fault is an error where its label fails: where a measure of it is below the minimum asked for, or where no
minimum is asked for at all. Other faults are warnings, so that what is red is what made the check fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree as xml

from extract.evaluate.gold import LABELS, GoldArticle
from extract.evaluate.match import Fault
from extract.evaluate.score import ATTRIBUTES, Scores

# Measure or attribute -> the label whose faults bring it down.
_LABEL_OF = {"title~": "title", "holder": "title", "coded": "document", "value": "figure"} | {
    name: label for label, names in ATTRIBUTES.items() for name in (label, *names)
}
# Not allowed in XML 1.0, and would steer a terminal.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def below(scores: Scores, least: Mapping[str, float]) -> dict[str, str]:
    """Measure -> what is wrong with it, for each that is below its minimum or was not annotated."""
    said = {}
    for name, wanted in least.items():
        reached = scores.figure(name)
        if reached is None:
            said[name] = f"{name}: nothing annotated to measure it on, {wanted} wanted"
        elif reached < wanted:
            said[name] = f"{name}: {reached:.4f} is below {wanted}"
    return said


def failing(scores: Scores, least: Mapping[str, float]) -> set[str]:
    """The labels whose faults are errors."""
    return {_LABEL_OF[name] for name in below(scores, least)} if least else set(LABELS)


# -- GitHub Actions -------------------------------------------------------------------------------------


def github(
    scores: Scores, articles: Sequence[GoldArticle], least: Mapping[str, float], errors: int = 10
) -> Iterator[str]:
    """Workflow commands: a line for each minimum that is missed, then up to ``errors`` faults a label and kind.

    Errors come first: of each step, GitHub shows ten errors and ten warnings beside the code. A fault stands at
    its line and column where the annotations stand beside their text (brat), else at the article's line.
    """
    for name, said in below(scores, least).items():
        yield _command("error", {"title": f"{name} too low"}, said)
    where = {article.id: article for article in articles}
    red = failing(scores, least)
    order = sorted(scores.faults, key=lambda f: (f.label not in red, LABELS.index(f.label), f.kind))
    for (label, kind), faults in groupby(order, lambda f: (f.label, f.kind)):
        for fault in list(faults)[:errors]:
            place = _position(where[fault.article], fault)
            title = f"{label} {kind}" + (f": {fault.cause}" if fault.cause else "")
            yield _command("error" if label in red else "warning", place | {"title": title}, _sentence(fault))


def _position(article: GoldArticle, fault: Fault) -> dict[str, str]:
    place = article.place
    found = {"file": _relative(place.file)}
    if not place.holds_text:
        return found | ({"line": str(place.line)} if place.line else {})
    before = article.text[: fault.start]
    line, column = before.count("\n") + 1, fault.start - before.rfind("\n")
    lines = article.text.count("\n", fault.start, fault.end)
    found |= {"line": str(line), "endLine": str(line + lines)}
    return found | ({} if lines else {"col": str(column), "endColumn": str(column + fault.end - fault.start)})


def _relative(file: str) -> str:
    """The path from the working folder, which in a workflow is the repository; GitHub wants forward slashes."""
    path, here = Path(file), Path.cwd()
    if path.is_absolute() and path.is_relative_to(here):
        path = path.relative_to(here)
    return path.as_posix()


def _sentence(fault: Fault) -> str:
    notes = (f"{fault.article}: {fault.context}", fault.detail, fault.rule and f"[{fault.rule}]")
    return "  ".join(filter(None, notes))


def _command(command: str, properties: Mapping[str, str], message: str) -> str:
    """``::error file=…,line=…::message``. Nothing in an article can end the command or begin another."""
    given = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    return f"::{command} {given}::{_escaped(message)}"


def _escaped(text: str, also: str = "") -> str:
    text = "".join(f"%{ord(c):02X}" if c in "%\r\n" + also else c for c in text)
    return _CONTROL.sub("\ufffd", text)


# -- JUnit ----------------------------------------------------------------------------------------------


def junit(scores: Scores, articles: Sequence[GoldArticle], least: Mapping[str, float]) -> str:
    """JUnit XML: a suite with a test for each measure, and for each label a suite with a test for each article.

    A measure fails below its minimum. An article fails where it has faults of a label that fails; faults of other
    labels stand in its output.
    """
    root = xml.Element("testsuites", name="extract eval")
    said = below(scores, least)
    suite = xml.SubElement(root, "testsuite", name="measures")
    for name in (*scores.f1, *scores.shares):
        reached = scores.figure(name)
        if reached is not None or name in least:
            case = _case(suite, "measures", name, "")
            if name in said:  # the format wants failures before output
                _text(case, "failure", said[name], message=said[name])
            _text(case, "system-out", f"{name}: {'–' if reached is None else f'{reached:.4f}'}")
    red = failing(scores, least)
    for label in LABELS:
        suite = xml.SubElement(root, "testsuite", name=label)
        faults = {id: list(some) for id, some in groupby(_of(scores, label), lambda f: f.article)}
        touched = {match.article for match in scores.matches if match.label == label}
        for article in articles:
            if article.id in touched:
                case = _case(suite, label, article.id, article.place.file, article.place.line)
                lines = [f"{f.kind}: {_sentence(f)}" for f in faults.get(article.id, ())]
                if lines and label in red:
                    _text(case, "failure", "\n".join(lines), message=f"{len(lines)} faults of {label}")
                elif lines:
                    _text(case, "system-out", "\n".join(lines))
    for suite in root:
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
        suite.set("errors", "0")
    root.set("tests", str(len(root.findall("testsuite/testcase"))))
    root.set("failures", str(len(root.findall("testsuite/testcase/failure"))))
    xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + xml.tostring(root, encoding="unicode") + "\n"


def _of(scores: Scores, label: str) -> list[Fault]:
    return sorted((f for f in scores.faults if f.label == label), key=lambda f: f.article)


def _case(suite: xml.Element, group: str, name: str, file: str, line: int = 0) -> xml.Element:
    where = {"file": _relative(file)} if file else {}
    where |= {"line": str(line)} if line else {}
    attributes = {"classname": f"extract.{group}", "name": name, "time": "0"} | where
    return xml.SubElement(suite, "testcase", {key: _CONTROL.sub("\ufffd", value) for key, value in attributes.items()})


def _text(case: xml.Element, tag: str, text: str, **attributes: str) -> None:
    xml.SubElement(case, tag, attributes).text = _CONTROL.sub("\ufffd", text)
