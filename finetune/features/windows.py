"""Windows of long texts, cut at word borders so that they fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Sizes = NDArray[np.int64]


def common_windows(sides: Sequence[Sizes], capacity: int) -> list[list[int]]:
    """Cut both sides of a row into the same number of windows, the fewest that fit.

    Each side is cut at the word borders nearest to equal shares of its sub-words, so that windows
    with the same number hold nearly the same text.

    Args:
        sides: sub-words of each word, none of them more than ``capacity``.
        capacity: sub-words that fit into a window.

    Returns:
        Per side, the number of the first word in each window, then the number of words.
    """
    number = max(1, *(-(-int(sizes.sum()) // capacity) for sizes in sides))
    while True:
        cuts = [_cut(sizes, number) for sizes in sides]
        if all(_fits(sizes, cut, capacity) for sizes, cut in zip(sides, cuts, strict=True)):
            return cuts
        number += 1


def _cut(sizes: Sizes, number: int) -> list[int]:
    ends = np.concatenate([[0], np.cumsum(sizes)])
    shares = ends[-1] * np.arange(1, number) / number
    after = np.searchsorted(ends, shares)
    nearer = shares - ends[np.maximum(after - 1, 0)] < ends[after] - shares
    return [0, *(after - nearer).tolist(), len(sizes)]


def _fits(sizes: Sizes, cut: Sequence[int], capacity: int) -> bool:
    ends = np.concatenate([[0], np.cumsum(sizes)])
    return bool((np.diff(ends[list(cut)]) <= capacity).all())
