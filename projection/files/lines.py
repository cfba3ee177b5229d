"""Lines of a file as bytes, one at a time, plain or gzipped (``*.gz``)."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from projection.errors import InputError, at

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MAX_BYTES = 1 << 24


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield 1-based line numbers and lines without their end; only a line feed ends a line.

    A line is cut at 16 MiB, so that no file can fill the memory; that is far beyond any text limit.

    Raises:
        InputError: the file cannot be opened or breaks off (a damaged gzip file).
    """
    for number, line in whole_lines(path):
        yield number, line.removesuffix(b"\n").removesuffix(b"\r")


def whole_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """As :func:`lines`, each line with its end, which is text where a format quotes it.

    Raises:
        InputError: as :func:`lines`.
    """
    number = 0
    try:
        with _open(path) as file:
            while line := file.readline(_MAX_BYTES):
                number += 1
                _skip_rest(file, line)
                yield number, line if number > 1 else line.removeprefix(_BYTE_ORDER_MARK)
    except (OSError, EOFError, zlib.error) as error:
        place = at(path, number) if number else at(path)
        raise InputError(f"{place}: cannot be read on ({error}); check the file") from error


def _open(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _skip_rest(file: IO[bytes], line: bytes) -> None:
    while len(line) == _MAX_BYTES and not line.endswith(b"\n"):
        line = file.readline(_MAX_BYTES)

