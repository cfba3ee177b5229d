"""Room for the lines of one row, so that a file without ends of rows cannot fill the memory."""

from __future__ import annotations

from dataclasses import dataclass

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_RECORD_BYTES

_BYTES_PER_LINE = 64
"""What a line takes beside its text."""


@dataclass(slots=True)
class Room:
    """Counts what a row has taken."""

    taken: int = 0

    def fits(self, line: bytes) -> bool:
        """Count a line; once one does not fit, no later one does."""
        self.taken += len(line) + _BYTES_PER_LINE
        return self.taken <= MAX_RECORD_BYTES

    def is_full(self) -> bool:
        """Whether a line did not fit."""
        return self.taken > MAX_RECORD_BYTES

    def check(self) -> None:
        """Refuse a row of which lines were left out.

        Raises:
            InputError: it was too long.
        """
        if self.is_full():
            raise InputError(f"sentence-too-long: it goes on for more than {MAX_RECORD_BYTES:,} "
                             "bytes; is there an empty line after each sentence?")
