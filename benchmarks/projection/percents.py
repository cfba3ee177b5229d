"""The probabilities of projected spans in whole percents, short enough to keep with the results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from crosslabel.projection.evaluation.equal_mass import EqualMass, equal_mass
from crosslabel.projection.evaluation.outcomes import Outcomes

Percents = Mapping[str, list[int]]
"""By percent, the number of spans with this probability and how many of them are correct."""


def percents(outcomes: Outcomes) -> dict[str, list[int]]:
    """Return the spans by the percent that their probability is rounded to."""
    rounded = np.rint(100 * outcomes.probability).astype(np.int64)
    return {
        str(percent): [int((rounded == percent).sum()),
                       int(outcomes.correct[rounded == percent].sum())]
        for percent in np.unique(rounded).tolist()
    }


def calibration(of_sets: Iterable[Percents]) -> EqualMass:
    """Return the calibration of the spans of several sets together."""
    probability: list[float] = []
    correct: list[bool] = []
    for of_set in of_sets:
        for percent, (count, right) in of_set.items():
            probability += [int(percent) / 100] * count
            correct += [True] * right + [False] * (count - right)
    return equal_mass(np.array(probability), np.array(correct, np.bool_))
