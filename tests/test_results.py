"""Figures of the long tests."""

from __future__ import annotations

import json
from pathlib import Path

from tests.long.results import record


def test_record_keeps_the_figures_of_others(tmp_path: Path) -> None:
    file = tmp_path / "long_tests.json"

    record("kills", {"killed": 50}, file)
    record("fuzzing", {"inputs": 1}, file)
    record("fuzzing", {"inputs": 2}, file)

    assert json.loads(file.read_text()) == {"kills": {"killed": 50}, "fuzzing": {"inputs": 2}}
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
