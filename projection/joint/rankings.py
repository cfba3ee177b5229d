"""The rankings of target sources as features of candidates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import PairTargets, RankedTargets, TextPair
from crosslabel.projection.joint.candidates import Candidates
from crosslabel.projection.joint.units import FragmentUnit, words_within

Floats = NDArray[np.float64]

_FAR = 8.0
"""Nats below the best beyond which the distance no longer matters."""
_NONE = RankedTargets(np.empty((0, 2), np.int32), np.empty(0, np.float32))


def rankings_of(
    pairs: Sequence[TextPair], units: Sequence[FragmentUnit], targets: Sequence[PairTargets]
) -> list[RankedTargets]:
    """Return the ranking of each unit.

    Args:
        targets: of each pair.
    """
    rankings: list[RankedTargets] = []
    fragments: dict[tuple[int, int], int] = {}
    for unit in units:
        span = pairs[unit.pair].spans[unit.span]
        words = pairs[unit.pair].source.words
        at = fragments.get(unit[:2], 0)
        while words_within(span.fragments[at], words) != (unit.first, unit.end):
            at += 1
        fragments[unit[:2]] = at + 1
        by_span = targets[unit.pair].by_span
        rankings.append(by_span[unit.span][at] if by_span else _NONE)
    return rankings


def ranking_features(
    candidates: Candidates, rankings: Sequence[RankedTargets]
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return features of the candidates and of no target.

    ``share`` is the likelihood of a candidate among the ranked ranges, ``behind`` its distance in
    nats from the best (at most 8, also for unranked candidates), ``best`` whether it is the best;
    ``left`` and ``right`` are the shares of the ranges that begin and end where it does. All are 0
    if nothing is ranked.
    """
    count = len(candidates.unit)
    columns = {name: np.zeros(count) for name in ("share", "behind", "best", "left", "right")}
    unranked = np.zeros(len(rankings))
    for unit, ranking in enumerate(rankings):
        rows = slice(int(candidates.starts[unit]), int(candidates.starts[unit + 1]))
        if not len(ranking.scores):
            unranked[unit] = 1.0
            continue
        first, end = candidates.first[rows, None], candidates.end[rows, None]
        begins, ends = first == ranking.words[:, 0], end == ranking.words[:, 1]
        behind = ranking.scores[0] - ranking.scores.astype(np.float64)
        share = np.exp(-behind) / np.exp(-behind).sum()
        same = begins & ends
        columns["share"][rows] = same @ share
        columns["left"][rows], columns["right"][rows] = begins @ share, ends @ share
        columns["best"][rows] = same[:, 0]
        near = np.where(same, np.minimum(behind, _FAR), _FAR)
        columns["behind"][rows] = near.min(axis=1)
    return columns, {"unranked": unranked, "surest": candidates.most(columns["share"])}


def ranked_windows(rankings: Sequence[Sequence[RankedTargets]]) -> list[NDArray[np.int64]]:
    """Return the word ranges that the rankings of each unit propose, (n, 2) each.

    Args:
        rankings: by source, then by unit.
    """
    return [
        np.concatenate([np.empty((0, 2), np.int64), *(ranking.words for ranking in by_source)])
        for by_source in zip(*rankings, strict=True)
    ]
