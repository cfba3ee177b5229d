"""What constrained decoding needs of a translation model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from crosslabel.projection.constrained.forced import ForcedDecoder
from crosslabel.projection.constrained.search import Marking
from crosslabel.projection.constrained.template import Template
from crosslabel.projection.interface import Range
from crosslabel.projection.markers import Markers


class Direction(Protocol):
    """A translation model from one language into another."""

    marking: Marking
    max_source: int
    max_target: int

    def sources(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of source texts, special tokens included."""
        ...

    def targets(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """Token ids of target texts, without special tokens."""
        ...

    def template(self, text: str, words: Sequence[Range]) -> Template:
        """The hypotheses about one target text."""
        ...


class MarkerModel(Protocol):
    """A translation model that keeps markers."""

    markers: Markers
    decoder: ForcedDecoder

    def direction(self, source: str, target: str) -> Direction:
        """The model between two languages (BCP-47 tags).

        Raises:
            InputError: it does not translate in this direction.
        """
        ...
