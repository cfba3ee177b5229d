"""Targets by the rules of :mod:`crosslabel.projection.spans` for each link source, as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import GivenSpan, Links, TextPair
from crosslabel.projection.joint.units import FragmentUnit, words_within
from crosslabel.projection.spans import AlignmentProjector

_BELIEVED = 0.4
"""Links with a lower score are not shown to the rules."""


def rule_targets(
    pairs: Sequence[TextPair], units: Sequence[FragmentUnit], links: Sequence[Links]
) -> NDArray[np.int64]:
    """Return the first and last-plus-one target word of each unit by the rules, (units, 2).

    Both are -1 for a unit without a target.

    Args:
        links: of each pair.
    """
    targets = np.full((len(units), 2), -1, np.int64)
    spans: list[list[GivenSpan]] = [[] for _ in pairs]
    for number, unit in enumerate(units):
        words = pairs[unit.pair].source.words
        fragment = words[unit.first][0], words[unit.end - 1][1]
        label = pairs[unit.pair].spans[unit.span].label
        spans[unit.pair].append(GivenSpan(str(number), label, (fragment,)))
    asked = [
        replace(pair, spans=tuple(pair_spans))
        for pair, pair_spans in zip(pairs, spans, strict=True)
    ]
    by_pair = AlignmentProjector(_Sure(links)).project(asked)
    for pair, projections in zip(pairs, by_pair, strict=True):
        for projection in projections:
            if len(projection.fragments) == 1:
                words_of = words_within(projection.fragments[0], pair.target.words)
                targets[int(projection.span_id)] = words_of or (-1, -1)
    return targets


class _Sure:
    """Link source of the believed links of one list of pairs."""

    name = "believed"

    def __init__(self, links: Sequence[Links]) -> None:
        self._links = links

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        """Return the links of the pairs; these must be the pairs that the links were given for."""
        return [_believed(links) for links in self._links]


def _believed(links: Links) -> Links:
    kept = links.scores >= _BELIEVED
    return Links(links.pairs[kept], links.scores[kept], links.reason)
