"""Insertion of markers around ranges of a text."""

from __future__ import annotations

from collections.abc import Sequence

from crosslabel.projection.interface import Range
from crosslabel.projection.markers.convention import Markers


def trimmed(text: str, range_: Range) -> Range | None:
    """Return a range without the white space at its ends, or ``None`` if nothing else is in it."""
    piece = text[range_[0]:range_[1]]
    left = range_[0] + len(piece) - len(piece.lstrip())
    right = range_[0] + len(piece.rstrip())
    return (left, right) if left < right else None


def mark(text: str, ranges: Sequence[Range], markers: Markers) -> str:
    """Return the text with a pair of markers around each range; the n-th range gets the n-th pair.

    Markers of nested ranges nest; of two ranges that end at the same place, the one opened last
    is closed first. Spaced markers add only the spaces that are missing.

    Args:
        ranges: not empty, within the text.
    """
    # At the same place, ranges that end there are closed before ranges that begin there open.
    places = [
        *((end, 0, (-start, end, -number), markers.pair(number)[1])
          for number, (start, end) in enumerate(ranges)),
        *((start, 1, (-end, number, 0), markers.pair(number)[0])
          for number, (start, end) in enumerate(ranges)),
    ]
    parts: list[str] = []
    before = 0
    for place, _, _, marker in sorted(places):
        parts.append(text[before:place])
        if markers.spaced:
            written = "".join(parts[-2:])
            left = " " if written and not written[-1].isspace() else ""
            right = " " if place < len(text) and not text[place].isspace() else ""
            marker = f"{left}{marker}{right}"
        parts.append(marker)
        before = place
    return "".join([*parts, text[before:]])
