"""The sub-words of words, and of characters that stand as words of their own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from crosslabel.pipeline.models.find import encoder_model
from crosslabel.projection.links.subwords import cut

WORDS = st.lists(st.sampled_from(
    ["Haus", "the", "汉", "堡", "在", "今天", "吗？", "ไ", "ทย", "x", "!", "。", "2021", "𠮷", "👍"]
), max_size=9)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """That of the shipped encoder."""
    return Tokenizer.from_file(str(Path(encoder_model("e5-small").path) / "tokenizer.json"))


def covered(tokenizer: Tokenizer, words: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Each piece with the words that it covers."""
    [found] = cut(tokenizer, [tuple(words)])
    return [(tokenizer.id_to_token(number), tuple(words[first:end]))
            for number, (first, end) in zip(found.ids, found.words.tolist(), strict=True)]


def test_chinese_characters_are_cut_as_text(tokenizer: Tokenizer) -> None:
    pieces = covered(tokenizer, ["我", "住", "在", "汉", "堡", "。"])
    assert ("汉", ("汉",)) in pieces or ("汉堡", ("汉", "堡")) in pieces
    whole = tokenizer.encode("我住在汉堡。", add_special_tokens=False)
    assert [piece for piece, _ in pieces] == whole.tokens


def test_words_of_several_characters_are_cut_by_themselves(tokenizer: Tokenizer) -> None:
    assert covered(tokenizer, ["今天", "下雨"]) == [
        (token, (word,)) for word in ("今天", "下雨")
        for token in tokenizer.encode(word, add_special_tokens=False).tokens
    ]


@given(words=WORDS)
def test_every_word_is_covered_in_order(tokenizer: Tokenizer, words: list[str]) -> None:
    [found] = cut(tokenizer, [tuple(words)])
    assert len(found.ids) == len(found.words)
    firsts, ends = found.words.T
    assert (np.diff(firsts) >= 0).all() and (np.diff(ends) >= 0).all() and (firsts < ends).all()
    assert {n for first, end in found.words.tolist() for n in range(first, end)} == \
        set(range(len(words)))


@given(sentences=st.lists(WORDS, max_size=4))
def test_sentences_are_cut_as_each_alone(tokenizer: Tokenizer, sentences: list[list[str]]) -> None:
    together = cut(tokenizer, [tuple(words) for words in sentences])
    for words, found in zip(sentences, together, strict=True):
        [alone] = cut(tokenizer, [tuple(words)])
        assert found.ids == alone.ids
        np.testing.assert_array_equal(found.words, alone.words)
