"""Fitting of a calibration on gold pairs.

The weights maximise the conditional likelihood of the gold targets under a strong ridge penalty,
without which they overfit the fitting data. A factor and an offset make up for the confidence that
the penalty takes away. These two, the threshold and the precision it reaches come from predictions
for left-out pairs, in folds; whole data sets as folds give the confidence to have on new data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment, minimize

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.pairs import Labelled, PairRow
from crosslabel.projection.interface import Range
from crosslabel.projection.joint.calibrator import Calibration, Weights, conditional
from crosslabel.projection.joint.features import UnitEvidence
from crosslabel.projection.joint.units import words_within

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Near 300 the F1 on each fitting set of weights fitted on the others is highest.
_RIDGE = 300.0
_FOLDS = 3
_ABSENT, _UNREACHABLE = -1, -2
_EXACT, _APART = 20.0, -1e3
_FLATTEST = 1e-6
_THRESHOLDS = np.arange(1, 100) / 100


@dataclass(frozen=True, slots=True)
class Answered:
    """Units with known answers, from one or more sets of pairs.

    Attributes:
        names, absent_names: names of the columns below.
        features: (candidates, features); ``absent``: (units, features).
        unit: (candidates,) unit of each candidate, rising.
        answer: (units,) the right candidate, -1 if there is no target, -2 if the target is none of
            the candidates.
        fold: (units,) units with the same number are left out together.
        gold: number of gold spans, including spans without a source span.
    """

    names: tuple[str, ...]
    absent_names: tuple[str, ...]
    features: Floats
    absent: Floats
    unit: Integers
    answer: Integers
    fold: Integers
    gold: int

    def only(self, chosen: NDArray[np.bool_]) -> Answered:
        """Return some of the units."""
        rows = chosen[self.unit]
        kept = np.cumsum(rows) - 1
        answer = self.answer[chosen]
        moved = np.where(answer >= 0, kept[np.maximum(answer, 0)], answer)
        number = np.cumsum(chosen) - 1
        return Answered(
            self.names, self.absent_names, self.features[rows], self.absent[chosen],
            number[self.unit[rows]], moved, self.fold[chosen], self.gold,
        )


def answered(
    rows: Sequence[PairRow], evidence: UnitEvidence, fold: int | None = None
) -> Answered:
    """Return the units with the right candidate of each.

    Source and gold spans of the same label are matched one to one, as the evidence suggests. Spans
    of several fragments and pairs without gold are left out.

    Args:
        fold: fold of all units; by default one of three by the id of the pair.
    """
    odds = [n for n, name in enumerate(evidence.names) if name.endswith(".odds")]
    worth = evidence.features[:, odds].mean(axis=1)
    answer = np.full(len(evidence.units), _ABSENT)
    used = np.zeros(len(evidence.units), bool)
    by_label: dict[tuple[int, str], list[int]] = {}
    for number, unit in enumerate(evidence.units):
        span = rows[unit.pair].pair.spans[unit.span]
        if rows[unit.pair].gold is not None and len(span.fragments) == 1:
            used[number] = True
            by_label.setdefault((unit.pair, span.label), []).append(number)
    for (pair, label), units in by_label.items():
        gold = [words for span in rows[pair].gold or () if span.label == label
                and (words := _gold_words(rows[pair], span)) is not None]
        _match(units, gold, evidence, worth, answer)
    folds = np.array([
        _fold(rows[unit.pair].pair.id) if fold is None else fold for unit in evidence.units
    ])
    everything = Answered(
        evidence.names, evidence.absent_names, evidence.features, evidence.absent,
        evidence.candidates.unit, answer, folds, sum(len(row.gold or ()) for row in rows),
    )
    return everything.only(used)


def joined(parts: Sequence[Answered]) -> Answered:
    """Return several sets as one."""
    units = np.cumsum([0, *(len(part.answer) for part in parts)])
    rows = np.cumsum([0, *(len(part.unit) for part in parts)])
    answers = [
        np.where(part.answer >= 0, part.answer + begin, part.answer)
        for part, begin in zip(parts, rows, strict=False)
    ]
    return Answered(
        parts[0].names, parts[0].absent_names,
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.absent for part in parts]),
        np.concatenate([part.unit + n for part, n in zip(parts, units, strict=False)]),
        np.concatenate(answers), np.concatenate([part.fold for part in parts]),
        sum(part.gold for part in parts),
    )


def fit(data: Answered) -> Calibration:
    """Return the calibration fitted on all units.

    The factor, the offset, the threshold and the precision come from units left out in turn.

    Raises:
        InputError: all units are in one fold.
    """
    factor, offset, best, right = _left_out(data)
    candidate, absent = _weights(data)
    threshold, precision = _thresholds(best, right, data.gold)
    return Calibration(
        candidate.scaled(factor), absent.scaled(factor, offset), threshold, precision
    )


def f1_left_out(data: Answered) -> dict[int, float]:
    """Return the F1 on each fold of weights fitted on the other folds, with one threshold for all.

    Raises:
        InputError: all units are in one fold.
    """
    _, _, best, right = _left_out(data)
    threshold, _ = _thresholds(best, right, data.gold)
    predicted, there = best >= threshold, data.answer != _ABSENT
    scores = {}
    for fold in np.unique(data.fold).tolist():
        inside = data.fold == fold
        correct = int((inside & predicted & right).sum())
        total = int((inside & predicted).sum() + (inside & there).sum())
        scores[fold] = 2 * correct / max(total, 1)
    return scores


def _left_out(data: Answered) -> tuple[float, float, Floats, NDArray[np.bool_]]:
    """Return the confidence of weights in units they have not seen, and their predictions for them.

    Returns:
        The factor and offset of :func:`_confidence`; per unit the probability of its best
        candidate, and whether that candidate is right.
    """
    if len(np.unique(data.fold)) < 2:
        raise InputError("too few gold pairs to fit on, none can be left out; give more")
    scores, absent_scores = np.empty(len(data.unit)), np.empty(len(data.answer))
    for fold in np.unique(data.fold):
        candidate, absent = _weights(data.only(data.fold != fold))
        out = data.fold == fold
        scores[out[data.unit]] = candidate.score(data.names, data.features[out[data.unit]])
        absent_scores[out] = absent.score(data.absent_names, data.absent[out])
    factor, offset = _confidence(data, scores, absent_scores)
    probability, _ = conditional(scores * factor, absent_scores * factor + offset, data.unit)
    best = np.zeros(len(data.answer))
    np.maximum.at(best, data.unit, probability)
    right = np.append(probability, -1.0)[np.where(data.answer >= 0, data.answer, -1)] >= best
    return factor, offset, best, right


def _confidence(data: Answered, scores: Floats, absent: Floats) -> tuple[float, float]:
    """Return the factor for scores and the offset for no target that make the answers likeliest."""
    reachable = data.answer != _UNREACHABLE

    def loss(values: Floats) -> float:
        present, none = conditional(scores * values[0], absent * values[0] + values[1], data.unit)
        given = np.where(data.answer >= 0, np.append(present, 0.0)[data.answer], none)[reachable]
        return -float(np.log(np.maximum(given, 1e-300)).sum())

    factor, offset = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(factor), float(offset)


def _thresholds(
    best: Floats, right: NDArray[np.bool_], gold: int
) -> tuple[float, tuple[tuple[float, float], ...]]:
    """Return the threshold with the highest F1, and the precision reached at each threshold.

    F1 hardly changes over a wide range of thresholds, so its highest value says little about the
    best of them; for probabilities that hold, it is half of the highest F1 (Lipton, Elkan and
    Narayanaswamy 2014, "Optimal Thresholding of Classifiers to Maximize F1 Measure", theorem 1).
    """
    predicted = np.array([(best >= threshold).sum() for threshold in _THRESHOLDS])
    correct = np.array([(right & (best >= threshold)).sum() for threshold in _THRESHOLDS])
    f1 = 2 * correct / np.maximum(predicted + gold, 1)
    precision = np.maximum.accumulate(correct / np.maximum(predicted, 1))
    return round(float(f1.max()) / 2, 2), tuple(
        (float(t), round(float(p), 4)) for t, p in zip(_THRESHOLDS, precision, strict=True)
    )


def _weights(data: Answered) -> tuple[Weights, Weights]:
    data = data.only(data.answer != _UNREACHABLE)
    features, mean, scale = _standard(data.features)
    absent, absent_mean, absent_scale = _standard(data.absent)
    width = features.shape[1]
    there = np.flatnonzero(data.answer >= 0)
    rows = data.answer[there]

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores, none = features @ weights[:width], absent @ weights[width:]
        probability, empty = conditional(scores, none, data.unit)
        given = np.log(np.maximum(probability[rows], 1e-300)).sum()
        given += np.log(np.maximum(empty[data.answer == _ABSENT], 1e-300)).sum()
        probability[rows] -= 1.0
        empty[data.answer == _ABSENT] -= 1.0
        slope = np.concatenate([probability @ features, empty @ absent])
        return (0.5 * _RIDGE * float(weights @ weights) - float(given), slope + _RIDGE * weights)

    start = np.zeros(width + absent.shape[1])
    solution = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x
    return (
        _named(data.names, mean, scale, solution[:width]),
        _named(data.absent_names, absent_mean, absent_scale, solution[width:]),
    )


def _standard(features: Floats) -> tuple[Floats, Floats, Floats]:
    """Return columns with mean 0 and deviation 1; constant columns stay unchanged."""
    scale = features.std(axis=0)
    constant = scale < _FLATTEST
    mean = np.where(constant, 0.0, features.mean(axis=0))
    scale = np.where(constant, 1.0, scale)
    return (features - mean) / scale, mean, scale


def _named(names: tuple[str, ...], mean: Floats, scale: Floats, weight: Floats) -> Weights:
    rounded = [tuple(round(v, 9) for v in part.tolist()) for part in (mean, scale, weight)]
    return Weights(names, rounded[0], rounded[1], rounded[2])


def _gold_words(row: PairRow, span: Labelled) -> Range | None:
    if len(span.fragments) != 1:
        return None
    if row.unit == "tokens":
        return span.fragments[0]
    return words_within(span.fragments[0], row.pair.target.words)


def _match(
    units: Sequence[int], gold: Sequence[Range], evidence: UnitEvidence, worth: Floats,
    answer: Integers,
) -> None:
    """Assign gold targets to the units of one label of one pair."""
    if not gold:
        return
    candidates = evidence.candidates
    gain = np.full((len(units), len(gold)), _APART)
    exact = np.full((len(units), len(gold)), _UNREACHABLE)
    for row, unit in enumerate(units):
        rows = slice(candidates.starts[unit], candidates.starts[unit + 1])
        first, end, value = candidates.first[rows], candidates.end[rows], worth[rows]
        for column, (start, stop) in enumerate(gold):
            same = (first == start) & (end == stop)
            touching = (first < stop) & (start < end)
            gain[row, column] = np.max(
                np.where(same, value + _EXACT, np.where(touching, value, _APART)), initial=_APART
            )
            if same.any():
                exact[row, column] = rows.start + int(same.argmax())
    for row, column in zip(*linear_sum_assignment(-gain), strict=True):
        answer[units[row]] = exact[row, column]


def _fold(pair_id: str) -> int:
    return hashlib.sha256(f"fold {pair_id}".encode()).digest()[0] % _FOLDS
