"""spaCy's DocBin: a ``.spacy`` file, or a folder of them.

Mentions are the spans of all span groups; where a document has none, its entities. Attributes and holders stand
in ``doc.user_data["extract"]``, as ``extract export`` writes them; without, spans alone are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.evaluate.formats.doccano import Draft
from extract.evaluate.gold import ATTRIBUTES, GoldError, Place

if TYPE_CHECKING:
    from spacy.tokens import Doc

KEY = "extract"  # of doc.user_data: {"id": …, "mentions": {span id: {attribute: value, "holder": span id}}}
_NAMES = {"holder", *(name for names in ATTRIBUTES.values() for name in names)}


def read(path: Path) -> Iterator[Draft]:
    """A draft for each document.

    Raises:
        GoldError: a file cannot be read, or is no DocBin.
    """
    from spacy.lang.xx import MultiLanguage
    from spacy.tokens import DocBin
    from spacy.vocab import create_vocab

    files = [path] if not path.is_dir() else sorted(path.rglob("*.spacy"))
    for file in files:
        try:
            docs = DocBin().from_bytes(file.read_bytes())
        except OSError as error:
            raise GoldError(f"{file}: {error.strerror}") from None
        except Exception as error:  # whatever zlib, msgpack and numpy say of bytes that are something else
            raise GoldError(f"{file}: no DocBin of spaCy: {' '.join(str(error).split())[:80]}") from None
        for number, doc in enumerate(docs.get_docs(create_vocab("xx", MultiLanguage.Defaults)), 1):
            yield Place(str(file)), _draft(doc, f"{file.stem}#{number}")


def _draft(doc: Doc, name: str) -> dict[str, Any]:
    spans = [span for group in doc.spans.values() for span in group] or list(doc.ents)
    ours = doc.user_data.get(KEY) or {}
    known = ours.get("mentions") or {}
    mentions: dict[tuple[int, int, str], dict[str, Any]] = {}  # the same span may be in two groups
    for number, span in enumerate(spans, 1):
        id = span.id_ or f"s{number}"
        attributes = {k: list(v) if isinstance(v, tuple) else v for k, v in known.get(id, {}).items() if k in _NAMES}
        place = {"label": span.label_, "start": span.start_char, "end": span.end_char}
        mentions.setdefault((span.start_char, span.end_char, span.label_), {"id": id} | place | attributes)
    return {"id": ours.get("id") or name, "text": doc.text, "mentions": list(mentions.values())}
