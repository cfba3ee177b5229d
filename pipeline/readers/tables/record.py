"""A record of a table of text: its cells and its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crosslabel.projection.errors import InputError


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a table.

    Attributes:
        line: 1-based number of its first line.
        raw: its first line for a person to look at.
        cells: the contents of its columns, or the error if they cannot be read.
    """

    line: int
    raw: str
    cells: Sequence[str] | InputError
