"""The tree of a page -> the lines of its article: headline, lead, paragraphs, captions, rows of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import lxml.html

from extract.read.byline import fold
from extract.read.html.names import Names, boxes, pointer
from extract.read.html.tree import CELLS, INLINE, Element, drop, line_of, lines_of, set_apart, size_of

_STOPPED = re.compile(r"[.!?…:;][\"”’')\]»]*$")
_TABLE_PARTS = frozenset({"tbody", "thead", "tfoot", "tr", "td", "th", "caption", "colgroup", "col"})
_BOXES = (
    "div", "section", "aside", "nav", "footer", "form", "table", "ul", "ol", "dl", "li", "p", "span", "h2", "h3", "h4",
)  # fmt: skip
_HEADINGS = ("h2", "h3", "h4", "h5", "h6", "p", "div", "b", "strong", "span", "a", "td", "label")
_CAPTION = "data-caption"
_WHOLE = frozenset({"html", "body", "main", "article"})  # never a part of the page's furniture
_CAPTIONS, _CONTENTS, _FURNITURE, _HEADLINES, _LEADS, _PLACES = map(
    Names, ("captions", "contents", "furniture", "headlines", "leads", "places")
)
# All in code points.
_LONGEST_CAPTION = 600
_LONGEST_LEAD = 1500
_LONGEST_HEADING = 60  # of a box
_LONGEST_BOX = 4000
_LONGEST_POLL = 500
_LONGEST_CELL = 800  # of a table that shows data
_LEAST_ARTICLE = 200  # by which a box that is called so counts as the article's
_LONG = 30  # letters of a line that is not found within another by chance
_MOST_SCANNED = 50_000_000
_NEAR_HEADLINE = 200  # elements


def find_headline(tree: Element, title: str | None) -> Element | None:
    """The element that shows the headline; ``title`` is what the page says it is."""
    wanted = fold(title or "")
    firsts = [h for h in tree.iter("h1") if 2 < size_of(h) < 300]
    for h in firsts:
        shown = fold(line_of(h))
        if wanted and shown and (shown in wanted or wanted in shown):
            return h
    if len(firsts) == 1:
        return firsts[0]
    for element in tree.iter("h2", "h3", "div", "span", "p", "td", "strong", "a") if wanted else ():
        if not 10 < size_of(element) < 300:
            continue
        shown = fold(line_of(element))
        if shown == wanted or (shown in wanted and _HEADLINES.of(element)):
            return element
    return None


def main_text(tree: Element, headline: Element | None, *, is_page: bool) -> list[str]:
    """The article's lines, none empty. ``is_page``: not a piece that holds the article alone. Changes the tree."""
    _unfold_tables(tree)
    for paragraph in tree.iter("p"):
        if not len(paragraph) and not (paragraph.text or "").strip() and (paragraph.tail or "").strip():
            paragraph.tag = "br"  # between texts that are in no paragraph
    kept = set() if headline is None else {headline, *headline.iterancestors()}
    _drop_furniture(tree, kept)
    _drop_boxes(tree, kept)
    drop(*[e for e in tree.iter("p", "li", "h2", "h3", "h4") if e not in kept and _is_pointer(e)])
    _keep_captions(tree)
    for place in tree.iter("span"):
        if place.tail and place.tail[0].isalpha() and _PLACES.of(place):
            place.tail = f" - {place.tail}"  # "<span class="location-stamp">Hà Nội</span>Chiều 4/6, …"
    set_apart(tree)
    article = _article(tree) if is_page else tree.find("body")
    leads = [] if headline is None else [line for e in _leads(headline, article) if (line := line_of(e))]
    lines = _extract(tree) if article is None else _extract_box(article)
    opening = [] if headline is None else [line_of(headline)]
    for lead in leads:
        if lead in lines:  # from here on, the article goes on by itself
            break
        if lead not in opening:
            opening.append(lead)
    # An article's box may hold headline and lead once more.
    return opening + [line for i, line in enumerate(lines) if i > 4 or line not in opening]


