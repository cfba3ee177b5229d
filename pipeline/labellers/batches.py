"""Sequences of unlike length as batches of like length."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from crosslabel.pipeline.corpus.tag_numbers import Array


def longest_first(lengths: Array) -> Array:
    """Row numbers by length, so that running out of memory shows at once.

    Args:
        lengths: tokens of each row, padded within itself.
    """
    order: Array = np.argsort(-lengths, kind="stable")
    return order


def by_length(lengths: Array, rows: Array, batch_tokens: int) -> Iterator[Array]:
    """Rows that come longest first in batches of like length.

    Args:
        batch_tokens: most tokens of a padded batch; a longer row is a batch by itself.
    """
    start = 0
    while start < len(rows):
        count = max(1, batch_tokens // int(lengths[rows[start]]))
        yield rows[start:start + count]
        start += count
