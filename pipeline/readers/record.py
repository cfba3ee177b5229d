"""A record of a table of text: its cells, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crosslabel.projection.errors import InputError


@dataclass(frozen=True, slots=True)
class Record:
    """One record.

    Attributes:
        line: 1-based number of its first line.
        raw: its first line for a person to look at.
        cells: what is in its columns, or why that cannot be said.
    """

    line: int
    raw: str
    cells: Sequence[str] | InputError
