"""Checks of the manifest and the dataset files against the markers of the shards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from crosslabel.pipeline.corpus.counts import added_up
from crosslabel.pipeline.corpus.dataset_files import INFO, STATE
from crosslabel.pipeline.corpus.layout import MANIFEST
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.verify.findings import BUILD, Finding, UnsoundError, read_as
from crosslabel.pipeline.verify.shards import ShardFolder

if TYPE_CHECKING:
    import pyarrow as pa


class _Entry(BaseModel):
    file: str
    rows: int
    sha256: str

    @property
    def name(self) -> str:
        return PurePosixPath(self.file).stem


class _Language(BaseModel):
    model_config = ConfigDict(extra="allow")

    rows_in: int
    shards: list[_Entry]


class _Manifest(BaseModel):
    languages: dict[str, _Language]


class _DataFile(BaseModel):
    filename: str


class _State(BaseModel):
    files: list[_DataFile] = Field(alias="_data_files")


class _Info(BaseModel):
    features: dict[str, Any]


def check_dataset(out: Location, folders: Mapping[str, ShardFolder]) -> Iterator[Finding]:
    """Yield the problems of a finished corpus.

    Args:
        folders: the shards by the name of their folder in ``out``.
    """
    file = out / MANIFEST
    try:
        languages = read_as(_Manifest, file).languages
    except UnsoundError as error:
        yield Finding(file, f"is not a manifest ({error})", BUILD, (file,))
        return
    for name, language in languages.items():
        shards = folders.get(name) or ShardFolder(out / name)
        yield from _check_shards(shards, language)
        yield from _check_manifest(file, shards, language)
        files = [entry.file.removeprefix(f"{name}/") for entry in language.shards]
        yield from check_files(out / name, files, [shards])
    for name in sorted(folders.keys() - languages.keys()):
        yield Finding(out / name, f"has shards, but {MANIFEST} does not name this language",
                      f"{BUILD} if it was cut off, otherwise remove the folder")
    rows = {name: language.rows_in for name, language in languages.items()}
    if len(set(rows.values())) > 1:
        yield Finding(file, f"gives languages different numbers of rows: {rows}", BUILD, (file,))
    joined = [entry.file for language in languages.values() for entry in language.shards]
    yield from check_files(out, joined, list(folders.values()))


def _check_shards(shards: ShardFolder, language: _Language) -> Iterator[Finding]:
    """Compare the shards on disk with the shards in the manifest."""
    named = [entry.name for entry in language.shards]
    for name in named:
        if name not in shards.committed and name not in shards.broken:
            yield Finding(shards.folder / f"{name}.arrow",
                          f"is not committed, but {MANIFEST} names it", BUILD)
    for name in sorted(shards.committed.keys() - set(named)):
        yield Finding(shards.folder / f"{name}.arrow",
                      f"is committed, but {MANIFEST} does not name it: a later run was cut off",
                      f"{BUILD} to finish that run; superseded shards are removed then")
    for file in shards.uncommitted:
        yield Finding(file, "has no marker: a run was cut off before writing it", BUILD)


def _check_manifest(file: Location, shards: ShardFolder, language: _Language) -> Iterator[Finding]:
    """Compare the manifest with the markers of its shards."""
    markers = [shards.committed.get(entry.name) for entry in language.shards]
    known = [marker for marker in markers if marker is not None]
    if shards.broken or len(known) < len(markers):
        return
    name = shards.folder.name
    for entry, marker in zip(language.shards, known, strict=True):
        if (entry.rows, entry.sha256) != (marker["rows"], marker["sha256"][f"{entry.name}.arrow"]):
            yield Finding(file, f"does not agree with the marker of {entry.file}", BUILD, (file,))
    stated = language.model_dump()
    wrong = [field for field, total in added_up(known).items() if stated.get(field) != total]
    if wrong:
        yield Finding(file, f"{', '.join(wrong)} of {name} are not the totals of its shards",
                      BUILD, (file,))


def check_files(
    folder: Location, shards: Sequence[str], shard_folders: Sequence[ShardFolder]
) -> Iterator[Finding]:
    """Check that ``datasets`` opens these shards, with the columns that they have.

    Args:
        shards: paths of the files, relative to ``folder``.
    """
    state, info = folder / STATE, folder / INFO
    try:
        if [file.filename for file in read_as(_State, state).files] != list(shards):
            raise UnsoundError("names other shards than the folder has")
    except UnsoundError as error:
        yield Finding(state, f"does not open the dataset ({error})", BUILD, (state,))
    try:
        stated = _columns(info)
    except UnsoundError as error:
        yield Finding(info, f"does not describe the dataset ({error})", BUILD, (info,))
        return
    names = {PurePosixPath(file).stem for file in shards}
    wrong = (name for checked in shard_folders for name in sorted(names & checked.schemas.keys())
             if not _has_columns(checked.schemas[name], stated))
    for name in islice(wrong, 1):
        yield Finding(info, f"states other columns than {name}.arrow has", BUILD, (info,))


def _columns(info: Location) -> dict[str, Any]:
    """Return the columns as ``datasets`` reads them; their order in the file does not matter."""
    from datasets import Features

    features = read_as(_Info, info).features
    try:
        columns: dict[str, Any] = Features.from_dict(features).to_dict()
    except Exception as error:  # the library raises any type on values that nobody checked
        raise UnsoundError(f"{type(error).__name__}: {error}") from None
    return columns


def _has_columns(schema: pa.Schema, stated: dict[str, Any]) -> bool:
    from datasets import Features

    same: bool = Features.from_arrow_schema(schema).to_dict() == stated
    return same
