"""Phrases found between markers in a translation."""

from crosslabel.projection.markers import BRACKETS
from crosslabel.projection.markers.translating import TEXT_HAS_MARKERS, Unmarked, translate_phrases
from tests.projection.markers.keeping_translator import KeepingTranslator

WORDS = {"met": "traf", "Rome": "Rom", "and": "und"}


def asked(text: str, *phrases: str) -> Unmarked:
    ranges = tuple((text.index(own), text.index(own) + len(own)) for own in phrases)
    return Unmarked(text, ranges, "en", "de")


def found(translator: KeepingTranslator, *texts: Unmarked) -> list[list[str | None]]:
    return [
        [phrase.text[slice(*phrase.range)] if phrase.range else phrase.fault for phrase in own]
        for own in translate_phrases(translator, texts)
    ]


def test_all_ranges_of_a_text_are_translated_together_and_texts_once() -> None:
    translator = KeepingTranslator(WORDS)
    text = asked("I met Ana and Ben Rome", "Rome", "Ben Rome", "Ana and")
    assert found(translator, text, text) == [["Rom", "Ben Rom", "Ana und"]] * 2
    assert translator.batches == [["I met <c> Ana and </c> <b> Ben <a> Rome </a> </b>"]]


def test_a_range_whose_markers_are_lost_is_tried_alone() -> None:
    def lose_b(source: str, made: str) -> str:
        return made.replace("<b>", "")

    translator = KeepingTranslator(WORDS, lose_b)
    text = asked("I met Ana and Ben", "Ana", "Ben")
    assert found(translator, text, asked("I met", "I")) == [["Ana", "Ben"], ["I"]]
    assert translator.batches[1] == ["I met Ana and <a> Ben </a>"]


def test_a_range_lost_twice_says_what_is_wrong() -> None:
    translator = KeepingTranslator(WORDS, lambda source, made: made.replace("</a>", ""))
    assert found(translator, asked("I met Ana", "Ana")) == [["missing closing"]]
    assert len(translator.batches) == 1
    both = found(translator, asked("I met Ana and Ben", "Ana", "Ben"))
    assert both == [["missing closing", "Ben"]]


def test_a_text_too_long_with_all_its_markers_is_tried_with_one() -> None:
    translator = KeepingTranslator(WORDS, limit=7)
    assert found(translator, asked("I met Ana and Ben", "Ana", "Ben")) == [["Ana", "Ben"]]
    long = asked("I met Ana and Ben and Eve", "Ana", "Ben")
    assert found(translator, long) == [["over-limit: too many words"] * 2]


def test_brackets_hold_one_range_at_a_time() -> None:
    def swap(source: str, made: str) -> str:
        return " ".join(reversed(made.split("|")))

    translator = KeepingTranslator(WORDS, swap, BRACKETS)
    assert found(translator, asked("Ana | met Rome", "Ana", "Rome")) == [["Ana", "Rom"]]
    assert len(translator.batches) == 1


def test_texts_with_markers_of_their_own_and_unknown_languages_have_a_reason() -> None:
    translator = KeepingTranslator(WORDS)
    assert found(translator, asked("press <a> Ana", "Ana")) == [[TEXT_HAS_MARKERS]]
    assert not translator.batches
    french = Unmarked("I met", ((0, 1),), "en", "fr")
    assert found(translator, french, asked("I met", "I")) == [["does not translate en-fr"], ["I"]]
    assert found(translator, Unmarked("I met", (), "en", "de")) == [[]]
