"""A prediction file scored against a gold file, and the result as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from projection.errors import InputError
from projection.evaluation.strict import ERROR_KINDS, Evaluation, Score, in_gold_unit
from projection.files.jsonl import RowError
from projection.files.pairs import PairRow, read_pairs
from projection.files.predictions import Predicted, read_predictions


@dataclass(frozen=True, slots=True)
class FileScore:
    """Outcome of an evaluation of files.

    Attributes:
        evaluation: counts over the gold pairs; a pair without prediction counts its gold spans as
            missed.
        pairs: number of gold pairs.
        missing: ids of gold pairs that were not predicted.
        unknown: predicted ids that are no gold pair; they are not scored.
        bad_rows: rows of either file that cannot be used.
    """

    evaluation: Evaluation
    pairs: int
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    bad_rows: tuple[RowError, ...]

    @property
    def complete(self) -> bool:
        """Whether the two files match row by row."""
        return not (self.missing or self.unknown or self.bad_rows)


def score_files(gold: Path, predictions: Path) -> FileScore:
    """Score the predictions for every gold pair.

    Raises:
        InputError: a file cannot be read, or no gold row has target spans.
    """
    predicted, bad_predictions = read_predictions(predictions)
    evaluation = Evaluation()
    missing: list[str] = []
    bad_rows: list[RowError] = []
    rows: list[PairRow] = []
    for row in read_pairs(gold):
        if isinstance(row, RowError):
            bad_rows.append(row)
        elif row.gold is None:
            problem = "the target has no 'spans'; give the gold ones, [] if there are none"
            bad_rows.append(RowError(gold.name, row.row, problem, row.pair.id))
        else:
            rows.append(row)
            if row.pair.id not in predicted:
                missing.append(row.pair.id)
            _add(evaluation, row, predicted.get(row.pair.id))
    if not rows:
        raise InputError(f"{gold}: no row has gold spans on the target side")
    unknown = set(predicted) - {row.pair.id for row in rows}
    return FileScore(
        evaluation, len(rows), tuple(missing), tuple(sorted(unknown)),
        (*bad_rows, *bad_predictions),
    )


def _add(evaluation: Evaluation, row: PairRow, predicted: Predicted | None) -> None:
    spans = in_gold_unit(row, predicted) if predicted else ()
    evaluation.add(row.gold or (), spans, [span.label for span in row.pair.spans])


def as_values(score: FileScore) -> dict[str, Any]:
    """The outcome as JSON values; rates are shares of 1, rounded to 6 digits."""
    evaluation = score.evaluation
    return {
        "pairs": score.pairs,
        "micro": _rates(evaluation.micro()),
        "labels": {label: _rates(evaluation.label(label)) for label in evaluation.labels()},
        "errors": {kind: evaluation.errors[kind] for kind in ERROR_KINDS},
        "ceiling": _rates(evaluation.ceiling()),
        "missing": list(score.missing),
        "unknown": list(score.unknown),
        "bad_rows": [str(error) for error in score.bad_rows],
    }


def _rates(score: Score) -> dict[str, float]:
    rates = {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    counts = {"correct": score.correct, "predicted": score.predicted, "gold": score.gold}
    return {name: round(value, 6) for name, value in rates.items()} | counts
