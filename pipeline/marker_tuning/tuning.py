"""The options of a tuning, and its result."""

from __future__ import annotations

from dataclasses import dataclass

from crosslabel.pipeline.aligner.bitext import Bitext
from crosslabel.pipeline.marker_tuning.learning import Budget
from crosslabel.pipeline.marker_tuning.measuring import Measured
from crosslabel.pipeline.models.manifest import Manifest
from crosslabel.projection.errors import InputError
from crosslabel.projection.markers import CONVENTIONS


@dataclass(frozen=True, slots=True)
class Tuning:
    """The options of a tuning.

    Attributes:
        bitexts: texts to learn from, in both directions if the model has both.
        markers: name of a convention (:data:`crosslabel.projection.markers.CONVENTIONS`).
        plain: share of examples without markers.
        learning_rate: highest learning rate.
        device: ``auto``, ``cpu`` or ``cuda``.
        quantization: of the converted weights.
    """

    bitexts: tuple[Bitext, ...]
    budget: Budget
    markers: str = "letters"
    plain: float = 0.5
    seed: int = 0
    learning_rate: float = 5e-5
    device: str = "auto"
    quantization: str = "float16"

    def check(self) -> None:
        """Refuse options that make no sense.

        Raises:
            InputError: the convention is unknown, or a number is out of its range.
        """
        if self.markers not in CONVENTIONS:
            raise InputError(f"markers: {self.markers!r} is none of {', '.join(CONVENTIONS)}")
        if not 0 <= self.plain < 1:
            raise InputError(f"plain: {self.plain} is not a share from 0 to below 1")
        if (self.budget.minutes is None) == (self.budget.steps is None):
            raise InputError("give either minutes or steps")
        if min(self.budget.minutes or 1, self.budget.steps or 1, self.learning_rate) <= 0:
            raise InputError("minutes, steps and the learning rate must be above 0")


@dataclass(frozen=True, slots=True)
class Tuned:
    """A finished model and its measurements before and after, direction by direction."""

    manifest: Manifest
    steps: int
    before: list[Measured]
    after: list[Measured]
