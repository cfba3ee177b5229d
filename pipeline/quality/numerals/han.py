"""Numbers in Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_DIGITS = {character: n for n, character in enumerate("〇一二三四五六七八九")}
_DIGITS |= {"零": 0, "两": 2, "兩": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_RUN = re.compile(f"[{''.join((*_DIGITS, *_TENS, *_SCALES))}]+")
# A longer run is no number; its characters still name digits.
_LONGEST = 30


def han_values(text: str) -> set[Decimal]:
    """Return the values of all numbers in Chinese characters, and of single digits of years."""
    return {value for run in _RUN.findall(text) for value in _values(run)}


def _values(run: str) -> Iterator[Decimal]:
    digits = [_DIGITS[character] for character in run if character in _DIGITS]
    if len(digits) == len(run) or len(run) > _LONGEST:
        yield from map(Decimal, digits)
    if len(run) > _LONGEST:
        return
    yield Decimal("".join(map(str, digits))) if len(digits) == len(run) else _worth(run)


def _worth(run: str) -> Decimal:
    total = section = digit = 0
    for character in run:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _TENS:
            section += (digit or 1) * _TENS[character]
            digit = 0
        else:
            total = (total + section + digit or 1) * _SCALES[character]
            section = digit = 0
    return Decimal(total + section + digit)
