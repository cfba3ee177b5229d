"""Comparison of several systems on the same gold set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from crosslabel.projection.evaluation.bootstrap import (
    LEVEL,
    SAMPLES,
    SEED,
    Interval,
    interval,
    resampled_f1,
)
from crosslabel.projection.evaluation.report import Report, rates
from crosslabel.projection.evaluation.strict import Score


@dataclass(frozen=True, slots=True)
class Comparison:
    """Systems by name, in the given order; the others are compared with the first.

    Attributes:
        reports: figures of each system.
        intervals: interval of F1 on resampled pairs.
        differences: for every system but the first, interval of its F1 minus the F1 of the first.
        samples, seed: of the bootstrap.
    """

    reports: Mapping[str, Report]
    intervals: Mapping[str, Interval]
    differences: Mapping[str, Interval]
    samples: int
    seed: int

    @property
    def first(self) -> str:
        """Name of the system that the others are compared with."""
        return next(iter(self.reports))

    @property
    def pairs(self) -> int:
        """Number of gold pairs."""
        return len(self.reports[self.first].counts)

    def ceiling(self) -> Score:
        """Return the best possible score, equal for all systems.

        See :meth:`crosslabel.projection.evaluation.strict.Evaluation.ceiling`.
        """
        return self.reports[self.first].evaluation.ceiling()

    def difference(self, name: str) -> float:
        """Return the F1 of a system minus the F1 of the first."""
        scores = [self.reports[system].evaluation.micro().f1 for system in (name, self.first)]
        return scores[0] - scores[1]

    def as_values(self) -> dict[str, Any]:
        """Return all figures as JSON values; rates are shares of 1, rounded to 6 digits."""
        return {
            "pairs": self.pairs,
            "ceiling": rates(self.ceiling()),
            "bootstrap": {"samples": self.samples, "seed": self.seed, "level": LEVEL},
            "systems": [self._system(name) for name in self.reports],
        }

    def _system(self, name: str) -> dict[str, Any]:
        difference = None if name == self.first else {
            "to": self.first, "f1": round(self.difference(name), 6),
            "interval": self.differences[name].as_values(),
        }
        values = {"name": name, "f1_interval": self.intervals[name].as_values()}
        return values | {"difference": difference} | self.reports[name].as_values()


def compare_systems(
    reports: Mapping[str, Report], samples: int = SAMPLES, seed: int = SEED
) -> Comparison:
    """Compare one or more systems that were measured on the same gold pairs.

    Raises:
        ValueError: the gold pairs differ.
    """
    counts = np.stack([report.counts for report in reports.values()])
    if (counts[..., 2] != counts[0, :, 2]).any():
        raise ValueError("systems can be compared only on the same gold pairs")
    scores = resampled_f1(counts, samples, seed)
    names = list(reports)
    intervals = {name: interval(samples_f1) for name, samples_f1 in zip(names, scores, strict=True)}
    differences = {
        name: interval(samples_f1 - scores[0])
        for name, samples_f1 in zip(names[1:], scores[1:], strict=True)
    }
    return Comparison(reports, intervals, differences, samples, seed)
