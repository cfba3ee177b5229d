"""The loop of a short tuning, with a rate that rises and falls and a budget of minutes or steps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

Batch = TypeVar("Batch", contravariant=True)
_SMOOTHED = 0.98


class Learner(Protocol[Batch]):
    """A model that learns from one batch at a time."""

    def step(self, batch: Batch, rate: float) -> float:
        """Learn with ``rate`` times the highest learning rate and return the loss of the batch."""
        ...


@dataclass(frozen=True, slots=True)
class Budget:
    """The minutes or the steps, whichever is given, after which tuning stops."""

    minutes: float | None = None
    steps: int | None = None

    def used(self, step: int, seconds: float) -> float:
        """Return the share of the budget that is used up."""
        shares = [step / self.steps] if self.steps else []
        shares += [seconds / (60 * self.minutes)] if self.minutes else []
        return max(shares, default=0.0)


@dataclass(frozen=True, slots=True)
class TuningProgress:
    """The state after a step: number of steps, share of the budget used, smoothed loss."""

    step: int
    used: float
    loss: float


def learn(
    learner: Learner[Batch], feed: Iterator[Batch], budget: Budget, warm_up: int
) -> Iterator[TuningProgress]:
    """Learn until the budget is used up; time that the caller takes between steps counts too.

    The rate rises linearly over ``warm_up`` steps and falls linearly with the budget used.
    """
    started, step, loss = time.monotonic(), 0, 0.0
    while (used := budget.used(step, time.monotonic() - started)) < 1:
        now = learner.step(next(feed), min((step + 1) / warm_up, 1.0) * (1 - used))
        loss = _SMOOTHED * loss + (1 - _SMOOTHED) * now if step else now
        step += 1
        yield TuningProgress(step, used, loss)
