"""Data sets on the hub as inputs: ``hf://datasets/owner/name[@revision][/path]``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from crosslabel.pipeline.readers.inputs.cards import Card, fitting_names, read_card
from crosslabel.pipeline.readers.inputs.data_files import CARD, holds_rows
from crosslabel.pipeline.readers.inputs.dataset_repository import (
    Chosen,
    described,
    files_in_folder,
    files_of_card,
    files_of_conversion,
)
from crosslabel.pipeline.readers.inputs.file_names import has_pattern
from crosslabel.pipeline.storage.hub_files import HubAddress, fetched, file_names
from crosslabel.projection.errors import InputError

_CONVERSION = "refs/convert/parquet"


def hub_files(address: HubAddress, pinned: HubAddress, config: str | None) -> tuple[str, Chosen]:
    """Choose the files of a data set on the hub, or of the folder or pattern in it.

    Args:
        address: as the caller wrote it.
        pinned: the same at a commit.
        config: the configuration that the caller asks for.

    Returns:
        The folder in the data set that the names of the files start from, and the files.

    Raises:
        InputError: it has no such file, folder or configuration, or only a loading script.
    """
    names = file_names(pinned)
    shown = str(address)
    if address.path:
        return _below(address, names, config, _card(pinned, names, shown))
    if address.revision == _CONVERSION:
        return "", files_of_conversion(names, config, shown)
    card = _card(pinned, names, shown)
    script = f"{PurePosixPath(address.repo).name}.py"
    if script in names and not card.configs:
        raise InputError(f"{shown}: is made by its loading script {script}, which is not run; read "
                         f"what the hub converted: hf://datasets/{address.repo}@{_CONVERSION}, "
                         "with source.config if it has several configurations")
    return "", files_of_card(names, card, config, shown)


def _card(address: HubAddress, names: Sequence[str], shown: str) -> Card:
    if CARD not in names:
        return Card()
    return read_card(fetched(HubAddress(address.repo, address.revision, CARD)), shown)


def _below(
    address: HubAddress, names: Sequence[str], config: str | None, card: Card
) -> tuple[str, Chosen]:
    """Choose a file, the files of a folder, or those that fit a pattern."""
    path, shown = address.path, str(address)
    if config is not None:
        raise InputError(f"{shown}: source.config chooses files of the whole data set; leave out "
                         "the path in it, or source.config")
    folder = str(PurePosixPath(path).parent)
    above = "" if folder == "." else folder
    if path in names:
        return above, Chosen([(_from(above, path), None)], described(card, names, [path], shown))
    if has_pattern(path):
        fitting = [name for name in fitting_names(names, path, shown) if holds_rows(name)]
        return "", Chosen([(name, None) for name in fitting],
                          described(card, names, fitting, shown))
    inner = [_from(path, name) for name in names if name.startswith(f"{path}/")]
    if not inner:
        raise InputError(f"{shown}: the data set has no such file or folder; it has "
                         f"{', '.join(names[:6])}{' and others' if len(names) > 6 else ''}")
    chosen = files_in_folder(inner, Card(), None, shown)
    whole = [f"{path}/{name}" for name, _ in chosen.files]
    return path, replace(chosen, features=described(card, names, whole, shown))


def _from(folder: str, name: str) -> str:
    return name.removeprefix(f"{folder}/") if folder else name
