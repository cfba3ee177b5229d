"""Checkpoints of a run that was cut off."""

from __future__ import annotations

import json
from pathlib import Path

from transformers.trainer_callback import TrainerState
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

_LAST_WRITTEN = "trainer_state.json"


def last_complete(folder: Path) -> Path | None:
    """The latest checkpoint that was written to its end; ``None`` if there is none."""
    found = sorted(folder.glob(f"{PREFIX_CHECKPOINT_DIR}-*"), key=_step, reverse=True)
    return next((path for path in found if _is_complete(path)), None)


def _step(path: Path) -> int:
    return int(path.name.rpartition("-")[2])


def _is_complete(path: Path) -> bool:
    """Trainer writes its state after everything else."""
    try:
        TrainerState.load_from_json(str(path / _LAST_WRITTEN))
    except (OSError, json.JSONDecodeError, TypeError):
        return False
    return True
