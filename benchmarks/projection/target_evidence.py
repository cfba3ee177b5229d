"""The gain of each target source over links alone, on the data that calibrators are fitted on.

Run from the root of a checkout, with the data sets in $CROSSLABEL_DATA:

    python -m benchmarks.projection.target_evidence [--pairs 300]

Each set is predicted by weights fitted on the others.
Writes benchmarks/results/target_evidence.json and benchmarks/projection/target_evidence.md.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from benchmarks.page import table
from benchmarks.paths import HERE, RESULTS
from crosslabel.pipeline.methods.projectors import ProjectorOptions, evidence
from crosslabel.pipeline.methods.target_sources import TARGET_SOURCES, target_source
from crosslabel.projection.interface import PairTargets, TargetSource, TextPair
from crosslabel.projection.joint.fitting import f1_left_out, joined
from training.calibrator.calibrator import FOLDS, LINKS, Known, known_targets, linked

TRANSLATED = ("de", "es")
COMBINATIONS = (
    (), ("candidates",), ("markers",), ("constrained",), ("candidates", "markers"),
    ("candidates", "constrained"), ("candidates", "markers", "constrained"),
)


class Timed:
    """A target source that counts the seconds it has taken."""

    def __init__(self, source: TargetSource) -> None:
        self.name = source.name
        self._source = source
        self.seconds = 0.0
        self.spans = 0

    def find(self, pairs: Sequence[TextPair]) -> list[PairTargets]:
        """Return the targets of the source and add up its seconds."""
        started = time.perf_counter()
        targets = self._source.find(pairs)
        self.seconds += time.perf_counter() - started
        self.spans += sum(len(pair.spans) for pair in pairs)
        return targets


def main() -> None:
    """Measure, then write the results and their page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=300, help="Pairs of each set and language.")
    given = parser.parse_args()
    options = ProjectorOptions(device="cpu")
    sources = [Timed(target_source(name, options)) for name in TARGET_SOURCES]
    [encoder] = evidence(options)
    known = [shortened(part, given.pairs) for lang in TRANSLATED for part in linked(lang, encoder)]
    known = known_targets(known, sources)
    results = {
        "pairs": given.pairs,
        "spans": {name: sum(len(row.pair.spans) for part in known if part.name == name
                            for row in part.rows) for name in FOLDS},
        "spans_per_second": {source.name: round(source.spans / source.seconds, 1)
                             for source in sources},
        "f1": {"+".join(names) or "links alone": left_out(known, names) for names in COMBINATIONS},
    }
    (RESULTS / "target_evidence.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    (HERE / "projection" / "target_evidence.md").write_text(page(results), "utf-8")


def shortened(part: Known, pairs: int) -> Known:
    """Return the first pairs of a set."""
    links = {name: by_pair[:pairs] for name, by_pair in part.links.items()}
    return replace(part, rows=part.rows[:pairs], links=links)


def left_out(known: Sequence[Known], names: Sequence[str]) -> dict[str, float]:
    """Return F1 on each set by weights fitted on the others."""
    scores = f1_left_out(joined([entry.part((*LINKS[-1], *names)) for entry in known]))
    return {name: round(scores[fold], 4) for name, fold in FOLDS.items()}


def page(results: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    rows = [
        [names, *(f"{100 * f1[name]:.1f}" for name in FOLDS), f"{100 * sum(f1.values()) / 3:.1f}"]
        for names, f1 in results["f1"].items()
    ]
    speeds = ", ".join(f"{name} {speed:g}" for name, speed in results["spans_per_second"].items())
    counts = ", ".join(f"{name} {count:,}" for name, count in results["spans"].items())
    return "\n".join([
        "# What target sources add to links", "",
        "F1 in percent of the joint model on each set that calibrators are fitted on, by weights "
        "fitted on the two others (en-de, en-es; the first "
        f"{results['pairs']} pairs of each, with bitext and without; spans: {counts}). Links are "
        "those of the statistical aligner and the encoder. The cascade asks candidates: as good as "
        "constrained decoding at a fraction of its cost, and more of them add nothing. The weights "
        "within candidate scoring were fitted on UNER-PUD and xSID, the third set is new to it.",
        "Made by `python -m benchmarks.projection.target_evidence`. "
        f"Spans a second, one run: {speeds}.", "",
        *table(["evidence", *FOLDS, "mean"], rows), "",
    ])


if __name__ == "__main__":
    main()
