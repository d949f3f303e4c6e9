"""Are the words those of underthesea? Every sentence of a corpus through both; the counts and the differences.

    python benchmarks/words.py ARTICLES... [--show 20]

A sentence counts where underthesea's words hold the same characters as the sentence; it changes some (it respells
syllables and composes letters), and those cannot be compared.
"""

from __future__ import annotations

import argparse
from collections import Counter

from extract.pipeline import Pipeline
from extract.read import read_inputs
from extract.records import Article


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="+")
    parser.add_argument("--show", type=int, default=20, help="differences to print")
    options = parser.parse_args()

    from underthesea import word_tokenize

    segment = Pipeline(ner=False).segment
    counts: Counter[str] = Counter()
    for item in read_inputs(options.articles):
        if not isinstance(item, Article):
            continue
        counts["articles"] += 1
        for sentence in segment(item).sentences:
            text = item.text[sentence.start : sentence.end]
            theirs = ["".join(word.split()) for word in word_tokenize(text)]
            counts["sentences"] += 1
            if "".join(theirs) != "".join(text.split()):
                counts["characters changed"] += 1
                continue
            ours = ["".join(item.text[start:end].split()) for start, end in sentence.words]
            counts["same words" if ours == theirs else "other words"] += 1
            if ours != theirs and counts["other words"] <= options.show:
                print(f"ours   {' | '.join(ours)}\ntheirs {' | '.join(theirs)}\n")
    compared = counts["same words"] + counts["other words"]
    print(", ".join(f"{number:,} {name}" for name, number in counts.items()))
    print(f"the same words in {100 * counts['same words'] / max(1, compared):.4f} % of {compared:,} sentences")


if __name__ == "__main__":
    main()
