"""Text and spans in, HTML out that holds the text and nothing of its markup.

Whatever the text holds is shown as text: ``<`` is escaped, and characters that cannot be seen or that turn the
writing direction stand as their number. Spans may nest and cross; time is linear in text and spans.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from markupsafe import Markup, escape

# Control characters (tab and line feed stay), what cannot be seen (joiners stay, emoji are made with them), line
# separators that no browser breaks at, what turns the writing direction, halves of characters.
_STEERING = re.compile(
    "([\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff])"
)

Wrap = Callable[[Markup, int, int, tuple[int, ...]], Markup]  # (html, start, end, numbers of spans)


def shown(text: str) -> Markup:
    """``text`` as HTML; ``"\\u202e"`` becomes ``U+202E`` in a box (class ``odd``)."""
    escaped = escape(text)
    if text.isascii() and text.isprintable():
        return escaped
    boxed = _STEERING.sub(lambda found: f'<span class="odd">U+{ord(found[0]):04X}</span>', escaped)
    return Markup(boxed)


def pieces(start: int, end: int, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """``start:end`` cut wherever a span begins or ends: (start, end, numbers of the spans there, shortest first).

    ``spans`` are (start, end) and may lie, nest and cross anywhere; what lies outside ``start:end`` is left out.
    """
    inside = [(max(a, start), min(b, end), n) for n, (a, b) in enumerate(spans) if a < end and b > start]
    begin: dict[int, list[int]] = {}
    stop: dict[int, list[int]] = {}
    for a, b, n in inside:
        begin.setdefault(a, []).append(n)
        stop.setdefault(b, []).append(n)
    here: set[int] = set()
    for a, b in pairwise(sorted({start, end, *begin, *stop})):
        here.difference_update(stop.get(a, ()))
        here.update(begin.get(a, ()))
        yield a, b, tuple(sorted(here, key=lambda n: (spans[n][1] - spans[n][0], n)))


def marked(text: str, spans: Sequence[tuple[int, int]], wrap: Wrap) -> Iterator[tuple[int, int, Markup]]:
    """Each line of ``text``: its start, its end and its HTML, with ``wrap`` around each piece that spans cover."""
    for start, end, inside in _lines(text, spans):
        made = []
        for a, b, numbers in pieces(start, end, [spans[n] for n in inside]):
            html = shown(text[a:b])
            made.append(wrap(html, a, b, tuple(inside[n] for n in numbers)) if numbers else html)
        yield start, end, Markup("").join(made)


def _lines(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, list[int]]]:
    """Start and end of each line of ``text``, with the numbers of the spans that reach into it."""
    order = sorted(range(len(spans)), key=lambda n: spans[n])
    waiting = 0
    open_: list[int] = []
    position = 0
    for line in text.split("\n"):
        stop = position + len(line)
        while waiting < len(order) and spans[order[waiting]][0] < stop:
            open_.append(order[waiting])
            waiting += 1
        yield position, stop, [n for n in open_ if spans[n][0] < stop and spans[n][1] > position]
        open_ = [n for n in open_ if spans[n][1] > stop]
        position = stop + 1
