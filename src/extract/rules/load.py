"""Reads rule folders and compiles them. Errors name file, line, key and the nearest right key.

Later folders add to earlier ones and override lexicons and rules of the same id.
"""

from __future__ import annotations

import difflib
import hashlib
import re as _re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import regex
from pydantic import BaseModel, ValidationError
from regex import Match, Pattern

from extract.rules.model import EntrySpec, ExampleSpec, LexiconSpec, RuleFile, RuleSpec, Scalar
from extract.rules.patterns import compile_pattern
from extract.text import unify

PATTERN_TIMEOUT = 5.0  # seconds for one pattern on one article
_SLOT = _re.compile(r"\{([a-z][a-z0-9_.]*)\}")


class RuleError(Exception):
    """A rule file that cannot be used; the message names file, line and what would be right."""


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    canonical: str
    assign: MappingProxyType[str, Scalar]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``forms`` maps every spelling (in matching form, see ``extract.text.unify``) to its entry."""

    id: str
    forms: MappingProxyType[str, LexiconEntry]
    source: str


@dataclass(frozen=True)
class CompiledRule:
    spec: RuleSpec
    source: str
    regex: Pattern[str] | None
    include: tuple[tuple[Pattern[str], str, int], ...] = ()
    exclude: tuple[tuple[Pattern[str], str, int], ...] = ()

    @property
    def id(self) -> str:
        return self.spec.id

    @property
    def confidence(self) -> float:
        return self.spec.confidence

    @property
    def examples(self) -> list[ExampleSpec]:
        return self.spec.examples

    def finditer(self, text: str) -> Iterator[Match[str]]:
        """Matches in ``text`` (a view) whose context holds. Raises TimeoutError past ``PATTERN_TIMEOUT``."""
        if self.regex is None or (self.spec.requires and not any(r in text for r in self.spec.requires)):
            return
        for match in self.regex.finditer(text, timeout=PATTERN_TIMEOUT):
            if self.context_holds(text, match.start(), match.end()):
                yield match

    def context_holds(self, text: str, start: int, end: int) -> bool:
        """Whether every ``include`` and no ``exclude`` pattern is found beside ``text[start:end]``."""
        return all(_beside(c, text, start, end) for c in self.include) and not any(
            _beside(c, text, start, end) for c in self.exclude
        )


def _beside(context: tuple[Pattern[str], str, int], text: str, start: int, end: int) -> bool:
    pattern, side, window = context
    if side == "before":
        line = text.rfind("\n", max(0, start - window), start) + 1
        return pattern.search(text, max(line, start - window, 0), start, timeout=PATTERN_TIMEOUT) is not None
    stop = min(len(text), end + window)
    line = text.find("\n", end, stop)
    return pattern.search(text, end, stop if line < 0 else line, timeout=PATTERN_TIMEOUT) is not None


@dataclass(frozen=True)
class Rules:
    lexicons: MappingProxyType[str, Lexicon]
    rules: MappingProxyType[str, CompiledRule]
    hash: str  # 16 hex digits over every file, in order

    def lexicon(self, id: str) -> MappingProxyType[str, LexiconEntry]:
        """Spelling -> entry of one lexicon, or of all lexicons below it ('title' takes in 'title.party')."""
        if id in self._merged:
            return self._merged[id]
        raise RuleError(f"no lexicon {id!r}; nearest: {_nearest(id, self._merged)}")

    @cached_property
    def _merged(self) -> dict[str, MappingProxyType[str, LexiconEntry]]:
        merged: dict[str, dict[str, LexiconEntry]] = {}
        for id, lexicon in self.lexicons.items():
            parts = id.split(".")
            for n in range(1, len(parts) + 1):
                merged.setdefault(".".join(parts[:n]), {}).update(lexicon.forms)
        return {id: MappingProxyType(forms) for id, forms in merged.items()}

    def forms(self, id: str) -> frozenset[str]:
        return frozenset(self.lexicon(id))

    def rule(self, id: str) -> CompiledRule:
        try:
            return self.rules[id]
        except KeyError:
            raise RuleError(f"no rule {id!r}; nearest: {_nearest(id, self.rules)}") from None

    def labelled(self, label: str) -> tuple[CompiledRule, ...]:
        """Rules of one label in the order of the files."""
        return tuple(r for r in self.rules.values() if r.spec.label == label)

    def compile(self, pattern: str, flags: int = 0) -> Pattern[str]:
        """Compiles a pattern with ``{lexicon}`` slots."""
        return _compile(pattern, self._names, flags)

    @cached_property
    def _names(self) -> dict[str, frozenset[str]]:
        return {id: frozenset(forms) for id, forms in self._merged.items()}


def builtin_folder() -> Path:
    """The rules that come with the package: in the wheel, or at the top of a source checkout."""
    packaged = Path(str(files("extract"))) / "_data" / "rules"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "rules"


def load_rules(*folders: str | Path) -> Rules:
    """The built-in rules, with each of ``folders`` added to them in turn.

    Raises:
        RuleError: a folder is missing, or a file is malformed.
    """
    lexicon_specs: dict[str, tuple[LexiconSpec, Path]] = {}
    rule_specs: dict[str, tuple[RuleSpec, Path]] = {}
    digest = hashlib.sha256()
    for folder in (builtin_folder(), *map(Path, folders)):
        if not folder.is_dir():
            raise RuleError(f"{folder}: not a folder of rule files")
        paths = sorted(folder.glob("*.toml"))
        if not paths:
            raise RuleError(f"{folder}: no .toml file in it")
        seen: dict[str, Path] = {}
        for path in paths:
            data = path.read_bytes()
            digest.update(path.name.encode() + b"\0" + data)
            parsed = parse_file(path, data)
            for id in (*(s.id for s in parsed.lexicon), *(s.id for s in parsed.rule)):
                if id in seen:
                    line = _line_of(data.decode(), f'id = "{id}"')
                    raise RuleError(f"{path}:{line}: {id!r} is defined twice, first in {seen[id].name}")
                seen[id] = path
            lexicon_specs.update({s.id: (s, path) for s in parsed.lexicon})
            rule_specs.update({s.id: (s, path) for s in parsed.rule})
    lexicons = {}
    for id, (spec, path) in lexicon_specs.items():
        if spec.file:
            digest.update(_read_list(spec, path).encode())
        lexicons[id] = _build_lexicon(spec, path)
    bare = Rules(MappingProxyType(lexicons), MappingProxyType({}), "")
    compiled = {id: _build_rule(s, path, bare._names) for id, (s, path) in rule_specs.items()}
    return Rules(bare.lexicons, MappingProxyType(compiled), digest.hexdigest()[:16])


def parse_file(path: Path, data: bytes) -> RuleFile:
    """One rule file, checked against the models. Raises RuleError with the line of the fault."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RuleError(f"{path}: not UTF-8 at byte {error.start}") from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _re.search(r"line (\d+)", str(error))
        raise RuleError(f"{path}:{found[1] if found else 1}: {error}") from None
    try:
        return RuleFile.model_validate(raw)
    except ValidationError as error:
        raise RuleError(_explain(path, text, raw, error)) from None


