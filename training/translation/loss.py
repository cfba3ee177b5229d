"""Cross-entropy over a large vocabulary without keeping the logits of a whole batch."""

from typing import Any

import torch

_ROWS = 256
"""Rows of logits computed at a time: they stay in the processor's cache."""


class _TiedCrossEntropy(torch.autograd.Function):  # type: ignore[misc]
    """Mean label-smoothed loss of `states @ weight.T`; gradients are made in the forward pass."""

    @staticmethod
    def forward(
        context: Any,
        states: torch.Tensor,
        weight: torch.Tensor,
        labels: torch.Tensor,
        smooth: float,
    ) -> torch.Tensor:
        size = len(weight)
        for_states = torch.empty_like(states)
        for_weight = torch.zeros_like(weight, dtype=torch.float32)
        total = torch.zeros((), device=states.device)
        weight_t = weight.t()
        for start in range(0, len(states), _ROWS):
            rows, truth = states[start : start + _ROWS], labels[start : start + _ROWS]
            logits = (rows @ weight_t).float()
            peak = logits.logsumexp(1)
            right = logits.gather(1, truth[:, None])[:, 0]
            total += (peak - (1 - smooth) * right - smooth * logits.mean(1)).sum()
            logits.sub_(peak[:, None]).exp_().sub_(smooth / size)
            logits[torch.arange(len(rows), device=rows.device), truth] -= 1 - smooth
            slope = logits.to(states.dtype)
            for_states[start : start + _ROWS] = slope @ weight
            for_weight += slope.t() @ rows
        count = len(states)
        context.save_for_backward(for_states.div_(count), for_weight.div_(count).to(weight.dtype))
        return total / count

    @staticmethod
    def backward(context: Any, *grads: torch.Tensor) -> tuple[Any, ...]:
        for_states, for_weight = context.saved_tensors
        scale = grads[0].to(for_states.dtype)
        return for_states * scale, for_weight * scale, None, None


def tied_cross_entropy(
    states: torch.Tensor, weight: torch.Tensor, labels: torch.Tensor, smooth: float
) -> torch.Tensor:
    """Return the mean label-smoothed loss, a scalar in nats.

    `states`: (n, d), `weight`: (vocabulary, d), `labels`: (n,). Softmax and sums are in float32
    even if the states are bfloat16.
    """
    loss: torch.Tensor = _TiedCrossEntropy.apply(states, weight, labels, smooth)
    return loss
