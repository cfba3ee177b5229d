"""Metrics that are fast on resampled examples.

Each is computed by matrix products from weights: how often a sample holds each example.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from crosslabel.finetune.reading.columns import Array

Floats = NDArray[np.float64]
_ROUNDING = 1e-24


class Metric(Protocol):
    """A metric of a system on some examples."""

    @property
    def name(self) -> str:
        """The name of the metric in JSON."""

    def of(self, examples: Array) -> Metric:
        """Return the same metric on some of the examples."""

    def values(self, weights: Floats) -> Floats:
        """Return the figure on each sample.

        Args:
            weights: (samples, examples)

        Returns:
            (samples,)
        """


def value(metric: Metric, examples: int) -> float:
    """Return the figure if every example counts once."""
    return float(metric.values(np.ones((1, examples)))[0])


@dataclass(frozen=True, slots=True)
class Ratio:
    """One sum over examples divided by another; 0 if the divisor is 0.

    Attributes:
        over, under: (examples,) addends of the dividend and of the divisor.
    """

    name: str
    over: Array
    under: Array

    def of(self, examples: Array) -> Ratio:
        """Return the same metric on some of the examples."""
        return Ratio(self.name, self.over[examples], self.under[examples])

    def values(self, weights: Floats) -> Floats:
        """Return the ratio on each sample."""
        return _quotient(weights @ self.over, weights @ self.under)


@dataclass(frozen=True, slots=True)
class Correlation:
    """Pearson's correlation of values with gold values; 0 if either does not vary.

    Attributes:
        given, gold: (examples,); an example without value (NaN) gets the mean of the others,
            which adds nothing to the correlation.
        by_rank: use Spearman's, on ranks within the sample; equal values share a rank.
    """

    name: str
    given: Floats
    gold: Floats
    by_rank: bool = False

    def of(self, examples: Array) -> Correlation:
        """Return the same metric on some of the examples."""
        return Correlation(self.name, self.given[examples], self.gold[examples], self.by_rank)

    def values(self, weights: Floats) -> Floats:
        """Return the correlation on each sample."""
        pair = [_filled(self.given), self.gold]
        if self.by_rank:
            return _pearson(weights, *(_ranks(values, weights) for values in pair))
        return _pearson(weights, *(np.broadcast_to(values, weights.shape) for values in pair))


def _filled(given: Floats) -> Floats:
    known = given[~np.isnan(given)]
    return np.where(np.isnan(given), known.mean() if len(known) else 0.0, given)


def _pearson(weights: Floats, given: Floats, gold: Floats) -> Floats:
    """Return the correlation (samples,) of values (samples, examples)."""
    total = np.maximum(weights.sum(1), 1)
    left, right = (values - ((weights * values).sum(1) / total)[:, None]
                   for values in (given, gold))
    spread = _spread(weights, given, left) * _spread(weights, gold, right)
    return _quotient((weights * left * right).sum(1), np.sqrt(spread))


def _spread(weights: Floats, values: Floats, centred: Floats) -> Floats:
    """Return the sum of squares about the mean; 0 if it differs from 0 by rounding only."""
    spread, squares = ((weights * given**2).sum(1) for given in (centred, values))
    return np.where(spread > _ROUNDING * squares, spread, 0.0)


def _ranks(values: Floats, weights: Floats) -> Floats:
    """Return the mean rank of each example among the examples of each sample."""
    _, group = np.unique(values, return_inverse=True)
    order = np.argsort(group, kind="stable")
    begins = np.searchsorted(group[order], np.arange(group.max() + 1))
    within = np.add.reduceat(weights[:, order], begins, axis=1)
    ranks: Floats = (np.cumsum(within, axis=1) - (within - 1) / 2)[:, group]
    return ranks


def _quotient(over: Floats, under: Floats) -> Floats:
    """Return the quotient, with 0 where ``under`` is 0."""
    quotient: Floats = np.divide(over, under, out=np.zeros(len(over)), where=under != 0)
    return quotient


def per_example(example: Array, examples: int) -> Array:
    """Count the things that each example has.

    Args:
        example: number of the example of each thing.
    """
    counts: Array = np.bincount(example, minlength=examples)
    return counts


def f1_metrics(correct: Array, predicted: Array, gold: Array) -> Sequence[Ratio]:
    """Return F1, precision and recall over all examples, from counts (examples,)."""
    return (Ratio("f1", 2 * correct, predicted + gold), Ratio("precision", correct, predicted),
            Ratio("recall", correct, gold))
