"""The loss that makes linked words similar and other words different."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, normalize, one_hot

from training.encoder.aligned_batches import AlignedBatch, Links

TEMPERATURE = 0.1
"""Cosines are divided by this before the softmax."""
BORDER, SLOPE = 0.4, 8.0
"""Cosine that separates linked from other words, and how sharply."""
ABSOLUTE = 0.5
"""Weight of the loss that looks at each pair of words by itself."""


def alignment_loss(states: torch.Tensor, batch: AlignedBatch, links: Links) -> torch.Tensor:
    """Return the softmax loss of words and pieces, both ways, plus a loss per pair of words.

    Pairs of words that are linked in one direction only count neither as linked nor as not linked.
    `states`: (2n, length, width) of one layer, English sentences first.
    """
    pairs = len(states) // 2
    pools = one_hot(batch.word + 1)[:, :, 1:].float()
    sizes = pools.sum(1)
    words = normalize(pools.transpose(1, 2) @ states / sizes.clamp(min=1)[:, :, None], dim=-1)
    present = sizes > 0
    linked, unsure = (
        states.new_zeros(pairs, words.shape[1], words.shape[1]).index_put(tuple(places), filled)
        for places, filled in ((kind, states.new_ones(())) for kind in (links.true, links.possible))
    )
    cosines = words[:pairs] @ words[pairs:].transpose(1, 2)
    real = present[:pairs, :, None] & present[pairs:, None, :] & (unsure == 0)
    by_word = _two_way(cosines, real, linked)
    parts = normalize(states, dim=-1)
    spread, doubt = (
        pools[:pairs] @ table @ pools[pairs:].transpose(1, 2) for table in (linked, unsure)
    )
    there = batch.word >= 0
    between = parts[:pairs] @ parts[pairs:].transpose(1, 2)
    among = there[:pairs, :, None] & there[pairs:, None, :] & (doubt == 0)
    by_piece = _two_way(between, among, spread)
    return (by_word + by_piece) / 2 + ABSOLUTE * _each(cosines, real, linked)


def _two_way(cosines: torch.Tensor, real: torch.Tensor, linked: torch.Tensor) -> torch.Tensor:
    """Return the cross-entropy of the links among all words of the other side, both ways."""
    loss = cosines.new_zeros(())
    likely_pairs = (cosines / TEMPERATURE).masked_fill(~real, -1e4)
    for dim in (2, 1):
        likely = likely_pairs.log_softmax(dim)
        weight = linked / linked.sum(dim, keepdim=True).clamp(min=1)
        loss = loss - (likely * weight).sum() / weight.sum().clamp(min=1)
    return loss / 2


def _each(cosines: torch.Tensor, real: torch.Tensor, linked: torch.Tensor) -> torch.Tensor:
    """Return the binary cross-entropy of all word pairs, per link."""
    logits = SLOPE * (cosines - BORDER)
    each = binary_cross_entropy_with_logits(logits, linked, reduction="none")
    return (each * real).sum() / linked.sum().clamp(min=1)
