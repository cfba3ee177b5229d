"""Two columns of tags: an outer and an inner level of names, or the same names said twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from crosslabel.pipeline.readers.tags import TokenSpan

Relation = Literal["inner", "same", "unclear"]
SpansOfSentence = tuple[Sequence[TokenSpan], Sequence[TokenSpan]]

_MOSTLY = 0.8
_HALF = 0.5


def relation(sentences: Iterable[SpansOfSentence]) -> Relation:
    """Return how the second column is related to the first.

    It is ``inner`` if its spans lie within longer spans of the first, mostly with other labels; it
    is the ``same`` if many of its spans are spans of the first, as those of a prediction.

    Args:
        sentences: the spans of both columns for each sentence.
    """
    within = other_label = equal = total = 0
    for first, second in sentences:
        for span in second:
            around = [own for own in first if own.start <= span.start and span.end <= own.end]
            longer = [own for own in around if own.end - own.start > span.end - span.start]
            total += 1
            within += bool(longer)
            other_label += any(own.label != span.label for own in longer)
            equal += len(around) > len(longer)
    if within >= _MOSTLY * total and other_label >= _HALF * total:
        return "inner"
    return "same" if equal >= _HALF * total else "unclear"
