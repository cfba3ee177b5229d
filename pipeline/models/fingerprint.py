"""Fingerprints of models: keys of the bytes of all their files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from crosslabel.pipeline.storage.files import sha256
from crosslabel.pipeline.storage.keys import key


def fingerprint(path: Path) -> str:
    """Return the fingerprint of a model that does not change while this process runs."""
    return key(file_hashes(path))


def current_fingerprint(path: Path) -> str:
    """Return the key of all files in a model folder; documentation does not count."""
    return key(_hash_files(path))


@lru_cache(maxsize=32)
def file_hashes(path: Path) -> Mapping[str, str]:
    """Return the sha256 of all files of a model that does not change while this process runs."""
    return _hash_files(path)


def _hash_files(path: Path) -> dict[str, str]:
    files = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix != ".md")
    return {str(file.relative_to(path)): sha256(file) for file in files}
