"""The numbers of a text in digits, each with what stands around it and what it may be worth."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from typing import Literal

from crosslabel.pipeline.quality.numerals.digits import clusters, groups_of, pieces, values
from crosslabel.pipeline.quality.numerals.scales import letter_scale, scale

Role = Literal["hour", "minute", "month"] | None

_AROUND = 40
_CLOCK = re.compile(r"(?:[01]?\d|2[0-4])[.·,][0-5]\d")
_DAY = re.compile(r"\d{1,2}\.\d{1,2}")
_HOUR_AFTER = re.compile(
    r"\s?(?:[ap]\.?\s?m\b|o.clock|uhr\b|h\b|heures?\b|horas?\b|uur\b|час|[点點时時]|\s?[:：]\s?[0-5]\d|h[0-5]\d)",
    re.IGNORECASE,
)
_MINUTE_BEFORE = re.compile(r"\d\s?[:：h点點时時]\s?$", re.IGNORECASE)
_MONTH_AFTER = re.compile(r"\s?月")
# 5/6/2020, 2020-06-05, 9/15: which of the numbers is the month depends on the country.
_DATE_AFTER = re.compile(r"([./-])\d{1,2}\1\d{2,4}(?!\d)|/\d{1,2}(?!\d)")
_DATE_AROUND = re.compile(r"(?<!\d)\d{1,4}([./-])\d{1,2}\1\d|(?<!\d)\d{1,2}/\d{1,2}(?!\d)")
_LONGEST_DATE_BEFORE = 5
_MONTHS = 12
# "2 to 3 million": the first number is one of millions too.
_UP_TO_NEXT = re.compile(r"[^\w]{0,3}(?:[^\W\d_]{0,4}|per\s?cent)[^\w]{0,3}(?=\d)")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in digits.

    Attributes:
        written: as in the text, but for digits, which are ASCII.
        start: its place in the text.
        before, after: the text around it.
        values: what its digits may be worth.
        scaled: the same with the words behind them (``5 million``); empty without such words.
        role: its part in a time or date.
    """

    written: str
    start: int
    before: str
    after: str
    values: frozenset[Decimal]
    scaled: frozenset[Decimal] = frozenset()
    role: Role = None

    @property
    def amounts(self) -> frozenset[Decimal]:
        """What it may be worth as a whole."""
        return self.scaled or self.values


Reading = tuple[Number, ...]
Place = tuple[Reading, ...]
"""The ways to read a stretch of digits, the one with the fewest numbers first."""


def places(text: str, lang: str) -> list[Place]:
    """Return the places of a text with numbers in digits.

    Args:
        text: its digits are ASCII.
    """
    return [tuple(_readings(text, cluster, start, lang)) for cluster, start in clusters(text)]


def _readings(text: str, cluster: str, start: int, lang: str) -> Iterator[Reading]:
    for cut in pieces(cluster):
        at, options = start, []
        for piece in cut:
            options.append(list(_piece_readings(text, piece, at, lang)))
            at += len(piece) + 1
        for option in product(*options):
            yield tuple(number for reading in option for number in reading)


def _piece_readings(text: str, piece: str, start: int, lang: str) -> Iterator[Reading]:
    """Yield the readings of a piece of a cluster: one number, or a clock time or a date.

    A piece with spaces that is no number has none; the cluster is cut there too.
    """
    if not values(piece):
        if not any(map(str.isspace, piece)):
            yield _parts(text, piece, start, lang)
        return
    yield (_number(text, piece, start, lang),)
    after = text[start + len(piece):start + len(piece) + 1]
    if roles := _roles_of_two(piece, after):
        parts = _parts(text, piece, start, lang)
        yield tuple(_as(part, role) for part, role in zip(parts, roles, strict=True))


def _parts(text: str, piece: str, start: int, lang: str) -> Reading:
    """Return each group of digits as a number."""
    parts = []
    for group in groups_of(piece):
        parts.append(_number(text, group, start, lang))
        start += len(group) + 1
    return tuple(parts)


def _roles_of_two(piece: str, after: str) -> tuple[Role, ...]:
    """Return the roles of two groups of digits that may be a time or a day; none if they are not.
    """
    if _CLOCK.fullmatch(piece):
        return "hour", "minute"
    return ("month", "month") if _DAY.fullmatch(piece) and after == "." else ()


def _as(number: Number, role: Role) -> Number:
    return replace(number, role=role)


def _number(text: str, written: str, start: int, lang: str) -> Number:
    end = start + len(written)
    before, after = text[max(0, start - _AROUND):start], text[end:end + _AROUND]
    factor = scale(after, lang)
    worth = values(written, scaled=factor is not None)
    scaled = frozenset(value * factor for value in worth) if factor else frozenset()
    if not factor:
        other = letter_scale(after) or _next_scale(text, end, lang)
        worth |= frozenset(value * other for value in worth) if other else frozenset()
        worth |= frozenset(value + _fraction(after) for value in worth)
    return Number(written, start, before, after, worth, scaled, _role(written, before, after))


def _next_scale(text: str, end: int, lang: str) -> Decimal | None:
    between = _UP_TO_NEXT.match(text, end, end + _AROUND)
    following = between and _DIGITS.match(text, between.end(), between.end() + _AROUND)
    if not following:
        return None
    after = text[following.end():following.end() + _AROUND]
    return scale(after, lang) or letter_scale(after)


def _fraction(after: str) -> Decimal:
    """Return the fraction that stands behind a number (``2½``), 0 if there is none."""
    sign = after.lstrip()[:1]
    if not unicodedata.decomposition(sign or " ").startswith("<fraction>"):
        return Decimal(0)
    return Decimal(str(unicodedata.numeric(sign)))


def _role(written: str, before: str, after: str) -> Role:
    if len(written) == 2 and _MINUTE_BEFORE.search(before):
        return "minute"
    if _HOUR_AFTER.match(after):
        return "hour"
    return "month" if _MONTH_AFTER.match(after) or _in_date(written, before, after) else None


def _in_date(written: str, before: str, after: str) -> bool:
    """Return whether a number may be the month of a date in digits."""
    if not written.isdecimal() or len(written) > 2 or not 1 <= int(written) <= _MONTHS:
        return False
    if _DATE_AFTER.match(after):
        return True
    lead = before[-_LONGEST_DATE_BEFORE:]
    around = _DATE_AROUND.search(f"{lead}{written}{after[:2]}")
    return around is not None and around.end() > len(lead)
