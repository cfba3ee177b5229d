"""Segments with their spans marked, and the spans found again in a translation of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosslabel.pipeline.corpus.records import Span
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
        """Take the markers out of a translation of the text into a language."""
        found = restore(translation, len(self.owners), markers, lang)
        spans: dict[str, list[Range]] = {}
        faults: dict[str, str] = {}
        for owner, range_, fault in zip(self.owners, found.ranges, found.faults, strict=True):
            if range_ is None:
                faults.setdefault(owner, fault or "")
            else:
                spans.setdefault(owner, []).append(range_)
        whole = {owner: _joined(own) for owner, own in spans.items() if owner not in faults}
        return RestoredSegment(found.text, whole, faults)


@dataclass(frozen=True, slots=True)
class RestoredSegment:
    """A translation without its markers.

    Attributes:
        spans: fragments in ``text`` of each span all of whose markers came through, by id.
        faults: what is wrong with the markers of each other span, by id.
    """

    text: str
    spans: dict[str, tuple[Range, ...]]
    faults: dict[str, str]


def mark_segments(row: SourceRow, markers: Markers) -> list[MarkedSegment | None]:
    """Each segment of a row with its spans marked.

    ``None`` for a segment without spans, one that has what could be markers already, and, where
    markers do not say which span they belong to, one with spans that cross.
    """
    return [_marked(row, segment, markers) for segment in row.segments]


def _marked(row: SourceRow, segment: FieldRange, markers: Markers) -> MarkedSegment | None:
    field, (start, end) = segment
    text = row.example.fields[field][start:end]
    spans = [s for s in row.example.spans if s.field == field and start <= s.fragments[0][0] < end]
    # Nested spans open from the outermost to the innermost: the order that brackets come back in.
    fragments = sorted(_fragments(spans, text, start), key=lambda own: (own[0], -own[1]))
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
            yield from ((*own, span.id) for own in moved if own)


def _cross(ranges: Sequence[Range]) -> bool:
    return any(a < c < b < d for a, b in ranges for c, d in ranges)


def _joined(ranges: Sequence[Range]) -> tuple[Range, ...]:
    """Ranges in order, those that meet made one."""
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)
