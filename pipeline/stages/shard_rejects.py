"""Rows of a shard that give no pair: their reasons, with the text and the sentence that failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crosslabel.pipeline.corpus.records import Example, Reject, Segment, rejected
from crosslabel.pipeline.corpus.word_labels import given_spans
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.quality.checks import problems
from crosslabel.pipeline.quality.texts import CheckedBatch, CheckedText
from crosslabel.pipeline.stages.shard_sides import Parallel
from crosslabel.projection.interface import Projection

LOST = "lost-span"
"""Code of the reason to drop a pair for a lost span."""
_OF_WHOLE_TEXTS = frozenset({"round_trip_chrf", "span_coverage"})
"""Checks that would translate a sentence once more, or that say nothing of a single one."""


def late_reject(
    plan: Plan,
    row: Parallel,
    reasons: tuple[str, ...],
    lang: str,
    projections: Sequence[Projection] = (),
) -> Reject:
    """Return the reject of a row that was read, with its text and the sentence that failed.

    Args:
        reasons: ``code: explanation``.
        lang: language of the translations.
        projections: of the spans of the row.
    """
    codes = {reason.partition(":")[0] for reason in reasons}
    sentence = row.other.failed or _only(row)
    if not sentence and LOST in codes:
        sentence = _of_lost_span(row, projections)
    sentence = sentence or _of_checks(plan, row, lang, codes)
    return rejected(*row.place, _human(row), reasons, sentence)


def _human(row: Parallel) -> Example:
    """Return the row with the text that a person wrote."""
    fields = row.given.fields if row.b_origin == "human" else row.other.fields
    return replace(row.given, fields=fields)


def _piece(row: Parallel, segment: Segment) -> str:
    human = segment.b if row.b_origin == "human" else segment.a
    return _human(row).fields[segment.field][slice(*human)]


def _only(row: Parallel) -> str:
    """Return the sentence of a row that has one; empty for other rows."""
    segments = row.other.segments
    return _piece(row, segments[0]) if len(segments) == 1 else ""


def _of_lost_span(row: Parallel, projections: Sequence[Projection]) -> str:
    """Return the sentence of the first lost span."""
    lost = {p.span_id for p in projections if p.status != "projected"}
    starts = [(span.field, span.fragments[0][0]) for span in given_spans(row.given)
              if span.id in lost]
    starts += [(span.field, word.start) for span in row.given.lost for word in span.likely[:1]]
    return next((_piece(row, segment) for field, start in starts for segment in row.other.segments
                 if segment.field == field and start < segment.b[1]), "")


def _of_checks(plan: Plan, row: Parallel, lang: str, codes: set[str]) -> str:
    """Return the first sentence that fails one of the checks by itself; empty if none does."""
    failed = {name: threshold for name, threshold in
              (plan.checks.thresholds if plan.checks else {}).items()
              if name.replace("_", "-") in codes and name not in _OF_WHOLE_TEXTS}
    if not failed or plan.checks is None:
        return ""
    texts = [_checked(row, segment) for segment in row.other.segments]
    batch = CheckedBatch(texts, plan.recipe.source.lang, lang, plan.checks.candidates)
    return next((text.human for text, reasons in zip(texts, problems(batch, failed), strict=True)
                 if reasons), "")


def _checked(row: Parallel, segment: Segment) -> CheckedText:
    sides = (row.given.fields[segment.field][slice(*segment.b)],
             row.other.fields[segment.field][slice(*segment.a)])
    human, machine = sides if row.b_origin == "human" else sides[::-1]
    scores = () if segment.score is None else (segment.score,)
    return CheckedText(human, machine, segments=(((0, len(human)), (0, len(machine))),),
                       scores=scores)
