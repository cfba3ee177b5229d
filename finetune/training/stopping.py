"""A request to stop the training is heeded after the step under way and its checkpoint."""

from __future__ import annotations

from typing import Any

import torch
from transformers import TrainerCallback, TrainingArguments

from crosslabel.pipeline.run.stops import StopRequest

_STEPS_BETWEEN_QUESTIONS = 10
"""Each question lets all processes wait for each other."""


class SavedStop(TrainerCallback):  # type: ignore[misc]
    """A callback that saves a checkpoint when the run is asked to stop, and then ends it.

    Processes that train together stop after the same step: one of them alone would leave the others
    waiting for it.
    """

    def __init__(self, stop: StopRequest) -> None:
        self._stop = stop
        self._stopping = False

    def on_step_end(self, args: TrainingArguments, state: Any, control: Any, **_: Any) -> None:
        """Ask for a checkpoint if any of the processes was asked to stop."""
        self._stopping = self._stopping or _any(self._stop.asked, args, state.global_step)
        # After the last step of an epoch its weights are still to be kept.
        if self._stopping and not float(state.epoch).is_integer():
            control.should_save = True

    def on_epoch_end(self, args: TrainingArguments, state: Any, control: Any, **_: Any) -> None:
        """Ask for the checkpoint after the last step of an epoch."""
        if self._stopping:
            control.should_save = True

    def on_save(self, args: TrainingArguments, state: Any, control: Any, **_: Any) -> None:
        """End the training if the checkpoint was saved for that."""
        if self._stopping:
            if not self._stop.asked:
                self._stop.ask()
            self._stop.check()


def _any(asked: bool, args: TrainingArguments, step: int) -> bool:
    if args.world_size == 1:
        return asked
    if step % _STEPS_BETWEEN_QUESTIONS:
        return False
    flag = torch.tensor(int(asked), device=args.device)
    torch.distributed.all_reduce(flag, op=torch.distributed.ReduceOp.MAX)
    return bool(flag)
