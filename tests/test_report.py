"""The report: its counts are those of the tables, its page is whole and safe, and a run leaves one behind."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import extract
from conftest import ROOT, Visit
from extract.cli import main
from extract.engines import local
from extract.pipeline import Pipeline
from extract.records import Article, Figure, Person, Reject, Segmented, Sentence, Tagged, Title
from extract.report import ReportError, gather, page, write_report
from extract.report.charts import _amount, charts
from extract.report.gather import Gathered
from extract.validate import validate
from handmade import NEWS, Toy, article, many_parts, news, segment

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


class Known:
    """Stages that find in every article what ``handmade.news`` has, and a province in two of three."""

    segment = staticmethod(segment)
    validate = staticmethod(validate)

    @staticmethod
    def tag(segmented: Segmented) -> Tagged:
        n = int(segmented.article.text.rsplit(" ", 1)[-1])
        return replace(news(), segmented=segmented, province=("Sơn La", "Cà Mau", None)[n % 3])


def dataset(folder: Path, items: Iterable[Article | Reject], stages: Any = Known, **options: Any) -> Path:
    local.run(items, lambda: stages, folder, config_key="k", inputs=["tin/"], **options)
    return folder


def articles(count: int) -> list[Article]:
    return [
        article(
            f"{NEWS}\nBài {n}",
            f"tin/{n}.txt",
            publisher=("Báo Thử", None)[n % 2],
            title=f"Bài thứ {n}",
            url=f"https://vi.du/{n}",
            published_at=dt.datetime(2024, 1 + n % 12, 1, tzinfo=HANOI),
        )
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """100 articles in shards of 30, and two that could not be read."""
    unread = [Reject(source=f"x{n}.txt", stage="read", error="not_utf8", message=f"byte {n}") for n in range(2)]
    return dataset(tmp_path_factory.mktemp("known") / "out", [*articles(100), *unread], shard_articles=30)


@pytest.fixture(scope="module")
def found(out: Path) -> Gathered:
    return gather.gather(out, out, 10)


def counts(rows: Iterable[dict[str, Any]], *columns: str) -> dict[Any, int]:
    return {tuple(row[c] for c in columns) if len(columns) > 1 else row[columns[0]]: row["n"] for row in rows}


# -- the counts -------------------------------------------------------------------------------------------


def test_counts_are_those_of_the_tables(out: Path, found: Gathered) -> None:
    tables = extract.load(out)
    assert found.counts == tables.manifest["counts"]
    rows = {name: getattr(tables, name).to_pylist() for name in found.counts}
    assert found.articles["characters"] == sum(len(a["text"]) for a in rows["articles"])
    assert found.articles["words"] == sum(a["n_words"] for a in rows["articles"])
    assert (found.articles["earliest"], found.articles["latest"]) == (dt.date(2024, 1, 1), dt.date(2024, 12, 1))
    for table in ("persons", "officials", "documents", "figures"):
        assert found.reach[table] == len({row["article_id"] for row in rows[table]}) == 100
    assert counts(found.provinces, "province") == Counter(a["province"] for a in rows["articles"] if a["province"])
    assert counts(found.publishers, "publisher") == {"Báo Thử": 50}
    assert counts(found.offices, "branch", "level") == Counter((t["branch"], t["level"]) for t in rows["titles"])
    assert counts(found.quantities, "quantity") == Counter(f["quantity"] for f in rows["figures"])
    assert counts(found.units, "quantity", "unit") == Counter((f["quantity"], f["unit"]) for f in rows["figures"])
    assert counts(found.flags, "label", "flags") == {
        ("figure", "numerator_above_denominator"): 100,
        ("figure", "percent_above_100"): 100,
    }
    assert counts(found.rules, "label", "rule")["person", "test.rule"] == len(rows["persons"]) == 300
    assert counts(found.rejects, "error", "stage") == {("not_utf8", "read"): 2}
    assert found.rejects[0] | {"table": None} == found.rejects[0], "the whole article"
    assert found.timeline[0] == "month"
    assert [row["n"] for row in found.timeline[1]] == [9] * 4 + [8] * 8


def test_officials_and_their_offices(found: Gathered) -> None:
    assert [(o["name"], o["articles"], o["mentions"]) for o in found.officials] == [
        ("Lò Thị Mẫu", 100, 200),
        ("Vàng A Tạm", 100, 100),
    ]
    (office,) = found.officials[0]["offices"]
    assert (office["role"], office["organization"], office["n"]) == ("Bí thư", "Huyện ủy Mường Thử", 100)
    assert found.officials[1]["offices"][0]["status"] == "former"


@pytest.fixture
def quick(rules_only: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands take a pipeline that is there already."""
    monkeypatch.setattr("extract.pipeline.Pipeline", lambda *_, **__: rules_only)


