"""Units, views, candidates and features against loops over words."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.projection.interface import GivenSpan, Links, TextPair
from crosslabel.projection.joint.features import UnitEvidence, gather
from crosslabel.projection.joint.units import FragmentUnit, units_of
from crosslabel.projection.joint.views import View, views_of
from crosslabel.projection.links.likeness import romanised
from crosslabel.projection.words import side_from_tokens
from tests.projection.joint.joint_cases import Linked, linked, links_of

MOST = 0.999


def matrix_of(pair: TextPair, links: Links, direction: int) -> np.ndarray:
    """Dense probabilities of one direction."""
    assert links.directions is not None
    dense = np.zeros((len(pair.source.words), len(pair.target.words)))
    for (i, j), both in zip(links.pairs, links.directions, strict=True):
        dense[i, j] = min(float(both[direction]), MOST)
    return dense


def strip_of(dense: np.ndarray, unit: FragmentUnit) -> list[list[float]]:
    """The strip of a unit, value by value: own, other, mass, first, last."""
    inside = range(unit.first, unit.end)
    outside = [i for i in range(len(dense)) if i not in inside]
    columns = [[0.0, 1.0, 0.0, 0.0, 0.0]]
    for j in range(dense.shape[1]):
        columns.append([
            1 - np.prod([1 - dense[i, j] for i in inside]),
            1 - np.prod([1 - dense[i, j] for i in outside]),
            sum(dense[i, j] for i in inside), dense[unit.first, j], dense[unit.end - 1, j],
        ])
    columns.append([0.0, 1.0, 0.0, 0.0, 0.0])
    return [list(row) for row in zip(*columns, strict=True)]


def fields(view: View) -> list[np.ndarray]:
    return [view.inside, view.other, view.mass, view.first, view.last]


def evidence_of(cases: list[Linked]) -> UnitEvidence:
    return gather([pair for pair, _ in cases], {"one": [links for _, links in cases]})


several = st.lists(linked(), max_size=3)


@given(linked(wild=True))
def test_units_are_the_words_that_fragments_touch(case: Linked) -> None:
    pair, _ = case
    wanted = []
    for number, span in enumerate(pair.spans):
        inside = all(0 <= a < b <= len(pair.source.text) for a, b in span.fragments)
        for start, end in span.fragments if inside else ():
            touched = [n for n, (a, b) in enumerate(pair.source.words) if a < end and start < b]
            if touched:
                wanted.append(FragmentUnit(0, number, touched[0], touched[-1] + 1))
    assert units_of([pair]) == wanted


@given(several)
@settings(max_examples=60)
def test_views_say_of_every_word_what_its_links_say(cases: list[Linked]) -> None:
    pairs, links = [pair for pair, _ in cases], [own for _, own in cases]
    units = units_of(pairs)
    for direction, view in enumerate(views_of(pairs, units, links)):
        strips = [
            strip_of(matrix_of(pairs[u.pair], links[u.pair], direction), u) for u in units
        ]
        for field, values in enumerate(fields(view)):
            wanted = [value for strip in strips for value in strip[field]]
            np.testing.assert_allclose(values, wanted, atol=1e-6)


def test_links_without_directions_give_one_view_twice() -> None:
    side = side_from_tokens(["a", "b"], "en")
    pair = TextPair("p", side, side, (GivenSpan("0", "X", ((0, 1),)),))
    links = Links(np.array([[0, 1]], np.int32), np.array([0.4], np.float32))
    one, other = views_of([pair], units_of([pair]), [links])
    np.testing.assert_allclose(one.inside, [0, 0, 0.4, 0], atol=1e-6)
    for ours, theirs in zip(fields(one), fields(other), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@given(several)
@settings(max_examples=60)
def test_sums_over_candidates_equal_loops(cases: list[Linked]) -> None:
    found = evidence_of(cases).candidates
    values = np.random.default_rng(1).uniform(size=int(found.strips[-1]))
    bounds = list(pairwise(found.strips.tolist()))
    strips = [values[start:end] for start, end in bounds]
    rows = list(zip(found.unit, found.first, found.end, strict=True))
    np.testing.assert_allclose(
        found.sums(values), [strips[u][a + 1:b + 1].sum() for u, a, b in rows])
    np.testing.assert_allclose(found.totals(values), [s[1:-1].sum() for s in strips], atol=1e-12)
    np.testing.assert_array_equal(
        found.at(values, found.end), [strips[u][b + 1] for u, _, b in rows])
    scores = np.random.default_rng(2).uniform(size=len(rows))
    most = [max((s for s, u in zip(scores, found.unit, strict=True) if u == n), default=0.0)
            for n in range(len(bounds))]
    np.testing.assert_array_equal(found.most(scores), most)


@given(several)
@settings(max_examples=80)
def test_candidates_are_short_and_few_and_begin_where_something_speaks_for_them(
    cases: list[Linked],
) -> None:
    evidence = evidence_of(cases)
    found = evidence.candidates
    assert list(evidence.units) == units_of([pair for pair, _ in cases])
    for number, unit in enumerate(evidence.units):
        pair, links = cases[unit.pair]
        own = slice(found.starts[number], found.starts[number + 1])
        assert (found.unit[own] == number).all()
        ranges = list(zip(found.first[own].tolist(), found.end[own].tolist(), strict=True))
        assert ranges == sorted(set(ranges)) and len(ranges) <= 24
        near = near_support(pair, links, unit)
        stretch, spare = (4, 8) if pair.target.lang == "zh" else (2, 4)
        for first, end in ranges:
            assert 0 <= first < end <= len(pair.target.words)
            assert end - first <= stretch * unit.length + spare
            assert {first, end - 1} <= near


def near_support(pair: TextPair, links: Links, unit: FragmentUnit) -> set[int]:
    """Target words at most one word from a linked or equally written one."""
    own = np.max([strip_of(matrix_of(pair, links, n), unit)[0][1:-1] for n in (0, 1)], axis=0)
    forms = {romanised(w) for w in pair.source.surface()[unit.first:unit.end]}
    telling = {form for form in forms if len(form) >= 3 or form.isdigit()}
    support = {j for j, word in enumerate(pair.target.surface())
               if own[j] >= 0.05 - 1e-6 or romanised(word) in telling}
    return {j + step for j in support for step in (-1, 0, 1)}


def test_of_many_ranges_the_likeliest_are_kept() -> None:
    words = [f"w{n}" for n in range(12)]
    source = side_from_tokens(["a", "b", "c", "d"], "en")
    pair = TextPair("p", source, side_from_tokens(words, "de"), (GivenSpan("0", "X", ((0, 7),)),))
    likely = np.array([.1, .1, .9, .9, .9, .9, .1, .1, .1, .1, .1, .1])
    links = links_of([(0, j) for j in range(12)], np.stack([likely, likely], axis=1))
    found = evidence_of([(pair, links)]).candidates
    odds = np.log(likely / (1 - likely))
    every = sorted(((odds[a:b].sum(), a, b) for a in range(12) for b in range(a + 1, 13)),
                   reverse=True)
    kept = set(zip(found.first.tolist(), found.end.tolist(), strict=True))
    assert len(kept) == 16 and (2, 6) in kept
    worst = min(odds[a:b].sum() for a, b in kept)
    assert worst == pytest.approx(every[15][0])


def test_every_source_has_likeliest_ranges_of_its_own() -> None:
    source = side_from_tokens(["a", "b", "c", "d"], "en")
    target = side_from_tokens([f"w{n}" for n in range(30)], "de")
    pair = TextPair("p", source, target, (GivenSpan("0", "X", ((0, 7),)),))
    cells = [(0, j) for j in range(30)]
    erring = np.full((30, 2), 0.95)
    erring[20:] = 0.01
    knowing = np.full((30, 2), 0.01)
    knowing[24:27] = 0.9
    links = {"one": [links_of(cells, erring)], "other": [links_of(cells, knowing)]}
    found = gather([pair], links).candidates
    assert (24, 27) in set(zip(found.first.tolist(), found.end.tolist(), strict=True))


def test_weights_depend_on_the_pairs_that_were_learned_from() -> None:
    side = side_from_tokens(["a", "b"], "en")
    pair = TextPair("p", side, side, (GivenSpan("0", "X", ((0, 1),)),))
    links = [replace(links_of([(0, 0)], np.array([[0.9, 0.9]])), learned_from=n)
             for n in (1, 1000, None)]
    by_few = "one.forward.odds by few one"
    one, thousand, none = (gather([pair], {"one": [own]}) for own in links)
    assert feature(one, by_few, (0, 1)) == pytest.approx(feature(one, "one.forward.odds", (0, 1)))
    assert feature(thousand, by_few, (0, 1)) == pytest.approx(
        0.5 * feature(thousand, "one.forward.odds", (0, 1)))
    assert by_few not in none.names


@given(several)
@settings(max_examples=80)
def test_every_feature_is_finite(cases: list[Linked]) -> None:
    evidence = evidence_of(cases)
    assert evidence.features.shape == (len(evidence.candidates.unit), len(evidence.names))
    assert evidence.absent.shape == (len(evidence.units), len(evidence.absent_names))
    assert np.isfinite(evidence.features).all() and np.isfinite(evidence.absent).all()


@given(st.lists(linked(), min_size=1, max_size=3))
@settings(max_examples=40)
def test_evidence_on_a_pair_does_not_depend_on_the_others(cases: list[Linked]) -> None:
    apart = [evidence_of([case]) for case in cases]
    together = evidence_of(cases)
    for part in ("features", "absent"):
        alone = np.concatenate([getattr(evidence, part) for evidence in apart])
        np.testing.assert_allclose(getattr(together, part), alone, atol=1e-9)


def test_which_ranges_are_kept_does_not_depend_on_the_other_pairs() -> None:
    source = side_from_tokens(["a", "b", "c", "d"], "en")
    target = side_from_tokens([f"w{n}" for n in range(12)], "de")
    pair = TextPair("p", source, target, (GivenSpan("0", "X", ((0, 7),)),))
    cells, random = [(0, j) for j in range(12)], np.random.default_rng(3)
    cases = [(pair, links_of(cells, random.uniform(0.1, 0.9, (12, 2)))) for _ in range(30)]
    cases += [(pair, links_of(cells, np.full((12, 2), 0.3)))] * 5
    together, alone = evidence_of(cases).candidates, evidence_of(cases[-1:]).candidates
    assert len(alone.first) == 16
    for n in range(30, 35):
        own = slice(together.starts[n], together.starts[n + 1])
        assert together.first[own].tolist() == alone.first.tolist()
        assert together.end[own].tolist() == alone.end.tolist()


def feature(evidence: UnitEvidence, name: str, target: tuple[int, int]) -> float:
    found = evidence.candidates
    (row,) = np.flatnonzero((found.first == target[0]) & (found.end == target[1]))
    return float(evidence.features[row, evidence.names.index(name)])


def test_features_of_a_case_worked_by_hand() -> None:
    pair = TextPair("p", side_from_tokens(["In", "Athens", "1998", "it", "rained"], "en"),
                    side_from_tokens(["Im", "Αθήνα", "1998", "regnete", "es"], "de"),
                    (GivenSpan("0", "X", ((3, 14),)),))
    links = links_of([(0, 0), (1, 1), (2, 2), (4, 3)],
                     np.array([(.8, .6), (.5, .9), (1., 1.), (.7, .7)]))
    evidence = evidence_of([(pair, links)])
    right, wide = (1, 3), (0, 3)
    assert feature(evidence, "one.forward.dense", right) == pytest.approx((.5 + MOST) / 2, abs=1e-6)
    assert feature(evidence, "one.backward.foreign", wide) == pytest.approx(.6 / 3, abs=1e-6)
    assert feature(evidence, "one.forward.kept", (2, 3)) == pytest.approx(MOST / (.5 + MOST), 1e-4)
    assert feature(evidence, "one.forward.before_other", right) == pytest.approx(.8, abs=1e-6)
    assert feature(evidence, "one.forward.after_other", right) == pytest.approx(.7, abs=1e-6)
    assert feature(evidence, "digits", right) == 1.0
    assert feature(evidence, "digits", (1, 2)) == 0.0
    assert feature(evidence, "alike", right) > feature(evidence, "alike", wide)
    assert feature(evidence, "same_length", right) == 1.0
    assert feature(evidence, "longer", wide) == pytest.approx(np.log(3.5 / 2.5))
