"""Word alignment by the similarity of contextual sub-word states (SimAlign), in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from projection.errors import InputError
from projection.interface import Encoded, Encoder, Links, TextPair
from projection.links.matching import METHODS, Method, match, word_links

_CELLS_PER_BATCH = {"cpu": 1 << 17, "cuda": 1 << 27}
_PAIRS_PER_BATCH = 4096
_MAX_CELLS = 1 << 26
_MAX_KEPT_BYTES = 1 << 29
TOO_LONG = "too long to align"


class EmbeddingAligner:
    """Link source over an encoder; scores are ``(cosine + 1) / 2`` of the best sub-word pair.

    The links are those of the ``simalign`` package on the same model and layer, except where
    similarities tie within rounding. Source states of the latest list of pairs are kept (up to half
    a gigabyte), so aligning the same sources with another target language encodes them once. A pair
    of more than 2**26 sub-word pairs gets no links, and the reason says so.

    Args:
        encoder: where the states come from.
        method: ``inter`` or ``itermax``.
        device: where similarities are computed: ``cpu`` or ``cuda``; by default the encoder's.

    Raises:
        InputError: there is no such method.
    """

    def __init__(
        self, encoder: Encoder, method: Method = "itermax", device: str | None = None
    ) -> None:
        if method not in METHODS:
            raise InputError(f"method {method!r} is not known; give {' or '.join(METHODS)}")
        self._encoder = encoder
        self._method = method
        self._device = device or str(getattr(encoder, "device", "cpu"))
        self._kept: tuple[tuple[tuple[str, ...], ...], Encoded] | None = None

    @property
    def name(self) -> str:
        """The matching method."""
        return self._method

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        """Align every pair, in order. A side without words gives no links."""
        source_words, source_rows = _distinct([pair.source.surface() for pair in pairs])
        target_words, target_rows = _distinct([pair.target.surface() for pair in pairs])
        source = self._encode_source(source_words)
        target = self._encoder.encode(target_words)
        return self._link(_Side(source, source_rows), _Side(target, target_rows))

    def _encode_source(self, sentences: tuple[tuple[str, ...], ...]) -> Encoded:
        kept = self._kept
        if kept is not None and kept[0] == sentences:
            return kept[1]
        encoded = self._encoder.encode(sentences)
        self._kept = (sentences, encoded) if encoded.vectors.nbytes <= _MAX_KEPT_BYTES else None
        return encoded

    def _link(self, source: _Side, target: _Side) -> list[Links]:
        none = Links(np.empty((0, 2), np.int32), np.empty(0, np.float32))
        links = [none] * len(source.length)
        for number in np.flatnonzero(source.length * target.length > _MAX_CELLS):
            links[number] = Links(none.pairs, none.scores, reason=TOO_LONG)
        source_unit, target_unit = (
            _normalised(side).to(self._device) for side in (source, target)
        )
        limit = _CELLS_PER_BATCH[self._device]
        for batch in _buckets(source.length, target.length, limit):
            found = self._link_batch(source, target, source_unit, target_unit, batch)
            for number, own in zip(batch, found, strict=True):
                links[number] = own
        return links

    def _link_batch(
        self,
        source: _Side,
        target: _Side,
        source_unit: torch.Tensor,
        target_unit: torch.Tensor,
        batch: NDArray[np.int64],
    ) -> list[Links]:
        left = source_unit[torch.from_numpy(source.padded(batch)).to(self._device)]
        right = target_unit[torch.from_numpy(target.padded(batch)).to(self._device)]
        rows, columns = (
            torch.from_numpy(side.length[batch]).to(self._device) for side in (source, target)
        )
        similarity = (left @ right.transpose(1, 2) + 1.0) / 2.0
        matches = match(similarity, rows, columns, self._method)
        pair, row, column, score = (part.cpu().numpy() for part in matches)
        return word_links(
            pair,
            source.encoded.words[source.first[batch][pair] + row],
            target.encoded.words[target.first[batch][pair] + column],
            score,
            len(batch),
        )


class _Side:
    """One side of a list of pairs: which rows of the encoded states belong to each pair."""

    def __init__(self, encoded: Encoded, sentences: NDArray[np.int64]) -> None:
        self.encoded = encoded
        self.first = encoded.starts[sentences]
        self.length = encoded.starts[sentences + 1] - self.first

    def padded(self, batch: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of the states of some pairs, (batch, longest); what is beyond an end repeats it."""
        length = self.length[batch]
        offsets = np.minimum(np.arange(length.max()), length[:, None] - 1)
        rows: NDArray[np.int64] = self.first[batch][:, None] + offsets
        return rows


def _distinct(
    sentences: Sequence[tuple[str, ...]],
) -> tuple[tuple[tuple[str, ...], ...], NDArray[np.int64]]:
    """Distinct sentences in order of appearance, and the number of each given one among them."""
    numbers: dict[tuple[str, ...], int] = {}
    rows = [numbers.setdefault(sentence, len(numbers)) for sentence in sentences]
    return tuple(numbers), np.asarray(rows, dtype=np.int64)


def _normalised(side: _Side) -> torch.Tensor:
    return torch.nn.functional.normalize(torch.from_numpy(side.encoded.vectors), dim=1)


def _buckets(
    source: NDArray[np.int64], target: NDArray[np.int64], limit: int
) -> Iterator[NDArray[np.int64]]:
    """Numbers of alignable pairs, alike in length, at most ``limit`` padded cells at a time."""
    cells = source * target
    usable = np.flatnonzero((cells > 0) & (cells <= _MAX_CELLS))
    order = usable[np.lexsort((usable, target[usable], source[usable]))]
    start = 0
    while start < len(order):
        rest = order[start:start + _PAIRS_PER_BATCH]
        height = np.maximum.accumulate(source[rest])
        width = np.maximum.accumulate(target[rest])
        padded = height * width * np.arange(1, len(rest) + 1)
        size = max(1, int(np.searchsorted(padded, limit, side="right")))
        yield rest[:size]
        start += size
