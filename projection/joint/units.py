"""The units of projection: fragments of spans, as source words, each with at most one target range.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from crosslabel.projection.interface import GivenSpan, Range, Side, TextPair


class FragmentUnit(NamedTuple):
    """A fragment of a span: source words ``first`` to ``end`` of a pair.

    ``pair`` and ``span`` are positions in the list of pairs and among the spans of the pair.
    """

    pair: int
    span: int
    first: int
    end: int

    @property
    def length(self) -> int:
        """Number of source words."""
        return self.end - self.first


def units_of(pairs: Sequence[TextPair]) -> list[FragmentUnit]:
    """Return the units of all spans, in order.

    Fragments that cover no word and spans that reach outside their text give no unit.
    """
    return [
        FragmentUnit(number, position, *words)
        for number, pair in enumerate(pairs)
        for position, span in enumerate(pair.spans) if is_inside(span, pair.source)
        for fragment in span.fragments
        if (words := words_within(fragment, pair.source.words)) is not None
    ]


def is_inside(span: GivenSpan, side: Side) -> bool:
    """Return whether every fragment of a span is a range of the text."""
    return all(0 <= start < end <= len(side.text) for start, end in span.fragments)


def words_within(fragment: Range, words: Sequence[Range]) -> Range | None:
    """Return the words that a character range overlaps, as a range of word numbers."""
    first = bisect_right(words, fragment[0], key=lambda word: word[1])
    end = bisect_left(words, fragment[1], key=lambda word: word[0])
    return (first, end) if first < end else None
