"""Projection by one target source alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crosslabel.projection.interface import (
    GivenSpan,
    PairTargets,
    Projection,
    RankedTargets,
    TargetSource,
    TextPair,
)
from crosslabel.projection.joint.rankings import rankings_of
from crosslabel.projection.joint.solution import Choice, fragments_of, solve
from crosslabel.projection.joint.units import is_inside, units_of
from crosslabel.projection.spans import LOST, NO_WORD, OUTSIDE

NOT_FOUND = "no target was found"
"""Reason of a span for which the source ranks nothing."""


class RankedProjector:
    """Gives each span its best target; where targets conflict, the best targets together.

    The raw score is the share of the chosen targets among those ranked. It is no probability: a
    source that always finds something is always sure.

    Args:
        source: where targets come from.
    """

    def __init__(self, source: TargetSource) -> None:
        self._source = source

    @property
    def name(self) -> str:
        """Name of the source."""
        return self._source.name

    def project(self, pairs: Sequence[TextPair]) -> list[list[Projection]]:
        """Project every span of every pair; both levels keep the input order."""
        found = self._source.find(pairs)
        return [
            self._projected(pair, own) for pair, own in zip(pairs, found, strict=True)
        ]

    def _projected(self, pair: TextPair, found: PairTargets) -> list[Projection]:
        units = units_of([pair])
        rankings = rankings_of([pair], units, [found])
        choices = [choice for n, ranking in enumerate(rankings) for choice in _choices(n, ranking)]
        chosen, lost = solve(units, choices, 0.0)
        by_span: list[list[int]] = [[] for _ in pair.spans]
        for number, unit in enumerate(units):
            by_span[unit.span].append(number)
        return [
            self._projection(pair, span, [chosen.get(n) for n in own], found.reason,
                             not lost.isdisjoint(own))
            for span, own in zip(pair.spans, by_span, strict=True)
        ]

    def _projection(
        self, pair: TextPair, span: GivenSpan, targets: Sequence[Choice | None],
        reason: str | None, lost: bool,
    ) -> Projection:
        if not targets:
            said = NO_WORD if is_inside(span, pair.source) else OUTSIDE
            return Projection(span.id, span.label, (), self.name, "rejected", said)
        held = [target for target in targets if target is not None]
        if len(held) < len(targets):
            said = LOST if lost else reason or NOT_FOUND
            return Projection(span.id, span.label, (), self.name, "abstained", said)
        score = float(np.prod([target.probability for target in held]))
        return Projection(span.id, span.label, fragments_of(pair, held), self.name, "projected",
                          raw_score=round(score, 6))


def _choices(unit: int, ranking: RankedTargets) -> list[Choice]:
    scores = ranking.scores.astype(np.float64)
    share = np.exp(scores - scores.max(initial=-np.inf))
    share /= max(share.sum(), 1e-300)
    return [
        Choice(unit, row, int(first), int(end), float(own))
        for row, ((first, end), own) in enumerate(zip(ranking.words, share, strict=True))
    ]
