"""A recipe that trains a tiny student in seconds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from tests.finetune.tiny_student import tiny_student

NAMES, PLACES = ("Anna", "Omar", "Marie"), ("Lisbon", "Hamburg", "Warsaw", "Oslo")
_TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]


def tiny_finetune(folder: Path) -> Path:
    """Put a student, labelled rows in two languages and a recipe of both stages into a folder.

    Returns:
        The recipe.
    """
    tiny_student(folder / "student")
    rows = [_row(name, town, lang) for lang in ("en", "de") for name in NAMES for town in PLACES]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    recipe = {
        "name": "tiny", "task": "token", "labels": _TAGS, "student": str(folder / "student"),
        "data": [{"path": "rows.jsonl"}],
        "evaluation": {"gold": {"path": "rows.jsonl"}},
        "features": {"max_length": 32},
        "training": {"learning_rate": 0.01, "epochs": 2, "batch_rows": 4},
        "self_teaching": {"weight": 0.5},
        "machine": {"device": "cpu", "tensorboard": False, "threads": 1},
    }
    file = folder / "tiny.yaml"
    file.write_text(yaml.safe_dump(recipe))
    return file


def _row(name: str, town: str, lang: str) -> dict[str, Any]:
    tokens = [name, "moved" if lang == "en" else "zog", "to" if lang == "en" else "nach", town, "."]
    return {"id": f"{lang}-{name}-{town}", "lang": lang, "tokens": tokens,
            "spans": [{"start": 0, "end": 1, "label": "PER"},
                      {"start": 3, "end": 4, "label": "LOC"}]}
