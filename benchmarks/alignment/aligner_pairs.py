"""Alignment error rate of the statistical aligner by the number of pairs that it learns from.

    python -m benchmarks.alignment.aligner_pairs

writes benchmarks/results/aligner_pairs.json and benchmarks/alignment/aligner_pairs.md. It shows the
price of ``projection.max_pairs``, on those gold sets of `benchmarks.alignment.alignment` whose
languages have enough bitext.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from benchmarks.alignment.alignment import GoldSet, figures, gold_sets
from benchmarks.alignment.bitext import bitext
from benchmarks.page import table
from benchmarks.paths import HERE, RESULTS
from benchmarks.turns import progress
from crosslabel.pipeline.aligner.bitext import evenly
from crosslabel.pipeline.storage.files import write_json
from crosslabel.projection.links.statistical import StatisticalAligner

PAIRS = (2_000, 5_000, 20_000, 50_000, 150_000)


def main() -> None:
    """Measure, then write the results and their page."""
    sets = [gold for gold in gold_sets()[0] if len(bitext(gold.language)) >= PAIRS[-1]]
    rates: dict[str, list[float]] = {gold.name: [] for gold in sets}
    seconds: dict[str, list[float]] = {}
    for language in sorted({gold.language for gold in sets}):
        golds = [gold for gold in sets if gold.language == language]
        for pairs in PAIRS:
            started = time.process_time()
            aligner = _trained(golds, language, pairs)
            seconds.setdefault(language, []).append(round(time.process_time() - started, 1))
            for gold in golds:
                rates[gold.name].append(figures(gold, aligner)["aer"])
            progress(f"{language}, {pairs:,} pairs: {[rates[gold.name][-1] for gold in golds]}")
    results = {"pairs": PAIRS, "aer": rates, "processor_seconds": seconds}
    write_json(RESULTS / "aligner_pairs.json", results)
    (HERE / "alignment" / "aligner_pairs.md").write_text(page(results), "utf-8")


def _trained(sets: Sequence[GoldSet], language: str, pairs: int) -> StatisticalAligner:
    """Train an aligner on the sentences of the sets, then on bitext at even distances."""
    sentences = [pair for gold in sets for pair in gold.sentences()]
    known = bitext(language)
    return StatisticalAligner.train(
        [*sentences, *evenly(known, len(known), pairs - len(sentences))]
    )


def page(results: dict[str, Any]) -> str:
    """Return the tables as Markdown."""
    head = [f"{pairs:,}" for pairs in results["pairs"]]
    rates = [[name, *(f"{100 * rate:.1f}" for rate in by_pairs)]
             for name, by_pairs in results["aer"].items()]
    seconds = [[name, *(f"{time:.0f}" for time in times)]
               for name, times in results["processor_seconds"].items()]
    return "\n".join([
        "# How many pairs the statistical aligner needs", "",
        "Error rate in percent (lower is better) by the pairs it learns from: the sentences of the "
        "gold sets of a language, filled up with bitext (Tatoeba train, NTREX, Europarl sample) at "
        "even distances.", "Made by `python -m benchmarks.alignment.aligner_pairs`.", "",
        *table(["set", *head], rates), "",
        "Processor seconds of the training:", "",
        *table(["language", *head], seconds), "",
    ])


if __name__ == "__main__":
    main()
