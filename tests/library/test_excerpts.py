"""Excerpts of long texts for a look at a few pairs."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crosslabel.library.excerpts import MOST, excerpt, pieces
from crosslabel.library.samples import Mark, apart

WORD = "lorem "


def _shown(text: str, *marks: Mark) -> str:
    return "".join(piece if mark is None else f"[{piece}]"
                   for piece, mark in pieces(text, marks, MOST))


def test_a_long_document_is_cut_to_what_stands_around_its_spans() -> None:
    text = WORD * 1000 + "Anna met Ben. " + WORD * 1000 + "Berlin" + " ipsum" * 200
    places = [(text.index(name), text.index(name) + len(name)) for name in
              ("Anna", "Ben", "Berlin")]
    shown = _shown(text, *(Mark(*place, "span", "X") for place in places))
    assert shown == (
        "… " + WORD * 8 + "lorem [Anna] met [Ben]. " + (WORD * 9).rstrip() + " … " + WORD * 8
        + "lorem [Berlin]" + " ipsum" * 9 + f" … ({len(text):,} characters in all)")


def test_a_long_document_without_spans_is_cut_to_its_beginning() -> None:
    shown = _shown(WORD * 2000)
    assert shown.startswith(WORD * 90) and len(shown) < MOST + 60
    assert shown.endswith(" … (12,000 characters in all)")


def test_a_short_text_is_shown_whole() -> None:
    assert _shown("Anna left.", Mark(0, 4, "span")) == "[Anna] left."
    assert _shown("") == ""


TEXTS = st.text(st.sampled_from("ab 漢é"), max_size=400)
PLACES = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), max_size=8)


@given(TEXTS, PLACES, st.integers(150, 300))
def test_what_is_kept_is_in_order_and_holds_the_first_marks(
    text: str, places: list[tuple[int, int]], most: int
) -> None:
    found = apart(Mark(start, min(start + length, len(text)), "span", "X")
                  for start, length in places if start < len(text))
    kept = excerpt(text, found, most)
    assert all(start < end or not text for start, end in kept)
    assert all(end < following for (_, end), (following, _) in pairwise(kept))
    assert sum(end - start for start, end in kept) <= max(most, 60)
    whole = [mark for mark in found
             if any(start <= mark.start and mark.end <= end for start, end in kept)]
    assert whole == found[:len(whole)]
    assert not found or whole
    shown = [piece for piece, mark in pieces(text, found, most) if mark is not None]
    assert shown[:len(whole)] == [text[mark.start:mark.end] for mark in whole]
    assert "".join(piece for piece, _ in pieces(text, found)) == text
