"""Guided attention: which source piece a target piece probably comes from.

Vectors in which linked pieces are similar (`piece_vectors.piece_vectors`) stand in for an
aligner, so swapped names, templates and joined sentences need no links of their own. Names are
linked because equal pieces have equal vectors.
"""

import torch
from torch.nn.functional import normalize, pad

CONFIDENT = 0.5
"""Similarity above which a target piece takes part."""
_SHARPNESS = 8.0
_NEIGHBOURS = 0.5


class Guide:
    """A loss that compares cross-attention with the similarity of pieces."""

    def __init__(self, vectors: torch.Tensor) -> None:
        """Normalise `vectors`: (vocabulary, width)."""
        self._vectors = normalize(vectors, dim=-1)

    def loss(
        self, attention: torch.Tensor, source: torch.Tensor, target: torch.Tensor, padding: int
    ) -> torch.Tensor:
        """Return the cross-entropy of the attention.

        `attention`: (n, target, source), of the states that predict the target pieces.
        """
        near = self._vectors[target] @ self._vectors[source].transpose(1, 2)
        before = pad(near[:, :-1, :-1], (1, 0, 1, 0))
        after = pad(near[:, 1:, 1:], (0, 1, 0, 1))
        score = near + _NEIGHBOURS * (before + after)
        score = score.masked_fill((source == padding)[:, None, :], -9.0)
        wanted = (score * _SHARPNESS).softmax(-1)
        sure = (near.max(-1).values > CONFIDENT) & (target != padding)
        each = -(wanted * attention.float().clamp(min=1e-6).log()).sum(-1)
        return (each * sure).sum() / sure.sum().clamp(min=1)
