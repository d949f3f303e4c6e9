"""What a notebook shows of a document: the text whole, each mention marked, nothing run."""

from __future__ import annotations

import re
from html import unescape

from conftest import Visit
from extract.pipeline import Pipeline
from extract.records import Person, Segmented, Sentence, Tagged
from extract.validate import notebook, validate
from handmade import NEWS, article, news


def test_a_document_shows_itself(rules_only: Pipeline) -> None:
    records = rules_only("Bà Hà Thị Thí, Phó Chủ tịch UBND xã Bản Nháp, dẫn Nghị quyết số 12-NQ/TU: 17/17 bản đã họp.")
    html = records._repr_html_()
    assert type(html) is str
    marks = re.findall(r'<mark [^>]*title="([^"]*)">(.*?)</mark>', html)
    assert [re.sub("<.*?>", "", text) for _, text in marks] == [
        "Hà Thị Thí1", "Phó Chủ tịch UBND xã Bản Nháp1", "Nghị quyết số 12-NQ/TU", "17/17",
    ]  # fmt: skip
    assert marks[0][0].startswith("person\nname: Hà Thị Thí\nhonorific: Bà\n[person.")
    assert "1 persons" in html and "<script" not in html and "<style" not in html


def test_the_text_is_whole(visit: Visit) -> None:
    records = validate(news(title="Một <b>bài</b>"))
    page = visit(f"<!doctype html><meta charset=utf-8><body>{records._repr_html_()}</body>")
    page.evaluate("document.querySelectorAll('sup').forEach(sup => sup.remove())")
    assert "\n".join(page.locator("p").all_inner_texts()) == NEWS
    assert page.locator("mark").count() == 9 and page.locator("strong").inner_text() == "Một <b>bài</b>"
    colours = page.evaluate("[...new Set([...document.querySelectorAll('mark')].map(m => m.style.background))].length")
    assert colours == 4


def test_hostile_text_is_shown_as_text(visit: Visit) -> None:
    text = "Ông <script>alert(1)</script> <img src=x onerror=alert(2)> \u202e \"'"
    start = text.index("<img")
    tagged = Tagged(
        Segmented(article(text), (Sentence(0, len(text), "body", ()),)),
        persons=(Person(start=start, end=len(text), name='"><script>alert(3)</script>', cluster=0, rule="</mark>"),),
    )
    page = visit(f"<!doctype html><meta charset=utf-8><body>{validate(tagged)._repr_html_()}</body>")
    assert page.locator("script, img").count() == 0
    assert page.locator("p").inner_text() == text.replace("\u202e", "U+202E")
    assert "<script>alert(3)" in (page.locator("mark").get_attribute("title") or "")


def test_a_long_text_is_cut() -> None:
    text = "Câu. " * 10_000
    html = validate(Tagged(Segmented(article(text), ())))._repr_html_()
    assert len(unescape(html)) < notebook.LONGEST + 2000 and "and 30,000 more characters" in html
