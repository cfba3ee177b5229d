"""The input of a model: one dictionary of tensors per task.

B rows, S sides (1 or 2; side a first), L tokens of the longest side, C classes. Everything but
``input_ids`` is optional: a term of the loss whose tensors are absent is left out. Masks and
positions are derived from ``input_ids``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Required, TypedDict

if TYPE_CHECKING:
    from torch import Tensor


class SequenceBatch(TypedDict, total=False):
    """Rows with one label, or one value (regression), per side.

    Attributes:
        input_ids: (B, S, L) int64
        a_labels, b_labels: (B,) int64; -100 = none
        a_values, b_values: (B,) float32; NaN = none
        a_soft: (B, C) float32 log-probabilities at temperature 1; regression (B, 1): values
        soft_mask: (B,) bool, whether the row has a soft label
    """

    input_ids: Required[Tensor]
    a_labels: Tensor
    b_labels: Tensor
    a_values: Tensor
    b_values: Tensor
    a_soft: Tensor
    soft_mask: Tensor


class TokenBatch(TypedDict, total=False):
    """Rows with a label per token.

    Attributes:
        input_ids: (B, S, L) int64
        a_labels, b_labels: (B, L) int64; -100 = none
        a_weights: (B, L) float32, how much the label of a token on side a counts
        a_soft: (B, L, C) float32 log-probabilities at temperature 1
        soft_mask: (B, L) bool, which tokens have a soft label
    """

    input_ids: Required[Tensor]
    a_labels: Tensor
    b_labels: Tensor
    a_weights: Tensor
    a_soft: Tensor
    soft_mask: Tensor


class QABatch(TypedDict, total=False):
    """Windows with an answer per side.

    Attributes:
        input_ids: (B, S, L) int64
        a_start, a_end, b_start, b_end: (B,) int64 first and last token; 0 = the window has no
            answer, -100 = unknown
        a_context, b_context: (B, 2) int64 tokens ``[begin, end)`` of the context
        a_soft_start, a_soft_end: (B, L) float32 log-probabilities at temperature 1; only
            position 0 and the context are read
        soft_mask: (B,) bool, whether the row has soft labels
    """

    input_ids: Required[Tensor]
    a_start: Tensor
    a_end: Tensor
    b_start: Tensor
    b_end: Tensor
    a_context: Tensor
    b_context: Tensor
    a_soft_start: Tensor
    a_soft_end: Tensor
    soft_mask: Tensor
