"""The labels of one shard's translations, committed apart: projecting again labels nothing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crosslabel.pipeline.corpus import arrow
from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.corpus.shards import read_marker
from crosslabel.pipeline.labellers.load import load_labeller
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.stages.shard_rows import shard_rows
from crosslabel.pipeline.stages.shard_sides import Parallel, translation_example
from crosslabel.pipeline.storage.files import (
    committed,
    is_file,
    opened,
    read_marker_file,
    write_json,
)
from crosslabel.pipeline.storage.keys import canonical
from crosslabel.projection.halving import smaller_batches

Labelled = Example | str | None
"""A labelled translation, ``code: explanation`` why it has no labels, or ``None`` without one."""

_using = threading.Lock()


@dataclass(frozen=True, slots=True)
class LabelRef:
    """The committed labels of a shard; ``seconds`` is 0 if they were not needed or committed."""

    lang: str
    shard: int
    seconds: float = 0.0


def run_labels(plan: Plan, lang: str, shard: int) -> LabelRef:
    """Label the translations of a shard and commit the labels, unless they or the shard are
    committed.

    Every part that it reads must be committed, and the plan must have a labeller.

    Raises:
        InputError: the labeller cannot be loaded.
    """
    if has_labels(plan, lang, shard):
        return LabelRef(lang, shard)
    started = time.perf_counter()
    file = plan.shards[lang][shard].labels
    rows = [row for row in shard_rows(plan, lang, shard) if isinstance(row, Parallel)]
    with smaller_batches() as smaller:
        labelled = _label(plan, [row for row in rows if not row.other.reasons])
    with committed(file) as out:
        for row in rows:
            labels = None if row.other.reasons else next(labelled)
            out.write(canonical(_dump(labels)) + b"\n")
    write_json(file.with_suffix(".json"), {"rows": len(rows), "sha256": out.sha256, **smaller})
    return LabelRef(lang, shard, time.perf_counter() - started)


def has_labels(plan: Plan, lang: str, shard: int) -> bool:
    """Return whether the labels of a shard are committed, or the shard itself."""
    planned = plan.shards[lang][shard]
    file = planned.labels
    return ((read_marker_file(file.with_suffix(".json")) is not None and is_file(file))
            or read_marker(planned.folder, planned.name) is not None)


def read_labels(plan: Plan, lang: str, shard: int) -> list[Labelled]:
    """Return the labels of a shard, one entry per row that is not a reject.

    Raises:
        DamagedError: their bytes differ from the marker.
    """
    file = plan.shards[lang][shard].labels
    marker = read_marker_file(file.with_suffix(".json")) or {}
    with opened(file, marker.get("sha256", "")) as lines:
        return [_load(json.loads(line)) for line in lines]


def _label(plan: Plan, rows: Sequence[Parallel]) -> Iterator[Example | str]:
    assert plan.models.labeller is not None and plan.recipe.label is not None
    labeller = load_labeller(plan.models.labeller, plan.recipe.label, plan.recipe.engine.device)
    with _using:
        return iter(labeller.label([translation_example(row) for row in rows],
                                   [row.words_a for row in rows]))


def _dump(labelled: Labelled) -> Any:
    return arrow.side(labelled, "machine") if isinstance(labelled, Example) else labelled


def _load(values: Any) -> Labelled:
    return arrow.example(values) if isinstance(values, dict) else values
