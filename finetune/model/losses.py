"""Losses of FILTER (Fang et al., 2020): given labels on both sides, soft labels on side a.

``loss = b * hard_b + (1 - soft) * a * hard_a + soft * soft_a``. Each term is a mean over its own
valid items, so that no row depends on the rest of its batch; a term without valid items is 0. All
are computed in float32.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from crosslabel.finetune.schema import IGNORE
from crosslabel.projection.errors import InputError


@dataclass(frozen=True, slots=True)
class LossWeights:
    """The weights of the terms of the loss.

    Attributes:
        b: weight of the given labels of side b.
        soft: share of the soft labels on side a; the given labels there get the rest.
        temperature: divides the logits of teacher and student under the soft labels.
        a: weight of the given labels of side a, before ``soft`` takes its share.

    Raises:
        InputError: a number is out of range.
    """

    b: float = 1.0
    soft: float = 0.0
    temperature: float = 1.0
    a: float = 1.0

    def __post_init__(self) -> None:
        if not (self.a >= 0 and self.b >= 0 and 0 <= self.soft <= 1 and self.temperature > 0):
            raise InputError(f"loss weights: {self}: a and b may not be negative, soft is between "
                             "0 and 1, temperature above 0")


@dataclass(frozen=True, slots=True)
class LossTerms:
    """The loss and its unweighted terms, each a float32 scalar."""

    total: Tensor
    hard_a: Tensor
    hard_b: Tensor
    soft_a: Tensor


def combine(
    weights: LossWeights, hard_a: Tensor | None, hard_b: Tensor | None, soft_a: Tensor | None
) -> LossTerms | None:
    """Return the weighted sum of the terms, or ``None`` if all are ``None``.

    A single term that is ``None`` counts as 0.
    """
    known = next((term for term in (hard_a, hard_b, soft_a) if term is not None), None)
    if known is None:
        return None
    zero = known.new_zeros(())
    term_a, term_b, taught = (zero if term is None else term for term in (hard_a, hard_b, soft_a))
    given = weights.b * term_b + (1 - weights.soft) * weights.a * term_a
    return LossTerms(given + weights.soft * taught, term_a, term_b, taught)


def hard_loss(logits: Tensor, labels: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return the mean cross entropy over the items that have a label.

    Args:
        logits: (..., C)
        labels: (...) class numbers; -100 = none.
        weights: (...) factor of each item. The sum is divided by the number of labelled items, not
            by the sum of weights: items that count little make the whole term count little.
    """
    losses = functional.cross_entropy(
        logits.float().flatten(0, -2), labels.flatten(), ignore_index=IGNORE, reduction="none"
    )
    if weights is not None:
        losses = losses * weights.flatten()
    return _mean(losses, labels.flatten() != IGNORE)


def hard_answer_loss(starts: Tensor, ends: Tensor, start: Tensor, end: Tensor) -> Tensor:
    """Return the mean of the cross entropies of start and end.

    Args:
        starts, ends: (B, L) logits.
        start, end: (B,) positions; -100 = unknown.
    """
    return (hard_loss(starts, start) + hard_loss(ends, end)) / 2


def squared_loss(outputs: Tensor, values: Tensor) -> Tensor:
    """Return the mean squared error over the items that have a value.

    Args:
        outputs, values: (B,); values are NaN if missing.
    """
    known = ~values.isnan()
    return _mean((outputs.float() - values.where(known, 0)).square(), known)


def soft_loss(logits: Tensor, soft: Tensor, mask: Tensor, temperature: float) -> Tensor:
    """Return the mean of ``T² · KL(teacher ‖ student)``, both at temperature T, over ``mask``.

    Outcomes that have probability 0 for the teacher add nothing, whatever the student predicts.

    Args:
        logits: (..., C) of the student.
        soft: (..., C) log-probabilities of the teacher at temperature 1; they may be ``-inf``.
        mask: (...) which items have a soft label.
    """
    given = soft.float().where(mask.unsqueeze(-1), 0)
    teacher = torch.log_softmax(given / temperature, dim=-1)
    student = torch.log_softmax(logits.float() / temperature, dim=-1)
    likely = teacher.exp()
    divergence = torch.where(likely > 0, likely * (teacher - student), 0).sum(dim=-1)
    return temperature**2 * _mean(divergence, mask)


def soft_answer_loss(
    starts: Tensor, ends: Tensor, soft_start: Tensor, soft_end: Tensor,
    allowed: Tensor, mask: Tensor, temperature: float,
) -> Tensor:  # fmt: skip
    """Return the mean of the soft losses of start and end over the possible positions.

    Args:
        starts, ends: (B, L) logits of the student.
        soft_start, soft_end: (B, L) log-probabilities of the teacher.
        allowed: (B, L) positions that can be an answer; others are not outcomes.
        mask: (B,) which rows have soft labels.
    """
    start = soft_loss(starts, soft_start.masked_fill(~allowed, -torch.inf), mask, temperature)
    end = soft_loss(ends, soft_end.masked_fill(~allowed, -torch.inf), mask, temperature)
    return (start + end) / 2


def _mean(losses: Tensor, valid: Tensor) -> Tensor:
    return losses.where(valid, 0).sum() / valid.sum().clamp(min=1)
