"""One shard of one language: a pure function of the plan's parts, the recipe and the models."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.corpus.shards import Marker, read_marker
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.protection.places import Insertion
from crosslabel.pipeline.stages.label import Labelled, read_labels
from crosslabel.pipeline.stages.processor_time import PROCESSOR_TIME
from crosslabel.pipeline.stages.shard_choice import Chooser
from crosslabel.pipeline.stages.shard_content import ShardContent
from crosslabel.pipeline.stages.shard_lost import with_lost
from crosslabel.pipeline.stages.shard_marks import has_marks, place_marks
from crosslabel.pipeline.stages.shard_pairs import lost_span_reasons
from crosslabel.pipeline.stages.shard_projection import (
    load_projector,
    mark_projectors,
    project,
)
from crosslabel.pipeline.stages.shard_quality import Reasons, quality_reasons
from crosslabel.pipeline.stages.shard_rejects import late_reject
from crosslabel.pipeline.stages.shard_restored import as_read, restored_rows
from crosslabel.pipeline.stages.shard_rows import shard_rows
from crosslabel.pipeline.stages.shard_ruined import with_ruined
from crosslabel.pipeline.stages.shard_sides import Parallel, turned
from crosslabel.pipeline.translation.translator import load_translator
from crosslabel.projection.halving import smaller_batches
from crosslabel.projection.interface import Projection


@dataclass(frozen=True, slots=True)
class ShardRef:
    """A committed shard.

    Attributes:
        marker: content of its marker (rows, counts, hashes).
        seconds: wall time per stage of this call; empty if the shard was committed already.
    """

    lang: str
    shard: int
    name: str
    marker: Marker
    seconds: dict[str, float] = field(default_factory=dict)


def run_shard(plan: Plan, lang: str, shard: int) -> ShardRef:
    """Project, check and write one shard, unless it is committed already.

    Every part that it reads must be committed, and its labels if a labeller gives them.

    Args:
        lang: language of the translations.
    """
    committed = read_shard(plan, lang, shard)
    if committed is not None:
        return committed
    started = time.perf_counter()
    planned = plan.shards[lang][shard]
    chooser = _chooser(plan, lang)
    with smaller_batches() as smaller:
        rows = shard_rows(plan, lang, shard, chooser)
        marks = _marks(plan, lang, [row for row in rows if isinstance(row, Parallel)])
        if plan.models.labeller:
            rows = _turned(plan, lang, rows, read_labels(plan, lang, shard))
        good = [row for row in rows if isinstance(row, Parallel)]
        projections = _projected(plan, lang, good)
        projected = time.perf_counter()
        with PROCESSOR_TIME.spent_on("write"):
            good, projections = with_ruined(plan, lang, good, projections)
            checked = quality_reasons(plan, lang, good, projections)
    with PROCESSOR_TIME.spent_on("write"):
        restored = restored_rows(good, projections, [marks[row.number] for row in good])
        content = _content(plan, lang, rows, restored, checked)
        if chooser is not None:
            content.note_markers(chooser.counts, chooser.faults)
        marker = content.commit(planned.folder, planned.name, smaller)
    seconds = {"project": projected - started, "write": time.perf_counter() - projected}
    return ShardRef(lang, shard, planned.name, marker, seconds)


def _projected(plan: Plan, lang: str, rows: Sequence[Parallel]) -> list[list[Projection]]:
    """Project the spans of all rows; none if there is nothing to project."""
    if not plan.projects:
        return [[]] * len(rows)
    projector = load_projector(plan, lang)
    return with_lost(projector, rows, project(projector, rows))


def _marks(
    plan: Plan, lang: str, rows: Sequence[Parallel]
) -> dict[int, list[list[Insertion]]]:
    """Return the placed marks of each row by its number.

    The projector of the build is asked first, unless it projects from the translation.
    """
    projectors = []
    if has_marks(rows):
        by_build = [load_projector(plan, lang)] if plan.places else []
        projectors = [*by_build, *mark_projectors(plan)]
    placed = place_marks(projectors, rows)
    return {row.number: marks for row, marks in zip(rows, placed, strict=True)}


def read_shard(plan: Plan, lang: str, shard: int) -> ShardRef | None:
    """Return a shard that is committed already, or ``None``."""
    planned = plan.shards[lang][shard]
    marker = read_marker(planned.folder, planned.name)
    return None if marker is None else ShardRef(lang, shard, planned.name, marker)


def _chooser(plan: Plan, lang: str) -> Chooser | None:
    """Return the chooser of translations, or ``None`` if nothing is translated with markers."""
    if plan.markers is None:
        return None
    recipe = plan.recipe

    def score(texts: Sequence[str], translations: Sequence[str]) -> list[float]:
        assert plan.models.translator is not None
        translator = load_translator(plan.models.translator, recipe.engine)
        return translator.score(texts, translations, recipe.source.lang, lang)

    return Chooser(plan.markers, lang, recipe.translation.keep, score)


def _turned(
    plan: Plan, lang: str, rows: Sequence[Parallel | Reject], labels: Sequence[Labelled]
) -> list[Parallel | Reject]:
    """Turn rows around, so that the labelled translation is side b; reject rows without one."""
    following = iter(labels)
    return [row if isinstance(row, Reject) else _turned_row(plan, lang, row, next(following))
            for row in rows]


def _turned_row(
    plan: Plan, lang: str, row: Parallel, labelled: Labelled
) -> Parallel | Reject:
    if isinstance(labelled, Example):
        return turned(row, labelled)
    reasons = row.other.reasons if labelled is None else (labelled,)
    return late_reject(plan, as_read(row), reasons, lang)


def _content(
    plan: Plan,
    lang: str,
    rows: Sequence[Parallel | Reject],
    restored: Sequence[tuple[Parallel, Sequence[Projection]]],
    checked: Sequence[Reasons],
) -> ShardContent:
    results = zip(restored, checked, strict=True)
    content = ShardContent(plan.labels, plan.task, plan.source.splits)
    for entry in rows:
        if isinstance(entry, Reject):
            content.reject(entry)
            continue
        (row, projected), against = next(results)
        reasons = row.other.reasons or (*lost_span_reasons(projected, plan.recipe), *against)
        if reasons:
            content.reject(late_reject(plan, row, reasons, lang, projected))
        else:
            content.keep(row, projected, plan.recipe)
    return content
