"""The segments of a row as the model gets them, where it does not get them as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosslabel.pipeline.corpus.word_labels import given_spans
from crosslabel.pipeline.planning.rows import SourceRow
from crosslabel.pipeline.protection.carry import Carried, carry, pieces
from crosslabel.projection.interface import Range


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


def carried_segments(row: SourceRow, *, by_model: bool = True) -> list[CarriedSegment | None]:
    """Return each segment of a row as the model gets it; ``None`` for one that it gets as it is.

    Args:
        by_model: whether a model translates; a given translation has the names of the text, and
            marks alone are taken out.
    """
    if not (row.parts or row.capitals):
        return [None] * len(row.segments)
    return [_carried(row, number, by_model) for number in range(len(row.segments))]


def carried_texts(rows: Sequence[SourceRow]) -> Iterator[str]:
    """Yield what the model is asked to translate for the carried segments of rows, in order."""
    for row in rows:
        for segment in carried_segments(row):
            yield from segment.texts() if segment else ()


def plain_texts(row: SourceRow) -> list[str]:
    """Return the texts of the segments that the model gets as they are."""
    carried = carried_segments(row)
    return [text for text, segment in zip(row.texts(), carried, strict=True) if segment is None]


def _carried(row: SourceRow, number: int, by_model: bool) -> CarriedSegment | None:
    field, (start, end) = row.segments[number]
    text = row.example.fields[field]
    parts = [part for part in row.parts.get(field, ()) if start <= part.start and part.end <= end]
    capitals = number in row.capitals
    if not (parts or capitals):
        return None
    spans = [fragment for span in given_spans(row.example) if span.field == field
             for fragment in span.fragments]
    lang = row.example.lang
    whole = carry(text, (start, end), parts, spans, lang, replaces=by_model, capitals=capitals)
    names = [part for part in parts if part.shape != "mark"]
    if not (by_model and names) or any(_crosses(span, part.start, part.end)
                                       for span in spans for part in names):
        return CarriedSegment((start, end), whole)
    cuts = pieces(text, (start, end), parts)
    return CarriedSegment((start, end), whole, tuple(
        piece for cut in cuts
        if (piece := carry(text, cut, parts, spans, lang, capitals=capitals)) is not None))


def _crosses(span: Range, start: int, end: int) -> bool:
    """Return whether a span holds a part, or a piece of it, and something else."""
    return span[0] < end and start < span[1] and not (start <= span[0] and span[1] <= end)
