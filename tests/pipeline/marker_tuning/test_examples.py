"""Marked pairs: the same markers on both sides, and the ranges come back from them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.marker_tuning.examples import LinkedBitext, MarkedPair, joined, thinned
from crosslabel.projection.markers import CONVENTIONS, LETTERS, restore
from tests.pipeline.marker_tuning.bitext import pairs

NEW_YORK = MarkedPair("I love New York.", "New York liebe ich.",
                      (((7, 15), (0, 8)), ((0, 1), (15, 18))))


@pytest.fixture(scope="module")
def linked() -> LinkedBitext:
    return LinkedBitext.align(pairs(), "en", "de")


def test_ranges_are_numbered_by_their_place_in_the_source() -> None:
    assert NEW_YORK.written(LETTERS) == (
        "<a> I </a> love <b> New York </b> .", "<b> New York </b> liebe <a> ich </a> .")
    assert NEW_YORK.turned().written(LETTERS) == (
        "<a> New York </a> liebe <b> ich </b> .", "<b> I </b> love <a> New York </a> .")


def test_without_ranges_the_texts_are_untouched() -> None:
    assert MarkedPair("a  b", "c").written(LETTERS) == ("a  b", "c")


@given(st.integers(0, len(pairs()) - 1), st.integers(0, 10_000))
def test_ranges_come_back_from_both_sides(linked: LinkedBitext, number: int, seed: int) -> None:
    pair = linked.marked(number, random.Random(seed))
    assert pair.ranges
    for name in ("letters", "indexed", "labelpigeon"):
        for side, text in enumerate(pair.written(CONVENTIONS[name])):
            restored = restore(text, len(pair.ranges), CONVENTIONS[name])
            assert restored.text == (pair.source, pair.target)[side]
            assert list(restored.ranges) == [both[side] for both in pair.ordered()]


def test_what_is_marked_translates_each_other(linked: LinkedBitext) -> None:
    known = {"Anna": "Anna", "Peter": "Peter", "Maria": "Maria", "Tom": "Tom", "sees": "sieht",
             "knows": "kennt", "likes": "mag", "house": "Haus", "river": "Fluss", "town": "Stadt"}
    right = wrong = 0
    for number in range(len(linked)):
        pair = linked.marked(number, random.Random(number))
        for (start, end), target in pair.ranges:
            expected = known.get(pair.source[start:end])
            if expected:
                found = pair.target[slice(*target)] == expected
                right, wrong = right + found, wrong + (not found)
    assert right > 10 * wrong


@given(st.lists(st.integers(0, len(pairs()) - 1), min_size=1, max_size=4), st.integers(0, 99))
def test_joined_pairs_mark_the_same_words(
    linked: LinkedBitext, numbers: list[int], seed: int
) -> None:
    parts = [linked.marked(number, random.Random(seed)) for number in numbers]
    whole = joined(parts)
    assert whole.source == " ".join(part.source for part in parts)
    assert whole.target == " ".join(part.target for part in parts)
    assert marked_texts([whole]) == marked_texts(parts)


def marked_texts(marked: list[MarkedPair]) -> list[tuple[str, str]]:
    return [(pair.source[slice(*a)], pair.target[slice(*b)])
            for pair in marked for a, b in pair.ranges]


def test_thinned_pairs_keep_some_of_their_ranges() -> None:
    thin = thinned(NEW_YORK, 1, random.Random(0))
    assert len(thin.ranges) == 1 and set(thin.ranges) < set(NEW_YORK.ranges)
    assert set(thinned(NEW_YORK, 4, random.Random(0)).ranges) == set(NEW_YORK.ranges)


def test_the_same_seed_marks_the_same(linked: LinkedBitext) -> None:
    drawn = [[linked.marked(n, random.Random(seed)) for n in range(20)] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
