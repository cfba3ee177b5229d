"""How much an Arrow file with packed buffers unpacks to, told before anything is unpacked.

Every packed buffer begins with its length when unpacked, and Arrow takes that much memory for it.
The descriptions of batches are FlatBuffers (Arrow columnar format, "Recordbatch message"); the few
fields that matter here are looked up in them by hand, as pyarrow does not show them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

MAGIC = b"ARROW1\0\0"
"""What an Arrow file begins with that is no bare stream; a stream stands behind it."""

_HEADER, _BATCH_OF_DICTIONARY, _BUFFERS, _COMPRESSION = 2, 1, 2, 3
_OLD_COMPRESSION = b"ARROW:experimental_compression"
_LENGTH = struct.Struct("<q")
_NOT_PACKED = -1


def seek_stream(source: Any) -> None:
    """Put a source of pyarrow where its Arrow stream begins."""
    source.seek(0)
    if source.read(len(MAGIC)) != MAGIC:
        source.seek(0)


def largest_unpacked(source: Any) -> int:
    """Bytes that are unpacked at once while the batches of an Arrow stream are read one by one.

    These are the packed buffers of the largest batch and of all dictionaries; 0 if none is packed.

    Args:
        source: of pyarrow, at any place; it is left where the stream begins.

    Raises:
        pyarrow.ArrowInvalid: it is no Arrow stream, or a batch is not described whole.
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
        raise pa.ArrowInvalid(f"a batch is not described whole ({error})") from None
    seek_stream(source)
    return dictionaries + largest


def _unpacked(message: Any, *, of_dictionary: bool) -> int:
    """Bytes that the packed buffers of a message become."""
    said, body = memoryview(message.metadata), memoryview(message.body or b"")
    batch = _table(said, _field(said, _table(said, 0), _HEADER))
    if of_dictionary:
        batch = _table(said, _field(said, batch, _BATCH_OF_DICTIONARY))
    packed = _field(said, batch, _COMPRESSION) or _OLD_COMPRESSION in bytes(said)
    return sum(_lengths(said, batch, body)) if packed else 0


def _lengths(said: memoryview, batch: int, body: memoryview) -> Iterator[int]:
    """Length of each buffer of a batch when unpacked."""
    place = _field(said, batch, _BUFFERS)
    if not place:
        return
    start = _table(said, place)
    (count,) = struct.unpack_from("<I", said, start)
    for number in range(count):
        offset, length = struct.unpack_from("<qq", said, start + 4 + 16 * number)
        if length <= 0:
            continue
        if offset < 0:
            raise struct.error("a buffer lies before its batch")
        (unpacked,) = _LENGTH.unpack_from(body, offset)
        yield length - _LENGTH.size if unpacked == _NOT_PACKED else max(unpacked, 0)


def _table(said: memoryview, place: int) -> int:
    """Where the table or list stands that a field points to."""
    (offset,) = struct.unpack_from("<I", said, place)
    return int(place + offset)


def _field(said: memoryview, table: int, number: int) -> int:
    """Where a field of a table stands; 0 if it is left out."""
    (back,) = struct.unpack_from("<i", said, table)
    directory = table - back
    if directory < 0:
        raise struct.error("a table lies before its message")
    (size,) = struct.unpack_from("<H", said, directory)
    entry = 4 + 2 * number
    if entry >= size:
        return 0
    (offset,) = struct.unpack_from("<H", said, directory + entry)
    return table + offset if offset else 0
