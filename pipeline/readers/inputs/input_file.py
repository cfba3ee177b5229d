"""A file of an input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crosslabel.pipeline.storage.location import Location


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file of an input, or a folder that ``datasets`` saved, which is read like a file.

    Attributes:
        place: where it is.
        name: what rejects call it: its path from the folder that holds all files of the input.
        split: the split of its rows; ``None`` if nothing says it.
        features: ``datasets`` feature by column, where something beside the file describes them.
    """

    place: Location
    name: str
    split: str | None = None
    features: Mapping[str, Any] | None = None
