"""A feature dataset for training and prediction: rows by number, with soft labels if given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from crosslabel.finetune.reading.columns import Array, Lists, coded, numbers, read_shards
from crosslabel.finetune.reading.sampling import SampledRows
from crosslabel.finetune.schema import Task
from crosslabel.finetune.sidecar import Sidecar, TokenizerFacts, read_sidecar
from crosslabel.finetune.soft_labels import read_soft_sidecar
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

_LISTS: dict[Task, tuple[str, ...]] = {
    "sequence": (),
    "token": ("a_token_labels", "b_token_labels", "a_token_weights", "a_word_ids"),
    "qa": (),
}
_NUMBERS: dict[Task, tuple[str, ...]] = {
    "sequence": ("a_label", "b_label", "a_value", "b_value"),
    "token": (),
    "qa": tuple(f"{side}_{name}" for side in "ab"
                for name in ("start", "end", "ctx_begin", "ctx_end")),
}
_SOFT: dict[Task, tuple[str, ...]] = {
    "sequence": ("a_soft",), "token": ("a_soft",), "qa": ("a_soft_start", "a_soft_end"),
}


@dataclass(frozen=True, slots=True)
class FeatureData:
    """The rows of one or more feature datasets that share task, labels and tokenizer.

    Attributes:
        tokens: ids of each side, by ``a`` and ``b``.
        lists, numbers: the label columns of the task.
        soft: soft-label columns, empty without soft labels.
        soft_row: for each row, its number in ``soft``.
        langs: names of the numbers in ``rows.langs``.
    """

    task: Task
    labels: tuple[str, ...]
    tokenizer: TokenizerFacts
    rows: SampledRows
    langs: tuple[str, ...]
    tokens: dict[str, Lists]
    lists: dict[str, Lists]
    numbers: dict[str, Array]
    soft: dict[str, Lists]
    soft_row: Array

    def __len__(self) -> int:
        return len(self.rows.lengths)

    def __getitem__(self, index: int) -> int:
        """Return the number of a row, by which the collator reads the columns of a batch."""
        return index

    @classmethod
    def open(cls, folders: Sequence[Path], soft: Path | None = None) -> FeatureData:
        """Map feature datasets and, joined by ``row_id``, the soft labels made for them.

        Raises:
            InputError: a folder holds no features or no rows, the folders do not go together, or
                a row has no soft labels.
            DamagedError: a shard has changed since it was written.
        """
        import pyarrow as pa

        sidecars = [read_sidecar(folder) for folder in folders]
        _check_alike(folders, sidecars)
        table = pa.concat_tables([read_shards(folder, sidecar.entries())
                                  for folder, sidecar in zip(folders, sidecars, strict=True)])
        if not table.num_rows:
            raise InputError(f"{folders[0]}: no rows in it; see its counts in features.json")
        return cls.of(table, sidecars[0], _soft_table(soft))

    @classmethod
    def of(cls, table: pa.Table, sidecar: Sidecar, soft: pa.Table | None = None) -> FeatureData:
        """Return the rows of a table in memory."""
        task = sidecar.task
        codes, langs = coded(table, "lang_a")
        tokens = {side: Lists.of(table, f"{side}_input_ids") for side in "ab"}
        longer = np.maximum(tokens["a"].lengths(), tokens["b"].lengths())
        rows = SampledRows(longer, numbers(table, "group_id"), codes)
        names = _SOFT[task] if soft is not None else ()
        return cls(
            task=task, labels=sidecar.labels, tokenizer=sidecar.tokenizer, rows=rows,
            langs=tuple(langs),
            tokens=tokens,
            lists={name: Lists.of(table, name) for name in _LISTS[task]},
            numbers={name: numbers(table, name) for name in _NUMBERS[task]
                     if name in table.column_names},
            soft={name: Lists.of(soft, name) for name in names},
            soft_row=_joined(table, soft),
        )


def _check_alike(folders: Sequence[Path], sidecars: Sequence[Sidecar]) -> None:
    first = sidecars[0]
    for folder, sidecar in zip(folders, sidecars, strict=True):
        for what in ("task", "labels", "tokenizer"):
            if getattr(sidecar, what) != getattr(first, what):
                raise InputError(f"{folder}: {what} not the same as in {folders[0]}; "
                                 "featurize both in the same way")


def _soft_table(folder: Path | None) -> pa.Table | None:
    if folder is None:
        return None
    return read_shards(folder, read_soft_sidecar(folder).shards)


def _joined(table: pa.Table, soft: pa.Table | None) -> Array:
    if soft is None:
        return np.empty(0, np.int64)
    import pyarrow.compute as pc

    places = pc.index_in(table["row_id"], value_set=soft["row_id"].combine_chunks())
    if places.null_count:
        missing: Any = table["row_id"].filter(pc.is_null(places))[0]
        raise InputError(f"soft labels: none for {places.null_count} rows, the first is {missing}; "
                         "run 'crosslabel soften' on these features")
    rows: Array = places.to_numpy()
    return rows
