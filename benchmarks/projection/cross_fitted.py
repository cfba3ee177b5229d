"""Calibrators that were fitted without the sentences they judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.projection.projection_sets import GoldSet
from crosslabel.pipeline.storage.shipped import CALIBRATOR
from crosslabel.projection.files.pairs import PairRow
from crosslabel.projection.interface import Projection, Projector
from crosslabel.projection.joint.calibrator import Calibrator
from training.calibrator.fitting_rows import PUD_FOLDS, pud_fold

FITTED = "uner-pud"
"""The set of whose sentences the shipped calibrator has seen the labels."""

Make = Callable[[Calibrator], Projector]


class CrossFitted:
    """The shipped calibrator, and those fitted without one fold of PUD sentences each.

    Args:
        folder: what `python -m training.calibrator.calibrator --left-out FOLDER` writes.
    """

    def __init__(self, folder: Path) -> None:
        self._shipped = Calibrator.load(CALIBRATOR)
        self._folds = [Calibrator.load(folder / f"pud-{fold}.json") for fold in range(PUD_FOLDS)]

    def projecting(
        self, gold: GoldSet, make: Make
    ) -> Callable[[Sequence[PairRow]], list[list[Projection]]]:
        """Return a function that projects the rows of a set, none by weights that have seen it.

        Args:
            make: returns the projector with a calibrator.
        """
        if not gold.name.startswith(FITTED):
            shipped = make(self._shipped)
            return lambda rows: shipped.project([row.pair for row in rows])
        folds = [make(calibrator) for calibrator in self._folds]
        return lambda rows: _by_fold(folds, rows)


def _by_fold(folds: Sequence[Projector], rows: Sequence[PairRow]) -> list[list[Projection]]:
    projections: list[list[Projection]] = [[] for _ in rows]
    for fold, projector in enumerate(folds):
        numbers = [n for n, row in enumerate(rows) if pud_fold(row.pair.id) == fold]
        projected = projector.project([rows[n].pair for n in numbers])
        for number, result in zip(numbers, projected, strict=True):
            projections[number] = result
    return projections
