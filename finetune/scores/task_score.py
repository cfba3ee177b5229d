"""Figures of systems, for people and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crosslabel.finetune.schema import Task
from crosslabel.finetune.scores.gold import Key
from crosslabel.finetune.scores.predicted import TaskPredictions
from crosslabel.projection.evaluation.bootstrap import LEVEL, Interval

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one system.

    Attributes:
        value: a share of 1, or a correlation.
        interval: where it lies on resampled examples.
        difference: the figure minus that of the first system; ``None`` for the first.
        difference_interval: where that lies on the same resampled examples.
    """

    value: float
    interval: Interval
    difference: float | None = None
    difference_interval: Interval | None = None

    def as_values(self) -> dict[str, Any]:
        """As JSON values, rounded to 6 digits."""
        values: dict[str, Any] = {"value": round(self.value, _DIGITS),
                                  "interval": self.interval.as_values()}
        if self.difference is None or self.difference_interval is None:
            return values
        return values | {"difference": round(self.difference, _DIGITS),
                         "difference_interval": self.difference_interval.as_values()}


@dataclass(frozen=True, slots=True)
class TaskScore:
    """Figures of one system; the first metric is the one that the task is known by.

    Attributes:
        languages: by language and metric.
        mean: over languages, each counting the same.
        labels: in tagging, by language and label.
        examples: gold examples by language.
        predicted: the rows behind it: which are missing, unknown or unusable.
        incomplete: in tagging, examples that were predicted, but not all of their words.
    """

    name: str
    languages: Mapping[str, Mapping[str, Figure]]
    mean: Mapping[str, Figure]
    labels: Mapping[str, Mapping[str, Mapping[str, float]]]
    examples: Mapping[str, int]
    predicted: TaskPredictions
    incomplete: tuple[Key, ...] = ()

    def as_values(self) -> dict[str, Any]:
        """All figures as JSON values, rounded to 6 digits."""
        values: dict[str, Any] = {
            "name": self.name,
            "examples": dict(self.examples),
            "languages": {lang: _values(own) for lang, own in self.languages.items()},
            "mean": _values(self.mean),
            "missing": [list(key) for key in self.predicted.missing],
            "incomplete": [list(key) for key in self.incomplete],
            "unknown": [list(key) for key in self.predicted.unknown],
            "bad_rows": [str(error) for error in self.predicted.bad_rows],
        }
        if self.labels:
            values["labels"] = {
                lang: {label: {name: round(figure, _DIGITS) for name, figure in figures.items()}
                       for label, figures in labels.items()}
                for lang, labels in self.labels.items()
            }
        return values


def _values(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: figure.as_values() for name, figure in figures.items()}


@dataclass(frozen=True, slots=True)
class TaskComparison:
    """Systems on the same gold, in the order given; the first is the one compared with.

    Attributes:
        samples, seed: of the bootstrap.
    """

    task: Task
    systems: tuple[TaskScore, ...]
    samples: int
    seed: int

    def as_values(self) -> dict[str, Any]:
        """All figures as JSON values."""
        return {
            "task": self.task,
            "bootstrap": {"samples": self.samples, "seed": self.seed, "level": LEVEL},
            "systems": [system.as_values() for system in self.systems],
        }
