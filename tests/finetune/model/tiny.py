"""Tiny random models in float64, and batches for them.

Weights are far from small, so that every layer, position and padding token matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import torch
from hypothesis import strategies as st
from torch import Tensor, nn
from transformers import XLMRobertaConfig, XLMRobertaModel

PAD = 1
LAYERS = 4

Model = TypeVar("Model", bound=nn.Module)


def config(**changes: object) -> XLMRobertaConfig:
    sizes = {
        "vocab_size": 200, "hidden_size": 32, "num_hidden_layers": LAYERS, "num_attention_heads": 4,
        "intermediate_size": 48, "max_position_embeddings": 80, "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
    }  # fmt: skip
    return XLMRobertaConfig(**(sizes | changes))


def randomized(model: Model, seed: int = 0) -> Model:
    generator = torch.Generator().manual_seed(seed)
    model.double().eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(0.3 * torch.randn(weight.shape, generator=generator, dtype=weight.dtype))
    return model


def encoder(attention: str = "sdpa") -> XLMRobertaModel:
    made = XLMRobertaModel._from_config(
        config(), attn_implementation=attention, add_pooling_layer=False
    )
    return randomized(made)


def pairs(lengths: Sequence[Sequence[int]], seed: int = 0, tail: int = 0) -> Tensor:
    """Ids (B, S, L) of rows with so many tokens per side; ``tail`` more padding than needed.

    Tokens depend on row, side and place alone, not on the padding.
    """
    width = max(map(max, lengths)) + tail
    ids = torch.full((len(lengths), len(lengths[0]), width), PAD)
    for row, own in enumerate(lengths):
        for side, length in enumerate(own):
            generator = torch.Generator().manual_seed(seed * 1000 + row * 2 + side)
            ids[row, side, :length] = torch.randint(3, 200, (length,), generator=generator)
    return ids


def two_sided(shortest_b: int = 1) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Lengths of sides a and b of a few rows."""
    row = st.tuples(st.integers(1, 9), st.integers(shortest_b, 9))
    return st.lists(row, min_size=1, max_size=4)


def fusions() -> st.SearchStrategy[tuple[int, int]]:
    """Numbers of local and fused layers that the tiny encoder can have."""
    numbers = st.tuples(st.integers(0, LAYERS), st.integers(0, LAYERS))
    return numbers.filter(lambda both: sum(both) <= LAYERS)
