"""Names that options offer, without loading what they name."""

from __future__ import annotations

from crosslabel.pipeline.export.export import FORMATS
from crosslabel.pipeline.recipe.methods import CASCADE, METHODS
from crosslabel.pipeline.storage.shipped import ENCODER, MODELS, TRANSLATION_MODEL, names

__all__ = ["CASCADE", "ENCODER", "FORMATS", "METHODS", "TRANSLATION_MODEL", "model_names"]


def model_names() -> list[str]:
    """Return the names of the shipped models."""
    return list(names(MODELS))
