"""The Arrow form of features, version ``pairs/1``, read by training without a tokenizer.

One row is one pair of token sequences, or one window of it. Side a is the target language, side b
the source language. Masks and positions are derived from the ids, so they are not stored. Soft
labels stand in sibling shards (:func:`soft_features`), joined by ``row_id``.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from datasets import Features

VERSION = "pairs/1"

Task = Literal["sequence", "token", "qa"]
PairKind = Literal["translate_train", "translate_test", "parallel", "identity"]

IGNORE = -100
"""Label of a token that is left out of the loss; PyTorch's cross entropy ignores it."""
SPECIAL_WORD = -1
"""Word number of a token that belongs to no word."""


class LabelOrigin(IntEnum):
    """The origin of the labels of a side."""

    NONE = 0
    GOLD = 1
    COPIED = 2
    PROJECTED = 3
    STRING_MATCHED = 4
    PSEUDO = 5


def features(task: Task, labels: Sequence[str], *, evaluation: bool = False) -> Features:
    """Return the column types of feature shards.

    Args:
        labels: class names; empty for regression and question answering.
        evaluation: add the columns that lead from tokens back to texts and gold answers.
    """
    from datasets import Features

    columns = _common() | _LABELS[task](labels)
    return Features(columns | (_evaluation() if evaluation else {}))


def soft_features(task: Task, classes: int) -> Features:
    """Return the column types of soft-label shards.

    The columns are ``row_id`` and log-probabilities at temperature 1.

    Args:
        classes: number of classes; not used for question answering.
    """
    from datasets import Features, List, Value

    half = Value("float16")
    if task == "qa":
        return Features(row_id=Value("string"), a_soft_start=List(half), a_soft_end=List(half))
    row = List(half, length=classes)
    return Features(row_id=Value("string"), a_soft=List(row) if task == "token" else row)


def _common() -> dict[str, Any]:
    from datasets import List, Value

    text, tokens = Value("string"), List(Value("int32"))
    return {
        "row_id": text,
        "group_id": Value("int64"),
        "lang_a": text,
        "lang_b": text,
        "pair_kind": text,
        "a_input_ids": tokens,
        "b_input_ids": tokens,
        "length": Value("int32"),
        "a_label_origin": Value("int8"),
        "b_label_origin": Value("int8"),
        "mt_score": Value("float32"),
    }


def _sequence(labels: Sequence[str]) -> dict[str, Any]:
    from datasets import ClassLabel, Value

    if not labels:
        return {"a_value": Value("float32"), "b_value": Value("float32")}
    return {"a_label": ClassLabel(names=list(labels)), "b_label": ClassLabel(names=list(labels))}


def _token(labels: Sequence[str]) -> dict[str, Any]:
    from datasets import List, Value

    numbers = List(Value("int16"))
    return {"a_token_labels": numbers, "b_token_labels": numbers,
            "a_token_weights": List(Value("float16")), "a_word_ids": numbers}


def _qa(labels: Sequence[str]) -> dict[str, Any]:
    from datasets import Value

    names = [f"{side}_{what}" for side in "ab" for what in ("start", "end", "ctx_begin", "ctx_end")]
    return {name: Value("int32") for name in names} | {
        "window_a": Value("int16"), "window_b": Value("int16")}


def _evaluation() -> dict[str, Any]:
    from datasets import List, Value

    return {
        "a_offsets": List(Value("int32")),
        "a_text": Value("string"),
        "a_answers": List({"text": Value("string"), "start": Value("int32")}),
        "example_id": Value("string"),
        "max_context": List(Value("bool")),
    }


_LABELS = {"sequence": _sequence, "token": _token, "qa": _qa}
