"""Checks of the shards in a folder, of pairs or features: markers, hashes, rows and schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from crosslabel.pipeline.corpus.manifest import FirstReject
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
    """The content that every marker of a shard has."""

    model_config = ConfigDict(extra="allow", frozen=True)

    rows: int
    sha256: dict[str, str]


class PairsMarker(ShardMarker):
    """The content of the marker of a shard of pairs."""

    rows_in: int
    rejected: int
    segments: int
    repaired_tags: int
    reject_reasons: dict[str, int]
    first_rejects: list[FirstReject] = []
    first_ruined: list[FirstReject] = []
    spans: list[tuple[str, str, str, int]]
    methods: list[str]
    calibrators: list[str]


@dataclass(slots=True)
class ShardFolder:
    """The shards of one folder.

    Attributes:
        committed: markers by the name of their shard, unless the marker is broken.
        broken: names of the shards with a problem.
        schemas: schema by the name of the shard, if its Arrow file can be read.
        uncommitted: files of shards without a marker.
        findings: problems of single shards.
    """

    folder: Location
    committed: dict[str, dict[str, Any]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    schemas: dict[str, pa.Schema] = field(default_factory=dict)
    uncommitted: list[Location] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def check_shards(folder: Location, kind: type[ShardMarker] = PairsMarker) -> ShardFolder:
    """Check all shards of a folder."""
    shards = ShardFolder(folder)
    present = files(folder, "shard-*")
    markers = {file.stem: file for file in present if file.suffix == ".json"}
    for name, marker in markers.items():
        findings = list(_check_shard(marker, kind, shards))
        shards.findings += findings
        if findings:
            shards.broken.add(name)
    shards.uncommitted = [file for file in present if file.name.split(".")[0] not in markers]
    return shards


def _check_shard(file: Location, kind: type[ShardMarker], shards: ShardFolder) -> Iterator[Finding]:
    arrow, rejects = (file.with_name(file.stem + ending) for ending in (".arrow", ".rejects.jsonl"))
    broken = (file, arrow, rejects)
    try:
        marker = read_as(kind, file)
        if marker.sha256.keys() != {arrow.name, rejects.name}:
            raise UnsoundError("names other files than the files of its shard")
    except UnsoundError as error:
        yield Finding(file, f"is not the marker of a shard ({error})", REPAIR, broken)
        return
    shards.committed[file.stem] = marker.model_dump(mode="json")
    try:
        with as_written(arrow, marker.sha256[arrow.name]) as content:
            shards.schemas[file.stem], rows = schema_and_rows(content)
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
        raise UnsoundError(f"holds {rejected} rejects, which with {marker.rows} pairs do not add "
                           f"up to the {marker.rows_in} rows that went in")
