"""Fixtures for every test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def crosslabel_data() -> Path:
    """The public data sets; a test that asks for them is skipped where they are missing."""
    folder = Path(os.environ.get("CROSSLABEL_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "projection").is_dir():
        pytest.skip("needs $CROSSLABEL_DATA")
    return folder
