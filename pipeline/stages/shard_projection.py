"""Projection of a shard: segments become text pairs, projections come back to whole texts."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from crosslabel.pipeline.aligner.files import aligner_copy
from crosslabel.pipeline.corpus.records import Segment, Span
from crosslabel.pipeline.corpus.word_labels import given_spans
from crosslabel.pipeline.methods.method_models import MethodModels
from crosslabel.pipeline.methods.projectors import ProjectorOptions, projector
from crosslabel.pipeline.planning.models import LINKS_OF_MARKS
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.recipe import Engine
from crosslabel.pipeline.stages.shard_sides import Parallel
from crosslabel.projection.interface import GivenSpan, Projection, Projector, Range, Side, TextPair
from crosslabel.projection.spans.rules import SpanRules

# Shards go through all languages in turn, and every trained aligner needs a separate projector.
_KEPT_PROJECTORS = 32
METHOD, NOWHERE = "protected", "in a protected part, of which nothing was translated"
"""Method of a span that lies in a protected part, and the reason if it has no place there."""
MARKERS = "markers"
"""Method of a span whose markers came through the translation."""

_loading = threading.Lock()
# One shard at a time in the encoder, so that its batches and its memory of the source side are the
# same as in a run without threads.
_using = threading.Lock()


def load_projector(plan: Plan, lang: str) -> Projector:
    """Return the projector of a language, loaded once per process.

    The aligner of the language must be committed if the method needs one.

    Raises:
        InputError: a model is missing or cannot be loaded.
        DamagedError: the bytes of the aligner differ from its marker.
    """
    projection, engine = plan.recipe.projection, plan.recipe.engine
    aligner = plan.languages[lang].aligner
    options = ProjectorOptions(
        models=plan.models.method,
        layer=projection.layer,
        device=engine.device,
        gap=projection.gap,
        rules=SpanRules.of(projection.rules),
        statistical=aligner_copy(aligner) if aligner else None,
        precision=projection.precision,
        engine=engine,
    )
    with _loading:
        return _load(projection.method, options, engine.threads)


def mark_projectors(plan: Plan) -> list[Projector]:
    """Return the projector that places marks by links of the encoder; none without an encoder.

    Raises:
        InputError: the encoder cannot be loaded.
    """
    return projectors_of_marks(plan.models.placing, plan.recipe.engine,
                               plan.recipe.projection.layer)


def projectors_of_marks(
    models: MethodModels, engine: Engine, layer: int | None = None
) -> list[Projector]:
    """Return the projector that places marks; raises as :func:`mark_projectors`.

    Args:
        models: with the encoder, if there is one.
        layer: of the encoder; ``None`` for the one that it names.
    """
    if models.encoder is None:
        return []
    options = ProjectorOptions(models=models, layer=layer, device=engine.device, engine=engine)
    with _loading:
        return [_load(LINKS_OF_MARKS, options, engine.threads)]


@lru_cache(maxsize=_KEPT_PROJECTORS)
def _load(method: str, options: ProjectorOptions, threads: int) -> Projector:
    if threads:
        import torch

        torch.set_num_threads(threads)
    return projector(method, options)


def project(projector: Projector, rows: Sequence[Parallel]) -> list[list[Projection]]:
    """Project every span of side b of every row onto side a.

    Spans that are known from markers stay as they are. Where a segment has other spans too, the
    projector sees all of them, so that no span gets the words of another.

    A row without side a takes part with an empty target, so that the encoder sees the same source
    sides for every target language.

    Returns:
        Per row one projection per span, in the order of the spans; offsets count from the beginning
        of the field of side a, ``likely`` holds numbers of its words.
    """
    pairs: list[TextPair] = []
    origins: list[tuple[int, _Window]] = []
    for number, row in enumerate(rows):
        for window in _windows(row):
            if all(span.id in row.restored for span in window.spans):
                continue
            pairs.append(_pair(row, window))
            origins.append((number, window))
    by_span: list[dict[str, Projection]] = [{} for _ in rows]
    with _using:
        projected = projector.project(pairs)
    for (number, window), projections in zip(origins, projected, strict=True):
        for projection in projections:
            if projection.span_id not in rows[number].restored:
                by_span[number][projection.span_id] = _shift(projection, window)
    return [
        [projections.get(span.id) or _known(span, row) for span in given_spans(row.given)]
        for row, projections in zip(rows, by_span, strict=True)
    ]


def _known(span: Span, row: Parallel) -> Projection:
    """Return the projection of a span that the projector did not see."""
    if span.id not in row.restored:  # it begins in a protected part, and the row has no translation
        return Projection(span.id, span.label, (), METHOD, "abstained", NOWHERE)
    return Projection(span.id, span.label, row.restored[span.id], MARKERS, "projected")


@dataclass(frozen=True, slots=True)
class _Window:
    """A segment with spans, and the words of each side that lie in it."""

    segment: Segment
    spans: tuple[Span, ...]
    words_a: tuple[Range, ...]
    words_b: tuple[Range, ...]
    first_word_a: int


def _windows(row: Parallel) -> Iterable[_Window]:
    given = given_spans(row.given)
    for segment in row.other.segments:
        spans = tuple(s for s in given if holds(segment, s))
        if spans:
            first, words_a = words_in(row.words_a.get(segment.field, ()), segment.a)
            _, words_b = words_in(row.words_b[segment.field], segment.b)
            yield _Window(segment, spans, words_a, words_b, first)


def holds(segment: Segment, span: Span) -> bool:
    """Return whether a span of side b is of a segment, which is where it begins."""
    start, end = segment.b
    return segment.field == span.field and start <= span.fragments[0][0] < end


def words_in(words: Sequence[Range], segment: Range) -> tuple[int, tuple[Range, ...]]:
    """Return the index of the first word that touches a segment, and all that do, cut to it."""
    left, right = segment
    touching = [i for i, (start, end) in enumerate(words) if start < right and end > left]
    clipped = tuple((max(words[i][0], left), min(words[i][1], right)) for i in touching)
    return (touching[0] if touching else 0), clipped


def _pair(row: Parallel, window: _Window) -> TextPair:
    segment = window.segment
    a, b = segment.a[0], segment.b[0]
    text_a = row.other.fields.get(segment.field, "")[slice(*segment.a)]
    text_b = row.given.fields[segment.field][slice(*segment.b)]
    return TextPair(
        id=row.given.id,
        source=Side(text_b, _moved(window.words_b, -b), row.given.lang),
        target=Side(text_a, _moved(window.words_a, -a), row.lang),
        spans=tuple(GivenSpan(s.id, s.label, _moved(s.fragments, -b)) for s in window.spans),
    )


def _shift(projection: Projection, window: _Window) -> Projection:
    return replace(
        projection,
        fragments=_moved(projection.fragments, window.segment.a[0]),
        likely=tuple(index + window.first_word_a for index in projection.likely),
    )


def _moved(ranges: Sequence[Range], by: int) -> tuple[Range, ...]:
    return tuple((start + by, end + by) for start, end in ranges)
