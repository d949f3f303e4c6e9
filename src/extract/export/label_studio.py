"""Label Studio: a JSON list of tasks, each with what was extracted as a prediction or as an annotation.

The labelling interface that belongs to it (``labelling_config``) has the four labels, ``holder`` as a relation and
a control for each attribute, shown for the spans that have it. Label Studio counts code points.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args
from xml.sax.saxutils import quoteattr

from extract import __version__
from extract.evaluate import GoldArticle
from extract.evaluate.formats.label_studio import NONE
from extract.evaluate.gold import ATTRIBUTES
from extract.export.stream import Row, annotated, dumps, plain, read_articles
from extract.records import DocumentKind, Modifier, Quantity, Status
from extract.write import Tables

# Attributes that are chosen from a list; the others are typed.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "status": get_args(Status),
    "kind": get_args(DocumentKind),
    "quantity": get_args(Quantity),
    "modifier": (*get_args(Modifier), NONE),
}
_COLOURS = {"person": "#2b6cb0", "title": "#b7791f", "document": "#2f855a", "figure": "#9b2c8a"}


def write(tables: Tables, out: Path, *, predictions: bool) -> str:
    """Writes one file, a line for each task within the list."""
    versions = tables.manifest.get("versions", {})
    version = f"extract-vn {versions.get('extract-vn', __version__)} rules {versions.get('rules', '')[:12]}".strip()
    tasks = spans = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        file.write("[")
        for rows in read_articles(tables):
            data = {
                name: plain(rows.article[name]) for name in ("article_id", "title", "url", "publisher", "published_at")
            }
            task = as_task(annotated(rows), version if predictions else None)
            task["data"] |= {name: value for name, value in data.items() if value is not None}
            file.write((",\n" if tasks else "\n") + dumps(task))
            tasks += 1
            spans += (
                len(rows.of["persons"]) + len(rows.of["titles"]) + len(rows.of["documents"]) + len(rows.of["figures"])
            )
        file.write("\n]\n")
    return f"{tasks:,} tasks with {spans:,} spans as {'predictions' if predictions else 'annotations'}"


def as_task(article: GoldArticle, model_version: str | None = None) -> Row:
    """One article as Label Studio imports it: annotated, or where a model's version is given, predicted."""
    result: list[Row] = []
    for mention in article.mentions:
        span = {"id": mention["id"], "to_name": "text"}
        value = {"start": mention["start"], "end": mention["end"]}
        label = span | {
            "from_name": "label",
            "type": "labels",
            "value": value | {"text": mention["text"], "labels": [mention["label"]]},
        }
        if model_version is not None and "confidence" in mention:
            label["score"] = round(mention["confidence"], 4)
        result.append(label)
        for name in ATTRIBUTES[mention["label"]]:
            if name in mention and (given := _given(name, mention[name])):
                kind, key = ("choices", "choices") if name in CHOICES else ("textarea", "text")
                result.append(span | {"from_name": name, "type": kind, "value": value | {key: given}})
    result += [
        {"type": "relation", "from_id": m["id"], "to_id": m["holder"], "direction": "right", "labels": ["holder"]}
        for m in article.mentions
        if m.get("holder")
    ]
    made: Row = {"result": result}
    if model_version is None:
        return {"data": {"text": article.text, "source": article.id}, "annotations": [made]}
    made["model_version"] = model_version
    if scores := [m["confidence"] for m in article.mentions if "confidence" in m]:
        made["score"] = round(min(scores), 4)  # articles that the model is least sure of can be sorted to the top
    return {"data": {"text": article.text, "source": article.id}, "predictions": [made]}


def _given(name: str, value: Any) -> list[str]:
    """What stands in the control: nothing where there is no value, unless the control can say so."""
    if value is None:
        return [NONE] if NONE in CHOICES.get(name, ()) else []
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def labelling_config() -> str:
    """The labelling interface (Settings → Labeling Interface → Code) for these tasks."""
    lines = ["<View>", '  <Labels name="label" toName="text">']
    lines += [f"    <Label value={quoteattr(label)} background={quoteattr(_COLOURS[label])}/>" for label in ATTRIBUTES]
    lines += ["  </Labels>", "  <Relations>", '    <Relation value="holder"/>', "  </Relations>"]
    lines += ['  <Text name="text" value="$text"/>']
    for label, names in ATTRIBUTES.items():
        lines.append(f'  <View visibleWhen="region-selected" whenTagName="label" whenLabelValue={quoteattr(label)}>')
        for name in names:
            lines.append(f'    <Header value={quoteattr(name)} size="6"/>')
            if name in CHOICES:
                choices = "".join(f"<Choice value={quoteattr(choice)}/>" for choice in CHOICES[name])
                lines.append(
                    f'    <Choices name="{name}" toName="text" perRegion="true" choice="single" showInline="true">'
                    f"{choices}</Choices>"
                )
            else:
                most = "" if name == "ranks" else ' maxSubmissions="1"'
                lines.append(f'    <TextArea name="{name}" toName="text" perRegion="true" editable="true"{most}/>')
        lines.append("  </View>")
    return "\n".join([*lines, "</View>", ""])
