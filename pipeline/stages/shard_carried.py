"""Rows with protected parts, as the model got them and as it translated them.

Everything until the row is restored looks at these texts: links, labels, checks. A segment whose
carriers the model lost is translated in pieces, with the parts between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from crosslabel.pipeline.corpus.records import Example, LostSpan, Segment, Span, Words
from crosslabel.pipeline.corpus.word_labels import given_spans
from crosslabel.pipeline.planning.carried_segments import CarriedSegment
from crosslabel.pipeline.planning.rows import SourceRow
from crosslabel.pipeline.protection.carriers import places
from crosslabel.pipeline.protection.carry import Carried
from crosslabel.pipeline.protection.edits import Edit, Edits
from crosslabel.pipeline.stages.shard_texts import Assembled, assemble
from crosslabel.pipeline.translation.translator import Translation
from crosslabel.projection.interface import Range

LOST = "protected-lost"
"""Code of the reason to reject a row in which a part was lost in every way."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A translated segment, or a piece of one.

    Attributes:
        carried: how the model got it; ``None`` if it got it as it is.
        a, b: its range in the carried translation, and in the carried text.
    """

    field: str
    carried: Carried | None
    a: Range
    b: Range


@dataclass(frozen=True, slots=True)
class CarriedRow:
    """What is needed to restore a row.

    Attributes:
        row: as it was read.
        to_carried: by field the edits that give what the model got.
        carriers: by field the edits of the carried translation that put parts in place of carriers,
            each with the range of the parts in the text; ``None`` for one that takes out a space.
        sentences: in the order of the segments.
        lang: language of the translation.
    """

    row: SourceRow
    to_carried: Mapping[str, Edits]
    carriers: Mapping[str, tuple[tuple[Edit, Range | None], ...]]
    sentences: tuple[Sentence, ...]
    lang: str


def carried_row(
    row: SourceRow,
    segments: Sequence[CarriedSegment | None],
    translations: Sequence[Translation | Mapping[str, Translation]],
    lang: str,
) -> tuple[SourceRow, Assembled, CarriedRow | None]:
    """Return a row as the model got it, with its translation.

    Args:
        segments: as the model got them.
        translations: of each segment; for a carried one by what the model got.
        lang: language of the translations.
    """
    units: list[_Unit] = []
    for (field, range_), segment, translation in zip(
            row.segments, segments, translations, strict=True):
        if isinstance(translation, Translation):
            whole = segment.whole if segment else None
            units.append(_Unit(field, range_, whole, translation))
        else:
            assert segment is not None
            chosen = _chosen(field, segment, translation)
            if isinstance(chosen, str):
                failed = row.example.fields[field][slice(*range_)]
                empty = tuple(Segment(name, (0, 0), whole) for name, whole in row.segments)
                return row, Assembled({}, empty, (chosen,), failed=failed), None
            units += chosen
    edits = {field: Edits([edit for unit in units if unit.field == field and unit.carried
                           for edit in unit.carried.edits]) for field in row.example.fields}
    carried = _as_carried(row, units, edits)
    joined = assemble(carried, [unit.translation for unit in units], lang)
    if joined.reasons:
        return row, joined, None
    sentences = tuple(Sentence(segment.field, unit.carried, segment.a, segment.b)
                      for segment, unit in zip(joined.segments, units, strict=True))
    carriers = {field: tuple(_carrier_edits(joined.fields[field], field, sentences))
                for field in joined.fields}
    return carried, joined, CarriedRow(row, edits, carriers, sentences, lang)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What was translated in one go."""

    field: str
    range: Range
    carried: Carried | None
    translation: Translation


