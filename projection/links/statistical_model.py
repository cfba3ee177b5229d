"""The parameters of the statistical aligner and their training.

Two hidden Markov models, one per direction, are trained together by expectation maximisation: three
rounds of IBM model 1, then four of the Markov model (:mod:`crosslabel.projection.links.hmm`). Word
probabilities are variational estimates under a sparse Dirichlet prior (Riley and Gildea 2012,
"Improving the IBM Alignment Models Using Variational Bayes", section 3), which keeps rare words
from collecting links. The prior of a word pair is higher if the written forms are alike (names,
numbers, cognates) and if the beginnings of the words translate each other (inflection); the latter
is learned by the same training on words cut to four letters.

Nothing is random: the same sentence pairs give the same parameters.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import psi

from crosslabel.projection.errors import InputError
from crosslabel.projection.links.bitext import Indexed, WordPairs, index
from crosslabel.projection.links.hmm import LONGEST_JUMP, HmmDirection, expect
from crosslabel.projection.links.likeness import likeness

P_EMPTY = 0.1
"""Probability of an empty position."""

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

_STEM = 4
_BAG_ROUNDS = 3
_CHAIN_ROUNDS = 4
# Strength of the prior, in occurrences: for any pair, for two equal forms, for two beginnings that
# always translate each other. The first must stay below 0.15, from where the prior is not sparse.
# Chosen on UNER-PUD pairs and one half of xSID.
_ANY, _ALIKE, _STEMS = 0.1, 0.3, 1.0
_EMPTY = 100.0
# Training is cut into this number of parts on every machine, so that sums come out the same.
_PARTS = 2
_VERSION = 1


class IndexedWords:
    """Words of a batch and their numbers in a vocabulary; -1 for words that it lacks."""

    def __init__(self, words: list[str], vocabulary: Mapping[str, int]) -> None:
        self.words = words
        self.numbers = np.array([vocabulary.get(word, -1) for word in words], np.int64)

    def values(self, by_number: Floats, otherwise: float) -> Floats:
        """Return a value per word, ``otherwise`` for unknown words."""
        values: Floats = np.append(by_number, otherwise)[self.numbers]
        return values


@dataclass(frozen=True, slots=True)
class StatisticalModel:
    """The trained parameters.

    Attributes:
        source_words, target_words: the vocabularies.
        keys: int64 (entries,) of the word pairs seen together (see :class:`Indexed`).
        forward, backward: the parameters of the two directions.
        source_totals, target_totals: expected count of each word, prior included.
        pairs: number of sentence pairs.
    """

    source_words: tuple[str, ...]
    target_words: tuple[str, ...]
    keys: Places
    forward: HmmDirection
    backward: HmmDirection
    source_totals: Floats
    target_totals: Floats
    pairs: int

    def probabilities(
        self, source: IndexedWords, target: IndexedWords, i: Places, j: Places
    ) -> tuple[Floats, Floats]:
        """Return per cell the probability of the target word given the source word and the reverse.

        Words never seen together get the probability that the prior gives to their forms.

        Args:
            i, j: (cells,) places of the two words in their batches.
        """
        left, right = source.numbers[i], target.numbers[j]
        keys = left * len(self.target_words) + right
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        seen = (left >= 0) & (right >= 0)
        seen[seen] = self.keys[places[seen]] == keys[seen]
        down, across = np.empty(len(keys)), np.empty(len(keys))
        down[seen] = self.forward.words[places[seen]]
        across[seen] = self.backward.words[places[seen]]
        other = np.flatnonzero(~seen)
        prior = _prior_of_forms(likeness(source.words, target.words, i[other], j[other]))
        down[other] = _expected(prior, source.values(self.source_totals, 1.0)[i[other]])
        across[other] = _expected(prior, target.values(self.target_totals, 1.0)[j[other]])
        return down, across

    def to_bytes(self) -> bytes:
        """Return the parameters in the safetensors format."""
        from safetensors.numpy import save

        tensors: dict[str, NDArray[np.generic]] = {
            "source_words": _packed(self.source_words), "target_words": _packed(self.target_words),
            "keys": self.keys, "source_totals": self.source_totals,
            "target_totals": self.target_totals,
        }
        for name, direction in (("forward", self.forward), ("backward", self.backward)):
            tensors |= {f"{name}.{part}": values for part, values in direction._asdict().items()}
        packed: bytes = save(tensors, {"statistical": json.dumps([_VERSION, self.pairs])})
        return packed

    @classmethod
    def load(cls, path: Path) -> StatisticalModel:
        """Read a file with the bytes of :meth:`to_bytes`.

        Raises:
            InputError: the file is missing, broken or of another version.
        """
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="numpy") as file:
                version, pairs = json.loads((file.metadata() or {})["statistical"])
                if version != _VERSION:
                    raise ValueError(f"is of version {version}, not {_VERSION}")
                read = file.get_tensor
                forward, backward = (
                    HmmDirection(*(read(f"{name}.{part}") for part in HmmDirection._fields))
                    for name in ("forward", "backward")
                )
                return cls(
                    _unpacked(read("source_words")), _unpacked(read("target_words")), read("keys"),
                    forward, backward, read("source_totals"), read("target_totals"), pairs,
                )
        except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"{path}: not a statistical aligner ({error}); train it again"
            ) from error


def _packed(words: tuple[str, ...]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode("utf-8", "surrogatepass"), np.uint8).copy()


def _unpacked(packed: NDArray[np.uint8]) -> tuple[str, ...]:
    text = packed.tobytes().decode("utf-8", "surrogatepass")
    return tuple(text.split("\n")) if text else ()


def train(bitext: WordPairs) -> StatisticalModel:
    """Learn the parameters from sentence pairs of lower-cased words, all with one or more words."""
    stems = [
        ([word[:_STEM] for word in source], [word[:_STEM] for word in target])
        for source, target in bitext
    ]
    stem_pairs = index(stems)
    stem_model = _trained(stem_pairs, _form_prior(stem_pairs))
    pairs = index(bitext)
    return _trained(pairs, _form_prior(pairs) + _STEMS * _stem_links(pairs, stem_model))


def _form_prior(pairs: Indexed) -> Floats:
    """Return the prior of every entry by the written forms."""
    left, right = pairs.entry_words()
    return _prior_of_forms(likeness(pairs.source_words, pairs.target_words, left, right))


def _prior_of_forms(alike: NDArray[np.float32]) -> Floats:
    return _ANY + _ALIKE * alike.astype(np.float64) ** 3


def _stem_links(pairs: Indexed, stems: StatisticalModel) -> Floats:
    """Return for every entry how surely the beginnings of its words translate each other, 0 to 1.
    """
    left, right = pairs.entry_words()
    i, j = (
        np.array([numbers[word[:_STEM]] for word in words], np.int64)
        for words, numbers in (
            (pairs.source_words, {w: n for n, w in enumerate(stems.source_words)}),
            (pairs.target_words, {w: n for n, w in enumerate(stems.target_words)}),
        )
    )
    places = np.searchsorted(stems.keys, i[left] * len(stems.target_words) + j[right])
    links: Floats = np.sqrt(stems.forward.words[places] * stems.backward.words[places])
    return links


def _trained(pairs: Indexed, prior: Floats) -> StatisticalModel:
    left, right = pairs.entry_words()
    sizes = len(pairs.source_words), len(pairs.target_words)
    forward, backward = _start(prior, sizes[1]), _start(prior, sizes[0])
    for number in range(_BAG_ROUNDS + _CHAIN_ROUNDS):
        ahead, back = _expected_counts(pairs, forward, backward, number >= _BAG_ROUNDS)
        source_totals = _summed(left, ahead.words + prior, sizes[0])
        target_totals = _summed(right, back.words + prior, sizes[1])
        forward = _maximised(ahead, prior, source_totals[left], pairs.corpus.target)
        backward = _maximised(back, prior, target_totals[right], pairs.corpus.source)
    return StatisticalModel(
        pairs.source_words, pairs.target_words, pairs.keys, forward, backward,
        source_totals, target_totals, len(pairs.corpus.source_starts) - 1,
    )


def _start(prior: Floats, emitted: int) -> HmmDirection:
    jumps = np.exp(-0.3 * np.abs(np.arange(-LONGEST_JUMP, LONGEST_JUMP + 1) - 1.0))
    starts = np.exp(-0.3 * np.arange(LONGEST_JUMP + 1.0))
    average = prior.mean() if len(prior) else 1.0
    return HmmDirection(prior.copy(), np.full(emitted, average), jumps, starts)


def _expected_counts(
    pairs: Indexed, forward: HmmDirection, backward: HmmDirection, ordered: bool
) -> tuple[HmmDirection, HmmDirection]:
    count = len(pairs.corpus.source_starts) - 1
    cuts = [count * part // _PARTS for part in range(_PARTS + 1)]
    work: Callable[[int], tuple[HmmDirection, HmmDirection]] = partial(
        _count_part, pairs, cuts, forward, backward, ordered
    )
    with ThreadPoolExecutor(_PARTS) as pool:
        parts = list(pool.map(work, range(_PARTS)))
    return _sum([ahead for ahead, _ in parts]), _sum([back for _, back in parts])


def _count_part(
    pairs: Indexed, cuts: list[int], forward: HmmDirection, backward: HmmDirection, ordered: bool,
    part: int,
) -> tuple[HmmDirection, HmmDirection]:
    ahead, back = (HmmDirection(*map(np.zeros_like, each)) for each in (forward, backward))
    expect(
        pairs.corpus, cuts[part], cuts[part + 1], ordered, P_EMPTY, forward, backward, ahead, back
    )
    return ahead, back


def _sum(counts: list[HmmDirection]) -> HmmDirection:
    return HmmDirection(*(np.sum(parts, axis=0) for parts in zip(*counts, strict=True)))


def _summed(words: Places, values: Floats, size: int) -> Floats:
    """Return the sum of the values of the entries of each word."""
    totals: Floats = np.bincount(words, values, size).astype(np.float64)
    return totals


def _maximised(
    counts: HmmDirection, prior: Floats, totals: Floats, emitted: NDArray[np.int32]
) -> HmmDirection:
    frequency = np.bincount(emitted, minlength=len(counts.empty)) / max(len(emitted), 1)
    empty = counts.empty + _EMPTY * frequency
    return HmmDirection(
        _expected(counts.words + prior, totals), empty / max(empty.sum(), 1.0),
        counts.jumps + 1.0, counts.starts + 1.0,
    )


def _expected(counts: Floats, totals: Floats) -> Floats:
    """Return the variational estimate of a multinomial under its Dirichlet posterior."""
    estimate: Floats = np.exp(psi(counts) - psi(totals))
    return estimate
