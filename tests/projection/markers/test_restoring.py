"""Markers taken out of a text again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.markers import (
    BRACKETS,
    CONVENTIONS,
    INDEXED,
    LETTERS,
    Markers,
    has_markers,
    mark,
    restore,
)
from tests.projection.markers.marked_cases import Ranges, any_texts, apart, sentences

ATTACHED = CONVENTIONS["labelpigeon"]
SPACED = [LETTERS, INDEXED, *(
    Markers(opening, closing, spaced=True)
    for opening, closing in [("[{number}", "{number}]"), ("BEGIN{number}", "END{number}")]
)]
GLUED = [ATTACHED, Markers("<{number}>", "</{number}>", spaced=False)]
UNNAMED = [Markers("[", "]", spaced=spaced) for spaced in (False, True)]


def phrases(text: str, count: int, markers: Markers) -> list[str | None]:
    """What each span holds, else its fault."""
    found = restore(text, count, markers)
    return [found.text[slice(*own)] if own else fault
            for own, fault in zip(found.ranges, found.faults, strict=True)]


@given(any_texts(), st.sampled_from(GLUED))
def test_attached_markers_of_any_text_come_out_as_they_went_in(
    case: tuple[str, Ranges], markers: Markers
) -> None:
    text, ranges = case
    found = restore(mark(text, ranges, markers), len(ranges), markers)
    assert found.text == text
    assert list(found.ranges) == ranges
    assert set(found.faults) <= {None}
    assert found.leftovers == 0


@given(sentences(), st.sampled_from(SPACED))
def test_spaced_markers_of_sentences_come_out_as_they_went_in(
    case: tuple[str, Ranges], markers: Markers
) -> None:
    text, ranges = case
    found = restore(mark(text, ranges, markers), len(ranges), markers)
    assert found.text == text
    assert list(found.ranges) == ranges


@given(sentences(), st.sampled_from(UNNAMED))
def test_brackets_that_do_not_overlap_come_out_in_order(
    case: tuple[str, Ranges], markers: Markers
) -> None:
    text, ranges = case[0].translate({ord(c): "!" for c in "[]"}), apart(case[1])
    found = restore(mark(text, ranges, markers), len(ranges), markers)
    assert found.text == text
    assert list(found.ranges) == ranges


@given(sentences(), st.sampled_from([*SPACED, *GLUED]), st.data())
def test_a_damaged_marker_damages_its_own_span_only(
    case: tuple[str, Ranges], markers: Markers, data: st.DataObject
) -> None:
    text, ranges = case
    if not ranges:
        return
    number = data.draw(st.integers(0, len(ranges) - 1))
    marker = data.draw(st.sampled_from(markers.pair(number)))
    instead = data.draw(st.sampled_from(["", markers.pair(9)[0], markers.pair(9)[1]]))
    whole = mark(text, ranges, markers)
    at = whole.index(marker)
    damaged = whole[:at] + f" {instead} " + whole[at + len(marker):]
    found = phrases(damaged, len(ranges), markers)
    for own, (start, end) in enumerate(ranges):
        if own != number:
            assert "".join((found[own] or "").split()) == "".join(text[start:end].split())
    assert restore(damaged, len(ranges), markers).faults[number]
    plain = restore(damaged, len(ranges), markers).text
    assert "".join(plain.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "written",
    ["Ich traf <a> Ana </a> in <b> Rom </b> .", "Ich traf <a>Ana</a> in <b>Rom</b>.",
     "Ich traf < a > Ana < / a > in <b >Rom</ b>.", "Ich traf <A>Ana</A> in <B> Rom</B>.",
     "Ich traf ＜ａ＞Ana＜／ａ＞ in 〈b〉Rom〈/b〉.",
     "Ich traf &lt;a&gt;Ana&lt;/a&gt; in <b> Rom </b>.",
     "Ich traf<a> Ana</a> in<b> Rom</b>.", "Ich traf <a>Ana </a>in <b>Rom </b>."],
)
def test_markers_are_read_as_models_write_them(written: str) -> None:
    found = restore(written, 2, LETTERS)
    assert found.text == "Ich traf Ana in Rom."
    assert found.ranges == ((9, 12), (16, 19))
    assert found.leftovers == 0


def test_chinese_text_has_no_spaces_where_markers_were() -> None:
    assert restore("我 <a> 在 </a> 北京 <b> 见 </b> 。", 2, LETTERS).text == "我在北京见。"
    assert phrases("我在【北京】见了［安娜］", 2, BRACKETS) == ["北京", "安娜"]


@pytest.mark.parametrize(
    ("text", "phrase", "lang"),
    [("Où est Ana ?", "Ana", "fr"), ("Wo ist Ana?", "Ana", "de"), ("« Ana » dit-il", "Ana", "fr"),
     ("mit 58 % der", "58", "de"), ("with 58% of", "58", "en"),
     ("dell'Europa unita", "Europa", "it"), ("er rief: „Ana“!", "Ana", ""),
     ("Ana's book", "Ana", "en"), ("the students' Union", "Union", "en"),
     ('sagt "Ana" da', "Ana", "de"), ("Wien-Besuch", "Wien", "de"), ("a – Ana – b", "Ana", "de"),
     ("nur $5 bar", "5", "en"), ("¿Ana?", "Ana", "es"), ("(Ana/Ben)", "Ben", "en")],
)
def test_spaces_are_those_of_the_language(text: str, phrase: str, lang: str) -> None:
    start = text.index(phrase)
    found = restore(mark(text, [(start, start + len(phrase))], LETTERS), 1, LETTERS, lang)
    assert found.text == text
    assert found.ranges == ((start, start + len(phrase)),)


def test_text_from_right_to_left_is_read_in_logical_order() -> None:
    assert phrases("قال <٠> زيد </٠> في <١> بغداد </١> .", 2, INDEXED) == ["زيد", "بغداد"]


def test_named_spans_may_nest_overlap_and_change_places() -> None:
    assert phrases("<b> c <a> d </b> e </a>", 2, LETTERS) == ["d e", "c d"]
    assert phrases("<1>x <0>y</0></1> <2>y</2>", 3, INDEXED) == ["y", "x y", "y"]
    assert phrases("[ a [ b ] ] [ b ]", 3, BRACKETS) == ["a b", "b", "b"]


@pytest.mark.parametrize(
    ("written", "fault"),
    [("Ana </a> ", "missing opening"), ("<a> Ana", "missing closing"), ("Ana", "missing markers"),
     ("</a> Ana <a>", "closing before opening"), ("<a> </a> Ana", "empty"),
     ("<a> Ana </a> <a> Ana </a>", "doubled markers"), ("<a Ana </a>", "missing opening")],
)
def test_a_fault_is_named_and_its_markers_leave_no_trace(written: str, fault: str) -> None:
    found = restore(f"{written} und <b> Ben </b>", 2, LETTERS)
    assert found.faults == (fault, None)
    assert "<" not in found.text and ">" not in found.text
    assert found.text[slice(*found.ranges[1] or ())] == "Ben"


def test_a_marker_said_twice_on_the_spot_counts_once() -> None:
    found = restore("<a> <a> Ana </a> </a> und <b> Ben </b> </b> .", 2, LETTERS)
    assert [found.text[slice(*own or ())] for own in found.ranges] == ["Ana", "Ben"]
    assert (found.text, found.leftovers) == ("Ana und Ben.", 3)


def test_brackets_that_do_not_come_out_even_are_all_at_fault() -> None:
    found = restore("[ Ana ] und Ben ]", 2, BRACKETS)
    assert found.faults == ("1 pairs for 2 spans",) * 2
    assert (found.text, found.leftovers) == ("Ana und Ben", 3)


def test_markers_of_no_span_are_taken_out_and_counted() -> None:
    found = restore("<c> Ana </a> <q> ist da", 1, LETTERS)
    assert (found.text, found.leftovers) == ("Ana ist da", 3)
    assert restore("a <br> b", 1, LETTERS).text == "a <br> b"


def test_texts_that_could_be_taken_for_marked_ones_are_known() -> None:
    assert has_markers("press <a> now", 1, LETTERS)
    assert has_markers("as [sic] said", 1, BRACKETS)
    assert not has_markers("as [sic] said, 2 < 3, a<b, <br>", 1, INDEXED)


def test_thousands_of_markers_that_do_not_match() -> None:
    many = 50_000
    assert restore("<a> x " * many, 1, LETTERS).faults == ("doubled markers",)
    assert restore("[ " * many + "x" + " ]" * many, 1, BRACKETS).leftovers == 2 * many
    found = restore("< " * many + " " * many + "<a>Ana</a>" + "</" * many, 1, LETTERS)
    assert found.text[slice(*found.ranges[0] or ())] == "Ana"
    count = 2_000
    text = " ".join(f"<{n}> x{n} </{n}>" for n in reversed(range(count)))
    assert phrases(text, count, INDEXED) == [f"x{n}" for n in range(count)]
