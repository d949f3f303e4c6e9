"""The trained CRF: loads the file beside this module, gives person spans with their probability."""

from __future__ import annotations

import hashlib
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from extract.rules import Rules
from extract.tag.ner.features import build_features, lexicons_of
from extract.tag.tokens import Tokens

MODEL_FILE = Path(__file__).with_name("persons.crfsuite")
LEXICONS = (
    "surname_sure", "surname", "middle", "honorific", "rank", "person_noun", "place_noun", "speech_verb",
    "foreign_given", "known_name", "not_person", "country", "role",
)  # fmt: skip


@lru_cache(maxsize=1)
def model_hash() -> str:
    """16 hex digits of SHA-256 over the model file; empty where there is none."""
    return hashlib.sha256(MODEL_FILE.read_bytes()).hexdigest()[:16] if MODEL_FILE.exists() else ""


def model_lexicons(rules: Rules) -> dict[str, frozenset[str]]:
    """The lexicons that the features look into."""
    return lexicons_of({id: rules.forms(id) for id in LEXICONS})


class PersonModel:
    """A CRFsuite tagger with its lexicons. Calls are serialised: the C object keeps the last sequence it was given."""

    def __init__(self, rules: Rules, file: Path = MODEL_FILE) -> None:
        import pycrfsuite

        self._features = build_features(model_lexicons(rules))
        self._tagger: Any = pycrfsuite.Tagger()
        self._tagger.open(str(file))
        self._lock = threading.Lock()

    def spans(self, t: Tokens, start: int, end: int) -> list[tuple[int, int, float]]:
        """Persons among tokens ``[start, end)`` of one sentence: first token, end, probability."""
        rows = self._features(t, start, end)
        with self._lock:
            self._tagger.set(rows)
            labels = self._tagger.tag()
            found = []
            k = 0
            while k < len(labels):
                if labels[k] == "O":
                    k += 1
                    continue
                j = k + 1
                while j < len(labels) and labels[j] == "I":
                    j += 1
                sure = min(self._tagger.marginal(labels[i], i) for i in range(k, j))
                found.append((start + k, start + j, float(sure)))
                k = j
        return found
