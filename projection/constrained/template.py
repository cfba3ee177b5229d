"""The hypotheses about one target text: where markers may open and close, as token ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from projection.interface import Range


@dataclass(frozen=True, slots=True)
class Pieces:
    """Tokens of a text with the characters each stands for.

    Attributes:
        ids: id of each token.
        starts, ends: int64 (tokens,) first character and the one after the last, white space left
            out; an empty range belongs to the character that follows.
    """

    ids: tuple[int, ...]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def slot(self, place: int) -> int | None:
        """Number of tokens before a character; ``None`` if it lies within a token."""
        tokens = int(np.searchsorted(self.starts, place))
        return None if tokens and int(self.ends[:tokens].max()) > place else tokens


class Closing(NamedTuple):
    """A place where the span may close: ``tokens`` of the opening's rest lie within it, and it ends
    before target word ``end``."""

    tokens: int
    end: int


class Opening(NamedTuple):
    """A place where the span may open.

    Attributes:
        slot: tokens of the text before it.
        first: the first target word of the span.
        rest: tokens of the text after it.
        closings: in order.
    """

    slot: int
    first: int
    rest: tuple[int, ...]
    closings: tuple[Closing, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One target text: its tokens, and the openings in order."""

    ids: tuple[int, ...]
    openings: tuple[Opening, ...]


def template(pieces: Pieces, words: Sequence[Range]) -> Template:
    """Openings at starts of words, closings at ends of words; not where a token spans both."""
    starts = [(slot, number) for number, (start, _) in enumerate(words)
              if (slot := pieces.slot(start)) is not None]
    ends = [(slot, number + 1) for number, (_, end) in enumerate(words)
            if (slot := pieces.slot(end)) is not None]
    openings = (
        Opening(slot, first, pieces.ids[slot:], tuple(
            Closing(stop - slot, end) for stop, end in ends if end > first and stop > slot
        ))
        for slot, first in starts
    )
    return Template(pieces.ids, tuple(opening for opening in openings if opening.closings))


def anywhere(pieces: Pieces, words: Sequence[Range]) -> Template:
    """Openings and closings between any two tokens; a word counts where the span touches it."""
    count = len(pieces.ids)
    first = [next((n for n, word in enumerate(words) if word[1] > start), len(words))
             for start in pieces.starts.tolist()]
    end = [next((n for n in range(len(words), 0, -1) if words[n - 1][0] < stop), 0)
           for stop in np.maximum.accumulate(pieces.ends).tolist()] if count else []
    openings = (
        Opening(slot, first[slot], pieces.ids[slot:], tuple(
            Closing(stop - slot, end[stop - 1]) for stop in range(slot + 1, count + 1)
            if end[stop - 1] > first[slot]
        ))
        for slot in range(count)
    )
    return Template(pieces.ids, tuple(opening for opening in openings if opening.closings))
