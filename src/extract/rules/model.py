"""What a rule file may hold. Unknown keys are errors at every level."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Scalar = str | bool | int | float
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EntrySpec(_Strict):
    """One lexicon entry: other spellings of the canonical form, and what a match of it assigns."""

    variants: list[str] = []
    assign: dict[str, Scalar] = {}


class LexiconSpec(_Strict):
    """A list of words or phrases, usable in patterns as ``{id}`` and by the taggers by its id.

    ``entries`` is a list of forms, or a table from the canonical form to its variants (or to an ``EntrySpec``);
    ``file`` names a text file beside the TOML with one form a line (``#`` opens a comment line).
    """

    id: Identifier
    description: str
    entries: list[str] | dict[str, list[str] | EntrySpec] = []
    file: str | None = None
    assign: dict[str, Scalar] = {}


class ContextSpec(_Strict):
    """A pattern that must (``include``) or must not (``exclude``) occur beside the match."""

    pattern: str
    side: Literal["before", "after"]
    window: Annotated[int, Field(gt=0, le=200)] = 40  # code points, within the line


class ExampleSpec(_Strict):
    """A text and every mention this rule yields in it; an empty list says that it must yield none.

    Each expected mention names at least its ``text``; further keys are columns of the mention's table.
    """

    text: str
    expect: list[dict[str, Scalar | list[str]]]


class RuleSpec(_Strict):
    """One rule. With ``pattern``, the regex finds candidates (named groups are read by the tagger of ``label``);
    without, the tagger applies the rule by its id and the file holds its settings and its examples."""

    id: Identifier
    description: str
    label: Literal["person", "title", "document", "figure"]
    pattern: str | None = None
    requires: list[str] = []  # the pattern is only tried on articles that hold one of these, as written
    include: list[ContextSpec] = []
    exclude: list[ContextSpec] = []
    assign: dict[str, Scalar] = {}
    confidence: Annotated[float, Field(gt=0, le=1)] = 1.0
    examples: Annotated[list[ExampleSpec], Field(min_length=1)]


class RuleFile(_Strict):
    """A TOML file in ``rules/``."""

    lexicon: list[LexiconSpec] = []
    rule: list[RuleSpec] = []
