"""Segments: real sentences, spans never cut, nothing lost but white space."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Span
from crosslabel.pipeline.text.segments import segment


def _cut(text: str, lang: str = "en", spans: tuple[Span, ...] = ()) -> list[str]:
    example = Example("1", "spans", lang, {"text": text}, spans)
    [found] = segment([example], sentences=True)
    return [example.fields[field][start:end] for field, (start, end) in found]


@pytest.mark.parametrize(
    ("lang", "text", "sentences"),
    [
        ("en", "Dr. Smith met U.N. staff. He left!", ["Dr. Smith met U.N. staff.", "He left!"]),
        ("en", 'They left. "Why?" he asked.', ["They left.", '"Why?" he asked.']),
        ("en", "One line\nanother line", ["One line", "another line"]),
        ("de", "Das war z. B. gestern. Heute nicht.", ["Das war z. B. gestern.", "Heute nicht."]),
        ("zh", "我在北京。你在上海吗？好。", ["我在北京。", "你在上海吗？", "好。"]),
        ("ar", "ذهبت إلى القاهرة. هل أنت هنا؟", ["ذهبت إلى القاهرة.", "هل أنت هنا؟"]),
        ("en", " \n\t ", []),
    ],
)
def test_sentences_of_real_text(lang: str, text: str, sentences: list[str]) -> None:
    assert _cut(text, lang) == sentences


def test_a_boundary_inside_a_span_is_ignored() -> None:
    text = "We saw Panic! At the Disco. It rained."
    span = Span("0", "text", ((7, 26),), "ORG")
    assert _cut(text, spans=(span,)) == ["We saw Panic! At the Disco.", "It rained."]


def test_fragments_of_one_span_stay_in_one_segment() -> None:
    text = "Ring her up. Please. Do it."
    span = Span("0", "text", ((0, 4), (13, 19)), "VERB")
    assert _cut(text, spans=(span,)) == ["Ring her up. Please.", "Do it."]


def test_without_sentences_a_field_is_one_segment() -> None:
    example = Example("1", "spans", "en", {"text": " One. Two. "})
    assert segment([example], sentences=False) == [[("text", (1, 10))]]


def test_every_field_of_every_example_is_cut() -> None:
    examples = [
        Example("1", "text", "en", {"premise": "It rains. We stay.", "hypothesis": "Dry."}),
        Example("2", "text", "en", {}),
        Example("3", "text", "en", {"text": "Go."}),
    ]
    names = [[field for field, _ in found] for found in segment(examples, sentences=True)]
    assert names == [["premise", "premise", "hypothesis"], [], ["text"]]


def test_equal_texts_are_cut_in_the_same_places() -> None:
    text = "They saw Panic! At the Disco. It rained. Hail. Snow."
    spans = [(Span("0", "context", ((9, 28),), "answer"),),
             (Span("0", "context", ((30, 46),), "answer"),), ()]
    examples = [Example(str(n), "spans", "en", {"question": f"{n}?", "context": text}, own)
                for n, own in enumerate(spans)]
    cuts = [[text[slice(*r)] for field, r in found if field == "context"]
            for found in segment(examples, sentences=True)]
    assert cuts == [["They saw Panic! At the Disco.", "It rained. Hail.", "Snow."]] * 3


def test_texts_are_equal_across_fields_but_not_across_languages() -> None:
    examples = [
        Example("1", "spans", "en", {"text": "One. Two."}, (Span("0", "text", ((0, 9),), "X"),)),
        Example("2", "spans", "de", {"text": "One. Two."}),
        Example("3", "spans", "en", {"title": "One. Two.", "text": "Three."}),
    ]
    assert [len(found) for found in segment(examples, sentences=True)] == [1, 2, 2]


@st.composite
def _examples(draw: st.DrawFn) -> Example:
    text = draw(st.text(st.sampled_from("ab .!?\n\"'，。؟ü\u2028A"), max_size=60))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    spans = tuple(
        Span(str(i), "text", ((start, end),), "X")
        for i, (start, end) in enumerate(zip(cuts[::2], cuts[1::2], strict=False))
    )
    return Example("1", "spans", draw(st.sampled_from(["en", "zh", "ar"])), {"text": text}, spans)


@given(_examples())
def test_segments_cover_all_visible_text_in_order_and_hold_spans_whole(example: Example) -> None:
    text = example.fields["text"]
    ranges = [r for _, r in segment([example], sentences=True)[0]]
    assert ranges == sorted(ranges)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(ranges))
    covered = {i for start, end in ranges for i in range(start, end)}
    assert all(i in covered or character.isspace() for i, character in enumerate(text))
    for span in example.spans:
        start, end = span.fragments[0]
        visible = [i for i in range(start, end) if not text[i].isspace()]
        holding = {r for r in ranges for i in visible if r[0] <= i < r[1]}
        assert len(holding) <= 1
