"""Links between sub-words by their similarity, for a padded batch of sentence pairs at once.

``inter`` links two sub-words when each is the other's most similar one. ``itermax`` adds a second
round in which sub-words that are still free, weighted against those already linked, may link too
(Jalili Sabet et al. 2020, SimAlign, section 3.3: two rounds, alpha = 0.9; matrices with a side of
at most two sub-words stop after the first). Equal similarities go to the leftmost candidate.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from crosslabel.projection.interface import Links

_ALPHA = 0.9
_SMALL = 2
_NEVER = -1.0


class Matches(NamedTuple):
    """Linked cells of a batch: pair, row and column, int64 (n,) each, and score float32."""

    pair: torch.Tensor
    row: torch.Tensor
    column: torch.Tensor
    score: torch.Tensor


def match(
    similarity: torch.Tensor,
    rows: torch.Tensor,
    columns: torch.Tensor,
    method: Literal["inter", "itermax"],
) -> Matches:
    """Link rows with columns; the score of a link is its similarity.

    Args:
        similarity: (batch, rows, columns), values in [0, 1] where valid, on any device.
        rows, columns: (batch,) number of valid rows and columns of each matrix.
    """
    valid = _valid(similarity, rows, columns)
    similarity = similarity.masked_fill(~valid, _NEVER)
    first = _mutual(similarity, rows)
    if method == "inter":
        return _cells(similarity, [first])
    return _cells(similarity, [first, _second_round(similarity, valid, rows, columns, first)])


def _valid(similarity: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    _, height, width = similarity.shape
    device = similarity.device
    row = torch.arange(height, device=device) < rows[:, None]
    column = torch.arange(width, device=device) < columns[:, None]
    return row[:, :, None] & column[:, None, :]


def _mutual(weight: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """Return the column that each row is mutually best with, (batch, rows), -1 if there is none."""
    best_column = weight.argmax(dim=2)
    best_row = weight.argmax(dim=1)
    row = torch.arange(weight.shape[1], device=weight.device)
    mutual = (best_row.gather(1, best_column) == row) & (row < rows[:, None])
    return torch.where(mutual, best_column, -1)


def _second_round(
    similarity: torch.Tensor,
    valid: torch.Tensor,
    rows: torch.Tensor,
    columns: torch.Tensor,
    first: torch.Tensor,
) -> torch.Tensor:
    """Return the columns that the second round adds, (batch, rows), -1 if it adds none."""
    free_row = (first < 0) & valid.any(dim=2)
    free_column = valid.any(dim=1) & ~_taken(first, similarity.shape[2])
    free = free_row[:, :, None].float() + free_column[:, None, :].float()
    weight = (similarity * (_ALPHA * free).clamp(max=1.0)).masked_fill(~valid, _NEVER)
    second = _mutual(weight, rows)
    column_was_free = free_column.gather(1, second.clamp(min=0))
    large = torch.minimum(rows, columns) > _SMALL
    open_pair = large & free_row.any(dim=1) & free_column.any(dim=1)
    keep = open_pair[:, None] & (free_row | column_was_free)
    return torch.where(keep, second, -1)


def _taken(matched: torch.Tensor, width: int) -> torch.Tensor:
    """Return whether a row took the column, (batch, columns); -1 counts for no column."""
    taken = torch.zeros(matched.shape[0], width + 1, dtype=torch.bool, device=matched.device)
    return taken.scatter_(1, matched.where(matched >= 0, width), True)[:, :width]


def _cells(similarity: torch.Tensor, rounds: list[torch.Tensor]) -> Matches:
    places = [(matched >= 0).nonzero(as_tuple=True) for matched in rounds]
    pair = torch.cat([pair for pair, _ in places])
    row = torch.cat([row for _, row in places])
    column = torch.cat([m[where] for m, where in zip(rounds, places, strict=True)])
    return Matches(pair, row, column, similarity[pair, row, column])


def word_links(
    pair: NDArray[np.int64],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    score: NDArray[np.float32],
    count: int,
) -> list[Links]:
    """Turn linked sub-words into linked words.

    Each word link is given once, with the highest score of its sub-word links.

    Args:
        pair, source, target, score: (n,) number of the pair, the two words and their score.
        count: number of pairs.

    Returns:
        Links of pair 0 to ``count - 1``.
    """
    order = np.lexsort((-score, target, source, pair))
    cells = np.stack([pair, source, target], axis=1)[order]
    new = np.ones(len(cells), dtype=bool)
    new[1:] = (cells[1:] != cells[:-1]).any(axis=1)
    cells, kept = cells[new], order[new]
    cuts = np.searchsorted(cells[:, 0], np.arange(1, count))
    words = np.split(cells[:, 1:].astype(np.int32), cuts)
    scores = np.split(score[kept], cuts)
    return [Links(w, s) for w, s in zip(words, scores, strict=True)]
