"""One solution per pair, against trying every assignment."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.projection.joint.solution import Choice, solve
from crosslabel.projection.joint.units import FragmentUnit

Case = tuple[list[FragmentUnit], list[Choice]]


def ranges(longest: int) -> st.SearchStrategy[tuple[int, int]]:
    ends = st.integers(0, longest)
    return st.tuples(ends, ends).filter(lambda pair: pair[0] < pair[1])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    words_of_units = draw(st.lists(ranges(5), max_size=4))
    units = [FragmentUnit(0, n, *words) for n, words in enumerate(words_of_units)]
    choices: list[Choice] = []
    for number in range(len(units)):
        for target in draw(st.lists(ranges(5), max_size=3, unique=True)):
            probability = draw(st.integers(1, 100)) / 100
            choices.append(Choice(number, len(choices), *target, probability))
    return units, choices


def words(item: FragmentUnit | Choice) -> set[int]:
    return set(range(item.first, item.end))


def allowed(units: list[FragmentUnit], chosen: list[Choice]) -> bool:
    """Apart stays apart, strictly within stays within."""
    for one, other in combinations(chosen, 2):
        inner, outer = words(units[one.unit]), words(units[other.unit])
        if not inner & outer and words(one) & words(other):
            return False
        if inner < outer and not words(one) <= words(other):
            return False
        if outer < inner and not words(other) <= words(one):
            return False
    return True


def worth(chosen: list[Choice], threshold: float) -> float:
    return sum(choice.probability - threshold for choice in chosen)


def best_worth(units: list[FragmentUnit], choices: list[Choice], threshold: float) -> float:
    """The most that any allowed assignment is worth."""
    options = [[None, *(c for c in choices if c.unit == n)] for n in range(len(units))]
    every = ([c for c in pick if c is not None] for pick in product(*options))
    return max(worth(chosen, threshold) for chosen in every if allowed(units, chosen))


@given(cases(), st.sampled_from([0.01, 0.3, 0.5, 0.9]))
@settings(max_examples=150)
def test_no_assignment_is_worth_more(case: Case, threshold: float) -> None:
    units, choices = case
    chosen, lost = solve(units, choices, threshold)
    assert all(choice in choices and choice.unit == unit for unit, choice in chosen.items())
    assert allowed(units, list(chosen.values()))
    assert worth(list(chosen.values()), threshold) == pytest.approx(
        best_worth(units, choices, threshold), abs=1e-6
    )
    wished = {choice.unit for choice in choices if choice.probability >= threshold}
    assert set(chosen) <= wished and lost == wished - set(chosen)


@given(cases(), st.sampled_from([(0.1, 0.2), (0.3, 0.6), (0.5, 0.9)]))
def test_a_higher_threshold_never_chooses_more(case: Case, both: tuple[float, float]) -> None:
    few, many = (solve(*case, threshold)[0] for threshold in reversed(both))
    assert len(few) <= len(many)


def test_a_candidate_at_the_threshold_is_taken() -> None:
    choice = Choice(0, 0, 1, 2, 0.5)
    assert solve([FragmentUnit(0, 0, 0, 1)], [choice], 0.5) == ({0: choice}, set())


def test_of_two_units_that_want_one_word_the_likelier_gets_it() -> None:
    units = [FragmentUnit(0, 0, 0, 1), FragmentUnit(0, 1, 1, 2)]
    wanted = [Choice(0, 0, 3, 4, 0.7), Choice(1, 1, 3, 4, 0.9)]
    assert solve(units, wanted, 0.4) == ({1: wanted[1]}, {0})


def test_two_targets_beat_the_most_probable_one() -> None:
    units = [FragmentUnit(0, 0, 0, 1), FragmentUnit(0, 1, 1, 2)]
    wanted = [Choice(0, 0, 3, 4, 0.9), Choice(0, 1, 5, 6, 0.8), Choice(1, 2, 3, 4, 0.8)]
    assert solve(units, wanted, 0.4) == ({0: wanted[1], 1: wanted[2]}, set())


def test_equal_units_may_share_a_target() -> None:
    units = [FragmentUnit(0, 0, 0, 2), FragmentUnit(0, 1, 0, 2)]
    wanted = [Choice(0, 0, 3, 5, 0.9), Choice(1, 1, 3, 5, 0.9)]
    assert solve(units, wanted, 0.4) == (dict(enumerate(wanted)), set())


def test_hundreds_of_units_that_want_one_word_are_settled() -> None:
    units = [FragmentUnit(0, n, n, n + 1) for n in range(300)]
    wanted = [Choice(n, n, 0, 1, 0.5 + n / 1000) for n in range(300)]
    assert solve(units, wanted, 0.4) == ({299: wanted[299]}, set(range(299)))


def test_nothing_to_choose_from() -> None:
    assert solve([], [], 0.5) == ({}, set())
