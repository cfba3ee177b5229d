"""A limit for the lines of one row, so that a file without ends of rows cannot fill the memory."""

from __future__ import annotations

from dataclasses import dataclass

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_RECORD_BYTES

_BYTES_PER_LINE = 64
"""Memory that a line takes in addition to its text."""


@dataclass(slots=True)
class Room:
    """A counter of the bytes that a row has taken."""

    taken: int = 0

    def fits(self, line: bytes) -> bool:
        """Count a line and return whether it fits; after one that does not, no other line fits."""
        self.taken += len(line) + _BYTES_PER_LINE
        return self.taken <= MAX_RECORD_BYTES

    def is_full(self) -> bool:
        """Return whether a line did not fit."""
        return self.taken > MAX_RECORD_BYTES

    def check(self) -> None:
        """Refuse a row if lines of it were left out.

        Raises:
            InputError: the row was too long.
        """
        if self.is_full():
            raise InputError(f"sentence-too-long: it goes on for more than {MAX_RECORD_BYTES:,} "
                             "bytes; is there an empty line after each sentence?")
