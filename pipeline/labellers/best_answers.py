"""The best answer that the logits of a window allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crosslabel.pipeline.corpus.tag_numbers import Array

MAX_ANSWER_TOKENS = 64
"""Tokens of the longest answer: 30 words of two sub-words, the limit of SQuAD's usual decoding."""


@dataclass(frozen=True, slots=True)
class BestAnswers:
    """The best answers of R windows.

    Attributes:
        first, last: (R,) tokens; the last one belongs to the answer.
        score: (R,) sum of both logits; -inf if the window may hold no answer.
    """

    first: Array
    last: Array
    score: Array


def best_answers(
    starts: Array, ends: Array, may_start: Array, may_end: Array, longest: int = MAX_ANSWER_TOKENS
) -> BestAnswers:
    """Return the first and last token with the highest sum of logits; of equal pairs the first.

    Args:
        starts, ends: (R, L) logits.
        may_start, may_end: (R, L) whether an answer may begin or end there.
        longest: the most tokens that an answer may have.
    """
    size = starts.shape[1]
    starts = np.where(may_start, starts, -np.inf)
    ends = np.where(may_end, ends, -np.inf)
    padded = np.pad(ends, ((0, 0), (0, longest - 1)), constant_values=-np.inf)
    following = np.lib.stride_tricks.sliding_window_view(padded, longest, axis=1)
    sums = (starts[:, :, None] + following).reshape(len(starts), size * longest)
    best = sums.argmax(axis=1)
    first, more = np.divmod(best, longest)
    return BestAnswers(first, first + more, sums[np.arange(len(sums)), best])
