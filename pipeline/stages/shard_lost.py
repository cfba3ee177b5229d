"""Spans that were lost before this build: what stands for them on the other side.

The words that such a span may have been are projected one by one, and the words that they become
belong to the span as far as anybody knows. Its label was lost and stays so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crosslabel.pipeline.corpus.lost_spans import either, stand_ins
from crosslabel.pipeline.corpus.records import LostSpan, Span
from crosslabel.pipeline.stages.shard_projection import project
from crosslabel.pipeline.stages.shard_sides import Parallel
from crosslabel.projection.interface import Projection, Projector, Range

METHOD, REASON = "input", "lost in the input"


def with_lost(
    projector: Projector, rows: Sequence[Parallel], projections: Sequence[list[Projection]]
) -> list[list[Projection]]:
    """Add to the projections of rows those of their lost spans, which give no place.

    They are found apart from the others, whose places do not depend on them.
    """
    spans = [_stand_ins(row) for row in rows]
    kept = [number for number, found in enumerate(spans) if any(found.values())]
    stood_in = [_in_place(rows[number], spans[number]) for number in kept]
    projected = dict(zip(kept, project(projector, stood_in), strict=True)) if kept else {}
    return [
        [*own, *(_projection(lost, row, [p for p in projected.get(number, ())
                                         if p.span_id in {s.id for s in spans[number][lost.id]}])
                 for lost in row.given.lost)]
        for number, (row, own) in enumerate(zip(rows, projections, strict=True))
    ]


def _stand_ins(row: Parallel) -> dict[str, list[Span]]:
    """Return by id of a lost span what stands for it."""
    return {lost.id: stand_ins(lost, row.given.fields[lost.field]) for lost in row.given.lost}


def _in_place(row: Parallel, spans: dict[str, list[Span]]) -> Parallel:
    """Return a row with these spans alone."""
    every = tuple(span for found in spans.values() for span in found)
    return replace(row, given=replace(row.given, spans=every, relations=(), lost=()), restored={})


def _projection(lost: LostSpan, row: Parallel, found: Sequence[Projection]) -> Projection:
    words = row.words_a.get(lost.field, ())
    masses: dict[int, float] = {}
    for projection in found:
        for word, mass in _likely(projection, words):
            masses[word] = either(masses.get(word, 0.0), mass)
    return Projection(lost.id, lost.label, (), METHOD, "abstained", REASON,
                      likely=tuple(sorted(masses)),
                      mass=tuple(masses[word] for word in sorted(masses)))


def _likely(projection: Projection, words: Sequence[Range]) -> list[tuple[int, float]]:
    if projection.status == "projected":
        return [(number, 1.0) for number, (left, right) in enumerate(words)
                if any(left < end and start < right for start, end in projection.fragments)]
    masses = projection.mass or (1.0,) * len(projection.likely)
    return list(zip(projection.likely, masses, strict=True))
