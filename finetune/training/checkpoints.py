"""Checkpoints of an interrupted run."""

from __future__ import annotations

import json
from pathlib import Path

from transformers.trainer_callback import TrainerState
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

_LAST_WRITTEN = "trainer_state.json"


def last_complete(folder: Path) -> Path | None:
    """Return the latest complete checkpoint; ``None`` if there is none."""
    checkpoints = sorted(folder.glob(f"{PREFIX_CHECKPOINT_DIR}-*"), key=step_of, reverse=True)
    return next((path for path in checkpoints if _is_complete(path)), None)


def step_of(path: Path) -> int:
    """Return the number of steps that a checkpoint was saved after."""
    return int(path.name.rpartition("-")[2])


def _is_complete(path: Path) -> bool:
    """Return whether a checkpoint has the state that Trainer writes after everything else."""
    try:
        TrainerState.load_from_json(str(path / _LAST_WRITTEN))
    except (OSError, json.JSONDecodeError, TypeError):
        return False
    return True