@pytest.mark.usefixtures("quick")
def test_documents_are_written_as_they_are_most_often(tmp_path: Path) -> None:
    texts = ["Nghị quyết số 12-NQ/TU", "Nghị quyết số 12-NQ/TU", "nghị quyết 12-NQ/TU"]
    lines = [f"Theo {text} ngày {n + 1}/2/2024 của Tỉnh ủy Sơn La." for n, text in enumerate(texts)]
    (tmp_path / "tin").mkdir()
    for n, line in enumerate(lines):
        (tmp_path / "tin" / f"{n}.txt").write_text(line, "utf-8")
    assert (
        main(["run", str(tmp_path / "tin"), "--out", str(tmp_path / "out"), "--workers", "1", "--no-report", "-q"]) == 0
    )
    (document,) = gather.gather(tmp_path / "out", tmp_path, 10).documents
    assert (document["text"], document["mentions"], document["articles"]) == ("Nghị quyết số 12-NQ/TU", 3, 3)
    assert document["date"] == dt.date(2024, 2, 3), "of dates that are as common, the last"


def test_lists_are_bounded_and_in_an_order_of_their_own(tmp_path: Path) -> None:
    text = "Bí thư Lò Mẫu{0:03d} nói: có {0} hộ, 5-CT/TU."
    items = [article(text.format(n), f"{n}.txt", publisher=f"Báo {n}") for n in range(60)]
    a = dataset(tmp_path / "a", items, Toy, shard_articles=7)
    b = dataset(tmp_path / "b", items, Toy, shard_articles=7)
    pages = [write_report(folder, tmp_path / "report.html").read_text("utf-8") for folder in (a, b)]
    timings = re.compile(r"[\d.,]+ s with \d+ workers?")
    one, other = (timings.sub("", text).replace(str(folder), "") for folder, text in zip((a, b), pages))
    assert one == other
    found = gather.gather(a, tmp_path, 50)
    assert len(found.publishers) == len(found.officials) == gather.TOP
    shown = [example.article["article_id"] for example in found.examples]
    assert len(set(shown)) == len(shown) <= 50
    behind = [row["examples"][0][0] for row in (*found.officials, *found.documents)]
    assert set(behind) <= set(shown), "every row of the lists has an example"
    assert len(gather.gather(a, tmp_path, 2).examples) == 2


def test_names_of_one_syllable_are_no_officials_of_the_list(tmp_path: Path) -> None:
    text = "Bí thư Chung nói; Bí thư Lò Mẫu nghe."
    tagged = Tagged(
        segment(article(text)),
        persons=(Person(start=7, end=12, name="Chung", cluster=0), Person(start=25, end=31, name="Lò Mẫu", cluster=1)),
        titles=(Title(start=0, end=6, role="Bí thư", holder=0), Title(start=18, end=24, role="Bí thư", holder=1)),
    )
    stages = SimpleNamespace(segment=segment, tag=lambda _: tagged, validate=validate)
    out = dataset(tmp_path / "out", [article(text)], stages)
    assert len(extract.load(out).officials) == 2
    assert [o["name"] for o in gather.gather(out, tmp_path, 5).officials] == ["Lò Mẫu"]


def test_it_works_in_little_memory(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "MEMORY", "60MB")
    assert gather.gather(out, out, 10).counts["persons"] == 300
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == [], "nothing stays behind"


