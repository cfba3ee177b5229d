"""What the offsets of a file count, found out from the texts that its spans give.

Offsets should count code points and end behind the last one. JavaScript and Java count UTF-16
units, C and Rust bytes of UTF-8, and some files give the last character itself as the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.projection.interface import Range

Unit = Literal["code points", "bytes of UTF-8", "UTF-16 units"]
_ENCODINGS: Mapping[Unit, tuple[str, int]] = {
    "bytes of UTF-8": ("utf-8", 1), "UTF-16 units": ("utf-16-le", 2),
}  # fmt: skip
_WRONG_SHARE = 0.05
"""Share of the spans that may be wrong by themselves without hiding how the others count."""

SURFACES = ("text", "surface", "mention")
"""Names of the text of a span."""
_OTHER_NAMES = ("word", "value", "name", "form")


@dataclass(frozen=True, slots=True)
class Counting:
    """How offsets count: in which unit, and whether the end is the last unit itself."""

    unit: Unit = "code points"
    last_included: bool = False

    def __str__(self) -> str:
        return f"{self.unit}{', the end included' if self.last_included else ''}"

    def code_points(self, text: str, start: int, end: int) -> Range | None:
        """Return a range of a text in code points; ``None`` if it is none in this unit."""
        end += self.last_included
        if self.unit == "code points":
            return (start, end) if 0 <= start < end <= len(text) else None
        places = _place(text, start, self.unit), _place(text, end, self.unit)
        return None if None in places else (places[0] or 0, places[1] or 0)


USUAL = Counting()
COUNTINGS = tuple(Counting(unit, last) for last in (False, True)
                  for unit in ("code points", *_ENCODINGS))


def _told_text(span: Mapping[str, Any]) -> str | None:
    """Return the text that a span gives, also under names that may hold a normal form of it."""
    given = (span.get(name) for name in (*SURFACES, *_OTHER_NAMES))
    return next((value for value in given if isinstance(value, str) and value), None)


def tells_text(span: Mapping[str, Any]) -> bool:
    """Return whether a span shows how its offsets count."""
    return _told_text(span) is not None


def surface_of(span: Mapping[str, Any]) -> str | None:
    """Return the text that a span gives for itself, or ``None`` if it gives none."""
    given = (span.get(name) for name in SURFACES)
    return next((value for value in given if isinstance(value, str) and value), None)


def counting_of(rows: Iterable[tuple[str, Row]]) -> Counting:
    """Return how the offsets of a file count: as fits nearly all texts of its spans.

    The usual way is preferred to any other that fits as well; if none fits, it is the usual one,
    and each span is judged by itself.

    Args:
        rows: texts and their spans with ``start``, ``end`` and a text of their own.
    """
    fits = dict.fromkeys(COUNTINGS, 0)
    total = 0
    for text, span in rows:
        surface = _told_text(span)
        if surface is None or surface not in text:
            continue
        total += 1
        for counting in fits:
            place = counting.code_points(text, span["start"], span["end"])
            fits[counting] += place is not None and text[slice(*place)] == surface
    best = max(fits, key=lambda counting: fits[counting])
    return best if total and fits[best] >= (1 - _WRONG_SHARE) * total else USUAL


def converted(text: str, span: Row, counting: Counting) -> Row:
    """Return a span with offsets in code points, unchanged if it has none that can be converted."""
    if counting == USUAL or "start" not in span or "end" not in span:
        return span
    place = counting.code_points(text, span["start"], span["end"])
    return span if place is None else {**span, "start": place[0], "end": place[1]}


def _place(text: str, offset: int, unit: Unit) -> int | None:
    """Return the number of code points before an offset; ``None`` if it is within a character."""
    encoding, size = _ENCODINGS[unit]
    encoded = text.encode(encoding, "surrogatepass")
    if not 0 <= offset * size <= len(encoded):
        return None
    try:
        return len(encoded[:offset * size].decode(encoding, "surrogatepass"))
    except UnicodeDecodeError:
        return None
