"""Rankings of target sources as evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.interface import Links, PairTargets, RankedTargets, TextPair
from crosslabel.projection.joint.calibrator import Calibration, Calibrator, Weights
from crosslabel.projection.joint.features import UnitEvidence, gather
from crosslabel.projection.joint.projector import JointProjector
from tests.projection.joint.joint_cases import linked


def ranking(pair: TextPair, seed: int) -> RankedTargets:
    """Distinct ranges of target words with falling scores."""
    count = len(pair.target.words)
    every = [(a, b) for a in range(count) for b in range(a + 1, count + 1)]
    rng = np.random.default_rng(seed)
    rng.shuffle(every)
    some = every[:int(rng.integers(0, 6))]
    scores = -np.sort(rng.exponential(3.0, len(some))).astype(np.float32)
    return RankedTargets(np.array(some, np.int32).reshape(-1, 2), scores)


def found_for(pair: TextPair, seed: int) -> PairTargets:
    return PairTargets(tuple(
        tuple(ranking(pair, seed + 10 * s + f) for f in range(len(span.fragments)))
        for s, span in enumerate(pair.spans)
    ))


def column(evidence: UnitEvidence, name: str) -> np.ndarray:
    return evidence.features[:, evidence.names.index(f"asked.{name}")]


cases = st.lists(st.tuples(linked(), st.integers(0, 1000)), min_size=1, max_size=4)


@given(cases)
def test_features_are_what_the_rankings_say(
    case: list[tuple[tuple[TextPair, Links], int]],
) -> None:
    pairs = [pair for (pair, _), _ in case]
    found = [found_for(pair, seed) for pair, seed in ((pair, seed) for (pair, _), seed in case)]
    evidence = gather(pairs, {"one": [links for (_, links), _ in case]}, {"asked": found})
    behind, share, best = (column(evidence, name) for name in ("behind", "share", "best"))
    seen: dict[tuple[int, int], int] = {}
    for number, unit in enumerate(evidence.units):
        fragment = seen.get(unit[:2], -1) + 1
        own = found[unit.pair].by_span[unit.span]
        spans = pairs[unit.pair].spans[unit.span].fragments
        words = pairs[unit.pair].source.words
        while not any(words[n][0] < spans[fragment][1] and spans[fragment][0] < words[n][1]
                      for n in range(len(words))):
            fragment += 1
        seen[unit[:2]] = fragment
        scores = {tuple(place): float(score) for place, score in
                  zip(own[fragment].words.tolist(), own[fragment].scores, strict=True)}
        rows = range(*evidence.candidates.starts[number:number + 2])
        places = {(int(evidence.candidates.first[r]), int(evidence.candidates.end[r])): r
                  for r in rows}
        assert scores.keys() <= places.keys(), "what is ranked is a candidate"
        most, total = max(scores.values(), default=0.0), sum(map(np.exp, scores.values()))
        for place, row in places.items():
            if not scores:
                assert (behind[row], share[row], best[row]) == (0.0, 0.0, 0.0)
            elif place in scores:
                assert share[row] == pytest.approx(np.exp(scores[place]) / total, abs=1e-5)
                assert behind[row] == pytest.approx(min(most - scores[place], 8.0), abs=1e-4)
            else:
                assert (behind[row], share[row], best[row]) == (8.0, 0.0, 0.0)


class Asked:
    """A target source that knows every pair but those with one target word."""

    name = "asked"

    def __init__(self) -> None:
        self.pairs: list[str] = []

    def find(self, pairs: Sequence[TextPair]) -> list[PairTargets]:
        self.pairs += [pair.id for pair in pairs]
        return [
            PairTargets((), "too short") if len(pair.target.words) == 1 else found_for(pair, 1)
            for pair in pairs
        ]


class Given:
    """A link source with the links of one pair."""

    name = "one"

    def __init__(self, links: Links) -> None:
        self._links = links

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        return [self._links for _ in pairs]


def flat(names: tuple[str, ...]) -> Weights:
    zeros = (0.0,) * len(names)
    return Weights(names, zeros, (1.0,) * len(names), zeros)


@given(linked())
def test_a_pair_the_source_cannot_look_at_keeps_what_was_found_before(
    case: tuple[TextPair, Links],
) -> None:
    pair, links = case
    bare = gather([pair], {"one": [links]})
    full = gather([pair], {"one": [links]}, {"asked": [found_for(pair, 1)]})
    models = {
        name: Calibration(flat(own.names), flat(own.absent_names), 0.01, ((0.01, 0.5),))
        for name, own in (("one", bare), ("one+asked", full))
    }
    asked = Asked()
    projector = JointProjector([Given(links)], Calibrator(models), target_sources=[asked])
    [found] = projector.project([pair])
    assert projector.name == "joint-one+asked"
    methods = {own.method for own in found if own.status != "rejected"}
    if len(pair.target.words) == 1:
        assert methods <= {"joint-one"}
    assert asked.pairs in ([], ["p"])
