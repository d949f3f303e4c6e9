"""The installation in, what it is made of and what is missing out: for people who wonder, and for bug reports.

What is needed and what is optional is read from the package's own metadata, so that the list is never behind it.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement

from extract import __version__

NAME = "extract-vn"
_SAMPLE = "Bà Hà Thị Thí, Phó Chủ tịch UBND xã Bản Nháp, dẫn Nghị quyết số 12-NQ/TU: 17/17 bản đã họp."
_EXPECTED = {"persons": 1, "titles": 1, "documents": 1, "figures": 1}

State = Literal["ok", "missing", "too old", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``needed``: without it the package does not work."""

    part: str  # program, data, needed, optional
    name: str
    state: State
    detail: str
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Checkup:
    findings: tuple[Finding, ...]

    @property
    def well(self) -> bool:
        """Whether everything that is needed is there and works."""
        return all(found.state == "ok" for found in self.findings if found.needed)


def examine(rules: Sequence[Path] = ()) -> Checkup:
    """Looks at versions, data and optional parts, and takes one sentence through the pipeline.

    Raises:
        RuleError: a folder of ``rules`` is no folder of rules.
    """
    return Checkup((*_program(), *_pipeline(rules), *_requirements()))


def _program() -> Iterator[Finding]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield Finding("program", NAME, "ok", f"{__version__}, in {Path(__file__).parent}")
    yield Finding("program", "Python", "ok", f"{platform.python_version()}, {platform.system()} {platform.machine()}")
    yield Finding("program", "cores", "ok", f"{cores}: so many workers by default")


def _requirements() -> Iterator[Finding]:
    """Each package that is needed, and each extra with the packages it brings."""
    try:
        needs = [Requirement(line) for line in metadata.requires(NAME) or []]
        extras = metadata.metadata(NAME).get_all("Provides-Extra") or []
    except metadata.PackageNotFoundError:
        yield Finding("program", "metadata", "missing", f"{NAME} is not installed; use: pip install .")
        return
    always = [need for need in needs if _applies(need, "")]
    for need in always:
        state, said = _installed(need)
        yield Finding("needed", need.name, state, said)
    for extra in sorted(extras):
        # An extra that takes in another one names this package.
        own = [need for need in needs if need not in always and need.name != NAME and _applies(need, extra)]
        looked = {need.name: _installed(need) for need in own}
        wrong = {name: state for name, (state, _) in looked.items() if state != "ok"}
        if wrong:
            said = ", ".join(f"{name} is {state}" for name, state in wrong.items())
            said += f"; pip install '{NAME}[{extra}]' brings it"
        else:
            said = ", ".join(f"{name} {version}" for name, (_, version) in looked.items())
        yield Finding("optional", extra, next(iter(wrong.values()), "ok"), said, needed=False)


def _applies(need: Requirement, extra: str) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": extra})


def _installed(need: Requirement) -> tuple[State, str]:
    """The state of one package, and its version or what would be right."""
    try:
        version = metadata.version(need.name)
    except metadata.PackageNotFoundError:
        return "missing", f"pip install '{need.name}{need.specifier}'"
    if not need.specifier.contains(version, prereleases=True):
        return "too old", f"{version}; {need.specifier} is needed"
    return "ok", version


def _pipeline(folders: Sequence[Path]) -> Iterator[Finding]:
    """The rules, the model, the schemas, and whether they work together."""
    from extract.rules import RuleError, load_rules
    from extract.rules.load import builtin_folder

    try:
        rules = load_rules(*folders)
        where = ", ".join(map(str, (builtin_folder(), *folders)))
        said = f"{rules.hash}: {len(rules.rules)} rules, {len(rules.lexicons)} lexicons, in {where}"
        yield Finding("data", "rules", "ok", said)
        from extract.pipeline import Pipeline
        from extract.tag.ner import model_hash
        from extract.write.schemas import schema_hash

        yield Finding("data", "person model", "ok", model_hash())
        yield Finding("data", "table schemas", "ok", schema_hash())
        pipeline = Pipeline(folders)
        began = time.perf_counter()
        records = pipeline(_SAMPLE)
        taken = time.perf_counter() - began
    except RuleError:
        raise
    except Exception as fault:  # whatever it is, saying it is what this command is for
        yield Finding("data", "pipeline", "broken", f"{type(fault).__name__}: {fault}")
        return
    counts = {table: len(getattr(records, table)) for table in _EXPECTED}
    said = ", ".join(f"{n} {table}" for table, n in counts.items())
    fine = folders or counts == _EXPECTED  # rules of one's own may well find something else
    yield Finding("data", "pipeline", "ok" if fine else "broken", f"a sentence of one each: {said}, {taken:.3f} s")


def as_text(found: Checkup, *, markdown: bool = False) -> str:
    """A table for people, and what it comes to."""
    rows = [(f.part, f.name, f.state, f.detail) for f in found.findings]
    if markdown:
        lines = ["| part | name | state | |", "| --- | --- | --- | --- |"]
        lines += ["| " + " | ".join(row) + " |" for row in rows]
    else:
        widths = [max(len(row[n]) for row in rows) for n in range(3)]
        lines, before = [], ""
        for part, *row in rows:
            head = part if part != before else ""
            cells = [cell.ljust(width) for cell, width in zip((head, *row), widths)]
            lines.append("  ".join((*cells, row[-1])).rstrip())
            before = part
    lacking = [f.name for f in found.findings if f.needed and f.state != "ok"]
    verdict = f"Not well: {', '.join(lacking)}" if lacking else "All that is needed is there."
    return "\n".join((*lines, "", verdict))


def as_json(found: Checkup) -> str:
    return json.dumps(
        {"well": found.well, "findings": [asdict(f) for f in found.findings]}, ensure_ascii=False, indent=1
    )
