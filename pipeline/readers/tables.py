"""Tables on disk (``datasets`` folder, Arrow, Parquet) as a stream of rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from pipeline.readers.values import Row
from projection.errors import InputError

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Table:
    """An open table.

    Attributes:
        columns: ``datasets`` feature by column name.
        batches: pyarrow tables or record batches of some rows each.
    """

    columns: dict[str, Any]
    batches: Iterator[Any]


def open_table(path: Path) -> Table:
    """Open a folder written by ``save_to_disk``, an Arrow file or a Parquet file.

    Raises:
        InputError: it is none of these, or holds several splits.
    """
    try:
        if path.is_dir():
            return _folder(path)
        return _parquet(path) if path.suffix == ".parquet" else _arrow(path)
    except InputError:
        raise
    except Exception as error:  # damaged files raise dozens of types
        raise unreadable(path, error) from error


def rows_of(batch: Any) -> Iterator[Row | InputError]:
    """Rows of a batch; in place of a row that is not what its columns say, the error."""
    try:
        rows = _checked(batch)
    except InputError:
        yield from (_row(batch.slice(index, 1)) for index in range(batch.num_rows))
        return
    yield from rows


def unreadable(path: Path, error: Exception) -> InputError:
    """The error for a table that cannot be opened or breaks off."""
    return InputError(f"{path}: cannot be read as a dataset ({error}); expected a folder written "
                      "by datasets' save_to_disk, an .arrow or a .parquet file")


def named(feature: Any, value: Any) -> Any:
    """``value`` with the numbers of class labels replaced by their names.

    Raises:
        InputError: a number has no name.
    """
    from datasets import ClassLabel

    if value is None:
        return None
    if isinstance(feature, ClassLabel):
        if not isinstance(value, int) or not 0 <= value < feature.num_classes:
            raise InputError(f"unknown-tag: {value!r} is not the number of a class label "
                             f"(0 to {feature.num_classes - 1})")
        return feature.names[value]
    if isinstance(feature, dict):
        return {key: named(inner, value[key]) for key, inner in feature.items()}
    inner = getattr(feature, "feature", None)
    return value if inner is None else [named(inner, item) for item in value]


def _row(batch: Any) -> Row | InputError:
    try:
        [row] = _checked(batch)
    except InputError as error:
        return error
    return row


def _checked(batch: Any) -> list[Row]:
    """The rows of a batch whose every offset is checked first: Arrow follows wrong ones blindly.

    Raises:
        InputError: a row is damaged, has text that is not UTF-8, or a time that is none.
    """
    try:
        batch.validate(full=True)
        rows: list[Row] = batch.to_pylist()
    except (ValueError, OverflowError) as error:
        code = "invalid-utf8" if "UTF8" in str(error) else "damaged-row"
        raise InputError(f"{code}: the row cannot be read ({error})") from error
    return rows


def _folder(path: Path) -> Table:
    from datasets import DatasetDict, load_from_disk

    _check_files(path)
    dataset = load_from_disk(str(path))
    if isinstance(dataset, DatasetDict):
        raise InputError(f"{path}: holds several splits; name one of "
                         f"{', '.join(str(path / split) for split in dataset)}")
    return Table(dict(dataset.features), iter(dataset.with_format("arrow").iter(_BATCH)))


def _check_files(path: Path) -> None:
    """Refuse a folder whose shards are said to lie elsewhere.

    Raises:
        InputError: naming such a file.
    """
    state = path / "state.json"
    said = json.loads(state.read_bytes()) if state.is_file() else {}
    for own in said.get("_data_files", ()):
        file = PurePath(own["filename"])
        if file.is_absolute() or ".." in file.parts:
            raise InputError(f"{path}: says that a shard is {str(file)!r}; shards lie in the "
                             "folder of their dataset")


def _parquet(path: Path) -> Table:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    return Table(_features(file.schema_arrow), file.iter_batches(_BATCH))


def _arrow(path: Path) -> Table:
    import pyarrow as pa

    try:
        stream = pa.ipc.open_stream(pa.memory_map(str(path)))
    except pa.ArrowInvalid:
        file = pa.ipc.open_file(pa.memory_map(str(path)))
        return Table(_features(file.schema),
                     (file.get_batch(n) for n in range(file.num_record_batches)))
    return Table(_features(stream.schema), iter(stream))


def _features(schema: Any) -> dict[str, Any]:
    from datasets import Features

    return dict(Features.from_arrow_schema(schema))
