"""Rows with their protected parts put back on both sides, and projections moved accordingly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crosslabel.pipeline.corpus.records import Example, LostSpan, Segment, Span
from crosslabel.pipeline.corpus.word_labels import given_or_lost, given_spans
from crosslabel.pipeline.protection.blanks import BLANKS
from crosslabel.pipeline.protection.capitals import upper
from crosslabel.pipeline.protection.edits import Edit, Edits
from crosslabel.pipeline.protection.parts import Shape
from crosslabel.pipeline.protection.places import Insertion
from crosslabel.pipeline.stages.shard_carried import CarriedRow
from crosslabel.pipeline.stages.shard_projection import METHOD, NOWHERE
from crosslabel.pipeline.stages.shard_sides import Parallel, WordsByField, own_words
from crosslabel.projection.interface import Projection, Range

Texts = tuple[str, Mapping[str, tuple[str, Sequence[tuple[Range, Shape]]]]]
"""A language, and by field a text with its protected parts."""


def restored_rows(
    rows: Sequence[Parallel],
    projections: Sequence[Sequence[Projection]],
    marks: Sequence[Sequence[Sequence[Insertion]]],
) -> list[tuple[Parallel, list[Projection]]]:
    """Return rows and projections with what is protected on both sides.

    A given span inside a protected part is where it was in that part.

    Args:
        marks: of each row, see :func:`.shard_marks.place_marks`; the translation may be either
            side.
    """
    changed = [number for number, row in enumerate(rows) if row.carried]
    restorers = [_Restorer(rows[number], marks[number]) for number in changed]
    human = _words([restorer.human_texts() for restorer in restorers])
    machine = _words([restorer.machine_texts() for restorer in restorers])
    made = [(row, list(projected)) for row, projected in zip(rows, projections, strict=True)]
    for number, restorer, *words in zip(changed, restorers, human, machine, strict=True):
        row = restorer.row(*words)
        made[number] = row, restorer.projections(row, projections[number])
    return made


def as_read(row: Parallel) -> Parallel:
    """Return a row that gives no pair with the text that was read, without its translation."""
    if row.carried is None:
        return row
    other = replace(row.other, fields={}, segments=())
    return replace(row, given=row.carried.row.example, other=other, carried=None)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A protected part in the translation.

    Attributes:
        source: its characters in the text.
        at: the place of its first character in the translation.
    """

    field: str
    source: Range
    at: int


