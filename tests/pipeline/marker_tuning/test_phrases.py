"""Consistent phrases are those of the definition, and a choice of them nests properly."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.marker_tuning.phrases import PhrasePair, choose, consistent_phrases

SOURCE, TARGET = 8, 9
Links = list[tuple[int, int]]
links = st.lists(
    st.tuples(st.integers(0, SOURCE - 1), st.integers(0, TARGET - 1)), max_size=14, unique=True
)


def by_definition(links: Links, longest: int) -> set[PhrasePair]:
    """Every pair of ranges, tried one by one (Koehn, Och and Marcu 2003, §3)."""
    found = set()
    for a in range(SOURCE):
        for b in range(a + 1, min(a + longest, SOURCE) + 1):
            for c in range(TARGET):
                for d in range(c + 1, min(c + 2 * longest, TARGET) + 1):
                    inside = [(s, t) for s, t in links if a <= s < b and c <= t < d]
                    leaving = [(s, t) for s, t in links if (a <= s < b) != (c <= t < d)]
                    sources, targets = {s for s, _ in inside}, {t for _, t in inside}
                    if not leaving and {a, b - 1} <= sources and {c, d - 1} <= targets:
                        found.add(PhrasePair((a, b), (c, d)))
    return found


@given(links, st.integers(1, 6))
def test_phrases_are_those_of_the_definition(links: Links, longest: int) -> None:
    found = consistent_phrases(links, longest)
    assert len(found) == len(set(found))
    assert set(found) == by_definition(links, longest)


def relation(one: tuple[int, int], other: tuple[int, int]) -> str:
    if one[1] <= other[0] or other[1] <= one[0]:
        return "apart"
    if other[0] <= one[0] and one[1] <= other[1]:
        return "within"
    return "around" if one[0] <= other[0] and other[1] <= one[1] else "crossing"


@given(links, st.integers(0, 1000), st.none() | st.integers(1, 4))
def test_chosen_phrases_lie_apart_or_within_each_other_on_both_sides(
    links: Links, seed: int, count: int | None
) -> None:
    phrases = consistent_phrases(links)
    chosen = choose(phrases, ["Word"] * SOURCE, ["Wort"] * TARGET, random.Random(seed), count)
    assert len(set(chosen)) == len(chosen) <= (count or 4)
    assert set(chosen) <= set(phrases)
    assert bool(chosen) == bool(phrases)
    for at, one in enumerate(chosen):
        for other in chosen[:at]:
            expected = relation(one.source, other.source)
            assert relation(one.target, other.target) == expected != "crossing"


def test_punctuation_at_an_end_is_not_marked() -> None:
    words = ["He", "left", "."]
    phrases = consistent_phrases([(0, 0), (1, 1), (2, 2)])
    chosen = [phrase for seed in range(50)
              for phrase in choose(phrases, words, words, random.Random(seed))]
    assert len(chosen) >= 50
    assert all(2 not in range(*phrase.source) for phrase in chosen)


def test_names_are_drawn_more_often_than_small_words() -> None:
    words = ["said", "of", "Anna", "it"]
    phrases = consistent_phrases([(n, n) for n in range(4)], longest=1)
    drawn = [choose(phrases, words, words, random.Random(seed), 1)[0] for seed in range(300)]
    names = sum(phrase.source == (2, 3) for phrase in drawn)
    assert names > 5 * sum(phrase.source == (1, 2) for phrase in drawn) > 0
