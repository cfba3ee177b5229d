"""Loops of a decoder: the same piece of text again and again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from crosslabel.pipeline.quality.texts import CheckedBatch, Problems, characters

# The longest piece that is looked for, in characters.
_LONGEST = 200
# "hahaha" and "!!!!!" are no loops: what repeats must be this long as a whole.
_SHORTEST = 8
# Characters that are compared at once, each with about 50 bytes of memory.
_AT_ONCE = 1 << 20
_FIRST_SEPARATOR = 0x110000  # beyond all characters


def repetition(batch: CheckedBatch, allowed: float) -> Problems:
    """Reject translations with a piece that occurs more than ``allowed`` times in a row.

    A translation is not rejected if a piece of the text occurs as often.
    """
    human = repeats([text.human for text in batch.texts])
    machine = repeats([text.machine for text in batch.texts])
    return [
        f"a piece occurs {times:.1f} times in a row, at most {allowed:g} are allowed"
        if times > max(allowed, human_times) else None
        for times, human_times in zip(machine, human, strict=True)
    ]


def repeats(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return how many times in a row the most repeated piece of each text occurs, at least 1.

    A piece has any number of characters up to 200, so that loops of letters, words, sentences and
    of scripts without spaces are all found; case does not count. The last repetition may be
    incomplete: ``the the th`` counts 2.75.
    """
    groups = _groups([len(text) for text in texts])
    return np.concatenate([_repeats(texts[start:end]) for start, end in groups])


def _groups(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of texts that are compared at once."""
    start = size = 0
    for number, length in enumerate(lengths):
        if size + length > _AT_ONCE and number > start:
            yield start, number
            start, size = number, 0
        size += length
    yield start, len(lengths)


def _repeats(texts: Sequence[str]) -> NDArray[np.float64]:
    """Compare all texts with themselves at once, shifted by each length in turn."""
    codes, owners, sizes = _joined([" ".join(text.casefold().split()) + " " for text in texts])
    most = np.ones(len(texts))
    for length in range(1, min(_LONGEST, len(codes) - 1) + 1):
        starts, ends = _runs(codes[:-length] == codes[length:])
        whole = sizes[ends + length] - sizes[starts]
        kept = (ends - starts >= length) & (whole >= _SHORTEST)
        times = (ends - starts)[kept] / length + 1
        np.maximum.at(most, owners[starts[kept]], times)
    return most


def _joined(
    texts: Sequence[str],
) -> tuple[NDArray[np.uint32], NDArray[np.intp], NDArray[np.int64]]:
    """Return all characters with a different separator after each text.

    The other results are the text number of each character, and the size of everything before it.
    """
    marked = [
        np.append(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32),
                  np.uint32(_FIRST_SEPARATOR + number))
        for number, text in enumerate(texts)
    ]
    codes = np.concatenate([*marked, np.zeros(0, np.uint32)])
    owners = np.repeat(np.arange(len(texts)), [len(text) for text in marked])
    kinds, inverse = np.unique(codes, return_inverse=True)
    weights = np.array([characters(chr(code)) if code < _FIRST_SEPARATOR else 1 for code in kinds])
    sizes = np.concatenate([[0], np.cumsum(weights[inverse])]) if len(codes) else np.zeros(1)
    return codes, owners, sizes.astype(np.int64)


def _runs(same: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where stretches of true values begin and end."""
    edges = np.flatnonzero(np.diff(same, prepend=False, append=False))
    return edges[::2], edges[1::2]
