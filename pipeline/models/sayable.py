"""The characters that a translation model's tokenizer has no piece for."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from crosslabel.pipeline.models.tokenizers import SOURCE, load_tokens, token_ids

_BYTE = re.compile(r"<0x[0-9A-F]{2}>")
_SPACE = "▁"
_SURROGATE = "Cs"


class Sayable:
    """The characters that a converted model can read: each has pieces of its own.

    What it has not becomes bytes or the unknown piece. Safe to use from several threads.

    Args:
        folder: of the model.
    """

    def __init__(self, folder: Path) -> None:
        self._tokens = load_tokens(folder)
        self._known = token_ids(folder, SOURCE)
        self._sayable: dict[str, bool] = {}

    def unsayable(self, text: str) -> list[str]:
        """Return the characters of a text that the model cannot read, in order, each as often as it
        occurs."""
        if text.isascii():
            return []
        composed = unicodedata.normalize("NFC", text)
        return [character for character in composed
                if not character.isascii() and not self._is_sayable(character)]

    def _is_sayable(self, character: str) -> bool:
        found = self._sayable.get(character)
        if found is None:
            found = self._sayable[character] = self._has_piece(character)
        return found

    def _has_piece(self, character: str) -> bool:
        if unicodedata.category(character) == _SURROGATE:
            return False
        [pieces] = self._tokens.encode([character])
        return all(piece in self._known and not _BYTE.fullmatch(piece)
                   for piece in pieces if piece != _SPACE)


@lru_cache(maxsize=4)
def load_sayable(folder: Path) -> Sayable:
    """Return the readable characters of the model in a folder; loaded once per process."""
    return Sayable(folder)
