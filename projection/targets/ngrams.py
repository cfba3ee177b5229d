"""Runs of target words that a unit may have become."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.joint.units import FragmentUnit
from crosslabel.projection.scripts import is_unspaced

Integers = NDArray[np.int64]

_STRETCH, _SPARE = 2, 4
_STRETCH_SPACELESS, _SPARE_SPACELESS = 4, 8


@dataclass(frozen=True, slots=True)
class Ngrams:
    """Runs of target words, ordered by unit.

    Attributes:
        unit: (runs,) number of the unit of each run, rising.
        first, end: (runs,) half-open range of target words of each run.
    """

    unit: Integers
    first: Integers
    end: Integers

    def only(self, chosen: Integers) -> Ngrams:
        """Return some of the runs, in a new order."""
        return Ngrams(self.unit[chosen], self.first[chosen], self.end[chosen])

    def __len__(self) -> int:
        return len(self.unit)


def longest(unit: FragmentUnit, lang: str) -> int:
    """Return the words of the longest run considered: 2 * unit + 4; 4 * unit + 8 without spaces."""
    if is_unspaced(lang):
        return _STRETCH_SPACELESS * unit.length + _SPARE_SPACELESS
    return _STRETCH * unit.length + _SPARE


def every_ngram(words: Sequence[int], limits: Sequence[int]) -> Ngrams:
    """Return all runs of 1 to ``limits[n]`` words of ``words[n]`` words, for each unit ``n``.

    The runs of a unit are in reading order, the shorter of two that begin together first.
    """
    lengths = np.asarray(words, np.int64)
    begun = np.repeat(np.arange(len(lengths)), lengths)
    first = counted(lengths)
    runs = np.minimum(np.asarray(limits, np.int64)[begun], lengths[begun] - first)
    return Ngrams(
        np.repeat(begun, runs), np.repeat(first, runs), np.repeat(first, runs) + counted(runs) + 1
    )


def together(sets: Sequence[Ngrams]) -> Ngrams:
    """Return several sets as one, with the unit numbers that they have already."""
    empty = np.empty(0, np.int64)
    return Ngrams(
        np.concatenate([empty, *(runs.unit for runs in sets)]),
        np.concatenate([empty, *(runs.first for runs in sets)]),
        np.concatenate([empty, *(runs.end for runs in sets)]),
    )


def blocks(words: Sequence[int], limits: Sequence[int], most: int) -> Iterator[range]:
    """Yield blocks of units in order, each with about ``most`` runs."""
    filled = np.cumsum(np.asarray(words, np.int64) * np.asarray(limits, np.int64)) // most
    borders = [0, *(np.flatnonzero(np.diff(filled)) + 1).tolist(), len(filled)]
    yield from (range(a, b) for a, b in pairwise(borders) if a < b)


def counted(sizes: Integers) -> Integers:
    """Return 0, 1, 2, … below each size, one size after the other."""
    starts = np.cumsum(sizes) - sizes
    return np.arange(int(sizes.sum())) - np.repeat(starts, sizes)
