"""Corpora as input, with labels projected from side b onto side a.

Side a is a machine translation and side b the labelled source text. If a labeller labelled the
translation, side a is the untouched original and side b the translation.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from crosslabel.finetune.features.options import FeatureOptions
from crosslabel.finetune.features.rows import FeatureRow, LabelledSide, group_id, mt_score
from crosslabel.finetune.features.source import (
    Chunk,
    FeatureSource,
    given_origin,
    translated_origin,
)
from crosslabel.finetune.schema import LabelOrigin, Task
from crosslabel.pipeline.corpus.reading import pairs, read_manifest
from crosslabel.pipeline.corpus.records import Pair, Reject
from crosslabel.pipeline.corpus.shards import read_pairs
from crosslabel.pipeline.corpus.tags import tag_names
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import InputError


def corpus_source(folder: Location, options: FeatureOptions) -> FeatureSource:
    """Return the pairs of a corpus made by ``crosslabel build``, one chunk per shard.

    Raises:
        InputError: there is no finished corpus, or it has no labels for the task.
    """
    manifest = read_manifest(folder)
    name = manifest["recipe"]["name"]
    chunks = tuple(
        Chunk(lang, number, shard["sha256"], partial(_rows, folder / shard["file"], options.task))
        for lang, counts in manifest["languages"].items()
        for number, shard in enumerate(counts["shards"])
    )
    labels = _labels(folder, manifest, options)
    options = options.following(manifest["recipe"])
    return FeatureSource(name, labels, options, corpus_origin(manifest), chunks)


def corpus_origin(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the origin that sidecars record: name of the corpus, models, licences, shards."""
    shards = {lang: [shard["sha256"] for shard in counts["shards"]]
              for lang, counts in manifest["languages"].items()}
    recipe = manifest["recipe"]
    return {"corpus": recipe["name"], "source": recipe["source"], "models": manifest["models"],
            "shards": shards}


def _rows(file: Location, task: Task) -> list[FeatureRow | Reject]:
    return [_row(number, pair, task) for number, pair in enumerate(read_pairs(file), start=1)]


def _row(number: int, pair: Pair, task: Task) -> FeatureRow:
    labelled = pair.b_origin == "machine"
    given = LabelOrigin.PSEUDO if labelled else given_origin(pair.b, task)
    return FeatureRow(
        number=number,
        id=pair.row_id,
        group_id=group_id(pair.b),
        kind="translate_test" if labelled else "translate_train",
        lang_b=pair.b.lang,
        a=LabelledSide(pair.a, given if labelled else translated_origin(given, task), pair),
        b=LabelledSide(pair.b, given),
        mt_score=mt_score(pair.segments),
    )


def _labels(folder: Location, manifest: dict[str, Any], options: FeatureOptions) -> tuple[str, ...]:
    kind = manifest.get("task", "spans")
    if options.task == "qa":
        return ()
    if options.task == "token" and kind == "text":
        raise InputError(f"{folder}: its rows are labelled as a whole; choose task sequence")
    if options.labels is not None:
        return options.labels
    if options.task == "token":
        return tuple(tag_names(manifest["labels"], kind))
    return _text_labels(folder, manifest)


def _text_labels(folder: Location, manifest: dict[str, Any]) -> tuple[str, ...]:
    """Return the classes of whole texts; none if the texts carry numbers."""
    given = {(pair.b.label, pair.b.value is not None) for pair in _all_pairs(folder, manifest)}
    labels = {label for label, _ in given if label is not None}
    if not labels and not any(has_value for _, has_value in given):
        raise InputError(f"{folder}: no row has a label or a value; choose task token or qa")
    listed = manifest.get("classes") or manifest["recipe"]["source"].get("labels") or ()
    return tuple(listed if labels <= set(listed) else sorted(labels))


def _all_pairs(folder: Location, manifest: dict[str, Any]) -> Iterator[Pair]:
    for lang in manifest["languages"]:
        yield from pairs(folder, lang)
