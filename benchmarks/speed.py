"""Characters per second on one core, side by side in one run: underthesea's tools, and ours stage by stage.

    python benchmarks/speed.py ARTICLES... [--articles 200] [--rounds 3] [--json FILE]

ARTICLES as for ``extract run``. Each round times every contestant once on the same articles, in turn, so that what else
the machine does falls on all of them; the table shows the median and the range over the rounds. CPU seconds are
counted, not wall time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from extract.pipeline import Pipeline
from extract.read import read_inputs
from extract.records import Article


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="+")
    parser.add_argument("--articles", dest="count", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()

    from underthesea import ner, word_tokenize

    read = (item for item in read_inputs(options.articles) if isinstance(item, Article))
    articles = list(islice(read, options.count))
    characters = sum(len(a.text) for a in articles)
    few = articles[: max(1, len(articles) // 10)]  # underthesea's ner is slow: a tenth of the articles will do
    with_ner, rules_only = Pipeline(), Pipeline(ner=False)
    segmented = [rules_only.segment(a) for a in articles]
    tagged = [with_ner.tag(s) for s in segmented]

    contestants: dict[str, tuple[Callable[[], object], int]] = {
        "underthesea ner": (lambda: [ner(a.text) for a in few], sum(len(a.text) for a in few)),
        "underthesea word_tokenize": (lambda: [word_tokenize(a.text) for a in articles], characters),
        "segment": (lambda: [rules_only.segment(a) for a in articles], characters),
        "tag, rules only": (lambda: [rules_only.tag(s) for s in segmented], characters),
        "tag": (lambda: [with_ner.tag(s) for s in segmented], characters),
        "validate": (lambda: [with_ner.validate(t) for t in tagged], characters),
        "whole pipeline, rules only": (lambda: [rules_only.run_article(a) for a in articles], characters),
        "whole pipeline": (lambda: [with_ner.run_article(a) for a in articles], characters),
    }
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    for run, _ in contestants.values():
        run()  # models are loaded and caches warm before anything is timed
    for _ in range(options.rounds):
        for name, (run, size) in contestants.items():
            start = time.process_time()
            run()
            rates[name].append(size / (time.process_time() - start))

    base = statistics.median(rates["underthesea word_tokenize"])
    slowest = statistics.median(rates["underthesea ner"])
    print(
        f"{len(articles)} articles, {characters:,} characters, {options.rounds} rounds; "
        "thousand characters per CPU second"
    )
    print(f"{'':28} {'median':>8} {'least':>8} {'most':>8} {'x word_tokenize':>16} {'x ner':>8}")
    for name, found in rates.items():
        middle = statistics.median(found)
        row = f"{name:28} {middle / 1e3:8.0f} {min(found) / 1e3:8.0f} {max(found) / 1e3:8.0f}"
        print(f"{row} {middle / base:16.2f} {middle / slowest:8.1f}")
    if options.json:
        options.json.write_text(json.dumps({"characters": characters, "rates": rates}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
