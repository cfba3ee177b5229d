"""The uncertainty of F1 on other samples of pairs, by the paired bootstrap.

Pairs (rows), not spans, are drawn with replacement, as many as the set has; every system is scored
on the same draws (Koehn 2004, "Statistical Significance Tests for Machine Translation Evaluation",
section 3.3). Intervals are percentile intervals (Efron and Tibshirani 1993, "An Introduction to
the Bootstrap", section 13.3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLES = 1000
SEED = 0
LEVEL = 0.95
_CELLS_AT_ONCE = 1 << 22


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval that holds 95 % of the resampled values."""

    low: float
    high: float

    def as_values(self) -> list[float]:
        """Return both ends as shares of 1, rounded to 6 digits."""
        return [round(self.low, 6), round(self.high, 6)]


def resampled_f1(
    counts: NDArray[np.int64], samples: int = SAMPLES, seed: int = SEED
) -> NDArray[np.float64]:
    """Return the F1 of every system on the same resampled pairs.

    Args:
        counts: int64 (systems, pairs, 3): correct, predicted and gold spans of each pair.

    Returns:
        float64 (systems, samples); 0 if a sample has no span at all.
    """
    systems, pairs, _ = counts.shape
    by_pair = counts.transpose(1, 0, 2).reshape(pairs, systems * 3).astype(np.float64)
    generator = np.random.default_rng(seed)
    share = np.full(pairs, 1 / pairs)
    totals = np.concatenate([
        generator.multinomial(pairs, share, size=size) @ by_pair for size in _blocks(samples, pairs)
    ]).reshape(samples, systems, 3)
    correct, spans = totals[..., 0], totals[..., 1] + totals[..., 2]
    scores: NDArray[np.float64] = 2 * correct / np.maximum(spans, 1)
    return scores.T


def _blocks(samples: int, pairs: int) -> list[int]:
    """Return the sizes of the blocks of samples that are drawn at once, so that memory stays small.
    """
    block = max(1, _CELLS_AT_ONCE // pairs)
    return [min(block, samples - start) for start in range(0, samples, block)]


def interval(values: NDArray[np.float64]) -> Interval:
    """Return the 95 % percentile interval of resampled values."""
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(values, [tail, 100 - tail])
    return Interval(float(low), float(high))
