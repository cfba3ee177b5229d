"""The files of a data set in a folder or on the hub, by its card or by the names of its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crosslabel.pipeline.readers.inputs.cards import (
    Card,
    Config,
    chosen_config,
    config_files,
)
from crosslabel.pipeline.readers.inputs.data_files import has_known_ending, holds_rows
from crosslabel.pipeline.readers.inputs.splits import in_order, splits_by_name
from crosslabel.projection.errors import InputError

_DEFAULT_SPLIT = "train"
_PARTIAL = "partial-"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The chosen files of a data set.

    Attributes:
        files: their names with their splits, in the order in which they are read.
        features: ``datasets`` feature by column, if the card describes them.
        left_out: names of other files of rows.
        unused: names of settings of the card that say how to parse the files.
    """

    files: Sequence[tuple[str, str | None]]
    features: Mapping[str, Any] | None = None
    left_out: Sequence[str] = ()
    unused: Sequence[str] = ()


def files_in_folder(names: Sequence[str], card: Card, config: str | None, shown: str) -> Chosen:
    """Choose the files of a folder: those of its card, or else all that can hold rows.

    Args:
        names: of all files, as paths from the folder.
        config: the configuration that the caller asks for.
        shown: the folder, for messages.

    Raises:
        InputError: there is no such configuration, or several and none is asked for.
    """
    if card.configs or config is not None:
        return files_of_card(names, card, config, shown)
    data = [name for name in names if holds_rows(name)]
    features = next(iter(card.features.values())) if len(card.features) == 1 else None
    return Chosen(sorted_by_split(data, splits_by_name(data)), features)


def files_of_card(names: Sequence[str], card: Card, config: str | None, shown: str) -> Chosen:
    """Choose the files of a data set as ``datasets`` does, as far as they can hold rows.

    Where the names of some files say their split, the others are left out.

    Raises:
        InputError: as :func:`files_in_folder`, or a file of the card does not exist.
    """
    name = chosen_config(card, config, shown)
    features = card.features.get(name) if name is not None else None
    settings = card.configs.get(name or "", Config())
    listed = config_files(card, name, names, shown) if name is not None else None
    if listed is not None:
        return Chosen(listed, features, unused=settings.unused)
    folder = settings.folder
    data = [name for name in names if holds_rows(name) and has_known_ending(name)
            and name.startswith(f"{folder}/" if folder else "")]
    inner = {name: name[len(folder) + 1:] if folder else name for name in data}
    by_inner = splits_by_name(list(inner.values()))
    splits = {name: by_inner[inner[name]] for name in data if inner[name] in by_inner}
    if not splits:
        whole = [(name, _DEFAULT_SPLIT) for name in data]
        return Chosen(whole, features, unused=settings.unused)
    left_out = [name for name in data if name not in splits]
    return Chosen(sorted_by_split(list(splits), splits), features, left_out, settings.unused)


def files_of_conversion(names: Sequence[str], config: str | None, shown: str) -> Chosen:
    """Choose the files that the hub converted to Parquet: a folder for each configuration and in it
    one for each split.

    Raises:
        InputError: as :func:`files_in_folder`.
    """
    parts = {name: name.split("/") for name in names if holds_rows(name)}
    folders = dict.fromkeys(part[0] for part in parts.values() if len(part) > 2)
    default = "default" if "default" in folders else None
    card = Card({name: Config() for name in folders}, default=default)
    chosen = chosen_config(card, config, shown)
    splits = {name: part[1].removeprefix(_PARTIAL) for name, part in parts.items()
              if len(part) > 2 and part[0] == chosen}
    return Chosen(sorted_by_split(list(splits), splits))


def described(
    card: Card, names: Sequence[str], some: Sequence[str], shown: str
) -> Mapping[str, Any] | None:
    """Return the columns of some of the files, by the configuration that has all of them."""
    for config, features in card.features.items():
        try:
            files = {name for name, _ in files_of_card(names, card, config, shown).files}
        except InputError:
            continue
        if files.issuperset(some):
            return features
    return None


def sorted_by_split(
    names: Sequence[str], splits: Mapping[str, str]
) -> list[tuple[str, str | None]]:
    """Return names with their splits, by split and name; names without a split come last."""
    order = {split: place for place, split in enumerate(in_order(splits.values()))}
    known: list[tuple[str, str | None]] = [(name, splits.get(name)) for name in names]
    return sorted(known, key=lambda file: (order.get(file[1] or "", len(order)), file[0]))
