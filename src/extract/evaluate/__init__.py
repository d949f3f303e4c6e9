"""Evaluation: annotated articles and what was extracted from them in, precision, recall and F1 out.

``formats`` reads the annotations (``gold`` says what is sound), ``predicted`` what was extracted (a dataset or
records in memory), ``score`` compares the two (``match`` says what is wrong with a mention, and why), ``compare``
sets one run beside another; ``report`` prints the outcome, ``page`` makes a page of it, ``checks`` tells CI.
Nothing here changes or hides a prediction.
"""

from extract.evaluate.compare import Change, Comparison, compare
from extract.evaluate.formats import read_gold
from extract.evaluate.gold import GoldArticle, GoldError
from extract.evaluate.match import Fault, Match
from extract.evaluate.predicted import Predicted, from_dataset, from_records
from extract.evaluate.score import F1, Scores, Share, score

__all__ = [
    "F1", "Change", "Comparison", "Fault", "GoldArticle", "GoldError", "Match", "Predicted", "Scores", "Share",
    "compare", "from_dataset", "from_records", "read_gold", "score",
]  # fmt: skip