def _explain(path: Path, text: str, raw: dict[str, Any], error: ValidationError) -> str:
    """One line for the first fault: file, line, where in the file, what is wrong, the nearest right key."""
    first = next((e for e in error.errors() if e["type"] == "extra_forbidden"), error.errors()[0])
    where = [str(p) for p in first["loc"] if not str(p).startswith(("list[", "dict[", "EntrySpec"))]
    line = _line_of_location(text, first["loc"])
    owner = ""
    if len(first["loc"]) > 1 and isinstance(first["loc"][1], int):
        item = raw[str(first["loc"][0])][first["loc"][1]]
        owner = f" of {item.get('id', '?')!r}" if isinstance(item, dict) else ""
    if first["type"] == "extra_forbidden":
        key, known = where[-1], _known_keys(first["loc"])
        return f"{path}:{line}: unknown key {key!r}{owner}; nearest: {_nearest(key, known)}"
    return f"{path}:{line}: {'.'.join(where)}{owner}: {first['msg']}"


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    """Field names of the model in which the fault at ``location`` lies."""
    from extract.rules.model import ContextSpec

    owners: dict[str, type[BaseModel]] = {
        "lexicon": LexiconSpec, "rule": RuleSpec, "examples": ExampleSpec,
        "include": ContextSpec, "exclude": ContextSpec, "entries": EntrySpec,
    }  # fmt: skip
    model: type[BaseModel] = RuleFile
    for part in location[:-1]:
        model = owners.get(str(part), model)
    return list(model.model_fields)


