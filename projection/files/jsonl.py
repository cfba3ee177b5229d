"""Rows of JSON-lines files, plain or compressed, where a bad row does not end the reading."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from crosslabel.projection.errors import InputError, at
from crosslabel.projection.files.lines import decode, lines
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
    """Yield the JSON objects of a file with their row numbers; a bad row is yielded as an error.

    Raises:
        InputError: the file cannot be opened or breaks off.
    """
    for number, line in lines(path):
        try:
            yield number, parse(line)
        except InputError as error:
            yield number, RowError(path.name, number, str(error))


def parse(line: bytes) -> dict[str, Any]:
    """Return the object on a line of JSON.

    Raises:
        InputError: ``code: explanation`` of the first problem.
    """
    text = decode(line)
    if not text.strip():
        raise InputError("malformed-json: the line is empty; remove it")
    try:
        row = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise InputError("malformed-json: nested too deeply") from error
    except ValueError as error:
        raise InputError(f"malformed-json: {error}; write one JSON object per line") from error
    if not isinstance(row, dict):
        raise InputError(f"malformed-json: the line is not an object but {type(row).__name__}; "
                         "write one JSON object per line")
    if "\\u" in text:
        _refuse_lone_surrogates(row)
    return row


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _refuse_lone_surrogates(row: dict[str, Any]) -> None:
    try:
        json.dumps(row, ensure_ascii=False).encode("utf-8")
    except RecursionError as error:
        raise InputError("malformed-json: nested too deeply") from error
    except UnicodeEncodeError as error:
        raise InputError(f"lone-surrogate: {error.object[error.start]!r} is half of a character; "
                         "write the character itself or both halves") from error
