"""The rows of a feature dataset as the examples they are windows of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from crosslabel.finetune.reading.columns import Array, Lists
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa
    from torch import Tensor

Logits = Iterable[tuple[Array, "dict[str, Tensor]"]]
"""Row numbers and logits of side a, batch by batch in any order."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Examples in the order of their first rows; E of them, R rows.

    Attributes:
        ids: unique within a language.
        texts: the text that offsets count in.
        first: (E,) number of the first row of each.
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
        """Language and id, which together name an example."""
        return list(zip(self.langs, self.ids, strict=True))


@dataclass(frozen=True, slots=True)
class PredictedExamples:
    """What logits are read with.

    Attributes:
        table: all feature rows.
        labels: class names in the order of their numbers.
    """

    table: pa.Table
    examples: Examples
    labels: tuple[str, ...]


def read_examples(table: pa.Table, folder: Path) -> Examples:
    """Put the windows of each example together.

    Raises:
        InputError: the features have no evaluation columns.
    """
    if "example_id" not in table.column_names:
        raise InputError(f"{folder}: features for training only; make them of the labelled file, "
                         "so that they hold its texts")
    names = list(zip(table["lang_a"].to_pylist(), table["example_id"].to_pylist(), strict=True))
    numbers: dict[tuple[str, str], int] = {}
    of_row = np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)
    _, first = np.unique(of_row, return_index=True)
    texts = table["a_text"].take(first).to_pylist()
    return Examples(tuple(own for _, own in numbers), tuple(lang for lang, _ in numbers),
                    tuple(texts), first, of_row)


def flat(table: pa.Table, name: str) -> tuple[Array, Array]:
    """A column of lists as (the numbers of all rows joined, how many each row has)."""
    import pyarrow as pa

    column = table[name]
    if pa.types.is_boolean(column.type.value_type):
        table = pa.table({name: column.cast(pa.list_(pa.uint8()))})
    rows = Lists.of(table, name).rows(np.arange(table.num_rows))
    return np.concatenate(rows), np.array([len(row) for row in rows], np.int64)
