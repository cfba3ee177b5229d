"""The files that make a folder of Arrow shards a dataset that ``datasets.load_from_disk`` opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crosslabel.pipeline.storage.files import remove, write_json
from crosslabel.pipeline.storage.folders import files
from crosslabel.pipeline.storage.location import Location

if TYPE_CHECKING:
    from datasets import Features

STATE, INFO = "state.json", "dataset_info.json"
SPLITS = "dataset_dict.json"
"""File of a folder of several datasets; it lists their names."""

_STATE: dict[str, Any] = {
    "_format_columns": None,
    "_format_kwargs": {},
    "_format_type": None,
    "_output_all_columns": False,
    "_split": None,
}


def write_dataset(
    folder: Location, shards: Sequence[str], features: Features, fingerprint: str
) -> None:
    """Write ``state.json`` and ``dataset_info.json``.

    Args:
        shards: files of the shards, relative to ``folder``.
        fingerprint: changes whenever the rows do; ``datasets`` uses it to name its caches.
    """
    write_json(folder / STATE,
               {**_STATE, "_data_files": [{"filename": name} for name in shards],
                "_fingerprint": fingerprint})
    write_json(folder / INFO,
               {"citation": "", "description": "", "features": features.to_dict(), "homepage": "",
                "license": ""})


def drop_superseded(folder: Location, current: set[str]) -> None:
    """Remove shards of earlier runs, markers first, so that globbing the folder is safe.

    Files that a killed run wrote before the marker of their shard are removed too.

    Args:
        current: names of the shards that stay.
    """
    superseded = [file for file in files(folder, "shard-*")
                  if file.name.split(".")[0] not in current]
    for file in sorted(superseded, key=lambda file: file.suffix != ".json"):
        remove(file)
