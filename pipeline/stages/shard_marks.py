"""The places of the marks of a shard's rows: what they hold is projected like labelled spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crosslabel.pipeline.corpus.records import Span
from crosslabel.pipeline.protection.places import Insertion, insertions, wanted
from crosslabel.pipeline.stages.shard_carried import Sentence
from crosslabel.pipeline.stages.shard_projection import project, words_in
from crosslabel.pipeline.stages.shard_sides import Parallel
from crosslabel.projection.interface import Projection, Projector, Range

_ENDS_OF_ID = "\x00"


def has_marks(rows: Sequence[Parallel]) -> bool:
    """Return whether there is any mark to place."""
    return any(sentence.carried and sentence.carried.marks
               for row in rows for sentence in _sentences(row))


def place_marks(
    projectors: Sequence[Projector], rows: Sequence[Parallel]
) -> list[list[list[Insertion]]]:
    """Return for each row and sentence the marks at their places in the carried translation.

    Args:
        projectors: asked in order; each only for what those before it did not find.
        rows: with the carried translation as side a, whichever side is labelled later.
    """
    asked = [_asked(row) for row in rows]
    found: list[dict[str, Range]] = [{} for _ in rows]
    for projector in projectors:
        open_ = [number for number, spans in enumerate(asked)
                 if any(span.id not in found[number] for span in spans)]
        stood_in = [replace(rows[number], restored={}, given=replace(
            rows[number].given, task="spans", relations=(), lost=(),
            spans=tuple(s for s in asked[number] if s.id not in found[number])))
            for number in open_]
        for number, projections in zip(open_, project(projector, stood_in), strict=True):
            found[number] |= {p.span_id: _whole(p) for p in projections if p.fragments}
    return [_insertions(row, places) for row, places in zip(rows, found, strict=True)]


def _whole(projection: Projection) -> Range:
    return projection.fragments[0][0], projection.fragments[-1][1]


def _sentences(row: Parallel) -> Sequence[Sentence]:
    return row.carried.sentences if row.carried and not row.other.reasons else ()


def _asked(row: Parallel) -> list[Span]:
    """Return the ranges of a row that marks are placed by, as spans of its carried text."""
    spans = []
    for number, sentence in enumerate(_sentences(row)):
        if sentence.carried is None or not sentence.carried.marks:
            continue
        words = _words(row.words_b[sentence.field], sentence.b)
        begin = sentence.b[0]
        spans += [Span(f"{number}{_ENDS_OF_ID}{id}", sentence.field,
                       ((start + begin, end + begin),), "mark")
                  for id, (start, end) in wanted(sentence.carried, words).items()]
    return spans


def _insertions(row: Parallel, found: dict[str, Range]) -> list[list[Insertion]]:
    placed: list[list[Insertion]] = []
    for number, sentence in enumerate(_sentences(row)):
        if sentence.carried is None or not sentence.carried.marks:
            placed.append([])
            continue
        begin, prefix = sentence.a[0], f"{number}{_ENDS_OF_ID}"
        places = {id.removeprefix(prefix): (start - begin, end - begin)
                  for id, (start, end) in found.items() if id.startswith(prefix)}
        placed.append(insertions(
            sentence.carried, row.other.fields[sentence.field][slice(*sentence.a)],
            _words(row.words_b[sentence.field], sentence.b),
            _words(row.words_a[sentence.field], sentence.a), places))
    return placed


def _words(words: Sequence[Range], sentence: Range) -> list[Range]:
    """Return the words of a sentence, counted from its beginning."""
    _, inside = words_in(words, sentence)
    return [(start - sentence[0], end - sentence[0]) for start, end in inside]
