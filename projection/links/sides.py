"""The two sides of a list of pairs, with the states of their sub-words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import Encoded, Links

MAX_CELLS = 1 << 26
"""Most sub-word pairs of a pair that can be aligned."""
TOO_LONG = "too long to align"


class EncodedSide:
    """One side of a list of pairs, with the rows of the encoded states that belong to each pair.

    Args:
        encoded: distinct sentences.
        sentences: (pairs,) number of the sentence of each pair.
    """

    def __init__(self, encoded: Encoded, sentences: NDArray[np.int64]) -> None:
        self.encoded = encoded
        self.first = encoded.starts[sentences]
        self.length = encoded.starts[sentences + 1] - self.first


def distinct(
    sentences: Sequence[tuple[str, ...]],
) -> tuple[tuple[tuple[str, ...], ...], NDArray[np.int64]]:
    """Return the distinct sentences in order of appearance, and the number of each given sentence.
    """
    numbers: dict[tuple[str, ...], int] = {}
    rows = [numbers.setdefault(sentence, len(numbers)) for sentence in sentences]
    return tuple(numbers), np.asarray(rows, dtype=np.int64)


def alignable(source: EncodedSide, target: EncodedSide) -> NDArray[np.int64]:
    """Return the numbers of the pairs that have sub-words on both sides, and not too many."""
    cells = source.length * target.length
    return np.flatnonzero((cells > 0) & (cells <= MAX_CELLS))


def unlinked(source: EncodedSide, target: EncodedSide) -> list[Links]:
    """Return empty links for every pair, with a reason for pairs with too many cells."""
    none = np.empty((0, 2), np.int32), np.empty(0, np.float32)
    cells = source.length * target.length
    return [Links(*none, reason=TOO_LONG if count > MAX_CELLS else None) for count in cells]
