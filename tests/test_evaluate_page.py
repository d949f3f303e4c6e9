"""The page of errors: it holds every fault and rule, shows hostile text as text, and needs nothing but itself."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.cli import main
from extract.evaluate import GoldArticle, Predicted, Scores, score
from extract.evaluate.page import as_html, parts
from test_evaluate import GOLD, TEXT, mention, perfect, scored, write_dataset, write_gold

HOSTILE = (
    "Ông </script><script>document.title='taken'</script> <!-- Lò \"Văn\" 'Mẫu' --> "
    "<img src=x onerror=alert(1)> \u202eđảo ngược\u202c &lt;b&gt; \u2028 {{data}} \\u003c \x00 \ud800 hết."
)
NAME = "Lò \"Văn\" 'Mẫu'"


def span(text: str, words: str) -> dict[str, Any]:
    start = text.index(words)
    return {"text": words, "start": start, "end": start + len(words)}


def data_of(page: str) -> dict[str, Any]:
    """What the page carries, as its script reads it."""
    found = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert len(found) == 1
    made: dict[str, Any] = json.loads(found[0])
    return made


def faulty() -> Scores:
    """Something missed, spurious, of wrong boundary, and of two wrong attributes."""
    rows = perfect()
    rows["title"][0]["end"] -= 9
    rows["person"].pop(1)
    rows["person"].append(mention("person", "Sông Thử", mention_id="x", rule="person.place"))
    rows["document"][0] |= {"code": "12-KL/TW", "issuer": "Tỉnh ủy"}
    scores: Scores = scored(rows)
    return scores


def hostile() -> tuple[Scores, list[GoldArticle]]:
    person = span(HOSTILE, NAME) | {"id": "p1", "label": "person", "honorific": "<b>Ông</b>", "ranks": []}
    article = GoldArticle("<i>bài</i>\u202e", HOSTILE, (person,))
    row = {**person, "mention_id": "p1", "honorific": "</script>", "rule": 'person."><script>', "method": "rule"}
    image = span(HOSTILE, "<img src=x onerror=alert(1)>") | {"mention_id": "p2", "rule": "person.img"}
    return score([article], {article.id: Predicted(HOSTILE, {"person": (row, image)})}), [article]


def test_everything_is_in_it() -> None:
    scores = faulty()
    data = data_of(as_html(scores, [GOLD], "gold.jsonl · data/out"))
    assert data["of"] == "gold.jsonl · data/out" and data["articles"] == 1
    told = {(f["label"], f["cause"], f["expected"], f["found"], f["rule"]) for f in data["faults"]}
    assert len(data["faults"]) == len(scores.faults) == 5
    assert told == {
        ("person", "missed", "Mẫu", None, None),
        ("person", "spurious", None, "Sông Thử", "person.place"),
        ("title", "boundary: too short right", "Bí thư Huyện ủy Sông Thử", "Bí thư Huyện ủy", "title.rule"),
        ("document", "attribute: code", "12-KL/TU", "12-KL/TW", "document.rule"),
        ("document", "attribute: issuer", None, "Tỉnh ủy", "document.rule"),
    }
    assert all(f["article"] == "bai-1" and "".join(p[0] for p in f["parts"]).strip("…") in TEXT for f in data["faults"])
    marks = {f["cause"]: [p for p in f["parts"] if p[1]] for f in data["faults"]}
    assert marks["boundary: too short right"] == [["Bí thư Huyện ủy", 3], [" Sông Thử", 1]]
    assert (marks["missed"], marks["spurious"]) == ([["Mẫu", 1]], [["Sông Thử", 2]])
    rules = {(r["rule"], r["hits"], r["right"], r["spurious"]) for r in data["rules"]}
    assert rules == {
        ("person.rule", 2, 2, 0), ("person.place", 1, 0, 1), ("title.rule", 1, 0, 0),
        ("document.rule", 1, 0, 0), ("figure.rule", 2, 2, 0),
    }  # fmt: skip
    assert {m[0]: m[1:] for m in data["measures"]}["person"] == [0.6667, 0.6667, 0.6667, 3, 3]


def test_it_tells_which_articles_are_missing_and_differ() -> None:
    data = data_of(as_html(score([GOLD], {}), [GOLD], "x"))
    assert (data["missing"], data["text_differs"]) == (["bai-1"], 0)
    assert data_of(as_html(scored(perfect(), TEXT + "\n"), [GOLD], "x"))["text_differs"] == 1


def test_it_needs_nothing_but_itself() -> None:
    page = as_html(faulty(), [GOLD], "x")
    assert not re.search(r"https?:|\bsrc=|href=|url\(|@import|\bimport\b|fetch\(|innerHTML|document\.write", page)
    assert "default-src 'none'" in page, "and the browser is told to load nothing"


def test_hostile_text_makes_no_markup() -> None:
    scores, articles = hostile()
    page = as_html(scores, articles, "</title><script>")
    template = resources.files("extract.evaluate").joinpath("errors.html").read_text("utf-8")
    assert page.count("<script") == template.count("<script") == 2
    assert page.count("<") == template.count("<"), "no < comes from the data"
    assert page.encode("utf-8")
    data = data_of(page)
    assert "".join(piece for piece, _ in data["faults"][0]["parts"]) == HOSTILE, "and yet the text is whole"
    assert {f["article"] for f in data["faults"]} == {"<i>bài</i>\u202e"}
    assert {f["rule"] for f in data["faults"]} == {'person."><script>', "person.img"}
    assert [(f["cause"], f["expected"], f["found"]) for f in data["faults"]] == [
        ("attribute: honorific", "<b>Ông</b>", "</script>"),
        ("spurious", None, "<img src=x onerror=alert(1)>"),
    ]


@given(
    text=st.text("aá \n🙂\u0301", min_size=1, max_size=60),
    places=st.lists(st.integers(0, 60), min_size=4, max_size=4),
    given_=st.sampled_from(["want", "got", "both"]),
    width=st.integers(0, 20),
)
def test_pieces_put_together_are_the_text_and_each_span_is_marked_whole(
    text: str, places: list[int], given_: str, width: int
) -> None:
    a, b, c, d = (place % (len(text) + 1) for place in places)
    want = (min(a, b), max(a, b)) if given_ != "got" else None
    got = (min(c, d), max(c, d)) if given_ != "want" else None
    pieces = parts(text, want, got, width)
    assert "".join(piece for piece, _ in pieces).strip("…") in text
    for place, bit in ((want, 1), (got, 2)):
        assert "".join(piece for piece, mark in pieces if mark & bit) == (text[slice(*place)] if place else "")


# -- as a command ---------------------------------------------------------------------------------------


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    rows = perfect()
    rows["title"][0]["end"] -= 9
    write_dataset(tmp_path / "out", [("1" * 16, "bai-1.txt", TEXT, rows)])
    return write_gold(
        tmp_path / "gold.jsonl", {"id": GOLD.id, "text": TEXT, "mentions": [dict(m) for m in GOLD.mentions]}
    )


def test_the_page_is_written_beside_the_figures(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, out = gold.parent / "errors.html", gold.parent / "out"
    args = ["eval", str(gold), "--out", str(out)]
    assert main([*args, "--errors", "1"]) == 0
    alone = capsys.readouterr().out
    assert main([*args, "--errors", "1", "--html", str(page)]) == 0
    done = capsys.readouterr()
    assert done.out == alone and done.err == f"{page}: faults: 1\n"
    data = data_of(page.read_text("utf-8"))
    assert data["of"] == f"gold.jsonl · {out}"
    assert [f["cause"] for f in data["faults"]] == ["boundary: too short right"]
    assert main([*args, "--html", str(page), "--min", "title=0.5"]) == 1, "a check that fails leaves the page"


@pytest.mark.parametrize(
    ("target", "said"),
    [("", "is a folder"), ("no/errors.html", "no folder"), ("gold.jsonl", "would replace the annotations")],
)
def test_a_page_that_cannot_be_written(gold: Path, capsys: pytest.CaptureFixture[str], target: str, said: str) -> None:
    before = gold.read_bytes()
    assert main(["eval", str(gold), "--html", str(gold.parent / target)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("extract: --html ") and said in err
    assert gold.read_bytes() == before


# -- in a browser ---------------------------------------------------------------------------------------

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --virtual-time-budget=5000"
).split()
browser = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no chromium here")


def chromium(folder: Path, page: str, asked: str, *wanted: str) -> str:
    """What the browser prints for a page at ``#asked``."""
    (folder / "errors.html").write_text(page, "utf-8")
    address = (folder / "errors.html").as_uri() + asked
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={folder / 'profile'}", *wanted, address]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=True).stdout


