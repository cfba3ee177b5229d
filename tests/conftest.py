"""Fixtures for every test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine must not fail a test: how long an example takes says nothing about the code.
settings.register_profile("crosslabel", deadline=None)
settings.load_profile("crosslabel")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def crosslabel_data() -> Path:
    """The public data sets; a test that asks for them is skipped where they are missing."""
    folder = Path(os.environ.get("CROSSLABEL_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "projection").is_dir():
        pytest.skip("needs $CROSSLABEL_DATA")
    return folder
