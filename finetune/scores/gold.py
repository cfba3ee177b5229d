"""The gold labels of a feature dataset, example by example."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from crosslabel.finetune.inference.examples import Examples, flat, read_examples
from crosslabel.finetune.inference.words import read_words
from crosslabel.finetune.reading.columns import Array, numbers
from crosslabel.finetune.reading.table import FeatureTable
from crosslabel.finetune.schema import IGNORE, Task
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

Key = tuple[str, str]
"""Language and id."""


@dataclass(frozen=True, slots=True)
class GoldTags:
    """The gold tags of N words of E examples; words without a tag are left out.

    Attributes:
        starts: (N,) first character of each word.
        example: (N,) number of its example, rising.
        tags: (N,) number of its tag.
    """

    starts: Array
    example: Array
    tags: Array


@dataclass(frozen=True, slots=True)
class TaskGold:
    """The gold labels that predictions are measured against.

    Attributes:
        keys: of the examples that count; there is at least one.
        labels: class names.
        tags: for tagging.
        classes: (E,) numbers of classes.
        values: (E,) for regression.
        answers: right answers of each example; an empty tuple means that there is no answer.
    """

    task: Task
    keys: tuple[Key, ...]
    labels: tuple[str, ...]
    tags: GoldTags | None = None
    classes: Array | None = None
    values: Array | None = None
    answers: tuple[tuple[str, ...], ...] = ()


def read_gold(features: Path) -> TaskGold:
    """Return the gold labels of features; examples without gold labels are left out.

    Raises:
        InputError: the features are for training only, or no example has a gold label.
    """
    opened = FeatureTable.open(features)
    table, sidecar = opened.rows, opened.sidecar
    examples = read_examples(opened)
    if sidecar.task == "token":
        return _tags(table, examples, sidecar.labels, features)
    if sidecar.task == "qa":
        return _answers(table, examples, features)
    return _sequences(table, examples, sidecar.labels, features)


def _tags(
    table: pa.Table, examples: Examples, labels: tuple[str, ...], features: Path
) -> TaskGold:
    words = read_words(table, examples)
    given, _ = flat(table, "a_token_labels")
    known = (words.token >= 0) & (given[words.token] != IGNORE)
    counted, example = np.unique(words.example[known], return_inverse=True)
    tags = GoldTags(words.ranges[known, 0], example, given[words.token[known]].astype(np.int64))
    return TaskGold("token", _kept(examples, counted, features), labels, tags=tags)


def _sequences(
    table: pa.Table, examples: Examples, labels: tuple[str, ...], features: Path
) -> TaskGold:
    given = numbers(table, "a_label" if labels else "a_value")[examples.first]
    counted = np.flatnonzero(given != IGNORE if labels else ~np.isnan(given))
    keys = _kept(examples, counted, features)
    if labels:
        return TaskGold("sequence", keys, labels, classes=given[counted].astype(np.int64))
    return TaskGold("sequence", keys, (), values=given[counted].astype(np.float64))


def _answers(table: pa.Table, examples: Examples, features: Path) -> TaskGold:
    """Return the right answers; a question whose answer is not known has no gold label."""
    first = table.take(examples.first)
    answers = [[answer["text"] for answer in rows or ()]
               for rows in first["a_answers"].to_pylist()]
    known = first["a_start"].is_valid().to_pylist()
    counted = [number for number, texts in enumerate(answers) if texts or known[number]]
    keys = _kept(examples, np.array(counted, np.int64), features)
    return TaskGold("qa", keys, (), answers=tuple(tuple(answers[number]) for number in counted))


def _kept(examples: Examples, counted: Array, features: Path) -> tuple[Key, ...]:
    if not len(counted):
        raise InputError(f"{features}: no row has a gold label; featurize a labelled file")
    keys = examples.keys
    return tuple(keys[number] for number in counted)
