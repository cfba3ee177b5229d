"""Tables on disk (``datasets`` folder, Arrow, Parquet) as a stream of rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePath
from typing import Any

from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.pipeline.readers.tables.parquet import parquet_batches
from crosslabel.pipeline.storage.arrow_rows import ROWS_AT_ONCE, rows_of
from crosslabel.pipeline.storage.arrow_sizes import largest_unpacked
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.compression import is_compressed, without_compression
from crosslabel.projection.files.limits import MAX_UNPACKED_BYTES
from crosslabel.projection.files.lines import unpacked_limit

_HEAD_ROWS = 100
"""Rows by which the meaning of columns is decided."""


@dataclass(frozen=True, slots=True)
class Table:
    """An open table.

    Attributes:
        columns: ``datasets`` feature by column name.
        batches: pyarrow tables or record batches.
        allowed: the most bytes that its rows may take.
    """

    columns: dict[str, Any]
    batches: Iterator[Any]
    allowed: int


def open_table(path: Path) -> Table:
    """Open a folder written by ``save_to_disk``, an Arrow file or a Parquet file.

    Raises:
        InputError: the path is none of these.
    """
    if is_compressed(path):
        raise InputError(f"{path}: tables are packed within, so this file is packed twice; unpack "
                         f"it to {without_compression(path.name)}")
    try:
        if path.is_dir():
            return _folder(path)
        return _parquet(path) if path.suffix == ".parquet" else _arrow(path)
    except InputError:
        raise
    except Exception as error:  # damaged files raise dozens of types
        raise unreadable(path, error) from error


def with_head(path: Path, table: Table) -> tuple[Table, list[Row]]:
    """Return a table with the first of its rows that can be read; the table has them still.

    Raises:
        InputError: as :func:`rows`.
    """
    try:
        first = next(table.batches, None)
    except (OSError, ValueError, MemoryError) as error:
        raise unreadable(path, error) from error
    if first is None:
        return table, []
    kept = replace(table, batches=chain([first], table.batches))
    few = replace(table, batches=iter([first.slice(0, _HEAD_ROWS)]))
    return kept, [row for row in rows(path, few) if not isinstance(row, InputError)]


def rows(path: Path, table: Table) -> Iterator[Row | InputError]:
    """Yield the rows of an open table, or an error in place of a row that does not fit its columns.

    Raises:
        InputError: the table breaks off, or unpacks to more than a table of text would.
    """
    try:
        yield from rows_of(path, table.batches, table.allowed)
    except (OSError, ValueError, MemoryError) as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> InputError:
    """Return the error for a table that cannot be opened or breaks off."""
    return InputError(f"{path}: cannot be read as a dataset ({error}); expected a folder written "
                      "by datasets' save_to_disk, an .arrow or a .parquet file")


def _folder(path: Path) -> Table:
    from datasets import Dataset

    size = sum(_checked(path, file) for file in _files(path))
    dataset = Dataset.load_from_disk(str(path))
    return Table(dict(dataset.features), iter(dataset.with_format("arrow").iter(ROWS_AT_ONCE)),
                 unpacked_limit(size))


def _files(path: Path) -> Iterator[PurePath]:
    """Yield the shards that the state file of a folder names.

    Raises:
        InputError: a shard is outside the folder.
    """
    state_file = path / "state.json"
    state = json.loads(state_file.read_bytes()) if state_file.is_file() else {}
    for entry in state.get("_data_files", ()):
        file = PurePath(entry["filename"])
        if file.is_absolute() or ".." in file.parts:
            raise InputError(f"{path}: names the shard {str(file)!r}; shards must be in the "
                             "folder of their dataset")
        yield file


def _checked(path: Path, file: PurePath) -> int:
    """Return the size of a shard of a folder in bytes.

    Raises:
        InputError: the shard has compressed buffers; ``datasets`` writes none, and would unpack
            all of them at once.
    """
    with _mapped(path / file) as source:
        if largest_unpacked(source):
            raise InputError(f"{path}: the shard {str(file)!r} is compressed, which datasets never "
                             "does; write it anew with save_to_disk")
        return int(source.size())


def _arrow(path: Path) -> Table:
    import pyarrow as pa

    source = _mapped(path)
    if largest_unpacked(source) > MAX_UNPACKED_BYTES:
        raise InputError(f"{path}: a batch unpacks to more than {MAX_UNPACKED_BYTES:,} bytes; "
                         "write it anew in smaller batches if you trust it")
    stream = pa.ipc.open_stream(source)
    return Table(_features(stream.schema), iter(stream), unpacked_limit(source.size()))


def _mapped(path: Path) -> Any:
    import pyarrow as pa

    return pa.memory_map(str(path))


def _parquet(path: Path) -> Table:
    import pyarrow.parquet as pq

    return Table(_features(pq.read_schema(path)), parquet_batches(path),
                 unpacked_limit(path.stat().st_size))


def _features(schema: Any) -> dict[str, Any]:
    from datasets import Features

    return dict(Features.from_arrow_schema(schema))
