"""Names of shards and labels: keys of everything that decides their bytes."""

from __future__ import annotations

from dataclasses import asdict

from crosslabel.pipeline.corpus.layout import WORK
from crosslabel.pipeline.corpus.records import VERSION as RECORDS_VERSION
from crosslabel.pipeline.planning.carried_segments import VERSION as CARRIED_VERSION
from crosslabel.pipeline.planning.marked_segments import VERSION as MARKED_VERSION
from crosslabel.pipeline.planning.planned import Plan, PlannedShard
from crosslabel.pipeline.storage.keys import key

VERSION = 6
LABELS_VERSION = 2


def name_shards(plan: Plan, lang: str) -> tuple[PlannedShard, ...]:
    """Name all shards of a language.

    Args:
        plan: complete but for its shards.
    """
    return tuple(_named(plan, lang, number) for number in range(len(plan.source.hashes)))


def _named(plan: Plan, lang: str, number: int) -> PlannedShard:
    language = plan.languages[lang]
    slots = tuple(sorted(language.slots(number)))
    parts = sorted(language.parts[slot] for slot in slots)
    side_a, _ = plan.recipe.sides(lang)
    labels = _labels_name(plan, lang, number, parts)
    return PlannedShard(
        plan.out / side_a, _shard_name(plan, lang, number, parts), slots,
        plan.out / WORK / "labels" / f"{labels}.jsonl",
    )


def _shard_name(plan: Plan, lang: str, number: int, parts: list[str]) -> str:
    recipe, language, models = plan.recipe, plan.languages[lang], plan.models
    aligner = language.aligner.parent.name if language.aligner else None
    encoder = models.method.encoder and models.method.encoder.fingerprint
    placing = models.placing.encoder and models.placing.encoder.fingerprint
    projecting = recipe.projection.model_dump(
        mode="json", exclude={"model", "revision", "bitext", "max_pairs"}
    )
    marking = (
        (MARKED_VERSION, asdict(plan.markers), recipe.translation.keep) if plan.markers else ()
    )
    # Where texts are translated, the name of their memory depends on the model.
    translator = (
        (models.translator.translations_key,) if language.given and models.translator else ()
    )
    name = key(VERSION, RECORDS_VERSION, recipe.name, recipe.source.name, recipe.source.lang,
               plan.labels, plan.source.hashes[number], lang, language.memory.folder.name, parts,
               encoder, aligner, models.calibrator, projecting, recipe.on_lost_span,
               recipe.mask_above, CARRIED_VERSION, placing, *marking, *translator,
               *_labelling(plan),
               *(plan.checks.key() if plan.checks else ()))
    return f"shard-{number:05}-{name[:12]}"


def _labels_name(plan: Plan, lang: str, number: int, parts: list[str]) -> str:
    name = key(LABELS_VERSION, RECORDS_VERSION, plan.source.hashes[number], lang,
               plan.languages[lang].memory.folder.name, parts, *_labelling(plan))
    return f"{lang}-{number:05}-{name[:12]}"


def _labelling(plan: Plan) -> tuple[object, ...]:
    """Return what decides the labels of a model; nothing if the rows bring their labels."""
    labelling, labeller = plan.recipe.label, plan.models.labeller
    if labelling is None or labeller is None:
        return ()
    settings = labelling.model_dump(mode="json", exclude={"model", "revision"})
    return labeller.fingerprint, settings
