"""Gold files, and prediction files matched to them row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.jsonl import RowError
from crosslabel.projection.files.pairs import PairRow, read_pairs
from crosslabel.projection.files.predictions import Predicted, read_predictions


@dataclass(frozen=True, slots=True)
class GoldFile:
    """The contents of a gold file.

    Attributes:
        rows: pairs with gold spans on the target side; there is at least one.
        ids: for every row of the file the id of its pair, ``None`` if it is not used.
        bad_rows: rows that cannot be used.
    """

    rows: tuple[PairRow, ...]
    ids: tuple[str | None, ...]
    bad_rows: tuple[RowError, ...]


@dataclass(frozen=True, slots=True)
class PredictionFile:
    """Predictions matched to the gold pairs.

    Attributes:
        predicted: the prediction for each gold row, ``None`` if there is none.
        missing: ids of gold pairs without a prediction.
        unknown: predicted ids that belong to no gold pair; they are not scored.
        bad_rows: rows that cannot be used.
    """

    predicted: tuple[Predicted | None, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    bad_rows: tuple[RowError, ...]


def read_gold_rows(path: Path) -> GoldFile:
    """Read a pair file for its gold spans.

    Raises:
        InputError: the file cannot be read, or no row has target spans.
    """
    read = [_with_gold(row, path) for row in read_pairs(path)]
    rows = tuple(row for row in read if isinstance(row, PairRow))
    if not rows:
        raise InputError(f"{path}: no row has gold spans on the target side")
    ids = tuple(row.pair.id if isinstance(row, PairRow) else None for row in read)
    return GoldFile(rows, ids, tuple(row for row in read if isinstance(row, RowError)))


def _with_gold(row: PairRow | RowError, path: Path) -> PairRow | RowError:
    if isinstance(row, RowError) or row.gold is not None:
        return row
    problem = "the target has no 'spans'; give the gold ones, [] if there are none"
    return RowError(path.name, row.row, problem, row.pair.id)


def read_beside(rows: Sequence[PairRow], path: Path) -> PredictionFile:
    """Read the predictions for gold rows.

    Raises:
        InputError: the file cannot be read, or counts tokens where the gold has none.
    """
    by_id, bad_rows = read_predictions(path)
    _check_units(rows, by_id, path)
    ids = [row.pair.id for row in rows]
    return PredictionFile(
        tuple(by_id.get(pair_id) for pair_id in ids),
        tuple(pair_id for pair_id in ids if pair_id not in by_id),
        tuple(sorted(set(by_id) - set(ids))),
        tuple(bad_rows),
    )


def _check_units(rows: Sequence[PairRow], by_id: Mapping[str, Predicted], path: Path) -> None:
    for row in rows:
        given = by_id.get(row.pair.id)
        if given is not None and given.unit == "tokens" and row.unit == "characters":
            raise InputError(f"{path}: {given.id!r} counts tokens, but the gold counts characters; "
                             "predict on the gold file itself")
