"""Projection by one target source alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crosslabel.projection.interface import GivenSpan, PairTargets, RankedTargets, TextPair
from crosslabel.projection.spans import LOST, NO_WORD, OUTSIDE
from crosslabel.projection.targets.projector import NO_TARGET, RankedProjector
from crosslabel.projection.words import side_from_tokens


class Given:
    """A target source that says what it was told to."""

    name = "given"

    def __init__(self, *rankings: Sequence[Sequence[tuple[int, int, float]]],
                 reason: str | None = None) -> None:
        self._found = PairTargets(
            tuple(tuple(ranked(own) for own in fragments) for fragments in rankings), reason
        )

    def find(self, pairs: Sequence[TextPair]) -> list[PairTargets]:
        return [self._found for _ in pairs]


def ranked(targets: Sequence[tuple[int, int, float]]) -> RankedTargets:
    return RankedTargets(np.array([own[:2] for own in targets], np.int32).reshape(-1, 2),
                         np.array([own[2] for own in targets], np.float32))


def pair(*spans: tuple[tuple[int, int], ...]) -> TextPair:
    words = side_from_tokens(["ab", "cd", "ef", "gh"], "en")
    return TextPair("p", words, words, tuple(
        GivenSpan(str(n), "X", fragments) for n, fragments in enumerate(spans)
    ))


def test_the_best_target_is_taken_with_its_share() -> None:
    source = Given([[(0, 1, -1.0), (0, 2, -1.0 - float(np.log(3)))]])
    [[found]] = RankedProjector(source).project([pair(((0, 2),))])
    assert (found.fragments, found.status, found.method) == (((0, 2),), "projected", "given")
    assert found.raw_score == 0.75 and found.probability is None


def test_where_best_targets_conflict_the_best_together_win() -> None:
    first, second = [(0, 1, 0.0), (1, 2, -0.1)], [(0, 1, 0.0), (2, 3, -5.0)]
    [found] = RankedProjector(Given([first], [second])).project([pair(((0, 2),), ((3, 5),))])
    assert [own.fragments for own in found] == [((3, 5),), ((0, 2),)]


def test_a_span_without_a_free_target_is_lost() -> None:
    only = [(0, 1, 0.0)]
    [found] = RankedProjector(Given([only], [only])).project([pair(((0, 2),), ((3, 5),))])
    assert sorted((own.status, own.reason) for own in found) == [
        ("abstained", LOST), ("projected", None)
    ]


def test_fragments_are_projected_each_and_joined_where_they_touch() -> None:
    source = Given([[(0, 1, 0.0)], [(1, 2, 0.0)]])
    [[found]] = RankedProjector(source).project([pair(((0, 2), (6, 8)))])
    assert found.fragments == ((0, 5),)


def test_what_cannot_be_projected_says_why() -> None:
    spans = pair(((2, 3),), ((0, 99),), ((0, 2),))
    [found] = RankedProjector(Given([[]], [[]], [[]])).project([spans])
    assert [(own.status, own.reason) for own in found] == [
        ("rejected", NO_WORD), ("rejected", OUTSIDE), ("abstained", NO_TARGET)
    ]
    [[found]] = RankedProjector(Given(reason="no Finnish")).project([pair(((0, 2),))])
    assert (found.status, found.reason) == ("abstained", "no Finnish")
