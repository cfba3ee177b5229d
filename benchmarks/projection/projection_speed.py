"""Spans a second of the cascade, stage by stage.

Run from the root of a checkout, with the data sets in $CROSSLABEL_DATA:

    python -m benchmarks.projection.projection_speed

writes benchmarks/results/projection_speed.json and benchmarks/projection/projection_speed.md.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from benchmarks.page import table
from benchmarks.paths import HERE, RESULTS
from benchmarks.projection.projection import bitext
from benchmarks.projection.projection_sets import gold_sets
from crosslabel.pipeline.methods.projectors import WEAKEST, ProjectorOptions, evidence
from crosslabel.pipeline.storage.shipped import CALIBRATOR
from crosslabel.projection.interface import Links, LinkSource, Projector, TextPair
from crosslabel.projection.joint.calibrator import Calibrator
from crosslabel.projection.joint.projector import JointProjector
from crosslabel.projection.links.statistical import StatisticalAligner

SETS = ("uner-pud.en-de", "xsid.en-de", "europarl-ner.en-de")
TURNS = 3


class Kept:
    """A link source that returns links made before and counts the pairs it is asked about."""

    def __init__(self, source: LinkSource, pairs: Sequence[TextPair]) -> None:
        self.name = source.name
        self._links = dict(zip(map(id, pairs), source.align(pairs), strict=True))
        self.asked = 0

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        """Return the links made before."""
        self.asked += len(pairs)
        return [self._links[id(pair)] for pair in pairs]


def main() -> None:
    """Measure, then write the results and their page."""
    results = {name: measure(name) for name in SETS}
    text = json.dumps(results, indent=1, sort_keys=True) + "\n"
    (RESULTS / "projection_speed.json").write_text(text, "utf-8")
    (HERE / "projection" / "projection_speed.md").write_text(page(results), "utf-8")


def measure(name: str) -> dict[str, Any]:
    """Return the best speeds of several turns on one set."""
    (gold,) = gold_sets([name])
    pairs = [row.pair for row in gold.rows()]
    words = [(pair.source.surface(), pair.target.surface()) for pair in pairs]
    aligner = StatisticalAligner.train([*words, *bitext(gold.language)], WEAKEST)
    (encoder,) = evidence(ProjectorOptions(device="cpu"))
    calibrator = Calibrator.load(CALIBRATOR)
    kept, further = Kept(aligner, pairs), Kept(encoder, pairs)
    spans = sum(len(pair.spans) for pair in pairs)
    projectors = {
        "links given": JointProjector([kept], calibrator),
        "statistical aligner": JointProjector([aligner], calibrator),
        "cascade": JointProjector([aligner, encoder], calibrator),
        "everything asked": JointProjector([aligner, encoder], calibrator, sure=1.0),
    }
    seconds = {how: best(projector, pairs) for how, projector in projectors.items()}
    JointProjector([kept, further], calibrator).project(pairs)
    asked = further.asked / sum(bool(pair.spans) for pair in pairs)
    return {"pairs": len(pairs), "spans": spans, "share_asked": round(asked, 3),
            "spans_per_second": {how: round(spans / spent, 1) for how, spent in seconds.items()}}


def best(projector: Projector, pairs: Sequence[TextPair]) -> float:
    """Return the seconds of the fastest turn; the encoder first forgets the sources it saw last."""
    turns = []
    for _ in range(TURNS):
        projector.project(pairs[:20])
        started = time.perf_counter()
        projector.project(pairs)
        turns.append(time.perf_counter() - started)
    return min(turns)


def page(results: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    ways = list(next(iter(results.values()))["spans_per_second"])
    rows = [
        [name, str(entry["pairs"]), str(entry["spans"]), f"{100 * entry['share_asked']:.0f} %",
         *(f"{entry['spans_per_second'][way]:,.0f}" for way in ways)]
        for name, entry in results.items()
    ]
    head = ["set", "pairs", "spans", "asked further", *ways]
    return "\n".join([
        "# Speed of projection", "",
        "Spans a second on the processor cores of one machine, best of three turns, models loaded "
        "and the aligner trained. *Links given*: the work after alignment. *Statistical aligner*: "
        "it alone decides. *Cascade*: nothing left out; the encoder is asked about some pairs "
        "(*asked further*, of those with spans; the aligner has learned from the bitext). "
        "*Everything asked*: about all.",
        "Made by `python -m benchmarks.projection.projection_speed`.", "", *table(head, rows), "",
    ])


if __name__ == "__main__":
    main()
