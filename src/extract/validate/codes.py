"""The stable codes: why a record is broken (``rejects.error``) and what is odd about a row (``flags``)."""

from __future__ import annotations

from types import MappingProxyType

REJECTS = MappingProxyType({
    "span_outside": "the span is empty, ends before it starts or leaves the text",
    "span_text": "the row's text is not what stands at its span",
    "span_blank": "the span holds only spaces",
    "span_no_sentence": "the span starts in no sentence",
    "sentence_order": "the sentence starts before the one before it ends",
    "word_outside": "a word is empty, out of order or outside its sentence",
    "duplicate_mention": "another record of the same table has the same span",
    "holder_unknown": "the title points to a person that does not exist",
    "code_missing": "a coded document without code, or another kind with one",
    "code_malformed": "the document code cannot be one",
    "date_absurd": "the date lies outside 1900 to 2100",
    "value_missing": "the figure has no value, or half a range or ratio",
    "low_above_high": "the range is upside down",
    "negative_count": "a count or ratio below zero",
    "decimal_overflow": "the number does not fit decimal128(38, 6)",
    "malformed_record": "a column is missing, of the wrong type or outside its values",
    "internal_error": "a stage failed on the article: a fault of the program",
    "pattern_timeout": "a pattern took too long on the article",
    "worker_died": "the process died, hung or ran out of memory three times on the article",
})  # fmt: skip

FLAGS = MappingProxyType({
    "crosses_sentence": "the span starts in one sentence and ends in another: one of the two ends is doubtful",
    "holder_rejected": "the holder was found but did not validate; holder_id is null",
    "code_type_mismatch": "the code is that of another type than the noun says",
    "code_year_mismatch": "the year in the code is not that of the date",
    "dated_after_article": "the document is dated after the article",
    "numerator_above_denominator": "more than all",
    "denominator_zero": "a part of nothing",
    "percent_above_100": "may be growth, may be a slip",
})  # fmt: skip
