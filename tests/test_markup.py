"""Text and spans to HTML: the text comes out whole, as text, and every span is marked whole."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from extract.markup import marked, pieces, shown

SPAN = st.tuples(st.integers(-3, 50), st.integers(-3, 50)).map(lambda pair: (min(pair), max(pair) + 1))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Thành ủy <b>", "Thành ủy &lt;b&gt;"),
        ("</script><!--", "&lt;/script&gt;&lt;!--"),
        ("\"a\" & 'b'", "&#34;a&#34; &amp; &#39;b&#39;"),
        ("a\u202eb", 'a<span class="odd">U+202E</span>b'),
        ("\x00\ud800", '<span class="odd">U+0000</span><span class="odd">U+D800</span>'),
        ("a\u2028b\u200bc", 'a<span class="odd">U+2028</span>b<span class="odd">U+200B</span>c'),
        ("tab\tand 👨\u200d👩 stay", "tab\tand 👨\u200d👩 stay"),
    ],
)
def test_what_is_shown(text: str, html: str) -> None:
    assert shown(text) == html


@given(st.text())
def test_whatever_is_shown_is_text(text: str) -> None:
    html = shown(text)
    html.encode("utf-8")
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(f"{tag} {attrs}")  # type: ignore[method-assign, assignment]
    parser.feed(html)
    parser.close()
    assert set(tags) <= {"span [('class', 'odd')]"}


@given(st.integers(0, 20), st.integers(0, 30), st.lists(SPAN, max_size=8))
def test_pieces_cover_the_line_and_know_their_spans(start: int, length: int, spans: list[tuple[int, int]]) -> None:
    end = start + length
    made = list(pieces(start, end, spans))
    assert [place for a, b, _ in made for place in range(a, b)] == list(range(start, end))
    for a, b, numbers in made:
        covering = [n for n, (low, high) in enumerate(spans) if low <= a and b <= high]
        assert sorted(numbers) == covering
        lengths = [spans[n][1] - spans[n][0] for n in numbers]
        assert lengths == sorted(lengths), "the shortest comes first"


@given(st.text("aá\n <🙂", max_size=40), st.lists(SPAN, max_size=6))
def test_lines_put_together_are_the_text_and_every_span_is_marked(text: str, spans: list[tuple[int, int]]) -> None:
    covered: dict[int, str] = dict.fromkeys(range(len(spans)), "")

    def wrap(html: Markup, start: int, end: int, numbers: tuple[int, ...]) -> Markup:
        for n in numbers:
            covered[n] += text[start:end]
        return Markup("<i>{}</i>").format(html)

    made = list(marked(text, spans, wrap))
    assert [text[start:end] for start, end, _ in made] == text.split("\n")
    bare = "\n".join(html.replace("<i>", "").replace("</i>", "") for _, _, html in made)
    assert unescape(bare) == text
    for n, (start, end) in enumerate(spans):
        assert covered[n] == text[max(start, 0) : max(end, 0)].replace("\n", "")
