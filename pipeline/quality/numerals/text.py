"""All that a text says in numbers, for lookups from its translation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from crosslabel.pipeline.quality.numerals.digits import ascii_digits
from crosslabel.pipeline.quality.numerals.places import Number, Place, places
from crosslabel.pipeline.quality.numerals.roman import roman_values
from crosslabel.pipeline.quality.numerals.units import Conversions
from crosslabel.pipeline.quality.numerals.words import are_known, word_values

# English measures are converted; other languages have had metric ones long enough.
_WITH_UNITS = "en"
_SHORT_YEAR = re.compile(r"(?:\d{4}\s?[-–/]\s?|['’`]|[^\W\d_])$")
_CALL_NUMBER = re.compile(r"\d(?:[\s()./-]{0,3}\d){6,}")
_SEPARATORS = re.compile(r"\D")


class NumberedText:
    """The numbers of a text.

    Attributes:
        lang: its language.
        words_known: whether number words of the language are known.
        places: where it has numbers in digits.
        words: all values that its number words may have.
        plain: all values of numbers without a word that multiplies them, and of words.
        scaled: all values of numbers with such a word.
        mantissas: all values of the digits of these.
        hours: all values that may be hours of a clock time.
        short_years: all values that may be the last two digits of a year.
        calls: digits of telephone numbers and the like.
        amounts: all values as they are, in their order.
        has_units: whether it may measure in English units.
        converted: what its English measures are in metric units.
        counts: how often each value occurs in digits.
    """

    def __init__(self, text: str, lang: str) -> None:
        text = ascii_digits(text)
        self.lang = lang
        self.words_known = are_known(lang)
        self.places: list[Place] = places(text, lang)
        self.words = word_values(text, lang) | roman_values(text)
        numbers = list(_all_numbers(self.places))
        self.plain = _union(n.values for n in numbers if not n.scaled) | self.words
        self.scaled = _union(n.scaled for n in numbers)
        self.mantissas = _union(n.values for n in numbers if n.scaled)
        self.hours = _union(n.values for n in numbers if n.role == "hour")
        self.short_years = _union(n.values for n in numbers if is_short_year(n))
        self._calls = [(found.start(), found.end(), _SEPARATORS.sub("", found.group()))
                       for found in _CALL_NUMBER.finditer(text)]
        self.calls = {digits for _, _, digits in self._calls}
        self.amounts = sorted(map(float, self.plain | self.scaled))
        self.has_units = lang.split("-")[0] == _WITH_UNITS
        self.converted = (Conversions(text, numbers, self.words) if self.has_units
                          else Conversions("", (), ()))
        self.counts = _counts(self.places)

    def call_of(self, number: Number) -> str | None:
        """Return the digits of the telephone number that a number is part of, if it is."""
        return next((digits for start, end, digits in self._calls if start <= number.start < end),
                    None)


def is_short_year(number: Number) -> bool:
    """Return whether a number may be the end of a year: ``1950-53``, ``'84``, ``SS19``."""
    return len(number.written) == 2 and bool(_SHORT_YEAR.search(number.before))


def _all_numbers(found: Iterable[Place]) -> Iterable[Number]:
    return (number for place in found for reading in place for number in reading)


def _union(sets: Iterable[frozenset[Decimal]]) -> set[Decimal]:
    return {value for values in sets for value in values}


def _counts(found: Iterable[Place]) -> Mapping[Decimal, int]:
    """Return how often each value may occur, in the reading of each place that has it most."""
    counts: Counter[Decimal] = Counter()
    for place in found:
        most: Counter[Decimal] = Counter()
        for reading in place:
            most |= Counter(value for number in reading for value in
                            number.values | number.scaled)
        counts.update(most)
    return counts
