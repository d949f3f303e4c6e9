"""Statistical person taggers compared: the same silver labels to learn from, the same articles to tag, one core.

    python benchmarks/ner_comparison.py --corpus FOLDER --gold FILE [--gold FILE ...] [--json OUT.json]
    python benchmarks/ner_comparison.py --judged FILE

In: unannotated articles (anything `extract run` reads) and annotated ones (JSON Lines, as for `extract eval`). Out: a
table on stdout, everything measured as JSON. Articles of the corpus that share text with the annotated ones are left
out; the annotated ones are only ever scored. Needs what `make dev` installs; no GPU, no network.

With `--proposals FILE`, what each tagger adds to the rules in other articles is written down, one JSON object a line
with `"person": null`; a reader puts true or false there, and `--judged FILE` counts.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))  # before numpy

import argparse
import heapq
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

from extract.evaluate import from_records, read_gold, score
from extract.evaluate.gold import GoldArticle
from extract.pipeline import Pipeline
from extract.read import article_from_text, read_inputs
from extract.records import Article, Segmented
from extract.rules import Rules, load_rules
from extract.segment import build_segmenter
from extract.tag import people
from extract.tag.ner import train
from extract.tag.ner.features import Features, build_features
from extract.tag.ner.model import MODEL_FILE, PersonModel, model_hash, model_lexicons
from extract.tag.reading import Reading, read
from extract.tag.tokens import Tokens, tokenize

HELD_OUT = 20  # every so many articles one is kept from training, to see how well the silver labels were learnt
RUN = 8  # words; an article is dropped if a tenth of its runs of so many words stand in the annotated ones
THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
SPACY_SIZES = {"spacy 64x2": (64, 2, 2000), "spacy 96x4": (96, 4, 5000)}  # width, depth, rows of each hash table
CRFS = ("crf", "crf bare", "crf two rounds", "crf ap")  # bare: no word list, as spaCy has none; ap: averaged perceptron
AP_ITERATIONS = 20
RESAMPLES = 2000
LOADERS = {
    "crf": "from extract.tag.ner.model import PersonModel as M\nM(rules, Path(sys.argv[1]))",
    "spacy": "import spacy\nspacy.load(sys.argv[1])",
}

Span = tuple[int, int]
Counts = list[tuple[int, int, int]]  # right, predicted, annotated; one entry an article


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence of the silver data: tokens ``[start, end)`` of an article with their labels B, I, O."""

    tokens: Tokens
    start: int
    end: int
    labels: list[str]


@dataclass(frozen=True, slots=True)
class Test:
    """One annotated article, ready for a tagger. ``bylines`` are sentences of the view that no tagger is asked of."""

    gold: GoldArticle
    reading: Reading
    tokens: Tokens
    bounds: list[Span]
    bylines: list[Span]

    @property
    def persons(self) -> set[Span]:
        return {(m["start"], m["end"]) for m in self.gold.mentions if m["label"] == "person"}


class SpacyTagger:
    """A trained spaCy pipeline with the face of ``PersonModel``. It gives no probability: each span counts 1."""

    def __init__(self, folder: Path) -> None:
        import spacy

        self._nlp = spacy.load(folder)

    def spans(self, t: Tokens, start: int, end: int) -> list[tuple[int, int, float]]:
        return self.article(t, [(start, end)])

    def article(self, t: Tokens, bounds: Iterable[Span]) -> list[tuple[int, int, float]]:
        """All sentences of one article as one batch."""
        pairs = [(document(self._nlp, t, start, end), start) for start, end in bounds]
        return [
            (start + e.start, start + e.end, 1.0)
            for doc, start in self._nlp.pipe(pairs, as_tuples=True)
            for e in doc.ents
        ]


class CrfTagger(PersonModel):
    """The project's tagger; ``features`` are those that it was trained with (default: all)."""

    def __init__(self, rules: Rules, file: Path, features: Features | None = None) -> None:
        super().__init__(rules, file)
        if features is not None:
            self._features = features

    def article(self, t: Tokens, bounds: Iterable[Span]) -> list[tuple[int, int, float]]:
        return [span for start, end in bounds for span in self.spans(t, start, end)]


