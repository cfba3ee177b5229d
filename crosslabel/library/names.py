"""Names that options offer, without loading what they name."""

from __future__ import annotations

from typing import Literal

from crosslabel.pipeline.export.export import FORMATS
from crosslabel.pipeline.recipe.methods import CASCADE, METHODS
from crosslabel.pipeline.storage.shipped import ENCODER, MODELS, TRANSLATION_MODEL, names

__all__ = ["CASCADE", "ENCODER", "FORMATS", "METHODS", "TRANSLATION_MODEL", "DeviceName",
           "model_names"]

DeviceName = Literal["auto", "cpu", "cuda"]


def model_names() -> list[str]:
    """Return the names of the shipped models."""
    return list(names(MODELS))
