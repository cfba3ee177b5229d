"""Where markers may stand among the tokens of a text."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.constrained.template import (
    Pieces,
    Template,
    anywhere,
    attached,
    template,
)


def pieces(*ranges: tuple[int, int]) -> Pieces:
    starts, ends = (np.array(side, np.int64) for side in zip(*ranges, strict=True))
    return Pieces(tuple(range(10, 10 + len(ranges))), starts, ends)


def places(made: Template) -> set[tuple[int, int, int, int]]:
    """Word range and token range of every hypothesis."""
    return {
        (opening.first, closing.end, opening.slot, opening.slot + closing.tokens)
        for opening in made.openings for closing in opening.closings
    }


def test_openings_at_word_starts_closings_at_word_ends() -> None:
    made = template(pieces((0, 2), (2, 4), (5, 8), (8, 9)), [(0, 4), (5, 8), (8, 9)])
    assert places(made) == {(0, 1, 0, 2), (0, 2, 0, 3), (0, 3, 0, 4), (1, 2, 2, 3), (1, 3, 2, 4),
                            (2, 3, 3, 4)}


def test_no_marker_goes_into_a_token() -> None:
    made = template(pieces((0, 3), (3, 5)), [(0, 2), (2, 5)])
    assert places(made) == {(0, 2, 0, 2)}


def test_an_empty_piece_stays_with_what_follows() -> None:
    made = template(pieces((0, 2), (3, 3), (3, 4), (4, 5)), [(0, 2), (3, 4), (4, 5)])
    assert (0, 1, 0, 1) in places(made)
    assert (1, 2, 1, 3) in places(made)


def test_behind_an_attached_opening_a_word_has_tokens_of_its_own() -> None:
    whole = pieces((0, 2), (3, 6))
    behind = Pieces((1, 2, 3, 4), np.array([0, 3, 4, 6]), np.array([3, 4, 5, 9]))
    last = Pieces((1, 2, 5), np.array([0, 3, 4]), np.array([3, 4, 6]))
    made = attached(whole, [(0, 2), (3, 6)], [(behind, 3), (last, 3)])
    assert [opening.rest for opening in made.openings] == [(2, 3, 4), (2, 5)]
    assert places(made) == {(0, 1, 0, 2), (0, 2, 0, 3), (1, 2, 1, 3)}


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[Pieces, list[tuple[int, int]]]:
    """A text cut into tokens and, elsewhere, into words with gaps between them."""
    length = draw(st.integers(1, 12))
    cuts = sorted({0, length, *draw(st.lists(st.integers(0, length), max_size=6))})
    borders = sorted(set(draw(st.lists(st.integers(0, length), min_size=2, max_size=8))))
    words = [pair for n, pair in enumerate(pairwise(borders))
             if draw(st.booleans()) or n == 0]
    return pieces(*pairwise(cuts)), words


@given(cut_texts())
def test_templates_hold_just_the_places_between_tokens(
    cut: tuple[Pieces, list[tuple[int, int]]],
) -> None:
    made, words = cut
    borders = {0, *made.ends.tolist()}
    expected = {
        (first, end + 1) for first, (start, _) in enumerate(words)
        for end, (_, stop) in enumerate(words) if end >= first
        if start in borders and stop in borders
    }
    assert {place[:2] for place in places(template(made, words))} == expected


@given(cut_texts())
def test_anywhere_covers_the_words_it_touches(cut: tuple[Pieces, list[tuple[int, int]]]) -> None:
    made, words = cut
    expected = set()
    for slot, start in enumerate(made.starts.tolist()):
        for stop, end in enumerate(made.ends.tolist()):
            touched = [n for n, word in enumerate(words) if word[0] < end and start < word[1]]
            if stop >= slot and touched:
                expected.add((touched[0], touched[-1] + 1, slot, stop + 1))
    assert places(anywhere(made, words)) == expected
