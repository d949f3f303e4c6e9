"""Speed is compared, not clocked: against a tool that only splits words, on the same articles, in the same seconds.

CPU seconds of several rounds, the least of each, so that what else runs on the machine hardly counts. The limits lie
well below what ``make bench`` measures (docs/performance.md); what falls below them has become slower, not unlucky.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from underthesea import word_tokenize

from extract.pipeline import Pipeline
from extract.read import read_inputs
from extract.records import Article

ROUNDS = 3
# How many times the speed of underthesea's word_tokenize, on data/raw, where every sentence is full of offices,
# codes and figures.
LEAST = {"segment": 7.0, "whole": 1.1}


@pytest.fixture(scope="module")
def ratios(pipeline: Pipeline, raw) -> dict[str, float]:
    articles = [item for item in read_inputs([raw]) if isinstance(item, Article)]
    assert len(articles) >= 15
    contestants: dict[str, Callable[[Article], object]] = {
        "word_tokenize": lambda article: word_tokenize(article.text),
        "segment": pipeline.segment,
        "whole": pipeline.run_article,
    }
    least = dict.fromkeys(contestants, float("inf"))
    for turn in range(ROUNDS + 1):
        for name, run in contestants.items():
            start = time.process_time()
            for article in articles:
                run(article)
            if turn:  # the first warms up
                least[name] = min(least[name], time.process_time() - start)
    return {name: least["word_tokenize"] / seconds for name, seconds in least.items()}


@pytest.mark.parametrize("name", LEAST)
def test_no_slower_than_it_was(ratios: dict[str, float], name: str) -> None:
    assert ratios[name] >= LEAST[name], f"{name} is {ratios[name]:.2f} times as fast as word_tokenize"
