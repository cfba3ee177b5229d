"""The interface that constrained decoding needs of a translation model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from crosslabel.projection.constrained.forced import ForcedDecoder
from crosslabel.projection.constrained.search import Marking
from crosslabel.projection.constrained.template import Template
from crosslabel.projection.interface import Range
from crosslabel.projection.markers import Markers


class Direction(Protocol):
    """Protocol of a translation model from one language into another."""

    marking: Marking
    max_source: int
    max_target: int

    def sources(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of source texts, special tokens included."""
        ...

    def targets(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """Return the token ids of target texts, without special tokens."""
        ...

    def template(self, text: str, words: Sequence[Range]) -> Template:
        """Return the hypotheses about one target text."""
        ...


class MarkerModel(Protocol):
    """Protocol of a translation model that keeps markers."""

    markers: Markers
    decoder: ForcedDecoder

    def direction(self, source: str, target: str) -> Direction:
        """Return the model between two languages (BCP-47 tags).

        Raises:
            InputError: it does not translate in this direction.
        """
        ...
