"""Sequences of unlike length as batches of like length."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.labellers.entities import Array


def by_length(lengths: Array, batch_tokens: int) -> Iterator[Array]:
    """Row numbers in batches of like length, longest first, so that running out of memory shows at
    once.

    Args:
        lengths: tokens of each row, padded within itself.
        batch_tokens: most tokens of a padded batch; a longer row is a batch by itself.
    """
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        rows = max(1, batch_tokens // int(lengths[order[start]]))
        yield order[start:start + rows]
        start += rows
