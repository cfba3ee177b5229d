"""Text as UTF-8, whatever Unicode encoding the mark at its beginning names."""

from __future__ import annotations

import codecs
import io
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
MARK_BYTES = 4
"""Bytes of the longest mark."""

_READ_BYTES = 1 << 17
_KEPT_WRONG = "crosslabel.keep_wrong"


def as_utf8(file: IO[bytes], head: bytes) -> IO[bytes]:
    """Return a file as UTF-8; one without the mark of UTF-16 or UTF-32 is returned as it is.

    What is wrong in its encoding is wrong in UTF-8 too, so that only the row it stands in is
    rejected.

    Args:
        file: opened at its beginning.
        head: its first :data:`MARK_BYTES` bytes.
    """
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            file.read(len(mark))
            return io.BufferedReader(_Recoded(file, encoding), _READ_BYTES)
    return file


class _Recoded(io.RawIOBase):
    """The bytes of a text in UTF-8."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)(_KEPT_WRONG)
        self._ready = memoryview(b"")
        self._is_at_end = False

    def readable(self) -> bool:
        """Return that the file can be read."""
        return True

    def close(self) -> None:
        """Close the file behind it too."""
        self._file.close()
        super().close()

    def readinto(self, buffer: Buffer) -> int:
        """Fill a buffer as far as the next bytes go; 0 at the end."""
        while not self._ready and not self._is_at_end:
            content = self._file.read(_READ_BYTES)
            self._is_at_end = not content
            text = self._decoder.decode(content, final=self._is_at_end)
            self._ready = memoryview(text.encode("utf-8", "surrogatepass"))
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._ready))
        target[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count


def _keep_wrong(error: UnicodeError) -> tuple[str, int]:
    """Return half of a character in place of bytes that are none: UTF-8 has no form for it."""
    assert isinstance(error, UnicodeDecodeError)
    return "\udfff", error.end


codecs.register_error(_KEPT_WRONG, _keep_wrong)
