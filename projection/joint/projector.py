"""Projection by all evidence at once; costly evidence is asked for only if cheap is not enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import (
    GivenSpan,
    Links,
    LinkSource,
    Projection,
    Side,
    TextPair,
)
from crosslabel.projection.joint.calibrator import Calibration, Calibrator
from crosslabel.projection.joint.features import UnitEvidence, gather
from crosslabel.projection.joint.solution import Choice, fragments_of, solve
from crosslabel.projection.joint.units import is_inside
from crosslabel.projection.spans import LOST, NO_LINK, NO_WORD, OUTSIDE

UNSURE = "no target is probable enough"
"""Reason for a span whose best target is below the threshold."""

SURE = 0.9
"""Between the speed of asking few and the F1 of asking all: with bitext the encoder is asked about
half of the pairs of Europarl."""

_PAIRS_PER_BATCH = 512
_NEGLIGIBLE = 0.01
_DIGITS = 6

Floats = NDArray[np.float64]


class JointProjector:
    """Projector over several link sources, cheapest first.

    Every source is asked about the pairs in which the sources before it left a span undecided, and
    all evidence so far is weighed together: candidates
    (:mod:`crosslabel.projection.joint.candidates`), their probabilities
    (:mod:`crosslabel.projection.joint.calibrator`), one solution per pair
    (:mod:`crosslabel.projection.joint.solution`). The sources that were asked are named in
    ``Projection.method``.

    Args:
        sources: link sources in the order they are asked, giving even weak links with their scores.
        calibrator: holds a model for the first source, for the first two, and so on.
        precision: wanted share of right targets among the projected ones; by default the threshold
            that maximised F1 on the fitting data.
        sure: a span is decided if a candidate is at least this probable (and probable enough to be
            projected); 1 asks every source about every pair.

    Raises:
        InputError: the calibrator lacks a model, or never reached the precision.
    """

    def __init__(
        self,
        sources: Sequence[LinkSource],
        calibrator: Calibrator,
        precision: float | None = None,
        sure: float = SURE,
    ) -> None:
        names = [source.name for source in sources]
        self._sources = sources
        self._stages = [
            _Stage.of(calibrator, names[:count], precision) for count in range(1, len(names) + 1)
        ]
        # Probabilities can be 1; with ``sure`` 1 even these must not count as sure.
        self._sure = sure if sure < 1.0 else np.inf

    @property
    def name(self) -> str:
        """``joint-`` and the names of all sources."""
        return self._stages[-1].method

    def project(self, pairs: Sequence[TextPair]) -> list[list[Projection]]:
        """Project every span of every pair; both levels keep the input order."""
        work = _Work(pairs, self._sure)
        for number, source in enumerate(self._sources):
            asked = work.open
            aligned = _aligned(source, [pairs[number] for number in asked])
            for pair_number, links in zip(asked, aligned, strict=True):
                work.links[pair_number][source.name] = links
            work.decide(asked, self._stages[number])
        return work.projections


def _aligned(source: LinkSource, pairs: Sequence[TextPair]) -> list[Links]:
    """Align every pair, each distinct pair of texts once: questions share their context."""
    distinct: dict[tuple[Side, Side], TextPair] = {}
    for pair in pairs:
        distinct.setdefault((pair.source, pair.target), pair)
    links = dict(zip(distinct, source.align(list(distinct.values())), strict=True))
    return [links[pair.source, pair.target] for pair in pairs]


class _Work:
    """The evidence and decisions on some pairs so far; ``open`` are the numbers of undecided pairs.
    """

    def __init__(self, pairs: Sequence[TextPair], sure: float) -> None:
        self._pairs, self._sure = pairs, sure
        self.projections: list[list[Projection]] = [[] for _ in pairs]
        self.links: list[dict[str, Links]] = [{} for _ in pairs]
        self.open = [number for number, pair in enumerate(pairs) if pair.spans]

    def decide(self, numbers: Sequence[int], stage: _Stage) -> None:
        """Project the spans of some pairs by all the evidence on them."""
        left: list[int] = []
        for batch in _batches(numbers):
            results = stage.project(
                [self._pairs[n] for n in batch],
                _by_source([self.links[n] for n in batch]),
            )
            for number, result in zip(batch, results, strict=True):
                self.projections[number] = result.projections
                if result.certainty < max(self._sure, stage.threshold):
                    left.append(number)
        self.open = left


def _by_source(known: Sequence[Mapping[str, Links]]) -> dict[str, list[Links]]:
    return {name: [by_name[name] for by_name in known] for name in known[0]}


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _PAIRS_PER_BATCH):
        yield numbers[start:start + _PAIRS_PER_BATCH]


@dataclass(frozen=True, slots=True)
class _Result:
    """The result of one stage for a pair; ``certainty`` is the certainty of its least certain span.
    """

    projections: list[Projection]
    certainty: float


@dataclass(frozen=True, slots=True)
class _Stage:
    """A stage of the projection: the sources asked so far, and the model for their evidence."""

    method: str
    calibration: Calibration
    calibrator: str
    threshold: float

    @classmethod
    def of(
        cls, calibrator: Calibrator, names: Sequence[str], precision: float | None
    ) -> _Stage:
        model = calibrator.of(names)
        return cls(f"joint-{'+'.join(names)}", model, calibrator.id, model.threshold_for(precision))

    def project(
        self, pairs: Sequence[TextPair], links: Mapping[str, Sequence[Links]]
    ) -> list[_Result]:
        evidence = gather(pairs, links)
        probability, _ = self.calibration.probabilities(evidence)
        by_pair: list[list[int]] = [[] for _ in pairs]
        for number, unit in enumerate(evidence.units):
            by_pair[unit.pair].append(number)
        reasons = [
            next((reason for each in links.values() if (reason := each[n].reason)), None)
            for n in range(len(pairs))
        ]
        return [
            _Pair(self, pair, numbers, evidence, probability, reason).result()
            for pair, numbers, reason in zip(pairs, by_pair, reasons, strict=True)
        ]


class _Pair:
    """A pair at one stage."""

    def __init__(
        self, stage: _Stage, pair: TextPair, numbers: list[int], evidence: UnitEvidence,
        probability: Floats, reason: str | None,
    ) -> None:
        self.stage, self.pair, self.numbers, self.evidence = stage, pair, numbers, evidence
        self.probability, self.reason = probability, reason
        self.units = [evidence.units[number] for number in numbers]

    def result(self) -> _Result:
        chosen, lost = solve(self.units, list(self._choices()), self.stage.threshold)
        by_span: list[list[int]] = [[] for _ in self.pair.spans]
        for position, unit in enumerate(self.units):
            by_span[unit.span].append(position)
        projections = [
            self._projection(span, positions, chosen, lost)
            for span, positions in zip(self.pair.spans, by_span, strict=True)
        ]
        certainty = min((self._certainty(n) for n in range(len(self.units))), default=1.0)
        return _Result(projections, 0.0 if lost else certainty)

    def _rows(self, position: int) -> slice:
        starts = self.evidence.candidates.starts
        return slice(int(starts[self.numbers[position]]), int(starts[self.numbers[position] + 1]))

    def _choices(self) -> Iterator[Choice]:
        candidates = self.evidence.candidates
        for position in range(len(self.units)):
            rows = self._rows(position)
            for row in np.flatnonzero(self.probability[rows] >= self.stage.threshold) + rows.start:
                yield Choice(position, int(row), int(candidates.first[row]),
                             int(candidates.end[row]), float(self.probability[row]))

    def _certainty(self, position: int) -> float:
        # That a source sees no target is no reason to ask no other.
        return float(self.probability[self._rows(position)].max(initial=0.0))

    def _projection(
        self, span: GivenSpan, positions: list[int], chosen: dict[int, Choice], lost: set[int]
    ) -> Projection:
        method, calibrator = self.stage.method, self.stage.calibrator
        if not positions:
            reason = NO_WORD if is_inside(span, self.pair.source) else OUTSIDE
            return Projection(span.id, span.label, (), method, "rejected", reason)
        if all(position in chosen for position in positions):
            targets = [chosen[position] for position in positions]
            certain = float(np.prod([target.probability for target in targets]))
            return Projection(
                span.id, span.label, fragments_of(self.pair, targets), method, "projected",
                raw_score=round(certain, _DIGITS), probability=round(certain, _DIGITS),
                calibrator=calibrator,
            )
        likely, mass = self._mass(positions)
        best = float(np.prod([
            self.probability[self._rows(n)].max(initial=0.0) for n in positions
        ]))
        return Projection(
            span.id, span.label, (), method, "abstained", self._reason(positions, lost),
            raw_score=round(best, _DIGITS), calibrator=calibrator, likely=likely, mass=mass,
        )

    def _reason(self, positions: list[int], lost: set[int]) -> str:
        if not lost.isdisjoint(positions):
            return LOST
        if all(self._rows(n).start == self._rows(n).stop for n in positions):
            return self.reason or NO_LINK
        return UNSURE

    def _mass(self, positions: Sequence[int]) -> tuple[tuple[int, ...], tuple[float, ...]]:
        """Return the target words that a lost span may have become, and the probability of each.

        The probability is that the word belongs to the span. Without any candidate it may be every
        word.
        """
        count = len(self.pair.target.words)
        free = np.ones(count)
        candidates = self.evidence.candidates
        for position in positions:
            rows = self._rows(position)
            within = np.zeros(count + 1)
            np.add.at(within, candidates.first[rows], self.probability[rows])
            np.add.at(within, candidates.end[rows], -self.probability[rows])
            free *= 1.0 - np.clip(np.cumsum(within)[:-1], 0.0, 1.0)
        mass = 1.0 - free
        if all(self._rows(n).start == self._rows(n).stop for n in positions):
            mass[:] = 1.0
        likely = np.flatnonzero(mass >= _NEGLIGIBLE)
        return (tuple(likely.tolist()),
                tuple(round(value, _DIGITS) for value in mass[likely].tolist()))
