"""Optimisers and low-precision gradients that the models are trained with."""

import copy
from typing import Any

import torch


class Optimisers:
    """Muon for the matrices inside the layers, Adam for everything else."""

    def __init__(
        self, model: torch.nn.Module, layers: str, matrix_peak: float, peak: float
    ) -> None:
        """Give Muon the matrices whose names contain `layers`, and Adam all other parameters."""
        inner = [p for n, p in model.named_parameters() if p.ndim == 2 and layers in n]
        chosen = {id(p) for p in inner}
        rest = [p for p in model.parameters() if id(p) not in chosen and p.requires_grad]
        muon = torch.optim.Muon(inner, lr=matrix_peak, weight_decay=0.0)
        adam = torch.optim.AdamW(rest, lr=peak, betas=(0.9, 0.98), weight_decay=0.0)
        self._both = ((muon, matrix_peak), (adam, peak))

    def step(self, factor: float) -> None:
        """Update the weights with learning rates of `factor` times their peaks."""
        for optimiser, peak in self._both:
            for group in optimiser.param_groups:
                group["lr"] = peak * factor
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)

    def state(self) -> list[Any]:
        """Return the states that a checkpoint keeps."""
        return [optimiser.state_dict() for optimiser, _ in self._both]

    def load(self, states: list[Any]) -> None:
        """Restore the states that `state` returned."""
        for (optimiser, _), state in zip(self._both, states, strict=True):
            optimiser.load_state_dict(state)


class LowPrecision:
    """A bfloat16 twin of the model that computes the gradients: about a quarter faster."""

    def __init__(self, model: torch.nn.Module) -> None:
        self.twin: Any = copy.deepcopy(model).bfloat16()
        self._pairs = list(zip(model.parameters(), self.twin.parameters(), strict=True))

    def pull(self) -> None:
        """Copy the model's weights into the twin."""
        with torch.no_grad():
            for master, low in self._pairs:
                low.copy_(master)

    def push(self) -> None:
        """Move the gradients of the twin to the model."""
        for master, low in self._pairs:
            if low.grad is not None:
                master.grad = low.grad.float()
                low.grad = None
