"""Words that stand for protected parts in the text that a model translates.

They look like names, which models copy; ``python -m benchmarks.protection.protection`` measures
how often.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crosslabel.projection.interface import Range
from crosslabel.projection.scripts import is_unspaced_character

CARRIERS = ("XY", "ABC", "ZZ", "BSE", "Omega", "Thomas", "Delta", "Peter")


def carriers_for(text: str, count: int) -> tuple[str, ...] | None:
    """Return carriers that a text does not hold, or ``None`` if there are too few."""
    folded = text.casefold()
    free = [carrier for carrier in CARRIERS if carrier.casefold() not in folded]
    return tuple(free[:count]) if len(free) >= count else None


def places(translation: str, carriers: Sequence[str]) -> list[Range] | None:
    """Return where each carrier stands in a translation.

    Returns:
        ``None`` if one of them is missing, stands there more than once, or is a part of a word.
    """
    found = []
    for carrier in carriers:
        matches = [match.span() for match in re.finditer(re.escape(carrier), translation)]
        if len(matches) != 1 or not _stands_alone(translation, matches[0]):
            return None
        found += matches
    return found


def _stands_alone(text: str, range_: Range) -> bool:
    start, end = range_
    return not any(character.isalnum() and not is_unspaced_character(character)
                   for character in (text[max(start - 1, 0):start], text[end:end + 1])
                   if character)
