"""Fingerprints of models: keys of the bytes of all their files, or of what they were made from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from crosslabel.pipeline.models.made import folder_of_made
from crosslabel.pipeline.storage.files import sha256
from crosslabel.pipeline.storage.keys import key


@lru_cache(maxsize=32)
def fingerprint(path: Path) -> str:
    """Return the fingerprint of a model that does not change while this process runs."""
    return _name_if_made(path) or key(file_hashes(path))


def current_fingerprint(path: Path) -> str:
    """Return the key of all files in a model folder; documentation does not count.

    A model that was made on this machine has its fingerprint as its name, so that half a gigabyte
    need not be read at every start.
    """
    return _name_if_made(path) or key(_hash_files(path))


@lru_cache(maxsize=32)
def file_hashes(path: Path) -> Mapping[str, str]:
    """Return the sha256 of all files of a model that does not change while this process runs."""
    return _hash_files(path)


def _name_if_made(path: Path) -> str | None:
    return path.name if path.parent == folder_of_made() else None


def _hash_files(path: Path) -> dict[str, str]:
    files = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix != ".md")
    return {str(file.relative_to(path)): sha256(file) for file in files}
