"""Tokenizers for CTranslate2 models, which need neither torch nor transformers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from crosslabel.pipeline.storage.files import read_json
from crosslabel.projection.errors import InputError, first_line

FAST = "tokenizer.json"
_UNKNOWN = "<unk>"
SOURCE, TARGET = "source.spm", "target.spm"
_VOCABULARIES = {
    SOURCE: ("shared_vocabulary.json", "source_vocabulary.json"),
    TARGET: ("shared_vocabulary.json", "target_vocabulary.json"),
}


class TokenizedText(NamedTuple):
    """The tokens of a text, and the characters that each stands for.

    ``starts`` and ``ends``, int64 (tokens,), leave white space out; an empty range belongs to the
    character that follows.
    """

    tokens: list[str]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


class Tokens(Protocol):
    """A tokenizer that neither adds nor keeps special tokens."""

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the tokens of each source text."""

    def encode_target(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the tokens of each target text."""

    def cut(self, texts: Sequence[str]) -> list[TokenizedText]:
        """Return the tokens of each target text, with their places."""

    def decode(self, tokens: Sequence[Sequence[str]]) -> list[str]:
        """Return the text of each list of target tokens."""


class SentencePieces:
    """A tokenizer with one sentencepiece model per side."""

    def __init__(self, folder: Path) -> None:
        from sentencepiece import SentencePieceProcessor

        self._source = SentencePieceProcessor(str(folder / SOURCE))
        self._target = SentencePieceProcessor(str(folder / TARGET))

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the pieces of each source text."""
        pieces: list[list[str]] = self._source.encode(list(texts), out_type=str)
        return pieces

    def encode_target(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the pieces of each target text."""
        pieces: list[list[str]] = self._target.encode(list(texts), out_type=str)
        return pieces

    def cut(self, texts: Sequence[str]) -> list[TokenizedText]:
        """Return the pieces of each target text, with their places."""
        encoded = self._target.encode(list(texts), return_type="proto")
        return [
            _cut(text, [piece.piece for piece in encoding.pieces],
                 _characters(text, [(piece.begin, piece.end) for piece in encoding.pieces]))
            for text, encoding in zip(texts, encoded, strict=True)
        ]

    def decode(self, tokens: Sequence[Sequence[str]]) -> list[str]:
        """Return the text of each list of target pieces."""
        texts: list[str] = self._target.decode([list(pieces) for pieces in tokens])
        return texts


class FastTokens:
    """A tokenizer from ``tokenizer.json``; text that spells a special token is text or unknown."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / FAST))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._tokenizer.encode_special_tokens = True
        added = self._tokenizer.get_added_tokens_decoder().values()
        self._special = {token.content for token in added if token.special}
        self._looks_special = re.compile("|".join(map(re.escape, self._special)) or "(?!)")

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the tokens of each text."""
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [
            self._plain(encoding.tokens) if self._looks_special.search(text) else encoding.tokens
            for text, encoding in zip(texts, encoded, strict=True)
        ]

    encode_target = encode

    def cut(self, texts: Sequence[str]) -> list[TokenizedText]:
        """Return the tokens of each text, with their places."""
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [
            _cut(text, self._plain(encoding.tokens),
                 np.array(encoding.offsets, np.int64).reshape(-1, 2))
            for text, encoding in zip(texts, encoded, strict=True)
        ]

    def _plain(self, tokens: list[str]) -> list[str]:
        """Replace special tokens, which text can spell in a unigram vocabulary, by ``<unk>``."""
        return [_UNKNOWN if token in self._special else token for token in tokens]

    def decode(self, tokens: Sequence[Sequence[str]]) -> list[str]:
        """Return the texts, without tokens that the tokenizer lacks (fillers of the vocabulary)."""
        ids = [[self._tokenizer.token_to_id(token) for token in row] for row in tokens]
        known = [[number for number in row if number is not None] for row in ids]
        texts: list[str] = self._tokenizer.decode_batch(known, skip_special_tokens=True)
        return texts


def _characters(text: str, ranges: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Convert ranges of UTF-8 bytes to ranges of characters."""
    encoded = np.frombuffer(text.encode(), np.uint8)
    starts = np.concatenate([[0], np.cumsum((encoded & 0xC0) != 0x80)])
    places: NDArray[np.int64] = starts[np.array(ranges, np.int64).reshape(-1, 2)]
    return places


def _cut(text: str, tokens: list[str], ranges: NDArray[np.int64]) -> TokenizedText:
    """Return tokens and their ranges of characters, without white space at the ends."""
    spaces = np.array([character.isspace() for character in [*text, "."]], bool)
    places = np.arange(len(spaces))
    # The first character from each place on that is no space; the end of the last one before it.
    following = np.minimum.accumulate(np.where(spaces, len(text), places)[::-1])[::-1]
    preceding = np.concatenate([[0], np.maximum.accumulate(np.where(spaces, -1, places) + 1)])
    starts = following[ranges[:, 0]]
    return TokenizedText(tokens, starts, np.maximum(preceding[ranges[:, 1]], starts))


def token_ids(folder: Path, side: str) -> dict[str, int]:
    """Return the id of each token of a side (``SOURCE`` or ``TARGET``) of a converted model.

    A converted model lists its tokens in the order of the checkpoint.

    Raises:
        InputError: the model has no vocabulary.
    """
    for name in _VOCABULARIES[side]:
        tokens = read_json(folder / name)
        if isinstance(tokens, list):
            return {token: number for number, token in enumerate(tokens)}
    raise InputError(f"{folder}: none of {', '.join(_VOCABULARIES[side])} is there; "
                     "convert the model again")


def load_tokens(folder: Path) -> Tokens:
    """Return the tokenizer in a converted model's folder.

    Raises:
        InputError: it cannot be loaded.
    """
    try:
        return FastTokens(folder) if (folder / FAST).is_file() else SentencePieces(folder)
    except Exception as error:  # the tokenizers' own errors are bare Exceptions
        raise InputError(f"{folder}: the tokenizer of the translation model cannot be loaded: "
                         f"{first_line(error)}; check it with 'crosslabel models check'") from None
