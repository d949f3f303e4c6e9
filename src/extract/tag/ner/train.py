"""Trains the person model from unannotated articles: labels projected by the rules, then by the model itself.

    python -m extract.tag.ner.train CORPUS... [--out FILE] [--limit N]

In a first round a run of capitals is a person where a rule says so, and anywhere where rules say so of the same
words often enough in the whole corpus; it is none where the same words are frequent and never one. Sentences with
a run that stays undecided are left out. In the second round the first model decides those it is sure of.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.records import Segmented
from extract.rules import load_rules
from extract.tag.ner.features import Features, build_features
from extract.tag.ner.model import MODEL_FILE, model_lexicons
from extract.tag.people import PeopleFinder, ends_sentence
from extract.tag.reading import read
from extract.tag.runs import Piece
from extract.tag.tokens import Tokens, tokenize

SEED = 13
STRONG = {
    "person.honorific",
    "person.rank",
    "person.noun",
    "person.after_office",
    "person.before_office",
    "person.age",
}
PERSON_SHARE, PERSON_COUNT, OTHER_COUNT = 0.2, 2, 3
GIVEN_COUNT = 2  # persons that end in a syllable before it counts as a given name
SURE = 0.95  # the probability from which the first model decides for the second round


@dataclass(frozen=True, slots=True)
class _Labelled:
    tokens: Tokens
    sentences: list[tuple[int, int]]
    persons: list[tuple[int, int]]
    offices: set[int]
    pieces: list[Piece]


def sentence_bounds(t: Tokens) -> list[tuple[int, int]]:
    """Token spans between full stops and line breaks: what one sequence of the CRF is."""
    bounds, start = [], 0
    for i in range(len(t)):
        if ends_sentence(t, i):
            if i > start:
                bounds.append((start, i))
            start = i + 1
    if start < len(t):
        bounds.append((start, len(t)))
    return bounds


def label(
    articles: Iterable[Segmented], people: PeopleFinder, compounds: frozenset[str]
) -> tuple[list[_Labelled], Counter[str], Counter[str]]:
    """Rules' persons in every article; how often each run of capitals occurs, and how often it is surely a person."""
    done: list[_Labelled] = []
    total: Counter[str] = Counter()
    strong: Counter[str] = Counter()
    for n, segmented in enumerate(articles):
        reading = read(segmented)
        t = tokenize(reading, segmented, compounds)
        names, offices, pieces = people.find(t, frozenset())
        for piece in pieces:
            total[_key(t, piece.start, piece.end)] += 1
        for c in names:
            if c.rule in STRONG:
                strong[_key(t, c.start, c.end)] += 1
        inside = {k for o in offices for k in range(o.start, o.end)}
        done.append(_Labelled(t, sentence_bounds(t), [(c.start, c.end) for c in names], inside, pieces))
        if n % 1000 == 999:
            print(f"{n + 1} articles labelled", file=sys.stderr)
    return done, total, strong


def _key(t: Tokens, start: int, end: int) -> str:
    return " ".join(t.words[start:end])


def sequences(
    labelled: list[_Labelled],
    total: Counter[str],
    strong: Counter[str],
    features: Features,
    model: Any = None,
) -> Iterator[tuple[list[list[str]], list[str]]]:
    """Feature rows and labels of every sentence in which each run of capitals is decided."""
    given = {key.split()[-1] for key, count in strong.items() if " " in key and count >= GIVEN_COUNT}
    for a in labelled:
        persons = dict(a.persons)
        starts_of_sentences = {s for s, _ in a.sentences}
        for start, end in a.sentences:
            pieces = [p for p in a.pieces if start <= p.start and p.end <= end]
            spans = [(s, e) for s, e in a.persons if start <= s and e <= end]
            undecided = []
            for p in pieces:
                if p.start in persons or p.start in a.offices:
                    continue
                key, size = _key(a.tokens, p.start, p.end), p.end - p.start
                count, sure = total[key], strong[key]
                if size > 1 and sure >= PERSON_COUNT and sure / count >= PERSON_SHARE:
                    spans.append((p.start, p.end))
                elif size > 1 and sure / count < 0.02 and key.split()[-1] in given:
                    undecided.append(p)  # "Quang Lê": a stage name as likely as not
                elif not (count >= OTHER_COUNT and sure / count < 0.02) and not (
                    size == 1 and p.start in starts_of_sentences
                ):
                    undecided.append(p)
            if undecided and model is not None:
                decided, undecided = _by_model(model, features(a.tokens, start, end), start, undecided)
                spans += decided
            if undecided or (not spans and random.random() > 0.35):
                continue
            labels = ["O"] * (end - start)
            for s, e in spans:
                labels[s - start : e - start] = ["B"] + ["I"] * (e - s - 1)
            yield features(a.tokens, start, end), labels


def _by_model(
    model: Any, rows: list[list[str]], start: int, pieces: list[Piece]
) -> tuple[list[tuple[int, int]], list[Piece]]:
    model.set(rows)
    model.tag()
    decided, undecided = [], []
    for p in pieces:
        inside = [max(model.marginal("B", k), model.marginal("I", k)) for k in range(p.start - start, p.end - start)]
        begins = model.marginal("B", p.start - start)
        if begins > SURE and min(inside) > SURE:
            decided.append((p.start, p.end))
        elif max(inside) > 1 - SURE:
            undecided.append(p)
    return decided, undecided


def train(data: Iterable[tuple[list[list[str]], list[str]]], out: Path, *, iterations: int = 60) -> int:
    """Writes a model to ``out``; gives the number of sequences it saw."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.3, "c2": 0.01, "max_iterations": iterations, "feature.minfreq": 4})
    count = 0
    for rows, labels in data:
        trainer.append(rows, labels)
        count += 1
    trainer.train(str(out))
    return count


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="+", help="files or folders of articles, as for `extract run`")
    parser.add_argument("--out", type=Path, default=MODEL_FILE)
    parser.add_argument("--limit", type=int, default=0, help="read so many articles at most")
    options = parser.parse_args(arguments)

    import pycrfsuite

    from extract.read import read_inputs
    from extract.records import Article
    from extract.segment import build_segmenter

    random.seed(SEED)
    rules = load_rules()
    segment = build_segmenter(rules)

    def articles() -> Iterator[Segmented]:
        for n, article in enumerate(read_inputs(options.corpus)):
            if options.limit and n >= options.limit:
                return
            if isinstance(article, Article):
                yield segment(article)

    labelled, total, strong = label(articles(), PeopleFinder(rules, ner=False), rules.forms("compound"))
    features = build_features(model_lexicons(rules))
    count = train(sequences(labelled, total, strong, features), options.out)
    print(f"first round: {count} sentences", file=sys.stderr)
    model = pycrfsuite.Tagger()
    model.open(str(options.out))
    count = train(sequences(labelled, total, strong, features, model), options.out.with_suffix(".new"))
    options.out.with_suffix(".new").replace(options.out)
    print(f"second round: {count} sentences, {options.out.stat().st_size} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
