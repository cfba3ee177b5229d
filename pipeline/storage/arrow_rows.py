"""Rows of Arrow tables as Python objects, a few at a time and each within the limit for a row.

A few bytes of a table can stand for very much data: a long text in a dictionary that every row
names, a list of a billion nulls, any number of rows without columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_RECORD_BYTES
from crosslabel.projection.files.lines import bomb

Row = dict[str, Any]

ROWS_AT_ONCE = 1000
_OBJECT_BYTES = 16
"""Smallest size of a value: its place in a list, and a share of the object that it is."""

_ROW_BYTES = 64
"""Size of a row beside its values."""


def rows_of(
    path: Location, batches: Iterable[Any], allowed: int, largest: int = MAX_RECORD_BYTES
) -> Iterator[Row | InputError]:
    """Yield the rows of batches, or the error in place of a row that does not fit its columns.

    Args:
        path: file of the batches, for the message.
        batches: pyarrow tables or record batches.
        allowed: bytes that all rows together may take.
        largest: bytes that one row may take.

    Raises:
        InputError: all rows together take more than ``allowed``.
    """
    for batch in batches:
        sound = _is_sound(batch)
        for start in range(0, batch.num_rows, ROWS_AT_ONCE):
            for rows, size in _rows(batch.slice(start, ROWS_AT_ONCE), sound, largest):
                allowed -= size + _ROW_BYTES * len(rows)
                if allowed < 0:
                    raise bomb(path)
                yield from rows


def _rows(
    batch: Any, sound: bool, largest: int
) -> Iterator[tuple[Sequence[Row | InputError], int]]:
    """Yield the rows of a batch and their bytes; halve the batch until a bad row stands alone."""
    try:
        yield _read(batch, sound, largest)
    except InputError as error:
        half = batch.num_rows // 2
        if not half:
            yield [error], 0
            return
        yield from _rows(batch.slice(0, half), sound, largest)
        yield from _rows(batch.slice(half), sound, largest)


def _read(batch: Any, sound: bool, largest: int) -> tuple[list[Row], int]:
    """Return the rows of a batch and the bytes that they take.

    Every offset is checked first, because Arrow follows wrong ones blindly.

    Raises:
        InputError: a row is damaged, has text that is not UTF-8 or an impossible time; or all rows
            together take more than one row may.
    """
    try:
        if not sound:
            batch.validate(full=True)
        size = taken(batch)
        if size > largest:
            raise InputError(f"row-too-large: the row takes more than {largest:,} bytes; cut it")
        return batch.to_pylist(), size
    except (ValueError, OverflowError) as error:
        code = "invalid-utf8" if "UTF8" in str(error) else "damaged-row"
        raise InputError(f"{code}: the row cannot be read ({error})") from error


def _is_sound(batch: Any) -> bool:
    try:
        batch.validate(full=True)
    except (ValueError, OverflowError):
        return False
    return True


def taken(batch: Any) -> int:
    """Return the approximate bytes that the rows of a sound batch take as Python objects."""
    return sum(_taken(column) for column in batch.columns)


def _taken(values: Any) -> int:
    """Return the same as :func:`taken`, for a column or the values within it.

    Raises:
        InputError: the column has a type that ``datasets`` does not know.
    """
    import pyarrow as pa

    kind = values.type
    if isinstance(values, pa.ChunkedArray):
        return sum(map(_taken, values.chunks))
    if isinstance(values, pa.ExtensionArray):
        return _taken(values.storage)
    places = _OBJECT_BYTES * len(values)
    if not len(values):
        return places
    if pa.types.is_struct(kind) or pa.types.is_fixed_size_list(kind):
        inner = values.flatten()
        return places + sum(map(_taken, inner if pa.types.is_struct(kind) else [inner]))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        first, end = values.offsets[0].as_py(), values.offsets[len(values)].as_py()
        return places + _taken(values.values[first:end])
    innermost = kind.value_type if pa.types.is_dictionary(kind) else kind
    if pa.types.is_nested(innermost) or pa.types.is_run_end_encoded(innermost):
        raise InputError(f"unknown-type: datasets does not know the type {kind} of a column")
    return places + _letters(values)


def _letters(values: Any) -> int:
    """Return the bytes of texts, or 0 for numbers and other types."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = values.dictionary if pa.types.is_dictionary(values.type) else values
    kind = texts.type
    if pa.types.is_string_view(kind) or pa.types.is_binary_view(kind):
        lengths = pa.array([len(text.as_buffer() or b"") for text in texts], pa.int64())
    elif any(is_kind(kind) for is_kind in (pa.types.is_string, pa.types.is_large_string,
                                           pa.types.is_binary, pa.types.is_large_binary,
                                           pa.types.is_fixed_size_binary)):
        lengths = pc.binary_length(texts)
    else:
        return 0
    if texts is not values:
        lengths = lengths.take(values.indices)
    return int(pc.sum(lengths).as_py() or 0)
