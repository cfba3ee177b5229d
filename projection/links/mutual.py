"""Links of the SimAlign methods, by torch, for many pairs at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from crosslabel.projection.halving import BatchSize
from crosslabel.projection.interface import Links
from crosslabel.projection.links.matching import Matches, match, word_links
from crosslabel.projection.links.sides import EncodedSide, alignable, unlinked

_CELLS_PER_BATCH = {"cpu": 1 << 17, "cuda": 1 << 27}
_PAIRS_PER_BATCH = 4096

MutualMethod = Literal["inter", "itermax"]


class MutualLinks:
    """The loaded matcher of a device, ``cpu`` or ``cuda``."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._size = BatchSize("cells in the alignment", _CELLS_PER_BATCH[device])

    def link(
        self, source: EncodedSide, target: EncodedSide, methods: Sequence[MutualMethod]
    ) -> dict[MutualMethod, list[Links]]:
        """Return the links of every pair by each method, with scores ``(cosine + 1) / 2``."""
        links = {method: unlinked(source, target) for method in methods}
        states = _unit(source, self._device), _unit(target, self._device)

        def linked(batch: NDArray[np.int64]) -> dict[MutualMethod, list[Links]]:
            similarity = (_products(source, target, states, batch) + 1.0) / 2.0
            rows, columns = (_lengths(side, batch, self._device) for side in (source, target))
            return {
                method: _in_words(source, target, batch, match(similarity, rows, columns, method))
                for method in methods
            }

        cut = partial(_buckets, source.length, target.length)
        for batch, by_method in self._size.batches(_alike(source, target), cut, linked):
            for method, batch_links in by_method.items():
                for number, pair_links in zip(batch, batch_links, strict=True):
                    links[method][number] = pair_links
        return links


def _unit(side: EncodedSide, device: str) -> torch.Tensor:
    """Return states whose dot products are cosines, (all sub-words, dim)."""
    vectors = torch.from_numpy(side.encoded.vectors)
    return torch.nn.functional.normalize(vectors, dim=1).to(device)


def _padded(side: EncodedSide, batch: NDArray[np.int64]) -> torch.Tensor:
    """Return rows of the states of some pairs, (batch, longest), padded with the last row."""
    length = side.length[batch]
    offsets = np.minimum(np.arange(length.max()), length[:, None] - 1)
    return torch.from_numpy(side.first[batch][:, None] + offsets)


def _products(
    source: EncodedSide,
    target: EncodedSide,
    states: tuple[torch.Tensor, torch.Tensor],
    batch: NDArray[np.int64],
) -> torch.Tensor:
    """Return the dot products of the padded sub-words of some pairs, (batch, source, target)."""
    left, right = (
        vectors[_padded(side, batch).to(vectors.device)]
        for side, vectors in zip((source, target), states, strict=True)
    )
    return left @ right.transpose(1, 2)


def _lengths(side: EncodedSide, batch: NDArray[np.int64], device: str) -> torch.Tensor:
    return torch.from_numpy(side.length[batch]).to(device)


def _in_words(
    source: EncodedSide, target: EncodedSide, batch: NDArray[np.int64], matches: Matches
) -> list[Links]:
    pair, row, column, score = (part.cpu().numpy() for part in matches)
    return word_links(
        pair,
        source.encoded.words[source.first[batch][pair] + row, 0],
        target.encoded.words[target.first[batch][pair] + column, 0],
        score,
        len(batch),
    )


def _alike(source: EncodedSide, target: EncodedSide) -> NDArray[np.int64]:
    """Return the numbers of alignable pairs, with pairs of similar lengths next to each other."""
    usable = alignable(source, target)
    return usable[np.lexsort((usable, target.length[usable], source.length[usable]))]


def _buckets(
    source: NDArray[np.int64], target: NDArray[np.int64], order: NDArray[np.int64], limit: int
) -> Iterator[NDArray[np.int64]]:
    """Yield pairs in their order, at most ``limit`` padded cells at a time."""
    start = 0
    while start < len(order):
        rest = order[start:start + _PAIRS_PER_BATCH]
        height = np.maximum.accumulate(source[rest])
        width = np.maximum.accumulate(target[rest])
        padded = height * width * np.arange(1, len(rest) + 1)
        size = max(1, int(np.searchsorted(padded, limit, side="right")))
        yield rest[:size]
        start += size
