"""The written words of one side, prepared once for all spans of a pair."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from projection.interface import Side
from projection.links.likeness import romanised
from projection.spans.lexicon import WordKinds, word_kinds

_TELLING = 3


class SideTexts:
    """Romanised words of a side and what kind of word each is."""

    def __init__(self, side: Side) -> None:
        self.words = side.surface()
        self.roman = tuple(romanised(word) for word in self.words)
        self._side = side

    @cached_property
    def kinds(self) -> WordKinds:
        """Marks and function words."""
        return word_kinds(self._side)

    @cached_property
    def mark(self) -> NDArray[np.bool_]:
        """(words,) whether each is a punctuation mark."""
        return np.array(self.kinds.mark, bool)

    @cached_property
    def function(self) -> NDArray[np.bool_]:
        """(words,) whether each is a function word."""
        return np.array(self.kinds.function, bool)

    @cached_property
    def upper(self) -> NDArray[np.bool_]:
        """(words,) whether each begins with a capital letter."""
        return np.array([word[:1].isupper() for word in self.words], bool)

    def joined(self, first: int, end: int) -> str:
        """Romanised words of a range, without spaces."""
        return "".join(self.roman[first:end])

    def written_like(self, other: SideTexts, first: int, end: int) -> NDArray[np.bool_]:
        """(words,) whether each is written like a word of a range of the other side.

        Numbers count, and words from three letters on.
        """
        telling = {
            word for word in other.roman[first:end] if len(word) >= _TELLING or word.isdigit()
        }
        return np.array([word in telling for word in self.roman], bool)
