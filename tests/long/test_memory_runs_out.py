"""Real models in a process that may not take the memory they ask for: smaller batches, and the same
results."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.long.results import record


def _said(model: str, mebibytes: int, folder: Path) -> dict[str, Any]:
    file = folder / f"{mebibytes}.json"
    subprocess.run([sys.executable, "-m", "tests.long.limited_memory", model, str(mebibytes),
                    str(file)], check=True)
    found: dict[str, Any] = json.loads(file.read_text())
    return found


@pytest.mark.parametrize(("model", "mebibytes"), [
    ("encoder", 180), ("translation", 100), ("constrained", 50),
])
def test_smaller_batches_say_what_large_ones_do(
    model: str, mebibytes: int, tmp_path: Path
) -> None:
    whole, little = _said(model, 0, tmp_path), _said(model, mebibytes, tmp_path)
    assert "smaller_batches" not in whole
    if model == "encoder":
        assert little["said"] == pytest.approx(whole["said"], abs=1e-5)
    else:
        assert little["said"] == whole["said"]
    [(what, size)] = little["smaller_batches"].items()
    record(f"memory runs out: {model}", {"mebibytes": mebibytes, what: size})
