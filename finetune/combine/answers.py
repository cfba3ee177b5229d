"""Combination of the answers of several systems to one question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crosslabel.finetune.combine.files import Key, Row
from crosslabel.finetune.combine.opinions import DIGITS, By
from crosslabel.projection.errors import InputError

_ROUNDING = 1e-9
Place = tuple[Any, Any]


def combined_answer(key: Key, rows: Sequence[Row], weights: Sequence[float], by: By) -> Row:
    """Return the answer, a range of characters or none, with the most support.

    With ``mean``, support is the sum of weights times probabilities if all systems give one, else
    the sum of weights; with ``vote`` it is the sum of weights. Of answers with equal support, the
    answer with the highest score is taken, then the answer of the earlier system. Scores are means
    over the systems that gave the answer.

    Raises:
        InputError: systems give different texts for one range.
    """
    groups: dict[Place, list[tuple[Row, float]]] = {}
    for row, weight in zip(rows, weights, strict=True):
        groups.setdefault(_place(row), []).append((row, weight))
    sure = by == "mean" and all(row.get("probability") is not None for row in rows)
    _check_texts(groups)

    def rank(place: Place) -> tuple[float, float]:
        group = groups[place]
        support = sum(weight * (row["probability"] if sure else 1.0) for row, weight in group)
        scores = [row["score"] for row, _ in group if row.get("score") is not None]
        return support, max(scores, default=float("-inf"))

    ranks = {place: rank(place) for place in groups}
    return _row(key, groups[_highest(ranks)], rows, weights)


def _place(row: Row) -> Place:
    return row.get("start"), row.get("end")


def _check_texts(groups: dict[Place, list[tuple[Row, float]]]) -> None:
    for place, group in groups.items():
        texts = {row["answer"] for row, _ in group}
        if len(texts) > 1:
            raise InputError(f"characters {place[0]} to {place[1]} are {sorted(texts)[0]!r} and "
                             f"{sorted(texts)[1]!r}; give answers in the same contexts")


def _highest(ranks: dict[Place, tuple[float, float]]) -> Place:
    """Return the place with the most support, on ties with the best score, then the first."""
    most = max(support for support, _ in ranks.values())
    best = [place for place, (support, _) in ranks.items() if support >= most * (1 - _ROUNDING)]
    return max(best, key=lambda place: ranks[place][1])


def _row(
    key: Key, group: Sequence[tuple[Row, float]], rows: Sequence[Row], weights: Sequence[float]
) -> Row:
    first = group[0][0]
    total = sum(weights)
    made: dict[str, Any] = {
        "id": key[1], "lang": key[0], "answer": first["answer"],
        "start": first.get("start"), "end": first.get("end"), "score": _mean("score", group),
        "no_answer_score": _mean("no_answer_score", list(zip(rows, weights, strict=True))),
    }
    if all(row.get("probability") is not None for row in rows):
        support = sum(weight * row["probability"] for row, weight in group)
        made["probability"] = round(support / total, DIGITS)
    return made


def _mean(name: str, rows: Sequence[tuple[Row, float]]) -> float | None:
    """Return the weighted mean over the rows that have a value, ``None`` if none has."""
    known = [(float(row[name]), weight) for row, weight in rows if row.get(name) is not None]
    if not known:
        return None
    return round(sum(v * w for v, w in known) / sum(w for _, w in known), DIGITS)
