"""What an input consists of: the files that one place or several stand for, in a fixed order.

A place is a file; a folder of files of one kind, which may have a card as data sets of the hub do;
a ``Dataset`` or ``DatasetDict`` that ``datasets`` saved; a pattern such as ``data/*.parquet``. It
is on the local disk, in a store, or on the hub.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from crosslabel.pipeline.corpus.dataset_files import SPLITS, STATE
from crosslabel.pipeline.readers.inputs.cards import Card, fitting_names, read_card
from crosslabel.pipeline.readers.inputs.data_files import CARD, check_one_kind, holds_rows
from crosslabel.pipeline.readers.inputs.dataset_repository import (
    Chosen,
    files_in_folder,
    sorted_by_split,
)
from crosslabel.pipeline.readers.inputs.file_names import (
    folder_of_pattern,
    has_pattern,
    names_below,
)
from crosslabel.pipeline.readers.inputs.hub import hub_files
from crosslabel.pipeline.readers.inputs.input_file import InputFile
from crosslabel.pipeline.readers.inputs.splits import splits_by_name
from crosslabel.pipeline.storage.files import is_file, read_json, sha256
from crosslabel.pipeline.storage.folders import files, is_folder
from crosslabel.pipeline.storage.hub_files import address_of, is_on_hub, pinned
from crosslabel.pipeline.storage.local_copies import local_copy
from crosslabel.pipeline.storage.location import Location, is_local, relative
from crosslabel.projection.errors import InputError

_SPLIT_NAME = re.compile(r"\w+(?:\.\w+)*")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Input:
    """The files of an input.

    Attributes:
        files: in the order in which they are read.
        shown: names the input in messages.
        notes: lines for a person about what is not read.
        commits: the commit of each data set of the hub, by its address.
    """

    files: tuple[InputFile, ...]
    shown: str
    notes: tuple[str, ...] = ()
    commits: Mapping[str, str] = field(default_factory=dict)

    @property
    def splits(self) -> list[str]:
        """The names of its splits, in order."""
        found = dict.fromkeys(file.split for file in self.files if file.split is not None)
        return list(found)

    def of_split(self, split: str) -> Input:
        """Return the files of a split.

        Raises:
            InputError: there is no such split.
        """
        if split not in self.splits:
            known = (f"it has {', '.join(self.splits)}" if self.splits
                     else "its files name no splits; leave source.split out")
            raise InputError(f"{self.shown}: has no split {split!r}; {known}")
        return replace(self, files=tuple(file for file in self.files if file.split == split))

    def check_one_kind(self) -> None:
        """Refuse files of several kinds.

        Raises:
            InputError: names a file of each kind.
        """
        check_one_kind(self.shown, (file.name for file in self.files))

    def content(self) -> list[Any]:
        """Return JSON values that change with the files, their order and their splits."""
        return [[file.name, file.split, _content(file.place)] for file in self.files]


def find_input(
    places: Sequence[Location], split: str | None = None, config: str | None = None
) -> Input:
    """Return the files that places stand for; those of one place are sorted.

    Args:
        split: take the files of this split alone.
        config: configuration of a data set with a card.

    Raises:
        InputError: a place does not exist or has no such split or configuration, is given twice, or
            holds nothing to read.
    """
    found = [_at(place, config) for place in places]
    every = tuple(file for part in found for file in part.files)
    shown = ", ".join(part.shown for part in found[:_SHOWN]) + (
        f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")
    _check_distinct([file.place for file in every])
    if len(found) > 1:
        names = names_below([file.place for file in every])
        every = tuple(replace(file, name=name) for file, name in zip(every, names, strict=True))
    if len(every) > 1 and not any(file.split for file in every):
        splits = splits_by_name([file.name for file in every])
        every = tuple(replace(file, split=splits.get(file.name)) for file in every)
    commits = {address: commit for part in found for address, commit in part.commits.items()}
    whole = Input(every, shown, tuple(note for part in found for note in part.notes), commits)
    return whole if split is None else whole.of_split(split)


def _at(place: Location, config: str | None) -> Input:
    """Return the files that one place stands for."""
    shown = str(place)
    if is_on_hub(place):
        return _on_hub(place, config)
    if is_folder(place):
        return _in_folder(place, shown, config)
    if config is not None:
        raise InputError(f"{shown}: is no data set with a card, so it has no configurations; leave "
                         "source.config out")
    if is_file(place) or (is_local(place) and place.exists()):
        return Input((InputFile(place, place.name),), shown)
    if has_pattern(shown):
        return _fitting(place, shown)
    raise InputError(f"{shown}: no such file or folder; check the path")


def _on_hub(place: Location, config: str | None) -> Input:
    address = address_of(place)
    commit = pinned(address)
    folder, chosen = hub_files(address, commit, config)
    found = _described(chosen, str(address), lambda name: commit.place(
        f"{folder}/{name}" if folder else name))
    whole = str(replace(address, path=""))
    return replace(found, commits={whole: str(commit.revision)})


def _in_folder(folder: Location, shown: str, config: str | None) -> Input:
    if is_file(folder / SPLITS):
        splits = _saved_splits(folder)
        return Input(tuple(InputFile(folder / name, name, name) for name in splits), shown)
    if is_file(folder / STATE):
        return Input((InputFile(folder, folder.name),), shown)
    names = [relative(file, folder) for file in files(folder)]
    card, notes = _card(folder, names, shown)
    chosen = files_in_folder(names, card, config, shown)
    found = _described(chosen, shown, lambda name: folder / name)
    return replace(found, notes=(*notes, *found.notes))


def _saved_splits(folder: Location) -> list[str]:
    """Return the splits of a folder that ``DatasetDict.save_to_disk`` wrote, in its order."""
    values = read_json(folder / SPLITS)
    splits = values.get("splits") if isinstance(values, dict) else None
    if not isinstance(splits, list) or not splits or not all(
            isinstance(name, str) and _SPLIT_NAME.fullmatch(name) for name in splits):
        raise InputError(f"{folder / SPLITS}: does not list splits; expected a folder written by "
                         "datasets' save_to_disk")
    missing = [name for name in splits if not is_file(folder / name / STATE)]
    if missing:
        raise InputError(f"{folder}: its split {missing[0]!r} is missing; write it anew with "
                         "datasets' save_to_disk")
    return list(dict.fromkeys(splits))


def _card(folder: Location, names: Sequence[str], shown: str) -> tuple[Card, tuple[str, ...]]:
    if CARD not in names:
        return Card(), ()
    try:
        return read_card(local_copy(folder / CARD), shown), ()
    except InputError as error:
        return Card(), (f"{error}; all files of the folder are read",)


def _described(chosen: Chosen, shown: str, place: Any) -> Input:
    if not chosen.files:
        raise InputError(f"{shown}: holds no files of rows; expected files of one kind, or a "
                         "folder written by datasets' save_to_disk")
    return Input(tuple(InputFile(place(name), name, split, chosen.features)
                       for name, split in chosen.files), shown, tuple(_notes(chosen, shown)))


def _notes(chosen: Chosen, shown: str) -> Iterator[str]:
    if chosen.left_out:
        listed = ", ".join(chosen.left_out[:_SHOWN])
        more = len(chosen.left_out) - _SHOWN
        yield (f"{shown}: not read, as they belong to no split: {listed}"
               f"{f' and {more} more' if more > 0 else ''}")
    if chosen.unused:
        yield (f"{shown}: its card sets {', '.join(chosen.unused)}, which is not used here; look "
               "at the first rows, or name the files and source.format")


def _fitting(place: Location, shown: str) -> Input:
    """Return the files that fit a pattern, sorted."""
    folder, pattern = folder_of_pattern(place)
    below = [relative(file, folder) for file in _below(folder, pattern)]
    fitting = [name for name in fitting_names(below, pattern, shown) if holds_rows(name)]
    if not fitting:
        raise InputError(f"{shown}: no file has such a name; check the path")
    places = [folder / name for name in fitting]
    named = dict(zip(names_below(places), places, strict=True))
    ordered = sorted_by_split(list(named), splits_by_name(list(named)))
    return Input(tuple(InputFile(named[name], name, split) for name, split in ordered), shown)


def _below(folder: Location, pattern: str) -> Iterator[Location]:
    if is_local(folder) and "**" not in pattern:
        return iter(sorted(folder.glob(pattern)))
    return iter(files(folder))


def _check_distinct(places: Sequence[Location]) -> None:
    seen: set[str] = set()
    for place in map(str, places):
        if place in seen:
            raise InputError(f"{place}: is given twice; leave it out once")
        seen.add(place)


def _content(place: Location) -> Any:
    if is_on_hub(place):
        return str(place)  # it names the commit
    path = local_copy(place)
    if path.is_dir():
        return {relative(file, path): sha256(file) for file in files(path)}
    return sha256(path)
