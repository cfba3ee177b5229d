"""A few hundred wrong files for everything that reads files of others, the same ones each time.

The long form is ``tests/long/test_fuzz_readers.py``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzzing.targets import TARGETS, fuzz

_FILES = 100


@pytest.mark.parametrize("name", TARGETS)
def test_wrong_files_give_rows_rejects_or_one_line(name: str, tmp_path: Path) -> None:
    fuzz(name, tmp_path, _FILES, repeatable=True)
