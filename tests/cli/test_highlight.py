"""Spans and lost words in a terminal."""

from __future__ import annotations

from crosslabel.cli.highlight import highlighted
from crosslabel.pipeline.corpus.records import Example, Span, Words

TEXT = "Anna lives in Berlin"
WORDS = ((0, 4), (5, 10), (11, 13), (14, 20))


def _example(**fields: str) -> Example:
    spans = (Span("0", "text", ((0, 4),), "PER"),)
    words = tuple(Words(name, WORDS) for name in fields)
    return Example("1", "spans", "en", fields, spans, words=words)


def test_spans_stand_in_brackets_and_lost_words_in_braces() -> None:
    shown = highlighted(_example(text=TEXT), ["PER"], {"text": {2, 3}})
    assert shown.plain == "[Anna]PER lives {in} {Berlin}"


def test_lost_words_are_those_of_their_field() -> None:
    shown = highlighted(_example(text=TEXT, more=TEXT), ["PER"], {"more": {1}})
    assert shown.plain == "[Anna]PER lives in Berlin\nmore: Anna {lives} in Berlin"


def test_labelled_words_are_followed_by_their_label() -> None:
    words = Words("text", WORDS, ("PROPN", "VERB", None, "PROPN"))
    shown = highlighted(Example("1", "words", "en", {"text": TEXT}, words=(words,)), ["PROPN"],
                        {"text": {2}})
    assert shown.plain == "Anna/PROPN lives/VERB {in} Berlin/PROPN"


def test_control_characters_of_a_corpus_do_not_reach_the_terminal() -> None:
    shown = highlighted(_example(text="Anna\x1b[2J is\x07 in Berlin"), ["PER"])
    assert shown.plain == "[Anna]PER [2J is  in Berlin"
