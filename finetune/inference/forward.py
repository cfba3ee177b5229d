"""Logits of models for feature rows, batched by length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosslabel.finetune.inference.trained import load_for
from crosslabel.finetune.reading.collate import Collator, SideChoice
from crosslabel.finetune.reading.columns import Array
from crosslabel.finetune.reading.data import FeatureData
from crosslabel.finetune.sidecar import Sidecar
from crosslabel.pipeline.labellers.batches import by_length, longest_first
from crosslabel.projection.device import chosen_device
from crosslabel.projection.halving import BatchSize

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel

BATCH_TOKENS = 8192
"""Default number of tokens per batch, both sides counted."""


@dataclass(frozen=True, slots=True)
class Device:
    """The device and the precision of models.

    Attributes:
        name: ``auto``, ``cpu`` or ``cuda``.
        bf16: whether to compute in bfloat16 where that is safe.
        batch_tokens: tokens per batch.
    """

    name: str = "auto"
    bf16: bool = False
    batch_tokens: int = BATCH_TOKENS

    def resolved(self) -> str:
        """Return the device to use, ``cpu`` or ``cuda``."""
        return chosen_device(self.name)


DEFAULT_DEVICE = Device()


class LoadedModels:
    """One model, or several whose logits are averaged.

    Args:
        models: several must have the same head.
        device: where they compute.
    """

    def __init__(self, models: Sequence[PreTrainedModel], device: Device) -> None:
        self._models = models
        self._device = device
        self._size = BatchSize("tokens in prediction", device.batch_tokens)

    @classmethod
    def load(cls, folders: Sequence[Path], sidecar: Sidecar, device: Device) -> LoadedModels:
        """Load fine-tuned models that read the features of a sidecar.

        Raises:
            InputError: a model cannot be used, or does not fit the features.
        """
        where = device.resolved()
        return cls([load_for(folder, sidecar).to(where) for folder in folders], device)

    @property
    def fuses(self) -> bool:
        """Whether side b changes the logits of side a."""
        return any(model.config.fusion_k > 0 for model in self._models)

    def logits(
        self, data: FeatureData, sides: int
    ) -> Iterator[tuple[Array, dict[str, Tensor]]]:
        """Yield the mean logits of side a, batch by batch.

        Args:
            sides: 1 to show the models side a alone.

        Yields:
            Row numbers, and by name ``logits`` (rows, C) or (rows, L, C), or ``start_logits`` and
            ``end_logits`` (rows, L), in float32.
        """
        import torch

        collate, where = Collator(data, SideChoice(sides, hard="")), self._device.resolved()
        lengths = sides * data.rows.lengths

        def compute(rows: Array) -> dict[str, Tensor]:
            batch = {name: tensor.to(where) for name, tensor in collate(rows).items()}
            return _mean([_logits(model(**batch)) for model in self._models])

        autocast = torch.autocast(where, torch.bfloat16) if self._device.bf16 else nullcontext()
        with torch.inference_mode(), autocast:
            yield from self._size.batches(
                longest_first(lengths), partial(by_length, lengths), compute)


def _logits(outputs: Any) -> dict[str, Tensor]:
    names = [name for name in outputs if name.endswith("logits")]
    return {name: outputs[name][:, 0].float() for name in names}


def _mean(outputs: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    import torch

    return {name: torch.stack([logits[name] for logits in outputs]).mean(0) for name in outputs[0]}
