"""Sharing of words among the spans of a text, as a word can have only one tag."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from crosslabel.finetune.features.options import Nested
from crosslabel.pipeline.corpus.records import Span
from crosslabel.projection.interface import Range

FREE = -1
"""Owner of a word that belongs to no span."""


@dataclass(frozen=True, slots=True)
class Owners:
    """The words of a text shared out among its spans.

    Attributes:
        of_words: per word, the number of its span, or :data:`FREE`.
        touched: per span, the words that it covers, even in part.
        left_out: numbers of spans that got no words: they share a word with a span that got it,
            are discontinuous, or cover no word at all.
    """

    of_words: tuple[int, ...]
    touched: tuple[tuple[int, ...], ...]
    left_out: tuple[int, ...]


def share_out(words: Sequence[Range], spans: Sequence[Span], nested: Nested) -> Owners:
    """Give each word to at most one span.

    Of spans that share a word, the longest gets it (``outermost``, as in the tags of a corpus) or
    the shortest (``innermost``), then the leftmost, then the first in the given order.
    """
    touched = [touched_words(words, span.fragments) for span in spans]
    sign = -1 if nested == "outermost" else 1
    owners = [FREE] * len(words)
    left_out = []
    for number in sorted(range(len(spans)),
                         key=lambda n: (sign * len(touched[n]), touched[n][:1])):
        inside = touched[number]
        whole = bool(inside) and inside[-1] - inside[0] + 1 == len(inside)
        if not whole or any(owners[word] != FREE for word in inside):
            left_out.append(number)
            continue
        owners[inside[0]:inside[-1] + 1] = [number] * len(inside)
    return Owners(tuple(owners), tuple(touched), tuple(sorted(left_out)))


def touched_words(words: Sequence[Range], fragments: Sequence[Range]) -> tuple[int, ...]:
    """Return the numbers of the words that share a character with a fragment, rising.

    Args:
        words: in order, not overlapping.
    """
    touched: set[int] = set()
    for start, end in fragments:
        first = bisect_right(words, start, key=lambda word: word[1])
        touched.update(range(first, bisect_left(words, end, key=lambda word: word[0])))
    return tuple(sorted(touched))


def iob2(owners: Owners, spans: Sequence[Span]) -> list[str]:
    """Return the IOB2 tag of each word."""
    tags = []
    before = FREE
    for owner in owners.of_words:
        if owner == FREE:
            tags.append("O")
        else:
            tags.append(f"{'I' if owner == before else 'B'}-{spans[owner].label}")
        before = owner
    return tags
