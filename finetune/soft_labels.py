"""Soft labels on disk: shards beside the feature shards, and a record of their teachers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from crosslabel.finetune.reading.columns import Array
from crosslabel.finetune.schema import Task, soft_features
from crosslabel.finetune.sidecar import ShardEntry
from crosslabel.pipeline.storage.files import committed, read_json, write_json
from crosslabel.pipeline.storage.validation import first_problem
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

FILE = "soft.json"
VERSION = "soft/1"


class SoftSidecar(BaseModel):
    """The sidecar of soft labels: their teachers, features and shards.

    Attributes:
        teachers: fingerprints of the models whose logits were averaged.
        features: sha256 of the sidecar of each feature dataset.
        shards: all shard files, relative to the folder.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str = VERSION
    task: Task
    labels: tuple[str, ...]
    teachers: tuple[str, ...]
    features: tuple[str, ...]
    shards: tuple[ShardEntry, ...]

    def write(self, folder: Path) -> None:
        """Commit the sidecar as ``soft.json``."""
        write_json(folder / FILE, self.model_dump(mode="json"))


def read_soft_sidecar(folder: Path) -> SoftSidecar:
    """Return the sidecar of soft labels.

    Raises:
        InputError: there is no sidecar, or it is malformed.
    """
    values = read_json(folder / FILE)
    if values is None:
        raise InputError(f"{folder}: no {FILE}, so no finished soft labels; "
                         "make them with 'crosslabel soften'")
    try:
        return SoftSidecar.model_validate(values)
    except ValidationError as error:
        raise InputError(f"{folder / FILE}: {first_problem(error)}") from None


def write_soft_shard(
    file: Path, task: Task, row_ids: pa.Array, labels: Mapping[str, tuple[Array, Array]]
) -> None:
    """Commit one shard of soft labels.

    Args:
        labels: by column, the numbers of all rows joined, float16 of shape (numbers,) or
            (numbers, C), and the offsets at which rows begin in them (rows + 1 entries).
    """
    import pyarrow as pa

    classes = next((values.shape[1] for values, _ in labels.values() if values.ndim == 2), 0)
    schema = soft_features(task, classes).arrow_schema
    columns = [row_ids, *(_column(values, offsets, schema.field(name).type)
                          for name, (values, offsets) in labels.items())]
    table = pa.Table.from_arrays(columns, schema=schema)
    with committed(file) as out, pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)


def _column(values: Array, offsets: Array, kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    numbers = pa.array(values.reshape(-1), pa.float16())
    if pa.types.is_fixed_size_list(kind):
        return pa.FixedSizeListArray.from_arrays(numbers, values.shape[1])
    if values.ndim == 2:
        numbers = pa.FixedSizeListArray.from_arrays(numbers, values.shape[1])
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), numbers)