class _Restorer:
    """Puts the protected parts of one row back."""

    def __init__(self, row: Parallel, marks: Sequence[Sequence[Insertion]]) -> None:
        assert row.carried is not None
        self._row, self._carried = row, row.carried
        self._read = row.carried.row.example
        self._trains = row.b_origin == "human"
        self._human = {field: edits.inverse(self._read.fields[field])
                       for field, edits in row.carried.to_carried.items()}
        translated = row.other.fields if self._trains else row.given.fields
        self._machine, self._parts = {}, []
        self._texts: dict[str, str] = {}
        for field, text in translated.items():
            edits, sources = _machine_edits(row.carried, field, text, marks)
            self._machine[field] = Edits(edits)
            self._parts += [_Placed(field, source, place[0] + offset)
                            for place, (source, offset) in zip(
                                self._machine[field].places(), sources, strict=True)
                            if source is not None]
            self._texts[field] = self._machine[field].apply(_in_capitals(row.carried, field, text))

    def human_texts(self) -> Texts:
        """Return the language and the texts that a person wrote, with their protected parts."""
        parts = self._carried.row.parts
        return self._read.lang, {field: (text, [((part.start, part.end), part.shape)
                                                for part in parts.get(field, ())])
                                 for field, text in self._read.fields.items()}

    def machine_texts(self) -> Texts:
        """Return the language and the translated texts, with their protected parts."""
        parts: dict[str, list[tuple[Range, Shape]]] = {field: [] for field in self._texts}
        for field, found in self._carried.row.parts.items():
            for part in found if field in self._texts else ():
                source = part.start, part.end
                place = self._inside_part(field, source) or self._between(field, source)
                parts[field] += [(place, part.shape)] if place else []
        return self._carried.lang, {field: (text, sorted(parts[field]))
                                    for field, text in self._texts.items()}

    def row(self, human: WordsByField, machine: WordsByField) -> Parallel:
        """Return the row with both sides restored.

        Args:
            human, machine: words of the restored texts.
        """
        to_a, to_b = self._sides()
        given = self._read if self._trains else self._labelled()
        fields = self._texts if self._trains else self._read.fields
        segments = tuple(
            Segment(s.field, to_a[s.field].outer(s.a), to_b[s.field].outer(s.b), s.score)
            for s in self._row.other.segments)
        words_a, words_b = (machine, human) if self._trains else (human, machine)
        return replace(self._row, given=given, carried=None, words_a=words_a,
                       words_b=words_b | own_words(given.words),
                       other=replace(self._row.other, fields=fields, segments=segments))

    def projections(self, row: Parallel, projected: Sequence[Projection]) -> list[Projection]:
        """Return the projections of all given spans of the restored row."""
        fields = {span.id: span.field for span in given_or_lost(self._row.given)}
        moved = {p.span_id: self._moved(p, fields[p.span_id], row) for p in projected}
        made = []
        for span in given_spans(row.given):
            copied = self._copied(span) if self._trains else None
            if copied or span.id not in moved:
                made.append(_projection(span, copied))
            else:
                made.append(self._widened(moved[span.id], span))
        return [*made, *(moved[lost.id] for lost in row.given.lost if lost.id in moved)]

    def _sides(self) -> tuple[Mapping[str, Edits], Mapping[str, Edits]]:
        sides = self._machine, self._human
        return sides if self._trains else sides[::-1]

    def _labelled(self) -> Example:
        """Return the labelled translation with its protected parts."""
        given = self._row.given
        spans = tuple(replace(span, fragments=tuple(map(self._machine[span.field].inner,
                                                        span.fragments))) for span in given.spans)
        words = tuple(replace(words, ranges=tuple(map(self._machine[words.field].inner,
                                                      words.ranges))) for words in given.words)
        lost = tuple(self._lost(span) for span in given.lost)
        return replace(given, fields=self._texts, spans=spans, words=words, lost=lost)

    def _lost(self, lost: LostSpan) -> LostSpan:
        moved = (self._machine[lost.field].inner((word.start, word.end)) for word in lost.likely)
        return replace(lost, likely=tuple(replace(word, start=start, end=end) for word, (start, end)
                                          in zip(lost.likely, moved, strict=True)))

    def _moved(self, projection: Projection, field: str, row: Parallel) -> Projection:
        to_a = self._sides()[0][field]
        masses = projection.mass or (1.0,) * len(projection.likely)
        likely: dict[int, float] = {}
        for number, mass in zip(projection.likely, masses, strict=True):
            start, end = to_a.inner(self._row.words_a[field][number])
            for word, (left, right) in enumerate(row.words_a[field]):
                if left < end and start < right:
                    likely[word] = max(mass, likely.get(word, 0.0))
        moved = (to_a.inner(fragment) for fragment in projection.fragments)
        fragments = tuple((start, end) for start, end in moved if start < end)
        if projection.fragments and not fragments:
            return Projection(projection.span_id, projection.label, (), METHOD, "abstained",
                              NOWHERE)
        return replace(projection, fragments=fragments,
                       likely=tuple(sorted(likely)),
                       mass=tuple(likely[word] for word in sorted(likely))
                       if projection.mass else projection.mass)

    def _copied(self, span: Span) -> tuple[Range, ...] | None:
        """Return the place of a span that lies in protected parts, or ``None`` for another."""
        places = [self._inside_part(span.field, fragment) or self._between(span.field, fragment)
                  for fragment in span.fragments]
        known = tuple(place for place in places if place)
        return known if len(known) == len(places) else None

    def _inside_part(self, field: str, fragment: Range) -> Range | None:
        for part in self._parts:
            start, end = part.source
            if part.field == field and start <= fragment[0] and fragment[1] <= end:
                left = part.at + fragment[0] - start
                return left, left + fragment[1] - fragment[0]
        return None

    def _between(self, field: str, fragment: Range) -> Range | None:
        """Return the place of a fragment outside all segments, which is copied with its parts."""
        start, end = self._carried.to_carried[field].inner(fragment)
        shift = 0
        for segment in self._row.other.segments:
            if segment.field == field and start < segment.b[1] and segment.b[0] < end:
                return None
            if segment.field == field and segment.b[1] <= start:
                shift = segment.a[1] - segment.b[1]
        place = self._machine[field].inner((start + shift, end + shift))
        same = self._texts[field][slice(*place)] == self._read.fields[field][slice(*fragment)]
        return place if same and place[0] < place[1] else None

    def _widened(self, projection: Projection, span: Span) -> Projection:
        """Return a projection with the marks at its ends, if the span has them at its ends."""
        if not self._trains or projection.status != "projected" or not projection.fragments:
            return projection
        first, last = span.fragments[0][0], span.fragments[-1][1]
        left, right = projection.fragments[0][0], projection.fragments[-1][1]
        text = self._texts[span.field]
        for part in self._parts:
            end = part.at + part.source[1] - part.source[0]
            if part.field != span.field:
                continue
            if part.source[0] == first and not text[end:left].strip() and end <= left:
                left = part.at
            if part.source[1] == last and not text[right:part.at].strip() and right <= part.at:
                right = end
        fragments = list(projection.fragments)
        fragments[0] = left, fragments[0][1]
        fragments[-1] = fragments[-1][0], right
        return replace(projection, fragments=tuple(fragments))