def _line_of_location(text: str, location: tuple[int | str, ...]) -> int:
    """The 1-based line of a pydantic error location in the TOML text, as near as the text allows."""
    lines = text.splitlines()
    start = 0
    if len(location) > 1 and isinstance(location[1], int):
        heads = [i for i, line in enumerate(lines) if line.strip() == f"[[{location[0]}]]"]
        start = heads[location[1]] if location[1] < len(heads) else 0
    keys = [str(p) for p in location if isinstance(p, str)]
    for key in reversed(keys):
        pattern = _re.compile(rf'(^|[\[{{,.\s"]){_re.escape(key)}("?\s*[=\].])')
        for i in range(start, len(lines)):
            if pattern.search(lines[i]):
                return i + 1
    return start + 1


def _line_of(text: str, needle: str) -> int:
    at = text.rfind(needle)
    return text.count("\n", 0, max(at, 0)) + 1


def _nearest(key: str, known: Sequence[str] | Any) -> str:
    return ", ".join(difflib.get_close_matches(key, list(known), 1, 0.0)) or "none"


def _read_list(spec: LexiconSpec, path: Path) -> str:
    if spec.file is None or Path(spec.file).name != spec.file:
        raise RuleError(f"{path}: lexicon {spec.id!r}: file must be a name in the same folder, not {spec.file!r}")
    words = path.parent / spec.file
    try:
        if words.resolve().parent != path.parent.resolve() or (words.exists() and not words.is_file()):
            raise RuleError(f"{path}: lexicon {spec.id!r}: {spec.file} is no plain file of the same folder")
        return words.read_text(encoding="utf-8")
    except OSError as error:
        raise RuleError(f"{path}: lexicon {spec.id!r}: {error.strerror}: {spec.file}") from None
    except ValueError as error:  # a NUL in the name, or bytes that are no UTF-8
        raise RuleError(f"{path}: lexicon {spec.id!r}: {spec.file!r} cannot be read: {error}") from None


def _build_lexicon(spec: LexiconSpec, path: Path) -> Lexicon:
    forms: dict[str, LexiconEntry] = {}

    def add(form: str, entry: LexiconEntry) -> None:
        if not form or form != form.strip() or unicodedata.normalize("NFC", form) != form:
            raise RuleError(f"{path}: lexicon {spec.id!r}: {form!r} is empty, padded or not NFC")
        forms.setdefault(unify(form), entry)

    shared = MappingProxyType(dict(spec.assign))
    if spec.file:
        for line in _read_list(spec, path).splitlines():
            if line and not line.startswith("#"):
                add(line, LexiconEntry(line, shared))
    if isinstance(spec.entries, list):
        for form in spec.entries:
            add(form, LexiconEntry(form, shared))
    else:
        for canonical, value in spec.entries.items():
            detail = EntrySpec(variants=value) if isinstance(value, list) else value
            entry = LexiconEntry(canonical, MappingProxyType({**spec.assign, **detail.assign}))
            for form in (canonical, *detail.variants):
                add(form, entry)
    return Lexicon(spec.id, MappingProxyType(forms), str(path))


def _build_rule(spec: RuleSpec, path: Path, names: dict[str, frozenset[str]]) -> CompiledRule:
    def compiled(pattern: str) -> Pattern[str]:
        try:
            return _compile(pattern, names)
        except (regex.error, RuleError) as error:
            raise RuleError(f"{path}: rule {spec.id!r}: {error} in pattern {pattern!r}") from None

    return CompiledRule(
        spec,
        str(path),
        compiled(spec.pattern) if spec.pattern else None,
        tuple((compiled(c.pattern), c.side, c.window) for c in spec.include),
        tuple((compiled(c.pattern), c.side, c.window) for c in spec.exclude),
    )


def _compile(pattern: str, names: dict[str, frozenset[str]], flags: int = 0) -> Pattern[str]:
    """``{lexicon}`` becomes a named list of the regex package: ``{unit.length}`` -> ``\\L<unit_length>``."""
    used: dict[str, frozenset[str]] = {}

    def slot(match: _re.Match[str]) -> str:
        id = match[1]
        if id not in names:
            raise RuleError(f"no lexicon {id!r}; nearest: {_nearest(id, names)}")
        used[id.replace(".", "_")] = names[id]
        return rf"\L<{id.replace('.', '_')}>"

    expanded = _SLOT.sub(slot, pattern)
    return compile_pattern(expanded, flags | regex.VERBOSE, used)
