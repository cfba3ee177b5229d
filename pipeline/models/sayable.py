"""The characters that a translation model's tokenizer has no piece for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path

from crosslabel.pipeline.models.tokenizers import SOURCE, load_tokens, token_ids
from crosslabel.projection.interface import Range

_UNKNOWN = re.compile(r"<unk>|<0x[0-9A-F]{2}>")
_SPACE = "▁"
_SYMBOLS = frozenset({"No", "So", "Sk"})
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
        self._pieces: dict[str, tuple[str, ...]] = {}

    def unsayable(self, text: str) -> list[str]:
        """Return the characters of a text that the model cannot read, in order, each as often as it
        occurs."""
        if text.isascii():
            return []
        composed = unicodedata.normalize("NFC", text)
        return [character for character in composed
                if not character.isascii() and not self._is_sayable(character)]

    def lost(
        self, texts: Sequence[str], learned: Collection[str] | None = None
    ) -> list[list[Range]]:
        """Return for each text the ranges of characters that do not get through the model.

        It cannot read them, or reads a raised digit, fraction or symbol as other characters.

        Args:
            learned: the characters beyond ASCII that its training text has often enough, if that
                is known.
        """
        return [[] if text.isascii() else self._lost(text, learned) for text in texts]

    def _lost(self, text: str, learned: Collection[str] | None) -> list[Range]:
        ranges: list[Range] = []
        for place in range(len(text)):
            read = _composed(text, place)
            if read.isascii() or (self._gets_through(read) and (
                    learned is None or read in learned or read.isspace())):
                continue
            if ranges and ranges[-1][1] == place:
                ranges[-1] = (ranges[-1][0], place + 1)
            else:
                ranges.append((place, place + 1))
        return ranges

    def _gets_through(self, character: str) -> bool:
        if not self._is_sayable(character):
            return False
        read = "".join(self._of(character)).replace(_SPACE, "")
        return read == character or unicodedata.category(character) not in _SYMBOLS

    def _is_sayable(self, character: str) -> bool:
        return character.isspace() or (
            unicodedata.category(character) != _SURROGATE
            and all(piece in self._known and not _UNKNOWN.fullmatch(piece)
                    for piece in self._of(character) if piece != _SPACE))

    def _of(self, character: str) -> tuple[str, ...]:
        if character not in self._pieces:
            [pieces] = self._tokens.encode([character])
            self._pieces[character] = tuple(pieces)
        return self._pieces[character]


def _composed(text: str, place: int) -> str:
    """Return a character as a tokenizer reads it: an accent with the letter before it."""
    if place and unicodedata.combining(text[place]):
        composed = unicodedata.normalize("NFC", text[place - 1:place + 1])
        if len(composed) == 1:
            return composed
    return text[place]


@lru_cache(maxsize=4)
def load_sayable(folder: Path) -> Sayable:
    """Return the readable characters of the model in a folder; loaded once per process.

    Raises:
        InputError: its tokenizer cannot be loaded.
    """
    return Sayable(folder)
