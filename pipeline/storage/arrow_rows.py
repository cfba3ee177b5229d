"""Rows of Arrow tables as Python objects, some at a time and none of them larger than a row may be.

A few bytes of a table can stand for very much: a long text in a dictionary that every row names, a
list of a billion times nothing, any number of rows without columns.
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
"""What a value takes at least: its place in a list, and a share of the object that it is."""

_ROW_BYTES = 64
"""What a row takes beside its values."""


def rows_of(
    path: Location, batches: Iterable[Any], allowed: int, largest: int = MAX_RECORD_BYTES
) -> Iterator[Row | InputError]:
    """Rows of batches; in place of a row that is not what its columns say, the error.

    Args:
        path: of their file, for the message.
        batches: pyarrow tables or record batches.
        allowed: bytes that all rows together may take.
        largest: bytes that one may take.

    Raises:
        InputError: together they take more.
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
    """The rows of a batch and what they take; one with a bad row is halved until that stands
    alone."""
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
    """The rows of a batch and the bytes that they take.

    Every offset is checked first, as Arrow follows wrong ones blindly.

    Raises:
        InputError: a row is damaged, has text that is not UTF-8, or a time that is none; or all
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
    """Bytes that the rows of a sound batch take as Python objects, about."""
    return sum(_taken(column) for column in batch.columns)


def _taken(values: Any) -> int:
    """As :func:`taken`, of a column or what is within it.

    Raises:
        InputError: it is of a type that ``datasets`` does not know.
    """
    import pyarrow as pa

    kind = values.type
    if isinstance(values, pa.ChunkedArray):
        return sum(map(_taken, values.chunks))
    if isinstance(values, pa.ExtensionArray):
        return _taken(values.storage)
    own = _OBJECT_BYTES * len(values)
    if not len(values):
        return own
    if pa.types.is_struct(kind) or pa.types.is_fixed_size_list(kind):
        inner = values.flatten()
        return own + sum(map(_taken, inner if pa.types.is_struct(kind) else [inner]))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        first, end = values.offsets[0].as_py(), values.offsets[len(values)].as_py()
        return own + _taken(values.values[first:end])
    innermost = kind.value_type if pa.types.is_dictionary(kind) else kind
    if pa.types.is_nested(innermost) or pa.types.is_run_end_encoded(innermost):
        raise InputError(f"unknown-type: a column is of the type {kind}, which datasets has not")
    return own + _letters(values)


def _letters(values: Any) -> int:
    """Bytes of texts; 0 of numbers and the like."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = values.dictionary if pa.types.is_dictionary(values.type) else values
    kind = texts.type
    if pa.types.is_string_view(kind) or pa.types.is_binary_view(kind):
        lengths = pa.array([len(own.as_buffer() or b"") for own in texts], pa.int64())
    elif any(is_kind(kind) for is_kind in (pa.types.is_string, pa.types.is_large_string,
                                           pa.types.is_binary, pa.types.is_large_binary,
                                           pa.types.is_fixed_size_binary)):
        lengths = pc.binary_length(texts)
    else:
        return 0
    if texts is not values:
        lengths = lengths.take(values.indices)
    return int(pc.sum(lengths).as_py() or 0)
