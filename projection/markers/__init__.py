"""Spans as markers within a text: how they are written, put in, and found again."""

from projection.markers.convention import BRACKETS, CONVENTIONS, INDEXED, LETTERS, Markers
from projection.markers.marking import mark

__all__ = ["BRACKETS", "CONVENTIONS", "INDEXED", "LETTERS", "Markers", "mark"]
