"""Candidate scoring measured: known targets, fitted weights, the page."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.paths import RESULTS
from benchmarks.projection.candidate_scoring import VARIANTS, page
from benchmarks.projection.known_targets import Choices, KnownTargets, fitted
from crosslabel.projection.joint.units import FragmentUnit
from crosslabel.projection.targets.ngrams import every_ngram


def test_the_run_of_a_target_is_found_where_there_is_one() -> None:
    units = [FragmentUnit(0, 0, 0, 1), FragmentUnit(0, 1, 1, 2)]
    known = KnownTargets("small", [], units, [(1, 3), (0, 3)])
    runs = every_ngram([3, 3], [2, 2])
    row, none = known.rows(runs).tolist()
    assert (runs.unit[row], runs.first[row], runs.end[row]) == (0, 1, 3)
    assert none == -1


def choices(weights: np.ndarray, units: int, seed: int) -> Choices:
    """Units of six runs, the right one drawn as the weights say."""
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(units, 6, len(weights))) * 3
    shares = np.exp(columns @ weights)
    shares /= shares.sum(axis=1, keepdims=True)
    right = [rng.choice(6, p=own) + 6 * n for n, own in enumerate(shares)]
    return Choices(columns.reshape(-1, len(weights)), np.repeat(np.arange(units), 6),
                   np.array(right))


def test_fitting_finds_the_weights_by_which_targets_were_drawn() -> None:
    weights = np.array([0.5, -1.0, 0.0])
    found = fitted([choices(weights, 1500, 1), choices(weights, 1500, 2)])
    np.testing.assert_allclose(found, weights, atol=0.08)


def test_targets_out_of_reach_neither_count_nor_weigh() -> None:
    own = choices(np.array([1.0, -1.0]), 400, 3)
    far = Choices(own.columns, own.unit, np.where(np.arange(400) < 200, own.right, -1))
    near = Choices(own.columns[:1200], own.unit[:1200], own.right[:200])
    np.testing.assert_allclose(fitted([far]) / fitted([near]), 1.0, atol=0.02)
    assert far.best(np.array([1.0, -1.0])) == pytest.approx(near.best(np.array([1.0, -1.0])) / 2)
    assert far.best(np.zeros(2)) == 0.5, "equals are no better"


def test_among_more_the_target_is_found_more_often() -> None:
    columns = np.array([[3.0], [2.0], [1.0]])
    own = Choices(columns, np.zeros(3, int), np.array([1]))
    assert [own.best(np.ones(1), most) for most in (1, 2)] == [0.0, 1.0]


def test_the_page_is_that_of_its_figures() -> None:
    results = json.loads((RESULTS / "candidate_scoring.json").read_text("utf-8"))
    text = page(results)
    assert (RESULTS.parent / "projection" / "candidate_scoring.md").read_text("utf-8") == text
    assert [line.split(" | ")[0] for line in text.splitlines() if line[2:].startswith(
        ("both", "forward", "backward"))] == [f"| {name}" for name in list(VARIANTS)[1:]]
