"""Ranges from an opening to the next closing, in time that grows with the text and no faster."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from crosslabel.projection.interface import Range


def enclosed(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> Iterator[Range]:
    """Yield the ranges from each opening to the first closing behind it, without overlaps.

    If the patterns have a group, an opening is closed only by the same text (in any case).
    """
    ends: dict[str, list[Range]] = {}
    for match in closing.finditer(text):
        ends.setdefault(_name(match), []).append(match.span())
    done = 0
    for match in opening.finditer(text):
        closings = ends.get(_name(match), [])
        place = bisect_left(closings, (match.end(), 0))
        if match.start() >= done and place < len(closings):
            done = closings[place][1]
            yield match.start(), done


def _name(match: re.Match[str]) -> str:
    return match.group(1).lower() if match.re.groups else ""
