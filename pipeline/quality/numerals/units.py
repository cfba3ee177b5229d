"""Numbers that a translator converted: from English units to metric ones."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from crosslabel.pipeline.quality.numerals.places import Number

_ROUNDING = 0.075
_DEGREE = 1.1


class _Unit(NamedTuple):
    after_number: re.Pattern[str]
    in_words: re.Pattern[str]
    factors: tuple[float, ...]


def _unit(names: str, signs: str, *factors: float) -> _Unit:
    between = r"[\s-]*(?:(?:to|and|or|[-–])?\s?\d+[\s-]+)?(?:[^\W\d]+[\s-]+)?"
    signs = f"|{signs}" if signs else ""
    return _Unit(re.compile(rf"{between}(?:(?:{names})(?!\w){signs})", re.IGNORECASE),
                 re.compile(rf"\w[\s-](?:{names})(?!\w)", re.IGNORECASE), factors)


_UNITS = (
    _unit("miles?|mph|mi", "", 1.609344, 0.868976), _unit("feet|foot|ft", "['’′]", 0.3048, 30.48),
    _unit("inch(?:es)?", "[\"”″]", 2.54, 25.4, 0.0254), _unit("yards?|yds?", "", 0.9144),
    _unit("pounds?|lbs?", "", 0.45359237), _unit("ounces?|oz", "", 28.35),
    _unit("acres?", "", 0.4047, 4047), _unit("gallons?", "", 3.785, 4.546),
    _unit("stones?", "", 6.35), _unit(r"square miles?|sq\.? mi(?:les)?", "", 2.59),
)
_AS_DEGREES = re.compile(r"s?[\s-]*(?:[^\W\d]+[\s-]+)?(?:degrees?|°|º|F\b)|s\b", re.IGNORECASE)


class Conversions:
    """The metric values of the English measures in a text.

    Args:
        words: values of the number words of the text.
    """

    def __init__(self, text: str, numbers: Collection[Number], words: Collection[Decimal]) -> None:
        named = [*map(float, words), 0.5, 1.0]
        found = {value for number in numbers for value in _lengths(number)}
        found |= {value * factor for unit in _UNITS if unit.in_words.search(text)
                  for factor in unit.factors for value in named}
        self._lengths = sorted(found)
        self._degrees = sorted({value for number in numbers for value in _degrees(number)})

    def have(self, number: Number) -> bool:
        """Return whether a number may be one of them, rounded."""
        return any(
            _between(self._lengths, value / (1 + _ROUNDING), value / (1 - _ROUNDING))
            or _between(self._degrees, value - _DEGREE, value + _DEGREE)
            for value in map(float, number.amounts)
        )


def is_converted(number: Number, amounts: Sequence[float]) -> bool:
    """Return whether amounts, in their order, have the metric value of an English measure."""
    return any(
        _between(amounts, value * (1 - _ROUNDING), value * (1 + _ROUNDING))
        for value in _lengths(number)
    ) or any(_between(amounts, value - _DEGREE, value + _DEGREE) for value in _degrees(number))


def _lengths(number: Number) -> Iterator[float]:
    for unit in _UNITS:
        if unit.after_number.match(number.after):
            for value in map(float, number.amounts):
                yield from (value * factor for factor in unit.factors if value > 0)


def _degrees(number: Number) -> Iterator[float]:
    """Yield the degrees that a number in Fahrenheit is, as a temperature and as a difference."""
    if _AS_DEGREES.match(number.after):
        for value in map(float, number.values):
            yield from ((value - 32) * 5 / 9, value * 5 / 9)


def _between(values: Sequence[float], lowest: float, highest: float) -> bool:
    """Return whether one of the values, which are in their order, is in a range."""
    at = bisect_left(values, lowest)
    return at < len(values) and values[at] <= highest
