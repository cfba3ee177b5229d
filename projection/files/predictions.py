"""Prediction files: projected spans in the unit of the pair file, one JSON row per pair.

A row is ``{"id", "unit", "spans": [...]}``; a span is ``{"start", "end", "label", "source_span",
"score", "probability", "status", "reason"}``, with ``start`` and ``end`` null if there is no target
and all ``fragments`` if there are several. A pair that could not be used is ``{"id", "row",
"error"}``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.jsonl import RowError, rows
from crosslabel.projection.files.pairs import Labelled, PairRow, Unit
from crosslabel.projection.files.row_checks import integer_pair, text_of
from crosslabel.projection.interface import Projection

NO_REASON = "no reason given"
_SCORE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class SpanRow:
    """A predicted span with the scores that its method gives it (see :class:`Projection`)."""

    span: Labelled
    score: float | None = None
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Predicted:
    """The predictions for one pair.

    Attributes:
        id: id of the pair.
        unit: the unit of offsets; ``None`` if the row does not name it and the unit of the pair
            file applies.
        spans: the spans with a target.
        lost: for each of the other spans, why it has no target.
    """

    id: str
    unit: Unit | None
    spans: tuple[SpanRow, ...]
    lost: tuple[str, ...] = ()


def predicted(row: PairRow, projections: Sequence[Projection]) -> Predicted:
    """Return the predictions that reading the :func:`prediction_row` of a pair gives, not rounded.
    """
    projected = [projection for projection in projections if projection.fragments]
    spans = tuple(
        SpanRow(span, projection.raw_score, projection.probability)
        for span, projection in zip(projected_spans(row, projected), projected, strict=True)
    )
    lost = tuple(p.reason or NO_REASON for p in projections if not p.fragments)
    return Predicted(row.pair.id, row.unit, spans, lost)


def prediction_row(row: PairRow, projections: Sequence[Projection]) -> dict[str, Any]:
    """Return the row of a prediction file for one pair."""
    spans = [_span(row, projection) for projection in projections]
    return {"id": row.pair.id, "unit": row.unit, "spans": spans}


def projected_spans(row: PairRow, projections: Sequence[Projection]) -> tuple[Labelled, ...]:
    """Return the spans with a target, in the unit of the row."""
    return tuple(
        Labelled(tuple(row.in_unit(part) for part in projection.fragments), projection.label)
        for projection in projections if projection.fragments
    )


def error_row(error: RowError) -> dict[str, Any]:
    """Return the row of a prediction file for a pair that could not be used."""
    return {"id": error.id, "row": error.row, "error": error.problem}


def _span(row: PairRow, projection: Projection) -> dict[str, Any]:
    fragments = [row.in_unit(fragment) for fragment in projection.fragments]
    score = projection.raw_score
    span: dict[str, Any] = {
        "start": fragments[0][0] if fragments else None,
        "end": fragments[-1][1] if fragments else None,
        "label": projection.label,
        "source_span": int(projection.span_id),
        "score": None if score is None else round(score, _SCORE_DIGITS),
        "probability": projection.probability,
        "status": projection.status,
        "reason": projection.reason,
    }
    if len(fragments) > 1:
        span["fragments"] = [list(fragment) for fragment in fragments]
    return span


def read_predictions(path: Path) -> tuple[dict[str, Predicted], list[RowError]]:
    """Return the predictions by id, and an error for each row without predictions.

    Raises:
        InputError: the file cannot be opened or breaks off.
    """
    by_id: dict[str, Predicted] = {}
    errors: list[RowError] = []
    for number, row in rows(path):
        if isinstance(row, RowError):
            errors.append(row)
            continue
        try:
            predicted = _parse(row)
            if predicted.id in by_id:
                raise InputError(f"the id {predicted.id!r} was predicted before; keep one")
            by_id[predicted.id] = predicted
        except InputError as error:
            given = row.get("id")
            known = given if isinstance(given, str) else None
            errors.append(RowError(path.name, number, str(error), known))
    return by_id, errors


def _parse(row: dict[str, Any]) -> Predicted:
    if "error" in row:
        raise InputError(f"was not projected: {row['error']}")
    unit, spans = row.get("unit"), row.get("spans")
    if unit not in ("tokens", "characters", None):
        raise InputError(f"'unit' must be tokens or characters, not {unit!r}")
    if not isinstance(spans, list) or not all(isinstance(span, dict) for span in spans):
        raise InputError("'spans' must be a list of objects")
    projected = tuple(_predicted_span(span) for span in spans if span.get("start") is not None)
    lost = tuple(_reason(span) for span in spans if span.get("start") is None)
    return Predicted(text_of(row, "id"), unit, projected, lost)


def _predicted_span(span: dict[str, Any]) -> SpanRow:
    probability = _number(span, "probability")
    if probability is not None and not 0 <= probability <= 1:
        raise InputError(f"'probability' must lie between 0 and 1, not {probability}")
    return SpanRow(_labelled(span), _number(span, "score"), probability)


def _labelled(span: dict[str, Any]) -> Labelled:
    given = span.get("fragments", [[span.get("start"), span.get("end")]])
    if not isinstance(given, list) or not given:
        raise InputError("'fragments' must be a list of [start, end]")
    fragments = tuple(sorted(integer_pair(fragment) for fragment in given))
    if any(not 0 <= start < end for start, end in fragments):
        raise InputError(f"not a span: {given}; offsets must rise from 0")
    return Labelled(fragments, text_of(span, "label"))


def _number(span: dict[str, Any], key: str) -> float | None:
    value = span.get(key)
    if value is None:
        return None
    if type(value) not in (int, float) or not abs(value) <= sys.float_info.max:
        raise InputError(f"{key!r} must be a number or null, not {value!r:.60}")
    return float(value)


def _reason(span: dict[str, Any]) -> str:
    reason = span.get("reason")
    return reason if isinstance(reason, str) else NO_REASON
