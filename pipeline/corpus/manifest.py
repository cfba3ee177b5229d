"""Checks of a manifest before it is used, because it may come from somebody else.

Languages name folders and the files of an export, and shards name files that are opened, so none of
them may lead out of the corpus. Fields with a default are missing in older manifests.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from crosslabel.pipeline.corpus.records import Task
from crosslabel.pipeline.storage.validation import first_problem
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_FOLDER_NAME

_TAG = r"^[A-Za-z]{1,8}([-_][A-Za-z0-9]{1,8})*$"
_SHARD = r"^([A-Za-z0-9][A-Za-z0-9_-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*\.arrow$"

Tag = Annotated[str, StringConstraints(pattern=_TAG, max_length=MAX_FOLDER_NAME)]
ShardFile = Annotated[str, StringConstraints(pattern=_SHARD, max_length=2 * MAX_FOLDER_NAME)]
Count = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True, strict=True, allow_inf_nan=False)


class _Shard(_Part):
    file: ShardFile
    rows: Count
    sha256: str


class _Spans(_Part):
    label: str
    status: Literal["projected", "abstained", "rejected"]
    reason: str | None
    count: Count


class FirstReject(_Part):
    """A reject as a marker and the manifest show it."""

    file: str
    row: int
    id: str | None
    reasons: Annotated[list[str], Field(min_length=1)]
    sentence: str


class _Language(_Part):
    rows_in: Count
    rows: Count
    rejected: Count
    segments: Count
    repaired_tags: Count
    reject_reasons: dict[str, Count]
    first_rejects: list[FirstReject] = []
    ruined: dict[str, Count] = {}
    first_ruined: list[FirstReject] = []
    spans: list[_Spans]
    classes: dict[str, Count] = {}
    splits: dict[str, Count] = {}
    shards: list[_Shard]


class _Recipe(_Part):
    name: str
    mask_above: float = 1.0
    on_lost_span: Literal["mask", "drop_pair", "outside"]
    source: dict[str, Any]


class _Manifest(_Part):
    recipe: _Recipe
    task: Task = "spans"
    labels: list[str]
    models: dict[str, Any]
    languages: dict[Tag, _Language]


def check_manifest(values: Any, place: str) -> dict[str, Any]:
    """Return the values of a manifest if they have everything that its readers rely on.

    Raises:
        InputError: names ``place`` and the first value that is missing or wrong.
    """
    try:
        _Manifest.model_validate(values)
    except ValidationError as error:
        raise InputError(f"{place}: {first_problem(error)}; is it the manifest of a corpus "
                         "that crosslabel built?") from None
    checked: dict[str, Any] = values
    return checked
