"""Teacher-forced passes of a decoder that reuse the states of shared prefixes.

Sequences extend other sequences: an extension keeps the first tokens of an earlier sequence, whose
keys and values it takes from the cache, and feeds new tokens. Extensions of one call run together
if they keep equally many tokens, so that positions are right in every family of models.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from crosslabel.projection.halving import BatchSize

Floats = NDArray[np.float32]

_POSITIONS = {"cpu": 2048, "cuda": 32_768}
_TEXTS = 64


class Stored(NamedTuple):
    """The keys and values of a sequence: a row of cached tensors, per layer (rows, heads, n, size).
    """

    layers: tuple[tuple[torch.Tensor, torch.Tensor], ...]
    row: int


@dataclass(frozen=True, slots=True)
class Extension:
    """Tokens to feed after the first ``keep`` tokens of an earlier sequence.

    Attributes:
        source: number of the source text.
        ids: the tokens to feed, at least one.
        final: the token to score after the last token fed.
        parent: the earlier sequence; ``None`` starts a new one (``keep`` is 0 then).
    """

    source: int
    ids: tuple[int, ...]
    final: int
    parent: Stored | None = None
    keep: int = 0


@dataclass(frozen=True, slots=True)
class Scored:
    """Log-probabilities after each token fed, both (tokens fed,), and the stored sequence.

    Attributes:
        following: log-probability of the token that follows; at the end, of ``final``.
        watched: log-probability of the watched token.
        stored: the sequence, for extensions of it.
    """

    following: Floats
    watched: Floats
    stored: Stored


class ForcedDecoder:
    """The decoder of a loaded sequence-to-sequence model.

    Args:
        model: transformers model with a language-model head, in evaluation mode, on its device.
        pad: id that fills up a batch.
        positions: tokens per pass, padding included; 0 chooses by device.

    Attributes:
        network: the model.
        device: the device it runs on.
        texts: how many source texts are read, with the states of their target sequences kept, at
            the same time.
    """

    def __init__(self, model: Any, pad: int, positions: int = 0) -> None:
        self.network = model
        self._pad = pad
        self.device = model.device
        self.texts = BatchSize("texts in constrained decoding", _TEXTS)
        self._positions = positions or _POSITIONS[self.device.type]

    def read(self, sources: Sequence[Sequence[int]]) -> Reading:
        """Encode source texts, special tokens included, once for all their target sequences."""
        ids, mask = _padded(sources, self._pad, self.device)
        with torch.inference_mode():
            states = self.network.get_encoder()(input_ids=ids, attention_mask=mask)
        return Reading(self.network, states.last_hidden_state, mask, self._pad, self._positions)


class Reading:
    """Encoded source texts, against which target sequences are scored."""

    def __init__(
        self, model: Any, states: torch.Tensor, mask: torch.Tensor, pad: int, positions: int
    ) -> None:
        self._model, self._states, self._mask = model, states, mask
        self._pad, self._limit = pad, positions
        # Cross-attention keys and values of the states, computed when first needed.
        self._memory: list[tuple[torch.Tensor, torch.Tensor]] = []
        self._known = np.zeros(len(states), bool)

    def extend(self, extensions: Sequence[Extension], watched: int) -> list[Scored]:
        """Return the scores of extensions, in order.

        Args:
            watched: id of the token whose probability is wanted after every token.
        """
        by_number: dict[int, Scored] = {}
        for batch in _batches(extensions, self._limit):
            scored = self._run([extensions[number] for number in batch], watched)
            by_number.update(zip(batch, scored, strict=True))
        return [by_number[number] for number in range(len(extensions))]

    def _run(self, rows: Sequence[Extension], watched: int) -> list[Scored]:
        from transformers.modeling_outputs import BaseModelOutput

        device = self._states.device
        ids, _ = _padded([row.ids for row in rows], self._pad, device)
        wanted, _ = _padded([(*row.ids[1:], row.final) for row in rows], self._pad, device)
        sources = torch.tensor([row.source for row in rows], device=device)
        with torch.inference_mode():
            output = self._model(
                encoder_outputs=BaseModelOutput(last_hidden_state=self._states[sources]),
                attention_mask=self._mask[sources],
                decoder_input_ids=ids,
                past_key_values=self._cache(rows, sources),
                use_cache=True,
            )
            logits = output.logits.float()
            total = logits.logsumexp(-1)
            following = logits.gather(-1, wanted[..., None])[..., 0] - total
            watching = logits[..., watched] - total
        cache = output.past_key_values
        self._remember(sources, _layers(cache.cross_attention_cache))
        stored = _layers(cache.self_attention_cache)
        scores = torch.stack([following, watching]).cpu().numpy()
        return [
            Scored(scores[0, number, :len(row.ids)], scores[1, number, :len(row.ids)],
                   Stored(stored, number))
            for number, row in enumerate(rows)
        ]

    def _cache(self, rows: Sequence[Extension], sources: torch.Tensor) -> Any:
        """Return the cache of the kept tokens, and of the source texts if they are cached."""
        from transformers import DynamicCache, EncoderDecoderCache

        parents = [row.parent for row in rows if row.parent is not None]
        kept, memory = DynamicCache(), DynamicCache()
        if parents:
            kept = _filled([
                tuple(_kept(parents, rows[0].keep, layer, part) for part in (0, 1))
                for layer in range(len(parents[0].layers))
            ])
        if self._known[sources.cpu().numpy()].all():
            memory = _filled([(keys[sources], values[sources]) for keys, values in self._memory])
        return EncoderDecoderCache(kept, memory)

    def _remember(self, sources: torch.Tensor, layers: Sequence[tuple[torch.Tensor, ...]]) -> None:
        rows = sources.cpu().numpy()
        if self._known[rows].all():
            return
        if not self._memory:
            self._memory = [
                (keys.new_empty(len(self._known), *keys.shape[1:]),
                 values.new_empty(len(self._known), *values.shape[1:])) for keys, values in layers
            ]
        for memory, seen in zip(self._memory, layers, strict=True):
            for kept, part in zip(memory, seen, strict=True):
                kept[sources] = part
        self._known[rows] = True


def _kept(parents: Sequence[Stored], keep: int, layer: int, part: int) -> torch.Tensor:
    return torch.stack([parent.layers[layer][part][parent.row, :, :keep] for parent in parents])


def _filled(layers: Iterable[Sequence[torch.Tensor]]) -> Any:
    """Return a cache that holds the given keys and values without copying them."""
    from transformers import DynamicCache
    from transformers.cache_utils import DynamicLayer

    cache = DynamicCache()
    for keys, values in layers:
        layer = DynamicLayer()
        layer.lazy_initialization(keys, values)
        layer.keys, layer.values = keys, values
        cache.layers.append(layer)
    return cache


def _layers(cache: Any) -> tuple[tuple[torch.Tensor, torch.Tensor], ...]:
    return tuple((layer.keys, layer.values) for layer in cache.layers)


def _padded(
    rows: Sequence[Sequence[int]], pad: int, device: Any
) -> tuple[torch.Tensor, torch.Tensor]:
    width = max(map(len, rows))
    ids = np.full((len(rows), width), pad, np.int64)
    mask = np.zeros((len(rows), width), np.int64)
    for number, row in enumerate(rows):
        ids[number, :len(row)] = row
        mask[number, :len(row)] = 1
    return torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)


def _batches(extensions: Sequence[Extension], positions: int) -> Iterator[list[int]]:
    """Yield numbers of extensions that run together: equally many kept tokens, similar lengths."""
    order = sorted(range(len(extensions)),
                   key=lambda n: (extensions[n].keep, len(extensions[n].ids), n))
    batch: list[int] = []
    for number in order:
        width = len(extensions[number].ids)
        full = width * (len(batch) + 1) > positions
        if batch and (full or extensions[number].keep != extensions[batch[0]].keep):
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch
