"""Likeness of written forms against a plain Levenshtein distance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crosslabel.projection.links import likeness as module
from crosslabel.projection.links.likeness import likeness, romanised


def distance(left: str, right: str) -> int:
    """Levenshtein distance, row by row."""
    row = list(range(len(right) + 1))
    for i, ours in enumerate(left, 1):
        before, row = row, [i]
        for j, theirs in enumerate(right, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (ours != theirs)))
    return row[-1]


def wanted(left: str, right: str) -> float:
    ours, theirs = romanised(left), romanised(right)
    if ours == theirs:
        return 1.0
    value = 1 - distance(ours, theirs) / max(len(ours), len(theirs))
    return value if value >= 0.5 and min(len(ours), len(theirs)) >= 3 else 0.0


def one(left: str, right: str) -> float:
    return float(likeness([left], [right], np.array([0]), np.array([0]))[0])


words = st.lists(st.text("abné' 12ßИвαγم", min_size=1, max_size=6), min_size=1, max_size=5)


@given(words, words, st.integers(1, 7))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_likeness_is_the_normalised_distance_pair_by_pair(
    monkeypatch: pytest.MonkeyPatch, left: list[str], right: list[str], block: int
) -> None:
    monkeypatch.setattr(module, "_BLOCK", block)
    i, j = (part.ravel() for part in np.indices((len(left), len(right))))
    found = likeness(left, right, i, j)
    expected = [wanted(left[a], right[b]) for a, b in zip(i, j, strict=True)]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize(("left", "right"), [
    ("Moscow", "Москва"), ("Athens", "Αθήνα"), ("Berlin", "برلين"), ("Tbilisi", "თბილისი"),
    ("Zürich", "Zurich"), ("Universität", "universidad"), ("Kraków", "Krakau"),
])
def test_a_name_is_alike_in_another_script_or_spelling(left: str, right: str) -> None:
    assert one(left, right) >= 0.5


@pytest.mark.parametrize(("left", "right"), [
    ("dog", "Hund"), ("of", "on"), ("1998", "2023"), ("a", "b"), ("Moscow", "Афины"),
])
def test_other_words_are_not_alike(left: str, right: str) -> None:
    assert one(left, right) == 0.0


@pytest.mark.parametrize(("left", "right"), [("in", "In"), ("7", "7"), ("É", "e")])
def test_equal_short_words_are_alike(left: str, right: str) -> None:
    assert one(left, right) == 1.0


def test_nothing_to_compare() -> None:
    nothing = np.empty(0, np.int64)
    assert likeness([], [], nothing, nothing).shape == (0,)
