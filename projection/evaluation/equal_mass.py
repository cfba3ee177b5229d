"""Calibration error in bins that hold equally many spans, and how large it is by chance alone.

Bins of equal mass say as much about rare low probabilities as about the many near 1 (Nixon et al.
2019, "Measuring Calibration in Deep Learning", section 3: adaptive calibration error).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BINS = 10
SAMPLES = 1000
SEED = 0


@dataclass(frozen=True, slots=True)
class EqualMass:
    """The calibration of some spans.

    Attributes:
        error: mean distance of mean probability and share of correct spans, over bins of equal
            mass; 0 to 1.
        by_chance: the error that a perfectly calibrated predictor of the same probabilities stays
            below in 95 of 100 samples.
        spans: their number.
    """

    error: float
    by_chance: float
    spans: int

    def as_values(self) -> dict[str, float]:
        """Return the figures as JSON values, rounded to 6 digits."""
        return {"error": round(self.error, 6), "by_chance": round(self.by_chance, 6),
                "spans": self.spans}


def equal_mass(
    probability: Floats, correct: NDArray[np.bool_], bins: int = BINS, samples: int = SAMPLES
) -> EqualMass:
    """Return the calibration of spans by their probabilities and whether each is correct.

    Raises:
        ValueError: there are no spans.
    """
    if not probability.size:
        raise ValueError("calibration of no spans")
    order = np.argsort(probability, kind="stable")
    sorted_probability = probability[order]
    random = np.random.default_rng(SEED)
    drawn = random.random((samples, probability.size)) < sorted_probability
    outcomes = np.concatenate([correct[order][None], drawn])
    errors = _errors(sorted_probability, outcomes.astype(np.float64), bins)
    return EqualMass(float(errors[0]), float(np.quantile(errors[1:], 0.95)), probability.size)


def _errors(probability: Floats, outcomes: Floats, bins: int) -> Floats:
    """Return the error of each row of outcomes, (rows, spans), for spans in order of probability.
    """
    starts = np.unique(np.arange(bins) * probability.size // bins)
    apart = np.add.reduceat(outcomes - probability, starts, axis=1)
    errors: Floats = np.abs(apart).sum(axis=1) / probability.size
    return errors
