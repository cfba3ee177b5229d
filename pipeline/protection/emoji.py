"""Emoji, as whole as they are seen: with skin tone, joined, flags and keycaps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

import regex

from crosslabel.pipeline.protection.masks import COVER
from crosslabel.pipeline.protection.parts import Part
from crosslabel.projection.interface import Range

KIND = "emoji"
# ©, ® and ™ are signs of texts, unless they are followed by the selector of the picture.
_PICTURE = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}--[©®™]]|\uFE0F|\u20E3",
                         regex.VERSION1)
# Flags first: a long row of them is slow to take apart otherwise.
_CLUSTER = regex.compile(r"\p{Regional_Indicator}{2}\p{M}*+|\X")


def find_emoji(text: str) -> Iterator[Part]:
    """Yield the emoji of a text, each with all that belongs to it."""
    if not text.isascii():
        places = [match.start() for match in _PICTURE.finditer(text)]
        for start, end in clusters_at(text, places):
            yield Part(start, end, KIND, "mark")


def clusters_at(text: str, places: Iterable[int]) -> list[Range]:
    """Return the characters, as a reader sees them, that stand at some places of a text.

    What is covered is in none of them, even if an accent follows it.
    """
    places = sorted(places)
    if not places:
        return []
    starts = [match.start() for match in _CLUSTER.finditer(text)] + [len(text)]
    numbers = dict.fromkeys(bisect_right(starts, place) - 1 for place in places)
    return [_bare(text, starts[number], starts[number + 1]) for number in numbers]


def _bare(text: str, start: int, end: int) -> Range:
    while text[start] == COVER:
        start += 1
    while text[end - 1] == COVER:
        end -= 1
    return start, end
