"""Text in capitals in sentence case and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.protection.capitals import is_capitals, sentence_case, upper


@pytest.mark.parametrize(("text", "expected"), [
    ("THE TRAIN TO BREMEN LEFT AT NOON.", True),
    ("SOCCER - JAPAN GET LUCKY WIN", True),
    ("ПОЕЗД ИЗ БРЕМЕНА УШЁЛ", True),
    ("The NATO and the EU met in BRUSSELS.", False),
    ("NATO", False),
    ("U.S. GDP", False),
    ("东京 1999", False),
    ("", False),
])
def test_sentences_in_capitals_are_known(text: str, expected: bool) -> None:
    assert is_capitals(text) is expected


def test_names_keep_their_capital() -> None:
    assert sentence_case("THE TRAIN TO NEW YORK LEFT.", [(13, 21)], "en") == (
        "The train to New York left.")


@pytest.mark.parametrize(("text", "lang", "expected"), [
    ("Der Zug verließ Köln.", "de", "DER ZUG VERLIEẞ KÖLN."),
    ("izmir ılık", "tr", "İZMİR ILIK"),
    ("ﬁn ŉ", "en", "ﬁN ŉ"),
])
def test_capitals_are_set_back(text: str, lang: str, expected: str) -> None:
    assert upper(text, lang) == expected


@given(st.text(), st.sampled_from(["en", "tr", "de", "el"]))
def test_no_character_is_added_or_lost(text: str, lang: str) -> None:
    assert len(upper(text, lang)) == len(text) == len(sentence_case(text, [], lang))
