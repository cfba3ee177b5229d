"""Spans as one IOB2 tag per word, for formats that cannot hold more."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from crosslabel.pipeline.corpus.records import Span, Task
from crosslabel.projection.interface import Range

UNKNOWN = -100
"""Class number of a word whose tag is unknown; PyTorch's cross entropy ignores it."""


def tag_names(labels: Sequence[str], task: Task = "spans") -> list[str]:
    """Return the class names of words.

    These are the IOB2 tags of span labels, ``O`` first, then ``B-``/``I-`` per label in the given
    order; or, if the task labels words, the labels themselves.
    """
    if task == "words":
        return list(labels)
    return ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]


@dataclass(frozen=True, slots=True)
class Tagged:
    """The tags of a text's words, and counts of spans that they represent badly or not at all.

    Attributes:
        tags: IOB2, one per word.
        left_out: number of spans without tags, because they are within or across a winning span,
            are discontinuous with other words in between, or contain no word.
        widened: number of tagged spans that begin or end within a word; their tags cover the whole
            word.
    """

    tags: tuple[str, ...]
    left_out: int
    widened: int

    def numbers(self, names: Sequence[str], unknown: Collection[int] = ()) -> list[int]:
        """Return the tags as class numbers.

        Args:
            names: class names from :func:`tag_names`.
            unknown: indices of words that are :data:`UNKNOWN` unless they have the tag of a span.
        """
        number = {name: position for position, name in enumerate(names)}
        return [
            UNKNOWN if tag == "O" and index in unknown else number[tag]
            for index, tag in enumerate(self.tags)
        ]


def flatten(words: Sequence[Range], spans: Iterable[Span]) -> Tagged:
    """Tag words, which must be in order, with spans of the same text.

    If spans share a word, the outermost span wins: the longest in words, then the leftmost, then
    the first in the given order.
    """
    tags = ["O"] * len(words)
    left_out = widened = 0
    starts, ends = [start for start, _ in words], [end for _, end in words]
    touched = [(span, _touched(starts, ends, span)) for span in spans]
    for span, inside in sorted(touched, key=lambda pair: (-len(pair[1]), pair[1][:1])):
        if not _is_free(inside, tags):
            left_out += 1
            continue
        tags[inside[0]] = f"B-{span.label}"
        tags[inside[0] + 1:inside[-1] + 1] = [f"I-{span.label}"] * (len(inside) - 1)
        widened += _edges(words, inside) != (span.fragments[0][0], span.fragments[-1][1])
    return Tagged(tuple(tags), left_out, widened)


def _touched(starts: Sequence[int], ends: Sequence[int], span: Span) -> list[int]:
    """Return the indices of the words that share a character with a span."""
    inside: dict[int, None] = {}
    for start, end in span.fragments:
        inside.update(dict.fromkeys(range(bisect_right(ends, start), bisect_left(starts, end))))
    return list(inside)


def _is_free(inside: Sequence[int], tags: Sequence[str]) -> bool:
    """Return whether there are words, without a gap between them, and none has a tag yet."""
    if not inside or inside[-1] - inside[0] + 1 != len(inside):
        return False
    return all(tags[index] == "O" for index in inside)


def _edges(words: Sequence[Range], inside: Sequence[int]) -> Range:
    return words[inside[0]][0], words[inside[-1]][1]
