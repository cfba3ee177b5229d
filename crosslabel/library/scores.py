"""Scores of projected spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from crosslabel.library.arguments import PLACE, UNCHECKED, checked
from crosslabel.library.pairs import Projected, checked_pairs
from crosslabel.library.places import local_place
from crosslabel.projection.errors import InputError
from crosslabel.projection.evaluation.gold import read_beside, read_gold_rows
from crosslabel.projection.evaluation.report import evaluate, evaluate_predicted
from crosslabel.projection.evaluation.strict import ERROR_KINDS, Score

if TYPE_CHECKING:
    from crosslabel.library.pairs import PairRow
    from crosslabel.library.places import Place


@dataclass(frozen=True, slots=True)
class ProjectionScores:
    """Strict scores of projected spans: boundaries and label must equal those of the gold.

    Attributes:
        precision, recall, f1: over all spans, from 0 to 1.
        labels: counts and scores of each label.
        errors: number of errors by kind: boundary, label, missed, spurious.
        lost: number of given spans without a target, by reason.
    """

    precision: float
    recall: float
    f1: float
    labels: Mapping[str, Score]
    errors: Mapping[str, int]
    lost: Mapping[str, int]


@checked(gold=UNCHECKED)
def projection_scores(
    gold: Sequence[PairRow] | Place, predicted: Sequence[Projected] | Place
) -> ProjectionScores:
    """Measure projected spans against gold spans.

    >>> cl.projection_scores("gold.jsonl", "projected.jsonl").f1

    Args:
        gold: pairs with gold spans (``cl.pair(..., gold=[...])``), or a pair file.
        predicted: results of :meth:`Projector.project` for these pairs, in their order, or a file
            of :meth:`Projector.project_file`.

    Raises:
        InputError: a file cannot be read, a pair has no gold spans, or the numbers differ.
    """
    rows = _gold_rows(gold)
    if isinstance(predicted, Sequence) and not isinstance(predicted, bytes | str):
        _check_results(predicted)
        if len(predicted) != len(rows):
            raise InputError(f"{len(predicted)} results for {len(rows)} gold pairs; give one for "
                             "each, in the same order")
        report = evaluate(rows, [result.projections for result in predicted])
    else:
        file = local_place(_place("predicted", predicted), "a file of predictions")
        report = evaluate_predicted(rows, read_beside(rows, file).predicted)
    evaluation = report.evaluation
    total = evaluation.micro()
    return ProjectionScores(
        total.precision, total.recall, total.f1,
        {label: evaluation.label(label) for label in evaluation.labels()},
        {kind: evaluation.errors[kind] for kind in ERROR_KINDS}, dict(report.lost),
    )


def _check_results(results: Sequence[object]) -> None:
    for number, result in enumerate(results):
        if not isinstance(result, Projected):
            raise InputError(f"predicted: number {number} is a {type(result).__name__}; give the "
                             "results of Projector.project")


def _place(name: str, given: object) -> Place:
    if not PLACE.accepts(given):
        raise InputError(f"{name}: is a {type(given).__name__}; give a list, or the path of a file")
    return cast("Place", given)


def _gold_rows(gold: Sequence[PairRow] | Place) -> Sequence[PairRow]:
    if not isinstance(gold, list | tuple):
        return read_gold_rows(local_place(_place("gold", gold), "a gold file")).rows
    gold = checked_pairs(gold, "gold")
    without = next((row for row in gold if row.gold is None), None)
    if without is not None:
        raise InputError(f"the pair {without.pair.id!r} has no gold spans; give gold=[...] to "
                         "pair, [] if there are none")
    return gold
