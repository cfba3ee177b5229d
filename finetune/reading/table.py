"""The rows of one feature dataset with the constants that belong to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crosslabel.finetune.reading.columns import read_shards
from crosslabel.finetune.sidecar import Sidecar, read_sidecar

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Feature rows, mapped from a folder or made in memory.

    Attributes:
        name: folder of the features, or file that they were made of, for messages.
        rows: one per window, in the columns of :func:`crosslabel.finetune.schema.features`.
    """

    name: str
    sidecar: Sidecar
    rows: pa.Table

    @classmethod
    def open(cls, folder: Path) -> FeatureTable:
        """Map the rows of a folder that 'crosslabel featurize' wrote.

        Raises:
            InputError: the folder holds no finished features.
            DamagedError: a shard is missing or has changed since it was written.
        """
        sidecar = read_sidecar(folder)
        return cls(str(folder), sidecar, read_shards(folder, sidecar.entries()))
