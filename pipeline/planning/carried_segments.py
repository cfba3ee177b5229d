"""The segments of a row as the model gets them, where it does not get them as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosslabel.pipeline.corpus.word_labels import given_spans
from crosslabel.pipeline.planning.rows import SourceRow
from crosslabel.pipeline.protection.carry import Carried, carry, pieces
from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.text.segments import FieldRange
from crosslabel.projection.interface import Range

VERSION = 1


@dataclass(frozen=True, slots=True)
class CarriedSegment:
    """A segment with protected parts, or in capitals.

    Attributes:
        range: the segment in its field.
        whole: the segment with carriers; ``None`` if there are too few carriers for its parts.
        pieces: what stands between those parts, translated apart if the model loses a carrier;
            empty without carriers, or if a span crosses one of the parts.
    """

    range: Range
    whole: Carried | None
    pieces: tuple[Carried, ...] = ()

    def texts(self) -> list[str]:
        """Return what the model is asked to translate, the whole segment first."""
        every = (*((self.whole,) if self.whole else ()), *self.pieces)
        return list(dict.fromkeys(carried.text for carried in every if carried.text))


def carried_segments(
    row: SourceRow, given: Sequence[str | None] | None = None
) -> list[CarriedSegment | None]:
    """Return each segment of a row as the model gets it; ``None`` for one that it gets as it is.

    Args:
        given: translations of the segments that were made elsewhere. They have the names of the
            text; only marks that they lack are taken out of it, to be placed in them.
    """
    if not (row.parts or row.capitals):
        return [None] * len(row.segments)
    if given is None:
        return [_carried(row, number) for number in range(len(row.segments))]
    return [_without_marks(row, segment, text or "")
            for segment, text in zip(row.segments, given, strict=True)]


def carried_texts(rows: Sequence[SourceRow]) -> Iterator[str]:
    """Yield what the model is asked to translate for the carried segments of rows, in order."""
    for row in rows:
        for segment in carried_segments(row):
            yield from segment.texts() if segment else ()


def plain_texts(row: SourceRow) -> list[str]:
    """Return the texts of the segments that the model gets as they are."""
    carried = carried_segments(row)
    return [text for text, segment in zip(row.texts(), carried, strict=True) if segment is None]


def _carried(row: SourceRow, number: int) -> CarriedSegment | None:
    field, (start, end) = row.segments[number]
    text, lang = row.example.fields[field], row.example.lang
    parts, capitals = _parts(row, row.segments[number]), number in row.capitals
    if not (parts or capitals):
        return None
    spans = [fragment for span in given_spans(row.example) if span.field == field
             for fragment in span.fragments]
    whole = carry(text, (start, end), parts, spans, lang, capitals=capitals)
    names = [part for part in parts if part.shape != "mark"]
    if not names or any(_crosses(span, part) for span in spans for part in names):
        return CarriedSegment((start, end), whole)
    made = (carry(text, cut, parts, spans, lang, capitals=capitals)
            for cut in pieces(text, (start, end), parts))
    return CarriedSegment((start, end), whole, tuple(piece for piece in made if piece))


def _without_marks(row: SourceRow, segment: FieldRange, given: str) -> CarriedSegment | None:
    field, (start, end) = segment
    text = row.example.fields[field]
    marks = [part for part in _parts(row, segment) if part.shape == "mark"]
    counts = Counter(text[part.start:part.end] for part in marks)
    there = {part for part in marks
             if given.count(mark := text[part.start:part.end]) >= counts[mark]}
    pairs = {part.pair for part in there} - {None}  # a link may have another address
    missing = [part for part in marks if part not in there and part.pair not in pairs]
    if not missing:
        return None
    return CarriedSegment((start, end), carry(text, (start, end), missing, (), row.example.lang))


def _parts(row: SourceRow, segment: FieldRange) -> list[Part]:
    field, (start, end) = segment
    return [part for part in row.parts.get(field, ()) if start <= part.start and part.end <= end]


def _crosses(span: Range, part: Part) -> bool:
    """Return whether a span holds a part, or a piece of it, and something else."""
    return (span[0] < part.end and part.start < span[1]
            and not (part.start <= span[0] and span[1] <= part.end))
