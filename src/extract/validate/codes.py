"""The stable codes: why a record is broken (``rejects.error``) and what is odd about a row (``flags``)."""

from __future__ import annotations

from types import MappingProxyType

# What could not be read, and is no article
UNREAD = MappingProxyType({
    "unreadable": "the file or member cannot be opened: no permission, encrypted, a device",
    "not_utf8": "the bytes are text in no encoding that is known",
    "binary_file": "the bytes are no text: a picture, a PDF, an executable",
    "empty_text": "the file or record holds no text",
    "too_large": "a text, line, page or archive beyond the limits",
    "bad_json": "the line is no JSON object",
    "bad_parquet": "the file is no sound Parquet",
    "missing_text": "the record has no column of text, by any known name",
    "bad_field": "a column holds something else than it must",
    "other_language": "the text is plainly not Vietnamese, and --lang is vi",
    "bad_html": "the page cannot be read as HTML, or is nested too deeply",
    "no_main_text": "the page has no article on it",
    "http_error": "the crawler got an error instead of the page",
    "not_html": "the crawler got something else than a page",
    "bad_encoding": "the page in a crawl is packed in a way that cannot be unpacked",
    "unsupported_record": "a piece of a page that a crawl has split over records",
    "corrupt_archive": "the archive or compressed file is damaged; what stands before the damage is read",
    "decompression_bomb": "what is compressed becomes far too large",
    "archive_link": "a link in an archive",
    "unsafe_path": "a name that leads out of the archive",
    "nested_archive": "an archive in an archive",
    "other_formats": "files in an archive that hold no articles, counted",
})  # fmt: skip

# Records that cannot be true, and articles that could not be finished
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
