"""The gain from abstaining: coverage, precision and recall above every confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from crosslabel.projection.evaluation.outcomes import Measure, Outcomes
from crosslabel.projection.evaluation.strict import Score

MAX_POINTS = 101


@dataclass(frozen=True, slots=True)
class Point:
    """The figures if only spans of at least a given confidence are kept.

    Attributes:
        threshold: the confidence; ``None`` if spans without a confidence are kept too.
        coverage: kept spans as a share of the source spans.
        score: strict counts of the kept spans against all gold spans.
    """

    threshold: float | None
    coverage: float
    score: Score


@dataclass(frozen=True, slots=True)
class Curve:
    """Points by falling threshold; the last keeps every projected span.

    ``measure`` is the quantity that the threshold applies to, ``None`` if no span has a confidence.
    """

    measure: Measure | None
    points: tuple[Point, ...]

    def as_values(self) -> dict[str, Any]:
        """Return the curve as JSON values, rounded to 6 digits."""
        return {"measure": self.measure, "points": [_values(point) for point in self.points]}


def coverage_curve(
    outcomes: Outcomes, source: int, gold: int, max_points: int = MAX_POINTS
) -> Curve:
    """Return the curve of one system, one point per distinct confidence, thinned evenly.

    Args:
        source: number of spans that were to be projected.
        gold: number of gold spans.
        max_points: at most this many points are kept, the first and the last among them.
    """
    measure, confidence = outcomes.confidence()
    order = np.argsort(-confidence, kind="stable")
    falling, correct = confidence[order], np.cumsum(outcomes.correct[order])
    last_of_equals = np.flatnonzero(np.append(falling[1:] != falling[:-1], falling.size > 0))
    points = tuple(
        Point(
            float(falling[n]) if np.isfinite(falling[n]) else None,
            (n + 1) / source if source else 0.0,
            Score(int(correct[n]), int(n) + 1, gold),
        )
        for n in _thinned(last_of_equals.tolist(), max_points)
    )
    return Curve(measure, points)


def _thinned(places: list[int], count: int) -> list[int]:
    if len(places) <= count:
        return places
    return [places[n] for n in np.linspace(0, len(places) - 1, count).round().astype(int)]


def _values(point: Point) -> dict[str, float | int | None]:
    rates = {"threshold": point.threshold, "coverage": point.coverage,
             "precision": point.score.precision, "recall": point.score.recall,
             "f1": point.score.f1}
    rounded = {name: None if rate is None else round(rate, 6) for name, rate in rates.items()}
    return rounded | {"kept": point.score.predicted, "correct": point.score.correct}
