"""Ten thousand wrong files for everything that reads files of others; see ``tests/fuzzing``.

``FUZZ_FILES`` sets another number.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzzing.targets import TARGETS, fuzz
from tests.long.results import record

FILES = int(os.environ.get("FUZZ_FILES", "10000"))
_MEMORY = Path("/dev/shm")


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where there is such a place: every example is written and read many times."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as made:
        yield Path(made)


@pytest.mark.parametrize("name", TARGETS)
def test_wrong_files_give_rows_rejects_or_one_line(name: str, folder: Path) -> None:
    start = time.process_time()

    fuzz(name, folder, FILES, repeatable=False)

    record(f"fuzzing: {name}", {
        "files": FILES, "findings": 0, "processor_seconds": round(time.process_time() - start, 1),
    })
