"""The outcome of every projected span of a set: correctness and confidence."""

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
        correct: bool (spans,): whether boundaries and label equal a gold span that no other span
            is matched with.
        probability: float64 (spans,): NaN if the method gave none.
        score: float64 (spans,): NaN if the method gave none.
    """

    correct: NDArray[np.bool_]
    probability: NDArray[np.float64]
    score: NDArray[np.float64]

    @classmethod
    def of(cls, spans: Sequence[SpanRow], correct: Sequence[bool]) -> Outcomes:
        """Return the columns for spans and whether each is right."""
        return cls(
            np.array(correct, dtype=np.bool_),
            np.array([span.probability for span in spans], dtype=np.float64),
            np.array([span.score for span in spans], dtype=np.float64),
        )

    def confidence(self) -> tuple[Measure | None, NDArray[np.float64]]:
        """Return the values that rank the spans: probabilities if all have one, else scores if any.

        Spans without a score rank below all others, as -inf; without any scores all rank equal.
        """
        if self.probability.size and not np.isnan(self.probability).any():
            return "probability", self.probability
        ranks = np.where(np.isnan(self.score), -np.inf, self.score)
        return ("score" if np.isfinite(ranks).any() else None), ranks


def verdicts(gold: Sequence[Labelled], spans: Sequence[SpanRow]) -> list[bool]:
    """Return whether each span of one pair is right.

    Of equal spans as many are right as there are equal gold spans, the surest first. So, for any
    confidence, the right spans above it are those that strict evaluation of only the spans above it
    would count as right.
    """
    left = Counter(gold)
    right = [False] * len(spans)
    for n in sorted(range(len(spans)), key=lambda n: _falling(spans[n])):
        if left[spans[n].span] > 0:
            left[spans[n].span] -= 1
            right[n] = True
    return right


def _falling(span: SpanRow) -> tuple[float, float]:
    known = (span.probability, span.score)
    probability, score = (-np.inf if value is None else value for value in known)
    return -probability, -score
