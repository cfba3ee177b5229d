"""The examples of a feature dataset, put together from their windows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crosslabel.finetune.reading.columns import Array, Lists
from crosslabel.finetune.reading.table import FeatureTable
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa
    from torch import Tensor

Logits = Iterable[tuple[Array, "dict[str, Tensor]"]]
"""Row numbers and logits of side a, batch by batch in any order."""


@dataclass(frozen=True, slots=True)
class Examples:
    """E examples in the order of their first rows, with R rows.

    Attributes:
        ids: unique within a language.
        texts: the text that offsets refer to.
        first: (E,) number of the first row of each example.
        of_row: (R,) number of the example of each row.
    """

    ids: tuple[str, ...]
    langs: tuple[str, ...]
    texts: tuple[str, ...]
    first: Array
    of_row: Array

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def keys(self) -> list[tuple[str, str]]:
        """The language and id of each example, which together name it."""
        return list(zip(self.langs, self.ids, strict=True))


@dataclass(frozen=True, slots=True)
class PredictedExamples:
    """The rows, examples and labels by which logits are read.

    Attributes:
        table: all feature rows.
        labels: class names in the order of their numbers.
    """

    table: pa.Table
    examples: Examples
    labels: tuple[str, ...]


def read_examples(features: FeatureTable) -> Examples:
    """Put the windows of each example together.

    Raises:
        InputError: the features have no evaluation columns.
    """
    table = features.rows
    if "example_id" not in table.column_names:
        raise InputError(f"{features.name}: features for training only; make them from the "
                         "labelled file, so that they hold its texts")
    names = list(zip(table["lang_a"].to_pylist(), table["example_id"].to_pylist(), strict=True))
    numbers: dict[tuple[str, str], int] = {}
    of_row = np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)
    _, first = np.unique(of_row, return_index=True)
    texts = table["a_text"].take(first).to_pylist()
    return Examples(tuple(example_id for _, example_id in numbers),
                    tuple(lang for lang, _ in numbers), tuple(texts), first, of_row)


def flat(table: pa.Table, name: str) -> tuple[Array, Array]:
    """Return a column of lists as (numbers of all rows joined, count of each row)."""
    import pyarrow as pa

    column = table[name]
    if pa.types.is_boolean(column.type.value_type):
        table = pa.table({name: column.cast(pa.list_(pa.uint8()))})
    rows = Lists.of(table, name).rows(np.arange(table.num_rows))
    return np.concatenate(rows), np.array([len(row) for row in rows], np.int64)
