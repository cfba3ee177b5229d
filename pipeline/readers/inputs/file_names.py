"""Names of the files of an input, and patterns of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from crosslabel.pipeline.storage.location import Location, is_local

_PATTERN = re.compile(r"[*?[]")


def has_pattern(name: str) -> bool:
    """Return whether a name stands for the names that fit it: it has ``*``, ``?`` or ``[``."""
    return _PATTERN.search(name) is not None


def folder_of_pattern(place: Location) -> tuple[Location, str]:
    """Return the folder that a pattern starts from, and the pattern below it."""
    parts: list[str] = []
    while has_pattern(str(place)):
        parts.insert(0, place.name)
        place = place.parent
    return place, "/".join(parts)


def names_below(places: Sequence[Location]) -> list[str]:
    """Return the names of places as paths from the deepest folder that holds them all."""
    if len(places) == 1:
        return [places[0].name]
    texts = [_text(place).split("/") for place in places]
    shared = 0
    for parts in zip(*(text[:-1] for text in texts), strict=False):
        if len(set(parts)) > 1:
            break
        shared += 1
    return ["/".join(text[shared:]) for text in texts]


def _text(place: Location) -> str:
    return Path(place).as_posix() if is_local(place) else str(place)
