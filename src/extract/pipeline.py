"""The whole story on one page: the stages in a row, for one article and for a stream of them.

    Article -> segment -> tag -> validate -> Records

Engines, command line and notebooks all call this row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path

from extract import __version__
from extract.engines import no_collection
from extract.read import article_from_text
from extract.records import Article
from extract.rules import Rules, load_rules
from extract.segment import build_segmenter
from extract.tag import build_tagger
from extract.tag.ner import model_hash
from extract.validate import Records, build_validator


class Pipeline:
    """The compiled pipeline. Reusable, immutable once built, safe to share between threads.

    Args:
        rules: folders of rule files that add to and override the built-in ones.
        ner: whether the statistical tagger helps the rules (it only proposes persons).

    Raises:
        RuleError: a rule file is malformed.
    """

    def __init__(self, rules: str | Path | Iterable[str | Path] = (), *, ner: bool = True) -> None:
        folders = (rules,) if isinstance(rules, str | Path) else tuple(rules)
        self.ner = ner
        with no_collection():
            self.rules: Rules = load_rules(*folders)
            self.segment = build_segmenter(self.rules)
            self.tag = build_tagger(self.rules, ner=ner)
            self.validate = build_validator(self.rules)

    def run_article(self, article: Article) -> Records:
        """All stages for one article. Raises only what a stage raises; engines turn that into a reject."""
        return self.validate(self.tag(self.segment(article)))

    def __call__(self, text: str) -> Records:
        """All records of one text."""
        return self.run_article(article_from_text(text))

    def pipe(self, texts: Iterable[str]) -> Iterator[Records]:
        """The records of each text, in order, one at a time."""
        return map(self, texts)

    @cached_property
    def config_key(self) -> str:
        """16 hex digits that change whenever the output may: package, rules, person model, word model."""
        parts = (__version__, self.rules.hash, model_hash() if self.ner else "", version("underthesea"))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def _default() -> Pipeline:
    return Pipeline()


def parse(text: str) -> Records:
    """All records of one text, with the built-in rules. The first call loads them (about a second)."""
    return _default()(text)
