"""What the rules of :mod:`crosslabel.projection.spans` make of each link source, as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import GivenSpan, Links, TextPair
from crosslabel.projection.joint.units import FragmentUnit, words_within
from crosslabel.projection.spans import AlignmentProjector

_BELIEVED = 0.4
"""Links of a lower score are not shown to the rules."""


def rule_targets(
    pairs: Sequence[TextPair], units: Sequence[FragmentUnit], links: Sequence[Links]
) -> NDArray[np.int64]:
    """(units, 2) first and last-plus-one target word the rules give each unit; -1 for none.

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
    asked = [replace(pair, spans=tuple(own)) for pair, own in zip(pairs, spans, strict=True)]
    for pair, found in zip(pairs, AlignmentProjector(_Sure(links)).project(asked), strict=True):
        for projection in found:
            if len(projection.fragments) == 1:
                words_of = words_within(projection.fragments[0], pair.target.words)
                targets[int(projection.span_id)] = words_of or (-1, -1)
    return targets


class _Sure:
    """The believed links of one list of pairs, as a link source."""

    name = "believed"

    def __init__(self, links: Sequence[Links]) -> None:
        self._links = links

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        """The links of the pairs, which are those given."""
        return [_believed(links) for links in self._links]


def _believed(links: Links) -> Links:
    kept = links.scores >= _BELIEVED
    return Links(links.pairs[kept], links.scores[kept], links.reason)