Tagger = SpacyTagger | CrfTagger


# -- data -------------------------------------------------------------------------------------------------------


def runs(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def corpus_articles(
    paths: Sequence[str], gold: Sequence[GoldArticle], count: int
) -> tuple[list[Article], list[Article]]:
    """``count`` articles of the corpus, the same whatever the order of its files, and as many others for reading."""
    seen = {run for g in gold for run in runs(g.text)}

    def unseen() -> Iterator[Article]:
        for article in read_inputs(paths):
            if isinstance(article, Article):
                own = runs(article.text)
                if 10 * len(own & seen) <= len(own):
                    yield article

    chosen = heapq.nsmallest(2 * count, unseen(), key=lambda a: a.text_hash)
    return chosen[:count], chosen[count:]


class Silver:
    """The labels of ``extract.tag.ner.train`` for some articles; one article in ``HELD_OUT`` is kept from training."""

    def __init__(self, articles: Iterable[Segmented], rules: Rules) -> None:
        finder = people.PeopleFinder(rules, ner=False)
        labelled, self._total, self._strong = train.label(articles, finder, rules.forms("compound"))
        self._articles = [a for n, a in enumerate(labelled) if n % HELD_OUT]
        self.examples = self._first_round(self._articles)
        self.held_out = self._first_round(labelled[::HELD_OUT])

    def _first_round(self, articles: list[Any]) -> list[Example]:
        random.seed(train.SEED)
        # `sequences` hands out features; spaCy needs the tokens behind them, so the features are those.
        tokens: Any = lambda t, start, end: (t, start, end)  # noqa: E731
        made: Iterable[Any] = train.sequences(articles, self._total, self._strong, tokens)
        return [Example(t, start, end, labels) for (t, start, end), labels in made]

    def second_round(self, features: Features, model: Path) -> Iterator[tuple[list[list[str]], list[str]]]:
        """Features and labels, where ``model`` decides what the rules left open."""
        import pycrfsuite

        random.seed(train.SEED)
        tagger = pycrfsuite.Tagger()
        tagger.open(str(model))
        return train.sequences(self._articles, self._total, self._strong, features, tagger)


def read_tests(gold: Sequence[GoldArticle], rules: Rules) -> list[Test]:
    segment = build_segmenter(rules)
    tests = []
    for g in gold:
        segmented = segment(article_from_text(g.text, g.id))
        reading = read(segmented)
        t = tokenize(reading, segmented, rules.forms("compound"))
        kinds = zip(reading.starts, reading.ends, reading.kinds)
        bylines = [(start, end) for start, end, kind in kinds if kind == "byline"]
        tests.append(Test(g, reading, t, train.sentence_bounds(t), bylines))
    return tests


def spans_of(labels: Sequence[str]) -> list[Span]:
    starts = [k for k, label in enumerate(labels) if label == "B"]
    return [(s, next((k for k in range(s + 1, len(labels)) if labels[k] != "I"), len(labels))) for s in starts]


# -- training ---------------------------------------------------------------------------------------------------


def train_perceptron(examples: Sequence[Example], features: Features, out: Path) -> None:
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="ap", verbose=False)
    trainer.set_params({"max_iterations": AP_ITERATIONS, "feature.minfreq": 4})
    for x in examples:
        trainer.append(features(x.tokens, x.start, x.end), x.labels)
    trainer.train(str(out))


def document(nlp: Any, t: Tokens, start: int, end: int) -> Any:
    from spacy.tokens import Doc

    return Doc(nlp.vocab, words=t.words[start:end])


