"""Word alignment by statistics of the sentence pairs at hand, for languages no encoder knows.

Two hidden Markov models, one per direction, are trained together by expectation maximisation:
three rounds of IBM model 1, then four of the Markov model (:mod:`projection.links.hmm`). Word
probabilities are variational estimates under a sparse Dirichlet prior (Riley and Gildea 2012, "Improving
the IBM Alignment Models Using Variational Bayes", section 3), which keeps rare words from collecting
links. The prior of a word pair is higher where the written forms are alike (names, numbers,
cognates) and where the beginnings of the words translate each other (inflection); the latter comes
from the same training on words cut to four letters.

Nothing is random: the same sentence pairs give the same links.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from projection.errors import InputError
from projection.interface import Links, TextPair
from projection.links.bitext import Indexed, WordPairs, index
from projection.links.hmm import LONGEST_JUMP, Direction, align_cells, expect
from projection.links.likeness import likeness

TOO_LONG = "too long to align"
"""Reason of a pair with more than 800 words on a side."""

_LONGEST = 800
_LONGEST_TRAINED = 200
_STEM = 4
_BAG_ROUNDS = 3
_CHAIN_ROUNDS = 4
_P_EMPTY = 0.1
# Strength of the prior, in occurrences: of any pair, of two equal forms, of two beginnings that
# always translate each other. The first must stay well below 0.15, where the prior stops being
# sparse. Chosen on UNER-PUD pairs and one half of xSID.
_ANY, _ALIKE, _STEMS = 0.1, 0.3, 1.0
_EMPTY_PRIOR = 100.0
# Training is cut in this many parts whatever the machine, so that sums come out the same.
_PARTS = 2
_CELLS_PER_BATCH = 1 << 20
_VERSION = 1


class StatisticalAligner:
    """Link source trained on sentence pairs.

    The score of a link is the mean of the two directions' posteriors; ``Links.directions`` keeps
    both.

    Args:
        model: what :meth:`train` or :meth:`load` made.
        threshold: links below this score are left out. 0.5 is the best single rule; take a low one
            to weigh the links by their scores.
    """

    def __init__(self, model: _Model, threshold: float = 0.5) -> None:
        self._model = model
        self._threshold = threshold
        self._source = {word: n for n, word in enumerate(model.source_words)}
        self._target = {word: n for n, word in enumerate(model.target_words)}

    @property
    def name(self) -> str:
        """``statistical``."""
        return "statistical"

    @property
    def trained_on(self) -> int:
        """Number of sentence pairs seen in training."""
        return self._model.pairs

    @classmethod
    def train(cls, bitext: WordPairs, threshold: float = 0.5) -> StatisticalAligner:
        """Learn from sentence pairs given as words, of any case.

        Pairs with an empty side or over 200 words on one are left out.
        """
        usable = [
            (_lowered(source), _lowered(target)) for source, target in bitext
            if 0 < len(source) <= _LONGEST_TRAINED and 0 < len(target) <= _LONGEST_TRAINED
        ]
        return cls(_train(usable), threshold)

    def at(self, threshold: float) -> StatisticalAligner:
        """The same model with another threshold."""
        return StatisticalAligner(self._model, threshold)

    def save(self, path: Path) -> None:
        """Write the model to one file, in the safetensors format; equal models, equal bytes."""
        from safetensors.numpy import save_file

        save_file(self._model.tensors(), path, {"statistical": json.dumps({
            "version": _VERSION, "pairs": self._model.pairs})})

    @classmethod
    def load(cls, path: Path, threshold: float = 0.5) -> StatisticalAligner:
        """Read what :meth:`save` wrote.

        Raises:
            InputError: the file is missing, broken or of another version.
        """
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="numpy") as file:
                about = json.loads((file.metadata() or {}).get("statistical", "{}"))
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            if about.get("version") != _VERSION:
                raise ValueError(f"is of version {about.get('version')}, not {_VERSION}")
            return cls(_Model.from_tensors(tensors, about["pairs"]), threshold)
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise InputError(f"{path}: no statistical aligner ({error}); train it again") from error

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
        source = _Words([w for s, _ in used for w in s], self._source)
        target = _Words([w for _, t in used for w in t], self._target)
        i, j = _cells(rows, columns)
        down, across = self._model.probabilities(source, target, i, j)
        forward, backward = self._model.forward, self._model.backward
        found = align_cells(
            rows, columns, _P_EMPTY,
            down, target.lookup(forward.empty), forward.jumps, forward.starts,
            across, source.lookup(backward.empty), backward.jumps, backward.starts,
        )
        cells = np.cumsum(rows * columns)[:-1]
        both = np.split(np.stack(found, axis=1).astype(np.float32), cells)
        return [
            self._links(own, width, None if ok else TOO_LONG)
            for own, width, ok in zip(both, columns.tolist(), fits, strict=True)
        ]

    def _links(self, both: NDArray[np.float32], width: int, reason: str | None) -> Links:
        """Links of one pair from the posteriors of its cells, (cells, 2)."""
        scores = both.mean(axis=1)
        kept = np.flatnonzero(scores >= self._threshold)
        pairs = np.stack([kept // max(width, 1), kept % max(width, 1)], axis=1).astype(np.int32)
        return Links(pairs, scores[kept], reason, both[kept])


class _Words:
    """Words of a batch and their numbers in a vocabulary; -1 where it lacks them."""

    def __init__(self, words: list[str], vocabulary: dict[str, int]) -> None:
        self.words = words
        self.numbers = np.array([vocabulary.get(word, -1) for word in words], np.int64)

    def lookup(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """A value per word; unknown words have the lowest."""
        return np.append(values, values.min(initial=1.0))[self.numbers]


class _Model:
    """Trained parameters: the word pairs seen together, and what to think of all others."""

    def __init__(
        self, source_words: tuple[str, ...], target_words: tuple[str, ...],
        keys: NDArray[np.int64], forward: Direction, backward: Direction,
        source_totals: NDArray[np.float64], target_totals: NDArray[np.float64], pairs: int,
    ) -> None:
        self.source_words, self.target_words, self.keys = source_words, target_words, keys
        self.forward, self.backward = forward, backward
        self.source_totals, self.target_totals = source_totals, target_totals
        self.pairs = pairs

    def probabilities(
        self, source: _Words, target: _Words, i: NDArray[np.int64], j: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Probability of the target word given the source word and the reverse, per cell.

        Args:
            i, j: (cells,) places of the two words in their batches.
        """
        left, right = source.numbers[i], target.numbers[j]
        keys = left * len(self.target_words) + right
        places = np.minimum(np.searchsorted(self.keys, keys), max(len(self.keys) - 1, 0))
        seen = (left >= 0) & (right >= 0)
        seen &= self.keys[places] == keys if len(self.keys) else False
        down, across = np.empty(len(keys)), np.empty(len(keys))
        down[seen] = self.forward.words[places[seen]]
        across[seen] = self.backward.words[places[seen]]
        other = np.flatnonzero(~seen)
        prior = _prior(likeness(source.words, target.words, i[other], j[other]))
        down[other] = _expected(prior, source.lookup_total(self.source_totals)[i[other]])
        across[other] = _expected(prior, target.lookup_total(self.target_totals)[j[other]])
        return down, across
