"""The report of all figures of one system on a gold set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.evaluation.coverage import Curve, coverage_curve
from crosslabel.projection.evaluation.outcomes import Outcomes, verdicts
from crosslabel.projection.evaluation.reliability import Reliability, reliability
from crosslabel.projection.evaluation.strict import ERROR_KINDS, Evaluation, Score
from crosslabel.projection.evaluation.units import gold_spans, in_gold_unit
from crosslabel.projection.files.pairs import PairRow
from crosslabel.projection.files.predictions import Predicted, SpanRow, predicted
from crosslabel.projection.interface import Projection


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one system on one gold set.

    Attributes:
        evaluation: strict counts.
        counts: int64 (pairs, 3): correct, predicted and gold spans of each pair.
        outcomes: every projected span.
        lost: number of spans without a target, by reason.
    """

    evaluation: Evaluation
    counts: NDArray[np.int64]
    outcomes: Outcomes
    lost: Counter[str]

    def reliability(self) -> Reliability | None:
        """Return the reliability of its probabilities, or ``None`` if it gave none."""
        return reliability(self.outcomes)

    def coverage(self) -> Curve:
        """Return the curve of coverage and precision above every confidence."""
        source = self.evaluation.ceiling().predicted
        return coverage_curve(self.outcomes, source, self.evaluation.micro().gold)

    def as_values(self) -> dict[str, Any]:
        """Return the figures as JSON values; rates are shares of 1, rounded to 6 digits."""
        evaluation, calibration = self.evaluation, self.reliability()
        return {
            "micro": rates(evaluation.micro()),
            "labels": {label: rates(evaluation.label(label)) for label in evaluation.labels()},
            "errors": {kind: evaluation.errors[kind] for kind in ERROR_KINDS},
            "lost": dict(sorted(self.lost.items())),
            "reliability": calibration.as_values() if calibration else None,
            "coverage": self.coverage().as_values(),
        }


def evaluate(rows: Sequence[PairRow], projections: Sequence[Sequence[Projection]]) -> Report:
    """Evaluate the projections for gold rows, both in the same order."""
    pairs = zip(rows, projections, strict=True)
    return evaluate_predicted(rows, [predicted(row, results) for row, results in pairs])


def evaluate_predicted(
    rows: Sequence[PairRow], predictions: Sequence[Predicted | None]
) -> Report:
    """Evaluate predictions for gold rows, both in the same order.

    Args:
        predictions: ``None`` for a row without a prediction; its gold spans count as missed.
    """
    evaluation = Evaluation()
    counts = np.zeros((len(rows), 3), dtype=np.int64)
    spans: list[SpanRow] = []
    right: list[bool] = []
    lost: Counter[str] = Counter()
    for n, (row, given) in enumerate(zip(rows, predictions, strict=True)):
        gold, row_spans = gold_spans(row), in_gold_unit(row, given) if given else ()
        evaluation.add(
            gold, [span.span for span in row_spans], [span.label for span in row.pair.spans]
        )
        row_right = verdicts(gold, row_spans)
        counts[n] = sum(row_right), len(row_spans), len(gold)
        spans += row_spans
        right += row_right
        lost.update(given.lost if given else ())
    return Report(evaluation, counts, Outcomes.of(spans, right), lost)


def rates(score: Score) -> dict[str, float]:
    """Return precision, recall and F1, rounded to 6 digits, with the counts behind them."""
    shares = {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    counts = {"correct": score.correct, "predicted": score.predicted, "gold": score.gold}
    return {name: round(value, 6) for name, value in shares.items()} | counts
