"""Checks that feature shards and soft labels are unchanged since writing: hashes, rows, names.

They are made from a corpus in minutes, so broken files are removed, not kept aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from crosslabel.finetune.sidecar import FILE as FEATURES
from crosslabel.finetune.sidecar import ShardEntry, Sidecar
from crosslabel.finetune.soft_labels import FILE as SOFT
from crosslabel.finetune.soft_labels import SoftSidecar
from crosslabel.pipeline.corpus.dataset_files import STATE
from crosslabel.pipeline.verify.dataset import check_files
from crosslabel.pipeline.verify.findings import (
    BUILD,
    REPAIR,
    Finding,
    UnsoundError,
    as_written,
    read_as,
    schema_and_rows,
)
from crosslabel.pipeline.verify.shards import ShardFolder, ShardMarker, check_shards

_PLACES = ("features/*", "soft", "evaluation/*/features")
"""Folders of features and soft labels in a whole fine-tuning run."""


def finetuned_folders(out: Path) -> list[Path]:
    """Return the folders with features or soft labels: ``out`` and the folders of a run in it."""
    below = [folder for place in _PLACES for folder in sorted(out.glob(place))]
    return [folder for folder in (out, *below) if _is_features(folder) or _is_soft(folder)]


def verify_finetuned(folders: Iterable[Path]) -> Iterator[Finding]:
    """Yield everything that is wrong in folders of features and soft labels."""
    for folder in folders:
        yield from _check_features(folder) if _is_features(folder) else _check_soft(folder)


def remove_broken(findings: Iterable[Finding]) -> list[Path]:
    """Remove and return broken files, markers first; the next run makes them again."""
    broken = dict.fromkeys(Path(str(file)) for finding in findings for file in finding.broken)
    there = [file for file in broken if file.is_file()]
    for file in there:
        file.unlink()
    return there


def _is_features(folder: Path) -> bool:
    return (folder / FEATURES).is_file() or (
        (folder / STATE).is_file() and not (folder / ".work").is_dir())


def _is_soft(folder: Path) -> bool:
    return (folder / SOFT).is_file()


def _check_features(folder: Path) -> Iterator[Finding]:
    file = folder / FEATURES
    names = sorted({shard.parent.name for shard in folder.glob("*/shard-*")})
    folders = {name: check_shards(folder / name, ShardMarker) for name in names}
    for shards in folders.values():
        yield from shards.findings
    try:
        sidecar = read_as(Sidecar, file)
    except UnsoundError as error:
        yield Finding(file, f"does not describe features ({error})", BUILD, (file,))
        return
    for name, entries in sidecar.shards.items():
        shards = folders.get(name) or ShardFolder(folder / name)
        yield from _check_entries(file, entries, shards)
        files = [Path(entry.file).name for entry in entries]
        yield from check_files(folder / name, files, [shards])
    joined = [entry.file for entries in sidecar.shards.values() for entry in entries]
    yield from check_files(folder, joined, list(folders.values()))


def _check_entries(
    file: Path, entries: Sequence[ShardEntry], shards: ShardFolder
) -> Iterator[Finding]:
    """Compare the shards on disk with the entries of the sidecar."""
    named = {Path(entry.file).stem: entry for entry in entries}
    for name, entry in named.items():
        marker = shards.committed.get(name)
        shard = f"{name}.arrow"
        if marker is None and name not in shards.broken:
            yield Finding(
                shards.folder / shard, f"is not committed, but {FEATURES} names it", BUILD)
        elif marker and (entry.rows, entry.sha256) != (marker["rows"], marker["sha256"][shard]):
            yield Finding(file, f"does not agree with the marker of {entry.file}", BUILD, (file,))
    for name in sorted(shards.committed.keys() - named.keys()):
        yield Finding(shards.folder / f"{name}.arrow", f"is not named by {FEATURES}", BUILD)
    for uncommitted in shards.uncommitted:
        yield Finding(uncommitted, "has no marker: a run was cut off before writing it", BUILD)


def _check_soft(folder: Path) -> Iterator[Finding]:
    file = folder / SOFT
    try:
        entries = read_as(SoftSidecar, file).shards
    except UnsoundError as error:
        yield Finding(file, f"does not describe soft labels ({error})", BUILD, (file,))
        return
    for entry in entries:
        shard = folder / entry.file
        if not shard.resolve().is_relative_to(folder.resolve()):
            yield Finding(file, f"names {entry.file}, outside of the folder", BUILD, (file,))
            continue
        broken = (shard.with_suffix(".json"), shard)
        try:
            with as_written(shard, entry.sha256) as content:
                _, rows = schema_and_rows(content)
            if rows != entry.rows:
                raise UnsoundError(f"has {rows} rows, {SOFT} says {entry.rows}")
            if read_as(ShardEntry, broken[0]) != entry:
                raise UnsoundError(f"its marker does not agree with {SOFT}")
        except UnsoundError as error:
            yield Finding(shard, str(error), REPAIR, broken)
