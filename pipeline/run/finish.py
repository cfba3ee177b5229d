"""The end of a run: shards become a dataset that ``datasets`` opens, described by a manifest.

Everything is assembled from the plan and the markers of shards, so it can be done again at any
time. The manifest holds no times, hosts or paths; these are in ``run.json``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from crosslabel.pipeline.aligner.files import read_aligner
from crosslabel.pipeline.corpus import arrow
from crosslabel.pipeline.corpus.counts import added_up
from crosslabel.pipeline.corpus.dataset_files import drop_superseded, write_dataset
from crosslabel.pipeline.corpus.layout import MANIFEST, WORK
from crosslabel.pipeline.corpus.records import VERSION as RECORDS_VERSION
from crosslabel.pipeline.corpus.shards import Marker, read_marker
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.storage.files import remove, write_json
from crosslabel.pipeline.storage.folders import children, files, remove_tree
from crosslabel.pipeline.storage.keys import key
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import CrosslabelError


def finish(plan: Plan) -> dict[str, Any]:
    """Write the dataset files and the manifest, then drop shards that no longer belong.

    Returns:
        The manifest.

    Raises:
        CrosslabelError: a shard of the plan is not committed.
    """
    shards = {lang: _markers(plan, lang) for lang in plan.recipe.targets}
    folders = {lang: plan.recipe.sides(lang)[0] for lang in shards}
    tables = {folders[lang]: [f"{name}.arrow" for name, _ in named]
              for lang, named in shards.items()}
    features = arrow.features(plan.labels, plan.task)
    for folder, names in tables.items():
        write_dataset(plan.out / folder, names, features, _fingerprint(plan, names))
    joined = [f"{folder}/{name}" for folder, names in tables.items() for name in names]
    write_dataset(plan.out, joined, features, _fingerprint(plan, joined))
    models = plan.models
    manifest = {
        "schema": RECORDS_VERSION,
        "recipe": plan.recipe.public(),
        "task": plan.task,
        "labels": list(plan.labels),
        **({"classes": list(classes)} if (classes := plan.classes) else {}),
        "models": {
            "translation": _model(models.translator) if models.translator else None,
            "encoder": _model(models.method.encoder) if models.method.encoder else None,
            **({"labeller": _model(models.labeller)} if models.labeller else {}),
            **_given(plan),
        },
        **_source(plan),
        "languages": {folders[lang]: _summary(plan, lang, named)
                      for lang, named in shards.items()},
    }
    write_json(plan.out / MANIFEST, manifest)
    for lang, named in shards.items():
        drop_superseded(plan.out / folders[lang], {name for name, _ in named})
        _drop_superseded_aligners(plan, lang)
    _drop_superseded_labels(plan)
    return manifest


def _source(plan: Plan) -> dict[str, Any]:
    """Return what the input is beside what the recipe says; nothing if it is one plain file."""
    source = plan.source
    facts = {"splits": list(source.splits), "commits": dict(source.commits)}
    known = {name: fact for name, fact in facts.items() if fact}
    return {"source": known} if known else {}


def _markers(plan: Plan, lang: str) -> list[tuple[str, Marker]]:
    markers = []
    for shard in plan.shards[lang]:
        marker = read_marker(shard.folder, shard.name)
        if marker is None:
            raise CrosslabelError(f"{shard.folder}: shard {shard.name} is not committed; "
                                  "run the build again to finish it")
        markers.append((shard.name, marker))
    return markers


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
    """Return the files of given translations; nothing without any."""
    files_by_lang = {
        lang: {"file": plan.recipe.translation.given[lang].name, "sha256": language.given}
        for lang, language in plan.languages.items() if language.given
    }
    return {"given": files_by_lang} if files_by_lang else {}


def _summary(plan: Plan, lang: str, shards: Sequence[tuple[str, Marker]]) -> dict[str, Any]:
    """Return the counts of one language over its shards, and how its parts were computed."""
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
    """Return the numbers of pairs that a statistical aligner was trained on."""
    marker = read_aligner(file) if file else None
    names = ("corpus_pairs", "bitext_pairs", "bitext_bad_lines")
    return {name: marker[name] for name in names} if marker else None


def _drop_superseded_aligners(plan: Plan, lang: str) -> None:
    """Remove stale aligners, which can be large."""
    current = plan.languages[lang].aligner
    if current is None:
        return
    for folder in children(plan.out / WORK / "aligners"):
        if re.fullmatch(rf"{lang}-[0-9a-f]+", folder.name) and folder != current.parent:
            remove_tree(folder)


def _drop_superseded_labels(plan: Plan) -> None:
    """Remove stale labels."""
    if plan.models.labeller is None:
        return
    current = {shard.labels for shards in plan.shards.values() for shard in shards}
    for file in files(plan.out / WORK / "labels", "*.jsonl"):
        if file not in current:
            remove(file.with_suffix(".json"))
            remove(file)
