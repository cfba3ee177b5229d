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
# Characters that are compared at once, some 50 bytes of memory for each.
_AT_ONCE = 1 << 20
_FIRST_SEPARATOR = 0x110000  # beyond all characters


def repetition(batch: CheckedBatch, allowed: float) -> Problems:
    """Translations in which a piece stands more times in a row, and none does so in the text."""
    human = repeats([text.human for text in batch.texts])
    machine = repeats([text.machine for text in batch.texts])
    return [
        f"a piece stands {own:.1f} times in a row, allowed are {allowed:g}"
        if own > max(allowed, other) else None
        for own, other in zip(machine, human, strict=True)
    ]


def repeats(texts: Sequence[str]) -> NDArray[np.float64]:
    """How many times in a row the most repeated piece of each text stands; 1 if none does.

    A piece has any number of characters up to 200, so that loops of letters, words, sentences and
    of scripts without spaces are all found; case does not count. The last time may be incomplete:
    ``the the th`` counts 2.75.
    """
    groups = _groups([len(text) for text in texts])
    return np.concatenate([_repeats(texts[start:end]) for start, end in groups])


def _groups(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of texts that are compared at once."""
    start = size = 0
    for number, length in enumerate(lengths):
        if size + length > _AT_ONCE and number > start:
            yield start, number
            start, size = number, 0
        size += length
    yield start, len(lengths)


def _repeats(texts: Sequence[str]) -> NDArray[np.float64]:
    """Compares all texts with themselves at once, shifted by each length in turn."""
    codes, owners, sizes = _joined([" ".join(text.casefold().split()) + " " for text in texts])
    found = np.ones(len(texts))
    for length in range(1, min(_LONGEST, len(codes) - 1) + 1):
        starts, ends = _runs(codes[:-length] == codes[length:])
        whole = sizes[ends + length] - sizes[starts]
        kept = (ends - starts >= length) & (whole >= _SHORTEST)
        times = (ends - starts)[kept] / length + 1
        np.maximum.at(found, owners[starts[kept]], times)
    return found


def _joined(
    texts: Sequence[str],
) -> tuple[NDArray[np.uint32], NDArray[np.intp], NDArray[np.int64]]:
    """All characters with a separator of its own after each text, whose each is, and the size of
    all that stands before each."""
    marked = [
        np.append(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32),
                  np.uint32(_FIRST_SEPARATOR + number))
        for number, text in enumerate(texts)
    ]
    codes = np.concatenate([*marked, np.zeros(0, np.uint32)])
    owners = np.repeat(np.arange(len(texts)), [len(own) for own in marked])
    kinds, inverse = np.unique(codes, return_inverse=True)
    weights = np.array([characters(chr(code)) if code < _FIRST_SEPARATOR else 1 for code in kinds])
    sizes = np.concatenate([[0], np.cumsum(weights[inverse])]) if len(codes) else np.zeros(1)
    return codes, owners, sizes.astype(np.int64)


def _runs(same: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where stretches of true values begin and end."""
    edges = np.flatnonzero(np.diff(same, prepend=False, append=False))
    return edges[::2], edges[1::2]
