"""Spans as markers within a text: how they are written, put in, and found again."""

from projection.markers.convention import BRACKETS, CONVENTIONS, INDEXED, LETTERS, Markers
from projection.markers.marking import mark, trimmed
from projection.markers.reading import has_markers
from projection.markers.restoring import Restored, restore

__all__ = ["BRACKETS", "CONVENTIONS", "INDEXED", "LETTERS", "Markers", "Restored", "has_markers",
           "mark", "restore", "trimmed"]
