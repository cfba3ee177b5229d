"""The coverage curve against strict evaluation of what is kept at each threshold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from crosslabel.projection.evaluation.coverage import coverage_curve
from crosslabel.projection.evaluation.outcomes import Outcomes
from crosslabel.projection.evaluation.report import evaluate
from crosslabel.projection.evaluation.strict import Evaluation
from tests.projection.evaluation.rows import (
    Spans,
    Sure,
    labelled,
    pair_lists,
    projections,
    report_of,
    row_of,
)

Pairs = list[tuple[Spans, list[Sure]]]


@given(pair_lists)
def test_each_point_is_the_strict_score_of_the_spans_kept(pairs: Pairs) -> None:
    points = report_of(pairs).coverage().points
    thresholds = {probability for _, found in pairs for _, probability in found}
    assert [point.threshold for point in points] == sorted(thresholds, reverse=True)
    source = sum(len(gold) for gold, _ in pairs)
    for point in points:
        kept = Evaluation()
        for gold, found in pairs:
            spans = [span for span, probability in found if probability >= point.threshold]
            kept.add(labelled(gold), labelled(spans), [])
        assert point.score == kept.micro()
        assert point.coverage == (kept.micro().predicted / source if source else 0.0)


@given(pair_lists)
def test_the_end_of_the_curve_is_the_micro_score(pairs: Pairs) -> None:
    report = report_of(pairs)
    points = report.coverage().points
    assert bool(points) == bool(report.evaluation.micro().predicted)
    if points:
        assert points[-1].score == report.evaluation.micro()


def test_without_a_probability_for_every_span_scores_rank_and_their_lack_comes_last() -> None:
    row = row_of([(0, 1, "A"), (2, 3, "A"), (4, 5, "A")])
    found = projections(row, [((0, 1, "A"), 0.9), ((2, 4, "A"), None), ((4, 5, "A"), None)])
    scores = [-3.0, -1.0, None]
    scored = [replace(own, raw_score=score) for own, score in zip(found, scores, strict=True)]
    curve = evaluate([row], [scored]).coverage()
    assert curve.measure == "score"
    assert [point.threshold for point in curve.points] == [-1.0, -3.0, None]
    assert [point.score.correct for point in curve.points] == [0, 1, 2]
    bare = evaluate([row], [projections(row, [((0, 1, "A"), None), ((4, 5, "A"), None)])])
    assert bare.coverage().measure is None
    assert [point.score.predicted for point in bare.coverage().points] == [2]


def test_a_long_curve_is_thinned_to_its_ends_and_even_steps() -> None:
    count = 1000
    probability = np.linspace(0, 1, count)
    outcomes = Outcomes(probability > 0.5, probability, np.full(count, np.nan))
    points = coverage_curve(outcomes, source=2000, gold=800).points
    assert len(points) == 101
    assert (points[0].score.predicted, points[-1].score.predicted) == (1, count)
    assert points[-1].coverage == 0.5
    steps = np.diff([point.score.predicted for point in points])
    assert steps.min() >= 9 and steps.max() <= 10
    assert points[50].score.precision == pytest.approx(1.0, abs=0.01)
