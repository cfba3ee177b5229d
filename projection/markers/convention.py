"""The conventions for writing spans into a text as markers.

A convention belongs to a checkpoint: a translation model keeps the markers it was tuned on.
LabelPigeon (Findings of ACL 2026) was tuned on ``<a>…</a>`` without spaces, EasyProject (Chen et
al. 2023) on ``[ … ]`` with spaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_lowercase
from types import MappingProxyType

from crosslabel.projection.errors import InputError

LETTER, NUMBER = "{letter}", "{number}"


@dataclass(frozen=True, slots=True)
class Markers:
    """A convention for markers.

    Attributes:
        opening, closing: the texts before and after a span. ``{letter}`` (a, b, … z, aa, …) or
            ``{number}`` (0, 1, …) identifies the span; without either, markers tell spans apart by
            their order only.
        spaced: whether markers are separate words, with spaces around them.

    Raises:
        InputError: a marker is empty, both are the same, they do not identify the span in the same
            way, or nothing would set them apart from the words beside them.
    """

    opening: str
    closing: str
    spaced: bool

    def __post_init__(self) -> None:
        opening, closing = self.opening.strip(), self.closing.strip()
        if not opening or not closing:
            raise InputError("markers: opening and closing must not be empty")
        if opening == closing:
            raise InputError("markers: opening and closing must differ")
        for name in (LETTER, NUMBER):
            if (name in opening) != (name in closing):
                raise InputError(f"markers: {name} must stand in both opening and closing")
        if LETTER in opening and NUMBER in opening:
            raise InputError(f"markers: give {LETTER} or {NUMBER}, not both")
        if not self.spaced and any(map(_is_wordlike, (opening, closing))):
            raise InputError("markers: a marker that begins or ends like a word must be spaced")

    @property
    def identify(self) -> bool:
        """Whether a marker identifies the span it belongs to."""
        return LETTER in self.opening or NUMBER in self.opening

    def pair(self, number: int) -> tuple[str, str]:
        """Return the opening and closing marker of the span with a number, counted from 0."""
        name = self.name(number)
        opening, closing = (
            text.strip().replace(LETTER, name).replace(NUMBER, name)
            for text in (self.opening, self.closing)
        )
        return opening, closing

    def name(self, number: int) -> str:
        """Return the letters or digits that identify the span with a number in its markers."""
        return str(number) if NUMBER in self.opening else _letters(number)


def _is_wordlike(marker: str) -> bool:
    first, last = marker[0], marker[-1]
    return first.isalnum() or last.isalnum() or first == "{" or last == "}"


def _letters(number: int) -> str:
    """Return the name of a number: a, b, … z, aa, ab, …"""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, len(ascii_lowercase))
        name = ascii_lowercase[rest] + name
    return name


LETTERS = Markers("<{letter}>", "</{letter}>", spaced=True)
INDEXED = Markers("<{number}>", "</{number}>", spaced=True)
BRACKETS = Markers("[", "]", spaced=True)
CONVENTIONS: Mapping[str, Markers] = MappingProxyType({
    "letters": LETTERS,
    "indexed": INDEXED,
    "brackets": BRACKETS,
    "labelpigeon": Markers("<{letter}>", "</{letter}>", spaced=False),
    "easyproject": BRACKETS,
})
"""Conventions by name."""
