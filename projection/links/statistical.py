"""Statistical word alignment trained on the given sentence pairs, for languages without an encoder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import Links, TextPair
from crosslabel.projection.links.bitext import WordPairs
from crosslabel.projection.links.hmm import align_cells
from crosslabel.projection.links.statistical_model import (
    P_EMPTY,
    IndexedWords,
    StatisticalModel,
    train,
)

TOO_LONG = "too long to align"
"""Reason of a pair with more than 800 words on a side."""

_LONGEST = 800
_LONGEST_TRAINED = 200
_CELLS_PER_BATCH = 1 << 20


class StatisticalAligner:
    """Link source trained on sentence pairs.

    The score of a link is the mean of the posteriors of both directions; ``Links.directions``
    keeps both.

    Args:
        model: the trained parameters; :meth:`train` and :meth:`load` make aligners with them.
        threshold: links below this score are left out. 0.5 is the best single threshold; use a low
            one to weigh the links by their scores.
    """

    def __init__(self, model: StatisticalModel, threshold: float = 0.5) -> None:
        self._model = model
        self._threshold = threshold
        self._source = {word: n for n, word in enumerate(model.source_words)}
        self._target = {word: n for n, word in enumerate(model.target_words)}

    @property
    def name(self) -> str:
        """The constant ``statistical``."""
        return "statistical"

    @property
    def trained_on(self) -> int:
        """Number of sentence pairs seen in training."""
        return self._model.pairs

    @classmethod
    def train(cls, bitext: WordPairs, threshold: float = 0.5) -> StatisticalAligner:
        """Learn from sentence pairs given as words, of any case.

        Pairs with an empty side or more than 200 words on a side are left out.
        """
        usable = [
            (_lowered(source), _lowered(target)) for source, target in bitext
            if 0 < len(source) <= _LONGEST_TRAINED and 0 < len(target) <= _LONGEST_TRAINED
        ]
        return cls(train(usable), threshold)

    def at(self, threshold: float) -> StatisticalAligner:
        """Return an aligner of the same model with another threshold."""
        return StatisticalAligner(self._model, threshold)

    def save(self, path: Path) -> None:
        """Write the model to a file in the safetensors format; equal models give equal bytes."""
        path.write_bytes(self.to_bytes())

    def to_bytes(self) -> bytes:
        """Return the bytes that :meth:`save` writes."""
        return self._model.to_bytes()

    @classmethod
    def load(cls, path: Path, threshold: float = 0.5) -> StatisticalAligner:
        """Read a file that :meth:`save` wrote.

        Raises:
            InputError: the file is missing, broken or of another version.
        """
        return cls(StatisticalModel.load(path), threshold)

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        """Align every pair, in order. A side without words gives no links."""
        links: list[Links] = []
        for batch in _batches(pairs):
            links += self._align(batch)
        return links

    def _align(self, pairs: Sequence[TextPair]) -> list[Links]:
        sides = [(_lowered(p.source.surface()), _lowered(p.target.surface())) for p in pairs]
        fits = [max(len(source), len(target)) <= _LONGEST for source, target in sides]
        rows = np.array([len(s[0]) if ok else 0 for s, ok in zip(sides, fits, strict=True)])
        columns = np.array([len(s[1]) if ok else 0 for s, ok in zip(sides, fits, strict=True)])
        used = [side for side, ok in zip(sides, fits, strict=True) if ok]
        source = IndexedWords([w for s, _ in used for w in s], self._source)
        target = IndexedWords([w for _, t in used for w in t], self._target)
        i, j = _cells(rows, columns)
        down, across = self._model.probabilities(source, target, i, j)
        forward, backward = self._model.forward, self._model.backward
        posteriors = align_cells(
            rows, columns, P_EMPTY,
            down, target.values(forward.empty, forward.empty.min(initial=1.0)), *forward[2:],
            across, source.values(backward.empty, backward.empty.min(initial=1.0)), *backward[2:],
        )
        cells = np.cumsum(rows * columns)[:-1]
        both = np.split(np.stack(posteriors, axis=1).astype(np.float32), cells)
        return [
            self._links(values, width, None if ok else TOO_LONG)
            for values, width, ok in zip(both, columns.tolist(), fits, strict=True)
        ]

    def _links(self, both: NDArray[np.float32], width: int, reason: str | None) -> Links:
        """Return the links of one pair from the posteriors of its cells, (cells, 2)."""
        scores = both.mean(axis=1)
        kept = np.flatnonzero(scores >= self._threshold)
        pairs = np.stack([kept // max(width, 1), kept % max(width, 1)], axis=1).astype(np.int32)
        return Links(pairs, scores[kept], reason, both[kept], self.trained_on)


class SelfTaughtAligner:
    """Link source that learns from the pairs it is asked to align, all of them in one call.

    Args:
        bitext: more sentence pairs, as words, to learn from.
    """

    name = "statistical"

    def __init__(self, bitext: WordPairs = ()) -> None:
        self._bitext = bitext

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        """Learn from the pairs and align every one, in order."""
        given = [(pair.source.surface(), pair.target.surface()) for pair in pairs]
        return StatisticalAligner.train([*given, *self._bitext]).align(pairs)


def _lowered(words: Sequence[str]) -> list[str]:
    """Return lower-cased words with spaces for line breaks, which divide words in the model's file.
    """
    return [word.lower().replace("\n", " ") for word in words]


def _cells(
    rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of the source and of the target word of every cell, pair after pair."""
    sizes = rows * columns
    pair = np.repeat(np.arange(len(rows)), sizes)
    inside = np.arange(len(pair)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    first_row, first_column = np.cumsum(rows) - rows, np.cumsum(columns) - columns
    width = columns[pair]
    return first_row[pair] + inside // width, first_column[pair] + inside % width


def _batches(pairs: Sequence[TextPair]) -> Iterator[Sequence[TextPair]]:
    """Yield runs of pairs with a bounded number of cells."""
    start = cells = 0
    for number, pair in enumerate(pairs):
        size = len(pair.source.words) * len(pair.target.words)
        if number > start and cells + size > _CELLS_PER_BATCH:
            yield pairs[start:number]
            start, cells = number, 0
        cells += size
    if start < len(pairs):
        yield pairs[start:]
