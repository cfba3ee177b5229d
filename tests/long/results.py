"""What the long tests measured, kept in ``benchmarks/results/long_tests.json``.

Each test writes its figures under a name of its own, so that a run of one leaves the others alone.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "results" / "long_tests.json"


def record(name: str, values: Mapping[str, Any], file: Path = FILE) -> None:
    """Put figures under ``name`` in place of those that were there.

    Processes that record at the same time wait for each other. Values are numbers, texts and lists
    of them; names of machines and folders do not belong there.
    """
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        kept = json.loads(file.read_text("utf-8")) if file.exists() else {}
        kept[name] = dict(values)
        written = file.with_name(f".{file.name}.new")
        text = json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False)
        written.write_text(text + "\n", "utf-8")
        written.replace(file)
    finally:
        os.close(folder)
