"""Phrases of one translation found in another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.targets.locating import TwoTranslations

texts = st.lists(st.sampled_from(["Ana", "Rom", "in", "und", "Paris"]), min_size=1, max_size=9)


def best(first: str, second: str, phrase: tuple[int, int]) -> str | None:
    words = second.split()
    found = TwoTranslations(first.split(), words).locate(phrase)
    return " ".join(words[slice(*found.words[0])]) if len(found.words) else None


@given(texts, st.data())
def test_in_the_same_text_a_phrase_is_where_it_is(text: list[str], data: st.DataObject) -> None:
    end = data.draw(st.integers(1, len(text)))
    first = data.draw(st.integers(0, end - 1))
    found = TwoTranslations(text, text).locate((first, end))
    assert found.words[0].tolist() == [first, end]
    assert (found.scores[1:] < found.scores[0]).all()


@given(texts, texts, st.data())
def test_rankings_are_distinct_ranges_of_the_text_best_first(
    text: list[str], other: list[str], data: st.DataObject
) -> None:
    end = data.draw(st.integers(1, len(text)))
    first = data.draw(st.integers(0, end - 1))
    found = TwoTranslations(text, other).locate((first, end), kept=5)
    assert len(found.words) <= 5
    assert len({tuple(own) for own in found.words.tolist()}) == len(found.words)
    assert (np.diff(found.scores) <= 1e-4).all()
    assert all(0 <= start < stop <= len(other) for start, stop in found.words.tolist())
    assert len(found.words) or not set(text[first:end]) & set(other)


@pytest.mark.parametrize(
    ("first", "second", "phrase", "found"),
    [
        ("er ging nach Rom", "er reiste nach Rom .", (3, 4), "Rom"),
        ("die deutsche Regierung sagt", "das sagt die deutschen Regierungen", (1, 3),
         "deutschen Regierungen"),
        ("am Montag war die Sitzung lang", "am Montag war die Tagung lang", (4, 5), "Tagung"),
        ("Rom ist schön", "gestern war alles anders", (0, 1), None),
    ],
)
def test_phrases_in_other_words(
    first: str, second: str, phrase: tuple[int, int], found: str | None
) -> None:
    assert best(first, second, phrase) == found


def test_repeated_phrases_are_told_apart_by_what_surrounds_them() -> None:
    first, second = "Ana traf Ben , dann ging Ana", "Erst traf Ana den Ben und dann verließ Ana ihn"
    both = TwoTranslations(first.split(), second.split())
    assert both.locate((0, 1)).words[0].tolist() == [2, 3]
    assert both.locate((6, 7)).words[0].tolist() == [8, 9]


def test_nothing_to_look_in() -> None:
    assert len(TwoTranslations(["Ana"], []).locate((0, 1)).words) == 0


@given(texts, texts)
def test_the_words_around_are_matched_in_order(text: list[str], other: list[str]) -> None:
    """What is left of two texts around their ends is their longest common subsequence."""
    both = TwoTranslations(["#", *text], ["#", *other])
    found = both.locate((0, 1))
    assert found.words[0].tolist() == [0, 1]
    rest, after = _longest_common(text, other), _near(text, other)
    expected = 1.4 + 4.0 + 2.1 * (1 + after) / 2 + 2.2 * 2 * rest / (len(text) + len(other))
    assert found.scores[0] == pytest.approx(expected, abs=1e-4)


def _longest_common(text: list[str], other: list[str]) -> int:
    if not text or not other:
        return 0
    if text[0] == other[0]:
        return 1 + _longest_common(text[1:], other[1:])
    return max(_longest_common(text[1:], other), _longest_common(text, other[1:]))


def _near(text: list[str], other: list[str]) -> float:
    if not text and not other:
        return 1.0
    ways = [0.0]
    if text:
        ways.append(0.5 * _near(text[1:], other))
    if other:
        ways.append(0.5 * _near(text, other[1:]))
    if text and other and text[0] == other[0]:
        ways.append(0.5 * (1 + _near(text[1:], other[1:])))
    return max(ways)
