"""The cells of a line: separated by tabs, by spaces, or by commas or semicolons with quotes."""

from __future__ import annotations

import csv
from typing import Literal

from crosslabel.pipeline.readers.sentences import columns_of
from crosslabel.projection.errors import InputError

Separator = Literal["white space", ",", ";"]

SEPARATORS: tuple[Separator, ...] = ("white space", ",", ";")
"""What may stand between columns, the usual one first."""


def cells_of(line: str, separator: Separator) -> list[str]:
    """Return the cells of a line.

    Raises:
        InputError: quotes are not closed.
    """
    if separator == "white space":
        return columns_of(line)
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error as error:
        raise InputError(f"malformed-csv: {error}") from error


def is_blank(line: bytes, separator: Separator) -> bool:
    """Return whether all cells of a line are empty."""
    return not line.strip(b" \t\r" if separator == "white space" else b" \t\r\",;")
