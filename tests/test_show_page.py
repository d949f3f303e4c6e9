"""The page of an article: it holds the text, every mention and its rule; in a real browser it is clicked through."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from conftest import Visit
from extract.cli import main
from extract.pipeline import Pipeline
from extract.records import Figure, Person, Segmented, Sentence, Tagged, Title
from extract.show.page import as_html, plain_number, safe_url
from extract.show.target import Target
from extract.validate import Records, validate
from handmade import NEWS, article, news

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

RULES: Any = {"test.rule": SimpleNamespace(spec=SimpleNamespace(description="What the tests call a rule"))}


def target(records: Records) -> Target:
    rows = {
        label: [r.model_dump() for r in getattr(records, f"{label}s")]
        for label in ("person", "title", "document", "figure")
    }
    sentences = [s.model_dump(include={"start", "end", "kind"}) for s in records.sentences]
    return Target(records.article.model_dump(), records.text, rows, sentences)


def page_of(tagged: Tagged) -> str:
    return as_html(target(validate(tagged)), RULES)


NEWS_PAGE = page_of(news(title="Bí thư Lò Thị Mẫu làm việc", url="https://vi.du/bai-1"))


def long_news(lines: int = 60) -> str:
    """The same article with filler below it, and one more figure at the end."""
    tagged = news()
    text = NEWS + "\n" + "Câu này không có gì để đánh dấu cả.\n" * lines + "Còn 9.876 hộ."
    start = text.index("9.876")
    last = Figure(start=start, end=start + 5, rule="test.rule", quantity="count", value=Decimal(9876), unit="hộ")
    sentences = (*tagged.segmented.sentences, Sentence(len(NEWS) + 1, len(text), "body", ()))
    return page_of(replace(tagged, segmented=Segmented(article(text), sentences), figures=(*tagged.figures, last)))


HOSTILE = (
    "Ông </script><script>document.title='taken'</script> <!-- Lò \"Văn\" 'Mẫu' --> <img src=x onerror=alert(1)> "
    "&lt;b&gt; \u202eđảo ngược \u2066 \u2028 {{ data }} {% raw %} \\u003c \x00 \u200f hết.\n</main><style>*{display:none}</style>"
)


def hostile() -> str:
    def at(words: str) -> dict[str, Any]:
        start = HOSTILE.index(words)
        return {"start": start, "end": start + len(words), "rule": '"><script>alert(2)</script>'}

    tagged = Tagged(
        Segmented(
            article(
                HOSTILE, "</title><script>alert(3)</script>.txt", title="<img src=x onerror=alert(4)>\u202e",
                url="javascript:alert(5)", publisher="\"'><b>", authors=("</dd>",),
            ),
            (Sentence(0, len(HOSTILE), "body", ()),),
        ),
        persons=(
            Person(**at("Lò \"Văn\" 'Mẫu'"), name="</script><script>alert(6)</script>", honorific="<i>Ông", cluster=1),
            Person(**at("<img src=x onerror=alert(1)>"), name="\u202e", cluster=2),
        ),
        titles=(Title(**at("&lt;b&gt;"), role='" onfocus="alert(7)', organization="</a>", holder=0),),
    )  # fmt: skip
    return page_of(tagged)


# -- what is in it ----------------------------------------------------------------------------------------


def test_it_needs_nothing_but_itself() -> None:
    page = NEWS_PAGE.replace('href="https://vi.du/bai-1"', "").replace("http://www.w3.org/2000/svg", "")
    page = page.replace(">https://vi.du/bai-1<", "")
    assert not re.search(r"https?:|\bsrc=|url\(|@import|\bimport\b|fetch\(|innerHTML|document\.write|eval\(", page)
    assert "default-src 'none'" in page, "and the browser is told to load nothing"
    assert page.count("<script>") == 1


def test_hostile_text_makes_no_markup() -> None:
    assert hostile().count("<script") == 1
    assert "<img" not in hostile() and "<b>" not in hostile() and 'href="javascript' not in hostile()
    assert hostile().encode("utf-8")


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://vi.du/a", True), ("HTTP://vi.du", True), ("javascript:alert(1)", False), ("data:text/html,x", False),
        (" javascript:x", False), ("/bai-1", False), ("", False), (None, False),
    ],
)  # fmt: skip
def test_only_addresses_of_the_web_are_links(url: str | None, link: bool) -> None:
    assert (safe_url(url) is not None) == link


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (Decimal("361503000000.000000"), "361,503,000,000"), (Decimal("9.770000"), "9.77"), (Decimal("0.000000"), "0"),
        (Decimal("100"), "100"), (Decimal("-1.5"), "-1.5"), (Decimal("1E+6"), "1,000,000"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_people_do(number: Decimal, said: str) -> None:
    assert plain_number(number) == said


def test_the_same_article_gives_the_same_page() -> None:
    assert page_of(news()) == page_of(news())


def test_an_article_in_which_nothing_was_found() -> None:
    page = page_of(Tagged(Segmented(article("Không có gì."), ())))
    assert "Nothing was found in this article." in page and "Who holds what" not in page.split("<script>")[0]


# -- as a command -----------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path, rules_only: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("extract.pipeline.Pipeline", lambda *_, **__: rules_only)  # one that is there already
    path = tmp_path / "bai.txt"
    path.write_text("Bà Hà Thị Thí, Phó Chủ tịch UBND xã Bản Nháp, dẫn Nghị quyết số 12-NQ/TU; có 120 hộ.", "utf-8")
    return path


def test_a_file_and_a_dataset_give_the_same_mentions(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = file.parent
    assert main(["show", str(file), "--html", str(folder / "a.html")]) == 0
    done = capsys.readouterr()
    assert done.out == "" and done.err == f"{folder / 'a.html'}: 4 mentions\n"
    assert main(["run", str(file), "--out", str(folder / "out"), "--workers", "1", "-q", "--no-report"]) == 0
    assert main(["show", f"{folder}/out#bai.txt", "--html", str(folder / "b.html")]) == 0
    a, b = ((folder / name).read_text("utf-8") for name in ("a.html", "b.html"))
    assert a == b
    assert "12-NQ/TU" in a and "document.coded.typed" in a and "Number, type letters, issuer" in a


def test_pages_that_cannot_be_written(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", str(file), "--out", str(file.parent / "out"), "--workers", "1", "-q", "--no-report"])
    for wanted, html, said in (
        (file, file, "would replace the article"),
        (file, file.parent, "is a folder"),
        (file, file.parent / "no" / "a.html", "no folder"),
        (file.parent / "out", file.parent / "a.html", "name it as"),
    ):
        capsys.readouterr()
        assert main(["show", str(wanted), "--html", str(html)]) == 2
        done = capsys.readouterr()
        assert done.out == "" and done.err.startswith("extract: --html ") and said in done.err
        assert done.err.count("\n") == 1
    assert file.read_text("utf-8").startswith("Bà Hà") and not (file.parent / "a.html").exists()


# -- in a browser -----------------------------------------------------------------------------------------


def piece(page: Page, text: str) -> Locator:
    return page.locator("#article a.m", has_text=text).first


def in_view(page: Page, selector: str) -> bool:
    """Whether an element can be seen: in the window, and in the scrolled box that it is in."""
    return bool(
        page.evaluate(
            """selector => {
                const at = document.querySelector(selector).getBoundingClientRect();
                const side = document.querySelector(selector).closest("aside");
                const box = side && getComputedStyle(side).position === "sticky" ? side.getBoundingClientRect()
                    : {top: 0, bottom: innerHeight};
                return at.height > 0 && at.top >= box.top && at.bottom <= Math.min(box.bottom, innerHeight);
            }""",
            selector,
        )
    )


def card(page: Page) -> str:
    return " ".join(page.locator("#card").inner_text().split()) if page.locator("#card").is_visible() else ""


def test_the_text_is_all_there_and_nothing_else(visit: Visit) -> None:
    page = visit(NEWS_PAGE)
    assert page.evaluate("document.getElementById('article').textContent") == NEWS
    assert page.title() == "Bí thư Lò Thị Mẫu làm việc"
    assert page.locator("#count").inner_text() == "9 mentions"
    colours = page.evaluate(
        "['person', 'title', 'document', 'figure'].map(l => getComputedStyle(document.querySelector(`#article .m.${l}`)).backgroundColor)"
    )
    assert len(set(colours)) == 4


def test_hover_shows_attributes_and_rule_and_leaving_hides_them(visit: Visit) -> None:
    page = visit(NEWS_PAGE)
    piece(page, "Bí thư Huyện ủy").hover()
    said = card(page)
    for part in (
        "Bí thư Huyện ủy Mường Thử", "holder Lò Thị Mẫu", "role Bí thư", "branch party", "level district",
        "status current", "organization_resolved Huyện ủy Mường Thử", "test.rule", "What the tests call a rule",
        "by rule",
    ):  # fmt: skip
        assert part in said
    start = NEWS.index("Bí thư Huyện ủy Mường Thử")
    assert f"{start}–{start + 25}" in said
    assert page.locator("#article .m.rel").all_inner_texts() == ["Lò Thị Mẫu"], "its holder is marked"
    assert page.locator("#overlay path.tip").count() == 1, "and a line leads there"
    page.locator("#card").hover()
    page.wait_for_timeout(300)
    assert card(page), "the card stays while the pointer is on it"
    page.mouse.move(5, 5)
    page.locator("#card").wait_for(state="hidden")
    assert page.locator("#overlay path").count() == 0
    piece(page, "12-NQ/TU").hover()
    assert "not given: issuer, issuer_resolved, date, subject" in card(page)
    piece(page, "17/15").hover()
    assert "flag numerator_above_denominator (more than all)" in card(page)


def test_the_keyboard_reaches_everything(visit: Visit) -> None:
    page = visit(long_news())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a.m')"):
            break
    assert card(page).startswith("Person in the table Lò Thị Mẫu"), "focus opens the card"
    described = page.evaluate("document.activeElement.getAttribute('aria-describedby')")
    assert described == "card"
    page.keyboard.press("Tab")
    assert card(page).startswith("Title in the table Bí thư Huyện ủy")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('tr').id") == "r2", "Enter goes to the row"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('#article a.m')"), "and back to the text"
    assert page.evaluate("location.hash") == "#m2"
    for _ in range(8):
        page.keyboard.press("j")
    assert card(page).startswith("Figure in the table 9.876") and in_view(page, '#article [data-m="10"]')
    assert in_view(page, "#r10"), "the table follows"
    page.keyboard.press("k")
    assert card(page).startswith("Figure in the table 17/15")
    page.keyboard.press("Escape")
    assert card(page) == "" and page.locator(".on").count() == 0


def test_a_click_leads_to_the_row_and_the_row_leads_back(visit: Visit) -> None:
    page = visit(long_news(), height=420)
    assert not in_view(page, "#r10") and not in_view(page, '#article [data-m="10"]')
    page.locator("#r10 a.go").click()
    assert in_view(page, '#article [data-m="10"]') and card(page).startswith("Figure in the table 9.876")
    assert page.evaluate("document.activeElement.textContent") == "9.876"
    page.evaluate("side.scrollTo(0, 0)")
    assert not in_view(page, "#r10")
    piece(page, "9.876").click()
    assert in_view(page, "#r10") and page.locator("tr.on").get_attribute("id") == "r10"
    page.locator(".officials a", has_text="Vàng A Tạm").click()
    assert card(page).startswith("Person in the table Vàng A Tạm")
    page.locator("h1").click()
    assert card(page) == "", "a click elsewhere closes the card"


def test_a_link_to_a_mention_opens_it(visit: Visit) -> None:
    page = visit(long_news(), "#m10")
    assert card(page).startswith("Figure in the table 9.876") and in_view(page, '#article [data-m="10"]')


def test_labels_filter_text_and_table(visit: Visit) -> None:
    page = visit(NEWS_PAGE)
    page.locator("button.figure").click()
    assert page.locator("#count").inner_text() == "6 of 9 mentions"
    assert page.locator("button.figure").get_attribute("aria-pressed") == "false"
    assert page.locator("tr[data-label=figure]:visible").count() == 0
    assert page.locator("#article .m.figure").count() == 0
    assert page.evaluate("document.getElementById('article').textContent") == NEWS
    page.keyboard.press("1")
    page.keyboard.press("2")
    assert page.locator("tbody tr:visible").count() == 1
    for key in "124":
        page.keyboard.press(key)
    assert page.locator("#count").inner_text() == "9 mentions"
    assert page.locator("#article .m.figure").count() == 3


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("huyen uy", ["Bí thư Huyện ủy Mường Thử"]),
        ("Huyện ủy", ["Bí thư Huyện ủy Mường Thử"]),
        ("Huyện úy", []),
        ("dang vien", ["857"]),
        ("former", ["Phó Chủ tịch UBND huyện"]),
        ("numerator_above", ["17/15"]),
        ("TEST.RULE", None),
    ],
)
def test_the_search_filters_by_text_attribute_and_rule(visit: Visit, wanted: str, found: list[str] | None) -> None:
    page = visit(NEWS_PAGE)
    page.keyboard.press("/")
    page.keyboard.type(wanted)
    shown = page.locator("tbody tr:visible a.go").all_inner_texts()
    assert shown == (found if found is not None else page.locator("tbody a.go").all_inner_texts())
    assert page.locator("#none").is_visible() == (shown == [])
    page.keyboard.press("Escape")
    assert page.locator("#count").inner_text() == "9 mentions" and page.locator("#search").input_value() == ""


def test_links_draws_a_line_for_every_title_with_a_holder(visit: Visit) -> None:
    page = visit(NEWS_PAGE)
    page.locator("#arcs").click()
    assert page.locator("#overlay path.tip").count() == 2
    page.keyboard.press("2")
    assert page.locator("#overlay path.tip").count() == 0, "titles are filtered out"
    numbers = page.evaluate(
        "[...document.querySelectorAll('#article .m')].map(m => getComputedStyle(m, '::after').content)"
    )
    assert numbers.count('"1"') == 2 and numbers.count('"2"') == 1, "persons bear their numbers"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(visit: Visit, scheme: str) -> None:
    page = visit(NEWS_PAGE, color_scheme=scheme)

    def brightness() -> int:
        found = re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))
        return sum(map(int, found[:3]))

    assert (brightness() > 600) == (scheme == "light") and (brightness() < 150) == (scheme == "dark")
    page.locator("#theme").click()
    assert (brightness() < 150) == (scheme == "light")
    page.keyboard.press("d")
    assert (brightness() > 600) == (scheme == "light")
    page.emulate_media(media="print", color_scheme=scheme)  # type: ignore[arg-type]
    assert brightness() == 765, "paper is white"
    assert not page.locator(".bar").is_visible() and page.locator("#r9").is_visible()


def test_on_a_phone(visit: Visit) -> None:
    page = visit(long_news(), width=360, height=740, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, "nothing runs out of the window"
    piece(page, "12-NQ/TU").tap()
    box = page.locator("#card").bounding_box()
    assert box is not None and box["y"] + box["height"] == pytest.approx(740, abs=1) and box["width"] == 360
    assert in_view(page, "#article .m.on") and "role" not in card(page) and "12-NQ/TU" in card(page)
    page.locator("#card a", has_text="in the table").tap()
    assert in_view(page, "tr.on a.go") and card(page) == ""
    page.locator("tr.on a.go").tap()
    assert in_view(page, "#article .m.on")


def test_without_a_script_links_lead_there_and_back(visit: Visit) -> None:
    page = visit(long_news(), java_script_enabled=False, height=420)
    piece(page, "9.876").click()
    assert page.url.endswith("#r10") and page.locator("#r10 a.go").is_visible()
    page.locator("#r10 a.go").click()
    assert page.url.endswith("#m10")


def test_spans_that_nest_and_cross(visit: Visit) -> None:
    text = "Chủ tịch Hội Lò Văn Mẫu họp."
    tagged = Tagged(
        Segmented(article(text), (Sentence(0, len(text), "body", ()),)),
        persons=(Person(start=13, end=23, name="Lò Văn Mẫu", rule="a", cluster=1),),
        titles=(Title(start=0, end=19, role="Chủ tịch", rule="b", holder=0),),
        figures=(Figure(start=9, end=12, quantity="count", value=Decimal(1), rule="c"),),
    )
    page = visit(page_of(tagged))
    assert page.evaluate("document.getElementById('article').textContent") == text
    assert page.locator("#article .m").all_inner_texts() == ["Chủ tịch ", "Hội", " ", "Lò Văn", " Mẫu"]
    assert [m.get_attribute("class") for m in page.locator("#article .m").all()] == [
        "m title", "m figure", "m title", "m person", "m person",
    ]  # fmt: skip
    page.keyboard.press("4")
    page.keyboard.press("1")
    assert page.locator("#article .m.title").all_inner_texts() == ["Chủ tịch ", "Hội", " ", "Lò Văn"]


def test_hostile_text_is_shown_as_text(visit: Visit) -> None:
    page = visit(hostile())
    assert page.title() == "<img src=x onerror=alert(4)>U+202E"
    assert page.locator("script").count() == 1 and page.locator("img").count() == 0
    said = page.locator("#article").inner_text()
    assert "</script><script>document.title='taken'</script> <!-- Lò \"Văn\" 'Mẫu' -->" in said
    assert "&lt;b&gt; U+202Eđảo ngược U+2066 U+2028 {{ data }} {% raw %} \\u003c U+0000 U+200F hết." in said
    assert "</main><style>*{display:none}</style>" in said
    assert "\u202e" not in page.locator("html").inner_text()
    for mention in page.locator("#article a.m").all():
        mention.hover()
        assert '"><script>alert(2)</script>' in card(page)
        mention.click()
        page.keyboard.press("Enter")
    assert "</script><script>alert(6)</script>" in page.locator("tbody").inner_text()
    assert page.locator("script").count() == 1


def test_a_long_article_with_many_mentions_stays_quick(visit: Visit) -> None:
    line, count = "Xã {0:04d} có {0:04d} hộ.\n", 1000
    places = range(0, 20 * count, 20)
    figures = tuple(
        Figure(start=at + 11, end=at + 15, quantity="count", value=Decimal(1), unit="hộ", rule="r") for at in places
    )
    sentences = tuple(Sentence(at, at + 19, "body", ()) for at in places)
    text = "".join(map(line.format, range(count)))
    page = visit(page_of(Tagged(Segmented(article(text), sentences), figures=figures)))
    assert page.locator("#count").inner_text() == "1000 mentions"
    took = page.evaluate(
        "() => { const at = performance.now(); search.value = '0999'; filter(); return performance.now() - at; }"
    )
    assert page.locator("#count").inner_text() == "1 of 1000 mentions" and took < 2000
