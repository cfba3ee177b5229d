"""Words of texts in several languages."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.projection.errors import InputError
from crosslabel.projection.words import side_from_tokens, word_ranges, word_ranges_batch


def words(text: str, lang: str) -> list[str]:
    return [text[start:end] for start, end in word_ranges(text, lang)]


@settings(max_examples=150)
@given(st.text(max_size=60), st.sampled_from(["en", "de", "zh", "ko", "tlh"]))
def test_ranges_are_in_order_and_cover_all_but_whitespace(text: str, lang: str) -> None:
    ranges = word_ranges(text, lang)
    assert all(start < end for start, end in ranges)
    assert all(left[1] <= right[0] for left, right in pairwise(ranges))
    covered = {k for start, end in ranges for k in range(start, end)}
    assert all(text[k].isspace() for k in set(range(len(text))) - covered)


def test_punctuation_is_a_word_and_whitespace_is_not() -> None:
    assert words("  Anna's bread,\n\nplease. ", "en") == ["Anna", "'s", "bread", ",", "please", "."]


def test_only_the_primary_subtag_counts() -> None:
    assert words("don't", "en-US") == words("don't", "EN") == ["do", "n't"]


def test_chinese_is_cut_into_characters_but_latin_runs_stay_whole() -> None:
    found = words("我们 用 Zürich2 版，OK", "zh-Hant")
    assert found == ["我", "们", "用", "Zürich2", "版", "，", "OK"]


def test_an_unknown_language_is_cut_by_general_rules() -> None:
    assert words("tlhIngan Hol, Dajatlh.", "tlh") == ["tlhIngan", "Hol", ",", "Dajatlh", "."]
    assert words("a b", "x.y/../z") == ["a", "b"]


@pytest.mark.skipif(find_spec("sudachipy") is not None, reason="the extra is installed")
def test_japanese_names_its_extra() -> None:
    with pytest.raises(InputError, match=r"pip install 'crosslabel\[ja\]'"):
        word_ranges("日本", "ja")


def test_a_batch_gives_what_single_texts_give() -> None:
    texts = ["One two.", "", "Three"]
    assert word_ranges_batch(texts, "en") == [word_ranges(text, "en") for text in texts]


@given(st.lists(st.text(min_size=1, max_size=8), max_size=8))
def test_a_side_from_tokens_has_the_tokens_as_words(tokens: list[str]) -> None:
    side = side_from_tokens(tokens, "en")
    assert side.surface() == tuple(tokens) and side.text == " ".join(tokens)
