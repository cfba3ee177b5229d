"""Reading of files line by line as bytes in UTF-8.

A file may be compressed, see :mod:`crosslabel.projection.files.compression`, and in UTF-16 or
UTF-32 if its first bytes are the mark of that encoding.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from crosslabel.projection.errors import InputError, at
from crosslabel.projection.files.compression import is_compressed, open_unpacked
from crosslabel.projection.files.encodings import MARK_BYTES, as_utf8
from crosslabel.projection.files.limits import (
    MAX_RECORD_BYTES,
    MAX_UNPACKED_BYTES,
    MAX_UNPACKED_RATIO,
)

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield 1-based line numbers and lines without their end; only a line feed ends a line.

    A line is cut at 16 MiB, so that no file can fill the memory; that is far beyond any text limit.

    Raises:
        InputError: the file cannot be opened or breaks off (a damaged packed file), its ending does
            not say how it is packed, or it unpacks to more than a file of text would.
    """
    for number, line in whole_lines(path):
        yield number, line.removesuffix(b"\n").removesuffix(b"\r")


def whole_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield lines as :func:`lines`, but with their ends, which are text if a format quotes them.

    Raises:
        InputError: as :func:`lines`.
    """
    number = 0
    try:
        allowed = _allowed(path)
        with open_text(path) as file:
            while line := file.readline(MAX_RECORD_BYTES):
                number += 1
                allowed -= len(line) + _skip_rest(file, line, allowed)
                if allowed < 0:
                    raise bomb(path)
                yield number, line if number > 1 else line.removeprefix(_BYTE_ORDER_MARK)
    except (OSError, EOFError, zlib.error) as error:
        place = at(path, number) if number else at(path)
        raise InputError(f"{place}: cannot be read on ({error}); check the file") from error


def open_text(path: Path) -> IO[bytes]:
    """Open a file of text for reading, unpacked and in UTF-8; its mark of UTF-8 is left in.

    Reading raises an ``OSError``, an ``EOFError`` or a ``zlib.error`` where the file is damaged.

    Raises:
        InputError: its ending does not say how it is packed, or it cannot be unpacked here.
        OSError, EOFError, zlib.error: it cannot be opened.
    """
    with open_unpacked(path) as file:
        head = file.read(MARK_BYTES)
    return as_utf8(open_unpacked(path), head)


def decode(line: bytes) -> str:
    """Return the text of a line.

    Raises:
        InputError: it is not UTF-8.
    """
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"invalid-utf8: byte {error.start} is {line[error.start]:#04x}; "
                         "convert the file to UTF-8") from error


def _allowed(path: Path) -> float:
    """Return the number of bytes that a file may unpack to."""
    if not is_compressed(path):
        return float("inf")
    return unpacked_limit(path.stat().st_size)


def unpacked_limit(size: int) -> int:
    """Return the number of bytes that a packed file of a given size may unpack to."""
    return max(MAX_UNPACKED_BYTES, MAX_UNPACKED_RATIO * size)


def bomb(path: object) -> InputError:
    """Return the error for a file that unpacks to more than it may."""
    return InputError(f"{path}: unpacks to more than {MAX_UNPACKED_RATIO} times its size, as no "
                      "text does; unpack it yourself if you trust it")


def _skip_rest(file: IO[bytes], line: bytes, allowed: float) -> int:
    """Skip the rest of a line that was cut, and return its number of bytes."""
    skipped = 0
    while len(line) == MAX_RECORD_BYTES and not line.endswith(b"\n") and skipped <= allowed:
        line = file.readline(MAX_RECORD_BYTES)
        skipped += len(line)
    return skipped
