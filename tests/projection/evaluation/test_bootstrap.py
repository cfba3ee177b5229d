"""Bootstrap intervals against resampling by a plain loop, and what must hold for any systems."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from crosslabel.projection.evaluation.bootstrap import interval, resampled_f1
from crosslabel.projection.evaluation.comparison import compare_systems
from crosslabel.projection.evaluation.strict import Score
from tests.projection.evaluation.rows import Spans, Sure, pair_lists, report_of

Pairs = list[tuple[Spans, list[Sure]]]


def some_counts(pairs: int, systems: int, seed: int = 3) -> NDArray[np.int64]:
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, 5, size=pairs)
    counts = np.empty((systems, pairs, 3), dtype=np.int64)
    for system in range(systems):
        correct = rng.binomial(gold, 0.7 + 0.1 * system)
        counts[system] = np.stack([correct, correct + rng.integers(0, 2, size=pairs), gold], axis=1)
    return counts


def f1(rows: NDArray[np.int64]) -> float:
    return Score(*(int(total) for total in rows.sum(axis=0))).f1


def test_every_sample_is_the_f1_of_the_pairs_drawn() -> None:
    counts = some_counts(pairs=40, systems=3)
    weights = np.random.default_rng(11).multinomial(40, np.full(40, 1 / 40), size=50)
    scores = resampled_f1(counts, samples=50, seed=11)
    for sample, weight in enumerate(weights):
        drawn = [n for n in range(40) for _ in range(weight[n])]
        assert len(drawn) == 40
        for system in range(3):
            assert scores[system, sample] == pytest.approx(f1(counts[system, drawn]), abs=1e-12)


def test_intervals_agree_with_a_plain_loop() -> None:
    counts = some_counts(pairs=200, systems=2)
    rng = random.Random(1)
    loop = []
    for _ in range(4000):
        drawn = rng.choices(range(200), k=200)
        loop.append([f1(counts[0, drawn]), f1(counts[1, drawn])])
    ours = resampled_f1(counts, samples=4000, seed=2)
    plain = np.array(loop).T
    for own, other in [(ours[0], plain[0]), (ours[1], plain[1]), (ours[1] - ours[0],
                                                                 plain[1] - plain[0])]:
        low, high = np.sort(other)[[99, 3900]]
        found = interval(own)
        assert (found.low, found.high) == pytest.approx((low, high), abs=0.1 * (high - low))


def test_samples_that_are_drawn_in_blocks_are_the_same_samples() -> None:
    counts = some_counts(pairs=45_000, systems=1)
    weights = np.random.default_rng(5).multinomial(45_000, np.full(45_000, 1 / 45_000), size=100)
    correct, predicted, gold = (weights @ counts[0]).T
    expected = 2 * correct / (predicted + gold)
    assert np.array_equal(resampled_f1(counts, samples=100, seed=5)[0], expected)


@given(pair_lists, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_swapping_two_systems_negates_their_difference(pairs: Pairs, rng: random.Random) -> None:
    one = report_of(pairs)
    other = report_of([(gold, [own for own in found if rng.random() < 0.7])
                       for gold, found in pairs])
    there = compare_systems({"one": one, "other": other}, samples=100)
    back = compare_systems({"other": other, "one": one}, samples=100)
    given_, swapped = there.differences["other"], back.differences["one"]
    assert (given_.low, given_.high) == pytest.approx((-swapped.high, -swapped.low), abs=1e-12)
    assert there.intervals == back.intervals
    assert there.difference("other") == -back.difference("one")


def test_equal_systems_differ_by_nothing() -> None:
    pairs: Pairs = [([(0, 1, "A")], [((0, 1, "A"), 0.5)]), ([(2, 3, "A")], [((2, 4, "A"), 0.5)])]
    both = compare_systems({"one": report_of(pairs), "other": report_of(pairs)})
    assert (both.differences["other"].low, both.differences["other"].high) == (0.0, 0.0)
    assert (both.intervals["one"].low, both.intervals["one"].high) == (0.0, 1.0)


def test_systems_on_other_gold_cannot_be_compared() -> None:
    one, other = report_of([([(0, 1, "A")], [])]), report_of([([], [])])
    with pytest.raises(ValueError, match="same gold pairs"):
        compare_systems({"one": one, "other": other})


def test_pairs_without_any_span_have_f1_zero() -> None:
    assert compare_systems({"none": report_of([([], [])])}).intervals["none"].high == 0.0
