"""The ways to write the tag of a word: ``B-PER``, ``PER-B``, ``B_PER``, ``b-per``, ``PER``, ``B``.

Each tag has a position (``B`` begins a span, ``I`` goes on, ``E`` ends it, ``S`` is a span of one
word) and a label. ``M`` is written for ``I``, ``L`` for ``E``, ``U`` and ``W`` for ``S``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from crosslabel.projection.errors import InputError

Style = Literal["prefix", "suffix", "label", "position"]

UNNAMED_LABEL = "ENTITY"
"""Label of spans whose tags say no label: ``B``, ``I``, ``O``."""

LETTERS = "BIESLUMW"
_POSITIONS = {"M": "I", "L": "E", "U": "S", "W": "S"}
_SEVERAL = re.compile(r"[BIESLUMW]-.*?[|#,;&+\s](?:O$|[BIESLUMW]-)|[BIESLUMW]-.*?/(?:O$|[BI]-)")
"""Several tags in one cell: ``B-ORG|B-LOC``, ``B-ORG#B-LOC``, ``B-ORG B-LOC``."""
_LABEL = re.compile(r"[^\W\d_](?:.*\w)?", re.DOTALL)


class Tag(NamedTuple):
    """The position of a word in a span, one of ``B``, ``I``, ``E`` and ``S``, and the label."""

    position: str
    label: str


@dataclass(frozen=True)
class Scheme:
    """How the tags of a column are written.

    Attributes:
        style: where the label stands: behind the position (``prefix``, ``B-PER``), before it
            (``suffix``, ``PER-B``), alone (``label``, ``PER``), or nowhere (``position``, ``B``).
        separator: what stands between position and label.
        outside: the tag of a word outside all spans.
        lower: whether positions are small letters.
    """

    style: Style = "prefix"
    separator: str = "-"
    outside: str = "O"
    lower: bool = False

    @property
    def marks_beginnings(self) -> bool:
        """Whether a beginning is told from a continuation."""
        return self.style != "label"

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        letters = LETTERS.lower() if self.lower else LETTERS
        position, label = f"(?P<position>[{letters}])", "(?P<label>.+)"
        separator = re.escape(self.separator)
        return re.compile({
            "prefix": f"{position}{separator}{label}",
            "suffix": f"{label}{separator}{position}",
            "position": position,
            "label": f"(?P<label>{_LABEL.pattern})",
        }[self.style], re.DOTALL if self.style == "label" else 0)

    def parse(self, tag: str | None) -> Tag | None:
        """Return the parts of a tag, or ``None`` if the word is outside all spans.

        Raises:
            InputError: it is no tag of this scheme.
        """
        if tag == self.outside:
            return None
        match = self._match(tag or "")
        if match is None:
            raise InputError(f"unknown-tag: {tag!r} is not {self.expected()}; use the task words "
                             "if words are labelled without these")
        found = match.groupdict()
        letter = found.get("position", "I").upper()
        return Tag(_POSITIONS.get(letter, letter), found.get("label", UNNAMED_LABEL))

    def letter(self, tag: str) -> str:
        """Return the position as it is written in a tag, or nothing if there is none."""
        match = None if tag == self.outside else self._match(tag)
        return match.groupdict().get("position", "") if match else ""

    def has(self, tag: str) -> bool:
        """Return whether a text is a tag of this scheme."""
        return tag == self.outside or self._match(tag) is not None

    def _match(self, tag: str) -> re.Match[str] | None:
        return None if _SEVERAL.search(tag) else self._pattern.fullmatch(tag)

    def expected(self) -> str:
        """Return the tags of this scheme for an error message."""
        letters = list("bieslu" if self.lower else "BIESLU")
        if self.style == "label":
            return f"{self.outside} or a label"
        if self.style == "position":
            return f"{self.outside} or one of {', '.join(letters)}"
        written = [letter + self.separator if self.style == "prefix" else self.separator + letter
                   for letter in letters]
        return f"{self.outside} or {', '.join(written)} with a label"


STANDARD = Scheme()
"""``O``, or ``B-``, ``I-``, ``E-``, ``S-`` and the like with a label."""
