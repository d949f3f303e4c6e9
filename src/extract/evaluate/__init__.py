"""Evaluation: annotated articles and what was extracted from them in, precision, recall and F1 out.

``gold`` reads the annotations, ``predicted`` what was extracted (a dataset or records in memory), ``score``
compares the two, ``report`` prints the outcome. Nothing here changes or hides a prediction.
"""

from extract.evaluate.gold import GoldArticle, GoldError, read_gold
from extract.evaluate.predicted import Predicted, from_dataset, from_records
from extract.evaluate.score import F1, Fault, Scores, Share, score

__all__ = [
    "F1", "Fault", "GoldArticle", "GoldError", "Predicted", "Scores", "Share",
    "from_dataset", "from_records", "read_gold", "score",
]  # fmt: skip
