"""Parts of commands that turn rows into rows: chunks, a committed file, bad rows on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import typer

from crosslabel.cli.terminal import warn
from crosslabel.projection.errors import InputError

EXIT_BAD_ROWS = 3
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
    from crosslabel.pipeline.storage.files import committed

    try:
        with committed(path) as file:
            yield lambda line: _write(file.write, line)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); "
                         "give another --output") from error


def _write(write: Callable[[bytes], int], line: str) -> None:
    write(line.encode() + b"\n")


def report_bad_rows(problems: Sequence[object]) -> None:
    """Name unusable rows on stderr and exit with code 3, if there are any."""
    for problem in problems:
        warn(problem)
    if problems:
        raise typer.Exit(EXIT_BAD_ROWS)
