"""Classes, values and answers of several systems combined."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.finetune.combine.run import combine
from crosslabel.pipeline.corpus.predictions import (
    AnsweredQuestion,
    ClassifiedText,
    PredictedSpan,
    Prediction,
    TaggedText,
)
from crosslabel.projection.errors import InputError
from tests.finetune.combine.by_hand import Row
from tests.finetune.combine.row_files import read, write

LABELS = ("bad", "fair", "good")


def classed(id: str, label: str, **more: Any) -> Row:
    return {"id": id, "lang": "de", "label": label, **more}


@st.composite
def class_rows(draw: st.DrawFn) -> Row:
    eighths = draw(st.lists(st.integers(0, 8), min_size=2, max_size=2).map(sorted))
    shares = [eighths[0], eighths[1] - eighths[0], 8 - eighths[1]]
    given = {name: share / 8 for name, share in zip(LABELS, shares, strict=True)}
    label = max(given, key=lambda name: given[name])
    scored = {"score": given[label]}
    return classed("1", label, **draw(st.sampled_from([
        scored | {"probabilities": given}, scored, {}])))


@pytest.mark.parametrize("by", ["mean", "vote"])
@given(st.lists(class_rows(), min_size=2, max_size=5), st.data())
def test_classes_are_combined_as_by_hand(
    tmp_path_factory: pytest.TempPathFactory, by: Any, rows: list[Row], data: st.DataObject
) -> None:
    weights = [data.draw(st.integers(1, 3)) for _ in rows]
    folder = tmp_path_factory.mktemp("files")
    combine(write(folder, *([own] for own in rows)), folder / "out", by, weights)
    [found] = read(folder / "out")
    names = list(found["probabilities"])
    assert set(names) == {name for own in rows
                          for name in [own["label"], *own.get("probabilities", ())]}
    means, votes = dict.fromkeys(names, Fraction(0)), dict.fromkeys(names, 0)
    for own, weight in zip(rows, weights, strict=True):
        score = Fraction(own.get("score", 1))
        rest = (1 - score) / max(1, len(names) - 1)
        given = own.get("probabilities") or dict.fromkeys(names, rest) | {own["label"]: score}
        votes[own["label"]] += weight
        for name in names:
            means[name] += Fraction(given.get(name, 0)) * weight / sum(weights)
    best = [name for name in names if by == "mean" or votes[name] == max(votes.values())]
    best = [name for name in best if means[name] == max(means[own] for own in best)]
    said = [own["label"] for own in rows if own["label"] in best]
    assert found["label"] == (said or best)[0]
    assert found["probabilities"] == pytest.approx({n: float(own) for n, own in means.items()},
                                                   abs=1e-6)
    assert found["score"] == found["probabilities"][found["label"]]


def test_values_are_weighted_means(tmp_path: Path) -> None:
    files = write(tmp_path, [{"id": "1", "lang": "de", "value": 1}],
                  [{"id": "1", "lang": "de", "value": 4.0}])
    combine(files, tmp_path / "out", "mean", [2, 1])
    assert read(tmp_path / "out") == [{"id": "1", "lang": "de", "value": 2.0}]
    with pytest.raises(InputError, match="averaged, not voted on"):
        combine(files, tmp_path / "out", "vote")


def answer(start: int | None, **more: Any) -> Row:
    end = None if start is None else start + 1
    return {"id": "1", "lang": "de", "answer": "" if start is None else "abcdef"[start],
            "start": start, "end": end, **more}


@st.composite
def answer_rows(draw: st.DrawFn) -> list[Row]:
    all_sure = draw(st.booleans())
    rows = []
    for _ in range(draw(st.integers(2, 5))):
        made = answer(draw(st.none() | st.integers(0, 2)))
        made["score"] = draw(st.none() | st.integers(-3, 3))
        if all_sure or draw(st.booleans()):
            made["probability"] = draw(st.sampled_from([0.25, 0.5, 1.0]))
        rows.append(made)
    return rows


@pytest.mark.parametrize("by", ["mean", "vote"])
@given(answer_rows(), st.data())
def test_answers_are_combined_as_by_hand(
    tmp_path_factory: pytest.TempPathFactory, by: Any, rows: list[Row], data: st.DataObject
) -> None:
    weights = [data.draw(st.integers(1, 3)) for _ in rows]
    folder = tmp_path_factory.mktemp("files")
    combine(write(folder, *([own] for own in rows)), folder / "out", by, weights)
    [found] = read(folder / "out")
    sure = by == "mean" and all("probability" in own for own in rows)
    ranks: dict[int | None, tuple[float, float]] = {}
    for start in dict.fromkeys(own["start"] for own in rows):
        own = [(row, weight) for row, weight in zip(rows, weights, strict=True)
               if row["start"] == start]
        support = sum(weight * (row["probability"] if sure else 1) for row, weight in own)
        ranks[start] = support, max((row["score"] for row, _ in own if row["score"] is not None),
                                    default=float("-inf"))
    expected = answer(max(ranks, key=lambda start: ranks[start]))
    assert {name: found[name] for name in expected} == expected


def test_scores_of_answers_are_means_of_the_systems_that_gave_them(tmp_path: Path) -> None:
    files = write(
        tmp_path, [answer(0, score=2.0, no_answer_score=1.0, probability=0.5)],
        [answer(1, score=9.0, no_answer_score=4.0, probability=0.6)],
        [answer(0, score=5.0, no_answer_score=1.0, probability=0.25)],
    )
    combine(files, tmp_path / "out", "mean", [1, 1, 2])
    assert read(tmp_path / "out") == [
        answer(0, score=4.0, no_answer_score=1.75, probability=0.25)]


def test_answers_in_other_contexts_are_named_and_left_out(tmp_path: Path) -> None:
    files = write(tmp_path, [answer(0)], [answer(0, answer="A")])
    [problem] = combine(files, tmp_path / "out", "mean")
    assert str(problem).startswith("1.jsonl, row 1: characters 0 to 1 are 'A' and 'a'")
    assert read(tmp_path / "out") == []


def test_predictions_of_two_tasks_are_named_and_left_out(tmp_path: Path) -> None:
    files = write(tmp_path, [answer(0), classed("2", "good")], [classed("1", "good")])
    problems = combine(files, tmp_path / "out", "mean")
    assert "1.jsonl, row 1: class where 0.jsonl has answer" in str(problems[0])
    assert [own["id"] for own in read(tmp_path / "out")] == ["2"]


BAD: Sequence[tuple[Row, str]] = [
    (classed("1", "a", score=2), "'score' is 2"),
    (classed("1", "a", probabilities={"a": -1}), "'probabilities' must hold"),
    (classed("1", "a") | {"label": None}, "'label' is None"),
    ({"id": "1", "lang": "de", "value": True}, "'value' is True"),
    (answer(0, end="1"), "'start' and 'end' are"),
    (answer(0, probability=7), "'probability' is 7"),
    ({"id": "1", "lang": "de"}, "has 0 of tags, label, value, answer"),
]


@pytest.mark.parametrize(("bad", "message"), BAD)
def test_a_bad_row_is_named(tmp_path: Path, bad: Row, message: str) -> None:
    files = write(tmp_path, [bad], [])
    [problem] = combine(files, tmp_path / "out", "mean")
    assert message in str(problem)
    assert read(tmp_path / "out") == []


@pytest.mark.parametrize(
    ("weights", "message"),
    [([1.0], "1 weights for 2 files"), ([1.0, 0.0], "above 0"), ([1.0, float("nan")], "above 0"),
     ([1.0, float("inf")], "above 0")],
)
def test_weights_that_do_not_fit(tmp_path: Path, weights: list[float], message: str) -> None:
    files = write(tmp_path, [answer(0)], [answer(0)])
    with pytest.raises(InputError, match=message):
        combine(files, tmp_path / "out", "mean", weights)


@pytest.mark.parametrize("by", ["mean", "vote"])
@pytest.mark.parametrize("prediction", [
    TaggedText("1", "de", "Anna Roth ging", ((0, 4), (5, 9), (10, 14), None),
               ("B-PER", "I-PER", "O", "O"), (0.9, 0.8, 0.7, None),
               (PredictedSpan(0, 9, "PER", 0.85),)),
    TaggedText("1", "de", "Anna ging", ((0, 4), (5, 9)), ("PROPN", None), (0.9, None), None),
    ClassifiedText("1", "de", "good", {"bad": 0.25, "good": 0.75}),
    AnsweredQuestion("1", "de", "Anna", (0, 4), 3.5, -1.0),
    AnsweredQuestion("1", "de", "", None, None, 0.5),
    AnsweredQuestion("1", "de", "Anna", (0, 4), None, None, 0.75),
])  # fmt: skip
def test_two_systems_that_agree_are_one(tmp_path: Path, by: Any, prediction: Prediction) -> None:
    row = prediction.as_row()
    combine(write(tmp_path, [row], [row]), tmp_path / "out", by)
    [found] = read(tmp_path / "out")
    assert {name: value for name, value in found.items() if value is not None} == {
        name: value for name, value in row.items() if value is not None}
