"""The teacher pass: from feature shards to sibling shards of soft labels.

A soft label is the log-softmax of the teachers' mean logits at temperature 1, dense, in float16, so
that a student may use any temperature later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from crosslabel.finetune.inference.forward import DEFAULT_DEVICE, Device, LoadedModels
from crosslabel.finetune.reading.columns import Array, read_shards
from crosslabel.finetune.reading.data import FeatureData
from crosslabel.finetune.schema import Task
from crosslabel.finetune.sidecar import FILE, ShardEntry, Sidecar, read_sidecar
from crosslabel.finetune.soft_labels import SoftSidecar, write_soft_shard
from crosslabel.pipeline.models.fingerprint import current_fingerprint
from crosslabel.pipeline.run.progress import Progress
from crosslabel.pipeline.storage.files import read_json, sha256, write_json
from crosslabel.pipeline.storage.keys import key

if TYPE_CHECKING:
    from torch import Tensor

VERSION = 1


@dataclass(frozen=True, slots=True)
class _Shard:
    """One feature shard and the name of its soft labels."""

    folder: Path
    entry: ShardEntry
    sidecar: Sidecar
    name: str


def soften(
    features: Sequence[Path],
    teachers: Sequence[Path],
    out: Path,
    *,
    device: Device = DEFAULT_DEVICE,
    progress: Progress = lambda stage, done, total: None,
) -> SoftSidecar:
    """Write the soft labels of all rows of some feature datasets, shard by shard.

    Existing shards are left alone; the models are loaded only if a shard is missing.

    Args:
        features: folders made by ``crosslabel featurize``.
        teachers: models made by ``crosslabel finetune``; the logits of several are averaged.

    Raises:
        InputError: a folder or model cannot be used, or they do not fit each other.
    """
    marks = tuple(current_fingerprint(teacher) for teacher in teachers)
    shards = [shard for number, folder in enumerate(features)
              for shard in _shards(folder, number, marks)]
    missing = [shard for shard in shards if _entry(out, shard.name) is None]
    first = shards[0].sidecar
    if missing:
        models = LoadedModels.load(teachers, first, device)
        for done, shard in enumerate(missing, start=1):
            _soften_shard(shard, models, out)
            progress("soften", done, len(missing))
    entries = tuple(entry for shard in shards if (entry := _entry(out, shard.name)))
    sidecar = SoftSidecar(
        task=first.task, labels=first.labels, teachers=marks, shards=entries,
        features=tuple(sha256(folder / FILE) for folder in features),
    )
    sidecar.write(out)
    return sidecar


def _shards(folder: Path, number: int, teachers: Sequence[str]) -> list[_Shard]:
    sidecar = read_sidecar(folder)
    shards = []
    for lang, entries in sidecar.shards.items():
        for entry in entries:
            name = key(VERSION, entry.sha256, list(teachers))[:12]
            stem = f"{lang}/soft-{number:02}-{Path(entry.file).stem}-{name}"
            shards.append(_Shard(folder, entry, sidecar, stem))
    return shards


def _entry(out: Path, name: str) -> ShardEntry | None:
    """Return the entry of a shard; ``None`` if it is not committed."""
    marker = read_json(out / f"{name}.json")
    if marker is None or not (out / f"{name}.arrow").is_file():
        return None
    return ShardEntry.model_validate(marker)


def _soften_shard(shard: _Shard, models: LoadedModels, out: Path) -> None:
    table = read_shards(shard.folder, [shard.entry])
    data = FeatureData.of(table, shard.sidecar)
    file = out / f"{shard.name}.arrow"
    soft = soft_labels(models, data)
    write_soft_shard(file, data.task, table["row_id"].combine_chunks(), soft)
    entry = ShardEntry(file=f"{shard.name}.arrow", rows=len(data), sha256=sha256(file))
    write_json(out / f"{shard.name}.json", entry.model_dump(mode="json"))


def soft_labels(models: LoadedModels, data: FeatureData) -> dict[str, tuple[Array, Array]]:
    """Return the soft labels of all rows by column: numbers, and offsets of rows in them."""
    sizes = (np.ones(len(data), np.int64) if data.task == "sequence"
             else data.tokens["a"].lengths())
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    soft: dict[str, Array] = {}
    for rows, logits in models.logits(data, 2):
        for name, values in _log_probabilities(data.task, logits).items():
            if name not in soft:
                soft[name] = np.empty((offsets[-1], *values.shape[2:]), np.float16)
            for row, padded in zip(rows, values, strict=True):
                soft[name][offsets[row]:offsets[row + 1]] = padded[:sizes[row]]
    return {name: (values, offsets) for name, values in soft.items()}


def _log_probabilities(task: Task, logits: dict[str, Tensor]) -> dict[str, Array]:
    """Return columns of (rows, tokens, C), for answers (rows, tokens); values stay as they are."""
    if task == "qa":
        return {f"a_soft_{end}": _normal(logits[f"{end}_logits"]) for end in ("start", "end")}
    given = logits["logits"]
    if task == "sequence":
        given = given.unsqueeze(1)
    return {"a_soft": given.half().cpu().numpy() if given.shape[-1] == 1 else _normal(given)}


def _normal(logits: Tensor) -> Array:
    import torch

    normal: Array = torch.log_softmax(logits, dim=-1).half().cpu().numpy()
    return normal
