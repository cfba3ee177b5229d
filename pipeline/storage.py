"""Files that exist whole or not at all, and the keys that name them.

A file is written beside its place, flushed to the disk and renamed; a *marker* written after it
says that it counts (design: temp file, fsync, rename, marker).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO


def canonical(value: Any) -> bytes:
    """JSON with one spelling for equal values: the form that keys are made from."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def key(*values: Any) -> str:
    """Key of any JSON values: 24 hexadecimal digits (96 bits) of the sha256 of their spelling."""
    return hashlib.sha256(canonical(values)).hexdigest()[:24]


def sha256(path: Path) -> str:
    """Hexadecimal sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def committed(path: Path) -> Iterator[BinaryIO]:
    """Open ``path`` for writing; it appears, whole and on the disk, only if the block succeeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """Commit ``value`` as readable JSON; a file that says the same already is left untouched."""
    content = json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    if path.is_file() and path.read_bytes() == content:
        return
    with committed(path) as file:
        file.write(content)


def read_json(path: Path) -> Any:
    """The JSON value in ``path``, or ``None`` if there is no such file."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None


def remove_leftovers(folder: Path) -> None:
    """Delete temporary files that a killed process left anywhere under ``folder``."""
    for path in folder.rglob(".*.tmp"):
        path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
