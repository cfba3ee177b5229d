"""The rankings that a target source gives, by unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crosslabel.projection.interface import PairTargets, RankedTargets, TextPair
from crosslabel.projection.joint.units import FragmentUnit, words_within

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