def _chosen(
    field: str, segment: CarriedSegment, translations: Mapping[str, Translation]
) -> list[_Unit] | str:
    """Return what is kept of a carried segment, or the reason that nothing can be."""
    whole = segment.whole
    if whole and not whole.text:
        return []
    translation = translations[whole.text] if whole else Translation(None)
    if whole and translation.text is not None and places(
            translation.text, [name.carrier for name in whole.names]) is not None:
        return [_Unit(field, whole.range, whole, translation)]
    if whole and not whole.names and translation.reason:
        return translation.reason
    made = [(piece, translations[piece.text]) for piece in segment.pieces if piece.text]
    failed = next((t.reason for _, t in made if t.text is None and t.reason), None)
    if segment.pieces and failed is None:
        return [_Unit(field, piece.range, piece, t) for piece, t in made]
    names = ", ".join(name.text for name in whole.names) if whole else "too many parts"
    return f"{LOST}: {names}: {failed or 'the model lost them, and a span crosses one of them'}"


def _as_carried(
    row: SourceRow, units: Sequence[_Unit], edits: Mapping[str, Edits]
) -> SourceRow:
    """Return the row with the texts that the model got, its spans and segments in them."""
    fields = {field: edits[field].apply(text) for field, text in row.example.fields.items()}
    segments = [(unit.field, edits[unit.field].outer(unit.range)) for unit in units]
    for unit, (field, (start, end)) in zip(units, segments, strict=True):
        if unit.carried:
            text = fields[field]
            fields[field] = text[:start] + unit.carried.text + text[end:]
    moved = _Moved(edits, segments)
    example = row.example
    spans = tuple(span for given in given_spans(example) if (span := moved.span(given)))
    words = tuple(Words(entry.field, moved.words(entry)) for entry in example.words)
    carried = Example(
        id=example.id, task="spans" if example.task == "words" else example.task,
        lang=example.lang, fields=fields, spans=spans, label=example.label, value=example.value,
        words=words, meta=example.meta, lost=tuple(map(moved.lost, example.lost)),
    )
    return replace(row, example=carried, segments=tuple(segments), parts={}, capitals=())


@dataclass(frozen=True, slots=True)
class _Moved:
    edits: Mapping[str, Edits]
    segments: Sequence[tuple[str, Range]]

    def span(self, span: Span) -> Span | None:
        """Return a span in what the model got; ``None`` for one of which the model got nothing."""
        inside = [self._inside(span.field, fragment) for fragment in span.fragments]
        fragments = tuple(fragment for fragment in inside if fragment)
        return replace(span, fragments=fragments) if fragments else None

    def words(self, words: Words) -> tuple[Range, ...]:
        moved = (self.edits[words.field].inner(range_) for range_ in words.ranges)
        return tuple(dict.fromkeys((start, end) for start, end in moved if start < end))

    def lost(self, lost: LostSpan) -> LostSpan:
        moved = ((word, self.edits[lost.field].inner((word.start, word.end)))
                 for word in lost.likely)
        distinct = {range_: replace(word, start=range_[0], end=range_[1])
                    for word, range_ in moved if range_[0] < range_[1]}
        return replace(lost, likely=tuple(distinct[range_] for range_ in sorted(distinct)))

    def _inside(self, field: str, fragment: Range) -> Range | None:
        """Return the part of a fragment in the first segment that holds any of it."""
        start, end = self.edits[field].inner(fragment)
        for name, (left, right) in self.segments:
            if name == field and start < right and left < end:
                return max(start, left), min(end, right)
        return None


def _carrier_edits(
    translation: str, field: str, sentences: Sequence[Sentence]
) -> Iterator[tuple[Edit, Range | None]]:
    for sentence in sentences:
        if sentence.field != field or sentence.carried is None or not sentence.carried.names:
            continue
        names = sentence.carried.names
        begin = sentence.a[0]
        found = places(translation[slice(*sentence.a)], [name.carrier for name in names])
        assert found is not None, "the segment was kept for its carriers"
        for name, (start, end) in zip(names, found, strict=True):
            left, right = begin + start, begin + end
            if name.glued[0] and translation[left - 1:left] == " " and start > 0:
                yield Edit(left - 1, left, ""), None
            yield Edit(left, right, name.text), name.range
            if name.glued[1] and translation[right:right + 1] == " " and right < sentence.a[1]:
                yield Edit(right, right + 1, ""), None
