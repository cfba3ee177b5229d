"""Files of predictions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tests.finetune.combine.by_hand import Row


def write(folder: Path, *files: Sequence[Row]) -> list[Path]:
    """Write files called 0.jsonl, 1.jsonl and so on."""
    paths = [folder / f"{number}.jsonl" for number in range(len(files))]
    for path, rows in zip(paths, files, strict=True):
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return paths


def read(path: Path) -> list[Row]:
    """The rows of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
