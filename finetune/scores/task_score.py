"""The figures of systems, for people and as JSON."""

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
        interval: its range on resampled examples.
        difference: the figure minus the figure of the first system; ``None`` for the first.
        difference_interval: the range of the difference on the same resampled examples.
    """

    value: float
    interval: Interval
    difference: float | None = None
    difference_interval: Interval | None = None

    def as_values(self) -> dict[str, Any]:
        """Return the figure as JSON values, rounded to 6 digits."""
        values: dict[str, Any] = {"value": round(self.value, _DIGITS),
                                  "interval": self.interval.as_values()}
        if self.difference is None or self.difference_interval is None:
            return values
        return values | {"difference": round(self.difference, _DIGITS),
                         "difference_interval": self.difference_interval.as_values()}


@dataclass(frozen=True, slots=True)
class TaskScore:
    """The figures of one system; the first metric is the main one of the task.

    Attributes:
        languages: by language and metric.
        mean: over languages, all with the same weight.
        labels: in tagging, by language and label.
        examples: gold examples by language.
        predicted: the rows behind the figures, with the missing, unknown and unusable ones.
        incomplete: in tagging, predicted examples with one or more words that have no tag.
    """

    name: str
    languages: Mapping[str, Mapping[str, Figure]]
    mean: Mapping[str, Figure]
    labels: Mapping[str, Mapping[str, Mapping[str, float]]]
    examples: Mapping[str, int]
    predicted: TaskPredictions
    incomplete: tuple[Key, ...] = ()

    def as_values(self) -> dict[str, Any]:
        """Return all figures as JSON values, rounded to 6 digits."""
        values: dict[str, Any] = {
            "name": self.name,
            "examples": dict(self.examples),
            "languages": {lang: _values(figures) for lang, figures in self.languages.items()},
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
    """Systems on the same gold labels, in the given order; the others are compared with the first.

    Attributes:
        samples, seed: of the bootstrap.
    """

    task: Task
    systems: tuple[TaskScore, ...]
    samples: int
    seed: int

    def as_values(self) -> dict[str, Any]:
        """Return all figures as JSON values."""
        return {
            "task": self.task,
            "bootstrap": {"samples": self.samples, "seed": self.seed, "level": LEVEL},
            "systems": [system.as_values() for system in self.systems],
        }
