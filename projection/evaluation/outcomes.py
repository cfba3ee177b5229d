"""Every projected span of a set: whether it is right, and how sure its method was of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.files.pairs import Labelled
from crosslabel.projection.files.predictions import SpanRow

Measure = Literal["probability", "score"]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Projected spans as columns, in any order.

    Attributes:
        correct: bool (spans,): equal to a gold span of its own, boundaries and label.
        probability: float64 (spans,): NaN where the method gave none.
        score: float64 (spans,): NaN where the method gave none.
    """

    correct: NDArray[np.bool_]
    probability: NDArray[np.float64]
    score: NDArray[np.float64]

    @classmethod
    def of(cls, found: Sequence[SpanRow], correct: Sequence[bool]) -> Outcomes:
        """Columns from spans and whether each is right."""
        return cls(
            np.array(correct, dtype=np.bool_),
            np.array([span.probability for span in found], dtype=np.float64),
            np.array([span.score for span in found], dtype=np.float64),
        )

    def confidence(self) -> tuple[Measure | None, NDArray[np.float64]]:
        """What ranks the spans: the probability if all have one, else the score if any has one.

        Spans without a score rank below all others, as -inf; without any score all rank equal.
        """
        if self.probability.size and not np.isnan(self.probability).any():
            return "probability", self.probability
        ranks = np.where(np.isnan(self.score), -np.inf, self.score)
        return ("score" if np.isfinite(ranks).any() else None), ranks


def verdicts(gold: Sequence[Labelled], found: Sequence[SpanRow]) -> list[bool]:
    """Whether each span of one pair is right.

    Of equal spans as many are right as there are equal gold ones, the surest first: so those right
    among the spans above any confidence are those that strict evaluation of them alone counts.
    """
    left = Counter(gold)
    right = [False] * len(found)
    for n in sorted(range(len(found)), key=lambda n: _falling(found[n])):
        if left[found[n].span] > 0:
            left[found[n].span] -= 1
            right[n] = True
    return right


def _falling(span: SpanRow) -> tuple[float, float]:
    known = (span.probability, span.score)
    probability, score = (-np.inf if value is None else value for value in known)
    return -probability, -score
