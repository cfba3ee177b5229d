"""Committed aligners: the file, its marker, and a local copy that is checked once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from crosslabel.pipeline.storage.files import damaged, is_file, read_marker_file, sha256
from crosslabel.pipeline.storage.local_copies import local_copy
from crosslabel.pipeline.storage.location import Location

FILE = "aligner.safetensors"


def read_aligner(file: Location) -> dict[str, Any] | None:
    """Return the marker of an aligner, or ``None`` if the aligner is not committed."""
    marker: dict[str, Any] | None = read_marker_file(file.with_suffix(".json"))
    return marker if is_file(file) else None


def aligner_copy(file: Location) -> Path:
    """Return the local path of a committed aligner, checked once per process.

    Raises:
        DamagedError: its bytes differ from its marker.
    """
    marker = read_aligner(file) or {}
    return _checked(file, marker.get("sha256", ""))


@lru_cache(maxsize=64)
def _checked(file: Location, digest: str) -> Path:
    copy = local_copy(file)
    if sha256(copy) != digest:
        raise damaged(file, "is not what was written: its sha256 is not the one in its marker")
    return copy
