"""The statistical tagger: a linear-chain CRF over syllables that proposes persons where the rules are silent.

In: tokens and the places to look at. Out: candidates with a probability. The model file lies beside this module;
``train`` rebuilds it from any folder of articles.
"""

from extract.tag.ner.model import PersonModel, model_hash

__all__ = ["PersonModel", "model_hash"]