def train_spacy(
    examples: Sequence[Example],
    held_out: Sequence[Example],
    size: tuple[int, int, int],
    epochs: int,
    seed: int,
    out: Path,
) -> list[float]:
    """Writes the model after the last epoch; gives the F1 on the held-out silver labels after each."""
    import spacy
    from spacy.tokens import Span as Entity
    from spacy.training import Example as SpacyExample
    from spacy.util import compounding, fix_random_seed, minibatch

    fix_random_seed(seed)
    width, depth, rows = size
    nlp = spacy.blank("xx")
    tok2vec = {
        "@architectures": "spacy.HashEmbedCNN.v2", "pretrained_vectors": None, "width": width, "depth": depth,
        "embed_size": rows, "window_size": 1, "maxout_pieces": 3, "subword_features": True,
    }  # fmt: skip
    model = {
        "@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "extra_state_tokens": False,
        "hidden_width": 64, "maxout_pieces": 2, "use_upper": True, "nO": None, "tok2vec": tok2vec,
    }  # fmt: skip
    nlp.add_pipe("ner", config={"model": model})
    pairs = []
    for x in examples:
        reference = document(nlp, x.tokens, x.start, x.end)
        reference.ents = [Entity(reference, s, e, label="PERSON") for s, e in spans_of(x.labels)]
        pairs.append(SpacyExample(document(nlp, x.tokens, x.start, x.end), reference))
    optimizer = nlp.initialize(lambda: pairs[:1000])
    shuffled, sizes, history = random.Random(seed), compounding(16.0, 128.0, 1.002), []
    for epoch in range(epochs):
        shuffled.shuffle(pairs)
        losses: dict[str, float] = {}
        for batch in minibatch(pairs, size=sizes):
            nlp.update(batch, sgd=optimizer, drop=0.1, losses=losses)
        with nlp.use_params(optimizer.averages):
            nlp.to_disk(out)
        history.append(silver_f1(SpacyTagger(out), held_out))
        print(f"  epoch {epoch + 1}: loss {losses['ner']:.0f}, held-out silver F1 {history[-1]:.4f}", file=sys.stderr)
    return history


# -- measures ---------------------------------------------------------------------------------------------------


def f1(counts: Iterable[tuple[int, int, int]]) -> dict[str, float]:
    right, predicted, annotated = (sum(column) for column in zip(*counts))
    return {
        "p": round(right / predicted, 4) if predicted else 0.0,
        "r": round(right / annotated, 4) if annotated else 0.0,
        "f1": round(2 * right / (predicted + annotated), 4) if right else 0.0,
        "right": right, "pred": predicted, "gold": annotated,
    }  # fmt: skip


def silver_f1(tagger: Tagger, examples: Sequence[Example]) -> float:
    counts = []
    for x in examples:
        want = {(x.start + s, x.start + e) for s, e in spans_of(x.labels)}
        got = {(s, e) for s, e, _ in tagger.article(x.tokens, [(x.start, x.end)])}
        counts.append((len(want & got), len(got), len(want)))
    return f1(counts)["f1"]


def alone(tagger: Tagger, tests: Sequence[Test]) -> Counts:
    """Strict spans of the tagger with no rule behind it; bylines are left out, as the pipeline does."""
    counts = []
    for test in tests:
        t, got = test.tokens, set()
        for first, end, _ in tagger.article(t, test.bounds):
            start, stop = t.starts[first], t.ends[end - 1]
            if not any(a <= start < b for a, b in test.bylines):
                got.add(test.reading.view.span(start, stop))
        counts.append((len(got & test.persons), len(got), len(test.persons)))
    return counts


def together(pipeline: Pipeline, gold: Sequence[GoldArticle]) -> dict[str, float]:
    """What ``extract eval`` gives for persons."""
    predicted = {g.id: from_records(pipeline.run_article(article_from_text(g.text, g.id))) for g in gold}
    measure = score(gold, predicted).f1["person"]
    return f1([(measure.tp, measure.pred, measure.gold)])


def with_tagger(tagger: Tagger) -> Pipeline:
    """The pipeline with another tagger in the place of its own."""
    with patch.object(people, "PersonModel", lambda _: tagger):
        return Pipeline()


