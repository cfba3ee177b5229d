"""Markers around ranges of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.errors import InputError
from crosslabel.projection.markers import BRACKETS, CONVENTIONS, LETTERS, Markers, mark

ATTACHED = CONVENTIONS["labelpigeon"]


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text = draw(st.text(alphabet="ab ü中.", min_size=1, max_size=20))
    places = st.integers(0, len(text))
    pairs = st.tuples(places, places).filter(lambda p: p[0] < p[1])
    return text, draw(st.lists(pairs, max_size=5))


def test_markers_stand_around_their_range() -> None:
    text = "I met Ana in Rome."
    assert mark(text, [(6, 9), (13, 17)], ATTACHED) == "I met <a>Ana</a> in <b>Rome</b>."
    assert mark(text, [(6, 9), (13, 17)], LETTERS) == "I met <a> Ana </a> in <b> Rome </b> ."


def test_nested_ranges_nest_their_markers() -> None:
    assert mark("a b c", [(2, 3), (0, 5), (0, 1)], ATTACHED) == "<b><c>a</c> <a>b</a> c</b>"
    assert mark("a b", [(0, 3), (0, 3)], ATTACHED) == "<a><b>a b</b></a>"


def test_spaced_markers_are_words() -> None:
    assert mark("(Ana)", [(1, 4)], BRACKETS) == "( [ Ana ] )"
    assert mark("ab", [(0, 1), (1, 2)], BRACKETS) == "[ a ] [ b ]"


def test_letters_go_on_after_z() -> None:
    assert LETTERS.pair(25) == ("<z>", "</z>")
    assert LETTERS.pair(26) == ("<aa>", "</aa>")
    assert LETTERS.pair(26 + 26 * 26) == ("<aaa>", "</aaa>")


@given(marked_texts())
def test_without_its_markers_the_text_is_untouched(
    marked: tuple[str, list[tuple[int, int]]],
) -> None:
    text, ranges = marked
    plain = mark(text, ranges, ATTACHED)
    for number in range(len(ranges)):
        for marker in ATTACHED.pair(number):
            assert plain.count(marker) == 1
            plain = plain.replace(marker, "")
    assert plain == text


@pytest.mark.parametrize(
    ("opening", "closing"), [("", "]"), ("[", " "), ("|", "|"), ("<{letter}>", "</x>"),
                              ("<{letter}{number}>", "</{letter}{number}>")]
)
def test_markers_that_cannot_work_are_refused(opening: str, closing: str) -> None:
    with pytest.raises(InputError, match="markers"):
        Markers(opening, closing, spaced=True)


@pytest.mark.parametrize(("opening", "closing"), [("[{number}", "{number}]"), ("(x", "y)")])
def test_markers_that_look_like_words_need_spaces(opening: str, closing: str) -> None:
    assert Markers(opening, closing, spaced=True).pair(0)
    with pytest.raises(InputError, match="spaced"):
        Markers(opening, closing, spaced=False)
