"""Prediction files beside gold files: units, rows that do not match, rows that cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crosslabel.projection.errors import InputError
from crosslabel.projection.evaluation.gold import read_beside, read_gold_rows
from crosslabel.projection.evaluation.report import evaluate_predicted
from crosslabel.projection.files.predictions import predicted, prediction_row, read_predictions
from crosslabel.projection.interface import Projection
from tests.projection.evaluation.rows import gold_json, measured, prediction_json, row_of, write


def test_missing_unknown_and_bad_predictions_are_named(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", gold_json("a"), gold_json("b"), gold_json("c"),
                 {"id": "d"})
    pred = write(tmp_path / "pred.jsonl", prediction_json("a", 0, 1), prediction_json("x", 0, 1),
                 {"id": "c", "row": 3, "error": "odd"}, prediction_json("a", 0, 1),
                 prediction_json("e", 1, 1))
    read = read_gold_rows(gold)
    report, file = measured(gold, pred)
    assert (file.missing, file.unknown) == (("b", "c"), ("x",))
    assert [str(error).partition(":")[0] for error in (*read.bad_rows, *file.bad_rows)] == [
        "gold.jsonl, row 4", "pred.jsonl, row 3", "pred.jsonl, row 4", "pred.jsonl, row 5"]
    values = report.as_values()
    assert values["micro"] == {"precision": 1.0, "recall": 0.333333, "f1": 0.5, "correct": 1,
                               "predicted": 1, "gold": 3}
    assert values["errors"]["missed"] == 2


def test_a_gold_file_gives_an_id_per_row_for_links_that_follow_its_rows(tmp_path: Path) -> None:
    bare = gold_json("b")
    bare["target"] = {"lang": "de", "text": "Sushi"}
    read = read_gold_rows(write(tmp_path / "gold.jsonl", gold_json("a"), bare, gold_json("c")))
    assert read.ids == ("a", None, "c")
    assert [row.pair.id for row in read.rows] == ["a", "c"]


def test_spans_without_target_are_lost_and_not_predicted(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", gold_json("a"))
    row = prediction_json("a", None, None)
    row["spans"] += [row["spans"][0] | {"reason": "no link"}] * 2
    report, _ = measured(gold, write(tmp_path / "pred.jsonl", row))
    assert report.evaluation.micro().predicted == 0
    assert report.lost == {"no reason given": 1, "no link": 2}


@pytest.mark.parametrize(("text", "start", "end", "found"), [
    (None, 6, 9, True), (None, 6, 10, True), ("¡Sushi now.", 7, 10, True),
    (None, 3, 9, False), (None, 5, 6, False), ("Sushi    now.", 1, 2, False),
])
def test_characters_are_snapped_to_gold_tokens(
    tmp_path: Path, text: str | None, start: int, end: int, found: bool
) -> None:
    """The gold span is ``now.``, whose mark is glued on; (1, 2) would be its token offsets."""
    target: dict[str, Any] = {"spans": [{"start": 1, "end": 2, "label": "A"}]}
    if text:
        target["text"] = text
    gold = write(tmp_path / "gold.jsonl", gold_json("a", **target))
    pred = write(tmp_path / "pred.jsonl", prediction_json("a", start, end, unit="characters"))
    assert measured(gold, pred)[0].evaluation.micro().f1 == found


def test_a_range_between_two_tokens_is_not_taken_for_token_offsets(tmp_path: Path) -> None:
    tokens = [*"abcdef"]
    spans = [{"start": 1, "end": 2, "label": "A"}]
    gold = write(tmp_path / "gold.jsonl", gold_json("a", tokens=tokens, spans=spans))
    pred = write(tmp_path / "pred.jsonl", prediction_json("a", 1, 2, unit="characters"))
    micro = measured(gold, pred)[0].evaluation.micro()
    assert (micro.correct, micro.predicted) == (0, 1)


def test_fragments_that_meet_after_snapping_are_one_span(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl",
                 gold_json("a", spans=[{"start": 0, "end": 2, "label": "A"}]))
    span = {"start": 0, "end": 9, "fragments": [[0, 5], [5, 6], [6, 9]], "label": "A"}
    pred = write(tmp_path / "pred.jsonl", {"id": "a", "unit": "characters", "spans": [span]})
    assert measured(gold, pred)[0].evaluation.micro().f1 == 1.0


def test_gold_in_characters_takes_characters_only(tmp_path: Path) -> None:
    target = {"lang": "de", "text": "Sushi!", "spans": [{"start": 0, "end": 5, "label": "A"}]}
    gold = write(tmp_path / "gold.jsonl", gold_json("a") | {"target": target})
    right = write(tmp_path / "right.jsonl", prediction_json("a", 0, 5, unit="characters"))
    assert measured(gold, right)[0].evaluation.micro().f1 == 1.0
    wrong = write(tmp_path / "wrong.jsonl", prediction_json("a", 0, 1, unit="tokens"))
    with pytest.raises(InputError, match=r"wrong\.jsonl: 'a' counts tokens"):
        read_beside(read_gold_rows(gold).rows, wrong)


def test_gold_without_target_spans_cannot_be_scored(tmp_path: Path) -> None:
    row = gold_json("a")
    row["target"].pop("spans")
    with pytest.raises(InputError, match="no row has gold spans"):
        read_gold_rows(write(tmp_path / "gold.jsonl", row))


@pytest.mark.parametrize(("key", "value", "problem"), [
    ("probability", 1.5, "'probability' must"), ("probability", -0.1, "'probability' must"),
    ("probability", True, "'probability' must"), ("score", "high", "'score' must"),
    ("score", 10**400, "'score' must"), ("score", float("nan"), "NaN is not a JSON number"),
], ids=repr)
def test_a_score_that_is_no_number_makes_a_bad_row(
    tmp_path: Path, key: str, value: object, problem: str
) -> None:
    row = prediction_json("a", 0, 1)
    row["spans"][0][key] = value
    found, errors = read_predictions(write(tmp_path / "pred.jsonl", row))
    assert not found and problem in str(errors[0])


def test_projections_are_measured_like_the_file_written_from_them(tmp_path: Path) -> None:
    row = row_of([(0, 2, "A"), (3, 4, "B"), (5, 6, "B")])
    words = row.pair.target.words
    found = [
        Projection("0", "A", (words[0], words[1]), "m", "projected", None, -1.5, 0.75, "c"),
        Projection("1", "B", (words[4],), "m", "projected", None, -2.5),
        Projection("2", "B", (), "m", "abstained", "no link"),
    ]
    path = write(tmp_path / "pred.jsonl", prediction_row(row, found))
    read = read_beside([row], path).predicted
    assert read == (predicted(row, found),)
    assert evaluate_predicted([row], read).as_values()["lost"] == {"no link": 1}
