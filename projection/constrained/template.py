"""The hypotheses about one target text: where markers may open and close, as token ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import Range


@dataclass(frozen=True, slots=True)
class Pieces:
    """The tokens of a text with the characters that each stands for.

    Attributes:
        ids: id of each token.
        starts, ends: int64 (tokens,) first character and the character after the last, without
            white space; an empty range belongs to the character that follows.
    """

    ids: tuple[int, ...]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def slot(self, place: int) -> int | None:
        """Return the number of tokens before a character, or ``None`` if it lies within a token."""
        tokens = int(np.searchsorted(self.starts, place))
        return None if tokens and int(self.ends[:tokens].max()) > place else tokens


class Closing(NamedTuple):
    """A place where the span may close.

    ``tokens`` tokens of the opening's rest lie within the span, and it ends before target word
    ``end``.
    """

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
    """One target text: its tokens, and its openings in order."""

    ids: tuple[int, ...]
    openings: tuple[Opening, ...]


def template(pieces: Pieces, words: Sequence[Range]) -> Template:
    """Return openings at starts of words and closings at ends of words.

    There is none where a token spans both.
    """
    return _template(pieces, words, [(pieces, start) for start, _ in words])


def attached(
    pieces: Pieces, words: Sequence[Range], after_opening: Sequence[tuple[Pieces, int]]
) -> Template:
    """Return :func:`template` for openings that no space separates from the word that follows.

    There the word begins as if within another word, so its tokens are the tokens of the text after
    an opening.

    Args:
        after_opening: for each word the pieces of the opening and the text from that word on, and
            the length of the opening in characters.
    """
    return _template(pieces, words, after_opening)


def _template(
    pieces: Pieces, words: Sequence[Range], rests: Sequence[tuple[Pieces, int]]
) -> Template:
    openings: list[Opening] = []
    for first, ((start, _), (rest, place)) in enumerate(zip(words, rests, strict=True)):
        slot, begin = pieces.slot(start), rest.slot(place)
        if slot is None or begin is None:
            continue
        closings = tuple(
            Closing(stop - begin, number + 1)
            for number, (_, end) in enumerate(words[first:], first)
            if (stop := rest.slot(end - start + place)) is not None and stop > begin
        )
        if closings:
            openings.append(Opening(slot, first, rest.ids[begin:], closings))
    return Template(pieces.ids, tuple(openings))


def anywhere(pieces: Pieces, words: Sequence[Range]) -> Template:
    """Return openings and closings between any two tokens; a word counts if the span touches it."""
    count = len(pieces.ids)
    ends = np.maximum.accumulate(pieces.ends)
    # First word that ends after the start of a token; first word that begins at or after its end.
    first = np.searchsorted([end for _, end in words], pieces.starts, side="right").tolist()
    end = np.searchsorted([start for start, _ in words], ends, side="left").tolist()
    openings = (
        Opening(slot, first[slot], pieces.ids[slot:], tuple(
            Closing(stop - slot, end[stop - 1]) for stop in range(slot + 1, count + 1)
            if end[stop - 1] > first[slot]
        ))
        for slot in range(count)
    )
    return Template(pieces.ids, tuple(opening for opening in openings if opening.closings))
