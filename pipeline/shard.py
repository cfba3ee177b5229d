"""One shard of one language: a pure function of the plan's parts, the recipe and the models."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.assemble import Assembled, assemble
from pipeline.pairing import lost_span_reasons
from pipeline.plan import LanguagePlan, Plan
from pipeline.project import Translated, WordsByField, load_projector, project
from pipeline.records import VERSION as RECORDS_VERSION
from pipeline.records import Reject
from pipeline.shards import Marker, ShardContent, read_marker
from pipeline.source import SourceRow
from pipeline.storage import key
from pipeline.translate import Translation
from projection.interface import Projection

VERSION = 2


@dataclass(frozen=True, slots=True)
class ShardRef:
    """A committed shard.

    Attributes:
        marker: the marker's content (rows, counts, hashes).
        seconds: wall time per stage of this call; empty if the shard was there already.
    """

    lang: str
    shard: int
    name: str
    marker: Marker
    seconds: dict[str, float] = field(default_factory=dict)


def run_shard(plan: Plan, lang: str, shard: int) -> ShardRef:
    """Project, check and write one shard, unless it is committed already.

    Every part it reads must be committed.
    """
    name = shard_name(plan, lang, shard)
    marker = read_marker(plan.out / lang, name)
    if marker is not None:
        return ShardRef(lang, shard, name, marker)
    started = time.perf_counter()
    rows = _translated(plan, lang, shard)
    good = [row for row in rows if isinstance(row, Translated)]
    projections = project(load_projector(plan, lang), good)
    projected = time.perf_counter()
    marker = _commit(plan, lang, name, rows, projections)
    seconds = {"project": projected - started, "write": time.perf_counter() - projected}
    return ShardRef(lang, shard, name, marker, seconds)


def shard_name(plan: Plan, lang: str, shard: int) -> str:
    """Name of a shard: its number and the key of all that decides its bytes."""
    recipe = plan.recipe
    language = plan.languages[lang]
    parts = sorted({language.parts[slot] for slot, _ in language.places(shard)})
    aligner = language.aligner.parent.name if language.aligner else None
    encoder = plan.encoder.fingerprint if plan.encoder else None
    projecting = recipe.projection.model_dump(
        mode="json", exclude={"model", "revision", "bitext", "max_pairs"}
    )
    name = key(VERSION, RECORDS_VERSION, recipe.name, recipe.source.path.name, recipe.source.lang,
               plan.source.labels, plan.source.hashes[shard], lang, language.memory.folder.name,
               parts, encoder, aligner, plan.calibrator, projecting, recipe.on_lost_span,
               recipe.mask_above)
    return f"shard-{shard:05}-{name[:12]}"


def _translated(plan: Plan, lang: str, shard: int) -> list[Translated | Reject]:
    """The rows of a shard with their translations and words, in input order."""
    source = plan.source.rows(shard)
    translations = iter(_translations(plan.languages[lang], shard))
    assembled: list[tuple[SourceRow, Assembled] | Reject] = []
    for row in source:
        if isinstance(row, Reject):
            assembled.append(row)
        else:
            assembled.append((row, assemble(row, [next(translations) for _ in row.segments], lang)))
    good = [row for row in assembled if not isinstance(row, Reject)]
    words_a = iter(_words([t.fields for _, t in good], lang))
    words_b = iter(_words([r.example.fields for r, _ in good], plan.recipe.source.lang))
    return [
        row if isinstance(row, Reject)
        else Translated(row[0].number, row[0].example, row[1], lang, next(words_a),
                        next(words_b) | {w.field: w.ranges for w in row[0].example.words})
        for row in assembled
    ]


def _translations(language: LanguagePlan, shard: int) -> list[Translation]:
    places = language.places(shard)
    parts = {slot: language.memory.read(language.parts[slot]) for slot in {s for s, _ in places}}
    return [parts[slot][row] for slot, row in places]


def _words(texts: Sequence[Any], lang: str) -> list[WordsByField]:
    from projection.words import word_ranges_batch

    flat = iter(word_ranges_batch([t for fields in texts for t in fields.values()], lang))
    return [{name: next(flat) for name in fields} for fields in texts]


def _commit(
    plan: Plan,
    lang: str,
    name: str,
    rows: Sequence[Translated | Reject],
    projections: Sequence[Sequence[Projection]],
) -> Marker:
    file = plan.recipe.source.path.name
    found = iter(projections)
    content = ShardContent(plan.source.labels)
    for row in rows:
        if isinstance(row, Reject):
            content.reject(row)
            continue
        own = next(found)
        reasons = row.translation.reasons or lost_span_reasons(own, plan.recipe)
        if reasons:
            content.reject(Reject(file, row.number, row.example.id, reasons))
        else:
            content.keep(row, own, plan.recipe)
    return content.commit(plan.out / lang, name)
