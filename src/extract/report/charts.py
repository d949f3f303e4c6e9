"""Counts in, Vega-Lite charts out, as plain dicts. Colours are variables of the page's style, light or dark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from extract.report.gather import Gathered, Row

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"  # a name; nothing is fetched from it
_FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif'
_CONFIG = {
    "background": None,
    "font": _FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--ink)",
        "titleColor": "var(--soft)",
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 190,
    },
    "legend": {"labelColor": "var(--ink)", "labelFontSize": 12, "symbolType": "square"},
}
_LEVELS = ["central", "province", "district", "commune", "hamlet", "unknown"]
_SERIES = [f"var(--series-{n})" for n in range(1, 8)]
_ROW = 20  # height of a bar with its gap, pixels


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, what it shows in a sentence, and the same as a table for those who cannot see it."""

    id: str
    title: str
    spec: dict[str, Any]
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def charts(found: Gathered) -> dict[str, Chart]:
    """The charts that there is something to draw for, by their id."""
    unit, timeline = found.timeline
    made = (
        _timeline(unit, timeline),
        _bars("publishers", "Articles by newspaper or site", found.publishers[:15], "publisher", "var(--accent)"),
        _bars("provinces", "Articles by their main province", found.provinces[:34], "province", "var(--accent)"),
        _offices(found.offices),
        _years(found.years),
        _bars("quantities", "Figures by kind", found.quantities, "quantity", "var(--figure)"),
        _units(found.units),
        _money(found.money),
    )
    return {chart.id: chart for chart in made if len(chart.rows) > 0}


def _spec(rows: Sequence[Row], mark: dict[str, Any], encoding: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "$schema": _SCHEMA,
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": list(rows)},
        "mark": {"tooltip": True, **mark},
        "encoding": encoding,
        "config": _CONFIG,
        **more,
    }


def _count(values: Sequence[Row], stacked_by: str | None = None) -> dict[str, Any]:
    """An axis of counts: the last column of ``values``, added up over ``stacked_by``; whole numbers, short."""
    sums: Counter[Any] = Counter()
    for n, value in enumerate(values):
        sums[value[stacked_by] if stacked_by else n] += list(value.values())[-1]
    most = max(sums.values(), default=0)
    whole = {"values": list(range(most + 1))} if most <= 6 else {}
    return {"title": None, "axis": {"labelExpr": "format(datum.value, '~s')", **whole}}


def _bars(id: str, title: str, rows: Sequence[Row], field: str, colour: str) -> Chart:
    values = [{field: row[field], "count": row["n"]} for row in rows]
    encoding = {
        "y": {"field": field, "type": "nominal", "sort": None, "title": None},
        "x": {"field": "count", "type": "quantitative", **_count(values)},
    }
    spec = _spec(values, {"type": "bar", "color": colour, "cornerRadiusEnd": 2}, encoding, height=_ROW * len(values))
    return Chart(id, title, spec, (field, "count"), [tuple(value.values()) for value in values])


def _timeline(unit: str, rows: Sequence[Row]) -> Chart:
    values = [{"date": row["date"].isoformat(), "articles": row["n"]} for row in rows]
    title = f"Articles by {unit} of publication"
    time = {"day": "utcyearmonthdate", "month": "utcyearmonth", "year": "utcyear"}[unit]
    encoding = {
        "x": {"field": "date", "type": "temporal", "timeUnit": time, "title": None, "axis": {"grid": False}},
        "y": {"field": "articles", "type": "quantitative", **_count(values)},
    }
    spec = _spec(values, {"type": "bar", "color": "var(--accent)"}, encoding, height=170)
    return Chart("timeline", title, spec, (unit, "articles"), [tuple(value.values()) for value in values])


