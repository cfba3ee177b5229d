"""Spans as markers within a text: how they are written, inserted, and read back."""

from crosslabel.projection.markers.convention import (
    BRACKETS,
    CONVENTIONS,
    INDEXED,
    LETTERS,
    Markers,
)
from crosslabel.projection.markers.marking import mark, trimmed
from crosslabel.projection.markers.reading import has_markers
from crosslabel.projection.markers.restoring import Restored, restore

__all__ = ["BRACKETS", "CONVENTIONS", "INDEXED", "LETTERS", "Markers", "Restored", "has_markers",
           "mark", "restore", "trimmed"]
