"""Whether the manifest and the files that make a dataset say what the shards' markers say."""

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
    """Look at a finished corpus.

    Args:
        folders: the shards by the name of their folder in ``out``.
    """
    file = out / MANIFEST
    try:
        languages = read_as(_Manifest, file).languages
    except UnsoundError as error:
        yield Finding(file, f"is no manifest ({error})", BUILD, (file,))
        return
    for name, language in languages.items():
        own = folders.get(name) or ShardFolder(out / name)
        yield from _check_shards(own, language)
        yield from _check_manifest(file, own, language)
        files = [entry.file.removeprefix(f"{name}/") for entry in language.shards]
        yield from check_files(out / name, files, [own])
    for name in sorted(folders.keys() - languages.keys()):
        yield Finding(out / name, f"has shards, but {MANIFEST} does not name this language",
                      f"{BUILD} if it was cut off, otherwise remove the folder")
    rows = {name: language.rows_in for name, language in languages.items()}
    if len(set(rows.values())) > 1:
        yield Finding(file, f"says that languages have different rows: {rows}", BUILD, (file,))
    joined = [entry.file for language in languages.values() for entry in language.shards]
    yield from check_files(out, joined, list(folders.values()))


def _check_shards(found: ShardFolder, language: _Language) -> Iterator[Finding]:
    """Whether the shards that are there are those of the manifest."""
    named = [entry.name for entry in language.shards]
    for name in named:
        if name not in found.committed and name not in found.broken:
            yield Finding(found.folder / f"{name}.arrow",
                          f"is not committed, but {MANIFEST} names it", BUILD)
    for name in sorted(found.committed.keys() - set(named)):
        yield Finding(found.folder / f"{name}.arrow",
                      f"is committed, but {MANIFEST} does not name it: a later run was cut off",
                      f"{BUILD} to finish that run; what is superseded is removed then")
    for file in found.uncommitted:
        yield Finding(file, "has no marker: a run was cut off before it", BUILD)


def _check_manifest(file: Location, found: ShardFolder, language: _Language) -> Iterator[Finding]:
    """Whether the manifest says what the markers of its shards say."""
    markers = [found.committed.get(entry.name) for entry in language.shards]
    known = [marker for marker in markers if marker is not None]
    if found.broken or len(known) < len(markers):
        return
    name = found.folder.name
    for entry, marker in zip(language.shards, known, strict=True):
        if (entry.rows, entry.sha256) != (marker["rows"], marker["sha256"][f"{entry.name}.arrow"]):
            yield Finding(file, f"says of {entry.file} what its marker does not", BUILD, (file,))
    said = language.model_dump()
    wrong = [what for what, value in added_up(known).items() if said.get(what) != value]
    if wrong:
        yield Finding(file, f"{', '.join(wrong)} of {name} are not those of its shards added up",
                      BUILD, (file,))


def check_files(
    folder: Location, shards: Sequence[str], found: Sequence[ShardFolder]
) -> Iterator[Finding]:
    """Whether ``datasets`` opens these shards, and as what they are.

    Args:
        shards: files, relative to ``folder``.
    """
    state, info = folder / STATE, folder / INFO
    try:
        if [own.filename for own in read_as(_State, state).files] != list(shards):
            raise UnsoundError("names other shards than the folder has")
    except UnsoundError as error:
        yield Finding(state, f"does not open the dataset ({error})", BUILD, (state,))
    try:
        stated = _columns(info)
    except UnsoundError as error:
        yield Finding(info, f"does not describe the dataset ({error})", BUILD, (info,))
        return
    names = {PurePosixPath(file).stem for file in shards}
    others = (name for own in found for name in sorted(names & own.schemas.keys())
              if not _has_columns(own.schemas[name], stated))
    for name in islice(others, 1):
        yield Finding(info, f"states other columns than {name}.arrow has", BUILD, (info,))


def _columns(info: Location) -> dict[str, Any]:
    """Columns as ``datasets`` reads them; the order of names in the file says nothing."""
    from datasets import Features

    features = read_as(_Info, info).features
    try:
        columns: dict[str, Any] = Features.from_dict(features).to_dict()
    except Exception as error:  # whatever the library meets in values that nobody checked
        raise UnsoundError(f"{type(error).__name__}: {error}") from None
    return columns


def _has_columns(schema: pa.Schema, stated: dict[str, Any]) -> bool:
    from datasets import Features

    found: bool = Features.from_arrow_schema(schema).to_dict() == stated
    return found
