"""Protected parts of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shape = Literal["name", "mark", "block"]


@dataclass(frozen=True, slots=True)
class Part:
    """A range of a text that stands in the translation as it is.

    Attributes:
        start: place of its first character, in code points of the text.
        end: place behind its last character; a part is never empty.
        kind: the rule that found it, such as ``urls``.
        shape: ``name`` stands where a word stands, ``mark`` is no word and stands at or between
            words, and ``block`` is no part of a sentence and ends one.
        pair: the number that an opening mark shares with the mark that closes it, and with no other
            in the text; None for a part that stands alone.
    """

    start: int
    end: int
    kind: str
    shape: Shape
    pair: int | None = None
