"""The comparison of the numbers of a text with those of its translation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from crosslabel.pipeline.quality.numerals.digits import groups_of
from crosslabel.pipeline.quality.numerals.equivalence import is_said
from crosslabel.pipeline.quality.numerals.places import Number, Place, Reading
from crosslabel.pipeline.quality.numerals.text import NumberedText

_DIGIT = re.compile(r"\d")
# "One" is often an article, "two" is "both", and Arabic has a dual.
_OFTEN_UNSAID = 2
# Larger numbers are rarely written in words, but for round ones.
_SPEAKABLE, _LONGEST_IN_WORDS = 100, 12


@dataclass(frozen=True, slots=True)
class Differences:
    """The numbers that a text and its translation do not share, as they are written.

    Attributes:
        missing: numbers of the text that are not in the translation.
        invented: numbers of the translation that are not in the text.
        repeated: numbers that the translation has more often than the text.
    """

    missing: tuple[str, ...] = ()
    invented: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.invented or self.repeated)


def differences(text: str, translation: str, lang: str, translation_lang: str) -> Differences:
    """Return how the numbers in digits of a translation differ from those of its text.

    A number is the same in any digits, grouping and words, and in what people make of it in
    another language: clock times, decades, metric measures. What people often leave out counts
    only where the other side has a number too much.
    """
    if not _DIGIT.search(text) and not _DIGIT.search(translation):
        return Differences()
    source, target = NumberedText(text, lang), NumberedText(translation, translation_lang)
    given, made = _readings(source, target), _readings(target, source)
    missing, invented = _unsaid(given, source, target), _unsaid(made, target, source)
    if not (missing and invented and source.words_known and target.words_known):
        missing = [number for number in missing if not _may_be_unsaid(number, target)]
        invented = [number for number in invented if not _may_be_unsaid(number, source)]
    missing += _more_often(given, source, target)
    repeated = _more_often(made, target, source)
    if not _stuttered(given, text):
        repeated += _stuttered(made, translation)
    return Differences(_written(missing, text), _written(invented, translation),
                       _written(repeated, translation))


def _readings(own: NumberedText, other: NumberedText) -> list[Reading]:
    """Return the reading of each place that the other text says best."""
    return [_best(place, own, other) for place in own.places]


def _best(place: Place, own: NumberedText, other: NumberedText) -> Reading:
    """Return the first reading that the other text says, perhaps with the month in words."""
    unsaid = [_unsaid([reading], own, other) for reading in place]
    for reading, numbers in zip(place, unsaid, strict=True):
        if not numbers:
            return reading
    for reading, numbers in zip(place, unsaid, strict=True):
        if len(numbers) < len(reading) and all(number.role == "month" for number in numbers):
            return reading
    return place[0]


def _unsaid(
    readings: Sequence[Reading], own: NumberedText, other: NumberedText
) -> list[Number]:
    return [number for reading in readings for number in reading
            if not is_said(number, own, other)]


def _may_be_unsaid(number: Number, other: NumberedText) -> bool:
    """Return whether people may leave a number out, or write it in words that are not known."""
    if number.role == "month":
        return True
    figures = "".join(groups_of(number.written))
    if len(figures) > _LONGEST_IN_WORDS or Decimal(figures) not in number.values or (
            figures != str(int(figures))):
        return False
    return int(figures) <= _OFTEN_UNSAID or (
        not other.words_known and (int(figures) <= _SPEAKABLE or _is_round(figures)))


def _is_round(figures: str) -> bool:
    """Return whether a number is short in words, as 30,000 and the 1930s are."""
    significant = len(figures.rstrip("0"))
    return significant <= 2 or (significant == 3 and len(figures) == 4 and figures < "21")


def _more_often(
    readings: Sequence[Reading], own: NumberedText, other: NumberedText
) -> list[Number]:
    """Return the numbers that the other text has too, but not as often.

    The month of a date and the minutes of a time may be in words there, so they do not count.
    """
    seen: Counter[Decimal] = Counter()
    more = []
    for number in (number for reading in readings for number in reading):
        if number.role in ("month", "minute"):
            continue
        value = min(number.amounts)
        seen[value] += 1
        if 0 < other.counts[value] < seen[value] and value not in other.words:
            more.append(number)
    return more


def _stuttered(readings: Sequence[Reading], text: str) -> list[Number]:
    """Return the numbers that repeat the end of the number before: ``2018 2018``, ``1,234 234``."""
    numbers = [number for reading in readings for number in reading]
    return [following for number, following in pairwise(numbers)
            if text[number.start + len(number.written):following.start].isspace()
            and following.written in (number.written, groups_of(number.written)[-1])]


def _written(numbers: Sequence[Number], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text[n.start:n.start + len(n.written)] for n in numbers))
