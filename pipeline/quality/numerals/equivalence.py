"""Whether a text says a number of its translation too, in any of the ways that languages differ.

Each rule takes a number, the text that it is in and the other one.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from crosslabel.pipeline.quality.numerals.places import Number
from crosslabel.pipeline.quality.numerals.text import NumberedText, is_short_year
from crosslabel.pipeline.quality.numerals.units import is_converted

_FIRST_YEAR, _LAST_YEAR = 1000, 2100
_FIRST_CENTURY, _LAST_CENTURY = 11, 21
_HALF = Decimal("0.5")
_CENTURIES = tuple(map(Decimal, (1700, 1800, 1900, 2000)))
_HALF_DAY, _DAY = 12, 24
_QUARTERS = (15, 30, 45)

Rule = Callable[[Number, NumberedText, NumberedText], bool]


def is_said(number: Number, own: NumberedText, other: NumberedText) -> bool:
    """Return whether the other text says a number, in digits or in words."""
    return any(rule(number, own, other) for rule in _RULES)


def _same_value(number: Number, own: NumberedText, other: NumberedText) -> bool:
    if number.scaled:
        # "2 to 3 million" says 2 without its million.
        return bool(number.scaled & (other.scaled | other.plain) or number.values & other.plain)
    return bool(number.values & (other.plain | other.scaled | other.mantissas))


def _same_figures(number: Number, own: NumberedText, other: NumberedText) -> bool:
    """Where the words for millions are not known, only the figures can be compared."""
    if other.words_known or not number.scaled:
        return False
    figures = {_figures(value) for value in number.values}
    return any(_figures(value) in figures for value in other.plain)


def _figures(value: Decimal) -> tuple[int, ...]:
    return value.normalize().as_tuple().digits


def _year(number: Number, own: NumberedText, other: NumberedText) -> bool:
    """The 1930s are the thirties, and 1950-53 is 1950 to 1953."""
    for value in number.values:
        if _FIRST_YEAR <= value < _LAST_YEAR and value == int(value):
            end = value % 100
            if end in other.short_years or (end % 10 == 0 and end in other.plain):
                return True
        is_short = value < 100 and (is_short_year(number) or (value > 0 and value % 10 == 0))
        if is_short and any(century + value in other.plain for century in _CENTURIES):
            return True
    return False


def _century(number: Number, own: NumberedText, other: NumberedText) -> bool:
    """The 1930s are the thirties of the 20th century."""
    return any(
        _FIRST_CENTURY <= value <= _LAST_CENTURY
        and any((value - 1) * 100 + decade in other.plain for decade in range(0, 100, 10))
        for value in number.values
    )


def _half(number: Number, own: NumberedText, other: NumberedText) -> bool:
    """30 minutes are half an hour, 50 % is half of it, and 2.5 is two and a half."""
    if _HALF not in other.words:
        return False
    return any(value in (30, 50) or (value % 1 == _HALF and value - _HALF in other.plain)
               for value in number.values if value < _LAST_YEAR)


def _clock(number: Number, own: NumberedText, other: NumberedText) -> bool:
    """10 p.m. is 22:00, and half past two is "halb drei"."""
    for value in number.values:
        if value > 60:
            continue
        others = {value - _HALF_DAY, value + _HALF_DAY}
        if others & (other.plain if number.role == "hour" else other.hours):
            return True
        if number.role == "hour" and {value + 1, value - 11} & other.words:
            return True
        if number.role == "minute" and (
                value == 0 or 60 - value in other.words
                or (value in _QUARTERS and any(0 < word <= _DAY for word in other.words))):
            return True
    return False


def _converted(number: Number, own: NumberedText, other: NumberedText) -> bool:
    """In languages other than English, measures are metric."""
    return (own.has_units and is_converted(number, other.amounts)) or other.converted.have(number)


def _call_number(number: Number, own: NumberedText, other: NumberedText) -> bool:
    return own.call_of(number) in other.calls


_RULES: tuple[Rule, ...] = (
    _same_value, _same_figures, _year, _century, _half, _clock, _converted, _call_number,
)
