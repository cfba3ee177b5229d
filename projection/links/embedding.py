"""Word alignment by the similarity of contextual sub-word states (SimAlign), in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from crosslabel.projection.errors import InputError
from crosslabel.projection.halving import BatchSize
from crosslabel.projection.interface import Encoded, Encoder, Links, TextPair
from crosslabel.projection.links.matching import (
    METHODS,
    Matches,
    Method,
    Similarity,
    Softmax,
    match,
    match_softmax,
    word_links,
)

_CELLS_PER_BATCH = {"cpu": 1 << 17, "cuda": 1 << 27}
_PAIRS_PER_BATCH = 4096
_MAX_CELLS = 1 << 26
_MAX_KEPT_BYTES = 1 << 29
TOO_LONG = "too long to align"


class EmbeddingAligner:
    """Link source that compares the states of an encoder.

    Scores of ``inter`` and ``itermax`` are ``(cosine + 1) / 2`` of the best sub-word pair; their
    links equal the links of the ``simalign`` package on the same model and layer, unless
    similarities tie within rounding. Scores of ``softmax`` are the geometric mean of the two
    probabilities. Source states of the latest list of pairs are kept (up to half a gigabyte), so
    that aligning the same sources with another target language encodes them only once. A pair of
    more than 2**26 sub-word pairs gets no links, and a reason that says so.

    Args:
        encoder: gives the states.
        method: ``inter``, ``itermax`` or ``softmax``.
        device: where similarities are computed, ``cpu`` or ``cuda``; by default the device of the
            encoder.
        softmax: options of the method ``softmax``.
        target_encoder: encoder of the target side; by default ``encoder``.
        name: name of the source; the method by default.

    Raises:
        InputError: there is no such method.
    """

    def __init__(
        self,
        encoder: Encoder,
        method: Method = "itermax",
        device: str | None = None,
        *,
        softmax: Softmax | None = None,
        target_encoder: Encoder | None = None,
        name: str | None = None,
    ) -> None:
        self._encoder = encoder
        self._target_encoder = target_encoder or encoder
        self._method = _known(method)
        self._name = name or method
        self._softmax = softmax or Softmax()
        self._device = device or str(getattr(encoder, "device", "cpu"))
        self._size = BatchSize("cells in the alignment", _CELLS_PER_BATCH[self._device])
        self._kept: tuple[tuple[tuple[str, ...], ...], Encoded] | None = None

    @property
    def name(self) -> str:
        """The given name, or the matching method."""
        return self._name

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        """Align every pair, in order. A side without words gives no links."""
        return self.align_many(pairs, [self._method])[self._method]

    def align_many(
        self, pairs: Sequence[TextPair], methods: Sequence[Method]
    ) -> dict[Method, list[Links]]:
        """Align every pair by several methods; each distinct sentence is encoded once.

        Raises:
            InputError: there is no such method.
        """
        wanted = tuple(_known(method) for method in dict.fromkeys(methods))
        source_words, source_rows = _distinct([pair.source.surface() for pair in pairs])
        target_words, target_rows = _distinct([pair.target.surface() for pair in pairs])
        source = _Side(self._encode_source(source_words), source_rows)
        target = _Side(self._target_encoder.encode(target_words), target_rows)
        return self._link(source, target, wanted)

    def _encode_source(self, sentences: tuple[tuple[str, ...], ...]) -> Encoded:
        kept = self._kept
        if kept is not None and kept[0] == sentences:
            return kept[1]
        encoded = self._encoder.encode(sentences)
        self._kept = (sentences, encoded) if encoded.vectors.nbytes <= _MAX_KEPT_BYTES else None
        return encoded

    def _link(
        self, source: _Side, target: _Side, methods: tuple[Method, ...]
    ) -> dict[Method, list[Links]]:
        links = {method: _unlinked(source.length * target.length) for method in methods}
        states = {
            kind: (source.states(kind, self._device), target.states(kind, self._device))
            for kind in {self._similarity(method) for method in methods}
        }

        def linked(batch: NDArray[np.int64]) -> dict[Method, list[Links]]:
            products = {
                kind: _products(source, target, both, batch) for kind, both in states.items()
            }
            rows, columns = (_lengths(side, batch, self._device) for side in (source, target))
            return {
                method: _in_words(source, target, batch, self._match(
                    method, products[self._similarity(method)], rows, columns))
                for method in methods
            }

        cut = partial(_buckets, source.length, target.length)
        alike = _alike(source.length, target.length)
        for batch, by_method in self._size.batches(alike, cut, linked):
            for method, batch_links in by_method.items():
                for number, pair_links in zip(batch, batch_links, strict=True):
                    links[method][number] = pair_links
        return links

    def _similarity(self, method: Method) -> Similarity:
        return self._softmax.similarity if method == "softmax" else "cosine"

    def _match(
        self, method: Method, products: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor
    ) -> Matches:
        if method == "softmax":
            return match_softmax(products, rows, columns, self._softmax)
        return match((products + 1.0) / 2.0, rows, columns, method)


def _known(method: Method) -> Method:
    if method not in METHODS:
        raise InputError(f"method {method!r} is not known; give {' or '.join(METHODS)}")
    return method


class _Side:
    """One side of a list of pairs, with the rows of the encoded states that belong to each pair."""

    def __init__(self, encoded: Encoded, sentences: NDArray[np.int64]) -> None:
        self.encoded = encoded
        self.first = encoded.starts[sentences]
        self.length = encoded.starts[sentences + 1] - self.first

    def states(self, similarity: Similarity, device: str) -> torch.Tensor:
        """Return states whose dot products are the similarities, (all sub-words, dim)."""
        vectors = torch.from_numpy(self.encoded.vectors)
        if similarity == "cosine":
            vectors = torch.nn.functional.normalize(vectors, dim=1)
        return vectors.to(device)

    def padded(self, batch: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return rows of the states of some pairs, (batch, longest), padded with the last row."""
        length = self.length[batch]
        offsets = np.minimum(np.arange(length.max()), length[:, None] - 1)
        rows: NDArray[np.int64] = self.first[batch][:, None] + offsets
        return rows


