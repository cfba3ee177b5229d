"""A reader of comma-separated values (RFC 4180) in which a bad record harms no other.

A quote that is never closed would swallow the rest of the file. The line that opens it is a bad
record by itself, and reading goes on with the line after it.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from crosslabel.pipeline.readers.lines import shown
from crosslabel.pipeline.readers.tables.record import Record
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_RECORD_BYTES
from crosslabel.projection.files.lines import whole_lines

# Quotes are doubled within a quoted cell, and columns without texts need room too.
_LIMITS_PER_RECORD = 16
_MIN_CHARACTERS = 1 << 20

_Line = tuple[int, bytes]


def csv_records(path: Path, max_characters: int) -> Iterator[Record]:
    """Yield the records of a file, including its first line.

    Args:
        max_characters: limit for one text; a record may have several times as many.

    Raises:
        InputError: the file cannot be read.
    """
    limit = min(max(_MIN_CHARACTERS, _LIMITS_PER_RECORD * max_characters), MAX_RECORD_BYTES)
    # The only limit of the csv module; it holds for the process and is raised, never lowered.
    csv.field_size_limit(max(csv.field_size_limit(), limit))
    lines = _Lines(path, limit)
    while (first := lines.begin()) is not None:
        yield Record(first[0], shown(first[1].rstrip(b"\r\n")), _cells(lines))


class _Lines:
    """The lines of a file; lines of a bad record can be read again."""

    def __init__(self, path: Path, limit: int) -> None:
        self._source = whole_lines(path)
        self._again: deque[_Line] = deque()
        self._taken: list[_Line] = []
        self._limit = limit

    def begin(self) -> _Line | None:
        """Return the first line of the next record, or ``None`` at the end of the file."""
        first = self._next()
        self._taken = []
        if first is not None:
            self._again.appendleft(first)
        return first

    def record(self) -> Iterator[str]:
        """Yield the lines of the record, up to the limit."""
        size = 0
        while size < self._limit and (line := self._next()) is not None:
            self._taken.append(line)
            size += len(line[1])
            yield line[1].decode("utf-8", errors="surrogateescape")

    def give_back(self) -> None:
        """Put back all lines of the record but its first, so that they are read again."""
        self._again.extendleft(reversed(self._taken[1:]))

    def _next(self) -> _Line | None:
        return self._again.popleft() if self._again else next(self._source, None)


def _cells(lines: _Lines) -> list[str] | InputError:
    try:
        cells = next(csv.reader(lines.record(), strict=True))
    except csv.Error as error:
        lines.give_back()
        return InputError(f"malformed-csv: {error}; put a cell with a quote in quotes and double "
                          "the quote")
    try:
        "".join(cells).encode("utf-8")
    except UnicodeEncodeError as error:
        byte = ord(error.object[error.start]) - 0xDC00
        return InputError(f"invalid-utf8: a byte is {byte:#04x}; convert the file to UTF-8")
    return cells
