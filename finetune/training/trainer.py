"""transformers' Trainer for pairs, with our batches and the terms of our loss in its log."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import torch
from torch.utils.data import DataLoader
from transformers import (
    PreTrainedModel,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from crosslabel.finetune.reading.collate import Collator
from crosslabel.finetune.reading.sampling import PairBatches

_TERMS = ("hard_a", "hard_b", "soft_a")


class PairTrainer(Trainer):  # type: ignore[misc]
    """A Trainer on the batches of ``batches``, which ``collator`` prepares.

    Besides transformers' figures it logs the terms of the loss and the share of padding
    (``padding``), as means since the last log.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        arguments: TrainingArguments,
        collator: Collator,
        batches: PairBatches,
        callbacks: list[TrainerCallback],
    ) -> None:
        super().__init__(model=model, args=arguments, train_dataset=collator.data,
                         callbacks=[_Epoch(batches), *callbacks])
        self.remove_callback(PrinterCallback)
        self._collator = collator
        self._batches = batches
        self._terms: defaultdict[str, list[torch.Tensor]] = defaultdict(list)

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Return the batches of this process."""
        loader: DataLoader[Any] = DataLoader(
            self._collator.data,
            batch_sampler=self._batches,
            collate_fn=self._collator,
            num_workers=self.args.dataloader_num_workers,
            pin_memory=self.args.device.type == "cuda",
            persistent_workers=self.args.dataloader_num_workers > 0,
        )
        prepared: DataLoader[Any] = self.accelerator.prepare(loader)
        return prepared

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | None = None,
    ) -> Any:
        """Return the loss of the model, and keep its terms for the log."""
        outputs = model(**inputs)
        for name in _TERMS:
            self._terms[name].append(getattr(outputs, name).detach())
        return (outputs.loss, outputs) if return_outputs else outputs.loss

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Log the given figures, and the means of the terms since the last time."""
        if self._terms:
            means = {name: torch.stack(values).mean().item()
                     for name, values in self._terms.items()}
            self._terms.clear()
            logs = {**logs, **means, "padding": self._collator.padding.ratio()}
        super().log(logs, start_time)


class _Epoch(TrainerCallback):  # type: ignore[misc]
    """A callback that tells the batches their epoch; Trainer cannot with several processes."""

    def __init__(self, batches: PairBatches) -> None:
        self._batches = batches

    def on_epoch_begin(
        self, args: TrainingArguments, state: Any, control: Any, **_: Any
    ) -> None:
        self._batches.set_epoch(int(state.epoch))
