"""Segments with markers around their spans, and the spans restored from a translation of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosslabel.pipeline.corpus.records import Span
from crosslabel.pipeline.planning.carried_segments import carried_segments
from crosslabel.pipeline.planning.rows import SourceRow
from crosslabel.pipeline.text.segments import FieldRange
from crosslabel.projection.interface import Range
from crosslabel.projection.markers import Markers, has_markers, mark, restore, trimmed

VERSION = 1


@dataclass(frozen=True, slots=True)
class MarkedSegment:
    """A segment with a pair of markers around each fragment of its spans.

    Attributes:
        text: with markers.
        owners: id of the span of each marked fragment, in the order of their markers.
    """

    text: str
    owners: tuple[str, ...]

    def restore(self, translation: str, markers: Markers, lang: str = "") -> RestoredSegment:
        """Take the markers out of a translation of the text and return the spans."""
        restored = restore(translation, len(self.owners), markers, lang)
        spans: dict[str, list[Range]] = {}
        faults: dict[str, str] = {}
        for owner, range_, fault in zip(self.owners, restored.ranges, restored.faults, strict=True):
            if range_ is None:
                faults.setdefault(owner, fault or "")
            else:
                spans.setdefault(owner, []).append(range_)
        whole = {owner: _joined(ranges) for owner, ranges in spans.items() if owner not in faults}
        return RestoredSegment(restored.text, whole, faults)


@dataclass(frozen=True, slots=True)
class RestoredSegment:
    """A translation without its markers.

    Attributes:
        spans: by id of a span whose markers all came through its fragments in ``text``.
        faults: by id of every other span the fault of its markers.
    """

    text: str
    spans: dict[str, tuple[Range, ...]]
    faults: dict[str, str]


def mark_segments(row: SourceRow, markers: Markers) -> list[MarkedSegment | None]:
    """Mark the spans of each segment of a row.

    Returns:
        Per segment its marked text; ``None`` for a segment without spans, for one whose text
        already holds something that could be a marker, for one that the model does not get as it
        is, and, where markers do not tell which span they belong to, for one with spans that cross.
    """
    carried = carried_segments(row)
    return [None if other else _marked(row, segment, markers)
            for segment, other in zip(row.segments, carried, strict=True)]


def _marked(row: SourceRow, segment: FieldRange, markers: Markers) -> MarkedSegment | None:
    field, (start, end) = segment
    text = row.example.fields[field][start:end]
    spans = [s for s in row.example.spans if s.field == field and start <= s.fragments[0][0] < end]
    # Nested spans open from the outermost to the innermost: brackets come back in this order.
    fragments = sorted(
        _fragments(spans, text, start), key=lambda fragment: (fragment[0], -fragment[1])
    )
    ranges = [(left, right) for left, right, _ in fragments]
    if not fragments or has_markers(text, len(fragments), markers):
        return None
    if not markers.identify and _cross(ranges):
        return None
    return MarkedSegment(mark(text, ranges, markers), tuple(owner for *_, owner in fragments))


def _fragments(spans: Sequence[Span], text: str, offset: int) -> Iterator[tuple[int, int, str]]:
    for span in spans:
        moved = [trimmed(text, (max(a - offset, 0), b - offset)) for a, b in span.fragments]
        if None not in moved:
            yield from ((*fragment, span.id) for fragment in moved if fragment)


def _cross(ranges: Sequence[Range]) -> bool:
    return any(a < c < b < d for a, b in ranges for c, d in ranges)


def _joined(ranges: Sequence[Range]) -> tuple[Range, ...]:
    """Sort ranges and join those that touch or overlap."""
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)
