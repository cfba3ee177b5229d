"""The end of a run: shards become a dataset that ``datasets`` opens, described by a manifest.

Everything here is assembled from the plan and the shards' markers, so it can be done again at any
time. The manifest holds no times, hosts or paths; those go to ``run.json``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipeline import schema
from pipeline.aligner_stage import read_aligner
from pipeline.counts import added_up
from pipeline.dataset_files import drop_superseded, write_dataset
from pipeline.models import Model
from pipeline.plan import WORK, Plan
from pipeline.records import VERSION as RECORDS_VERSION
from pipeline.shard_names import labels_file, shard_name
from pipeline.shards import Marker, read_marker
from pipeline.storage.files import remove, write_json
from pipeline.storage.folders import children, files, remove_tree
from pipeline.storage.keys import key
from pipeline.storage.location import Location
from projection.errors import CrosslabelError

MANIFEST = "manifest.json"


def finish(plan: Plan) -> dict[str, Any]:
    """Write the dataset files and the manifest, then drop shards that no longer belong.

    Returns:
        The manifest.

    Raises:
        CrosslabelError: a shard of the plan is not committed.
    """
    shards = {lang: _markers(plan, lang) for lang in plan.recipe.targets}
    folders = {lang: plan.recipe.sides(lang)[0] for lang in shards}
    arrow = {folders[lang]: [f"{name}.arrow" for name, _ in own] for lang, own in shards.items()}
    features = schema.features(plan.labels, plan.task)
    for folder, names in arrow.items():
        write_dataset(plan.out / folder, names, features, _fingerprint(plan, names))
    joined = [f"{folder}/{name}" for folder, names in arrow.items() for name in names]
    write_dataset(plan.out, joined, features, _fingerprint(plan, joined))
    manifest = {
        "schema": RECORDS_VERSION,
        "recipe": plan.recipe.public(),
        "task": plan.task,
        "labels": list(plan.labels),
        "models": {
            "translation": _model(plan.translator) if plan.translator else None,
            "encoder": _model(plan.encoder) if plan.encoder else None,
            **({"labeller": _model(plan.labeller)} if plan.labeller else {}),
            **_given(plan),
        },
        "languages": {folders[lang]: _summary(plan, lang, own) for lang, own in shards.items()},
    }
    write_json(plan.out / MANIFEST, manifest)
    for lang, own in shards.items():
        drop_superseded(plan.out / folders[lang], {name for name, _ in own})
        _drop_superseded_aligners(plan, lang)
    _drop_superseded_labels(plan)
    return manifest


def _markers(plan: Plan, lang: str) -> list[tuple[str, Marker]]:
    found = []
    for shard in range(len(plan.source.hashes)):
        name = shard_name(plan, lang, shard)
        folder = plan.out / plan.recipe.sides(lang)[0]
        marker = read_marker(folder, name)
        if marker is None:
            raise CrosslabelError(f"{folder}: shard {name} is not committed; "
                                  "run the build again to finish it")
        found.append((name, marker))
    return found


def _fingerprint(plan: Plan, shards: Sequence[str]) -> str:
    return key(plan.source.hashes, list(shards))[:16]


def _model(model: Model) -> dict[str, Any]:
    manifest = model.manifest
    fields = manifest.model_dump(
        mode="json",
        include={"name", "family", "licence", "quantization", "source", "revision"},
        exclude_none=True,
    )
    return fields | {"fingerprint": model.fingerprint}


def _given(plan: Plan) -> dict[str, Any]:
    """Files of given translations; nothing where there are none."""
    found = {
        lang: {"file": plan.recipe.translation.given[lang].name, "sha256": own.given}
        for lang, own in plan.languages.items() if own.given
    }
    return {"given": found} if found else {}


def _summary(plan: Plan, lang: str, shards: Sequence[tuple[str, Marker]]) -> dict[str, Any]:
    """Counts of one language over its shards, and how its parts were computed."""
    language = plan.languages[lang]
    infos = [language.memory.info(part) for part in language.parts]
    return {
        **added_up([marker for _, marker in shards]),
        "aligner": _aligner(language.aligner),
        "computed": sorted({_computed(info) for info in infos if "device" in info}),
        "shards": [
            {"file": f"{plan.recipe.sides(lang)[0]}/{name}.arrow", "rows": marker["rows"],
             "sha256": marker["sha256"][f"{name}.arrow"]}
            for name, marker in shards
        ],
    }


def _computed(info: dict[str, Any]) -> str:
    halved = f"/batches of {info['batch_tokens']} tokens" if "batch_tokens" in info else ""
    return f"{info['device']}/{info['compute_type']}{halved}"


def _aligner(file: Location | None) -> dict[str, int] | None:
    """What a statistical aligner was trained on."""
    marker = read_aligner(file) if file else None
    names = ("corpus_pairs", "bitext_pairs", "bitext_bad_lines")
    return {name: marker[name] for name in names} if marker else None


def _drop_superseded_aligners(plan: Plan, lang: str) -> None:
    """Remove aligners of earlier texts, once there is a later one: they can be large."""
    current = plan.languages[lang].aligner
    if current is None:
        return
    for folder in children(plan.out / WORK / "aligners"):
        if re.fullmatch(rf"{lang}-[0-9a-f]+", folder.name) and folder != current.parent:
            remove_tree(folder)


def _drop_superseded_labels(plan: Plan) -> None:
    """Remove labels of earlier texts or labellers, once there are later ones."""
    if plan.labeller is None:
        return
    current = {labels_file(plan, lang, shard) for lang in plan.recipe.targets
               for shard in range(len(plan.source.hashes))}
    for file in files(plan.out / WORK / "labels", "*.jsonl"):
        if file not in current:
            remove(file.with_suffix(".json"))
            remove(file)
