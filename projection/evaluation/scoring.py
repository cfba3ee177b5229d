"""Strict counts of one system as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from projection.evaluation.report import rates
from projection.evaluation.strict import ERROR_KINDS, Evaluation
from projection.files.jsonl import RowError


@dataclass(frozen=True, slots=True)
class FileScore:
    """Strict counts with what of the two files does not match (see :mod:`.gold`)."""

    evaluation: Evaluation
    pairs: int
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    bad_rows: tuple[RowError, ...]


def as_values(score: FileScore) -> dict[str, Any]:
    """The outcome as JSON values; rates are shares of 1, rounded to 6 digits."""
    evaluation = score.evaluation
    return {
        "pairs": score.pairs,
        "micro": rates(evaluation.micro()),
        "labels": {label: rates(evaluation.label(label)) for label in evaluation.labels()},
        "errors": {kind: evaluation.errors[kind] for kind in ERROR_KINDS},
        "ceiling": rates(evaluation.ceiling()),
        "missing": list(score.missing),
        "unknown": list(score.unknown),
        "bad_rows": [str(error) for error in score.bad_rows],
    }