def body(dom: str) -> str:
    """The text that the browser shows, without scripts and styles."""
    shown = re.sub(r"<(script|style)\b.*?</\1>", "", dom, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", shown)).split())


@browser
def test_a_browser_shows_groups_in_context(tmp_path: Path) -> None:
    dom = chromium(tmp_path, as_html(faulty(), [GOLD], "gold.jsonl"), "", "--dump-dom")
    shown = body(dom)
    assert "5 of 5 faults" in shown and "5 faults in 1 article" in shown
    for heading in ("person · missed 1", "person · spurious 1", "title · boundary: too short right 1"):
        assert heading in shown
    assert "code: annotated 12-KL/TU → extracted 12-KL/TW" in shown
    assert "issuer: annotated none → extracted Tỉnh ủy" in shown
    assert re.search(r'<mark class="gold got"[^>]*>Bí thư Huyện ủy</mark><mark class="gold"[^>]*> Sông Thử</mark>', dom)
    assert re.search(r'<mark class="got"[^>]*>Sông Thử</mark>', dom)
    rules = shown[shown.index("what each extracted") :]
    assert "person.place" in rules and "figure.rule" in rules


@browser
@pytest.mark.parametrize(
    ("asked", "count", "heading"),
    [
        ("#cause=attribute", 2, "document · attribute: code 1"),
        ("#rule=person.place&label=person", 1, "person · spurious 1"),
        ("#text=tinh+uy", 1, "document · attribute: issuer 1"),  # without marks: every spelling
        ("#text=Tỉnh+ủy&label=person", 0, "No fault is like that."),
    ],
)
def test_a_browser_filters(tmp_path: Path, asked: str, count: int, heading: str) -> None:
    shown = body(chromium(tmp_path, as_html(faulty(), [GOLD], "gold.jsonl"), asked, "--dump-dom"))
    assert f"{count} of 5 faults" in shown and heading in shown


@browser
@pytest.mark.parametrize(
    ("keys", "focused"),
    [("jjk", "missed"), ("/", "field"), ("jjjjjjj", "issuer")],
)
def test_the_keyboard_reaches_every_fault(tmp_path: Path, keys: str, focused: str) -> None:
    press = f"""<script>
    for (const key of {json.dumps(keys)})
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {{key, bubbles: true}}));
    const at = document.activeElement;
    document.title = at.matches("input") ? "field" : at.closest("details").querySelector("summary").textContent;
    </script></body>"""
    page = as_html(faulty(), [GOLD], "gold.jsonl").replace("</body>", press)
    dom = chromium(tmp_path, page, "", "--dump-dom")
    assert focused in dom[dom.index("<title>") : dom.index("</title>")]


@browser
def test_a_browser_shows_hostile_text_as_text(tmp_path: Path) -> None:
    scores, articles = hostile()
    picture = tmp_path / "errors.png"
    dom = chromium(tmp_path, as_html(scores, articles, "<b>x</b>"), "", "--dump-dom", f"--screenshot={picture}")
    assert "<title>Errors: &lt;b&gt;x&lt;/b&gt;</title>" in dom, "the script in the text did not run"
    assert "<img" not in dom and dom.count("<script") == 2
    shown = body(dom)
    assert "</script><script>document.title='taken'</script> <!-- Lò \"Văn\" 'Mẫu' -->" in shown
    assert "U+202Eđảo ngượcU+202C &lt;b&gt;" in shown and "{{data}}" in shown and "U+D800" in shown
    assert "\u202e" not in dom.split("</script>")[1] and "<i>bài</i>U+202E" in shown
    assert picture.stat().st_size > 10_000
