"""Markup -> a tree of limited depth and size, and any part of a tree -> its lines of text.

lxml's elements are mutable, and are changed here and in ``text``: a page is parsed for one reading.
"""

from __future__ import annotations

import re
from typing import Any

import lxml.etree
import lxml.html

from extract.records import Failure

Element = Any  # lxml.html.HtmlElement: lxml comes without types

NOT_SHOWN = (
    "script", "style", "noscript", "template", "iframe", "svg", "button", "input", "select", "textarea", "option",
    "marquee", "object", "embed", "canvas",
)  # fmt: skip
INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd",
    "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr",
    "hi", "ref", "graphic",  # trafilatura's
})  # fmt: skip
_BREAKS = frozenset({"br", "hr", "lb"})
_ROWS, CELLS = frozenset({"tr", "row"}), frozenset({"td", "th", "cell"})
_SPACE = re.compile(r"[ \t\r\n\f]+")  # what a browser shows as one space
_ENDS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_EDGES = " \u00a0\u200b\ufeff|"
_MOST_ELEMENTS = 50_000  # a long live report has 10,000
_DEEPEST = 100  # boxes within boxes; pages made by people have 30


def parse(markup: str) -> Element:
    """The page as a tree. Raises Failure ``bad_html`` or ``too_large``, and what lxml raises."""
    parser = lxml.html.HTMLParser(
        huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
    )
    # The parser stops at NUL and drops what follows </body>, as browsers do not; lone surrogates are in no encoding.
    data = _ENDS.sub("", markup.replace("\0", "\ufffd")).encode("utf-8", "replace")
    tree = lxml.html.document_fromstring(data, parser=parser, ensure_head_body=True)
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        # The parser drops all that follows: half an article would pass for a whole one.
        raise Failure("bad_html", "elements nested more than 2,000 deep, which no browser shows")
    depth = elements = 0
    too_deep = []
    for event, element in lxml.etree.iterwalk(tree, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        elements += 1
        if depth > _DEEPEST and element.tag not in _BREAKS and element.tag != "img":
            too_deep.append(element)
    if elements > _MOST_ELEMENTS:
        raise Failure("too_large", f"a page of {elements:,} elements; up to {_MOST_ELEMENTS:,} are read")
    for element in too_deep:  # outer ones first, so that each is but one level too deep when it is reached
        element.text, element.tail = f" {element.text or ''}", f" {element.tail or ''}"
        element.drop_tag()
    return tree


def line_of(element: Element) -> str:
    """All text of ``element`` in one line."""
    return " ".join(lines_of(element))


def lines_of(element: Element) -> list[str]:
    """The text of ``element`` as it is shown: a line for each block, row and line break, none empty.

    Knows HTML's names and those of trafilatura's trees. The cells of a row are set apart by " | ".
    """
    parts: list[str] = [""]
    rows = 0  # that are open: what is a block in a cell starts no line
    for event, node in lxml.etree.iterwalk(element, events=("start", "end")):
        tag = node.tag
        is_block = tag not in INLINE and tag not in CELLS
        if event == "start":
            if is_block:
                parts.append("\n" if not rows or tag in _ROWS else " ")
            rows += tag in _ROWS
            parts.append(_SPACE.sub(" ", node.text or ""))
            continue
        rows -= tag in _ROWS
        if tag in CELLS:
            parts.append(" | " if node.getnext() is not None else "")
        elif is_block and tag not in _BREAKS:
            parts.append(" " if rows else "\n")
        if node is not element and node.tail:
            parts.append(_SPACE.sub(" ", node.tail))
    text = re.sub(r" {2,}", " ", "".join(parts))
    return [line for line in (part.strip(_EDGES) for part in text.split("\n")) if line]


def set_apart(tree: Element) -> None:
    """Puts a space where only the style sheet parts two words: "<b>Nguồn</b>Báo". "<b>C</b>hiều" is one word."""
    for element in tree.iter(*INLINE):
        if not element.tail or not element.tail[0].isupper():
            continue
        last = element
        while len(last) and not last[-1].tail:
            last = last[-1]
        before = last[-1].tail if len(last) else last.text
        if before and before[-1].islower():
            element.tail = f" {element.tail}"


def size_of(element: Element) -> int:
    """Code points of all text in ``element``, runs of spaces as one."""
    return len(_SPACE.sub(" ", element.text_content()))


def drop(*elements: Element) -> None:
    """Takes ``elements`` out; the text behind each stays."""
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()