def gain(base: Counts, other: Counts) -> dict[str, float]:
    """F1 of ``base`` less that of ``other``, with the 95 % interval over resampled articles."""
    rng, differences = random.Random(train.SEED), []
    for _ in range(RESAMPLES):
        drawn = rng.choices(range(len(base)), k=len(base))
        differences.append(f1(base[i] for i in drawn)["f1"] - f1(other[i] for i in drawn)["f1"])
    differences.sort()
    low, high = differences[RESAMPLES // 40], differences[-RESAMPLES // 40 - 1]
    return {"f1": round(f1(base)["f1"] - f1(other)["f1"], 4), "low": round(low, 4), "high": round(high, 4)}


def cpu_seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """The best of ``repeats``; processor time, so that other programs on the machine weigh less."""
    taken = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return min(taken)


def load_seconds(loader: str, file: Path) -> float:
    """Seconds of the clock to import the library and load the model in a new process; the best of three."""
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom extract.rules import load_rules\nrules = load_rules()\n"
        f"begin = time.perf_counter()\n{LOADERS[loader]}\nprint(time.perf_counter() - begin)"
    )
    command = [sys.executable, "-c", code, str(file)]
    return min(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(3))


def size_of(path: Path) -> int:
    return sum(f.stat().st_size for f in path.rglob("*") if f.is_file()) if path.is_dir() else path.stat().st_size


def proposals(pipelines: dict[str, Pipeline], articles: Sequence[Article]) -> list[dict[str, Any]]:
    """What each tagger adds to the rules in ``articles``, with a probability of ``THRESHOLDS[0]`` or more."""
    added: dict[tuple[int, int, int], dict[str, Any]] = {}
    with patch.object(people, "NER_THRESHOLD", THRESHOLDS[0]):
        for name, pipeline in pipelines.items():
            for n, article in enumerate(articles):
                for p in pipeline.run_article(article).persons:
                    if p.method == "ner":
                        before, after = article.text[max(0, p.start - 60) : p.start], article.text[p.end :][:60]
                        line = {"source": article.source, "start": p.start, "end": p.end, "person": None, "by": {}}
                        line["context"] = f"{before}⟦{p.text}⟧{after}"
                        added.setdefault((n, p.start, p.end), line)["by"][name] = round(p.confidence, 3)
    return [added[place] for place in sorted(added)]


def judged(file: Path) -> str:
    """Precision of what each tagger added, and its share of all that any of them rightly added, as Markdown.

    A threshold that changes nothing has no row. The interval is of the difference to the first tagger's first row.
    """
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
    articles: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        if isinstance(line["person"], bool):
            articles.setdefault(line["source"], []).append(line)
    right = sum(x["person"] for some in articles.values() for x in some)
    made = [f"{sum(map(len, articles.values()))} proposals in {len(articles)} articles, {right} of them persons", ""]
    made += ["| tagger | threshold | P | R | F1 | first row less this, 95 % |", "| --- |" + " ---: |" * 5]
    base: Counts = []
    for name in dict.fromkeys(name for line in lines for name in line["by"]):
        before: Counts = []
        for least in THRESHOLDS:
            counts = []
            for some in articles.values():
                own = [x["person"] for x in some if x["by"].get(name, 0.0) >= least]
                counts.append((sum(own), len(own), sum(x["person"] for x in some)))
            if counts == before:
                continue
            before, base = counts, base or counts
            scores, less = f1(counts), gain(base, counts)
            made.append(
                f"| {name} | {least} | {scores['p']:.3f} | {scores['r']:.3f} | {scores['f1']:.3f} | "
                f"{less['low']:+.3f} … {less['high']:+.3f} |"
            )
    return "\n".join(made)


# -- the comparison ---------------------------------------------------------------------------------------------