PEAK = """
import resource, sys
from extract.report import write_report
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
write_report(sys.argv[1], sys.argv[3])
before = peak()
write_report(sys.argv[2], sys.argv[3])
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measures peak memory as Linux counts it")
def test_neither_memory_nor_page_grow_with_the_dataset(out: Path, tmp_path: Path) -> None:
    """Three hundred times the parts: what is kept of each is what DuckDB knows of a file."""
    many = many_parts(out, tmp_path / "many", 300)
    page = tmp_path / "report.html"
    small = write_report(out, page).stat().st_size
    call = [sys.executable, "-c", PEAK, str(out), str(many), str(page)]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 40_000, "kilobytes"
    assert page.stat().st_size < 1.5 * small


@pytest.mark.parametrize(
    ("power", "said"), [(0, "1"), (2, "100"), (3, "1 k"), (8, "100 m"), (9, "1 bn"), (13, "10 tn")]
)
def test_amounts_are_named(power: int, said: str) -> None:
    assert _amount(power) == said


def test_every_chart_has_its_numbers(found: Gathered) -> None:
    made = charts(found)
    assert set(made) == {"timeline", "publishers", "provinces", "offices", "quantities", "units"}
    assert made["timeline"].rows[0] == ("2024-01-01", 9)
    for chart in made.values():
        values = chart.spec["data"]["values"]
        assert [tuple(v.values())[: len(chart.columns)] for v in values] == chart.rows
        json.dumps(chart.spec)


# -- the page ---------------------------------------------------------------------------------------------


def text_of(html: str) -> str:
    bare = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", bare).split())


def test_an_empty_dataset_says_so(tmp_path: Path) -> None:
    said = text_of(write_report(dataset(tmp_path / "out", [])).read_text("utf-8"))
    for words in (
        "Nothing was rejected.", "No one is named with an office.", "No document is cited.", "There are no figures.",
        "No article tells where it plays.", "No row bears a flag.", "There are no articles.",
    ):  # fmt: skip
        assert words in said


def test_a_run_that_has_not_finished_says_so(out: Path, tmp_path: Path) -> None:
    done = write_report(out, tmp_path / "a.html").read_text("utf-8")
    manifest = (out / "manifest.json").read_bytes()
    try:
        (out / "manifest.json").unlink()
        broken_off = write_report(out, tmp_path / "b.html").read_text("utf-8")
    finally:
        (out / "manifest.json").write_bytes(manifest)
    assert "has not finished" in broken_off and "has not finished" not in done


def test_it_needs_nothing_but_itself(out: Path, tmp_path: Path) -> None:
    html = write_report(out, tmp_path / "a.html").read_text("utf-8")
    assert "default-src 'none'" in html and html.count("<script") == 3
    own = re.sub(r"<script>\s*/\*! Vega .*?</script>", "", html, flags=re.S)
    assert not re.search(r"\bsrc=|url\(|@import|fetch\(|innerHTML|document\.write|eval\(", own)
    addresses = set(re.findall(r"https?://[\w./-]+", own))
    assert {a for a in addresses if not a.startswith("https://vi.du/")} <= {
        "https://vega.github.io/schema/vega-lite/v6.json"
    }


def test_the_script_of_charts_is_what_it_says() -> None:
    folder = ROOT / "src" / "extract" / "report"
    script = (folder / "vega.js").read_text("utf-8")
    assert re.match(r"/\*! Vega 6\.\d+\.\d+, Vega-Lite 6\.\d+, Vega-Embed 7\.\d+\.\d+; made by `make vega`\.", script)
    assert (folder / "vega.LICENSE").read_text("utf-8") in script, "every report carries the notices"
    assert "</script" not in script.lower() and "<!--" not in script


# -- as a command, and after a run ------------------------------------------------------------------------


@pytest.fixture
def tin(tmp_path: Path, quick: None) -> Path:
    path = tmp_path / "bai.txt"
    path.write_text("Bà Hà Thị Thí, Phó Chủ tịch UBND xã Bản Nháp, cho biết có 120 hộ.", "utf-8")
    return path


def run(tin: Path, *options: str) -> int:
    return main(["run", str(tin), "--out", str(tin.parent / "out"), "--workers", "1", *options])


def test_a_run_leaves_a_report_unless_it_is_told_not_to(tin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tin.parent / "out" / "report.html"
    assert run(tin) == 0
    assert str(page) in capsys.readouterr().out and "Hà Thị Thí" in page.read_text("utf-8")
    assert run(tin, "--overwrite", "--no-report") == 0
    assert f"extract report {tin.parent / 'out'}" in capsys.readouterr().out
    assert not page.exists(), "one of the run before would not be true"
    assert main(["report", str(tin.parent / "out")]) == 0
    assert capsys.readouterr().out == f"{page}\n" and page.exists()
    assert main(["report", str(tin.parent / "out"), "--out", str(tin.parent / "a.html")]) == 0
    assert (tin.parent / "a.html").read_bytes() == page.read_bytes()


def test_rejects_say_what_their_code_means(tmp_path: Path) -> None:
    (tmp_path / "tin.jsonl").write_text('{"text": "Ông Lò Văn Mẫu dự họp."}\n{"text": \n', "utf-8")
    assert main(["run", str(tmp_path / "tin.jsonl"), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    html = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "bad_json" in html and "the line is no JSON object" in html


def test_a_report_that_cannot_be_written_does_not_fail_the_run(tin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tin.parent / "out" / "report.html").mkdir(parents=True)
    assert run(tin, "--quiet") == 0
    done = capsys.readouterr()
    assert done.err.startswith("extract: the tables are complete, report.html is not there: ")
    assert done.err.count("\n") == 1 and done.out == ""
    assert sorted(p.name for p in (tin.parent / "out").iterdir() if p.suffix == ".tmp") == []


def test_what_cannot_be_reported_on(tin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tin, "-q", "--no-report")
    out = tin.parent / "out"
    for args, said in (
        ([str(tin.parent)], "no dataset here"),
        ([str(tin.parent / "no")], "no such folder"),
        ([str(out), "--out", str(tin.parent)], "is a folder"),
        ([str(out), "--out", str(tin.parent / "no" / "a.html")], "no folder"),
        ([str(out), "--out", str(out / "manifest.json")], "would replace the manifest"),
    ):
        assert main(["report", *args]) == 2
        done = capsys.readouterr()
        assert done.out == "" and said in done.err and done.err.count("\n") == 1
    (out / "figures" / "part-00000.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(ReportError, match=r"figures/part-00000\.parquet"):
        write_report(out)
    assert main(["report", str(out)]) == 2 and not (out / "report.html").exists()


# -- in a browser -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def html(out: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_report(out, tmp_path_factory.mktemp("report") / "report.html").read_text("utf-8")


def opened(page: Any) -> str:
    return str(page.evaluate("[...document.querySelectorAll('details.article[open]')].map(d => d.id).join(' ')"))


def test_every_chart_is_drawn(visit: Visit, html: str) -> None:
    page = visit(html)
    page.wait_for_selector(".drawn")
    charts = page.locator(".chart")
    assert charts.count() == 6
    assert charts.locator(".plot svg").count() == 6
    assert page.locator("#chart-provinces svg").text_content().count("Sơn La") >= 1  # type: ignore[union-attr]
    bars = page.locator("#chart-timeline svg .mark-rect.role-mark path").count()
    assert bars == 12
    page.locator("#chart-provinces svg .mark-rect.role-mark path").first.hover()
    page.locator("#vg-tooltip-element.visible").wait_for()
    assert "Sơn La" in page.locator("#vg-tooltip-element").inner_text()
    page.locator("#chart-provinces summary").click()
    assert page.locator("#chart-provinces tbody tr").all_inner_texts() == ["Sơn La\t34", "Cà Mau\t33"]


def test_colours_follow_light_and_dark(visit: Visit, html: str) -> None:
    page = visit(html, color_scheme="dark")
    page.wait_for_selector(".drawn")
    label = "getComputedStyle(document.querySelector('#chart-provinces svg .role-axis-label text')).fill"
    dark = page.evaluate(label)
    page.keyboard.press("d")
    light = page.evaluate(label)
    dark_ink, light_ink = (sum(map(int, re.findall(r"\d+", colour))) for colour in (dark, light))
    assert dark_ink > 500 and light_ink < 200
    page.keyboard.press("d")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(label) == light, "paper is white"
    assert not page.locator("nav").is_visible() and not page.locator("#articles").is_visible()


def test_an_example_opens_marked_and_leads_back(visit: Visit, html: str) -> None:
    page = visit(html)
    example = page.locator("#officials tr", has_text="Vàng A Tạm").locator(".example").first
    example.click()
    assert opened(page) == "a1"
    lit = page.locator(".m.lit")
    assert lit.all_inner_texts() == ["Vàng A Tạm"]
    lit.wait_for(state="visible")
    assert page.evaluate(
        "(r => r.top > 0 && r.bottom < innerHeight)(document.querySelector('.lit').getBoundingClientRect())"
    )
    assert page.evaluate("location.hash").startswith("#a1-m")
    page.locator("#a1 .back").click()
    assert page.evaluate("document.activeElement.matches('#officials .example')")
    page.locator("#documents .example").first.press("Enter")
    assert page.locator(".m.lit").all_inner_texts() == ["Nghị quyết số 12-NQ/TU"]
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('#documents .example')")


def test_an_example_can_be_linked_to(visit: Visit, html: str) -> None:
    page = visit(html, "#a3-m2")
    assert opened(page) == "a3" and page.locator("#a3 .m.lit").count() == 1
    title = page.locator("#a3 .m.title").first.get_attribute("title")
    assert title is not None and "organization_resolved" not in title and title.startswith("title · branch: party")


def test_examples_link_without_a_script(visit: Visit, html: str) -> None:
    page = visit(html, java_script_enabled=False)
    page.locator("#officials .example").first.click()
    assert re.search(r"#a\d+-m\d+$", page.url) and page.locator("#a1 .text").is_visible()


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [("huyen uy", ["Lò Thị Mẫu"]), ("Vàng A", ["Vàng A Tạm"]), ("Vang Ạ", []), ("not_utf8", [])],
)
def test_the_filter_keeps_what_matches(visit: Visit, html: str, wanted: str, rows: list[str]) -> None:
    page = visit(html)
    page.wait_for_selector(".drawn")
    page.keyboard.press("/")
    page.keyboard.type(wanted)
    assert page.locator("#officials tbody tr:visible th").all_inner_texts() == rows
    assert page.locator("#officials").is_visible() == bool(rows)
    assert page.locator("#rejects").is_visible() == (wanted == "not_utf8")
    assert page.locator(".chart:visible").count() == 0
    page.keyboard.press("Escape")
    assert page.locator("#officials tbody tr:visible").count() == 2 and page.locator(".chart:visible").count() == 6


def test_on_a_phone(visit: Visit, html: str) -> None:
    page = visit(html, width=360, height=740, has_touch=True, is_mobile=True)
    page.wait_for_selector(".drawn")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, "nothing runs out of the window"
    page.locator("#officials .example").first.tap()
    assert page.locator(".m.lit").first.is_visible()


def test_hostile_data_is_shown_as_text(visit: Visit, tmp_path: Path) -> None:
    bad = "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>\u202e\u2028\"'{{1}}"
    text = f"Bà Lò Mẫu {bad} có 5 hộ."
    tagged = Tagged(
        Segmented(
            article(text, bad, title=bad, publisher=bad, url="javascript:alert(1)", authors=(bad,)),
            (Sentence(0, len(text), "body", ()),),
        ),
        persons=(Person(start=3, end=9, name=bad, cluster=0, rule=bad),),
        titles=(Title(start=0, end=2, role=bad, organization=bad, organization_resolved=bad, holder=0, rule=bad),),
        figures=(Figure(start=len(text) - 5, end=len(text) - 4, quantity="count", value=Decimal(5), unit=bad),),
        province=bad,
    )
    stages = SimpleNamespace(segment=segment, tag=lambda _: tagged, validate=validate)
    odd = Reject(source=bad, stage="read", error=bad, message=bad, table=bad)
    out = dataset(tmp_path / "out", [tagged.segmented.article, odd], stages)
    page = visit(write_report(out).read_text("utf-8"))
    page.wait_for_selector(".drawn")
    assert page.title().startswith("Report: ") and page.locator("script").count() == 3
    assert page.locator("img").count() == 0
    assert "\u202e" not in page.locator("main").inner_text().replace(page.locator(".plot").first.inner_text(), "")
    assert page.locator("#officials th[scope=row]").inner_text().startswith("</script><script>document.title")
    for chart in ("publishers", "provinces", "units"):
        page.locator(f"#chart-{chart} svg .mark-rect.role-mark path").first.hover()
        page.locator("#vg-tooltip-element.visible").wait_for()
        assert "<img src=x" in page.locator("#vg-tooltip-element").inner_text()
        assert page.locator("img").count() == 0
    page.locator("#officials .example").first.click()
    assert page.locator(".m.lit").all_inner_texts() == ["Lò Mẫu"]
    assert page.locator("a[href^='javascript']").count() == 0


def test_help_of_run_tells_of_the_report() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "extract", "run", "--help"], capture_output=True, text=True, check=True
    )
    assert "--no-report" in done.stdout


def test_the_page_shows_what_was_cut(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "LONGEST", 40)
    made = page.as_html(gather.gather(out, out, 3))
    assert made.count("… cut here") == 3
