"""Opinions of several systems on the same things: probabilities averaged, votes counted."""

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
"""Decimal places of the numbers in rows."""
NOTHING = -1
"""Choice of a system without an opinion on a thing."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Opinion:
    """The opinion of one system on N things, where each thing has one of a few names.

    Attributes:
        choice: (N,) number of the name; ``NOTHING`` does not count.
        score: (N,) probability of that name.
        known: (K,) things with a known probability of every name.
        probabilities: (K, names) these probabilities.
    """

    weight: float
    choice: Ints
    score: Floats
    known: Ints
    probabilities: Floats

    def distribution(self, names: int) -> Floats:
        """Return (N, names) probabilities; the other names share equally the rest of a score."""
        says = self.choice != NOTHING
        rest = (1.0 - self.score) / max(1, names - 1)
        shares = np.repeat(np.where(says, rest, 0.0)[:, None], names, axis=1)
        shares[says, self.choice[says]] = self.score[says]
        spoken = says[self.known]
        shares[self.known[spoken]] = self.probabilities[spoken]
        return shares


def mean_probabilities(opinions: Sequence[Opinion], names: int) -> Floats:
    """Return (N, names) weighted means over the systems with an opinion; 0 if none has one."""
    things = len(opinions[0].choice)
    total, weight = np.zeros((things, names)), np.zeros((things, 1))
    for opinion in opinions:
        total += opinion.weight * opinion.distribution(names)
        weight[:, 0] += opinion.weight * (opinion.choice != NOTHING)
    return np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)


def most_probable(opinions: Sequence[Opinion], means: Floats) -> Ints:
    """Return (N,) the names with the highest mean; on ties, the name of the earliest system."""
    return _earliest(opinions, means >= means.max(axis=1, keepdims=True) - _ROUNDING)


def most_votes(opinions: Sequence[Opinion], means: Floats) -> Ints:
    """Return (N,) the names with the most weight.

    On ties, the name with the highest mean is taken, then the name of the earliest system.
    """
    votes = np.zeros_like(means)
    for opinion in opinions:
        says = np.flatnonzero(opinion.choice != NOTHING)
        votes[says, opinion.choice[says]] += opinion.weight
    most = votes >= votes.max(axis=1, keepdims=True) * (1 - _ROUNDING)
    scores = np.where(most, means, -1.0)
    return _earliest(opinions, scores >= scores.max(axis=1, keepdims=True) - _ROUNDING)


def _earliest(opinions: Sequence[Opinion], candidates: NDArray[np.bool_]) -> Ints:
    """Return the candidate that the earliest system chose, else the first candidate."""
    chosen = candidates.argmax(axis=1)
    spoken = np.zeros(len(chosen), bool)
    for opinion in reversed(opinions):
        says = opinion.choice != NOTHING
        spoken |= says
        held = np.flatnonzero(says)
        held = held[candidates[held, opinion.choice[held]]]
        chosen[held] = opinion.choice[held]
    return np.where(spoken, chosen, NOTHING)
