"""``-`` in place of a file: the standard input or output of a command, for pipes of a shell.

A file of that name is given as ``./-``.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from crosslabel.cli.terminal import warn
from crosslabel.library.errors import InputError
from crosslabel.library.stand_ins import named_as, temporary_folder

STANDARD = Path("-")
_INPUT = "standard input"

Problems = Callable[[Sequence[str]], list[str]]


@contextmanager
def input_file(given: Path) -> Iterator[tuple[Path, Problems]]:
    """Yield a file to read: the given one, or a copy of standard input if ``-`` is given.

    The second value names standard input, and not the copy, in messages on rows; errors in the
    block name it too.

    Raises:
        InputError: standard input is closed.
    """
    if given != STANDARD:
        yield given, list
        return
    with temporary_folder() as folder:
        file = folder / _INPUT
        _receive(file)
        with named_as(file, _INPUT) as renamed:
            yield file, lambda problems: list(map(renamed, problems))


def _receive(file: Path) -> None:
    if sys.stdin is None or sys.stdin.closed:
        raise InputError(f"{_INPUT}: is closed; give a file, or pipe one into the command")
    if sys.stdin.isatty():
        warn(f"crosslabel: reading {_INPUT}; end it with Ctrl-D")
    with file.open("wb") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)


@contextmanager
def output_file(given: Path) -> Iterator[Path]:
    """Yield a file to write; if ``-`` is given, it is copied to standard output after the block."""
    if given != STANDARD:
        yield given
        return
    with temporary_folder() as folder:
        file = folder / "standard output"
        yield file
        with file.open("rb") as written:
            shutil.copyfileobj(written, sys.stdout.buffer)
