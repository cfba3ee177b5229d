"""Streams that unpack a file piece by piece, so that a few bytes cannot fill the memory."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from typing_extensions import Buffer

_PACKED_BYTES = 1 << 9
"""Packed bytes that are unpacked at once: four bytes of zstandard can stand for 128 KiB."""

_UNPACKED_BYTES = 1 << 17


class Decompressor(Protocol):
    """A decompressor of one stream, as those of ``lzma`` and ``bz2`` are."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return at most so many unpacked bytes."""
        ...


class Frames:
    """A decompressor of zstandard with the interface of the others; it gives all that it has."""

    needs_input = True

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    @property
    def eof(self) -> bool:
        """Whether the frame is complete."""
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        """What follows the frame."""
        return bytes(self._inner.unused_data)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return the unpacked bytes."""
        return bytes(self._inner.decompress(data))


class Unpacked(io.RawIOBase):
    """The unpacked bytes of a file that holds one stream or several, one after another.

    Args:
        file: the packed file.
        begin: makes the decompressor of the next stream.
    """

    def __init__(self, file: IO[bytes], begin: Callable[[], Decompressor]) -> None:
        self._file = file
        self._begin = begin
        self._stream: Decompressor | None = None
        self._packed = b""
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """Return that the file can be read."""
        return True

    def close(self) -> None:
        """Close the packed file too."""
        self._file.close()
        super().close()

    def readinto(self, buffer: Buffer) -> int:
        """Fill a buffer as far as the next bytes go; 0 at the end.

        Raises:
            EOFError: the file breaks off within a stream.
            OSError: the file is damaged, or takes too much memory to unpack.
        """
        while not self._ready:
            unpacked = self._next()
            if unpacked is None:
                return 0
            self._ready = memoryview(unpacked)
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._ready))
        target[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _next(self) -> bytes | None:
        """Return the next unpacked bytes, perhaps none, or ``None`` at the end of the file."""
        waits = self._stream is None or self._stream.needs_input
        if not self._packed and waits:
            self._packed = self._file.read(_PACKED_BYTES)
            if not self._packed:
                self._check_end()
                return None
        if self._stream is None:
            self._packed = self._packed.lstrip(b"\0")  # padding between streams
            if not self._packed:
                return b""
            self._stream = self._begin()
        try:
            unpacked = self._stream.decompress(self._packed, _UNPACKED_BYTES)
        except Exception as error:  # each library has a type of its own
            raise OSError(str(error)) from error
        self._packed = b""
        if self._stream.eof:
            self._packed, self._stream = self._stream.unused_data, None
        return unpacked

    def _check_end(self) -> None:
        if self._stream is not None:
            raise EOFError("the packed file breaks off")
