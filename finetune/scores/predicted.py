"""Prediction files, matched with the gold examples."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosslabel.finetune.scores.gold import Key, TaskGold
from crosslabel.pipeline.corpus.tag_numbers import is_iob
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.jsonl import RowError, rows

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TaskPredictions:
    """The predictions of one system for the gold examples.

    Attributes:
        rows: by gold example; ``None`` for a missing prediction, which counts as wrong.
        missing: gold examples without a prediction.
        unknown: predicted examples that are not in the gold, or have no gold label; not counted.
        bad_rows: rows that cannot be used.
    """

    rows: tuple[Row | None, ...]
    missing: tuple[Key, ...]
    unknown: tuple[Key, ...]
    bad_rows: tuple[RowError, ...]


def read_predicted(path: Path, gold: TaskGold) -> TaskPredictions:
    """Read the output of ``crosslabel predict``, or other lines of JSON with the same fields.

    A row needs ``id``, ``lang`` and one of: ``words`` and ``tags``; ``label``; ``value``;
    ``answer``.

    Raises:
        InputError: the file cannot be read.
    """
    predictions: dict[Key, Row] = {}
    bad: list[RowError] = []
    check = _checker(gold)
    for number, row in rows(path):
        if isinstance(row, RowError):
            bad.append(row)
            continue
        try:
            key = _key(row)
            check(row)
            if key in predictions:
                raise InputError(f"{key[1]!r} ({key[0]}) was predicted before; remove one")
        except InputError as error:
            given = row.get("id")
            row_id = given if isinstance(given, str) else None
            bad.append(RowError(path.name, number, str(error), row_id))
            continue
        predictions[key] = row
    known = set(gold.keys)
    return TaskPredictions(
        tuple(predictions.get(key) for key in gold.keys),
        tuple(key for key in gold.keys if key not in predictions),
        tuple(sorted(key for key in predictions if key not in known)),
        tuple(bad),
    )


def _key(row: Row) -> Key:
    for name in ("id", "lang"):
        if not isinstance(row.get(name), str):
            raise InputError(f"{name!r} is {row.get(name)!r}; give text")
    return row["lang"], row["id"]


def _checker(gold: TaskGold) -> Callable[[Row], None]:
    if gold.task == "token":
        return _check_iob if is_iob(gold.labels) else _check_tags
    if gold.task == "qa":
        return _check_answer
    return _check_label if gold.labels else _check_value


def _check_tags(row: Row) -> None:
    words, tags = row.get("words"), row.get("tags")
    if not isinstance(words, list) or not isinstance(tags, list) or len(words) != len(tags):
        raise InputError("'words' and 'tags' must be lists of equal length")
    wrong = next((word for word in words if word is not None and not _is_range(word)), None)
    if wrong is not None:
        raise InputError(f"{wrong!r} in 'words'; give [start, end] or null")
    if not set(map(type, tags)) <= {str, type(None)}:
        raise InputError("'tags' must hold text or null")


def _is_range(word: Any) -> bool:
    return (type(word) is list and len(word) == 2
            and type(word[0]) is int and type(word[1]) is int)


def _check_iob(row: Row) -> None:
    _check_tags(row)
    wrong = sorted(tag for tag in {*row["tags"]} - {None} if not is_iob(["O", tag]))
    if wrong:
        raise InputError(f"tag {wrong[0]!r} where the gold has IOB2 tags; give B-, I- or O")


def _check_label(row: Row) -> None:
    if not isinstance(row.get("label"), str):
        raise InputError(f"'label' is {row.get('label')!r}; give text")


def _check_value(row: Row) -> None:
    value: Any = row.get("value")
    if type(value) not in (int, float) or not abs(value) <= sys.float_info.max:
        raise InputError(f"'value' is {value!r}; give a finite number")


def _check_answer(row: Row) -> None:
    if not isinstance(row.get("answer"), str):
        raise InputError(f"'answer' is {row.get('answer')!r}; give text, empty for no answer")
