"""Rows of JSON-lines files, plain or gzipped, where a bad row does not end the reading."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosslabel.projection.errors import InputError, at
from crosslabel.projection.files.lines import lines
from crosslabel.projection.plain import one_line


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that cannot be used.

    Attributes:
        file: name of the file.
        row: its number, from 1.
        problem: what is wrong with it and what to do.
        id: id of the row, if it could be read.
    """

    file: str
    row: int
    problem: str
    id: str | None = None

    def __str__(self) -> str:
        return one_line(f"{at(self.file, self.row)}: {self.problem}")


def rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | RowError]]:
    """JSON objects of a file with their row numbers; what is none comes as a row error.

    Raises:
        InputError: the file cannot be opened or breaks off.
    """
    for number, line in lines(path):
        try:
            yield number, _parsed(line)
        except InputError as error:
            yield number, RowError(path.name, number, str(error))


def _parsed(line: bytes) -> dict[str, Any]:
    if not line.strip():
        raise InputError("the line is empty; remove it")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"not UTF-8 (byte {error.start + 1}); save the file as UTF-8"
        ) from error
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not valid JSON ({error}); write one JSON object per line") from error
    if not isinstance(value, dict):
        raise InputError("not a JSON object; write one object per line")
    return value