def _distinct(
    sentences: Sequence[tuple[str, ...]],
) -> tuple[tuple[tuple[str, ...], ...], NDArray[np.int64]]:
    """Return the distinct sentences in order of appearance, and the number of each given sentence.
    """
    numbers: dict[tuple[str, ...], int] = {}
    rows = [numbers.setdefault(sentence, len(numbers)) for sentence in sentences]
    return tuple(numbers), np.asarray(rows, dtype=np.int64)


def _unlinked(cells: NDArray[np.int64]) -> list[Links]:
    """Return empty links for every pair, with a reason for pairs with too many cells."""
    none = np.empty((0, 2), np.int32), np.empty(0, np.float32)
    return [Links(*none, reason=TOO_LONG if count > _MAX_CELLS else None) for count in cells]


def _products(
    source: _Side,
    target: _Side,
    states: tuple[torch.Tensor, torch.Tensor],
    batch: NDArray[np.int64],
) -> torch.Tensor:
    """Return the dot products of the padded sub-words of some pairs, (batch, source, target)."""
    left, right = (
        vectors[torch.from_numpy(side.padded(batch)).to(vectors.device)]
        for side, vectors in zip((source, target), states, strict=True)
    )
    return left @ right.transpose(1, 2)


def _lengths(side: _Side, batch: NDArray[np.int64], device: str) -> torch.Tensor:
    return torch.from_numpy(side.length[batch]).to(device)


def _in_words(
    source: _Side, target: _Side, batch: NDArray[np.int64], matches: Matches
) -> list[Links]:
    pair, row, column, score = (part.cpu().numpy() for part in matches[:4])
    return word_links(
        pair,
        source.encoded.words[source.first[batch][pair] + row],
        target.encoded.words[target.first[batch][pair] + column],
        score,
        len(batch),
        None if matches.directions is None else matches.directions.cpu().numpy(),
    )


def _alike(source: NDArray[np.int64], target: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of alignable pairs, with pairs of similar lengths next to each other."""
    cells = source * target
    usable = np.flatnonzero((cells > 0) & (cells <= _MAX_CELLS))
    return usable[np.lexsort((usable, target[usable], source[usable]))]


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
