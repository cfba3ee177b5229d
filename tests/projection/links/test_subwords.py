"""The sub-words of words, and of characters that stand as words of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from crosslabel.pipeline.models.find import encoder_model
from crosslabel.pipeline.models.sentencepieces import sentencepiece_model
from crosslabel.projection.links.pieces import (
    FAST,
    SENTENCEPIECE,
    load_tokenizer,
)
from crosslabel.projection.links.pieces import Tokenizer as Cutter
from crosslabel.projection.links.subwords import cut

SAMPLES = Path(__file__).resolve().parents[3] / "data" / "samples"
WORDS = st.lists(st.sampled_from(
    ["Haus", "the", "汉", "堡", "在", "今天", "吗？", "ไ", "ทย", "x", "!", "。", "2021", "𠮷", "👍"]
), max_size=9)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """That of the shipped encoder."""
    return Tokenizer.from_file(str(Path(encoder_model("e5-small").path) / FAST))


@pytest.fixture(scope="module", params=[FAST, SENTENCEPIECE])
def cutter(
    request: pytest.FixtureRequest, tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory
) -> Cutter:
    """The same as an encoder's, in either form."""
    folder = tmp_path_factory.mktemp("tokenizer")
    tokenizer.save(str(folder / FAST))
    if request.param == SENTENCEPIECE:
        pieces = sentencepiece_model(json.loads((folder / FAST).read_text("utf-8")))
        assert pieces is not None
        (folder / SENTENCEPIECE).write_bytes(pieces)
    return load_tokenizer(folder)


def covered(
    tokenizer: Tokenizer, cutter: Cutter, words: Sequence[str]
) -> list[tuple[str, tuple[str, ...]]]:
    """Each piece with the words that it covers."""
    [found] = cut(cutter, [tuple(words)])
    return [(tokenizer.id_to_token(number), tuple(words[first:end]))
            for number, (first, end) in zip(found.ids, found.words.tolist(), strict=True)]


def test_chinese_characters_are_cut_as_text(tokenizer: Tokenizer, cutter: Cutter) -> None:
    pieces = covered(tokenizer, cutter, ["我", "住", "在", "汉", "堡", "。"])
    assert ("汉", ("汉",)) in pieces or ("汉堡", ("汉", "堡")) in pieces
    whole = tokenizer.encode("我住在汉堡。", add_special_tokens=False)
    assert [piece for piece, _ in pieces] == whole.tokens


def test_words_of_several_characters_are_cut_by_themselves(
    tokenizer: Tokenizer, cutter: Cutter
) -> None:
    assert covered(tokenizer, cutter, ["今天", "下雨"]) == [
        (token, (word,)) for word in ("今天", "下雨")
        for token in tokenizer.encode(word, add_special_tokens=False).tokens
    ]


@given(words=WORDS)
def test_every_word_is_covered_in_order(cutter: Cutter, words: list[str]) -> None:
    [found] = cut(cutter, [tuple(words)])
    assert len(found.ids) == len(found.words)
    firsts, ends = found.words.T
    assert (np.diff(firsts) >= 0).all() and (np.diff(ends) >= 0).all() and (firsts < ends).all()
    assert {n for first, end in found.words.tolist() for n in range(first, end)} == \
        set(range(len(words)))


@given(sentences=st.lists(WORDS, max_size=4))
def test_sentences_are_cut_as_each_alone(cutter: Cutter, sentences: list[list[str]]) -> None:
    together = cut(cutter, [tuple(words) for words in sentences])
    for words, found in zip(sentences, together, strict=True):
        [alone] = cut(cutter, [tuple(words)])
        assert found.ids == alone.ids
        np.testing.assert_array_equal(found.words, alone.words)


def test_a_sentencepiece_model_cuts_all_words_of_the_samples_alike(
    tokenizer: Tokenizer, cutter: Cutter
) -> None:
    texts = [text for file in SAMPLES.glob("*.jsonl") for text in file.read_text("utf-8").split()]
    words = sorted({part for text in texts for part in re.findall(r"[^\"\\]+", text)})
    assert len(words) > 3000
    whole = tokenizer.encode_batch([[word] for word in words], is_pretokenized=True,
                                   add_special_tokens=False)
    assert cutter.ids(words) == [encoding.ids for encoding in whole]


def test_other_tokenizers_are_no_sentencepiece_model(tokenizer: Tokenizer) -> None:
    given = json.loads(tokenizer.to_str())
    for key, value in (("normalizer", {"type": "NFKC"}), ("normalizer", None),
                       ("pre_tokenizer", {"type": "Whitespace"}),
                       ("model", given["model"] | {"type": "BPE"}),
                       ("model", given["model"] | {"unk_id": 0})):
        assert sentencepiece_model(given | {key: value}) is None
