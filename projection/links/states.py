"""States of sub-words from a layer of an encoder, computed for many sentences at once.

Sentences are sorted by length and packed by padded tokens, so that little is computed for padding.
A sentence beyond the limit of the model is encoded in windows that overlap by half, and every
sub-word takes its state from the window in which it is farther from the border: nothing is cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.halving import BatchSize
from crosslabel.projection.interface import Encoded

Words = tuple[str, ...]


class Specials(NamedTuple):
    """Ids of the special tokens before and after the sub-words of a sentence."""

    before: list[int]
    after: list[int]


class Subwords(NamedTuple):
    """Sub-words of a sentence without special tokens: their ids and the words of each, (n, 2)."""

    ids: list[int]
    words: NDArray[np.int32]


def within_words(ids: Sequence[int], words: NDArray[np.int32]) -> Subwords:
    """Return sub-words that each belong to one word.

    Args:
        words: (n,) the word of each.
    """
    return Subwords(list(ids), np.stack([words, words + 1], axis=1))


def joined(words: Sequence[Sequence[int]]) -> Subwords:
    """Return the sub-words of a sentence from the ids of the sub-words of each word."""
    owners = np.repeat(np.arange(len(words), dtype=np.int32), [len(word) for word in words])
    return within_words([number for word in words for number in word], owners)


def _starts(sentences: Sequence[Subwords]) -> NDArray[np.int64]:
    """Return where each sentence begins if they follow each other, and the end of the last."""
    return np.cumsum([0, *(len(sentence.ids) for sentence in sentences)], dtype=np.int64)


class Layer(Protocol):
    """Protocol of a hidden layer of a loaded encoder, which computes a batch at a time."""

    @property
    def device(self) -> str:
        """Where it runs: ``cpu`` or ``cuda``."""
        ...

    @property
    def dim(self) -> int:
        """Length of a state vector."""
        ...

    @property
    def batch_tokens(self) -> int:
        """Tokens of the batches that it computes best, padding included."""
        ...

    def states(
        self, rows: NDArray[np.int32], lengths: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Return the state of every token, float32 (batch, longest, dim).

        Args:
            rows: ids of tokens, (batch, longest), padded at the end.
            lengths: number of tokens of each row, (batch,); states beyond may be anything.
        """
        ...


class LayerStates:
    """The states of a hidden layer for sentences of any length.

    Args:
        layer: computes the states of a batch.
        longest: largest number of tokens it takes, special tokens included.
        pad: id that fills up a batch.
        batch_tokens: tokens per batch, padding included; 0 takes what suits the layer.
    """

    def __init__(self, layer: Layer, *, longest: int, pad: int, batch_tokens: int) -> None:
        self.layer = layer
        self._longest = longest
        self._pad = pad
        self._size = BatchSize("tokens in the encoder",
                               batch_tokens or layer.batch_tokens)

    @property
    def dim(self) -> int:
        """Length of a state vector."""
        return self.layer.dim

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
        starts = _starts(subwords)
        vectors = self._states([sentence.ids for sentence in subwords], starts, specials)
        words = [sentence.words for sentence in subwords]
        if len(unique) < len(sentences):
            picked = [order[tuple(sentence)] for sentence in sentences]
            rows = [np.arange(starts[n], starts[n + 1]) for n in picked]
            vectors = vectors[np.concatenate(rows)]
            words = [words[n] for n in picked]
            starts = _starts([subwords[n] for n in picked])
        return Encoded(vectors, np.concatenate([np.empty((0, 2), np.int32), *words]), starts)

    def _states(
        self, ids: Sequence[Sequence[int]], starts: NDArray[np.int64], specials: Specials
    ) -> NDArray[np.float32]:
        """Return the states of all sub-words of all sentences, float32 (sub-words, dim)."""
        states = np.empty((starts[-1], self.dim), np.float32)
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
                first = starts[window.sentence]
                states[first + window.keep_start:first + window.keep_end] = kept
        return states

    def _encoded(
        self, ids: Sequence[Sequence[int]], specials: Specials, windows: Sequence[_Window]
    ) -> NDArray[np.float32]:
        """Return states without the special tokens in front, float32 (windows, padded, dim)."""
        batch = [ids[window.sentence][window.start:window.end] for window in windows]
        full = [[*specials.before, *tokens, *specials.after] for tokens in batch]
        lengths = np.array([len(tokens) for tokens in full], np.int32)
        rows = np.full((len(full), lengths.max()), self._pad, np.int32)
        for row, tokens in enumerate(full):
            rows[row, :len(tokens)] = tokens
        return self.layer.states(rows, lengths)[:, len(specials.before):]


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