def _extract(page: Element) -> list[str]:
    """The lines that trafilatura finds on a page."""
    from trafilatura import bare_extraction

    found = bare_extraction(page, include_comments=False, include_tables=True)
    return [] if found is None else lines_of(found.body)


def _extract_box(article: Element) -> list[str]:
    """Those lines in the box of an article that trafilatura takes for its text, or all where it loses more than half.

    It may run paragraphs into one, so it is asked what to keep, not how it is laid out.
    """
    everything = lines_of(article)
    page = lxml.html.document_fromstring("<html><head></head><body><article class='article-content'/></body></html>")
    article.tag, article.tail = "div", None
    article.attrib.clear()
    page.find(".//article").append(article)
    found = [_letters(line) for line in _extract(page)]
    text, lines = "".join(found), set(found)
    scans = _MOST_SCANNED // (len(text) + 1)
    kept = []
    for line in everything:
        letters = _letters(line)
        if letters not in lines and len(letters) >= _LONG and scans > 0:
            scans -= 1
            if letters in text:
                lines.add(letters)
        if letters in lines:
            kept.append(line)
    return everything if sum(map(len, everything)) > 2 * sum(map(len, kept)) else kept


def _letters(line: str) -> str:
    return "".join(filter(str.isalnum, line))


# -- what is not the article's ------------------------------------------------------------------------------


def _unfold_tables(tree: Element) -> None:
    """Makes boxes of tables that lay out the page, or hold a picture and its caption."""
    for table in list(tree.iter("table")):
        widths = [sum(cell.tag in CELLS for cell in row) for row in table.iter("tr")]
        if (
            max(widths, default=0) < 2
            or table.find(".//table") is not None
            or table.find(".//h1") is not None
            or any(size_of(cell) > _LONGEST_CELL or len(cell.findall(".//div")) > 2 for cell in table.iter("td"))
        ):
            _make_boxes(table)


def _make_boxes(table: Element) -> None:
    """Renames ``table`` with its rows and cells, but not the tables in it."""
    stack = [table]
    while stack:
        part = stack.pop()
        stack += [child for child in part if child.tag in _TABLE_PARTS]
        part.tag = "div"


def _drop_furniture(tree: Element, kept: set[Element]) -> None:
    """Takes out what is the page's by its name, unless it is half of the page."""
    whole = size_of(tree)
    for element in list(tree.iter(*_BOXES)):
        if element in kept or not _is_in(element, tree):
            continue
        if element.tag in ("nav", "footer") or (_FURNITURE.of(element) and size_of(element) * 2 < whole):
            drop(element)


def drop_polls(tree: Element) -> None:
    """Takes out questions with answers to choose from, whatever they are called. Inputs must still be there."""
    for choice in list(tree.iter("input")):
        if (choice.get("type") or "").lower() != "radio" or not _is_in(choice, tree):
            continue
        poll = choice
        while (around := poll.getparent()) is not None and size_of(around) <= _LONGEST_POLL:
            if around.tag in _WHOLE or _CONTENTS.of(around):
                break
            poll = around
        drop(poll)


def _is_in(element: Element, tree: Element) -> bool:
    """Whether ``element`` has not gone with something around it."""
    return element.getroottree().getroot() is tree


def _drop_boxes(tree: Element, kept: set[Element]) -> None:
    """Takes out headings such as "Tin liên quan" with the box that they open, or with the list of links behind."""
    for element in list(tree.iter(*_HEADINGS)):
        if element in kept or len(element) > 3 or not _is_in(element, tree):
            continue
        text = element.text_content()
        if not 0 < len(text) <= _LONGEST_HEADING or fold(text) not in boxes():
            continue
        opened = _opened_by(element, kept)
        if opened.tag in INLINE:
            continue
        behind = opened.getnext()
        if behind is not None and behind not in kept and size_of(opened) < 80 and _share_of_links(behind) > 0.5:
            drop(behind)
        drop(opened)


def _opened_by(heading: Element, kept: set[Element]) -> Element:
    """The largest box that begins with ``heading``."""
    opened = heading
    while True:
        around = opened.getparent()
        if around is None or around in kept or around.tag in _WHOLE or (around.text or "").strip():
            return opened
        first = next((child for child in around if child is opened or child.text_content().strip()), None)
        if first is not opened or size_of(around) > _LONGEST_BOX:
            return opened
        opened = around


def _share_of_links(element: Element) -> float:
    """The share of text that is in links."""
    size = size_of(element)
    links = [element] if element.tag == "a" else element.iter("a")
    return sum(map(size_of, links)) / size if size else 0.0


def _is_pointer(element: Element) -> bool:
    """Whether a paragraph is but a link to another article: ">> Xem thêm: …"."""
    if element.find(".//a") is None or element.find(".//img") is not None:
        return False
    text = line_of(element)
    if len(text) > 300:
        return False
    if pointer().match(text):
        return _share_of_links(element) > 0.5
    return len(text) >= 25 and _STOPPED.search(text) is None and _share_of_links(element) > 0.9


# -- what is ------------------------------------------------------------------------------------------------


def _keep_captions(tree: Element) -> None:
    """Makes a paragraph of every caption: what finds main text takes figures out whole."""
    is_caption = _CAPTIONS.of
    for figure in list(tree.iter("figure")):
        if figure.find(".//table") is not None:
            continue
        captions = list(figure.iter("figcaption")) or [e for e in figure.iterdescendants() if is_caption(e)][:1]
        lines = [line for line in map(line_of, captions) if line]
        if not captions and size_of(figure) > _LONGEST_CAPTION:
            figure.tag = "div"
        else:
            _replace(figure, lines)
    for element in list(tree.iter("div", "td", "p", "span", "figcaption", "em", "h6")):
        if not is_caption(element) or not _is_in(element, tree) or not 1 < size_of(element) <= _LONGEST_CAPTION:
            continue
        around = [box for box in islice(element.iterancestors(), 3) if box.tag not in _WHOLE]
        if any(box.find(".//img") is not None for box in around):
            _replace(element, lines_of(element))


def _replace(element: Element, lines: list[str]) -> None:
    """Puts paragraphs of ``lines`` where ``element`` is."""
    parent = element.getparent()
    if parent is None:
        return
    if parent.tag == "p":  # paragraphs hold no paragraphs
        parent.tag = "div"
    for line in lines:
        paragraph = parent.makeelement("p", {_CAPTION: "1"})
        paragraph.text = line
        element.addprevious(paragraph)
    drop(element)


def _article(tree: Element) -> Element | None:
    """The box that holds the article, where its name says so: the smallest that has most of what the largest has."""
    boxes_ = [e for e in tree.iter("div", "article", "section", "main", "td", "span") if _CONTENTS.of(e)]
    sized = [(size, box) for box in boxes_ if (size := size_of(box)) >= _LEAST_ARTICLE]
    if not sized:
        return None
    largest, found = max(sized, key=lambda pair: pair[0])
    for size, box in sized:  # in document order: outer boxes before inner ones
        if size >= 0.6 * largest and any(around is found for around in box.iterancestors()):
            largest, found = size, box
    return found


def _leads(headline: Element, article: Element | None) -> list[Element]:
    """What is called a lead, or is a paragraph or caption, between the headline and the article's box."""
    found: list[Element] = []
    around_article = set() if article is None else set(article.iterancestors())
    for element in islice(_behind(headline), _NEAR_HEADLINE):
        if element is article or len(found) >= 3:
            break
        if element in around_article or any(around in found for around in element.iterancestors()):
            continue
        if not 20 <= size_of(element) <= _LONGEST_LEAD:
            continue
        is_lead = element.tag in ("p", "h2", "div", "span", "strong") and _LEADS.of(element)
        if is_lead or element.get(_CAPTION) or (element.tag in ("p", "h2", "h3") and _is_paragraph(element)):
            found.append(element)
    return found


def _is_paragraph(element: Element) -> bool:
    return _STOPPED.search(line_of(element)) is not None and _share_of_links(element) < 0.3


def _behind(element: Element) -> Iterator[Element]:
    """The elements that follow ``element`` in the document, those in it excepted."""
    for around in (element, *element.iterancestors()):
        for sibling in around.itersiblings():
            yield from sibling.iter()
