"""The check for ruined translations in the plan of a build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.quality.ruined.seen_pairs import load_seen_pairs
from crosslabel.pipeline.quality.ruined.thresholds import thresholds_key

VERSION = 1
"""The version of the check's results."""


@dataclass(frozen=True, slots=True)
class RuinedCheck:
    """The planned check.

    Attributes:
        by_model: whether a model translates, so that what it can read counts.
        versions: keys of the thresholds and of the model's piece pairs, if there are any.
    """

    by_model: bool
    versions: tuple[str, ...]

    def key(self) -> tuple[Any, ...]:
        """Return everything that decides which translations are ruined."""
        return VERSION, self.by_model, self.versions


def plan_ruined(translator: Model | None) -> RuinedCheck:
    """Return the check.

    Args:
        translator: ``None`` if translations are given.
    """
    pairs = load_seen_pairs(translator.path) if translator else None
    return RuinedCheck(translator is not None,
                       (thresholds_key(), *((pairs.key,) if pairs else ())))
