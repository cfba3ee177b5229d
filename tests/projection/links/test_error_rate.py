"""Alignment error rate against its formula, and a case worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.links.error_rate import ErrorRate, alignment_error_rate

links = st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=8)


def test_a_case_worked_by_hand() -> None:
    counts = ErrorRate()
    counts.add([(0, 0), (1, 1), (2, 2)], sure=[(0, 0), (3, 3)], possible=[(1, 1)])
    counts.add([(0, 0)], sure=[(0, 0)], possible=[])
    assert counts.precision == pytest.approx(3 / 4)
    assert counts.recall == pytest.approx(2 / 3)
    assert counts.rate == pytest.approx(1 - (2 + 3) / (4 + 3))


@given(st.lists(st.tuples(links, links, links), max_size=4))
def test_error_rate_equals_its_formula(pairs: list[tuple[set, set, set]]) -> None:
    tagged = [
        [{(k, *link) for link in own} for own in pair] for k, pair in enumerate(pairs)
    ]
    found, sure, possible = (set().union(*(pair[n] for pair in tagged)) for n in range(3))
    size = len(found) + len(sure)
    wanted = 1 - (len(found & sure) + len(found & (sure | possible))) / size if size else 0.0
    rate = alignment_error_rate(*([pair[n] for pair in pairs] for n in range(3)))
    assert rate == pytest.approx(wanted) and 0 <= rate <= 1


@given(links)
def test_sure_links_alone_give_f1(found: set[tuple[int, int]]) -> None:
    counts = ErrorRate()
    counts.add(found, sure=[(0, 0), (1, 1)], possible=[])
    precision, recall = counts.precision, counts.recall
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    assert counts.rate == pytest.approx(1 - f1)


def test_pairs_must_be_as_many_on_each_side() -> None:
    with pytest.raises(ValueError, match="shorter"):
        alignment_error_rate([[(0, 0)], []], [[(0, 0)]], [[]])
