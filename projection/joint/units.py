"""What one target range is looked for: a fragment of a span, as source words."""

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
    """The units of all spans, in order.

    Fragments that cover no word give none, nor do spans that reach outside their text.
    """
    return [
        FragmentUnit(number, position, *words)
        for number, pair in enumerate(pairs)
        for position, span in enumerate(pair.spans) if is_inside(span, pair.source)
        for fragment in span.fragments
        if (words := words_within(fragment, pair.source.words)) is not None
    ]


def is_inside(span: GivenSpan, side: Side) -> bool:
    """Whether every fragment is a range of the text."""
    return all(0 <= start < end <= len(side.text) for start, end in span.fragments)


def words_within(fragment: Range, words: Sequence[Range]) -> Range | None:
    """The words that a character range overlaps, as a range of word numbers."""
    first = bisect_right(words, fragment[0], key=lambda word: word[1])
    end = bisect_left(words, fragment[1], key=lambda word: word[0])
    return (first, end) if first < end else None
