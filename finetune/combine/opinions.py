"""What several systems say of the same things: probabilities averaged, votes counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
By = Literal["mean", "vote"]
DIGITS = 6
"""Of numbers in rows."""
NOTHING = -1
"""Choice of a system that says nothing of a thing."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one system says of N things, each of which has one of a few names.

    Attributes:
        choice: (N,) number of the name; ``NOTHING`` counts for nothing.
        score: (N,) probability of it.
        known: (K,) things of which the probability of every name is known.
        probabilities: (K, names) these.
    """

    weight: float
    choice: Ints
    score: Floats
    known: Ints
    probabilities: Floats

    def distribution(self, names: int) -> Floats:
        """(N, names) probabilities; what a score leaves is shared equally by the other names."""
        says = self.choice != NOTHING
        rest = (1.0 - self.score) / max(1, names - 1)
        found = np.repeat(np.where(says, rest, 0.0)[:, None], names, axis=1)
        found[says, self.choice[says]] = self.score[says]
        spoken = says[self.known]
        found[self.known[spoken]] = self.probabilities[spoken]
        return found


def mean_probabilities(opinions: Sequence[Opinion], names: int) -> Floats:
    """(N, names) weighted means over the systems that say something; 0 where none does."""
    things = len(opinions[0].choice)
    total, weight = np.zeros((things, names)), np.zeros((things, 1))
    for own in opinions:
        total += own.weight * own.distribution(names)
        weight[:, 0] += own.weight * (own.choice != NOTHING)
    return np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)


def most_probable(opinions: Sequence[Opinion], means: Floats) -> Ints:
    """(N,) the name with the highest mean; of equal ones that of the earliest system."""
    return _earliest(opinions, means >= means.max(axis=1, keepdims=True) - _ROUNDING)


def most_votes(opinions: Sequence[Opinion], means: Floats) -> Ints:
    """(N,) the name that most weight is for; of equal ones that with the highest mean, then that
    of the earliest system."""
    votes = np.zeros_like(means)
    for own in opinions:
        says = np.flatnonzero(own.choice != NOTHING)
        votes[says, own.choice[says]] += own.weight
    most = votes >= votes.max(axis=1, keepdims=True) * (1 - _ROUNDING)
    scores = np.where(most, means, -1.0)
    return _earliest(opinions, scores >= scores.max(axis=1, keepdims=True) - _ROUNDING)


def _earliest(opinions: Sequence[Opinion], candidates: NDArray[np.bool_]) -> Ints:
    """Of the names that are candidates that of the earliest system, else the first."""
    chosen = candidates.argmax(axis=1)
    spoken = np.zeros(len(chosen), bool)
    for own in reversed(opinions):
        says = own.choice != NOTHING
        spoken |= says
        held = np.flatnonzero(says)
        held = held[candidates[held, own.choice[held]]]
        chosen[held] = own.choice[held]
    return np.where(spoken, chosen, NOTHING)
