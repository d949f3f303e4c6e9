"""What fuzzing has kept, a file of lines for each target: ``corpus/`` reaches all branches known, ``crashes/`` failed once.

A line is ``{"text": …}`` or, where the bytes are no UTF-8, ``{"base64": …}``; ``why`` says of a crash what was wrong.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from pathlib import Path

HOME = Path(__file__).parent


def cases(kind: str, target: str) -> list[bytes]:
    """The inputs of ``kind`` (corpus or crashes) for ``target``."""
    path = HOME / kind / f"{target}.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [_decoded(json.loads(line)) for line in lines]


def keep(kind: str, target: str, inputs: Iterable[bytes]) -> None:
    """Writes the inputs of ``kind`` for ``target``, shortest first."""
    lines = [json.dumps(_encoded(data), ensure_ascii=False) for data in sorted(set(inputs), key=lambda d: (len(d), d))]
    (HOME / kind).mkdir(exist_ok=True)
    (HOME / kind / f"{target}.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _decoded(line: dict[str, str]) -> bytes:
    return base64.b64decode(line["base64"]) if "base64" in line else line["text"].encode()


def _encoded(data: bytes) -> dict[str, str]:
    try:
        return {"text": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}
