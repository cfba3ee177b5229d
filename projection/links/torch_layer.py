"""A hidden layer of an encoder that torch computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from crosslabel.projection.device import chosen_device

_TOKENS_PER_BATCH = {"cpu": 1024, "cuda": 65536}


class TorchLayer:
    """A hidden layer of a loaded transformers encoder.

    Args:
        model: transformers encoder in evaluation mode.
        layer: index into its ``hidden_states``.
        device: ``auto``, ``cpu`` or ``cuda``.
        centred: whether the mean state of a sentence, special tokens included, is subtracted.

    Raises:
        InputError: there is no such device.
    """

    def __init__(self, model: Any, layer: int, device: str, *, centred: bool = False) -> None:
        self.device = chosen_device(device)
        self.batch_tokens = _TOKENS_PER_BATCH[self.device]
        self.number = layer
        self.model = model.to(self.device)
        self._centred = centred

    @property
    def dim(self) -> int:
        """Length of a state vector."""
        return int(self.model.config.hidden_size)

    def states(
        self, rows: NDArray[np.int32], lengths: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Return the state of every token, float32 (batch, longest, dim)."""
        mask = (np.arange(rows.shape[1]) < lengths[:, None]).astype(np.int64)
        hidden = self._hidden(torch.from_numpy(rows).long(), torch.from_numpy(mask))
        vectors: NDArray[np.float32] = hidden.cpu().numpy()
        return vectors

    def _hidden(self, rows: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        rows, mask = rows.to(self.device), mask.to(self.device)
        with torch.inference_mode():
            output = self.model(
                input_ids=rows, attention_mask=mask, output_hidden_states=True
            )
            hidden: torch.Tensor = output.hidden_states[self.number].float()
            if self._centred:
                weight = (mask / mask.sum(dim=1, keepdim=True))[:, None]
                hidden = hidden - weight @ hidden
        return hidden
