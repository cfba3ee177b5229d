"""Windows over a long context: their ranges, their pairs, and the best window of each token."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import Range


def context_windows(length: int, capacity: int, stride: int) -> list[Range]:
    """Return ranges of at most ``capacity`` tokens that cover a context.

    Each range shares ``stride`` tokens with the one before. An empty context has one empty range.
    """
    step = capacity - stride
    starts = range(0, max(1, length - stride), step)
    return [(start, min(start + capacity, length)) for start in starts]


def nearest_windows(windows: Sequence[Range], other_side: Sequence[Range]) -> list[int]:
    """Return for each window the window of the other side whose centre is nearest.

    Centres are relative to the length of their contexts. Of equally near windows the first counts.
    """
    distances = np.abs(_centres(windows)[:, None] - _centres(other_side)[None, :])
    nearest: list[int] = distances.argmin(1).tolist()
    return nearest


def _centres(windows: Sequence[Range]) -> NDArray[np.float64]:
    places = np.array(windows, np.float64)
    centres: NDArray[np.float64] = places.mean(1) / max(1.0, places.max())
    return centres


def best_seen(windows: Sequence[Range]) -> list[NDArray[np.bool_]]:
    """Return for each window which of its tokens no other window shows with more context.

    The context of a token is the smaller of the numbers of tokens on its two sides, plus a
    hundredth of the length of the window (Devlin et al. 2019, code for SQuAD); of equal windows the
    first.
    """
    length = max(end for _, end in windows)
    score = np.full((len(windows), length), -1.0)
    for window_score, (start, end) in zip(score, windows, strict=True):
        place = np.arange(end - start)
        window_score[start:end] = np.minimum(place, place[::-1]) + 0.01 * (end - start)
    best = score.argmax(0) if length else np.empty(0, np.int64)
    return [best[start:end] == number for number, (start, end) in enumerate(windows)]
