"""The evidence of links on the target words of a unit, with each direction as a separate view.

A *view* is one direction of one link source: a probability per (source word, target word). The
target words of each unit are laid out one after the other as a *strip*, with a border word at each
end, and strips follow each other, so that any window of any unit is a range of one long array.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import Links, TextPair
from crosslabel.projection.joint.units import FragmentUnit

Floats = NDArray[np.float64]

_SUREST = 0.999


@dataclass(frozen=True, slots=True)
class View:
    """Strips of all units in one view, each (strip words,).

    Attributes:
        inside: probability that a target word belongs to the unit.
        other: probability that it belongs to source words outside the unit; 1 at borders.
        mass: sum of its links to the words of the unit.
        first, last: its link to the first and to the last word of the unit.
    """

    inside: Floats
    other: Floats
    mass: Floats
    first: Floats
    last: Floats


def strip_starts(pairs: Sequence[TextPair], units: Sequence[FragmentUnit]) -> NDArray[np.int64]:
    """Return the place of the left border of each strip, (units + 1,)."""
    lengths = [len(pairs[unit.pair].target.words) + 2 for unit in units]
    return np.cumsum([0, *lengths], dtype=np.int64)


def views_of(
    pairs: Sequence[TextPair], units: Sequence[FragmentUnit], links: Sequence[Links]
) -> tuple[View, View]:
    """Return the two views of a link source on all units.

    A source without separate directions gives the same view twice.

    Args:
        links: of each pair.
    """
    starts = strip_starts(pairs, units)
    strips = [np.zeros((5, int(starts[-1]))) for _ in range(2)]
    for strip in strips:
        strip[1, starts[:-1]] = strip[1, starts[1:] - 1] = 1.0
    before = -1
    for unit, start in zip(units, starts.tolist(), strict=False):
        if unit.pair != before:
            before = unit.pair
            both = [_Cells(matrix) for matrix in _matrices(pairs[before], links[before])]
        for strip, cells in zip(strips, both, strict=True):
            cells.write(unit, strip[:, start + 1:start + 1 + cells.width])
    forward, backward = (View(*strip) for strip in strips)
    return forward, backward


def _matrices(pair: TextPair, links: Links) -> list[Floats]:
    """Return the probability of each (source word, target word) in both directions."""
    shape = (len(pair.source.words), len(pair.target.words))
    both = links.directions
    columns = (links.scores, links.scores) if both is None else (both[:, 0], both[:, 1])
    matrices = [np.zeros(shape), np.zeros(shape)]
    for matrix, column in zip(matrices, columns, strict=True):
        matrix[links.pairs[:, 0], links.pairs[:, 1]] = np.clip(column, 0.0, _SUREST)
    return matrices


class _Cells:
    """A matrix prepared for look-ups of ranges of source words."""

    def __init__(self, matrix: Floats) -> None:
        self._matrix = matrix
        self.width = matrix.shape[1]
        # Log-probability that a target word comes from none of the source words before a row.
        self._none = np.zeros((len(matrix) + 1, self.width))
        np.cumsum(np.log1p(-matrix), axis=0, out=self._none[1:])

    def write(self, unit: FragmentUnit, strip: Floats) -> None:
        inside = self._none[unit.end] - self._none[unit.first]
        strip[0] = 1.0 - np.exp(inside)
        strip[1] = 1.0 - np.exp(self._none[-1] - inside)
        strip[2] = self._matrix[unit.first:unit.end].sum(axis=0)
        strip[3] = self._matrix[unit.first]
        strip[4] = self._matrix[unit.end - 1]
