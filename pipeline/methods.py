"""What projection methods need of the one who runs them."""

from __future__ import annotations

from pipeline.link_sources import LEARNING
from pipeline.projectors import CASCADE, METHODS
from pipeline.target_sources import TARGET_SOURCES

_TRAINED = frozenset({CASCADE, "statistical"})
_BY_TRANSLATION_MODEL = frozenset({"translation", *TARGET_SOURCES})
_WITHOUT_ENCODER = frozenset({"statistical", *_BY_TRANSLATION_MODEL})
# Links made elsewhere follow the rows of one file, and a source that learns from the pairs it is
# given would learn from one shard at a time.
_NOT_BY_SHARD = frozenset({"links", *LEARNING}) - _TRAINED

BUILD_METHODS = tuple(method for method in METHODS if method not in _NOT_BY_SHARD)
"""Methods that a recipe can name."""


def needs_aligner(method: str) -> bool:
    """Whether a statistical aligner is trained for it."""
    return method in _TRAINED


def needs_encoder(method: str) -> bool:
    """Whether it reads texts with an encoder of its own, not the translation model's."""
    return method not in _WITHOUT_ENCODER


def needs_translation_model(method: str) -> bool:
    """Whether it asks the recipe's translation model."""
    return method in _BY_TRANSLATION_MODEL


def needs_calibrator(method: str) -> bool:
    """Whether it gives probabilities, so that a precision can be asked for."""
    return method == CASCADE
