"""The order of training rows: languages by epoch, and rows of similar length in one batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from crosslabel.finetune.reading.columns import Array

Sampling = Literal["all", "one_language"]

# Number of batches whose rows are sorted by length together: enough for little padding, few enough
# that the order stays random.
_POOL = 50


@dataclass(frozen=True, slots=True)
class SampledRows:
    """The facts about each row that sampling needs.

    Attributes:
        lengths: tokens of the longer side.
        groups: number of the source example.
        langs: number of the target language.
    """

    lengths: Array
    groups: Array
    langs: Array


class PairBatches:
    """Batches of row numbers, in an order that depends only on ``seed`` and the epoch's number.

    With ``all``, every row is read once in an epoch. With ``one_language``, every source example is
    read in one language, drawn anew each epoch (the sampling of FILTER for tagging, Fang et al.
    2020, section 4).

    Args:
        batch_size: rows per batch; the last one may have fewer.
    """

    drop_last = False

    def __init__(self, rows: SampledRows, batch_size: int, seed: int, sampling: Sampling) -> None:
        self.batch_size = batch_size
        self._rows = rows
        self._seed = seed
        self._sampling = sampling
        self._epoch = 0
        self._drawn_rows = len(self._drawn(0))

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch of the next iteration."""
        self._epoch = epoch

    def __len__(self) -> int:
        return -(-self._drawn_rows // self.batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        drawn = self._drawn(self._epoch)
        # Languages may differ in their number of windows; every epoch has the promised length.
        order = np.resize(drawn[self._random(1).permutation(len(drawn))], self._drawn_rows)
        batches = [batch for pool in _cut(order, self.batch_size * _POOL)
                   for batch in _cut(self._by_length(pool), self.batch_size)]
        # A short batch may only be the last one: several processes take batches in turn.
        full = [batch for batch in batches if len(batch) == self.batch_size]
        for number in self._random(2).permutation(len(full)):
            yield full[number].tolist()
        yield from (batch.tolist() for batch in batches if len(batch) < self.batch_size)

    def _drawn(self, epoch: int) -> Array:
        if self._sampling == "all":
            return np.arange(len(self._rows.lengths))
        return one_language(self._rows, np.random.default_rng((self._seed, epoch, 0)))

    def _by_length(self, pool: Array) -> Array:
        return pool[np.argsort(-self._rows.lengths[pool], kind="stable")]

    def _random(self, purpose: int) -> np.random.Generator:
        return np.random.default_rng((self._seed, self._epoch, purpose))


def one_language(rows: SampledRows, random: np.random.Generator) -> Array:
    """Draw the rows of one language for each group, all its languages being equally likely."""
    units, unit_of_row = np.unique(np.stack([rows.groups, rows.langs]), axis=1, return_inverse=True)
    draw = random.random(units.shape[1])
    order = np.lexsort((draw, units[0]))
    last_of_group = np.append(units[0][order][1:] != units[0][order][:-1], True)
    chosen = np.zeros(units.shape[1], dtype=bool)
    chosen[order[last_of_group]] = True
    return np.flatnonzero(chosen[unit_of_row.reshape(-1)])


def _cut(rows: Array, size: int) -> list[Array]:
    return [rows[start:start + size] for start in range(0, len(rows), size)]
