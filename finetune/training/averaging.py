"""The weights after each epoch, and their mean.

The mean of a run's last checkpoints transfers to other languages more evenly than any one of them
(Schmidt, Vulić & Glavaš 2023, "Free Lunch: Robust Cross-Lingual Transfer via Model Checkpoint
Averaging", section 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from transformers import PreTrainedModel, TrainerCallback, TrainingArguments

from crosslabel.finetune.model.frozen import frozen_weights


class EpochWeights(TrainerCallback):  # type: ignore[misc]
    """A callback that keeps the weights of the last epochs in ``folder``, without frozen ones.

    Args:
        keep: number of epochs.
    """

    def __init__(self, folder: Path, keep: int) -> None:
        self._folder = folder
        self._keep = keep

    def files(self) -> list[Path]:
        """Return the weight files by epoch, the latest last."""
        return sorted(self._folder.glob("epoch-*.safetensors"))

    def on_epoch_end(
        self, args: TrainingArguments, state: Any, control: Any, *, model: PreTrainedModel, **_: Any
    ) -> None:
        """Write the weights of this epoch and delete files that are too old."""
        if not state.is_world_process_zero:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / f"epoch-{state.global_step:09}.safetensors"
        frozen = frozen_weights(model)
        weights = {name: tensor.detach().cpu().contiguous()
                   for name, tensor in model.state_dict().items() if name not in frozen}
        save_file(weights, file.with_suffix(".part"))
        file.with_suffix(".part").replace(file)
        for old in self.files()[:-self._keep]:
            old.unlink()


def mean_weights(files: Sequence[Path]) -> dict[str, torch.Tensor]:
    """Return the mean of each weight over some files.

    It is computed in float64, with one file in memory at a time.
    """
    total: dict[str, torch.Tensor] = {}
    for file in files:
        for name, tensor in load_file(file).items():
            wide = tensor.to(torch.float64)
            total[name] = total[name] + wide if name in total else wide
    kinds = {name: tensor.dtype for name, tensor in load_file(files[-1]).items()}
    return {name: (tensor / len(files)).to(kinds[name]) for name, tensor in total.items()}
