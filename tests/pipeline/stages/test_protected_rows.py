"""Rows with protected parts: what the model gets, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Span
from crosslabel.pipeline.planning.carried_segments import carried_segments
from crosslabel.pipeline.planning.protection import Protection
from crosslabel.pipeline.planning.rows import SourceRow, with_parts
from crosslabel.pipeline.stages.shard_carried import carried_row
from crosslabel.pipeline.stages.shard_marks import place_marks
from crosslabel.pipeline.stages.shard_projection import project
from crosslabel.pipeline.stages.shard_restored import restored_rows
from crosslabel.pipeline.stages.shard_rows import AssembledRow, parallel_rows
from crosslabel.pipeline.stages.shard_sides import Parallel
from crosslabel.pipeline.text.segments import segment
from crosslabel.pipeline.translation.translator import Translation
from crosslabel.projection.interface import Projection, TextPair

PROTECTION = Protection(None, None)


class Same:
    """Projects each span onto the same characters of a translation that equals the text."""

    def project(self, pairs: Sequence[TextPair]) -> list[list[Projection]]:
        return [[Projection(span.id, span.label, span.fragments, "same", "projected")
                 for span in pair.spans] for pair in pairs]


def _row(text: str, spans: Sequence[tuple[int, int]] = ()) -> SourceRow:
    made = tuple(Span(str(number), "text", (range_,), "LOC")
                 for number, range_ in enumerate(spans))
    example = Example("1", "spans", "en", {"text": text}, made)
    parts = PROTECTION.parts([example])
    [cuts] = segment([example], sentences=True, protected=parts)
    return with_parts(SourceRow(1, example, tuple(cuts)), parts, PROTECTION)


def _translated(row: SourceRow, changes: dict[str, str | None]) -> AssembledRow:
    """Translate a row by a model that repeats its input, but for some inputs."""
    segments = carried_segments(row)

    def said(text: str) -> Translation:
        answer = changes.get(text, text)
        return Translation(answer, -1.0, None if answer is not None else "unfinished: no end")

    translations = [
        {asked: said(asked) for asked in found.texts()} if found else said(text)
        for text, found in zip(row.texts(), segments, strict=True)]
    made, joined, carried = carried_row(row, segments, translations, "de")
    return AssembledRow(made, joined, {}, carried)


def _through(
    text: str, spans: Sequence[tuple[int, int]] = (), changes: dict[str, str | None] | None = None
) -> tuple[Parallel, list[Projection]]:
    rows = parallel_rows([_translated(_row(text, spans), changes or {})], "de", "en")
    projections = project(Same(), rows)
    [made] = restored_rows(rows, projections, place_marks([Same()], rows))
    return made


def _read(row: Parallel) -> str:
    return row.other.fields["text"]


PIECES = ["Anna met Bob.", "in Rome",
          "<b>", "</b>", "<br/>", "`x = 1`", "{name}", "%s", "🎻", "&amp;",
          "https://a.org/b?c=1", "x@y.org", "**", "[", "](u)", "$x^2$", "\n", "```\na\n```", "#tag",
          "<!-- c -->", "THE BIG TRAIN LEFT EARLY.", "a < b", "-", ".", ", ", "“", "東京",
          "\\[", "$$"]


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from(["", " "]), st.data())
def test_nothing_is_lost_or_invented_by_a_model_that_repeats_its_input(
    pieces: list[str], between: str, data: st.DataObject
) -> None:
    text = between.join(pieces)
    spans = []
    if text:
        start = data.draw(st.integers(0, len(text) - 1))
        spans = [(start, data.draw(st.integers(start + 1, len(text))))]
    row, projections = _through(text, spans)
    if row.other.reasons:
        assert row.other.reasons[0].startswith("protected-lost: ")
        return
    # A mark without a word beside it may change sides with a space or a sign; nothing is lost.
    assert sorted("".join(_read(row).split())) == sorted("".join(text.split()))
    for part in (part for parts in _row(text).parts.values() for part in parts):
        assert text[part.start:part.end] in _read(row)
    assert row.given.fields["text"] == text
    for projection in projections:
        for start, end in projection.fragments:
            assert 0 <= start < end <= len(_read(row))
    words = row.words_a["text"]
    assert list(words) == sorted(words)
    assert all(before[1] <= after[0] for before, after in pairwise(words))


@pytest.mark.parametrize("text", [
    "<p>Anna &amp; Bob met in <b>Rome</b>.</p>", "See [the map](a.html), then **go** home! 🎻",
    "# Title\n\n- one `x`\n- two\n\n```\ncode\n```\n\nThe {n} ends.\n", "Order{id}now, %s%%.",
    "20 m² in state\u00adment", "|a|b|\n|-|-|\n|one two|three|\n", "$x$ and $$y$$ and \\[z\\].",
    "He <b>ran. She sat</b> down. They <br/>left.", "See <b><i>Rome</b></i> and <u>go.",
    "THE {name} OF BREMEN IS VERY OLD.", "He **left** 🎻🎻 now.",
    "<p>Juan lives in Rome</p><p>Ana left</p>", "Ann<br><br> lives here.", "Hello 🎻🎻.",
    "<b>Ann <i>Lee</b></i> lives in Rome.", "<td>one</td><td>two</td>", "@a: hi #b! www.a.org/x.",
])
def test_usual_texts_come_back_to_the_last_space(text: str) -> None:
    row, _ = _through(text)
    assert _read(row) == text
    assert all(segment_.a == segment_.b for segment_ in row.other.segments)


@pytest.mark.parametrize(("text", "span", "expected"), [
    ("See #Bremen today.", (5, 11), "Bremen"),
    ("She met <b>Ann Lee</b> now.", (11, 18), "Ann Lee"),
    ("She met <b>Ann Lee</b> now.", (8, 22), "<b>Ann Lee</b>"),
    ("The {city} port opened.", (0, 15), "The {city} port"),
    ("```\nx\n```\nIn Bremen it rains.", (4, 5), "x"),
    ("<p>Bremen</p>", (3, 9), "Bremen"),
])
def test_spans_in_around_and_across_parts(text: str, span: tuple[int, int], expected: str) -> None:
    row, [projection] = _through(text, [span])
    assert projection.status == "projected"
    assert [_read(row)[slice(*fragment)] for fragment in projection.fragments] == [expected]


def test_a_lost_carrier_is_translated_in_pieces() -> None:
    text = "Write to desk@example.org, or call us."
    whole = carried_segments(_row(text))[0]
    assert whole is not None and whole.whole is not None
    row, _ = _through(text, changes={whole.whole.text: "Schreiben Sie uns."})
    assert _read(row) == text


@pytest.mark.parametrize("answer", ["Schreib an XYZ oder XY.", "XY XY", "Schreib.", "", "anXY"])
def test_a_carrier_that_is_not_there_once_by_itself_is_lost(answer: str) -> None:
    text = "Write to desk@example.org or call."
    row, _ = _through(text, changes={"Write to XY or call.": answer, "Write to": "Schreib an",
                                     "or call.": "oder ruf an."})
    assert _read(row) == "Schreib an desk@example.org oder ruf an."


def test_a_row_that_loses_a_part_in_every_way_says_which() -> None:
    text = "The {city} port opened."
    row, _ = _through(text, [(0, 15)], {"The XY port opened.": "Der Hafen."})
    [reason] = row.other.reasons
    assert reason.startswith("protected-lost: {city}: ")
    assert row.given.fields["text"] == text


def test_parts_move_with_the_words_around_them() -> None:
    row, _ = _through("She met {name} in {city}.",
                      changes={"She met XY in ABC.": "In ABC traf sie XY."})
    assert _read(row) == "In {city} traf sie {name}."


def test_text_without_letters_beside_its_parts_never_reaches_the_model() -> None:
    row, _ = _through("https://a.org/b\n{name} – %s!", changes={})
    assert _read(row) == "https://a.org/b\n{name} – %s!"
    assert [segment_ for segment_ in carried_segments(_row("{name} %s")) if segment_
            and segment_.texts()] == []


def test_each_mark_and_each_name_is_a_word_of_its_own() -> None:
    row, _ = _through("Ann <b>met</b> {name}.")
    words = [_read(row)[start:end] for start, end in row.words_a["text"]]
    assert words == ["Ann", "<b>", "met", "</b>", "{name}", "."]


def test_rows_without_parts_are_as_they_were() -> None:
    row = _row("Anna met Bob in Rome.")
    assert carried_segments(row) == [None]
    assert not row.parts and not row.capitals
