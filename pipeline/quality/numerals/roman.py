"""Roman numerals of centuries, kings and chapters."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

# One letter alone is a number only if it is no word; "XIXe" is French.
_NUMERAL = re.compile(r"(?<!\w)(?=[IVX]{2}|[VX])(X{0,3}(?:IX|IV|V?I{0,3}))(?:er?|ème)?(?!\w)")
_LETTERS = {"I": 1, "V": 5, "X": 10, " ": 0}


def roman_values(text: str) -> set[Decimal]:
    """Return the values of the Roman numerals up to 39 in a text."""
    return {_worth(numeral) for numeral in _NUMERAL.findall(text)}


def _worth(numeral: str) -> Decimal:
    values = [_LETTERS[letter] for letter in f"{numeral} "]
    return Decimal(sum(-one if one < following else one for one, following in pairwise(values)))
