"""Texts made to hurt: each is an article or a clear reject, in time that grows with the text and no faster.

``make doubling`` does the same with texts of 1 to 8 MB.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import doubling
from extract.cli import main
from extract.pipeline import Pipeline
from extract.read import article_from_text
from extract.records import Reject
from extract.text import clean
from extract.write import load
from extract.write.shards import run_article

SMALL, LARGE = 30_000, 120_000  # bytes
MOST = 2.0  # times as long a character: a square would be four times


@pytest.mark.parametrize("kind", doubling.KINDS)
def test_four_times_the_text_takes_four_times_as_long(pipeline: Pipeline, kind: str) -> None:
    small, large = (doubling.text_of(kind, size) for size in (SMALL, LARGE))
    least = [float("inf")] * 2
    for _ in range(4):  # other work on the machine makes one or the other slow, once in a while
        for n, text in enumerate((small, large)):
            spent, outcome = doubling.seconds(pipeline, text)
            assert outcome == "article"
            least[n] = min(least[n], spent / len(text))
        if least[1] < MOST * max(least[0], 2e-7):
            return
    pytest.fail(f"{least[0] * 1e6:.2f} µs a character, and {least[1] * 1e6:.2f} in a text four times as long")


ODD = {
    "every plane": "".join(map(chr, range(0x20, 0x110000, 0x101))),
    "lone surrogates": "\ud800 Ông Lò \udfff Văn Thử \udc00\ud800, Bí thư\ud83d.",
    "NULs": "Ông\0 Lò\0Văn Thử, Bí thư \0Tỉnh ủy\0. " * 50,
    "NFD": "Ông Lo\u0300 Va\u0306n Thu\u031b\u0309, Bi\u0301 thu\u031b Ti\u0309nh u\u0309y, dẫn 12-NQ/TU. " * 50,
    "marks alone": "\u0301\u0323\u031b" * 3000,
    "a letter and its thousand marks": "o" + "\u0302\u0301" * 1000 + " Ông Lò Văn Thử.",
    "bidi": "\u202eThử Văn Lò\u202c \u2066Ông\u2069 5\u200f%. " * 100,
    "zero-width": "N\u200bg\u200bh\u200bị quyết số 1\u200b2-NQ/TU. \ufeff" * 100,
    "other spaces": "Ông\u00a0Lò\u2003Văn\u3000Thử\u2028Bí\u2029thư\x0b\x0c\x85. " * 100,
    "controls": "".join(map(chr, range(0x20))) + "\x7f\x80\x9f" * 100,
    "deep quotes": "“‘" * 5000 + "Ông Lò Văn Thử" + "’”" * 5000,
    "deep brackets": "(" * 5000 + "Bí thư" + ")" * 5000,
    "one long number": "9" * 5000 + " triệu đồng, " + "1." * 5000 + "5%",
    "other digits": "Có ٣٤٥ người, ５６ hộ, ๗๘ %, Ⅻ và ½ ha. " * 50,
    "one letter": "a",
    "one mark": "\u0301",
    "spaces and nothing": " \n\t\u200b ",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_an_odd_text_is_an_article_with_its_rows_in_place(pipeline: Pipeline, text: str) -> None:
    article = article_from_text(text)
    result = run_article(pipeline, article)
    assert not isinstance(result, Reject), result.message
    assert article.text == clean(text)
    for row in (*result.sentences, *result.persons, *result.titles, *result.documents, *result.figures):
        assert article.text[row.start : row.end] == row.text


def test_odd_texts_through_files_are_all_there(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for n, text in enumerate(ODD.values()):
        (folder / f"{n:02d}.txt").write_bytes(text.encode("utf-8", "surrogatepass"))
    (folder / "all.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in ODD.values()))
    assert main(["run", str(folder), "--out", str(tmp_path / "out"), "--quiet", "--lang", "any", "--workers", "1"]) == 0
    assert main(["verify", str(tmp_path / "out"), str(folder)]) == 0
    tables = load(tmp_path / "out")
    whole = [row for row in tables.rejects.to_pylist() if row["table"] is None]
    assert tables.articles.num_rows + len(whole) == 2 * len(ODD)
    assert {row["error"] for row in whole} <= {"empty_text", "binary_file", "not_utf8"}
