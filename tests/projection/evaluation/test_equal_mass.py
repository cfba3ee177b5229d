"""Calibration in bins of equal mass."""

from __future__ import annotations

import numpy as np
import pytest

from crosslabel.projection.evaluation.equal_mass import equal_mass


def test_the_error_is_that_of_ten_equal_parts() -> None:
    random = np.random.default_rng(3)
    probability = random.permutation(np.linspace(0.5, 1.0, 200))
    correct = random.random(200) < 0.6
    order = np.argsort(probability)
    parts = np.array_split(order, 10)
    wanted = np.mean([abs(probability[part].mean() - correct[part].mean()) for part in parts])
    assert equal_mass(probability, correct).error == pytest.approx(wanted)


def test_right_probabilities_stay_below_chance_and_wrong_ones_do_not() -> None:
    random = np.random.default_rng(5)
    probability = random.uniform(0.3, 1.0, 2000)
    drawn = random.random(2000)
    right = equal_mass(probability, drawn < probability)
    wrong = equal_mass(probability, drawn < probability - 0.1)
    assert right.by_chance == wrong.by_chance and right.spans == 2000
    assert right.error <= right.by_chance < 0.04 < 0.08 < wrong.error


def test_few_spans_err_more_by_chance() -> None:
    probability = np.full(1000, 0.8)
    correct = np.arange(1000) < 800
    assert equal_mass(probability[:30], correct[:30]).by_chance > \
        3 * equal_mass(probability, correct).by_chance


def test_less_than_ten_spans_are_a_bin_each() -> None:
    measured = equal_mass(np.array([0.9, 0.5]), np.array([True, False]))
    assert measured.error == pytest.approx(0.3)


def test_no_spans_have_no_calibration() -> None:
    with pytest.raises(ValueError, match="no spans"):
        equal_mass(np.empty(0), np.empty(0, bool))
