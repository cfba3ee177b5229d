"""The cascade by the number of pairs its aligner has learned from, and in languages left out.

Run from the root of a checkout, with the data sets in $CROSSLABEL_DATA:

    python -m training.calibrator.calibrator --left-out out/left_out
    python -m benchmarks.projection.few_pairs --left-out out/left_out

writes benchmarks/results/few_pairs.json and benchmarks/projection/few_pairs.md. With 10 pairs a set
is projected 10 pairs at a time, each by an aligner of these alone, as a build of 10 rows does; so
with 100 and 1,000.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.page import table
from benchmarks.paths import HERE, RESULTS
from benchmarks.projection.cross_fitted import CrossFitted
from benchmarks.projection.percents import calibration, percents
from benchmarks.projection.projection import bitext
from benchmarks.projection.projection_sets import GoldSet, gold_sets
from crosslabel.pipeline.methods.projectors import WEAKEST, ProjectorOptions, evidence
from crosslabel.projection.evaluation.report import Report, evaluate
from crosslabel.projection.files.pairs import PairRow
from crosslabel.projection.interface import Links, LinkSource, TextPair
from crosslabel.projection.joint.calibrator import Calibrator
from crosslabel.projection.joint.projector import JointProjector
from crosslabel.projection.links.statistical import StatisticalAligner
from training.calibrator.fitting_rows import SETS, aligned_by_few, words_of

FEW = (10, 100, 1000)
ALL = ("all", "bitext")
"""All pairs of the set; these and bitext."""
NUMBERS = (*map(str, FEW), *ALL)


class Kept:
    """A link source that returns links made before."""

    def __init__(self, name: str, pairs: Sequence[TextPair], links: Sequence[Links]) -> None:
        self.name = name
        self._links = {(pair.source, pair.target): made
                       for pair, made in zip(pairs, links, strict=True)}

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        """Return the links of the pairs."""
        return [self._links[pair.source, pair.target] for pair in pairs]


def main() -> None:
    """Measure, then write the results and their page."""
    given = _arguments()
    (encoder,) = evidence(ProjectorOptions(device="cpu"))
    path = RESULTS / "few_pairs.json"
    results = json.loads(path.read_text("utf-8")) if given.sets and path.is_file() else {}
    for gold in gold_sets(given.sets):
        results[gold.name] = measure(gold, encoder, given.left_out)
        path.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", "utf-8")
    (HERE / "projection" / "few_pairs.md").write_text(page(results), "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--left-out", type=Path, required=True,
                        help="Folder of the calibrators that were fitted without something.")
    parser.add_argument("--sets", nargs="*", default=(), help="Beginnings of the names of sets.")
    return parser.parse_args()


def measure(gold: GoldSet, encoder: LinkSource, folder: Path) -> dict[str, Any]:
    """Return F1 and calibration on one set, by number of pairs and with its language left out."""
    rows = gold.rows()
    distinct = list({(row.pair.source, row.pair.target): row.pair for row in rows}.values())
    softmax = Kept("softmax", distinct, encoder.align(distinct))
    measured: dict[str, Any] = {}
    for number, links in _aligned(gold, distinct).items():
        sources = [Kept("statistical", distinct, links), softmax]
        report = evaluate(rows, _cross_fitted(gold, sources, rows, folder))
        measured[number] = _figures(report)
        print(f"{gold.name} {number}: {measured[number]['f1']}", file=sys.stderr, flush=True)
        if number in ALL and gold.language in SETS:
            calibrator = Calibrator.load(folder / f"{gold.language}.json")
            projector = JointProjector(sources, calibrator)
            report = evaluate(rows, projector.project([row.pair for row in rows]))
            measured[f"{number}, left out"] = _figures(report)
    return measured


def _cross_fitted(
    gold: GoldSet, sources: Sequence[LinkSource], rows: Sequence[PairRow], folder: Path
) -> list[Any]:
    project = CrossFitted(folder).projecting(
        gold, lambda calibrator: JointProjector(sources, calibrator)
    )
    return project(rows)


def _aligned(gold: GoldSet, pairs: Sequence[TextPair]) -> Mapping[str, list[Links]]:
    links = {str(number): aligned_by_few(pairs, number) for number in FEW if number < len(pairs)}
    own = words_of(pairs)
    more = bitext(gold.language)
    for number, texts in zip(ALL, (own, [*own, *more]), strict=True):
        if number == "all" or more:
            links[number] = StatisticalAligner.train(texts, WEAKEST).align(pairs)
    return links


def _figures(report: Report) -> dict[str, Any]:
    return {"f1": round(100 * report.evaluation.micro().f1, 2),
            "percents": percents(report.outcomes)}


def page(results: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    rows = [[name, *(_f1(entry, number) for number in NUMBERS)] for name, entry in results.items()]
    return "\n".join([
        "# Few pairs, and languages left out", "",
        "Strict span F1 of `cascade` in percent by the number of sentence pairs that the "
        "statistical aligner has learned from; *all* is all texts of the set (what the other "
        "pages call without bitext), *bitext* these and the bitext. Made by "
        "`python -m training.calibrator.calibrator --left-out out/left_out` and "
        "`python -m benchmarks.projection.few_pairs --left-out out/left_out`. UNER-PUD is "
        "cross-fitted.", "",
        *table(["set", *NUMBERS], rows), "",
        "## Calibration by language and number of pairs", "",
        "Error in ten bins of equal mass, in points, with (in brackets) what a perfectly "
        "calibrated predictor of the same probabilities stays below in 95 of 100 samples. *: above "
        "3 points and above chance.", "",
        *table(["language", *NUMBERS], _calibration_rows(results)), "",
        "## Languages left out", "",
        "F1 with a calibrator that was fitted without the language of the set, and the difference "
        "to the one fitted with it. French and Spanish are in the fitting data by phrases alone, "
        "Arabic is not. UNER-PUD: both cross-fitted or without the language.", "",
        *table(["set", "all", "difference", "bitext", "difference"], _left_out_rows(results)), "",
    ])


def _f1(entry: dict[str, Any], number: str) -> str:
    return f"{entry[number]['f1']:.1f}" if number in entry else "–"


def _calibration_rows(results: dict[str, Any]) -> list[list[str]]:
    languages = sorted({name.partition("en-")[2][:2] for name in results})
    return [
        [language, *(_calibrated([
            entry[number]["percents"] for name, entry in results.items()
            if number in entry and (language == "all" or f"en-{language}" in name)
        ]) for number in NUMBERS)]
        for language in ("all", *languages)
    ]


def _calibrated(of_sets: Sequence[Any]) -> str:
    if not of_sets:
        return "–"
    measured = calibration(of_sets)
    error, chance = 100 * measured.error, 100 * measured.by_chance
    return f"{error:.1f} ({chance:.1f}){' *' if error > max(3.0, chance) else ''}"


def _left_out_rows(results: dict[str, Any]) -> list[list[str]]:
    rows = []
    for name, entry in results.items():
        cells = []
        for number in ALL:
            out = entry.get(f"{number}, left out")
            cells += ([f"{out['f1']:.1f}", f"{out['f1'] - entry[number]['f1']:+.1f}"]
                      if out else ["–", "–"])
        if any(cell != "–" for cell in cells):
            rows.append([name, *cells])
    return rows


if __name__ == "__main__":
    main()
