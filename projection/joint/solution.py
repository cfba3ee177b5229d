"""The best targets of all units of a pair, chosen together.

The choice maximises the sum of (probability - threshold) over the chosen candidates, so that
leaving a unit without a target is worth 0. Two candidates exclude each other if they

- overlap although their source words do not;
- would move a source unit that lies within another outside of it.

Without a conflict every unit takes its most probable candidate; otherwise an integer program
(HiGHS of scipy) decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from crosslabel.projection.interface import Range, TextPair
from crosslabel.projection.joint.units import FragmentUnit


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate to choose from; ``unit`` counts within the pair, ``row`` within the evidence."""

    unit: int
    row: int
    first: int
    end: int
    probability: float


def solve(
    units: Sequence[FragmentUnit], choices: Sequence[Choice], threshold: float
) -> tuple[dict[int, Choice], set[int]]:
    """Choose at most one candidate per unit.

    Args:
        units: of one pair.
        choices: candidates of these units.

    Returns:
        The choice of each unit that has one, and the units that lost one to a conflict.
    """
    open_choices = [choice for choice in choices if choice.probability >= threshold]
    best: dict[int, Choice] = {}
    for choice in open_choices:
        held = best.get(choice.unit)
        if held is None or choice.probability > held.probability:
            best[choice.unit] = choice
    wished = list(best.values())
    if not _conflicts(units, wished):
        return best, set()
    conflicts = _conflicts(units, open_choices)
    taken = _program(open_choices, conflicts, threshold)
    chosen = {
        choice.unit: choice for choice, is_taken in zip(open_choices, taken, strict=True)
        if is_taken
    }
    return chosen, set(best) - set(chosen)


def fragments_of(pair: TextPair, targets: Sequence[Choice]) -> tuple[Range, ...]:
    """Return the character ranges of chosen targets; ranges that touch are joined."""
    words = pair.target.words
    joined: list[tuple[int, int]] = []
    for first, end in sorted((target.first, target.end) for target in targets):
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((first, end))
    return tuple((words[first][0], words[end - 1][1]) for first, end in joined)


def _conflicts(units: Sequence[FragmentUnit], choices: Sequence[Choice]) -> list[tuple[int, int]]:
    return [
        (a, b)
        for b, later in enumerate(choices) for a, earlier in enumerate(choices[:b])
        if earlier.unit != later.unit
        and _exclude(units[earlier.unit], units[later.unit], earlier, later)
    ]


def _exclude(unit: FragmentUnit, other: FragmentUnit, target: Choice, other_target: Choice) -> bool:
    if unit.end <= other.first or other.end <= unit.first:
        return target.first < other_target.end and other_target.first < target.end
    if _within(unit, other) and not _within(other, unit):
        return not _within(target, other_target)
    if _within(other, unit) and not _within(unit, other):
        return not _within(other_target, target)
    return False


def _within(inner: FragmentUnit | Choice, outer: FragmentUnit | Choice) -> bool:
    return outer.first <= inner.first and inner.end <= outer.end


def _program(
    choices: Sequence[Choice], conflicts: Sequence[tuple[int, int]], threshold: float
) -> NDArray[np.bool_]:
    # Slightly above 0, so that a candidate exactly at the threshold is still taken.
    gain = np.array([choice.probability - threshold + 1e-9 for choice in choices])
    units = sorted({choice.unit for choice in choices})
    row_of = {unit: row for row, unit in enumerate(units)}
    entries = [(row_of[choice.unit], column) for column, choice in enumerate(choices)]
    entries += [
        (len(units) + row, column) for row, pair in enumerate(conflicts) for column in pair
    ]
    rows, columns = (np.array(side) for side in zip(*entries, strict=True))
    matrix = coo_array(
        (np.ones(len(entries)), (rows, columns)), (len(units) + len(conflicts), len(choices))
    )
    solution = milp(
        -gain, integrality=np.ones(len(choices)), bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix.tocsr(), ub=np.ones(matrix.shape[0])),
    )
    return np.asarray(solution.x) > 0.5
