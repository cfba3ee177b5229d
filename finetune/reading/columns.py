"""The columns of many Arrow shards as numpy views of their memory maps.

Only the rows of a batch are copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from crosslabel.pipeline.storage.files import open_arrow

if TYPE_CHECKING:
    import pyarrow as pa

    from crosslabel.finetune.sidecar import ShardEntry

Array = np.ndarray[Any, np.dtype[Any]]


def read_shards(folder: Path, shards: Iterable[ShardEntry]) -> pa.Table:
    """Return the rows of some shards of a folder, mapped from the disk.

    Their hashes are checked first, which takes 0.6 s per GiB, once per process and step; otherwise
    training would use a damaged shard unnoticed.

    Raises:
        DamagedError: a shard is missing or has changed since it was written.
    """
    import pyarrow as pa

    tables = []
    for shard in shards:
        with open_arrow(folder / shard.file, shard.sha256) as batches:
            tables.append(batches.read_all())
    return pa.concat_tables(tables)


def numbers(table: pa.Table, name: str) -> Array:
    """Return a column of numbers with nulls as -100 if it holds integers, else as NaN."""
    import pyarrow as pa

    column = table[name]
    fill = -100 if pa.types.is_integer(column.type) else float("nan")
    filled: Array = column.fill_null(fill).to_numpy()
    return filled


def coded(table: pa.Table, name: str) -> tuple[Array, list[str]]:
    """Return a column of few distinct texts as (number per row, texts in alphabetical order)."""
    import pyarrow.compute as pc

    names = sorted(pc.unique(table[name]).to_pylist())
    import pyarrow as pa

    codes: Array = pc.index_in(table[name], value_set=pa.array(names)).to_numpy()
    return codes, names


@dataclass(frozen=True, slots=True)
class Lists:
    """A column of lists of numbers.

    Attributes:
        values: per chunk, the numbers of all rows joined; shape (numbers,) or (numbers, width).
        offsets: per chunk, the offset of each row in ``values``; rows + 1 entries.
        first: number of the first row of each chunk.
    """

    values: tuple[Array, ...]
    offsets: tuple[Array, ...]
    first: Array

    @classmethod
    def of(cls, table: pa.Table, name: str) -> Lists:
        """Return the column ``name``; its lists may hold numbers or lists of one fixed size."""
        chunks = [chunk for chunk in table[name].chunks if len(chunk)]
        sizes = [len(chunk) for chunk in chunks]
        return cls(tuple(_values(chunk) for chunk in chunks),
                   tuple(_offsets(chunk) for chunk in chunks), np.cumsum([0, *sizes[:-1]]))

    def lengths(self) -> Array:
        """Return the length of each row's list."""
        return np.concatenate([np.diff(offsets) for offsets in self.offsets])

    def rows(self, indices: Sequence[int] | Array) -> list[Array]:
        """Return the lists of some rows, as views."""
        chunks = np.searchsorted(self.first, indices, side="right") - 1
        lists = []
        for index, chunk in zip(indices, chunks, strict=True):
            offsets, row = self.offsets[chunk], index - self.first[chunk]
            lists.append(self.values[chunk][offsets[row]:offsets[row + 1]])
        return lists


def _offsets(chunk: Any) -> Array:
    import pyarrow as pa

    if pa.types.is_fixed_size_list(chunk.type):
        return np.arange(len(chunk) + 1)
    offsets: Array = chunk.offsets.to_numpy()
    return offsets


def _values(chunk: Any) -> Array:
    """Return the numbers of a chunk whose offsets count from the beginning of its buffers."""
    import pyarrow as pa

    if pa.types.is_fixed_size_list(chunk.type):
        return _wide(chunk)
    inner = chunk.values
    if pa.types.is_fixed_size_list(inner.type):
        return _wide(inner)
    values: Array = inner.to_numpy()
    return values


def _wide(lists: Any) -> Array:
    numbers: Array = lists.flatten().to_numpy()
    return numbers.reshape(-1, lists.type.list_size)


def fill(rows: Sequence[Array], width: int, value: float, dtype: Any) -> Array:
    """Return rows of different lengths as one array, padded at the end.

    Args:
        rows: shape (n,) or (n, c) each.

    Returns:
        Shape (rows, width) or (rows, width, c).
    """
    shape = (len(rows), width, *rows[0].shape[1:])
    padded = np.full(shape, value, dtype)
    for target, row in zip(padded, rows, strict=True):
        target[:len(row)] = row
    return padded
