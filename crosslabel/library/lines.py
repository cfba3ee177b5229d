"""Files that commands and calls write line by line, and rows in chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from crosslabel.pipeline.storage.files import committed
from crosslabel.projection.errors import InputError

# Texts whose encoder states are held in memory at once.
_CHUNK_ROWS = 2048

Row = TypeVar("Row")


def chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Cut rows into chunks that are processed together."""
    for start in range(0, len(rows), _CHUNK_ROWS):
        yield rows[start : start + _CHUNK_ROWS]


@contextmanager
def line_writer(path: Path) -> Iterator[Callable[[str], None]]:
    """Yield a function that writes one line; the complete file appears if the block succeeds.

    Raises:
        InputError: the file cannot be written.
    """
    with writable(path), committed(path) as file:
        yield lambda line: _write(file.write, line)


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Turn a failure to write a file during the block into an error that names the file.

    Raises:
        InputError: the file cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); "
                         "give another file") from error


def _write(write: Callable[[bytes], int], line: str) -> None:
    write(line.encode() + b"\n")
