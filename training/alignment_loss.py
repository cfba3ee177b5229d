"""What the encoder is trained for: linked words are similar, others are not."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, normalize, one_hot

from training.aligned_batches import AlignedBatch

TEMPERATURE = 0.1
"""Cosines are divided by this before the softmax."""
BORDER, SLOPE = 0.4, 8.0
"""Cosine that separates linked from other words, and how sharply."""
ABSOLUTE = 0.5
"""Weight of the loss that looks at each pair of words by itself."""


def alignment_loss(states: torch.Tensor, batch: AlignedBatch) -> torch.Tensor:
    """Softmax loss of words and pieces, both ways, and a loss per pair of words.

    `states`: (2n, length, width) of the last layer, English sentences first.
    """
    pairs = len(states) // 2
    pools = one_hot(batch.word + 1)[:, :, 1:].float()
    sizes = pools.sum(1)
    words = normalize(pools.transpose(1, 2) @ states / sizes.clamp(min=1)[:, :, None], dim=-1)
    present = sizes > 0
    linked = torch.zeros(pairs, words.shape[1], words.shape[1])
    linked[tuple(batch.links)] = 1.0
    cosines = words[:pairs] @ words[pairs:].transpose(1, 2)
    by_word = _two_way(cosines, present[:pairs], present[pairs:], linked)
    parts = normalize(states, dim=-1)
    spread = pools[:pairs] @ linked @ pools[pairs:].transpose(1, 2)
    there = batch.word >= 0
    between = parts[:pairs] @ parts[pairs:].transpose(1, 2)
    by_piece = _two_way(between, there[:pairs], there[pairs:], spread)
    return (by_word + by_piece) / 2 + ABSOLUTE * _each(
        cosines, present[:pairs, :, None] & present[pairs:, None, :], linked
    )


def _two_way(
    cosines: torch.Tensor, left: torch.Tensor, right: torch.Tensor, linked: torch.Tensor
) -> torch.Tensor:
    """Cross-entropy of the links among all words of the other side, both ways."""
    loss = cosines.new_zeros(())
    for real, dim in ((right[:, None, :], 2), (left[:, :, None], 1)):
        likely = (cosines / TEMPERATURE).masked_fill(~real, -1e4).log_softmax(dim)
        weight = linked / linked.sum(dim, keepdim=True).clamp(min=1)
        loss = loss - (likely * weight).sum() / weight.sum().clamp(min=1)
    return loss / 2


def _each(cosines: torch.Tensor, real: torch.Tensor, linked: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy of all word pairs, per link."""
    logits = SLOPE * (cosines - BORDER)
    each = binary_cross_entropy_with_logits(logits, linked, reduction="none")
    return (each * real).sum() / linked.sum().clamp(min=1)
