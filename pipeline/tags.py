"""Spans as word tags: what a plain token-classification script trains on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pipeline.schema import UNKNOWN
from projection.interface import Range

LabelledRange = tuple[Range, str]


def tag(
    words: Sequence[Range],
    spans: Sequence[LabelledRange],
    names: Sequence[str],
    unknown: Collection[int] = (),
) -> list[int]:
    """IOB2 class number of each word.

    Nested and overlapping spans cannot all be tagged: the longest, then leftmost one wins.

    Args:
        words: character ranges, in order.
        spans: labelled character ranges of the same text.
        names: tag names as made by :func:`pipeline.schema.tag_names`.
        unknown: word indices whose tag is not known unless a span says so.
    """
    numbers = {name: number for number, name in enumerate(names)}
    tags = [UNKNOWN if index in unknown else numbers["O"] for index in range(len(words))]
    taken: set[int] = set()
    for (start, end), label in sorted(spans, key=lambda s: (s[0][0] - s[0][1], s[0][0])):
        inside = [i for i, (left, right) in enumerate(words) if left < end and right > start]
        if not inside or taken.intersection(inside):
            continue
        taken.update(inside)
        for position, index in enumerate(inside):
            tags[index] = numbers[f"{'I' if position else 'B'}-{label}"]
    return tags
