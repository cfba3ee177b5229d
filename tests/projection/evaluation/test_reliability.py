"""Reliability by hand and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.evaluation.outcomes import Outcomes
from crosslabel.projection.evaluation.reliability import reliability
from tests.projection.evaluation.rows import report_of

NAN = float("nan")


def outcomes(*spans: tuple[float, bool]) -> Outcomes:
    probability = np.array([p for p, _ in spans], dtype=np.float64)
    return Outcomes(np.array([right for _, right in spans], dtype=np.bool_), probability,
                    np.full(len(spans), NAN))


def test_a_table_done_by_hand() -> None:
    found = reliability(outcomes((0.0, False), (0.1, True), (0.85, True), (0.95, True),
                                 (0.95, False), (1.0, True), (NAN, True)))
    assert found is not None
    rows = [(b.low, b.high, b.count, b.mean_probability, b.share_correct) for b in found.bins]
    expected = [(0.0, 0.1, 2, 0.05, 0.5), (0.8, 0.9, 1, 0.85, 1.0), (0.9, 1.0, 3, 2.9 / 3, 2 / 3)]
    assert len(rows) == len(expected)
    for row, own in zip(rows, expected, strict=True):
        assert row == pytest.approx(own)
    assert found.calibration_error == pytest.approx((2 * 0.45 + 0.15 + 3 * 0.9 / 3) / 6)
    squares = [0.0, 0.81, 0.0225, 0.0025, 0.9025, 0.0]
    assert found.brier == pytest.approx(sum(squares) / 6)
    assert (found.count, found.without) == (6, 1)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_bins_and_brier_score_equal_those_of_scikit_learn(
    spans: list[tuple[float, bool]],
) -> None:
    from sklearn.calibration import calibration_curve
    from sklearn.metrics import brier_score_loss

    probability, right = (np.array(column) for column in zip(*spans, strict=True))
    found = reliability(outcomes(*spans))
    assert found is not None
    share, mean = calibration_curve(right, probability, n_bins=10)
    assert [b.share_correct for b in found.bins] == pytest.approx(share)
    assert [b.mean_probability for b in found.bins] == pytest.approx(mean)
    assert found.brier == pytest.approx(brier_score_loss(right, probability, labels=[0, 1]))
    counts = np.array([b.count for b in found.bins])
    assert counts.sum() == len(spans)
    assert found.calibration_error == pytest.approx((counts * abs(share - mean)).sum() / len(spans))


def test_a_span_counts_as_right_when_it_is_strictly_correct() -> None:
    """Right boundaries with a wrong label, and the second of two equal spans, are wrong."""
    report = report_of([([(0, 2, "A"), (3, 4, "A")], [
        ((0, 2, "A"), 0.35), ((0, 2, "A"), 0.95), ((3, 4, "B"), 0.55), ((3, 4, "A"), None)])])
    found = report.reliability()
    assert found is not None
    assert [(b.high, b.share_correct) for b in found.bins] == [(0.4, 0.0), (0.6, 0.0), (1.0, 1.0)]
    assert found.without == 1


def test_without_probabilities_there_is_no_reliability() -> None:
    report = report_of([([(0, 2, "A")], [((0, 2, "A"), None)])])
    assert report.reliability() is None
    assert report.as_values()["reliability"] is None