def compare(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    rules = load_rules()
    features, bare = build_features(model_lexicons(rules)), build_features({})
    gold = {path.stem: read_gold(path) for path in options.gold}
    every = [g for articles in gold.values() for g in articles]
    sets = gold | {"all": every}
    chosen, others = corpus_articles(options.corpus, every, options.articles)
    labels = Silver(map(build_segmenter(rules), chosen), rules)
    examples, held_out = labels.examples, labels.held_out
    result: dict[str, Any] = {
        "versions": {name: version(name) for name in ("python-crfsuite", "spacy", "extract-vn")}
        | {"python": sys.version.split()[0], "rules": rules.hash, "shipped model": model_hash()},
        "threshold": people.NER_THRESHOLD,
        "data": {
            "articles": len(chosen),
            "characters": sum(len(a.text) for a in chosen),
            "sentences": len(examples),
            "tokens": sum(len(x.labels) for x in examples),
            "persons": sum(x.labels.count("B") for x in examples),
            "held-out sentences": len(held_out),
            "gold": {
                name: {
                    "articles": len(articles),
                    "characters": sum(len(a.text) for a in articles),
                    "persons": sum(m["label"] == "person" for a in articles for m in a.mentions),
                }
                for name, articles in gold.items()
            },
        },
    }
    print(json.dumps(result, ensure_ascii=False), file=sys.stderr)

    files = {name: folder / name.replace(" ", "_") for name in (*CRFS, *SPACY_SIZES)}
    files["shipped"] = MODEL_FILE  # another corpus behind it: in the table for its own sake, not for the choice

    def crf(name: str) -> None:
        train.train(((features(x.tokens, x.start, x.end), x.labels) for x in examples), files[name])

    def crf_bare(name: str) -> None:
        train.train(((bare(x.tokens, x.start, x.end), x.labels) for x in examples), files[name])

    def crf_again(name: str) -> None:
        train.train(labels.second_round(features, files["crf"]), files[name])

    def perceptron(name: str) -> None:
        train_perceptron(examples, features, files[name])

    def spacy_ner(name: str) -> list[float]:
        return train_spacy(examples, held_out, SPACY_SIZES[name], options.epochs, options.seed, files[name])

    trainers: dict[str, Callable[[str], list[float] | None]]
    trainers = dict(zip(CRFS, (crf, crf_bare, crf_again, perceptron))) | dict.fromkeys(SPACY_SIZES, spacy_ner)
    rows: dict[str, dict[str, Any]] = {}
    for name, run in trainers.items():
        if options.only and name not in {"crf", *options.only}:
            continue
        print(f"training {name}", file=sys.stderr)
        begin = time.process_time()
        history = run(name)
        rows[name] = {"train_cpu_seconds": round(time.process_time() - begin, 1)}
        if history:
            rows[name]["silver_f1_by_epoch"] = history
    rows["shipped"] = {}

    tests = {name: read_tests(articles, rules) for name, articles in gold.items()}
    joined = [test for some in tests.values() for test in some]
    characters = sum(len(test.gold.text) for test in joined)
    ready = [article_from_text(g.text, g.id) for g in every]

    def pipeline_speed(pipeline: Pipeline) -> int:
        return round(characters / cpu_seconds(lambda: [pipeline.run_article(a) for a in ready]))

    def tagger_speed(tagger: Tagger) -> int:
        return round(characters / cpu_seconds(lambda: [tagger.article(x.tokens, x.bounds) for x in joined]))

    counted: dict[str, Counts] = {}
    pipelines: dict[str, Pipeline] = {}
    for name, row in rows.items():
        print(f"measuring {name}", file=sys.stderr)
        spacy_made = name in SPACY_SIZES
        seen = bare if name == "crf bare" else features
        tagger: Tagger = SpacyTagger(files[name]) if spacy_made else CrfTagger(rules, files[name], seen)
        pipelines[name] = with_tagger(tagger)
        counted[name] = alone(tagger, joined)
        row["bytes"] = size_of(files[name])
        row["load_seconds"] = round(load_seconds("spacy" if spacy_made else "crf", files[name]), 3)
        row["silver_f1"] = silver_f1(tagger, held_out)
        row["alone"] = {n: f1(alone(tagger, some)) for n, some in tests.items()} | {"all": f1(counted[name])}
        row["characters_per_second"] = tagger_speed(tagger)
        row["with_rules"] = {n: together(pipelines[name], articles) for n, articles in sets.items()}
        row["pipeline_characters_per_second"] = pipeline_speed(pipelines[name])
        row["speed_ratio"] = round(row["characters_per_second"] / rows["crf"]["characters_per_second"], 3)
        row["crf_less_this"] = gain(counted["crf"], counted[name])
    result["taggers"] = rows

    bare = Pipeline(ner=False)
    result["rules only"] = {"with_rules": {n: together(bare, articles) for n, articles in sets.items()}}
    result["rules only"]["pipeline_characters_per_second"] = pipeline_speed(bare)
    result["thresholds"] = {"shipped": {}, "crf": {}}
    for name, by_threshold in result["thresholds"].items():
        for threshold in THRESHOLDS:
            with patch.object(people, "NER_THRESHOLD", threshold):
                by_threshold[str(threshold)] = {n: together(pipelines[name], some) for n, some in sets.items()}
    with patch.object(people, "NER_REACH", 10_000):
        result["whole sentences"] = {n: together(pipelines["shipped"], some) for n, some in sets.items()}
    found = [p.method for a in others for p in pipelines["shipped"].run_article(a).persons]
    result["other articles"] = {"articles": len(others), "rule": found.count("rule"), "ner": found.count("ner")}
    if options.proposals:
        lines = proposals(pipelines, others[: options.read])
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        options.proposals.write_text(text, encoding="utf-8")
    return result


def table(result: dict[str, Any]) -> str:
    """The result as Markdown."""
    names = [*result["data"]["gold"], "all"]

    def cells(scores: dict[str, dict[str, float]]) -> str:
        return " | ".join(f"{scores[n]['p']:.3f} / {scores[n]['r']:.3f} / {scores[n]['f1']:.3f}" for n in names)

    head = " | ".join(f"{n} P / R / F1" for n in names)
    lines = [f"| tagger alone | {head} | held-out silver F1 | characters/s | ratio | bytes | load s | training CPU s |"]
    lines.append("| --- |" + " ---: |" * (len(names) + 6))
    for name, row in result["taggers"].items():
        lines.append(
            f"| {name} | {cells(row['alone'])} | {row['silver_f1']:.3f} | {row['characters_per_second']:,} | "
            f"{row['speed_ratio']:.2f} | {row['bytes']:,} | {row['load_seconds']:.2f} | "
            f"{row.get('train_cpu_seconds', '')} |"
        )
    lines += ["", "| tagger | F1 of crf less this | 95 % |", "| --- | ---: | ---: |"]
    for name, row in result["taggers"].items():
        less = row["crf_less_this"]
        lines.append(f"| {name} | {less['f1']:+.3f} | {less['low']:+.3f} … {less['high']:+.3f} |")
    lines += ["", f"In the pipeline, threshold {result['threshold']} unless said:", ""]
    lines += [f"| rules and … | {head} | characters/s |", "| --- |" + " ---: |" * (len(names) + 1)]
    for name, row in ({"rules only": result["rules only"]} | result["taggers"]).items():
        lines.append(f"| {name} | {cells(row['with_rules'])} | {row['pipeline_characters_per_second']:,} |")
    lines += ["", f"| threshold | {head} |", "| --- |" + " ---: |" * len(names)]
    for name, some in result["thresholds"].items():
        lines += [f"| {name}, {least} | {cells(scores)} |" for least, scores in some.items()]
    lines.append(f"| shipped, whole sentences | {cells(result['whole sentences'])} |")
    lines += ["", f"persons in other articles, shipped model: {result['other articles']}"]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", nargs="+", help="files or folders of unannotated articles")
    parser.add_argument("--gold", action="append", type=Path, help="annotated articles; repeatable")
    parser.add_argument("--articles", type=int, default=4000, help="articles of the corpus to learn from")
    parser.add_argument("--epochs", type=int, default=6, help="epochs of the spaCy models")
    parser.add_argument(
        "--seed", type=int, default=train.SEED, help="of the spaCy models; the CRFs have no chance in them"
    )
    parser.add_argument("--only", action="append", choices=sorted({*CRFS, *SPACY_SIZES}), help="train crf and this")
    parser.add_argument("--json", type=Path, default=Path("ner_comparison.json"), help="everything measured")
    parser.add_argument("--models", type=Path, help="keep the trained models in this folder")
    parser.add_argument("--proposals", type=Path, help="write what the taggers add in other articles, for reading")
    parser.add_argument("--read", type=int, default=150, help="how many other articles that is")
    parser.add_argument("--judged", type=Path, help="count such a file after reading, and nothing else")
    options = parser.parse_args(arguments)
    if options.judged:
        print(judged(options.judged))
        return
    if not (options.corpus and options.gold):
        parser.error("--corpus and --gold are needed")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.models or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        result = compare(options, folder)
    options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(table(result))


if __name__ == "__main__":
    main()
