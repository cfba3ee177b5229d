"""Trained models, checked against the features that they read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crosslabel.finetune.sidecar import Sidecar
from crosslabel.finetune.tokenizer import check_tokenizer, tokenizer_facts
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def load_for(folder: Path, sidecar: Sidecar) -> PreTrainedModel:
    """Load the model in a folder, on the CPU, ready to predict on features.

    Raises:
        InputError: it is not a trained model, or has another tokenizer or other labels.
    """
    from crosslabel.finetune.model.loading import load_trained

    check_tokenizer(sidecar.tokenizer, tokenizer_facts(str(folder)))
    model = load_trained(folder)
    if sidecar.labels and labels_of(model) != sidecar.labels:
        raise InputError(f"{folder}: its labels are {', '.join(labels_of(model))}, the features "
                         f"have {', '.join(sidecar.labels)}; train it on features of this kind")
    return model


def labels_of(model: PreTrainedModel) -> tuple[str, ...]:
    """Return the class names of a model in the order of their numbers."""
    return tuple(model.config.id2label[number] for number in range(model.config.num_labels))