def _offices(rows: Sequence[Row]) -> Chart:
    values = [{"branch": row["branch"], "level": row["level"], "titles": row["n"]} for row in rows]
    order = list(dict.fromkeys(row["branch"] for row in rows))  # the commonest first
    most = max((row["n"] for row in rows), default=1)
    encoding = {
        "y": {"field": "branch", "type": "nominal", "sort": order, "title": None},
        "x": {"field": "level", "type": "nominal", "sort": _LEVELS, "title": None, "axis": {"labelAngle": 0}},
    }
    square = {
        "mark": {"type": "rect", "color": "var(--title)", "tooltip": True, "cornerRadius": 2},
        # A share of one colour holds in the light and in the dark; the root lets the rare be seen.
        "encoding": {"opacity": {"field": "titles", "type": "quantitative", "legend": None,
                                 "scale": {"type": "sqrt", "domain": [0, most], "range": [0.06, 0.6]}}},
    }  # fmt: skip
    number = {
        "mark": {"type": "text", "color": "var(--ink)", "fontSize": 12},
        "encoding": {"text": {"field": "titles", "type": "quantitative", "format": ","}},
    }
    spec = _spec(values, {}, encoding, layer=[square, number], height=26 * len(order))
    del spec["mark"]
    return Chart("offices", "Titles by branch and level", spec, ("branch", "level", "titles"), _table(values))


def _years(rows: Sequence[Row]) -> Chart:
    """Drawn for the last forty years; the table has all."""
    values = [{"year": row["year"], "type": row["type"], "mentions": row["n"]} for row in rows]
    last = max((value["year"] for value in values), default=0)
    recent = [value for value in values if value["year"] > last - 40]
    totals: Counter[str] = Counter()
    for value in recent:
        totals[value["type"]] += value["mentions"]
    types = sorted(totals, key=lambda name: (name == "other", -totals[name], name))
    years = range(min((value["year"] for value in recent), default=0), last + 1)
    every = max(1, len(years) // 12)
    encoding = {
        "x": {"field": "year", "type": "ordinal", "title": None, "scale": {"domain": list(years)},
              "axis": {"labelAngle": 0, "values": [year for year in years if (last - year) % every == 0]}},
        "y": {"field": "mentions", "type": "quantitative", **_count(recent, "year")},
        "color": {"field": "type", "type": "nominal", "title": None,
                  "scale": {"domain": types, "range": _SERIES[: len(types)]},
                  "legend": {"orient": "bottom", "columns": 4}},
        "order": {"field": "place", "type": "quantitative"},
        "tooltip": [{"field": "year"}, {"field": "type"}, {"field": "mentions", "format": ","}],
    }  # fmt: skip
    stacked = [{**value, "place": types.index(value["type"])} for value in recent]
    spec = _spec(stacked, {"type": "bar"}, encoding, height=210)
    return Chart("years", "Cited documents by year of issue", spec, ("year", "type", "mentions"), _table(values))


def _units(rows: Sequence[Row]) -> Chart:
    values = [
        {"unit": row["unit"] or "(none)", "kind": row["quantity"], "count": row["n"]}
        for row in sorted(rows, key=lambda row: (-row["n"], row["quantity"], row["unit"]))[:20]
    ]
    kinds = sorted({value["kind"] for value in values})
    encoding = {
        "y": {"field": "unit", "type": "nominal", "sort": None, "title": None},
        "x": {"field": "count", "type": "quantitative", **_count(values)},
        "color": {"field": "kind", "type": "nominal", "title": None, "legend": {"orient": "bottom"},
                  "scale": {"domain": kinds, "range": _SERIES[: len(kinds)]}},
    }  # fmt: skip
    spec = _spec(
        values, {"type": "bar", "cornerRadiusEnd": 2}, encoding, height=_ROW * len({value["unit"] for value in values})
    )
    return Chart("units", "The commonest units", spec, ("unit", "kind", "count"), _table(values))


def _money(rows: Sequence[Row]) -> Chart:
    values = [{"amount": _amount(row["power"]), "count": row["n"]} for row in rows]
    encoding = {
        "x": {
            "field": "amount",
            "type": "ordinal",
            "sort": None,
            "title": "dong, from … up",
            "axis": {"labelAngle": -35},
        },
        "y": {"field": "count", "type": "quantitative", **_count(values)},
    }  # fmt: skip
    spec = _spec(values, {"type": "bar", "color": "var(--figure)"}, encoding, height=170)
    return Chart("money", "Amounts of money by size", spec, ("from", "count"), _table(values))


def _amount(power: int) -> str:
    """The power of ten 10 as "10 bn"."""
    for name, of in (("tn", 12), ("bn", 9), ("m", 6), ("k", 3)):
        if power >= of:
            return f"{10 ** (power - of):,} {name}"
    return str(10**power)


def _table(values: Sequence[Row]) -> list[tuple[Any, ...]]:
    return [tuple(value.values()) for value in values]
