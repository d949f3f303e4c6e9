"""Characters per CPU second on one core: other tools, the floor, our stages and taggers, the whole way.

Every round takes articles that nobody has seen yet and gives them to each contestant in turn, so that what else
the machine does falls on all of them; ratios are taken within a round. CPU seconds are counted, not wall time.
"""

from __future__ import annotations

import functools
import gc
import importlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from articles import write_jsonl

from extract.engines import local
from extract.pipeline import Pipeline
from extract.read import find_records, read_inputs
from extract.records import Article, Segmented, Tagged
from extract.validate import validate
from extract.write import folder
from extract.write.shards import save

Texts = Sequence[str]
Seconds = dict[str, float]

# What the tag stage is made of: name -> module, and the function or method in it that is timed. ``build`` gives
# the tagger that is timed; "model" lies within "people", so it is no part of the sum.
TAGGERS = {
    "view": ("extract.tag", "read"),
    "documents": ("extract.tag.documents", "build"),
    "figures": ("extract.tag.figures", "build"),
    "tokens": ("extract.tag", "tokenize"),
    "people": ("extract.tag.people", "PeopleFinder.find"),
    "people: model": ("extract.tag.people", "PeopleFinder._propose"),
    "links": ("extract.tag.link", "Linker.link"),
}
NER_SHARE = 20  # underthesea's ner is slow: a twentieth of the articles will do


def peers() -> dict[str, Callable[[Texts], object]]:
    """The other tools. Raises SystemExit where the extra is not installed."""
    try:
        from pyvi import ViTokenizer
    except ImportError:
        raise SystemExit("pyvi is missing: pip install '.[bench]', or make bench") from None
    from underthesea import ner, word_tokenize

    return {
        "underthesea ner": lambda texts: [ner(text) for text in texts],
        "underthesea word_tokenize": lambda texts: [word_tokenize(text) for text in texts],
        "pyvi": lambda texts: [ViTokenizer.tokenize(text) for text in texts],
    }


class Ours:
    """Our stages, each timed by itself and all of them from file to files."""

    def __init__(self) -> None:
        self.clocks: Seconds = {}
        with ExitStack() as patches:
            for name, place in TAGGERS.items():
                patches.enter_context(_clocked(self.clocks, name, *place))
            self.clocked = Pipeline()
            self.patches = patches.pop_all()
        self.patches.close()
        self.pipeline = Pipeline()
        self.rules_only = Pipeline(ner=False)

    def times(self, texts: Texts) -> Seconds:
        """CPU seconds for ``texts`` of every stage, tagger and whole run."""
        times: Seconds = {}
        home = Path(tempfile.mkdtemp(prefix="bench-"))
        try:
            path = write_jsonl(home / "in.jsonl", texts)
            run = functools.partial(local.run, config_key="", overwrite=True)
            floor = lambda: run(find_records([path]), _Nothing, home / "out")  # noqa: E731
            _time(times, "floor: read and write", floor)
            read = _time(times, "read", lambda: [i for i in read_inputs([path]) if isinstance(i, Article)])
            segmented = _time(times, "segment", lambda: [self.pipeline.segment(a) for a in read])
            _time(times, "tag, rules only", lambda: [self.rules_only.tag(s) for s in segmented])
            tagged = _time(times, "tag", lambda: [self.pipeline.tag(s) for s in segmented])
            records = _time(times, "validate", lambda: [self.pipeline.validate(t) for t in tagged])
            folder.prepare(home / "out", overwrite=True, resume=False)
            _time(times, "write", lambda: save(home / "out", 0, str, records))
            times |= {f"tag: {name}": seconds for name, seconds in self._taggers(segmented).items()}
            _time(times, "whole, in memory", lambda: [self.pipeline(text) for text in texts])
            run_rules = lambda: run(find_records([path]), lambda: self.rules_only, home / "out")  # noqa: E731
            _time(times, "whole run, rules only", run_rules)
            _time(times, "whole run", lambda: run(find_records([path]), lambda: self.pipeline, home / "out"))
        finally:
            shutil.rmtree(home)
        return times

    def _taggers(self, segmented: Sequence[Segmented]) -> Seconds:
        self.clocks.update(dict.fromkeys(TAGGERS, 0.0))
        with ExitStack() as patches:
            for name, (module, function) in TAGGERS.items():
                if function != "build":
                    patches.enter_context(_clocked(self.clocks, name, module, function))
            for item in segmented:
                self.clocked.tag(item)
        return dict(self.clocks)


class _Nothing:
    """Stages that find nothing: what is left is reading, checking one row, and writing."""

    @staticmethod
    def segment(article: Article) -> Segmented:
        return Segmented(article, ())

    tag = staticmethod(Tagged)
    validate = staticmethod(validate)


def _time(times: Seconds, name: str, call: Callable[[], Any]) -> Any:
    gc.collect()  # what others left behind
    start = time.process_time()
    result = call()
    times[name] = time.process_time() - start
    return result


@contextmanager
def _clocked(clocks: Seconds, name: str, module: str, function: str) -> Iterator[None]:
    """While it lasts, calls of ``function`` add to the clock; of ``build``, calls of what it gives."""
    home: Any = importlib.import_module(module)
    *owners, attribute = function.split(".")
    for owner in owners:
        home = getattr(home, owner)
    original = getattr(home, attribute)

    def clocked(call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def timed(*arguments: Any, **named: Any) -> Any:
            start = time.process_time()
            try:
                return call(*arguments, **named)
            finally:
                clocks[name] = clocks.get(name, 0.0) + time.process_time() - start

        return timed

    made = (lambda *a, **n: clocked(original(*a, **n))) if attribute == "build" else clocked(original)
    with patch.object(home, attribute, made):
        yield


def measure(texts: Texts, rounds: int, per_round: int, say: Callable[[str], None]) -> dict[str, list[float]]:
    """Characters per CPU second of each contestant in each round."""
    others, ours = peers(), Ours()
    gc.collect()
    gc.freeze()  # as the engine does: what is built does not count again with every collection
    rates: dict[str, list[float]] = {}
    for number in range(-1, rounds):  # the first warms up models and caches, and does not count
        start = (number + 1) * per_round
        some = [texts[i % len(texts)] for i in range(start, start + per_round)]
        seconds: Seconds = {}
        characters = {}
        for name, run in others.items():
            given = some[: max(1, per_round // NER_SHARE)] if name.endswith(" ner") else some
            _time(seconds, name, functools.partial(run, given))
            characters[name] = sum(map(len, given))
        seconds |= ours.times(some)
        if number < 0:
            continue
        for name, spent in seconds.items():
            rates.setdefault(name, []).append(characters.get(name, sum(map(len, some))) / max(spent, 1e-9))
        say(f"round {number + 1} of {rounds}: whole run {rates['whole run'][-1] / 1e3:,.0f} thousand characters/s")
    return rates


def ratios(rates: dict[str, list[float]], name: str, base: str) -> tuple[float, float, float]:
    """Median, least and most of ``name`` by ``base``, round by round."""
    each = [ours / theirs for ours, theirs in zip(rates[name], rates[base])]
    return median(each), min(each), max(each)
