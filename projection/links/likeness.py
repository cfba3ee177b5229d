"""Similarity of the written forms of words of two languages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_BLOCK = 1 << 20
_SHORTEST = 3
_LEAST = 0.5


@lru_cache(maxsize=1 << 16)
def romanised(word: str) -> str:
    """Return a word in lower-case ASCII letters, whatever its script, without diacritics."""
    from anyascii import anyascii

    return str(anyascii(word)).lower()


def likeness(
    left_words: Sequence[str],
    right_words: Sequence[str],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Return the normalised Levenshtein similarity of romanised words, pair by pair.

    Values below 0.5 carry no information and are 0. Unequal words have the value 0, too, if one of
    them has fewer than three letters.

    Args:
        left, right: (n,) numbers of the words to compare.

    Returns:
        float32 (n,), from 0 to 1.
    """
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cpdist

    ours, theirs = ([romanised(w) for w in words] for words in (left_words, right_words))
    lengths = [np.array([len(w) for w in words], np.int32) for words in (ours, theirs)]
    similarity = np.empty(len(left), np.float32)
    for start in range(0, len(left), _BLOCK):
        rows, columns = left[start:start + _BLOCK], right[start:start + _BLOCK]
        values = cpdist(
            [ours[i] for i in rows], [theirs[j] for j in columns],
            scorer=Levenshtein.normalized_similarity, score_cutoff=_LEAST, dtype=np.float32,
        )
        long = np.minimum(lengths[0][rows], lengths[1][columns]) >= _SHORTEST
        similarity[start:start + _BLOCK] = np.where(long | (values == 1.0), values, 0.0)
    return similarity
