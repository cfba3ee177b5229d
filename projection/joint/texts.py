"""The written words of one side, prepared once for all spans of a pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import Side
from crosslabel.projection.links.likeness import romanised

_TELLING = 3


class SideTexts:
    """The romanised words of a side."""

    def __init__(self, side: Side) -> None:
        self.roman = tuple(romanised(word) for word in side.surface())

    def joined(self, first: int, end: int) -> str:
        """Return the romanised words of a range, without spaces."""
        return "".join(self.roman[first:end])

    def written_like(self, other: SideTexts, first: int, end: int) -> NDArray[np.bool_]:
        """Return whether each word is written like a word of a range of the other side, (words,).

        Only numbers and words of three or more letters count.
        """
        telling = {
            word for word in other.roman[first:end] if len(word) >= _TELLING or word.isdigit()
        }
        return np.array([word in telling for word in self.roman], bool)
