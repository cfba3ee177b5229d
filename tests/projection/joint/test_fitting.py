"""Fitting against its definition: answers, gradient, a plain logistic regression, thresholds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.pairs import Labelled, PairRow
from crosslabel.projection.interface import GivenSpan, TextPair
from crosslabel.projection.joint.calibrator import Calibration, Weights
from crosslabel.projection.joint.features import gather
from crosslabel.projection.joint.fitting import Answered, answered, fit, joined
from crosslabel.projection.joint.units import words_within
from crosslabel.projection.links.statistical import StatisticalAligner
from crosslabel.projection.words import side_from_tokens
from tests.projection.joint.joint_cases import links_of, sample, words_of

NAMES, ABSENT_NAMES = ("f0", "f1", "f2"), ("a0", "a1")


def synthetic(units: int, most: int, seed: int) -> Answered:
    """Candidates whose answers follow a conditional logistic model, 1 to ``most`` per unit."""
    random = np.random.default_rng(seed)
    counts = random.integers(1, most + 1, units)
    unit = np.repeat(np.arange(units), counts)
    features = random.normal(3.0, 2.0, (len(unit), len(NAMES)))
    absent = np.stack([np.ones(units), random.normal(size=units)], axis=1)
    noise = random.gumbel(size=len(unit)), random.gumbel(size=units)
    scores = features @ [1.0, -0.5, 0.0] - 1.5 + noise[0]
    none = absent @ [0.3, 0.8] + noise[1]
    starts = np.cumsum([0, *counts])
    best = np.array([a + scores[a:b].argmax() for a, b in pairwise(starts)])
    answer = np.where(scores[best] > none, best, -1)
    return Answered(NAMES, ABSENT_NAMES, features, absent, unit, answer,
                    random.integers(0, 3, units), units)


def standard(weights: Weights, features: np.ndarray) -> np.ndarray:
    """Features as the weights see them."""
    return (features - np.array(weights.mean)) / np.array(weights.scale)


def penalised_loss(weights: np.ndarray, data: Answered, fitted: Calibration) -> float:
    """Negative conditional log-likelihood of the answers plus a ridge of 1, unit by unit."""
    cut = len(data.names)
    scores = standard(fitted.candidate, data.features) @ weights[:cut]
    none = standard(fitted.absent, data.absent) @ weights[cut:]
    loss = 0.5 * float(weights @ weights)
    for unit, answer in enumerate(data.answer.tolist()):
        if answer == -2:
            continue
        own = scores[data.unit == unit]
        right = none[unit] if answer == -1 else scores[answer]
        loss += logsumexp([none[unit], *own]) - right
    return loss


def weights_of(fitted: Calibration) -> np.ndarray:
    return np.array([*fitted.candidate.weight, *fitted.absent.weight])


@pytest.fixture
def weak_ridge(monkeypatch: pytest.MonkeyPatch) -> None:
    """A penalty that leaves the data a say."""
    monkeypatch.setattr("crosslabel.projection.joint.fitting._RIDGE", 1.0)


@pytest.mark.usefixtures("weak_ridge")
@pytest.mark.parametrize(("units", "most", "unreachable"), [
    (30, 1, 0), (40, 3, 0), (40, 3, 5), (60, 5, 1),
])
def test_weights_are_the_likeliest_but_for_one_factor(
    units: int, most: int, unreachable: int
) -> None:
    data = synthetic(units, most, units + most)
    data.answer[:unreachable] = -2
    fitted = fit(data)
    wanted = minimize(penalised_loss, np.zeros(5), (data, fitted), tol=1e-8).x
    found = weights_of(fitted)
    factor = float(found @ wanted / (wanted @ wanted))
    assert 0.1 < factor < 5
    np.testing.assert_allclose(found, factor * wanted, atol=2e-3)


def test_features_are_standardised_and_constant_ones_left_alone() -> None:
    data = synthetic(50, 3, 1)
    fitted = fit(data)
    found = standard(fitted.candidate, data.features)
    np.testing.assert_allclose(found.mean(axis=0), 0.0, atol=1e-6)
    np.testing.assert_allclose(found.std(axis=0), 1.0, atol=1e-6)
    assert (fitted.absent.mean[0], fitted.absent.scale[0]) == (0.0, 1.0)


def log_odds(fitted: Calibration, data: Answered) -> np.ndarray:
    """Of the one candidate of each unit against there being no target."""
    scores = fitted.candidate.score(data.names, data.features)
    return scores - fitted.absent.score(data.absent_names, data.absent)


@pytest.mark.usefixtures("weak_ridge")
def test_one_candidate_against_none_is_a_logistic_regression() -> None:
    data = synthetic(400, 1, 7)
    fitted = fit(data)
    rows = np.hstack([standard(fitted.candidate, data.features),
                      -standard(fitted.absent, data.absent)])
    signs = np.where(data.answer >= 0, 1.0, -1.0)

    def loss(weights: np.ndarray) -> float:
        return 0.5 * weights @ weights + np.logaddexp(0, -signs * (rows @ weights)).sum()

    wanted = rows @ minimize(loss, np.zeros(rows.shape[1]), tol=1e-8).x
    slope, offset = np.polyfit(wanted, log_odds(fitted, data), 1)
    assert slope == pytest.approx(1.0, abs=0.15) and offset == pytest.approx(0.0, abs=0.15)
    np.testing.assert_allclose(log_odds(fitted, data), slope * wanted + offset, atol=5e-3)


@pytest.mark.usefixtures("weak_ridge")
def test_weights_come_near_those_that_made_the_data() -> None:
    data = synthetic(3000, 3, 3)
    found = fit(data).candidate
    slopes = np.array(found.weight) / np.array(found.scale)
    np.testing.assert_allclose(slopes, [1.0, -0.5, 0.0], atol=0.12)


@pytest.mark.usefixtures("weak_ridge")
def test_probabilities_hold_on_other_data() -> None:
    fitted, other = fit(synthetic(3000, 1, 4)), synthetic(3000, 1, 5)
    probability = expit(log_odds(fitted, other))
    for low in (0.0, 0.25, 0.5, 0.75):
        among = (probability >= low) & (probability < low + 0.25)
        assert among.sum() > 100
        right = (other.answer[among] >= 0).mean()
        assert right == pytest.approx(probability[among].mean(), abs=0.06)


def test_precision_rises_with_the_threshold_and_holds_on_other_data() -> None:
    fitted, other = fit(synthetic(1500, 3, 4)), synthetic(1500, 3, 5)
    thresholds, precision = np.array(fitted.precision).T
    assert (np.diff(thresholds) > 0).all() and (np.diff(precision) >= 0).all()
    assert precision.min() >= 0 and precision.max() <= 1
    threshold = fitted.threshold_for(0.8)
    taken, right = outcome(fitted, other, threshold)
    assert taken > 100
    assert right / taken == pytest.approx(dict(fitted.precision)[threshold], abs=0.05)


def outcome(fitted: Calibration, data: Answered, threshold: float) -> tuple[int, int]:
    """Units whose best candidate reaches the threshold, and those of them that are right."""
    scores = fitted.candidate.score(data.names, data.features)
    none = fitted.absent.score(data.absent_names, data.absent)
    taken = right = 0
    for unit, answer in enumerate(data.answer):
        rows = np.flatnonzero(data.unit == unit)
        own = np.exp(scores[rows] - logsumexp([none[unit], *scores[rows]]))
        if own.max() >= threshold:
            taken += 1
            right += rows[own.argmax()] == answer
    return taken, right


def test_the_default_threshold_is_about_the_best_on_other_data() -> None:
    fitted, other = fit(synthetic(1500, 3, 4)), synthetic(1500, 3, 5)

    def f1(threshold: float) -> float:
        taken, right = outcome(fitted, other, threshold)
        return 2 * right / (taken + other.gold)

    assert f1(fitted.threshold) >= max(f1(n / 10) for n in range(1, 10)) - 0.01


def row_of(spans: list[tuple[int, int, str]], gold: list[tuple[int, int, str]] | None) -> PairRow:
    """Four words onto themselves, spans in words."""
    side = side_from_tokens(["Anna", "met", "Boris", "Johnson"], "en")
    given = tuple(
        GivenSpan(str(n), label, ((side.words[a][0], side.words[b - 1][1]),))
        for n, (a, b, label) in enumerate(spans)
    )
    labelled = None if gold is None else tuple(Labelled(((a, b),), x) for a, b, x in gold)
    return PairRow(1, TextPair("p", side, side, given), "tokens", labelled, None, (), ())


def targets_of(row: PairRow) -> list[tuple[int, int] | int]:
    """The answer of each unit as target words, where links are the diagonal."""
    links = links_of([(n, n) for n in range(4)], np.full((4, 2), 0.9))
    evidence = gather([row.pair], {"one": [links]})
    found = answered([row], evidence)
    places = evidence.candidates
    return [(int(places.first[a]), int(places.end[a])) if a >= 0 else int(a) for a in found.answer]


def test_answers_are_the_gold_targets_of_the_same_label() -> None:
    spans = [(0, 1, "PER"), (2, 4, "PER"), (1, 2, "EVENT"), (3, 4, "LOC")]
    gold = [(2, 4, "PER"), (0, 1, "PER"), (0, 1, "LOC"), (0, 2, "TIME")]
    assert targets_of(row_of(spans, gold)) == [(0, 1), (2, 4), -1, -2]


def test_without_gold_or_with_several_fragments_there_is_no_answer() -> None:
    assert targets_of(row_of([(0, 1, "PER")], None)) == []
    row = row_of([(0, 1, "PER")], [(0, 1, "PER")])
    apart = GivenSpan("1", "PER", ((0, 4), (9, 14)))
    pair = TextPair("p", row.pair.source, row.pair.target, (*row.pair.spans, apart))
    assert targets_of(PairRow(1, pair, "tokens", row.gold, None, (), ())) == [(0, 1)]


def test_a_set_may_be_left_out_as_a_whole() -> None:
    rows = sample("de")
    links = [links_of([], np.empty((0, 2)))] * len(rows)
    evidence = gather([row.pair for row in rows], {"one": links})
    assert set(answered(rows, evidence).fold.tolist()) == {0, 1, 2}
    assert set(answered(rows, evidence, fold=7).fold.tolist()) == {7}


def sample_answers(lang: str) -> tuple[list[PairRow], Answered, list[tuple[int, int]]]:
    """Rows, their answers, and target words of every candidate."""
    rows = sample(lang)
    pairs = [row.pair for row in rows]
    links = StatisticalAligner.train(words_of(rows), 0.01).align(pairs)
    evidence = gather(pairs, {"statistical": links})
    places = evidence.candidates
    ranges = list(zip(places.first.tolist(), places.end.tolist(), strict=True))
    return rows, answered(rows, evidence), ranges


def test_answers_of_the_sample_corpus_are_its_gold_spans() -> None:
    rows, data, ranges = sample_answers("de")
    found = [ranges[answer] for answer in data.answer if answer >= 0]
    gold = [words_within(span.fragments[0], row.pair.target.words)
            for row in rows for span in row.gold or ()]
    assert data.gold == 168 and len(data.answer) == 170
    assert len(found) > 155 and not set(found) - set(gold)
    assert 2 <= (data.answer == -1).sum() <= 8


def test_sets_joined_and_taken_apart_again_are_as_before() -> None:
    parts = [sample_answers(lang)[1] for lang in ("de", "es")]
    both = joined(parts)
    assert both.gold == 336
    second = np.arange(len(both.answer)) >= len(parts[0].answer)
    for part, chosen in zip(parts, (~second, second), strict=True):
        again = both.only(chosen)
        for field in ("features", "absent", "unit", "answer", "fold"):
            np.testing.assert_array_equal(getattr(again, field), getattr(part, field))


def test_too_few_pairs_to_leave_any_out_are_refused() -> None:
    data = Answered(
        ("a",), ("one",), np.ones((2, 1)), np.ones((2, 1)), np.arange(2), np.array([0, -1]),
        np.zeros(2, np.int64), 2,
    )
    with pytest.raises(InputError, match="too few gold pairs"):
        fit(data)
