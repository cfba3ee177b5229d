"""Replacements in texts, and ranges before and after them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.protection.edits import Edit, Edits

TEXT = "Ann met Bob in Rome."


def test_a_range_moves_with_the_edits_before_it() -> None:
    edits = Edits([Edit(4, 8, ""), Edit(8, 11, "Roberta")])
    made = edits.apply(TEXT)
    assert made == "Ann Roberta in Rome."
    start, end = edits.inner((15, 19))
    assert made[start:end] == "Rome"
    assert made[slice(*edits.inner((8, 11)))] == "Roberta"
    assert made[slice(*edits.inner((9, 10)))] == "Roberta"  # half of what was replaced


def test_insertions_at_the_ends_are_inside_the_outer_range_alone() -> None:
    edits = Edits([Edit(8, 8, "<b>"), Edit(8, 11, "Bo"), Edit(11, 11, "</b>")])
    made = edits.apply(TEXT)
    assert made == "Ann met <b>Bo</b> in Rome."
    assert made[slice(*edits.inner((8, 11)))] == "Bo"
    assert made[slice(*edits.outer((8, 11)))] == "<b>Bo</b>"
    assert made[slice(*edits.inner((0, 11)))] == "Ann met <b>Bo"
    assert [made[slice(*place)] for place in edits.places()] == ["<b>", "Bo", "</b>"]


@st.composite
def _edited(draw: st.DrawFn) -> tuple[str, Edits]:
    text = draw(st.text(max_size=30))
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return text, Edits([Edit(start, end, draw(st.text("xy", max_size=3))) for start, end in pairs])


@given(_edited())
def test_the_inverse_gives_the_text_back(case: tuple[str, Edits]) -> None:
    text, edits = case
    assert edits.inverse(text).apply(edits.apply(text)) == text


@given(_edited(), st.integers(0, 30), st.integers(0, 30))
def test_ranges_stay_in_the_text_and_the_outer_holds_the_inner(
    case: tuple[str, Edits], one: int, other: int
) -> None:
    text, edits = case
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    inner, outer = edits.inner((start, end)), edits.outer((start, end))
    made = edits.apply(text)
    assert 0 <= outer[0] <= inner[0] <= inner[1] <= len(made)
    assert outer[1] <= len(made)
    if start < end:
        assert inner[1] <= outer[1]


@given(_edited())
def test_the_whole_text_stays_the_whole_text(case: tuple[str, Edits]) -> None:
    text, edits = case
    if text:
        assert edits.outer((0, len(text))) == (0, len(edits.apply(text)))
