"""The rows of a feature dataset as the tensors of a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from crosslabel.finetune.reading.columns import Array, fill
from crosslabel.finetune.reading.data import FeatureData
from crosslabel.finetune.schema import IGNORE, SPECIAL_WORD

if TYPE_CHECKING:
    from torch import Tensor

Batch = dict[str, "Tensor"]
Arrays = dict[str, Array]
Rows = Sequence[int] | Array
SoftTokens = Literal["all", "first"]


@dataclass(slots=True)
class Padding:
    """The numbers of tokens and places in the batches so far, which tell the cost of padding."""

    tokens: int = 0
    places: int = 0

    def ratio(self) -> float:
        """Return the share of places without a token since the last call."""
        share = 1.0 - self.tokens / self.places if self.places else 0.0
        self.tokens = self.places = 0
        return share


@dataclass(frozen=True, slots=True)
class SideChoice:
    """The parts of its rows that a batch holds.

    Attributes:
        sides: 2, or 1 for side a alone.
        hard: sides whose hard labels are used.
        soft_tokens: tokens that get soft labels in tagging: all, or the first of each word.
    """

    sides: int = 2
    hard: str = "ab"
    soft_tokens: SoftTokens = "all"


@dataclass(frozen=True, slots=True)
class Collator:
    """A function from row numbers to a batch that is padded to its longest side.

    A row without side b gets a copy of side a in its place, without labels.
    """

    data: FeatureData
    choice: SideChoice = SideChoice()
    padding: Padding = field(default_factory=Padding)

    def __call__(self, indices: Rows) -> Batch:
        """Return tensors by the names that :mod:`crosslabel.finetune.model.batch` lists."""
        import torch

        return {name: torch.from_numpy(array) for name, array in self.arrays(indices).items()}

    def arrays(self, indices: Rows) -> Arrays:
        """Return the batch as numpy arrays."""
        a = self.data.tokens["a"].rows(indices)
        given_b = self.data.tokens["b"].rows(indices)
        b = [ids if len(ids) else copy for ids, copy in zip(given_b, a, strict=True)]
        sides = (a, b)[:self.choice.sides]
        width = max(len(ids) for side in sides for ids in side)
        self._count(sides, width)
        pad = self.data.tokenizer.pad_id
        batch = {"input_ids": np.stack([fill(side, width, pad, np.int64) for side in sides], 1)}
        has_b = np.array([len(ids) > 0 for ids in given_b])
        return batch | _LABELS[self.data.task](self, indices, width, has_b)

    def _count(self, sides: Sequence[Sequence[Array]], width: int) -> None:
        self.padding.tokens += sum(len(ids) for side in sides for ids in side)
        self.padding.places += width * sum(map(len, sides))


def _token(collator: Collator, indices: Rows, width: int, has_b: Array) -> Arrays:
    data, choice = collator.data, collator.choice
    batch: Arrays = {}
    if "a" in choice.hard:
        batch["a_labels"] = _padded(data, "a_token_labels", indices, width, IGNORE, np.int64)
        batch["a_weights"] = _padded(data, "a_token_weights", indices, width, 0.0, np.float32)
    if "b" in choice.hard:
        b_labels = _padded(data, "b_token_labels", indices, width, IGNORE, np.int64)
        batch["b_labels"] = np.where(has_b[:, None], b_labels, IGNORE)
    if data.soft:
        batch["a_soft"] = _soft(data, "a_soft", indices, width)
        batch["soft_mask"] = _soft_mask(data, indices, width, choice.soft_tokens)
    return batch


def _soft_mask(
    data: FeatureData, indices: Rows, width: int, tokens: SoftTokens
) -> Array:
    if tokens == "all":
        lengths = np.array([len(ids) for ids in data.tokens["a"].rows(indices)])
        mask: Array = np.arange(width) < lengths[:, None]
        return mask
    words = _padded(data, "a_word_ids", indices, width, SPECIAL_WORD, np.int64)
    before = np.pad(words, ((0, 0), (1, 0)), constant_values=SPECIAL_WORD)[:, :-1]
    first: Array = (words != SPECIAL_WORD) & (words != before)
    return first


def _sequence(collator: Collator, indices: Rows, width: int, has_b: Array) -> Arrays:
    data, choice = collator.data, collator.choice
    regression = "a_value" in data.numbers
    column, name, none = (("value", "values", np.nan) if regression else
                          ("label", "labels", IGNORE))
    kind = np.float32 if regression else np.int64
    batch: Arrays = {}
    if "a" in choice.hard:
        batch[f"a_{name}"] = data.numbers[f"a_{column}"][indices].astype(kind)
    if "b" in choice.hard:
        b = data.numbers[f"b_{column}"][indices].astype(kind)
        batch[f"b_{name}"] = np.where(has_b, b, none).astype(kind)
    if data.soft:
        soft = data.soft["a_soft"].rows(data.soft_row[indices])
        batch["a_soft"] = np.concatenate(soft).astype(np.float32)
        batch["soft_mask"] = np.ones(len(indices), dtype=bool)
    return batch


def _qa(collator: Collator, indices: Rows, width: int, has_b: Array) -> Arrays:
    data, choice = collator.data, collator.choice
    numbers = {name: column[indices].astype(np.int64) for name, column in data.numbers.items()}
    batch: Arrays = {}
    for side in "ab"[:choice.sides]:
        begin, end = numbers[f"{side}_ctx_begin"], numbers[f"{side}_ctx_end"]
        if side == "b":
            begin = np.where(has_b, begin, numbers["a_ctx_begin"])
            end = np.where(has_b, end, numbers["a_ctx_end"])
        batch[f"{side}_context"] = np.stack([begin, end], 1)
    for name in ("start", "end"):
        if "a" in choice.hard:
            batch[f"a_{name}"] = numbers[f"a_{name}"]
        if "b" in choice.hard:
            batch[f"b_{name}"] = np.where(has_b, numbers[f"b_{name}"], IGNORE)
    if data.soft:
        for name in ("a_soft_start", "a_soft_end"):
            batch[name] = _soft(data, name, indices, width, float("-inf"))
        batch["soft_mask"] = np.ones(len(indices), dtype=bool)
    return batch


_LABELS: dict[str, Callable[[Collator, Rows, int, Array], Arrays]] = {
    "token": _token, "sequence": _sequence, "qa": _qa,
}


def _padded(
    data: FeatureData, name: str, indices: Rows, width: int, value: float, kind: type
) -> Array:
    return fill(data.lists[name].rows(indices), width, value, kind)


def _soft(
    data: FeatureData, name: str, indices: Rows, width: int, value: float = 0.0
) -> Array:
    return fill(data.soft[name].rows(data.soft_row[indices]), width, value, np.float32)
