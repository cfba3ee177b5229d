"""Temporary files that stand for something else, and are never named in messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from crosslabel.pipeline.storage.unfinished import unfinished
from crosslabel.projection.errors import InputError


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Provide a folder that ends with the block, and with the process if Ctrl-C ends that first."""
    with TemporaryDirectory(prefix="crosslabel-") as name, unfinished(Path(name)):
        yield Path(name)


@contextmanager
def named_as(file: Path, name: str) -> Iterator[Callable[[str], str]]:
    """Name a temporary file by what it stands for, in errors that the block raises.

    Args:
        name: such as ``the source``.

    Yields:
        A function that does the same to a message.
    """

    def renamed(message: str) -> str:
        message = message.replace(str(file), name)
        # Messages on rows name the file alone.
        starts = message.startswith((f"{file.name},", f"{file.name}:"))
        return f"{name}{message.removeprefix(file.name)}" if starts else message

    try:
        yield renamed
    except InputError as error:
        raise InputError(renamed(str(error.args[0]))) from error
