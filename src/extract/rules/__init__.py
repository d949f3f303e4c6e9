"""The rule language: TOML files in, one compiled, immutable ``Rules`` out.

``model`` says what a rule file may hold, ``load`` reads and compiles the files, ``check`` runs every rule's own
examples. Taggers ask ``Rules`` for lexicons and compiled rules by id.
"""

from extract.rules.load import CompiledRule, Lexicon, LexiconEntry, RuleError, Rules, load_rules

__all__ = ["CompiledRule", "Lexicon", "LexiconEntry", "RuleError", "Rules", "load_rules"]
