"""Texts to tokens and the places of tokens in their text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import sentencepiece
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.models.find import MODELS
from crosslabel.pipeline.models.tokenizers import SentencePieces, Tokens, load_tokens
from tests.pipeline import tiny_families

SHIPPED = load_tokens(MODELS / "mt-en-de-es")


@pytest.fixture(scope="module")
def nllb(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    return load_tokens(tiny_families.MAKERS["nllb"](tmp_path_factory.mktemp("nllb") / "nllb"))


def check_places(tokens: Tokens, text: str) -> None:
    [cut] = tokens.cut([text])
    assert cut.tokens == tokens.encode_target([text])[0]
    assert (cut.starts <= cut.ends).all() and (np.diff(cut.starts) >= 0).all()
    covered = {place for start, end in zip(cut.starts, cut.ends, strict=True)
               for place in range(start, end)}
    visible = {place for place, character in enumerate(text) if not character.isspace()}
    assert covered >= visible


plain = st.text(alphabet="abüßñ¿中国.,'- 7", max_size=30)


@given(plain)
def test_pieces_cover_every_visible_character(text: str) -> None:
    check_places(SHIPPED, text)


@given(plain)
def test_tokens_of_a_fast_tokenizer_cover_every_visible_character(nllb: Tokens, text: str) -> None:
    check_places(nllb, text)


def test_places_count_characters_not_bytes() -> None:
    [cut] = SHIPPED.cut(["Müller wohnt in 北京."])
    words = [(start, end) for token, start, end in zip(*cut, strict=True) if token == "▁wohnt"]
    assert words == [(7, 12)]
    assert cut.ends[-1] == 19


def test_each_side_has_its_own_pieces(tmp_path: Path) -> None:
    for side, lines in (("source", ["the house is old"]), ("target", ["das Haus ist alt"])):
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines * 20), model_prefix=str(tmp_path / side), vocab_size=20,
            hard_vocab_limit=False, minloglevel=2,
        )
        (tmp_path / f"{side}.model").rename(tmp_path / f"{side}.spm")
    tokens = SentencePieces(tmp_path)
    [source], [target] = tokens.encode(["das Haus"]), tokens.encode_target(["das Haus"])
    assert source != target
    assert tokens.decode([target]) == ["das Haus"]
    assert tokens.cut(["das Haus"])[0].tokens == target
