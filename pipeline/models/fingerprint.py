"""Fingerprints of models: keys of the bytes of all their files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from crosslabel.pipeline.storage.files import sha256
from crosslabel.pipeline.storage.keys import key


@lru_cache(maxsize=32)
def fingerprint(path: Path) -> str:
    """Fingerprint of a model that does not change while this process lives."""
    return current_fingerprint(path)


def current_fingerprint(path: Path) -> str:
    """Key of every file in a model folder; documentation does not count."""
    files = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix != ".md")
    return key({str(p.relative_to(path)): sha256(p) for p in files})
