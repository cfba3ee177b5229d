"""Places as callers give them: a text, a path or a URL."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from crosslabel.pipeline.storage.location import as_local, location
from crosslabel.projection.errors import InputError

if TYPE_CHECKING:
    from crosslabel.pipeline.storage.location import Location

    Place: TypeAlias = str | os.PathLike[str] | Location


def place(given: Place) -> Location:
    """Return the location that a text or a path names.

    Raises:
        InputError: it is neither, or no driver here reaches a URL of this kind.
    """
    if not isinstance(given, str | os.PathLike) and not hasattr(given, "fs"):
        raise InputError(f"{given!r}: not a place; give a text or a pathlib.Path")
    if "\0" in str(given):
        raise InputError(f"{str(given)!r}: no name of a file has a null character; take it out")
    if isinstance(given, os.PathLike) and not isinstance(given, Path):
        return Path(given)
    return location(given)


def local_places(given: Place | Sequence[Place], name: str) -> list[Path]:
    """Return the paths of one place or of several, which must be local.

    Args:
        name: a noun for each place, for the message.

    Raises:
        InputError: a place is not on the local disk.
    """
    many = given if isinstance(given, Sequence) and not isinstance(given, str) else [given]
    return [local_place(one, name) for one in many]


def local_place(given: Place, name: str) -> Path:
    """Return the path of a place that must be local.

    Args:
        name: a noun for the place, for the message.

    Raises:
        InputError: the place is not on the local disk.
    """
    return as_local(place(given), name)


def local_place_or_none(given: Place | None, name: str) -> Path | None:
    """Return the path of a place that must be local, if one is given.

    Raises:
        InputError: the place is not on the local disk.
    """
    return None if given is None else local_place(given, name)
