"""Segments with their spans marked, and what comes back from a translation of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Span
from crosslabel.pipeline.planning.marked_segments import mark_segments
from crosslabel.pipeline.planning.rows import SourceRow
from crosslabel.projection.interface import Range
from crosslabel.projection.markers import BRACKETS, CONVENTIONS, LETTERS, Markers

ATTACHED = CONVENTIONS["labelpigeon"]


def row(texts: dict[str, str], *spans: tuple[str, str, list[Range]], cut: int = 0) -> SourceRow:
    """A row whose first field is cut at a character."""
    fields = [(name, (0, len(text))) for name, text in texts.items()]
    if cut:
        name, (start, end) = fields[0]
        fields[:1] = [(name, (start, cut)), (name, (cut, end))]
    made = tuple(Span(id_, field, tuple(own), "X") for id_, field, own in spans)
    return SourceRow(1, Example("1", "spans", "en", texts, made), tuple(fields))


def marked(row: SourceRow, markers: Markers) -> list[str | None]:
    return [own.text if own else None for own in mark_segments(row, markers)]


def test_each_segment_has_its_own_spans() -> None:
    two = row({"text": "Ana is here. Ben is not.", "title": "About Ben", "note": "-"},
              ("1", "text", [(13, 16)]), ("2", "text", [(0, 3)]), ("3", "title", [(6, 9)]), cut=13)
    assert marked(two, LETTERS) == [
        "<a> Ana </a> is here. ", "<a> Ben </a> is not.", "About <a> Ben </a>", None]


def test_a_discontinuous_span_comes_back_whole_or_not_at_all() -> None:
    [own] = mark_segments(
        row({"text": "left and right lungs"}, ("x", "text", [(0, 4), (15, 20)]),
            ("y", "text", [(9, 20)])), ATTACHED)
    assert own is not None
    assert own.text == "<a>left</a> and <b>right <c>lungs</c></b>"
    found = own.restore("<b>rechte</b> und <a>linke</a> <c>Lunge</c>", ATTACHED)
    assert found.text == "rechte und linke Lunge"
    assert found.spans == {"x": ((11, 16), (17, 22)), "y": ((0, 6),)}
    found = own.restore("<b>rechte</b> und <a>linke</a> Lunge", ATTACHED)
    assert found.spans == {"y": ((0, 6),)}
    assert found.faults == {"x": "missing markers"}


def test_fragments_that_meet_in_the_translation_are_one() -> None:
    [own] = mark_segments(row({"text": "give it up"}, ("x", "text", [(0, 4), (8, 10)])), ATTACHED)
    assert own is not None
    assert own.restore("es <b>auf</b><a>geben</a>", ATTACHED).spans == {"x": ((3, 11),)}


def test_white_space_at_the_ends_of_a_span_stays_outside() -> None:
    text = row({"text": "met Ana now"}, ("1", "text", [(3, 8)]), ("2", "text", [(3, 4)]))
    assert marked(text, ATTACHED) == ["met <a>Ana</a> now"]


def test_what_cannot_be_marked_is_left_to_its_plain_translation() -> None:
    spans = ("1", "text", [(0, 3)]), ("2", "text", [(2, 5)])
    crossing = row({"text": "a b c"}, *spans)
    assert marked(crossing, BRACKETS) == [None]
    assert marked(crossing, ATTACHED) == ["<a>a <b>b</a> c</b>"]
    assert marked(row({"text": "a [b] c"}, spans[0]), BRACKETS) == [None]
    assert marked(row({"text": "a <b> c"}, spans[0]), LETTERS) == [None]
    assert marked(row({"text": "a b"}), LETTERS) == [None]


@st.composite
def nested_rows(draw: st.DrawFn) -> SourceRow:
    length = draw(st.integers(1, 12))
    spans: list[Range] = []
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, length - 1))
        end = draw(st.integers(start + 1, length))
        if not any(a < start < b < end or start < a < end < b for a, b in spans):
            spans.append((start, end))
    return row({"text": "x" * length}, *((str(n), "text", [own]) for n, own in enumerate(spans)))


@given(nested_rows(), st.sampled_from([ATTACHED, Markers("[", "]", spaced=False)]))
def test_nested_spans_in_any_order_come_back_to_their_owners(
    given_row: SourceRow, markers: Markers
) -> None:
    [own] = mark_segments(given_row, markers)
    assert own is not None
    found = own.restore(own.text, markers)
    assert found.text == given_row.example.fields["text"]
    assert found.spans == {span.id: span.fragments for span in given_row.example.spans}
