"""Reliability of probabilities: whether they agree with the shares of correct spans.

Spans are put into bins of equal width by their probability; in a calibrated method the share of
correct spans of a bin is its mean probability. The expected calibration error is the mean distance
of the two over all spans (Naeini, Cooper and Hauskrecht 2015, "Obtaining Well Calibrated
Probabilities Using Bayesian Binning", section 4); the Brier score is the mean squared distance of
each probability from the outcome, 1 for a correct span and 0 for a wrong one (Brier 1950).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.evaluation.outcomes import Outcomes

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Spans whose probability is above ``low`` and at most ``high``; the first bin includes 0."""

    low: float
    high: float
    count: int
    mean_probability: float
    share_correct: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """The reliability of the probabilities of some spans.

    Attributes:
        bins: the bins that hold a span, by rising probability.
        calibration_error: expected calibration error, 0 to 1.
        brier: Brier score, 0 to 1.
        count: number of spans with a probability.
        without: number of projected spans without a probability; they are left out.
    """

    bins: tuple[Bin, ...]
    calibration_error: float
    brier: float
    count: int
    without: int

    def as_values(self) -> dict[str, Any]:
        """Return the reliability as JSON values, rounded to 6 digits."""
        bins = [{"low": b.low, "high": b.high, "count": b.count,
                 "mean_probability": round(b.mean_probability, 6),
                 "share_correct": round(b.share_correct, 6)} for b in self.bins]
        return {"bins": bins, "calibration_error": round(self.calibration_error, 6),
                "brier": round(self.brier, 6), "count": self.count, "without": self.without}


def reliability(outcomes: Outcomes, bins: int = BINS) -> Reliability | None:
    """Return the reliability of the spans that have a probability, or ``None`` if none has."""
    known = ~np.isnan(outcomes.probability)
    probability, correct = outcomes.probability[known], outcomes.correct[known].astype(np.float64)
    if not probability.size:
        return None
    filled = _bins(probability, correct, bins)
    error = sum(b.count * abs(b.mean_probability - b.share_correct) for b in filled)
    brier = float(np.mean((probability - correct) ** 2))
    without = int(known.size - probability.size)
    return Reliability(filled, error / probability.size, brier, probability.size, without)


def _bins(
    probability: NDArray[np.float64], correct: NDArray[np.float64], bins: int
) -> tuple[Bin, ...]:
    edges = np.arange(bins + 1) / bins
    number = np.searchsorted(edges[1:-1], probability)
    counts, probabilities, corrects = (
        np.bincount(number, weights, minlength=bins) for weights in (None, probability, correct)
    )
    return tuple(
        Bin(float(edges[n]), float(edges[n + 1]), int(counts[n]),
            float(probabilities[n] / counts[n]), float(corrects[n] / counts[n]))
        for n in np.flatnonzero(counts)
    )
