"""States of sub-words from a loaded encoder, computed for many sentences at once.

Sentences are sorted by length and packed by padded tokens, so that little is computed for padding.
A sentence beyond the limit of the model is encoded in windows that overlap by half, and every
sub-word takes its state from the window in which it is farther from the border: nothing is cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from crosslabel.projection.device import chosen_device
from crosslabel.projection.halving import BatchSize
from crosslabel.projection.interface import Encoded

_TOKENS_PER_BATCH = {"cpu": 1024, "cuda": 65536}

Words = tuple[str, ...]


class Specials(NamedTuple):
    """Ids of the special tokens before and after the sub-words of a sentence."""

    before: list[int]
    after: list[int]


class Subwords(NamedTuple):
    """Sub-words of a sentence without special tokens: their ids and the word of each."""

    ids: list[int]
    words: NDArray[np.int32]


class LayerStates:
    """A hidden layer of a loaded encoder.

    Args:
        model: transformers encoder in evaluation mode.
        layer: index into its ``hidden_states``.
        longest: largest number of tokens it takes, special tokens included.
        pad: id that fills up a batch.
        device: ``auto``, ``cpu`` or ``cuda``.
        batch_tokens: tokens per batch, padding included; 0 chooses by device.
        centred: whether the mean state of a sentence, special tokens included, is subtracted.

    Raises:
        InputError: there is no such device.
    """

    def __init__(
        self,
        model: Any,
        layer: int,
        *,
        longest: int,
        pad: int,
        device: str,
        batch_tokens: int,
        centred: bool = False,
    ) -> None:
        self.device = chosen_device(device)
        self.layer = layer
        self._model = model.to(self.device)
        self._longest = longest
        self._pad = pad
        self._centred = centred
        self._size = BatchSize("tokens in the encoder",
                               batch_tokens or _TOKENS_PER_BATCH[self.device])

    @property
    def dim(self) -> int:
        """Length of a state vector."""
        return int(self._model.config.hidden_size)

    def encode(
        self,
        sentences: Sequence[Sequence[str]],
        cut: Callable[[Sequence[Words]], Sequence[Subwords]],
        specials: Specials,
    ) -> Encoded:
        """Encode sentences that are given as words.

        Equal sentences are computed once. Batching depends on this list alone, so that the same
        list gives the same bytes.

        Args:
            cut: returns the sub-words of each of the given sentences.
        """
        unique = list(dict.fromkeys(tuple(sentence) for sentence in sentences))
        order = {sentence: number for number, sentence in enumerate(unique)}
        subwords = cut(unique)
        states = self._states([sentence.ids for sentence in subwords], specials)
        picked = [order[tuple(sentence)] for sentence in sentences]
        words = [subwords[number].words for number in picked]
        return Encoded(
            np.concatenate([np.empty((0, self.dim), np.float32), *(states[n] for n in picked)]),
            np.concatenate([np.empty(0, np.int32), *words]),
            np.cumsum([0, *map(len, words)], dtype=np.int64),
        )

    def _states(
        self, ids: Sequence[Sequence[int]], specials: Specials
    ) -> list[NDArray[np.float32]]:
        """Return the state of every sub-word, per sentence float32 (sub-words, dim)."""
        states = [np.empty((len(tokens), self.dim), np.float32) for tokens in ids]
        extra = len(specials.before + specials.after)
        windows = [
            window for number, tokens in enumerate(ids)
            for window in _windows(number, len(tokens), self._longest - extra)
        ]
        windows.sort(key=lambda w: (w.end - w.start, w.sentence, w.start))
        cut, encode = partial(_batches, specials=extra), partial(self._encoded, ids, specials)
        for batch, hidden in self._size.batches(windows, cut, encode):
            for window, vectors in zip(batch, hidden, strict=True):
                kept = vectors[window.keep_start - window.start:window.keep_end - window.start]
                states[window.sentence][window.keep_start:window.keep_end] = kept
        return states

    def _encoded(
        self, ids: Sequence[Sequence[int]], specials: Specials, windows: Sequence[_Window]
    ) -> NDArray[np.float32]:
        """Return states without the special tokens in front, float32 (windows, padded, dim)."""
        batch = [ids[window.sentence][window.start:window.end] for window in windows]
        full = [[*specials.before, *tokens, *specials.after] for tokens in batch]
        width = max(map(len, full))
        rows = np.full((len(full), width), self._pad, dtype=np.int64)
        mask = np.zeros((len(full), width), dtype=np.int64)
        for row, tokens in enumerate(full):
            rows[row, :len(tokens)] = tokens
            mask[row, :len(tokens)] = 1
        hidden = self._hidden(torch.from_numpy(rows), torch.from_numpy(mask))
        vectors: NDArray[np.float32] = hidden[:, len(specials.before):].cpu().numpy()
        return vectors

    def _hidden(self, rows: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        rows, mask = rows.to(self.device), mask.to(self.device)
        with torch.inference_mode():
            output = self._model(
                input_ids=rows, attention_mask=mask, output_hidden_states=True
            )
            hidden: torch.Tensor = output.hidden_states[self.layer].float()
            if self._centred:
                weight = (mask / mask.sum(dim=1, keepdim=True))[:, None]
                hidden = hidden - weight @ hidden
        return hidden


class _Window(NamedTuple):
    """Sub-words ``start:end`` of a sentence, encoded together to keep ``keep_start:keep_end``."""

    sentence: int
    start: int
    end: int
    keep_start: int
    keep_end: int


def _windows(sentence: int, length: int, capacity: int) -> Iterator[_Window]:
    """Yield one window if the sentence fits, else windows that overlap by half; none if empty."""
    starts = [*range(0, length - capacity, max(1, capacity // 2)), max(0, length - capacity)]
    cuts = [(left + capacity + right) // 2 for left, right in pairwise(starts)]
    for start, left, right in zip(starts, [0, *cuts], [*cuts, length], strict=True):
        if left < right:
            yield _Window(sentence, start, min(start + capacity, length), left, right)


def _batches(windows: Sequence[_Window], tokens: int, specials: int) -> Iterator[list[_Window]]:
    """Cut windows sorted by length into batches of at most ``tokens`` padded sub-words."""
    batch: list[_Window] = []
    for window in windows:
        width = window.end - window.start + specials
        if batch and width * (len(batch) + 1) > tokens:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch
