"""The compiled Markov model against a sum over every path of hidden states."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.projection.links.bitext import Indexed, index
from crosslabel.projection.links.hmm import (
    LONGEST_JUMP,
    HmmDirection,
    align_cells,
    chain_posteriors,
    expect,
)

JUMPS = 2 * LONGEST_JUMP + 1
STARTS = LONGEST_JUMP + 1


class Chain:
    """One sentence pair in one direction, random parameters."""

    def __init__(self, words: int, positions: int, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.emitted = random.uniform(0.05, 1.0, (words, positions))
        self.empty = random.uniform(0.05, 1.0, words)
        self.jumps = random.uniform(0.05, 1.0, JUMPS)
        self.starts = random.uniform(0.05, 1.0, STARTS)
        self.p_empty = float(random.uniform(0.05, 0.5))

    def posteriors(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Posteriors of positions and of emptiness, expected jumps and first positions."""
        jumps, starts = np.zeros(JUMPS), np.zeros(STARTS)
        full, void = chain_posteriors(self.emitted, self.empty, self.jumps, self.starts,
                                      self.p_empty, jumps, starts)
        return full, void, jumps, starts


def move(chain: Chain, left: int, right: int) -> float:
    """Probability of the jump between two positions."""
    def weight(to: int) -> float:
        return chain.jumps[LONGEST_JUMP + max(-LONGEST_JUMP, min(LONGEST_JUMP, to - left))]

    total = sum(weight(to) for to in range(chain.emitted.shape[1]))
    return (1 - chain.p_empty) * weight(right) / total


def path_probability(chain: Chain, path: tuple[tuple[int, bool], ...]) -> float:
    """Joint probability of the words and one path of (position, whether its empty twin)."""
    size = chain.emitted.shape[1]
    first = [chain.starts[min(n, LONGEST_JUMP)] for n in range(size)]
    probability = 1.0
    for step, (position, twin) in enumerate(path):
        before = path[step - 1][0] if step else None
        if twin and before is None:
            probability *= chain.p_empty / size
        elif twin:
            probability *= chain.p_empty if position == before else 0.0
        elif before is None:
            probability *= (1 - chain.p_empty) * first[position] / sum(first)
        else:
            probability *= move(chain, before, position)
        probability *= chain.empty[step] if twin else chain.emitted[step, position]
    return probability


def enumerated(chain: Chain) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What :meth:`Chain.posteriors` gives, by listing all paths."""
    words, size = chain.emitted.shape
    full, void = np.zeros((words, size)), np.zeros(words)
    jumps, starts = np.zeros(JUMPS), np.zeros(STARTS)
    for path in product(product(range(size), (False, True)), repeat=words):
        weight = path_probability(chain, path)
        for step, (position, twin) in enumerate(path):
            if twin:
                void[step] += weight
                continue
            full[step, position] += weight
            if step == 0:
                starts[min(position, LONGEST_JUMP)] += weight
            else:
                jump = position - path[step - 1][0]
                jumps[LONGEST_JUMP + max(-LONGEST_JUMP, min(LONGEST_JUMP, jump))] += weight
    total = full[0].sum() + void[0]
    return full / total, void / total, jumps / total, starts / total


seeds = st.integers(0, 2**32 - 1)


@given(st.integers(1, 4), st.integers(1, 3), seeds)
@settings(max_examples=40)
def test_posteriors_and_expected_counts_equal_the_sum_over_all_paths(
    words: int, positions: int, seed: int
) -> None:
    chain = Chain(words, positions, seed)
    for ours, wanted in zip(chain.posteriors(), enumerated(chain), strict=True):
        np.testing.assert_allclose(ours, wanted, rtol=0, atol=1e-9)


def test_longer_jumps_count_as_the_longest() -> None:
    chain = Chain(2, LONGEST_JUMP + 4, 5)
    for ours, wanted in zip(chain.posteriors(), enumerated(chain), strict=True):
        np.testing.assert_allclose(ours, wanted, rtol=0, atol=1e-9)


@given(st.integers(1, 30), st.integers(1, 30), seeds)
@settings(max_examples=40)
def test_every_word_comes_from_some_position_or_from_none(
    words: int, positions: int, seed: int
) -> None:
    full, void, jumps, starts = Chain(words, positions, seed).posteriors()
    np.testing.assert_allclose(full.sum(axis=1) + void, 1.0, atol=1e-9)
    assert jumps.sum() + starts.sum() == pytest.approx(full.sum())
    assert full.min() >= 0 and void.min() >= 0


def test_improbable_words_do_not_underflow() -> None:
    chain = Chain(600, 5, 1)
    chain.emitted *= 1e-6
    chain.empty *= 1e-6
    full, void, _, _ = chain.posteriors()
    np.testing.assert_allclose(full.sum(axis=1) + void, 1.0, atol=1e-9)


def test_expected_counts_are_added_to_those_there() -> None:
    chain = Chain(3, 3, 2)
    _, _, jumps, starts = chain.posteriors()
    more, first = np.ones(JUMPS), np.ones(STARTS)
    chain_posteriors(chain.emitted, chain.empty, chain.jumps, chain.starts, chain.p_empty,
                     more, first)
    np.testing.assert_allclose(more, jumps + 1)
    np.testing.assert_allclose(first, starts + 1)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=5), seeds)
@settings(max_examples=40)
def test_pairs_aligned_together_are_as_each_by_itself(
    shapes: list[tuple[int, int]], seed: int
) -> None:
    random = np.random.default_rng(seed)
    down, across = ([random.uniform(0.05, 1.0, shape) for shape in shapes] for _ in range(2))
    no_source = [random.uniform(0.05, 1.0, width) for _, width in shapes]
    no_target = [random.uniform(0.05, 1.0, height) for height, _ in shapes]
    ahead, back = ((random.uniform(0.05, 1, JUMPS), random.uniform(0.05, 1, STARTS))
                   for _ in range(2))
    rows, columns = (np.array([shape[n] for shape in shapes], np.int64) for n in range(2))
    by_target, by_source = align_cells(
        rows, columns, 0.1, flat(down), flat(no_source), *ahead, flat(across), flat(no_target),
        *back,
    )
    one = [posterior(d.T, n, *ahead).T for d, n in zip(down, no_source, strict=True)]
    other = [posterior(a, n, *back) for a, n in zip(across, no_target, strict=True)]
    np.testing.assert_array_equal(by_target, flat(one))
    np.testing.assert_array_equal(by_source, flat(other))


def flat(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.empty(0), *(part.ravel() for part in parts)])


def posterior(
    emitted: np.ndarray, empty: np.ndarray, jumps: np.ndarray, starts: np.ndarray
) -> np.ndarray:
    """Of one pair; a side without words has no cells."""
    if emitted.size == 0:
        return emitted
    full, _ = chain_posteriors(np.ascontiguousarray(emitted), empty, jumps, starts, 0.1,
                               np.zeros(JUMPS), np.zeros(STARTS))
    return full


def random_direction(random: np.random.Generator, entries: int, emitted: int) -> HmmDirection:
    return HmmDirection(*(random.uniform(0.05, 1.0, size)
                       for size in (entries, emitted, JUMPS, STARTS)))


def zeros(like: HmmDirection) -> HmmDirection:
    return HmmDirection(*map(np.zeros_like, like))


def bag(emitted: np.ndarray, empty: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """IBM model 1: every position is as likely as any other."""
    full, void = emitted * 0.9 / emitted.shape[1], empty * 0.1
    total = full.sum(axis=1) + void
    return full / total[:, None], void / total


def counted(
    pairs: Indexed, forward: HmmDirection, backward: HmmDirection, ordered: bool
) -> tuple[HmmDirection, HmmDirection]:
    """What :func:`expect` adds, sentence pair by sentence pair."""
    ahead, back = zeros(forward), zeros(backward)
    corpus = pairs.corpus
    for n in range(len(corpus.cell_starts) - 1):
        source, target, cells = (
            values[starts[n]:starts[n + 1]] for values, starts in (
                (corpus.source, corpus.source_starts), (corpus.target, corpus.target_starts),
                (corpus.cells, corpus.cell_starts))
        )
        if not cells.size:
            continue
        grid = cells.reshape(len(source), len(target))
        found = []
        for emitted, empty, own, counts in (
            (forward.words[grid].T, forward.empty[target], forward, ahead),
            (backward.words[grid], backward.empty[source], backward, back),
        ):
            found.append(chain_posteriors(
                np.ascontiguousarray(emitted), empty, own.jumps, own.starts, 0.1,
                counts.jumps, counts.starts) if ordered else bag(emitted, empty))
        (by_target, no_source), (by_source, no_target) = found
        both = np.sqrt(by_target.T * by_source)
        for counts, void, words in ((ahead, no_source, target), (back, no_target, source)):
            np.add.at(counts.words, grid, both)
            np.add.at(counts.empty, words, void)
    return ahead, back


sentences = st.lists(st.sampled_from("abcd"), max_size=4)


@given(st.lists(st.tuples(sentences, sentences), max_size=4), st.booleans(), seeds)
@settings(max_examples=40)
def test_expected_counts_of_a_corpus_are_those_of_its_pairs(
    bitext: list[tuple[list[str], list[str]]], ordered: bool, seed: int
) -> None:
    pairs, random = index(bitext), np.random.default_rng(seed)
    forward, backward = (random_direction(random, len(pairs.keys), len(words))
                         for words in (pairs.target_words, pairs.source_words))
    ahead, back = zeros(forward), zeros(backward)
    for begin, end in ((0, len(bitext) // 2), (len(bitext) // 2, len(bitext))):
        expect(pairs.corpus, begin, end, ordered, 0.1, forward, backward, ahead, back)
    for found, wanted in zip((ahead, back), counted(pairs, forward, backward, ordered),
                             strict=True):
        for ours, theirs in zip(found, wanted, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-9)
