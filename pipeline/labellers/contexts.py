"""Windows over a long context: where they lie, which belong together, which sees a token best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import Range


def context_windows(length: int, capacity: int, stride: int) -> list[Range]:
    """Ranges of at most ``capacity`` tokens that cover a context, each sharing ``stride`` tokens
    with the one before; one empty range for an empty context."""
    step = capacity - stride
    starts = range(0, max(1, length - stride), step)
    return [(start, min(start + capacity, length)) for start in starts]


def nearest_windows(own: Sequence[Range], other: Sequence[Range]) -> list[int]:
    """For each window the one of the other side whose centre is nearest, both taken relative to
    the length of their contexts; of equally near ones the first."""
    distances = np.abs(_centres(own)[:, None] - _centres(other)[None, :])
    nearest: list[int] = distances.argmin(1).tolist()
    return nearest


def _centres(windows: Sequence[Range]) -> NDArray[np.float64]:
    places = np.array(windows, np.float64)
    centres: NDArray[np.float64] = places.mean(1) / max(1.0, places.max())
    return centres


def best_seen(windows: Sequence[Range]) -> list[NDArray[np.bool_]]:
    """Per window, which of its tokens no other window shows with more context around it.

    The context of a token is the smaller of the numbers of tokens on its two sides, and a hundredth
    of the length of the window (Devlin et al. 2019, code for SQuAD); of equal windows the first.
    """
    length = max(end for _, end in windows)
    score = np.full((len(windows), length), -1.0)
    for own, (start, end) in zip(score, windows, strict=True):
        place = np.arange(end - start)
        own[start:end] = np.minimum(place, place[::-1]) + 0.01 * (end - start)
    best = score.argmax(0) if length else np.empty(0, np.int64)
    return [best[start:end] == number for number, (start, end) in enumerate(windows)]
