"""A segment and its translation as the check for ruins sees them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Judged:
    """A segment with its translation.

    Attributes:
        human: what a person wrote, which is what the model was given.
        machine: the translation.
        score: mean log-probability per token that the model gave it; ``None`` if it gave none.
    """

    human: str
    machine: str
    score: float | None = None
