"""The first lines of a file, from which its layout is found out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.lines import lines

_LINES = 1000
_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Head:
    """The first lines of a file with their numbers.

    Attributes:
        lines: up to a thousand; one megabyte at most but for the last of them.
        is_whole: whether the file ends after them.
    """

    lines: Sequence[tuple[int, bytes]]
    is_whole: bool = True


def head(path: Path) -> Head:
    """Return the first lines of a file.

    Where a damaged file cannot be read on, the lines before are returned; whoever reads the rows
    meets the damage again and names it.
    """
    taken: list[tuple[int, bytes]] = []
    size = 0
    try:
        for number, line in lines(path):
            if len(taken) == _LINES or size > _BYTES:
                return Head(taken, is_whole=False)
            taken.append((number, line))
            size += len(line)
    except InputError:
        return Head(taken, is_whole=False)
    return Head(taken)
