"""One shard of one language: a pure function of the plan's parts, the recipe and the models."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline.assemble import Assembled, assemble
from pipeline.choosing import Candidate, Chooser, Chosen
from pipeline.marked_segments import VERSION as MARKED_VERSION
from pipeline.marked_segments import mark_segments
from pipeline.pairing import lost_span_reasons
from pipeline.plan import Plan
from pipeline.project import Translated, WordsByField, load_projector, project
from pipeline.records import VERSION as RECORDS_VERSION
from pipeline.records import Reject
from pipeline.shards import Marker, ShardContent, read_marker
from pipeline.source import SourceRow
from pipeline.storage import key
from pipeline.translate import load_translator
from projection.interface import Projection, Range

VERSION = 2
_Restored = dict[str, tuple[Range, ...]]


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
    chooser = _chooser(plan, lang)
    rows = _translated(plan, lang, shard, chooser)
    good = [row for row in rows if isinstance(row, Translated)]
    projections = project(load_projector(plan, lang), good)
    projected = time.perf_counter()
    marker = _commit(plan, lang, name, rows, projections, chooser)
    seconds = {"project": projected - started, "write": time.perf_counter() - projected}
    return ShardRef(lang, shard, name, marker, seconds)


def shard_name(plan: Plan, lang: str, shard: int) -> str:
    """Name of a shard: its number and the key of all that decides its bytes."""
    recipe = plan.recipe
    language = plan.languages[lang]
    parts = sorted({language.parts[slot] for slot in language.slots(shard)})
    aligner = language.aligner.parent.name if language.aligner else None
    encoder = plan.encoder.fingerprint if plan.encoder else None
    projecting = recipe.projection.model_dump(
        mode="json", exclude={"model", "revision", "bitext", "max_pairs"}
    )
    marking = (
        (MARKED_VERSION, asdict(plan.markers), recipe.translation.keep) if plan.markers else ()
    )
    # Where texts are translated, their memory is named by the model.
    asked = (plan.translator.fingerprint,) if language.given and plan.translator else ()
    name = key(VERSION, RECORDS_VERSION, recipe.name, recipe.source.path.name, recipe.source.lang,
               plan.source.labels, plan.source.hashes[shard], lang, language.memory.folder.name,
               parts, encoder, aligner, plan.calibrator, projecting, recipe.on_lost_span,
               recipe.mask_above, *marking, *asked)
    return f"shard-{shard:05}-{name[:12]}"


def _chooser(plan: Plan, lang: str) -> Chooser | None:
    """``None`` if nothing is translated with markers."""
    if plan.markers is None:
        return None
    recipe = plan.recipe

    def score(texts: Sequence[str], translations: Sequence[str]) -> list[float]:
        translator = load_translator(recipe.translation, recipe.engine)
        return translator.score(texts, translations, recipe.source.lang, lang)

    return Chooser(plan.markers, lang, recipe.translation.keep, score)


def _translated(
    plan: Plan, lang: str, shard: int, chooser: Chooser | None
) -> list[Translated | Reject]:
    """The rows of a shard with their translations and words, in input order."""
    source = plan.source.rows(shard)
    chosen = iter(_chosen(plan, lang, shard, source, chooser))
    assembled: list[tuple[SourceRow, Assembled, _Restored] | Reject] = []
    for row in source:
        if isinstance(row, Reject):
            assembled.append(row)
        else:
            own = [next(chosen) for _ in row.segments]
            joined = assemble(row, [one.translation for one in own], lang)
            assembled.append((row, joined, _restored(joined, own)))
    good = [row for row in assembled if not isinstance(row, Reject)]
    words_a = iter(_words([t.fields for _, t, _ in good], lang))
    words_b = iter(_words([r.example.fields for r, *_ in good], plan.recipe.source.lang))
    return [
        row if isinstance(row, Reject)
        else Translated(row[0].number, row[0].example, row[1], lang, next(words_a),
                        next(words_b) | {w.field: w.ranges for w in row[0].example.words}, row[2])
        for row in assembled
    ]


def _restored(joined: Assembled, chosen: Sequence[Chosen]) -> _Restored:
    """Spans known from markers, by id, on the whole fields; none where there is no translation."""
    if joined.reasons:
        return {}
    return {
        span: tuple((start + segment.a[0], end + segment.a[0]) for start, end in fragments)
        for segment, own in zip(joined.segments, chosen, strict=True)
        for span, fragments in own.spans.items()
    }


def _chosen(
    plan: Plan,
    lang: str,
    shard: int,
    source: Sequence[SourceRow | Reject],
    chooser: Chooser | None,
) -> list[Chosen]:
    """The translation of each segment that is kept."""
    language = plan.languages[lang]
    parts = {slot: language.memory.read(language.parts[slot]) for slot in language.slots(shard)}
    plain = [parts[slot][row] for slot, row in language.places(shard)]
    if chooser is None or plan.markers is None:
        return [Chosen(own) for own in plain]
    rows = [row for row in source if isinstance(row, SourceRow)]
    texts = [text for row in rows for text in row.texts()]
    marked = [own for row in rows for own in mark_segments(row, plan.markers)]
    places = language.marked_places(shard)
    tagged = [parts[place[0]][place[1]] if place else None for place in places]
    return chooser.choose(list(map(Candidate, texts, plain, marked, tagged)))


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
    chooser: Chooser | None,
) -> Marker:
    file = plan.recipe.source.path.name
    found = iter(projections)
    content = ShardContent(plan.source.labels, plan.source.task)
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
    if chooser is not None:
        content.note_markers(chooser.counts, chooser.faults)
    return content.commit(plan.out / lang, name)
