"""Spans whose target is known beyond doubt, on the pairs that weights may be fitted on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.paths import DATA
from benchmarks.projection.projection_sets import usable_rows
from crosslabel.projection.files.pairs import Labelled, PairRow
from crosslabel.projection.interface import Range, TextPair
from crosslabel.projection.joint.units import FragmentUnit, words_within
from crosslabel.projection.targets.ngram_prior import log_shares
from crosslabel.projection.targets.ngrams import Ngrams
from training.calibrator.fitting_rows import is_fitted

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_RIDGE = 1.0


@dataclass(frozen=True)
class KnownTargets:
    """Units of some pairs, and the target words of each unit.

    The units are spans of one fragment whose label occurs once on each side.
    """

    name: str
    pairs: list[TextPair]
    units: list[FragmentUnit]
    targets: list[Range]

    def rows(self, runs: Ngrams) -> Integers:
        """Return (units,) the number of the run that is each unit's target, -1 if none is."""
        numbers = np.full(len(self.units), -1)
        wanted = np.array(self.targets)[runs.unit]
        right = np.flatnonzero((runs.first == wanted[:, 0]) & (runs.end == wanted[:, 1]))
        numbers[runs.unit[right]] = right
        return numbers


def known_targets(name: str) -> KnownTargets:
    """Return the units of a set, for example ``xsid.en-de``."""
    known = KnownTargets(name, [], [], [])
    for row in usable_rows(DATA / "projection" / f"{name}.jsonl.gz"):
        if is_fitted(name.partition(".")[0], row):
            _add(known, row)
    return known


def _add(known: KnownTargets, row: PairRow) -> None:
    gold = {span.label: span for span in row.gold or ()}
    ours, theirs = (
        Counter(span.label for span in side) for side in (row.pair.spans, row.gold or ())
    )
    for number, span in enumerate(row.pair.spans):
        if ours[span.label] != 1 or theirs[span.label] != 1 or len(span.fragments) != 1:
            continue
        words = words_within(span.fragments[0], row.pair.source.words)
        target = _words(row, gold[span.label])
        if words is not None and target is not None:
            known.units.append(FragmentUnit(len(known.pairs), number, *words))
            known.targets.append(target)
    known.pairs.append(row.pair)


def _words(row: PairRow, span: Labelled) -> Range | None:
    if len(span.fragments) != 1:
        return None
    if row.unit == "tokens":
        return span.fragments[0]
    return words_within(span.fragments[0], row.pair.target.words)


@dataclass(frozen=True)
class Choices:
    """Columns of facts on runs, and the right run of each unit (-1 if none is)."""

    columns: Floats
    unit: Integers
    right: Integers

    def best(self, weights: Floats, most: int = 1) -> float:
        """Return the share of units whose target is among the first ``most`` runs."""
        scores = self.columns @ weights
        there = self.right[self.right >= 0]
        gold = np.full(len(self.right), np.inf)
        gold[self.unit[there]] = scores[there]
        better = np.bincount(self.unit[scores > gold[self.unit]], minlength=len(self.right))
        return round(float(np.mean((self.right >= 0) & (better < most))), 4)


def fitted(sets: Sequence[Choices]) -> Floats:
    """Fit the weights that make the right runs likeliest, by a conditional logistic model."""
    columns = np.concatenate([choices.columns for choices in sets])
    units = np.cumsum([0, *(len(choices.right) for choices in sets)])
    rows = np.cumsum([0, *(len(choices.unit) for choices in sets)])
    unit = np.concatenate([choices.unit + n for choices, n in zip(sets, units, strict=False)])
    right = np.concatenate([
        choices.right[choices.right >= 0] + n for choices, n in zip(sets, rows, strict=False)
    ])
    counted = np.isin(unit, unit[right])
    scale = columns.std(axis=0)

    def loss(weights: Floats) -> tuple[float, Floats]:
        shares = log_shares(columns / scale @ weights, unit)
        slope = np.where(counted, np.exp(shares), 0.0)
        slope[right] -= 1.0
        penalty = 0.5 * _RIDGE * float(weights @ weights)
        return penalty - float(shares[right].sum()), slope @ columns / scale + _RIDGE * weights

    solution = minimize(loss, np.zeros(columns.shape[1]), jac=True, method="L-BFGS-B")
    weights: Floats = solution.x / scale
    return weights
