"""Ruined translations in a shard: their rows stay, but nothing is claimed of their words.

The segments of all rows are judged after projection. In a ruined one no span is projected, and each
of its words is unknown on the side of the machine and on the side that receives labels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from crosslabel.pipeline.corpus.lost_spans import RUINED, ruined_segment
from crosslabel.pipeline.corpus.records import Example, LostSpan, Segment, Span, Words
from crosslabel.pipeline.corpus.word_labels import given_or_lost, given_spans
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.quality.ruined.judge import judge
from crosslabel.pipeline.quality.ruined.judged import Judged
from crosslabel.pipeline.stages.shard_projection import holds, words_in
from crosslabel.pipeline.stages.shard_sides import Parallel, WordsByField
from crosslabel.projection.interface import Projection, Range

Projections = list[Projection]


def with_ruined(
    plan: Plan, lang: str, rows: Sequence[Parallel], projections: Sequence[Projections]
) -> tuple[list[Parallel], list[Projections]]:
    """Return rows and projections after the check for ruined translations; the same without it.

    Args:
        lang: language of the translations.
    """
    if plan.checks is None or plan.checks.ruined is None:
        return list(rows), list(projections)
    segments = [segment for row in rows for segment in _judged(row)]
    reasons = iter(judge(segments, (plan.recipe.source.lang, lang), _model(plan)))
    found = [{number: reason for number, _ in enumerate(_judged(row))
              if (reason := next(reasons)) is not None} for row in rows]
    changed = [_without_claims(row, projected, ruined) if ruined else (row, projected)
               for row, projected, ruined in zip(rows, projections, found, strict=True)]
    return [row for row, _ in changed], [projected for _, projected in changed]


def _model(plan: Plan) -> Path | None:
    """Return the folder of the model that translates; ``None`` if translations are given."""
    translator = plan.models.translator
    return translator.path if translator and not plan.recipe.translation.given else None


def _judged(row: Parallel) -> Iterator[Judged]:
    """Yield the segments of a row as the model saw and wrote them; none without a translation."""
    if row.other.reasons:
        return
    for segment in row.other.segments:
        sides = (row.given.fields[segment.field][slice(*segment.b)],
                 row.other.fields[segment.field][slice(*segment.a)])
        human, machine = sides if row.a_origin == "machine" else sides[::-1]
        yield Judged(human, machine, segment.score)


def sentence_of(row: Parallel, number: int) -> str:
    """Return what a person wrote in a segment of a row."""
    segment = row.other.segments[number]
    if row.b_origin == "human":
        return row.given.fields[segment.field][slice(*segment.b)]
    return row.other.fields[segment.field][slice(*segment.a)]


def ruined_on_a(row: Parallel) -> tuple[LostSpan, ...]:
    """Return what stands for the ruined segments of a row on side a; nothing where word labels or
    no words say the same."""
    if row.given.task != "spans":
        return ()
    taken = {span.id for span in given_or_lost(row.given)}
    return tuple(_in_place(row, number, row.words_a, "a", taken) for number in row.ruined)


def _in_place(
    row: Parallel, number: int, words: WordsByField, side: str, taken: Collection[str]
) -> LostSpan:
    segment = row.other.segments[number]
    place = segment.a if side == "a" else segment.b
    _, inside = words_in(words.get(segment.field, ()), place)
    return ruined_segment(number, segment.field, inside, taken)


def _without_claims(
    row: Parallel, projections: Projections, ruined: dict[int, str]
) -> tuple[Parallel, Projections]:
    """Return a row with ruined segments, of which nothing is claimed any more."""
    row = replace(row, ruined=ruined)
    segments = [row.other.segments[number] for number in ruined]
    inside = {span.id for span in given_spans(row.given) if _is_in(segments, span)}
    abstained = [_abstained(p) if p.span_id in inside else p for p in projections]
    if row.b_origin == "human":
        return row, abstained
    given = _unlabelled(row, segments)
    of = {span.id: number for number, span in enumerate(given_or_lost(given))}
    kept = sorted((p for p in abstained if p.span_id in of), key=lambda p: of[p.span_id])
    return replace(row, given=given), kept


def _is_in(segments: Iterable[Segment], span: Span) -> bool:
    return any(holds(segment, span) for segment in segments)


def _abstained(projection: Projection) -> Projection:
    """Return the projection of a span onto ruins, which names no word."""
    return Projection(projection.span_id, projection.label, (), projection.method, "abstained",
                      RUINED)


def _unlabelled(row: Parallel, segments: Sequence[Segment]) -> Example:
    """Return side b, written by a machine, without labels in ruined segments."""
    given = row.given
    if given.task == "words":
        return replace(given, words=tuple(_without_labels(words, segments)
                                          for words in given.words))
    if given.task == "text":
        return given
    gone = [span for span in given.spans if _is_in(segments, span)]
    ids = {span.id for span in gone}
    taken = {span.id for span in given_or_lost(given)}
    return replace(
        given,
        spans=tuple(span for span in given.spans if span.id not in ids),
        relations=tuple(r for r in given.relations if not {r.head, r.tail} & ids),
        lost=(*given.lost,
              *(LostSpan(s.id, s.field, s.label, "abstained", RUINED) for s in gone),
              *(_in_place(row, number, row.words_b, "b", taken) for number in row.ruined)),
    )


def _without_labels(words: Words, segments: Sequence[Segment]) -> Words:
    own = [segment.b for segment in segments if segment.field == words.field]
    known = [not any(_touch(word, segment) for segment in own) for word in words.ranges]
    return replace(
        words,
        labels=tuple(label if kept else None
                     for label, kept in zip(words.labels, known, strict=False)),
        scores=tuple(score if kept else None
                     for score, kept in zip(words.scores, known, strict=False)),
    )


def _touch(word: Range, segment: Range) -> bool:
    return word[0] < segment[1] and segment[0] < word[1]
