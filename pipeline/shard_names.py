"""What shards and labels are named by: the key of all that decides their bytes."""

from __future__ import annotations

from dataclasses import asdict

from pipeline.marked_segments import VERSION as MARKED_VERSION
from pipeline.plan import WORK, Plan
from pipeline.records import VERSION as RECORDS_VERSION
from pipeline.storage.keys import key
from pipeline.storage.location import Location

VERSION = 3
LABELS_VERSION = 1


def shard_name(plan: Plan, lang: str, shard: int) -> str:
    """Name of a shard: its number and the key of all that decides its bytes."""
    recipe = plan.recipe
    language = plan.languages[lang]
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
               plan.labels, plan.source.hashes[shard], lang, language.memory.folder.name,
               _parts(plan, lang, shard), encoder, aligner, plan.calibrator, projecting,
               recipe.on_lost_span, recipe.mask_above, *marking, *asked, *_labelling(plan),
               *(plan.checks.key() if plan.checks else ()))
    return f"shard-{shard:05}-{name[:12]}"


def labels_file(plan: Plan, lang: str, shard: int) -> Location:
    """Where the labels of a shard's translations are kept."""
    name = key(LABELS_VERSION, RECORDS_VERSION, plan.source.hashes[shard], lang,
               plan.languages[lang].memory.folder.name, _parts(plan, lang, shard),
               *_labelling(plan))
    return plan.out / WORK / "labels" / f"{lang}-{shard:05}-{name[:12]}.jsonl"


def _parts(plan: Plan, lang: str, shard: int) -> list[str]:
    language = plan.languages[lang]
    return sorted({language.parts[slot] for slot in language.slots(shard)})


def _labelling(plan: Plan) -> tuple[object, ...]:
    """What decides the labels of a model; nothing where labels are given."""
    if plan.recipe.label is None or plan.labeller is None:
        return ()
    asked = plan.recipe.label.model_dump(mode="json", exclude={"model", "revision"})
    return plan.labeller.fingerprint, asked
