"""Characters that the tokenizer of a translation model cannot say.

A model sees such a character as the unknown piece or as single bytes, and what it writes then is
often ruined, also around it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from crosslabel.pipeline.models.tokenizers import SOURCE, Tokens, load_tokens, token_ids
from crosslabel.projection.interface import Range

_UNKNOWN = re.compile(r"<unk>|<0x[0-9A-F]{2}>")
_SPACE_MARK = "▁"
_SYMBOLS = frozenset({"No", "So", "Sk"})


class Unsayable:
    """Finds the characters of source texts that a model does not know.

    Args:
        folder: of the translation model.
    """

    def __init__(self, folder: Path) -> None:
        self._tokens: Tokens = load_tokens(folder)
        self._vocabulary = frozenset(token_ids(folder, SOURCE))
        self._known: dict[str, bool] = {}

    def __call__(self, texts: Sequence[str]) -> list[list[Range]]:
        """Return the ranges of characters that the tokenizer cannot say, for each text."""
        characters = {character for text in texts if not text.isascii() for character in text}
        self._look_up(sorted(characters.difference(self._known)))
        return [[] if text.isascii() else list(self._ranges(text)) for text in texts]

    def _ranges(self, text: str) -> list[Range]:
        ranges: list[Range] = []
        for place, character in enumerate(text):
            if not self._known[character]:
                if ranges and ranges[-1][1] == place:
                    ranges[-1] = (ranges[-1][0], place + 1)
                else:
                    ranges.append((place, place + 1))
        return ranges

    def _look_up(self, characters: Sequence[str]) -> None:
        for character, pieces in zip(characters, self._tokens.encode(characters), strict=True):
            self._known[character] = character.isspace() or (
                all(map(self._says, pieces)) and not _is_replaced(character, pieces))

    def _says(self, piece: str) -> bool:
        if piece == _SPACE_MARK:
            return True
        return not _UNKNOWN.fullmatch(piece) and piece in self._vocabulary


def _is_replaced(character: str, pieces: Sequence[str]) -> bool:
    """Return whether a raised digit, fraction or symbol is normalised to other characters."""
    return (unicodedata.category(character) in _SYMBOLS
            and "".join(pieces).replace(_SPACE_MARK, "") != character)


@lru_cache(maxsize=2)
def unsayable(folder: Path) -> Unsayable:
    """Return the finder of a model, loaded once per process."""
    return Unsayable(folder)
