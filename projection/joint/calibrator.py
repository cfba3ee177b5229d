"""The probability per (span, candidate), from a conditional logistic model kept as a JSON file.

The candidates of a unit and *no target* compete: their probabilities are the softmax of linear
scores (conditional logit, McFadden 1974). A calibrator holds one such model per set of link
sources.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.errors import InputError
from crosslabel.projection.joint.features import UnitEvidence

Floats = NDArray[np.float64]

_VERSION = 1
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear score of named features: ``offset + sum(weight * (value - mean) / scale)``."""

    names: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weight: tuple[float, ...]
    offset: float = 0.0

    def score(self, names: tuple[str, ...], features: Floats) -> Floats:
        """Return the score of each row.

        Raises:
            InputError: the weights were fitted on other features.
        """
        if names != self.names:
            raise InputError("the calibrator was fitted on other features; fit it again")
        slope = np.array(self.weight) / np.array(self.scale)
        scores: Floats = features @ slope + (self.offset - float(slope @ np.array(self.mean)))
        return scores

    def scaled(self, factor: float, offset: float = 0.0) -> Weights:
        """Return the weights whose score is the score times a factor, plus an offset."""
        weight = tuple(round(factor * value, _DIGITS) for value in self.weight)
        return replace(self, weight=weight, offset=round(factor * self.offset + offset, _DIGITS))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The model for one set of link sources.

    Attributes:
        candidate, absent: scores of a candidate and of no target.
        threshold: spans less probable than this are not projected; it maximises F1 on the fitting
            data.
        precision: pairs of (threshold, precision at that threshold on the fitting data), rising.
    """

    candidate: Weights
    absent: Weights
    threshold: float
    precision: tuple[tuple[float, float], ...]

    def probabilities(self, evidence: UnitEvidence) -> tuple[Floats, Floats]:
        """Return the probability of each candidate, (candidates,), and of no target, (units,)."""
        scores = self.candidate.score(evidence.names, evidence.features)
        absent = self.absent.score(evidence.absent_names, evidence.absent)
        return conditional(scores, absent, evidence.candidates.unit)

    def threshold_for(self, precision: float | None) -> float:
        """Return the lowest threshold that reached a precision on the fitting data.

        Raises:
            InputError: no threshold reached it.
        """
        if precision is None:
            return self.threshold
        reached = [threshold for threshold, share in self.precision if share >= precision]
        if not reached:
            most = max((share for _, share in self.precision), default=0.0)
            raise InputError(f"precision {precision} was not reached on the fitting data; "
                             f"ask for at most {math.floor(1000 * most) / 1000:.3f}")
        return min(reached)


@dataclass(frozen=True)
class Calibrator:
    """Models by the names of their link sources, joined by ``+``."""

    models: Mapping[str, Calibration]

    def of(self, sources: Iterable[str]) -> Calibration:
        """Return the model for a set of link sources, in order.

        Raises:
            InputError: there is no such model.
        """
        name = "+".join(sources)
        if name not in self.models:
            raise InputError(f"no calibrator is fitted for {name}; "
                             f"there are: {', '.join(sorted(self.models))}")
        return self.models[name]

    @cached_property
    def id(self) -> str:
        """Short name of the contents, the same wherever the file is."""
        return hashlib.sha256(self._dumped()).hexdigest()[:16]

    def save(self, path: Path) -> None:
        """Write the models to a JSON file."""
        path.write_bytes(self._dumped())

    @classmethod
    def load(cls, path: Path) -> Calibrator:
        """Read a file that :meth:`save` wrote.

        Raises:
            InputError: the file is missing, broken or of another version.
        """
        try:
            read = json.loads(path.read_bytes())
            if read["version"] != _VERSION:
                raise ValueError(f"is of version {read['version']}, not {_VERSION}")
            return cls({name: _calibration(model) for name, model in read["models"].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path}: not a calibrator ({error}); fit it again") from error

    def _dumped(self) -> bytes:
        models = {name: asdict(model) for name, model in sorted(self.models.items())}
        return json.dumps({"version": _VERSION, "models": models}, indent=1).encode() + b"\n"


def _calibration(read: dict[str, Any]) -> Calibration:
    candidate, absent = (_weights(read[part]) for part in ("candidate", "absent"))
    return Calibration(candidate, absent, float(read["threshold"]),
                       tuple((float(a), float(b)) for a, b in read["precision"]))


def _weights(read: dict[str, Any]) -> Weights:
    names, mean, scale, weight = (tuple(read[n]) for n in ("names", "mean", "scale", "weight"))
    return Weights(names, mean, scale, weight, float(read["offset"]))


def conditional(
    scores: Floats, absent: Floats, unit: NDArray[np.int64] | Sequence[int]
) -> tuple[Floats, Floats]:
    """Return the softmax over the candidates of each unit and no target.

    Args:
        scores: (candidates,); ``absent``: (units,); ``unit``: (candidates,) the unit of each.

    Returns:
        Probability of each candidate and, per unit, of no target.
    """
    unit = np.asarray(unit)
    most = absent.copy()
    np.maximum.at(most, unit, scores)
    likelihood, none = np.exp(scores - most[unit]), np.exp(absent - most)
    total = none + np.bincount(unit, likelihood, len(absent))
    return likelihood / total[unit], none / total
