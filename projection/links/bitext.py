"""Numbered sentence pairs, and the table of word pairs that occur together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.links.compiled import compiled
from crosslabel.projection.links.hmm import HmmCorpus

WordPairs = Sequence[tuple[Sequence[str], Sequence[str]]]
"""Sentence pairs as words."""

_CELLS_PER_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class Indexed:
    """Sentence pairs with numbered words.

    Attributes:
        corpus: the sentence pairs.
        source_words, target_words: the vocabularies, in order of first appearance.
        keys: int64 (entries,), sorted: ``source word * len(target_words) + target word`` of every
            word pair that occurs in a sentence pair.
    """

    corpus: HmmCorpus
    source_words: tuple[str, ...]
    target_words: tuple[str, ...]
    keys: NDArray[np.int64]

    def entry_words(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the source and target word of each entry."""
        return self.keys // len(self.target_words), self.keys % len(self.target_words)


def index(bitext: WordPairs) -> Indexed:
    """Number the words of sentence pairs and every word pair within a sentence pair."""
    source_words, source, source_starts = _numbered(pair[0] for pair in bitext)
    target_words, target, target_starts = _numbered(pair[1] for pair in bitext)
    cell_starts = np.concatenate(
        [[0], np.cumsum(np.diff(source_starts) * np.diff(target_starts))]
    ).astype(np.int64)
    corpus = HmmCorpus(source, source_starts, target, target_starts, np.empty(0, np.int32),
                    cell_starts)
    keys = np.empty(0, np.int64)
    for begin, end in _blocks(cell_starts):
        keys = np.union1d(keys, _cell_keys(corpus, begin, end, len(target_words)))
    cells = np.empty(int(cell_starts[-1]), np.int32)
    for begin, end in _blocks(cell_starts):
        block_keys = _cell_keys(corpus, begin, end, len(target_words))
        cells[cell_starts[begin]:cell_starts[end]] = np.searchsorted(keys, block_keys)
    return Indexed(corpus._replace(cells=cells), source_words, target_words, keys)


def _numbered(
    sentences: Iterable[Sequence[str]],
) -> tuple[tuple[str, ...], NDArray[np.int32], NDArray[np.int64]]:
    numbers: dict[str, int] = {}
    words: list[int] = []
    starts = [0]
    for sentence in sentences:
        words.extend(numbers.setdefault(word, len(numbers)) for word in sentence)
        starts.append(len(words))
    return tuple(numbers), np.array(words, np.int32), np.array(starts, np.int64)


def _blocks(cell_starts: NDArray[np.int64]) -> Iterable[tuple[int, int]]:
    """Yield runs of sentence pairs with about the same number of cells."""
    begin, last = 0, len(cell_starts) - 1
    while begin < last:
        limit = cell_starts[begin] + _CELLS_PER_BLOCK
        end = max(begin + 1, int(np.searchsorted(cell_starts, limit, side="right")) - 1)
        yield begin, end
        begin = end


@compiled
def _cell_keys(corpus: HmmCorpus, begin: int, end: int, width: int) -> NDArray[np.int64]:
    keys = np.empty(corpus.cell_starts[end] - corpus.cell_starts[begin], np.int64)
    place = 0
    for pair in range(begin, end):
        for i in range(corpus.source_starts[pair], corpus.source_starts[pair + 1]):
            for j in range(corpus.target_starts[pair], corpus.target_starts[pair + 1]):
                keys[place] = np.int64(corpus.source[i]) * width + corpus.target[j]
                place += 1
    return keys
