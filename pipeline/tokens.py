"""Texts to the tokens CTranslate2 reads, and back, without torch or transformers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

FAST = "tokenizer.json"
_UNKNOWN = "<unk>"
SOURCE, TARGET = "source.spm", "target.spm"


class Tokens(Protocol):
    """Cuts texts into tokens and joins tokens; neither adds nor keeps special tokens."""

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Tokens of each text."""

    def decode(self, tokens: Sequence[Sequence[str]]) -> list[str]:
        """Text of each list of tokens."""


class SentencePieces:
    """One sentencepiece model per side."""

    def __init__(self, folder: Path) -> None:
        from sentencepiece import SentencePieceProcessor

        self._source = SentencePieceProcessor(str(folder / SOURCE))
        self._target = SentencePieceProcessor(str(folder / TARGET))

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Pieces of each source text."""
        pieces: list[list[str]] = self._source.encode(list(texts), out_type=str)
        return pieces

    def decode(self, tokens: Sequence[Sequence[str]]) -> list[str]:
        """Texts of target pieces."""
        texts: list[str] = self._target.decode([list(pieces) for pieces in tokens])
        return texts


class FastTokens:
    """A ``tokenizer.json``. Text that looks like a special token is text or unknown."""

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
        """Tokens of each text."""
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [
            self._plain(encoding.tokens) if self._looks_special.search(text) else encoding.tokens
            for text, encoding in zip(texts, encoded, strict=True)
        ]

    def _plain(self, tokens: list[str]) -> list[str]:
        """Unigram vocabularies list special tokens as pieces, so that text can spell one."""
        return [_UNKNOWN if token in self._special else token for token in tokens]

    def decode(self, tokens: Sequence[Sequence[str]]) -> list[str]:
        """Texts; a token the tokenizer does not have (a filler of the vocabulary) has none."""
        ids = [[self._tokenizer.token_to_id(token) for token in row] for row in tokens]
        known = [[number for number in row if number is not None] for row in ids]
        texts: list[str] = self._tokenizer.decode_batch(known, skip_special_tokens=True)
        return texts


def load_tokens(folder: Path) -> Tokens:
    """The tokenizer that lies in a converted model's folder."""
    return FastTokens(folder) if (folder / FAST).is_file() else SentencePieces(folder)
