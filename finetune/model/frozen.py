"""Weights that training leaves as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Frozen = Literal["word_embeddings"]
"""Names of parts of a model that can be frozen."""


def freeze(model: PreTrainedModel, part: Frozen) -> None:
    """Leave a part of a student out of the gradients, and so out of the optimizer.

    What is saved does not change: frozen weights are saved like the others.
    """
    parts = {"word_embeddings": model.get_input_embeddings()}
    parts[part].requires_grad_(False)


def frozen_weights(model: PreTrainedModel) -> set[str]:
    """Return the names of the weights of a model that are frozen."""
    return {name for name, weight in model.named_parameters() if not weight.requires_grad}
