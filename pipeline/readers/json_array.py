"""Files that are one JSON array of rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crosslabel.pipeline.readers.values import Row
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.jsonl import parse
from crosslabel.projection.files.limits import MAX_FILE_BYTES
from crosslabel.projection.files.lines import lines


def array_items(path: Path) -> list[Row | InputError] | None:
    """Return the rows of a file that is one array of objects; ``None`` for any other file.

    A row that no line of JSON could hold, such as one with half a character, is an error in its
    place.

    Raises:
        InputError: the file cannot be read, or is an array too large to be read at once.
    """
    content = lines(path)
    first = next((line for _, line in content if line.strip()), b"")
    if not first.lstrip().startswith(b"[") or _is_row(first):
        return None
    try:
        items = json.loads(_text(path, first, content))
    except (ValueError, RecursionError):
        return None
    if not isinstance(items, list) or not items or not all(isinstance(i, dict) for i in items):
        return None
    return [_checked(item) for item in items]


def _is_row(line: bytes) -> bool:
    """Return whether a line is an array of something else than rows, and so a bad row itself."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return not (value and all(isinstance(item, dict) for item in value))


def _text(path: Path, first: bytes, rest: Iterator[tuple[int, bytes]]) -> str:
    kept, size = [first], len(first)
    for _, line in rest:
        kept.append(line)
        size += len(line)
        if size > MAX_FILE_BYTES:
            raise InputError(f"{path}: is one array of more than {MAX_FILE_BYTES:,} bytes, which "
                             "is read at once; write one row per line")
    return b"\n".join(kept).decode("utf-8")


def _checked(item: dict[str, Any]) -> Row | InputError:
    try:
        return parse(json.dumps(item).encode())
    except InputError as error:
        return error
