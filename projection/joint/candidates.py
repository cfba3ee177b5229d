"""Target ranges that a unit may have become, as candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import TextPair
from crosslabel.projection.joint.texts import SideTexts
from crosslabel.projection.joint.units import FragmentUnit
from crosslabel.projection.joint.views import View, strip_starts
from crosslabel.projection.scripts import is_unspaced

Integers = NDArray[np.int64]

_KEPT = 16
_SUPPORT = 0.05
_SPARE, _SPARE_SPACELESS = 4, 8
_STRETCH, _STRETCH_SPACELESS = 2, 4
_LEAST, _MOST = 0.02, 0.98
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Candidates:
    """Ranges of target words, ordered by unit.

    Attributes:
        unit: (candidates,) unit of each candidate, rising.
        first, end: (candidates,) range of target words of each candidate.
        starts: (units + 1,) where the candidates of each unit begin.
        strips: (units + 1,) where the strip of each unit begins, see
            :mod:`crosslabel.projection.joint.views`.
    """

    unit: Integers
    first: Integers
    end: Integers
    starts: Integers
    strips: Integers

    @property
    def length(self) -> Integers:
        """Number of target words of each candidate."""
        return self.end - self.first

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of strip values within each candidate."""
        running = np.concatenate([[0.0], np.cumsum(values)])
        border = self.strips[self.unit] + 1
        within: NDArray[np.float64] = running[border + self.end] - running[border + self.first]
        return within

    def totals(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of strip values over all target words of each unit, (units,)."""
        running = np.concatenate([[0.0], np.cumsum(values)])
        total: NDArray[np.float64] = running[self.strips[1:] - 1] - running[self.strips[:-1] + 1]
        return total

    def most(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the highest value among the candidates of each unit, (units,), 0 without any."""
        highest = np.zeros(len(self.strips) - 1)
        np.maximum.at(highest, self.unit, values)
        return highest

    def at(self, values: NDArray[np.float64], places: Integers) -> NDArray[np.float64]:
        """Return strip values at a target word per candidate; -1 and the length are the borders."""
        at_places: NDArray[np.float64] = values[self.strips[self.unit] + places + 1]
        return at_places


def candidates_of(
    pairs: Sequence[TextPair], units: Sequence[FragmentUnit],
    views: Sequence[tuple[View, View]], targets: Sequence[SideTexts],
    sources: Sequence[SideTexts],
) -> Candidates:
    """Return the ranges of each unit that a link source holds for the 16 likeliest.

    A range begins and ends at, or one word beside, a word that a view links to the unit or that is
    written like one of its words; it may be about twice as long as the unit (four times in scripts
    without spaces).

    Every link source has its own, so that one that errs does not crowd out what another knows.

    Args:
        views: the two views of each link source.
        targets, sources: texts of the sides of each pair.
    """
    starts = strip_starts(pairs, units)
    support = np.max([view.inside for both in views for view in both], axis=0) >= _SUPPORT
    windows = [
        _windows(
            unit, support[starts[n] + 1:starts[n + 1] - 1]
            | targets[unit.pair].written_like(sources[unit.pair], unit.first, unit.end),
            *_limits(pairs[unit.pair].target.lang),
        )
        for n, unit in enumerate(units)
    ]
    unit_numbers = np.repeat(np.arange(len(units)), [len(first) for first, _ in windows])
    first, end = (
        np.concatenate([np.empty(0, np.int64), *(ends[side] for ends in windows)])
        for side in (0, 1)
    )
    return _likeliest(_candidates(unit_numbers, first, end, starts), views)


def _candidates(
    unit: Integers, first: Integers, end: Integers, strips: Integers
) -> Candidates:
    return Candidates(unit, first, end, np.searchsorted(unit, np.arange(len(strips))), strips)


def _limits(lang: str) -> tuple[int, int]:
    return (_STRETCH_SPACELESS, _SPARE_SPACELESS) if is_unspaced(lang) else (_STRETCH, _SPARE)


def _windows(
    unit: FragmentUnit, support: NDArray[np.bool_], stretch: int, spare: int
) -> tuple[Integers, Integers]:
    edge = support.copy()
    edge[1:] |= support[:-1]
    edge[:-1] |= support[1:]
    places = np.flatnonzero(edge)
    size = places[None, :] + 1 - places[:, None]
    rows, columns = np.nonzero((size > 0) & (size <= stretch * unit.length + spare))
    return places[rows], places[columns] + 1


def _likeliest(every: Candidates, views: Sequence[tuple[View, View]]) -> Candidates:
    """Return the candidates whose words most likely belong to their unit, in reading order."""
    kept = np.zeros(len(every.unit), bool)
    for forward, backward in views:
        odds = log_odds(forward.inside) + log_odds(backward.inside)
        # The last digits of running sums depend on earlier terms; equal sums must stay equal.
        order = np.lexsort((-np.round(every.sums(odds), _DIGITS), every.unit))
        kept[order[np.arange(len(order)) - every.starts[every.unit[order]] < _KEPT]] = True
    return _candidates(every.unit[kept], every.first[kept], every.end[kept], every.strips)


def log_odds(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log odds, kept finite by holding probabilities between 0.02 and 0.98."""
    held = np.clip(probability, _LEAST, _MOST)
    odds: NDArray[np.float64] = np.log(held / (1.0 - held))
    return odds
