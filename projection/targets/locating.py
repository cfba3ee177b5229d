"""Location of a phrase of one translation in another translation of the same text.

Both are in one language, so words are compared by their letters. The score of a place rises with
the likeness of its words, above all the first and the last, and of its length to those of the
phrase; with the likeness of its neighbours to the neighbours of the phrase; and with the share of
the rest of the two texts that can be matched in order around it. The latter two tell repeated
phrases apart, and locate a phrase that is worded differently.

The weights make the gold targets likeliest if spans of the shipped model's translations of UNER-PUD
and xSID (German) are located in the gold texts; nothing was chosen on other data.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import Range, RankedTargets
from crosslabel.projection.links.compiled import compiled

Floats = NDArray[np.float32]

_LEAST = 0.7
_SHORTEST = 4
_WEIGHTS = {"words": 1.4, "ends": 4.0, "neighbours": 2.1, "rest": 2.2, "length": 2.2}
_BOTH_NEIGHBOURS = 0.5
_DIGITS = 5


class TwoTranslations:
    """Two translations of one text, prepared to locate phrases of the first in the second.

    Args:
        first, second: the words of each.
    """

    def __init__(self, first: Sequence[str], second: Sequence[str]) -> None:
        self._alike = _alike(first, second)

    def locate(self, phrase: Range, kept: int = 8) -> RankedTargets:
        """Return the ranges of the second translation that may be the phrase, best first.

        Args:
            phrase: range of words of the first translation.
            kept: at most this many ranges are returned.

        Returns:
            An empty ranking if no word of the phrase is in the second translation and no place
            there has its neighbours.
        """
        first, end = phrase
        length, words = end - first, self._alike.shape[1]
        longest = min(words, 2 * length + 2)
        sizes = np.repeat(np.arange(1, longest + 1), words - np.arange(longest))
        starts = np.arange(len(sizes)) - np.searchsorted(sizes, sizes)
        ranges = np.stack([starts, starts + sizes], 1).astype(np.int32)
        scores, possible = self._scores(phrase, ranges, _same(self._alike[first:end], longest))
        best = np.lexsort((ranges[:, 0], sizes, -np.round(scores, _DIGITS)))
        best = best[possible[best]][:kept]
        return RankedTargets(ranges[best], scores[best])

    def _scores(
        self, phrase: Range, ranges: NDArray[np.int32], same: Floats
    ) -> tuple[Floats, NDArray[np.bool_]]:
        first, end = phrase
        (order_before, near_before), (order_after, near_after) = self._before, self._after
        left, right = near_before[first, ranges[:, 0]], near_after[end, ranges[:, 1]]
        outside = max(1, sum(self._alike.shape) - 2 * (end - first))
        rest = 2 * (order_before[first, ranges[:, 0]] + order_after[end, ranges[:, 1]]) / outside
        values = {
            "words": same,
            "ends": (self._alike[first, ranges[:, 0]] + self._alike[end - 1, ranges[:, 1] - 1]) / 2,
            "neighbours": (left + right) / 2,
            "rest": rest,
            "length": -np.abs(np.log((ranges[:, 1] - ranges[:, 0]) / (end - first))),
        }
        scores = np.sum([_WEIGHTS[name] * value for name, value in values.items()], axis=0)
        possible = (same > 0) | (np.minimum(left, right) >= _BOTH_NEIGHBOURS)
        return scores.astype(np.float32), possible

    @cached_property
    def _before(self) -> tuple[Floats, Floats]:
        order, near = _walk(self._alike)
        return order, near

    @cached_property
    def _after(self) -> tuple[Floats, Floats]:
        order, near = _walk(np.ascontiguousarray(self._alike[::-1, ::-1]))
        return order[::-1, ::-1], near[::-1, ::-1]


def _alike(first: Sequence[str], second: Sequence[str]) -> Floats:
    """Return the likeness of all words of two texts, from 0 to 1; 0 or 1 for short words."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    ours, theirs = ([word.casefold() for word in words] for words in (first, second))
    values = np.zeros((len(ours), len(theirs)), np.float32)
    if not values.size:
        return values
    values[:] = cdist(ours, theirs, scorer=Levenshtein.normalized_similarity,
                     score_cutoff=_LEAST, dtype=np.float32)
    long = [np.array([len(word) >= _SHORTEST for word in words]) for words in (ours, theirs)]
    kept: Floats = np.where((long[0][:, None] & long[1]) | (values == 1.0), values, np.float32(0.0))
    return kept


def _same(alike: Floats, longest: int) -> Floats:
    """Return how far each range has exactly the words of the phrase, from 0 to 1 (Dice).

    Args:
        alike: (phrase, words).

    Returns:
        Ranges of one word, then of two, up to ``longest``.
    """
    length, best = len(alike), alike
    totals = np.concatenate([[0.0], np.cumsum(alike.max(axis=0, initial=0.0))])
    shares = [np.empty(0, np.float32)]
    for size in range(1, longest + 1):
        if size > 1:
            best = np.maximum(best[:, :-1], alike[:, size - 1:])
        in_both = np.minimum(best.sum(axis=0), totals[size:] - totals[:-size])
        shares.append(2 * in_both / (length + size))
    return np.concatenate(shares).astype(np.float32)


@compiled
def _walk(alike: Floats) -> tuple[Floats, Floats]:
    """Return the matches before each pair of places, both (first words + 1, second words + 1).

    Returns:
        Two float32 arrays: the largest number of words that match in order, weighted by likeness;
        and how well the nearest words match, from 0 to 1, where each word in between halves the
        matches beyond it.
    """
    rows, columns = alike.shape
    order = np.zeros((rows + 1, columns + 1), np.float32)
    near = np.zeros((rows + 1, columns + 1), np.float32)
    near[0, 0] = 1.0
    for row in range(rows + 1):
        for column in range(columns + 1):
            if row:
                order[row, column] = order[row - 1, column]
                near[row, column] = 0.5 * near[row - 1, column]
            if column:
                order[row, column] = max(order[row, column], order[row, column - 1])
                near[row, column] = max(near[row, column], np.float32(0.5) * near[row, column - 1])
            if row and column:
                here = alike[row - 1, column - 1]
                order[row, column] = max(order[row, column], order[row - 1, column - 1] + here)
                further = np.float32(0.5) * (1 + near[row - 1, column - 1])
                near[row, column] = max(near[row, column], here * further)
    return order, near
