"""Folders of files; in a store a folder is the common beginning of the names of objects."""

from __future__ import annotations

import re
import shutil

from crosslabel.pipeline.storage import stores
from crosslabel.pipeline.storage.files import size
from crosslabel.pipeline.storage.location import Location, is_local


def is_folder(place: Location) -> bool:
    """Return whether a folder exists; in a store it exists while something is in it."""
    if not is_local(place):
        facts = stores.facts(place)
        return facts is not None and facts["type"] == "directory"
    return place.is_dir()


def make_folder(folder: Location) -> None:
    """Create a folder and those above it; a store needs none."""
    if is_local(folder):
        folder.mkdir(parents=True, exist_ok=True)


def children(folder: Location) -> list[Location]:
    """Return the files and folders directly below a folder, sorted; none if it is missing."""
    if not is_local(folder):
        return [folder / name for name in stores.children(folder)]
    return sorted(folder.iterdir()) if folder.is_dir() else []


def files(folder: Location, pattern: str = "**") -> list[Location]:
    """Return the files below a folder whose path from there fits a pattern, sorted.

    Args:
        pattern: as in a shell; ``*`` stands for part of a name, ``**`` for any folders.
    """
    return [folder / name for name in sizes(folder, pattern)]


def sizes(folder: Location, pattern: str = "**") -> dict[str, int]:
    """Return the bytes of each file that :func:`files` finds, by its path from the folder."""
    if is_local(folder):
        paths = folder.glob("**/*" if pattern == "**" else pattern)
        lengths = {path.relative_to(folder).as_posix(): size(path) for path in paths}
        return {name: length for name, length in sorted(lengths.items()) if length is not None}
    from fsspec.utils import glob_translate

    fits = re.compile(glob_translate(pattern)).match
    return {name: length for name, length in stores.below(folder).items() if fits(name)}


def remove_tree(folder: Location) -> None:
    """Delete a folder and everything in it, if it exists."""
    if not is_local(folder):
        stores.delete([folder / name for name in stores.below(folder)])
    elif folder.is_dir():
        shutil.rmtree(folder)


def remove_leftovers(folder: Location) -> None:
    """Delete temporary files that a killed process left anywhere under ``folder``.

    A store never holds any.
    """
    if is_local(folder):
        for path in folder.rglob(".*.tmp"):
            path.unlink(missing_ok=True)
