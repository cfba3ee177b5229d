"""Shards of a folder, of pairs or of features: markers, hashes, rows and schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from crosslabel.pipeline.storage.folders import files
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.verify.findings import (
    REPAIR,
    Finding,
    UnsoundError,
    as_written,
    read_as,
    schema_and_rows,
)

if TYPE_CHECKING:
    import pyarrow as pa


class ShardMarker(BaseModel):
    """What every marker of a shard says."""

    model_config = ConfigDict(extra="allow", frozen=True)

    rows: int
    sha256: dict[str, str]


class PairsMarker(ShardMarker):
    """What the marker of a shard of pairs says besides."""

    rows_in: int
    rejected: int
    segments: int
    repaired_tags: int
    reject_reasons: dict[str, int]
    spans: list[tuple[str, str, str, int]]
    methods: list[str]
    calibrators: list[str]


@dataclass(slots=True)
class ShardFolder:
    """The shards of one folder.

    Attributes:
        committed: markers by the name of their shard, broken shards without one.
        broken: names of the shards that something is wrong with.
        schemas: of the others.
        uncommitted: files of shards without a marker.
        findings: what is wrong with single shards.
    """

    folder: Location
    committed: dict[str, dict[str, Any]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    schemas: dict[str, pa.Schema] = field(default_factory=dict)
    uncommitted: list[Location] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def check_shards(folder: Location, kind: type[ShardMarker] = PairsMarker) -> ShardFolder:
    """Look at all shards of a folder."""
    found = ShardFolder(folder)
    there = files(folder, "shard-*")
    markers = {file.stem: file for file in there if file.suffix == ".json"}
    for name, marker in markers.items():
        own = list(_check_shard(marker, kind, found))
        found.findings += own
        if own:
            found.broken.add(name)
    found.uncommitted = [file for file in there if file.name.split(".")[0] not in markers]
    return found


def _check_shard(file: Location, kind: type[ShardMarker], found: ShardFolder) -> Iterator[Finding]:
    arrow, rejects = (file.with_name(file.stem + ending) for ending in (".arrow", ".rejects.jsonl"))
    broken = (file, arrow, rejects)
    try:
        marker = read_as(kind, file)
        if marker.sha256.keys() != {arrow.name, rejects.name}:
            raise UnsoundError("names other files than those of its shard")
    except UnsoundError as error:
        yield Finding(file, f"is no marker of a shard ({error})", REPAIR, broken)
        return
    found.committed[file.stem] = marker.model_dump(mode="json")
    try:
        with as_written(arrow, marker.sha256[arrow.name]) as content:
            found.schemas[file.stem], rows = schema_and_rows(content)
        if rows != marker.rows:
            raise UnsoundError(f"has {rows} rows, its marker says {marker.rows}")
    except UnsoundError as error:
        yield Finding(arrow, str(error), REPAIR, broken)
    try:
        with as_written(rejects, marker.sha256[rejects.name]) as content:
            rejected = sum(1 for _ in content)
        _check_rejects(marker, rejected)
    except UnsoundError as error:
        yield Finding(rejects, str(error), REPAIR, broken)


def _check_rejects(marker: ShardMarker, rejected: int) -> None:
    if not isinstance(marker, PairsMarker):
        return
    if rejected != marker.rejected:
        raise UnsoundError(f"has {rejected} rejects, its marker says {marker.rejected}")
    if marker.rows_in != marker.rows + marker.rejected:
        raise UnsoundError(f"holds {rejected} rejects, which with {marker.rows} pairs are not the "
                           f"{marker.rows_in} rows that went in")
