"""Probabilities, thresholds and the file of the calibrator."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from crosslabel.projection.errors import InputError
from crosslabel.projection.joint.calibrator import Calibration, Calibrator, Weights, conditional
from crosslabel.projection.joint.features import gather
from tests.projection.joint.joint_cases import Linked, linked

scores = st.floats(-500, 500)
PLAIN = Weights(("a", "b"), (1.0, -1.0), (2.0, 0.5), (3.0, 4.0))
CALIBRATION = Calibration(PLAIN, replace(PLAIN, names=("one", "two")), 0.4,
                          ((0.1, 0.5), (0.2, 0.5), (0.3, 0.8), (0.4, 0.85), (0.9, 0.97)))
OTHER = replace(CALIBRATION, threshold=0.6, absent=CALIBRATION.absent.scaled(1.5, -0.25))
CALIBRATOR = Calibrator({"one": CALIBRATION, "one+two": OTHER})


@given(st.lists(st.tuples(scores, st.lists(scores, max_size=4)), max_size=5))
def test_candidates_and_no_target_share_the_softmax(units: list[tuple[float, list[float]]]) -> None:
    flat = np.array([score for _, own in units for score in own], np.float64)
    unit = np.repeat(np.arange(len(units)), [len(own) for _, own in units])
    found, none = conditional(flat, np.array([absent for absent, _ in units], np.float64), unit)
    wanted = [softmax([absent, *own]) for absent, own in units]
    np.testing.assert_allclose(none, [each[0] for each in wanted], atol=1e-12)
    np.testing.assert_allclose(found, [p for each in wanted for p in each[1:]], atol=1e-12)
    np.testing.assert_allclose(none + np.bincount(unit, found, len(units)), 1.0)


def test_score_is_a_weighted_sum_of_standardised_features() -> None:
    rows = np.array([[1.0, -1.0], [5.0, 0.0]])
    assert PLAIN.score(("a", "b"), rows).tolist() == [0.0, 3 * (5 - 1) / 2 + 4 * (0 + 1) / 0.5]


def test_factor_and_offset_change_the_score_and_nothing_else() -> None:
    rows = np.array([[1.0, -1.0], [5.0, 0.0], [-3.0, 2.0]])
    plain = PLAIN.score(("a", "b"), rows)
    once = PLAIN.scaled(2.0, offset=0.5)
    np.testing.assert_allclose(once.score(("a", "b"), rows), 2.0 * plain + 0.5)
    twice = once.scaled(0.5, offset=-1.0)
    np.testing.assert_allclose(twice.score(("a", "b"), rows), plain + 0.25 - 1.0)


def test_other_features_than_fitted_on_are_refused() -> None:
    with pytest.raises(InputError, match="other features; fit it again"):
        PLAIN.score(("b", "a"), np.zeros((1, 2)))


@given(st.lists(linked(), min_size=1, max_size=3))
def test_probabilities_of_real_evidence_sum_to_one(cases: list[Linked]) -> None:
    evidence = gather([pair for pair, _ in cases], {"one": [links for _, links in cases]})
    random = np.random.default_rng(0)
    candidate, absent = (
        Weights(names, *(tuple(random.uniform(0.5, 2.0, len(names))) for _ in range(3)))
        for names in (evidence.names, evidence.absent_names)
    )
    own, none = Calibration(candidate, absent, 0.5, ()).probabilities(evidence)
    total = none + np.bincount(evidence.candidates.unit, own, len(none))
    np.testing.assert_allclose(total, 1.0)


@pytest.mark.parametrize(("precision", "threshold"), [
    (None, 0.4), (0.0, 0.1), (0.5, 0.1), (0.51, 0.3), (0.85, 0.4), (0.97, 0.9),
])
def test_the_lowest_threshold_that_reached_the_precision(
    precision: float | None, threshold: float
) -> None:
    assert CALIBRATION.threshold_for(precision) == threshold


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1), st.floats(0, 1),
       st.floats(0, 1))
def test_more_precision_never_lowers_the_threshold(
    table: list[tuple[float, float]], one: float, other: float
) -> None:
    less, more = sorted((one, other))
    calibration = replace(CALIBRATION, precision=tuple(table))
    if more > max(precision for _, precision in table):
        with pytest.raises(InputError, match="ask for at most"):
            calibration.threshold_for(more)
    else:
        assert calibration.threshold_for(less) <= calibration.threshold_for(more)


def test_precision_out_of_reach_says_what_was_reached() -> None:
    with pytest.raises(InputError) as caught:
        CALIBRATION.threshold_for(0.98)
    assert str(caught.value) == ("precision 0.98 was not reached on the fitting data; "
                                 "ask for at most 0.970")


def test_an_unknown_set_of_sources_names_the_known() -> None:
    assert CALIBRATOR.of(["one", "two"]).threshold == 0.6
    with pytest.raises(InputError, match=r"fitted for two\+one; there are: one, one\+two$"):
        CALIBRATOR.of(["two", "one"])


def test_what_is_saved_comes_back_under_the_same_id_wherever_it_lies(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    paths = [tmp_path / "a.json", tmp_path / "there" / "b.json"]
    for path in paths:
        CALIBRATOR.save(path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    for path in paths:
        loaded = Calibrator.load(path)
        assert loaded == CALIBRATOR and loaded.id == CALIBRATOR.id


def test_other_weights_have_another_id() -> None:
    weaker = replace(CALIBRATION, candidate=replace(PLAIN, weight=(3.0, 4.5)))
    assert Calibrator({"one": weaker}).id != Calibrator({"one": CALIBRATION}).id


@pytest.mark.parametrize("content", [
    None, b"", b"[]", b"null", b"\xff\xfe", b'{"models": {}}', b'{"version": 99, "models": {}}',
    b'{"version": 1, "models": []}', b'{"version": 1, "models": {"one": {"candidate": []}}}',
    b'{"version": 1, "models": {"one": {"candidate": {"other": []}, "absent": {}}}}',
])
def test_another_file_is_refused_in_one_line(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "calibrator.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"calibrator.json: .*; fit it again$") as caught:
        Calibrator.load(path)
    assert "\n" not in str(caught.value)
