"""The quality checks of one shard: texts of its rows, and reasons to reject rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from crosslabel.pipeline.corpus.records import Span
from crosslabel.pipeline.corpus.word_labels import given_spans
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.quality.checks import problems
from crosslabel.pipeline.quality.texts import BackTranslate, CheckedBatch, CheckedText
from crosslabel.pipeline.stages.shard_sides import Parallel
from crosslabel.pipeline.translation.translator import Translation, load_translator
from crosslabel.projection.interface import Projection, Range

Reasons = tuple[str, ...]


def quality_reasons(
    plan: Plan,
    lang: str,
    rows: Sequence[Parallel],
    projections: Sequence[Sequence[Projection]],
) -> list[Reasons]:
    """Return all reasons that the recipe's checks have against each row.

    A row without a translation is not checked.

    Args:
        lang: language of the translations.
        projections: per row the projections of its spans.
    """
    if plan.checks is None:
        return [()] * len(rows)
    texts: list[CheckedText] = []
    origins: list[tuple[int, str]] = []
    for number, (row, projected) in enumerate(zip(rows, projections, strict=True)):
        for field, text in checked_texts(row, projected):
            texts.append(text)
            origins.append((number, field if len(row.given.fields) > 1 else ""))
    batch = CheckedBatch(
        texts, plan.recipe.source.lang, lang, plan.checks.candidates, _back(plan, lang)
    )
    reasons_by_row: list[list[str]] = [[] for _ in rows]
    against = problems(batch, plan.checks.thresholds)
    for (number, field), reasons in zip(origins, against, strict=True):
        reasons_by_row[number] += [_in_field(reason, field) for reason in reasons]
    return [tuple(reasons) for reasons in reasons_by_row]


class _Side(NamedTuple):
    """One side of a field: its text, the ranges of labelled spans, the ranges of segments."""

    text: str
    spans: tuple[Range, ...]
    segments: tuple[Range, ...]


def checked_texts(
    row: Parallel, projections: Sequence[Projection]
) -> Iterator[tuple[str, CheckedText]]:
    """Yield the fields of a row by name, with their projected spans; none without a translation."""
    if row.other.reasons:
        return
    given = given_spans(row.given)
    for field, text in row.given.fields.items():
        spans = {span.id: span for span in given if span.field == field}
        reached = [p for p in projections if p.span_id in spans and p.status == "projected"]
        segments = [segment for segment in row.other.segments if segment.field == field]
        side_a = _Side(row.other.fields[field], _names(row, reached), tuple(s.a for s in segments))
        side_b = _Side(text, _names(row, spans.values()), tuple(s.b for s in segments))
        human, machine = (side_b, side_a) if row.a_origin == "machine" else (side_a, side_b)
        yield field, CheckedText(
            human.text, machine.text, human.spans, machine.spans,
            tuple(zip(human.segments, machine.segments, strict=True)),
            tuple(s.score for s in segments if s.score is not None), len(spans), len(reached),
        )  # fmt: skip


def _names(row: Parallel, spans: Iterable[Span | Projection]) -> tuple[Range, ...]:
    """Return the ranges of spans; none where words are labelled, as all words would be spans."""
    if row.given.task == "words":
        return ()
    return tuple(range_ for span in spans for range_ in span.fragments)


def _in_field(reason: str, field: str) -> str:
    code, _, why = reason.partition(": ")
    return f"{code}: {field}: {why}" if field else reason


def _back(plan: Plan, lang: str) -> BackTranslate | None:
    decoding = plan.checks.back if plan.checks else None
    if decoding is None:
        return None

    def translate(texts: Sequence[str]) -> list[Translation]:
        assert plan.models.back is not None
        translator = load_translator(plan.models.back, plan.recipe.engine)
        return translator.translate(texts, lang, plan.recipe.source.lang, decoding)

    return translate
