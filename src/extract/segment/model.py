"""The installed underthesea in, the weights of its word segmenter out.

The CRFsuite file, its feature templates and its dictionaries are parsed without importing underthesea, in a
tenth of a second, so that nothing needs to be cached on disk. Weights are whole doubles, as in the file.
"""

from __future__ import annotations

import io
import pickle
import re
import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

_MODEL = "pipeline/word_tokenize/models/ws_crf_vlsp2013_20230727"
_NORMALISER = "pipeline/text_normalize/tn_rules_2023_07_14.bin"
TEMPLATE = re.compile(r"T\[(-?\d)(?:,(-?\d))?\](?:\.(lower|isdigit|istitle|is_in_dict))?")
_LONGEST_RESPELT = 6  # underthesea looks up no longer token


class ModelError(RuntimeError):
    """The installed underthesea is not one whose word model this decoder knows."""


@dataclass(frozen=True, slots=True)
class Model:
    """What underthesea's word segmenter knows.

    ``weights[template][value]`` is the score for label I-W (inside a word) less that for B-W (begin).
    """

    weights: dict[str, dict[str, float]]
    transitions: tuple[float, float, float, float]  # B to B, B to I, I to B, I to I
    dictionary: frozenset[str]
    spellings: dict[str, str]  # misspelt token of at most 6 characters -> the one the model is asked about
    characters: dict[str, str]


class _PlainUnpickler(pickle.Unpickler):
    """Only sets, lists, dicts and strings: nothing in the file can call anything."""

    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:
        raise ModelError(f"unexpected {module_name}.{global_name} in a model file of underthesea")


def read_model(folder: Path | None = None) -> Model:
    """The model of the underthesea package in ``folder`` (default: the one installed).

    Raises:
        ModelError: underthesea is missing, or its model is of another kind than this decoder knows.
    """
    folder = folder or _package_folder()
    try:
        data = (folder / _MODEL / "models.bin").read_bytes()
        templates = _plain(folder / _MODEL / "features.bin")
        dictionary = _plain(folder / _MODEL / "dictionary.bin")
        normaliser = _plain(folder / _NORMALISER)
    except (OSError, pickle.UnpicklingError, EOFError) as error:
        raise ModelError(f"{folder}: no word model of underthesea 9 in it: {error}") from None
    weights, transitions = _parse_crfsuite(data)
    if not all(map(TEMPLATE.fullmatch, templates)) or not weights.keys() <= set(templates):
        raise ModelError(f"{folder}: feature templates of another version of underthesea")
    return Model(
        weights={template: weights.get(template, {}) for template in templates},
        transitions=transitions,
        dictionary=frozenset(dictionary),
        spellings={k: v for k, v in normaliser["token"].items() if len(k) <= _LONGEST_RESPELT},
        characters=normaliser["character"],
    )


def _package_folder() -> Path:
    spec = find_spec("underthesea")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("underthesea is not installed; it holds the word model")
    return Path(spec.submodule_search_locations[0])


def _plain(path: Path) -> Any:
    return _PlainUnpickler(io.BytesIO(path.read_bytes())).load()


def _parse_crfsuite(data: bytes) -> tuple[dict[str, dict[str, float]], tuple[float, float, float, float]]:
    """Weights by template and value, and transitions, of a two-label CRFsuite model.

    The dump of python-crfsuite rounds weights to six decimals; the file holds them whole.
    """
    magic, _, kind, _, _, _, _, features_at, labels_at, attributes_at = struct.unpack_from("<4sI4s7I", data)
    if (magic, kind) != (b"lCRF", b"FOMC") or _strings(data, labels_at) != ["B-W", "I-W"]:
        raise ModelError("the word model of underthesea is not a CRFsuite model with labels B-W and I-W")
    attributes = _strings(data, attributes_at)
    difference = [0.0] * len(attributes)
    transitions = [0.0] * 4
    (count,) = struct.unpack_from("<8xI", data, features_at)
    table = memoryview(data)[features_at + 12 : features_at + 12 + 20 * count]
    for is_transition, source, label, weight in struct.iter_unpack("<IIId", table):
        if is_transition:
            transitions[2 * source + label] = weight
        else:
            difference[source] += weight if label else -weight
    weights: dict[str, dict[str, float]] = {}
    for attribute, weight in zip(attributes, difference):
        template, _, value = attribute.partition("=")
        weights.setdefault(template, {})[value] = weight
    b_b, b_i, i_b, i_i = transitions
    return weights, (b_b, b_i, i_b, i_i)


def _strings(data: bytes, at: int) -> list[str]:
    """The strings of a CQDB (constant quark database) chunk in the order of their numbers."""
    count, back_at = struct.unpack_from("<16xII", data, at)
    found = []
    for offset in struct.unpack_from(f"<{count}I", data, at + back_at):
        (size,) = struct.unpack_from("<4xI", data, at + offset)
        found.append(data[at + offset + 8 : at + offset + 7 + size].decode())  # less the closing NUL
    return found
