"""What the rules make of a link source, against the rules themselves."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.projection.interface import GivenSpan, Links, TextPair
from crosslabel.projection.joint.features import gather
from crosslabel.projection.joint.rules import rule_targets
from crosslabel.projection.joint.units import units_of
from crosslabel.projection.spans import AlignmentProjector
from crosslabel.projection.words import side_from_tokens
from tests.projection.joint.joint_cases import Linked, TableSource, linked, links_of

WORDS = ["Anna", "met", "Boris", "Johnson"]
SPANS = (GivenSpan("a", "PER", ((0, 4),)), GivenSpan("b", "PER", ((9, 14), (15, 22))))


def pair_with(target: list[str]) -> TextPair:
    return TextPair("p", side_from_tokens(WORDS, "en"), side_from_tokens(target, "de"), SPANS)


def test_each_unit_has_the_words_that_the_rules_give_it() -> None:
    pair = pair_with(["Boris", "Johnson", "traf", "Anna"])
    links = links_of([(0, 3), (1, 2), (2, 0), (3, 1)], np.full((4, 2), 0.9))
    units = units_of([pair])
    assert rule_targets([pair], units, [links]).tolist() == [[3, 4], [0, 1], [1, 2]]


def test_weak_links_are_not_shown_to_the_rules() -> None:
    pair = pair_with(["Boris", "Johnson", "traf", "Anna"])
    links = links_of([(0, 0), (0, 3), (2, 0), (3, 1)],
                     np.array([(.3, .3), (.5, .4), (.3, .4), (.9, .9)]))
    found = rule_targets([pair], units_of([pair]), [links])
    assert found.tolist() == [[3, 4], [-1, -1], [1, 2]]


@given(st.lists(linked(), max_size=3))
@settings(max_examples=60)
def test_spans_of_one_fragment_go_where_the_projector_by_rules_puts_them(
    cases: list[Linked],
) -> None:
    pairs = [
        TextPair(str(n), pair.source, pair.target,
                 tuple(span for span in pair.spans if len(span.fragments) == 1))
        for n, (pair, _) in enumerate(cases)
    ]
    believed = {str(n): _strong(links) for n, (_, links) in enumerate(cases)}
    units = units_of(pairs)
    found = rule_targets(pairs, units, [links for _, links in cases])
    projected = AlignmentProjector(TableSource("links", believed)).project(pairs)
    for unit, (first, end) in zip(units, found.tolist(), strict=True):
        fragments = projected[unit.pair][unit.span].fragments
        words = pairs[unit.pair].target.words
        assert fragments == (((words[first][0], words[end - 1][1]),) if first >= 0 else ())


def _strong(links: Links) -> Links:
    kept = links.scores >= 0.4
    return Links(links.pairs[kept], links.scores[kept])


def test_agreement_with_the_rules_is_a_feature() -> None:
    pair = pair_with(["Boris", "Johnson", "traf", "Anna"])
    links = links_of([(0, 3), (2, 0), (3, 1)], np.array([(.9, .9), (.9, .9), (.1, .2)]))
    evidence = gather([pair], {"one": [links]})
    places = evidence.candidates
    column = evidence.features[:, evidence.names.index("one.rule")]
    agreed = {(int(u), int(a), int(b)) for u, a, b, one in
              zip(places.unit, places.first, places.end, column, strict=True) if one}
    assert agreed == {(0, 3, 4), (1, 0, 1)}
    none = evidence.absent[:, evidence.absent_names.index("one.rule_none")]
    assert none.tolist() == [0.0, 0.0, 1.0]
