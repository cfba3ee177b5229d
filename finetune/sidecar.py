"""The sidecar of feature shards: everything that is the same for all rows.

``datasets`` does not keep our schema metadata, so constants live in ``features.json``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from crosslabel.finetune.schema import VERSION, Task
from crosslabel.pipeline.corpus.manifest import ShardFile, Tag
from crosslabel.pipeline.storage.files import read_json, write_json
from crosslabel.pipeline.storage.validation import first_problem
from crosslabel.projection.errors import InputError

FILE = "features.json"


class TokenizerFacts(BaseModel):
    """Facts about the tokenizer whose ids the shards hold.

    Attributes:
        sha256: hash of the tokenizer; equal hashes give equal ids.
        vocabulary: number of rows that its ids need in an embedding table.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    revision: str | None = None
    sha256: str
    pad_id: int
    bos_id: int
    eos_id: int
    vocabulary: int


class ShardEntry(BaseModel):
    """One committed shard; ``file`` is relative to the folder of the sidecar and lies below it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: ShardFile
    rows: int
    sha256: str


class Sidecar(BaseModel):
    """The constants of a feature dataset.

    Attributes:
        labels: class names in the order of their numbers; IOB2 tags for spans, empty for
            regression and question answering.
        options: how texts became features.
        origin: the corpus or file behind it, with its models and their licences.
        counts: numbers of rows, words and spans, by outcome.
        shards: by target language.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    version: str = VERSION
    task: Task
    labels: tuple[str, ...]
    tokenizer: TokenizerFacts
    max_length: int
    stride: int
    evaluation: bool = False
    options: dict[str, Any]
    origin: dict[str, Any]
    counts: dict[str, int]
    shards: dict[Tag, tuple[ShardEntry, ...]]

    def write(self, folder: Path) -> None:
        """Commit the sidecar as ``features.json``."""
        write_json(folder / FILE, self.model_dump(mode="json"))

    def entries(self) -> list[ShardEntry]:
        """Return all shards, language by language."""
        return [shard for shards in self.shards.values() for shard in shards]


def read_sidecar(folder: Path) -> Sidecar:
    """Return the sidecar of a feature dataset.

    Raises:
        InputError: there is no sidecar, or it has another version.
    """
    values = read_json(folder / FILE)
    if values is None:
        raise InputError(f"{folder}: no {FILE}, so no finished features; "
                         "make them with 'crosslabel featurize'")
    version = values.get("version") if isinstance(values, dict) else None
    if version != VERSION:
        raise InputError(f"{folder / FILE}: version {version!r}, this program reads "
                         f"{VERSION!r}; make the features anew with 'crosslabel featurize'")
    try:
        return Sidecar.model_validate(values)
    except ValidationError as error:
        raise InputError(f"{folder / FILE}: {first_problem(error)}") from None
