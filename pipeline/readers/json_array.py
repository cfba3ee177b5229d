"""Files that are one JSON array of rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_FILE_BYTES
from crosslabel.projection.files.lines import lines


def array_items(path: Path) -> list[bytes] | None:
    """Return the rows of a file that is one array of objects, each as a line of JSON; ``None`` for
    any other file.

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
    return list(map(_line, items))


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


def _line(item: dict[str, Any]) -> bytes:
    """Return a row as UTF-8, or as ASCII if it has half a character."""
    try:
        return json.dumps(item, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(item).encode("ascii")