def _projection(span: Span, copied: tuple[Range, ...] | None) -> Projection:
    if copied is None:
        return Projection(span.id, span.label, (), METHOD, "abstained", NOWHERE)
    return Projection(span.id, span.label, copied, METHOD, "projected")


def _machine_edits(
    carried: CarriedRow, field: str, text: str, marks: Sequence[Sequence[Insertion]]
) -> tuple[list[Edit], list[tuple[Range | None, int]]]:
    """Return the edits of a translation, with the source of each and its place in the edit."""
    made: list[tuple[Edit, tuple[Range | None, int]]] = [
        (edit, (source, 0)) for edit, source in carried.carriers.get(field, ())]
    carriers = [edit for edit, _ in made]
    for sentence, insertions in zip(carried.sentences, marks, strict=True):
        for insertion in insertions if sentence.field == field else ():
            assert sentence.carried is not None
            mark = sentence.carried.marks[insertion.mark]
            at = sentence.a[0] + insertion.at
            at = next((edit.end for edit in carriers if edit.start < at < edit.end), at)
            place = _over_space(text, at, sentence.a) if mark.divides else (at, at)
            made.append((Edit(*place, insertion.text), (mark.range, insertion.space)))
    made.sort(key=lambda entry: (entry[0].start, entry[0].end))
    return [edit for edit, _ in made], [source for _, source in made]


def _over_space(text: str, at: int, sentence: Range) -> Range:
    """Return the place of a mark without a space beside it, which takes that of one."""
    if at < sentence[1] and text[at:at + 1] == " ":
        return at, at + 1
    if at > sentence[0] and text[at - 1:at] == " ":
        return at - 1, at
    return at, at


def _in_capitals(carried: CarriedRow, field: str, text: str) -> str:
    for sentence in carried.sentences:
        if sentence.field == field and sentence.carried and sentence.carried.capitals:
            start, end = sentence.a
            made = upper(text[start:end], carried.lang)
            text = text[:start] + made + text[end:]
    return text


def _words(sides: Sequence[Texts]) -> list[WordsByField]:
    """Return the words of texts; each mark is a word of its own, and so is each name."""
    from crosslabel.projection.words import word_ranges_batch

    by_lang: dict[str, list[str]] = {}
    for lang, texts in sides:
        by_lang.setdefault(lang, []).extend(_blank(*text) for text in texts.values())
    ranges = {lang: iter(word_ranges_batch(texts, lang)) for lang, texts in by_lang.items()}
    return [{name: tuple(sorted([*next(ranges[lang]), *(
                range_ for range_, shape in parts if shape == "mark")]))
             for name, (_, parts) in texts.items()} for lang, texts in sides]


def _blank(text: str, parts: Sequence[tuple[Range, Shape]]) -> str:
    for (start, end), shape in parts:
        if shape != "block":
            text = text[:start] + BLANKS[shape] * (end - start) + text[end:]
    return text
