"""Fingerprints of models: keys of the bytes of all their files, or of what they were made from."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from crosslabel.pipeline.models.made import folder_of_made
from crosslabel.pipeline.storage.files import sha256
from crosslabel.pipeline.storage.keys import key


@lru_cache(maxsize=32)
def fingerprint(path: Path) -> str:
    """Return the fingerprint of a model that does not change while this process runs."""
    return current_fingerprint(path)


def current_fingerprint(path: Path) -> str:
    """Return the key of all files in a model folder; documentation does not count.

    A model that was made on this machine has its fingerprint as its name, so that half a gigabyte
    need not be read at every start.
    """
    if path.parent == folder_of_made():
        return path.name
    files = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix != ".md")
    return key({str(file.relative_to(path)): sha256(file) for file in files})
