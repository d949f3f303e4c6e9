"""What fuzzing has kept, replayed without it: inputs that reach every branch known, and all that failed once.

``make fuzz SECONDS=120`` looks for more (tests/fuzz).
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent / "fuzz"))
import kept
from targets import OF_TEXT, TARGETS

READERS = [name for name in TARGETS if name not in OF_TEXT]


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_kept_holds(target: str) -> None:
    cases = [*kept.cases("crashes", target), *kept.cases("corpus", target)]
    assert len(cases) >= 5
    for case in cases:
        TARGETS[target](case)


@pytest.mark.parametrize("target", READERS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_a_reject(target: str, data: st.DataObject) -> None:
    """A kept file with a piece of it replaced, doubled or cut out."""
    whole = data.draw(st.sampled_from(kept.cases("corpus", target)))
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    piece = data.draw(st.one_of(st.binary(max_size=20), st.just(whole[start:end] * 2), st.just(b"")))
    TARGETS[target](whole[:start] + piece + whole[end:])


PLANES = st.integers(0, 16).flatmap(lambda plane: st.integers(plane << 16, (plane << 16) + 0xFFFF)).map(chr)
PIECES = st.one_of(
    st.text(PLANES, max_size=20),  # every plane alike, lone surrogates and unassigned characters, too
    st.sampled_from('“”‘’"«»()[]{}…!?.,;:–-/%\x00\u200b\u200e\u202e\u2066\ufeff\u0301\u0323\n\r\t\u2028\u00a0'),
    st.sampled_from(
        "Ông Bà Bí thư Chủ tịch UBND tỉnh Nghị quyết số 12-NQ/TU 5,2 triệu đồng năm 2026 Lò Văn Thử".split()
    ),
    st.sampled_from(["e\u0302\u0301", "u\u031b\u0303", "Đ", "D\u0335", " ", "  ", "0" * 40, "1.000.000.000"]),
)


@pytest.mark.parametrize("target", ["segment", "documents", "figures", "people", "whole"])
@settings(max_examples=40, deadline=None)
@given(pieces=st.lists(PIECES, max_size=40), times=st.sampled_from([1, 1, 2, 30]))
def test_any_text_keeps_the_promises(target: str, pieces: list[str], times: int) -> None:
    TARGETS[target](("".join(pieces) * times).encode("utf-8", "surrogatepass"))
