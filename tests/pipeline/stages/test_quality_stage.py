"""Rows as the checks see them, whichever side a person wrote."""

from __future__ import annotations

from dataclasses import replace

from crosslabel.pipeline.corpus.records import Example, Segment, Span, Words
from crosslabel.pipeline.quality.texts import CheckedText
from crosslabel.pipeline.stages.shard_quality import checked_texts
from crosslabel.pipeline.stages.shard_sides import Parallel
from crosslabel.pipeline.stages.shard_texts import Assembled
from crosslabel.projection.interface import Projection

ENGLISH, GERMAN = "Ada saw Ben.", "Ben sah Ada."
ROW = Parallel(
    1,
    Example("1", "spans", "en", {"text": ENGLISH},
            (Span("a", "text", ((0, 3),), "PER"), Span("b", "text", ((8, 11),), "PER"))),
    Assembled({"text": GERMAN}, (Segment("text", (0, 12), (0, 11), -0.5),)),
    "de", {}, {},
)
PROJECTIONS = (Projection("a", "PER", ((8, 11),), "test", "projected"),
               Projection("b", "PER", (), "test", "abstained", "lost"))


def test_the_translation_is_side_a_where_the_labelled_text_is_human() -> None:
    assert list(checked_texts(ROW, PROJECTIONS)) == [("text", CheckedText(
        ENGLISH, GERMAN, human_spans=((0, 3), (8, 11)), machine_spans=((8, 11),),
        segments=(((0, 11), (0, 12)),), scores=(-0.5,), given=2, projected=1,
    ))]


def test_the_translation_is_side_b_where_a_model_labelled_it() -> None:
    row = replace(ROW, a_origin="human", b_origin="machine")
    assert list(checked_texts(row, PROJECTIONS)) == [("text", CheckedText(
        GERMAN, ENGLISH, human_spans=((8, 11),), machine_spans=((0, 3), (8, 11)),
        segments=(((0, 12), (0, 11)),), scores=(-0.5,), given=2, projected=1,
    ))]


def test_labelled_words_count_as_given_but_not_as_names() -> None:
    words = Words("text", ((0, 3), (4, 7)), ("PROPN", None))
    given = replace(ROW.given, task="words", spans=(), words=(words,))
    reached = Projection("0", "PROPN", ((8, 11),), "test", "projected")
    [(_, text)] = checked_texts(replace(ROW, given=given), (reached,))
    assert (text.given, text.projected, text.human_spans, text.machine_spans) == (1, 1, (), ())


def test_a_row_without_a_translation_is_not_checked() -> None:
    row = replace(ROW, other=Assembled({}, (), ("over-limit: too long",)))
    assert list(checked_texts(row, ())) == []
