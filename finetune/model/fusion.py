"""The encoder of FILTER (Fang et al., 2020): XLM-R over both sides of a pair.

Layers ``[0:m]`` (*local*) read each side alone, layers ``[m:m+k]`` (*fused*) read both sides joined
along the sequence axis, the remaining ones (*domain*) read each side alone again. All of them are
the layers of a stock encoder, shared by both sides: there are no additional parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor
from transformers import XLMRobertaModel
from transformers.masking_utils import create_bidirectional_mask, packed_sequence_mask_function

from crosslabel.projection.errors import InputError

_PACKING = ("sdpa", "eager", "flex_attention")


def check_fusion(local: int, fused: int, layers: int) -> None:
    """Refuse numbers of layers that do not fit an encoder with ``layers`` layers.

    Raises:
        InputError: a number is negative, or their sum is more than ``layers``.
    """
    if min(local, fused) < 0 or local + fused > layers:
        raise InputError(f"fusion: {local} local and {fused} fused layers do not fit an encoder "
                         f"with {layers}; neither may be negative, their sum at most {layers}")


def encode_pair(roberta: XLMRobertaModel, input_ids: Tensor, local: int, fused: int) -> Tensor:
    """Return the last hidden states of both sides.

    Masks and positions are derived from the ids: positions restart on each side, padding is never
    attended to. A side of nothing but padding gets finite, meaningless states.

    Args:
        input_ids: (B, S, L) with S of 1 or 2, side a first. With one side this is plain XLM-R.
        local, fused: numbers of layers m and k.

    Returns:
        (B, S, L, H)
    """
    rows, sides, length = input_ids.shape
    real = input_ids != roberta.config.pad_token_id
    states = roberta.embeddings(input_ids.reshape(rows * sides, length))
    alone, joined = (rows * sides, length, -1), (rows, sides * length, -1)
    layers = roberta.encoder.layer
    apart = _padding_mask(roberta, states, real.view(alone[:2]))
    states = _run(layers[:local], states, apart)
    if fused:
        states = states.view(joined)
        together = _padding_mask(roberta, states, real.view(joined[:2]))
        states = _run(layers[local : local + fused], states, together)
    states = _run(layers[local + fused :], states.view(alone), apart)
    return states.view(rows, sides, length, -1)


def encode_packed(
    roberta: XLMRobertaModel,
    input_ids: Tensor,
    positions: Tensor,
    rows: Tensor,
    sides: Tensor,
    local: int,
    fused: int,
) -> Tensor:
    """Return the last hidden states of many rows that are packed into one sequence.

    They equal the states of :func:`encode_pair` for the same rows, without the padding.

    Args:
        input_ids: (1, T)
        positions: (1, T), from ``pad_token_id + 1`` on each side of each row.
        rows: (1, T) number of the row of each token. Padding at the end is a row of its own.
        sides: (1, T) 0 for side a, 1 for side b.

    Returns:
        (1, T, H)

    Raises:
        InputError: the attention implementation cannot separate rows in one sequence.
    """
    if roberta.config._attn_implementation not in _PACKING:
        raise InputError(f"attention {roberta.config._attn_implementation!r} cannot pack rows; "
                         f"load the model with one of: {', '.join(_PACKING)}")
    states = roberta.embeddings(input_ids, position_ids=positions)
    layers = roberta.encoder.layer
    apart = _group_mask(roberta, states, 2 * rows + sides)
    states = _run(layers[:local], states, apart)
    if fused:
        together = _group_mask(roberta, states, rows)
        states = _run(layers[local : local + fused], states, together)
    return _run(layers[local + fused :], states, apart)


def _run(layers: Iterable[torch.nn.Module], states: Tensor, mask: Any) -> Tensor:
    for layer in layers:
        states = layer(states, mask)
    return states


def _padding_mask(roberta: XLMRobertaModel, states: Tensor, real: Tensor) -> Any:
    """Return the mask that hides padding, in the form that the attention implementation needs.

    Args:
        real: (batch, length) whether a token is not padding.
    """
    # A sequence without any real token sees itself: a softmax over nothing is NaN in some kernels,
    # and a NaN goes through a zero attention weight.
    seen = real | ~real.any(dim=-1, keepdim=True)
    return create_bidirectional_mask(roberta.config, states, seen)


def _group_mask(roberta: XLMRobertaModel, states: Tensor, groups: Tensor) -> Any:
    """Return the mask that lets a token see all tokens with its number in ``groups`` (1, T)."""
    same = packed_sequence_mask_function(groups)
    return create_bidirectional_mask(roberta.config, states, None, and_mask_function=same)
