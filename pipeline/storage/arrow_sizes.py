"""The size of an Arrow file with packed buffers, read before anything is unpacked.

Every packed buffer begins with its unpacked length, and Arrow takes that much memory for it.
The descriptions of batches are FlatBuffers (Arrow columnar format, "Recordbatch message"); the few
fields that matter here are looked up in them by hand, because pyarrow does not show them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

MAGIC = b"ARROW1\0\0"
"""First bytes of an Arrow file that is not a bare stream; a stream follows them."""

_HEADER, _BATCH_OF_DICTIONARY, _BUFFERS, _COMPRESSION = 2, 1, 2, 3
_OLD_COMPRESSION = b"ARROW:experimental_compression"
_LENGTH = struct.Struct("<q")
_NOT_PACKED = -1


def seek_stream(source: Any) -> None:
    """Move a source of pyarrow to the beginning of its Arrow stream."""
    source.seek(0)
    if source.read(len(MAGIC)) != MAGIC:
        source.seek(0)


def largest_unpacked(source: Any) -> int:
    """Return the bytes that are unpacked at once if an Arrow stream is read batch by batch.

    These are the packed buffers of the largest batch and of all dictionaries; 0 if none is packed.

    Args:
        source: of pyarrow, at any place; it is left at the beginning of the stream.

    Raises:
        pyarrow.ArrowInvalid: it is not an Arrow stream, or the description of a batch is cut short.
    """
    import pyarrow as pa

    seek_stream(source)
    dictionaries = largest = 0
    try:
        for message in pa.ipc.MessageReader.open_stream(source):
            if message.type == "dictionary":
                dictionaries += _unpacked(message, of_dictionary=True)
            elif message.type == "record batch":
                largest = max(largest, _unpacked(message, of_dictionary=False))
    except struct.error as error:
        raise pa.ArrowInvalid(f"the description of a batch is cut short ({error})") from None
    seek_stream(source)
    return dictionaries + largest


def _unpacked(message: Any, *, of_dictionary: bool) -> int:
    """Return the unpacked bytes of the packed buffers of a message."""
    metadata, body = memoryview(message.metadata), memoryview(message.body or b"")
    batch = _table(metadata, _field(metadata, _table(metadata, 0), _HEADER))
    if of_dictionary:
        batch = _table(metadata, _field(metadata, batch, _BATCH_OF_DICTIONARY))
    packed = _field(metadata, batch, _COMPRESSION) or _OLD_COMPRESSION in bytes(metadata)
    return sum(_lengths(metadata, batch, body)) if packed else 0


def _lengths(metadata: memoryview, batch: int, body: memoryview) -> Iterator[int]:
    """Yield the unpacked length of each buffer of a batch."""
    place = _field(metadata, batch, _BUFFERS)
    if not place:
        return
    start = _table(metadata, place)
    (count,) = struct.unpack_from("<I", metadata, start)
    for number in range(count):
        offset, length = struct.unpack_from("<qq", metadata, start + 4 + 16 * number)
        if length <= 0:
            continue
        if offset < 0:
            raise struct.error("a buffer lies before its batch")
        (unpacked,) = _LENGTH.unpack_from(body, offset)
        yield length - _LENGTH.size if unpacked == _NOT_PACKED else max(unpacked, 0)


def _table(metadata: memoryview, place: int) -> int:
    """Return the place of the table or list that a field points to."""
    (offset,) = struct.unpack_from("<I", metadata, place)
    return int(place + offset)


def _field(metadata: memoryview, table: int, number: int) -> int:
    """Return the place of a field of a table, or 0 if it is left out."""
    (back,) = struct.unpack_from("<i", metadata, table)
    directory = table - back
    if directory < 0:
        raise struct.error("a table lies before its message")
    (size,) = struct.unpack_from("<H", metadata, directory)
    entry = 4 + 2 * number
    if entry >= size:
        return 0
    (offset,) = struct.unpack_from("<H", metadata, directory + entry)
    return table + offset if offset else 0
