"""Links between words whose sub-words are each other's likely counterparts, compiled.

``softmax`` turns similarities into the probability of each target sub-word given a source sub-word,
and the other way round, and links the two where both exceed a threshold (Dou and Neubig 2021,
AWESOME-align, section 2.2; Ebing and Glavaš 2025, TransAlign).

A pair is a matrix of a few thousand cells. One thread multiplies it faster than several could be
woken for it, and none is left waiting for work on a core that another engine needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.errors import InputError, TransientError
from crosslabel.projection.interface import Links
from crosslabel.projection.links.compiled import compiled, compiled_sums
from crosslabel.projection.links.sides import EncodedSide, alignable, unlinked

Similarity = Literal["cosine", "dot"]
_Floats = NDArray[np.float32]
_Counts = NDArray[np.int64]

_SMALLEST_NORM = 1e-12
_SLACK = 1e-5
"""More than the logarithm of a probability can be off by rounding."""


@dataclass(frozen=True, slots=True)
class Softmax:
    """Options of the method ``softmax``.

    The defaults give the shipped encoder the highest F1 on the fitting data of the calibrator, by
    the rules that turn links into spans. AWESOME-align and TransAlign compare raw states:
    temperature 1, similarity ``dot``, threshold 0.001, distance 0.

    Attributes:
        temperature: similarities are divided by it.
        threshold: both probabilities must exceed it; a low threshold gives many links, whose
            scores then say how much each is worth.
        similarity: ``cosine``, or ``dot`` for the dot product of the states as they are.
        distance: taken from the logit for every sub-word between a sub-word and the place that
            corresponds to its counterpart's; hardly felt within a sentence, it tells the
            occurrences of a word in a paragraph apart.

    Raises:
        InputError: a value is out of its range.
    """

    temperature: float = 0.07
    threshold: float = 0.1
    similarity: Similarity = "cosine"
    distance: float = 0.06

    def __post_init__(self) -> None:
        if not self.temperature > 0:
            raise InputError(f"temperature must be above 0, not {self.temperature}")
        if not self.distance >= 0:
            raise InputError(f"distance must be at least 0, not {self.distance}")
        if not 0 <= self.threshold < 1:
            raise InputError(f"threshold must be at least 0 and below 1, not {self.threshold}")
        if self.similarity not in get_args(Similarity):
            raise InputError(f"similarity {self.similarity!r} is not known; give cosine or dot")


def softmax_links(source: EncodedSide, target: EncodedSide, options: Softmax) -> list[Links]:
    """Return the links of every pair.

    The score of a link is the geometric mean of the two probabilities of its best sub-word pair.

    Raises:
        TransientError: a pair does not fit into memory.
    """
    links = unlinked(source, target)
    # Temperature and norms are factors of the states, so that no state need be copied.
    left = _factors(source, options.similarity) / np.float32(options.temperature)
    right = _factors(target, options.similarity)
    for pair in alignable(source, target):
        rows, columns = _rows(source, pair), _rows(target, pair)
        try:
            words, scores, directions = _linked(
                source.encoded.vectors[rows], target.encoded.vectors[columns],
                left[rows], right[columns],
                source.encoded.words[rows], target.encoded.words[columns],
                options.distance, options.threshold,
            )
        except MemoryError:
            cells = source.length[pair] * target.length[pair]
            raise TransientError(f"no memory to align a pair of {cells} pairs of sub-words; free "
                                 "some and run it again") from None
        links[pair] = Links(words, scores, None, directions)
    return links


def _rows(side: EncodedSide, pair: int) -> slice:
    return slice(side.first[pair], side.first[pair] + side.length[pair])


def _factors(side: EncodedSide, similarity: Similarity) -> _Floats:
    """Return what each state is multiplied by, (all sub-words,)."""
    vectors = side.encoded.vectors
    if similarity == "dot":
        return np.ones(len(vectors), np.float32)
    norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    factors: _Floats = np.float32(1) / np.maximum(norms, np.float32(_SMALLEST_NORM))
    return factors


@compiled_sums
def _products(left: _Floats, right: _Floats) -> _Floats:
    """Return the dot products of two lists of states, (left, right)."""
    products = np.empty((len(left), len(right)), np.float32)
    for i in range(len(left)):
        for j in range(len(right)):
            total = np.float32(0.0)
            for k in range(left.shape[1]):
                total += left[i, k] * right[j, k]
            products[i, j] = total
    return products


@compiled
def _log_totals(logits: _Floats) -> tuple[_Floats, _Floats]:
    """Return the logarithm of the sum of the exponentials of each row, and of each column."""
    height, width = logits.shape
    row_highest = np.full(height, -np.inf, np.float32)
    column_highest = np.full(width, -np.inf, np.float32)
    for i in range(height):
        for j in range(width):
            row_highest[i] = max(row_highest[i], logits[i, j])
            column_highest[j] = max(column_highest[j], logits[i, j])
    rows, columns = np.zeros(height, np.float32), np.zeros(width, np.float32)
    for i in range(height):
        for j in range(width):
            rows[i] += np.exp(logits[i, j] - row_highest[i])
            columns[j] += np.exp(logits[i, j] - column_highest[j])
    return row_highest + np.log(rows), column_highest + np.log(columns)


@compiled
def _linked(
    left: _Floats,
    right: _Floats,
    left_factors: _Floats,
    right_factors: _Floats,
    left_words: NDArray[np.int32],
    right_words: NDArray[np.int32],
    distance: float,
    threshold: float,
) -> tuple[NDArray[np.int32], _Floats, _Floats]:
    """Return the linked words of a pair, sorted, with scores and the two probabilities."""
    logits = _products(left, right)
    height, width = logits.shape
    longest = max(height, width)
    for i in range(height):
        for j in range(width):
            apart = abs((i + 0.5) / height - (j + 0.5) / width) * longest
            logits[i, j] = logits[i, j] * left_factors[i] * right_factors[j] - distance * apart
    rows, columns = _log_totals(logits)
    least = np.log(threshold) - _SLACK if threshold > 0 else -np.inf
    # The best sub-word pair of each pair of words.
    best = np.zeros((left_words[-1, 1], right_words[-1, 1], 3), np.float32)
    count = 0
    for i in range(height):
        for j in range(width):
            forward, backward = logits[i, j] - rows[i], logits[i, j] - columns[j]
            if forward <= least or backward <= least:
                continue
            given_row, given_column = np.exp(forward), np.exp(backward)
            score = np.sqrt(given_row * given_column)
            if min(given_row, given_column) <= threshold:
                continue
            for word in range(left_words[i, 0], left_words[i, 1]):
                for other in range(right_words[j, 0], right_words[j, 1]):
                    if score > best[word, other, 0]:
                        count += best[word, other, 0] == 0
                        best[word, other, 0] = score
                        best[word, other, 1] = given_column
                        best[word, other, 2] = given_row
    words = np.empty((count, 2), np.int32)
    found = np.empty((count, 3), np.float32)
    place = 0
    for word in range(best.shape[0]):
        for other in range(best.shape[1]):
            if best[word, other, 0] > 0:
                words[place, 0], words[place, 1] = word, other
                found[place] = best[word, other]
                place += 1
    return words, found[:, 0].copy(), found[:, 1:].copy()
