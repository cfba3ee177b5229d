"""Batches of sequences of similar length."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from crosslabel.pipeline.corpus.tag_numbers import Array


def longest_first(lengths: Array) -> Array:
    """Return row numbers, longest rows first, so that running out of memory shows at once.

    Args:
        lengths: tokens of each row, padded within itself.
    """
    order: Array = np.argsort(-lengths, kind="stable")
    return order


def by_length(lengths: Array, rows: Array, batch_tokens: int) -> Iterator[Array]:
    """Yield batches of rows of similar length; the rows come longest first.

    Args:
        batch_tokens: tokens of a padded batch at most; a longer row is a batch by itself.
    """
    start = 0
    while start < len(rows):
        count = max(1, batch_tokens // int(lengths[rows[start]]))
        yield rows[start:start + count]
        start += count
