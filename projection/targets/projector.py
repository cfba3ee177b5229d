"""Projection by a single target source."""

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
from crosslabel.projection.joint.solution import Choice, fragments_of, solve
from crosslabel.projection.joint.units import is_inside, units_of
from crosslabel.projection.spans import LOST, NO_WORD, OUTSIDE
from crosslabel.projection.targets.rankings import rankings_of

NO_TARGET = "no target was found"
"""Reason for a span for which the source ranks nothing."""


class RankedProjector:
    """Projector that gives each span its best target or, in a conflict, the best targets together.

    The raw score is the share of the chosen targets among the ranked ones. It is not a probability:
    a source that always finds something is always sure.

    Args:
        source: gives the targets.
    """

    def __init__(self, source: TargetSource) -> None:
        self._source = source

    @property
    def name(self) -> str:
        """The name of the source."""
        return self._source.name

    def project(self, pairs: Sequence[TextPair]) -> list[list[Projection]]:
        """Project every span of every pair; both levels keep the input order."""
        by_pair = self._source.find(pairs)
        return [
            self._projected(pair, targets) for pair, targets in zip(pairs, by_pair, strict=True)
        ]

    def _projected(self, pair: TextPair, targets: PairTargets) -> list[Projection]:
        units = units_of([pair])
        rankings = rankings_of([pair], units, [targets])
        choices = [choice for n, ranking in enumerate(rankings) for choice in _choices(n, ranking)]
        chosen, lost = solve(units, choices, 0.0)
        by_span: list[list[int]] = [[] for _ in pair.spans]
        for number, unit in enumerate(units):
            by_span[unit.span].append(number)
        return [
            self._projection(pair, span, [chosen.get(n) for n in numbers], targets.reason,
                             not lost.isdisjoint(numbers))
            for span, numbers in zip(pair.spans, by_span, strict=True)
        ]

    def _projection(
        self, pair: TextPair, span: GivenSpan, targets: Sequence[Choice | None],
        reason: str | None, lost: bool,
    ) -> Projection:
        if not targets:
            fault = NO_WORD if is_inside(span, pair.source) else OUTSIDE
            return Projection(span.id, span.label, (), self.name, "rejected", fault)
        held = [target for target in targets if target is not None]
        if len(held) < len(targets):
            fault = LOST if lost else reason or NO_TARGET
            return Projection(span.id, span.label, (), self.name, "abstained", fault)
        score = float(np.prod([target.probability for target in held]))
        return Projection(span.id, span.label, fragments_of(pair, held), self.name, "projected",
                          raw_score=round(score, 6))


def _choices(unit: int, ranking: RankedTargets) -> list[Choice]:
    scores = ranking.scores.astype(np.float64)
    share = np.exp(scores - scores.max(initial=-np.inf))
    share /= max(share.sum(), 1e-300)
    return [
        Choice(unit, row, int(first), int(end), float(probability))
        for row, ((first, end), probability) in enumerate(zip(ranking.words, share, strict=True))
    ]
