"""Gold files, and prediction files put beside them row by row."""

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
    """What a gold file holds.

    Attributes:
        rows: pairs with gold spans on the target side; there is at least one.
        ids: for every row of the file the id of its pair, ``None`` where it is not used.
        bad_rows: rows that cannot be used.
    """

    rows: tuple[PairRow, ...]
    ids: tuple[str | None, ...]
    bad_rows: tuple[RowError, ...]


@dataclass(frozen=True, slots=True)
class PredictionFile:
    """Predictions beside the gold pairs.

    Attributes:
        predicted: the prediction of each gold row, ``None`` where there is none.
        missing: ids of gold pairs that were not predicted.
        unknown: predicted ids that are no gold pair; they are not scored.
        bad_rows: rows that cannot be used.
    """

    predicted: tuple[Predicted | None, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    bad_rows: tuple[RowError, ...]


def read_gold_rows(path: Path) -> GoldFile:
    """Read a pair file for its gold.

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
    found, bad_rows = read_predictions(path)
    _check_units(rows, found, path)
    ids = [row.pair.id for row in rows]
    return PredictionFile(
        tuple(found.get(own) for own in ids),
        tuple(own for own in ids if own not in found),
        tuple(sorted(set(found) - set(ids))),
        tuple(bad_rows),
    )


def _check_units(rows: Sequence[PairRow], found: Mapping[str, Predicted], path: Path) -> None:
    for row in rows:
        own = found.get(row.pair.id)
        if own is not None and own.unit == "tokens" and row.unit == "characters":
            raise InputError(f"{path}: {own.id!r} counts tokens, but the gold counts characters; "
                             "predict on the gold file itself")
