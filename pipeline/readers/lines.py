"""What readers do with a line: decode it, show it, name its file."""

from __future__ import annotations

from pathlib import Path

from crosslabel.projection.errors import InputError
from crosslabel.projection.plain import plain


def decode(line: bytes) -> str:
    """The text of a line.

    Raises:
        InputError: it is not UTF-8.
    """
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"invalid-utf8: byte {error.start} is {line[error.start]:#04x}; "
                         "convert the file to UTF-8") from error


def shown(line: bytes) -> str:
    """A line for a person to look at, whatever it holds."""
    return line[:2000].decode("utf-8", errors="replace")


def stem(path: Path) -> str:
    """File name without ``.gz`` and the format's ending: ``en.train`` of ``en.train.conll.gz``.

    Ids are made of it, so what cannot be printed or written is a space.
    """
    name = plain(path.name).removesuffix(".gz")
    return name.rpartition(".")[0] or name
