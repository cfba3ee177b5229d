"""Replacements in a text, and where its ranges are afterwards."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from crosslabel.projection.interface import Range


@dataclass(frozen=True, slots=True)
class Edit:
    """The characters from ``start`` to ``end`` become ``text``; an insertion if there are none."""

    start: int
    end: int
    text: str


class Edits:
    """Replacements in one text.

    Args:
        edits: in order, not overlapping; insertions at one place stand in their order.
    """

    def __init__(self, edits: Sequence[Edit] = ()) -> None:
        self._edits = tuple(edits)
        self._starts = [edit.start for edit in edits]
        self._ends = [edit.end for edit in edits]
        grown = (len(edit.text) - (edit.end - edit.start) for edit in edits)
        self._grown = list(accumulate(grown, initial=0))

    def __bool__(self) -> bool:
        return bool(self._edits)

    def apply(self, text: str) -> str:
        """Return the text after the replacements."""
        pieces, done = [], 0
        for edit in self._edits:
            pieces += [text[done:edit.start], edit.text]
            done = edit.end
        return "".join([*pieces, text[done:]])

    def inverse(self, text: str) -> Edits:
        """Return the replacements that give ``text`` back."""
        return Edits([
            Edit(edit.start + grown, edit.start + grown + len(edit.text), text[edit.start:edit.end])
            for edit, grown in zip(self._edits, self._grown, strict=False)
        ])

    def places(self) -> list[Range]:
        """Return where the text of each edit stands afterwards."""
        return [(edit.start + grown, edit.start + grown + len(edit.text))
                for edit, grown in zip(self._edits, self._grown, strict=False)]

    def inner(self, range_: Range) -> Range:
        """Return a range afterwards, without what was inserted at its two ends.

        A range that cuts a replaced part holds all of its replacement.
        """
        start, end = range_
        before = bisect_right(self._ends, start)
        left = start + self._grown[before]
        if before < len(self._edits) and self._starts[before] < start:
            left = self._starts[before] + self._grown[before]
        return left, max(left, self._end(end, bisect_left(self._starts, end)))

    def outer(self, range_: Range) -> Range:
        """Return a range afterwards, with what was inserted at its two ends."""
        start, end = range_
        left, right = self.inner(range_)
        before, after = bisect_right(self._ends, start), bisect_left(self._starts, end)
        while before and self._edits[before - 1].start == self._edits[before - 1].end == start:
            before -= 1
            left -= len(self._edits[before].text)
        while after < len(self._edits) and self._ends[after] == end == self._starts[after]:
            if start < end:
                right += len(self._edits[after].text)
            after += 1
        return left, max(left, right)

    def _end(self, end: int, after: int) -> int:
        """Return where a range ends if the first ``after`` edits begin before its end."""
        if after and self._ends[after - 1] > end:
            return self._starts[after - 1] + self._grown[after - 1] + len(
                self._edits[after - 1].text)
        return end + self._grown[after]
