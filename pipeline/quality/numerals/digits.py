"""Numbers in digits: where they stand, and what they can be worth in any language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal

_SPACES = " \u00a0\u2009\u202f"
_SAME_MARK = str.maketrans("٬،’" + _SPACES, ",,'" + " " * len(_SPACES))
_GROUPING, _FRACTION = ".,'· ", ".,٫·"
_CLUSTER = re.compile(rf"\d+(?:[.,٬،٫'’·]\d+|[{_SPACES}]\d{{3}}(?!\d))*")
_MARK = re.compile(r"\D")
# More groups with spaces between them are a list, not an amount.
_MOST_SPACES = 5


def ascii_digits(text: str) -> str:
    """Return the text with the digits of all scripts as ASCII; offsets stay the same."""
    return text if text.isascii() else "".join(map(_ascii, text))


def _ascii(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def clusters(text: str) -> Iterator[tuple[str, int]]:
    """Yield the longest runs of digits, with marks or spaces of numbers inside, and their places.
    """
    for found in _CLUSTER.finditer(text):
        yield found.group(), found.start()


def pieces(cluster: str) -> Iterator[list[str]]:
    """Yield the ways to cut a cluster at its spaces, the whole first: ``20 300`` may be two."""
    groups = re.split(f"[{_SPACES}]", cluster)
    spaces = len(groups) - 1
    if spaces > _MOST_SPACES:
        yield groups
        return
    marks = re.findall(f"[{_SPACES}]", cluster)
    for cuts in range(1 << spaces):
        parts = groups[:1]
        for number, group in enumerate(groups[1:]):
            if cuts >> number & 1:
                parts.append(group)
            else:
                parts[-1] += marks[number] + group
        yield parts


def groups_of(number: str) -> list[str]:
    """Return the groups of digits of a number."""
    return _MARK.split(number)


def values(written: str, *, scaled: bool = False) -> frozenset[Decimal]:
    """Return what digits with marks between them can be worth; nothing if they are no one number.

    ``1,234.56`` is 1234.56 and ``1.5`` is 1.5 whatever the language, ``5.6.2020`` is no number.
    ``1,234`` is 1234, but before a word such as *million* also 1.234.

    Args:
        scaled: whether such a word follows.
    """
    groups = _MARK.split(written)
    marks = _MARK.findall(written.translate(_SAME_MARK))
    whole = _is_whole(groups, marks)
    found = ["".join(groups)] if whole else []
    if marks and marks[-1] in _FRACTION:
        grouped = marks[-1] not in marks[:-1] and _is_whole(groups[:-1], marks[:-1])
        doubtful = whole and (not scaled or not groups[-1].strip("0"))
        if grouped and not doubtful:
            found.append(f"{''.join(groups[:-1])}.{groups[-1]}")
    return frozenset(map(Decimal, found))


def _is_whole(groups: Sequence[str], marks: Sequence[str]) -> bool:
    """Return whether groups with these marks between them are one whole number."""
    if not marks:
        return True
    first, *middle, last = groups
    if len(set(marks)) > 1 or marks[0] not in _GROUPING or first[0] == "0" or len(last) != 3:
        return False
    in_thousands = len(first) <= 3 and all(len(group) == 3 for group in middle)
    in_lakhs = len(first) <= 2 and all(len(group) == 2 for group in middle)
    return in_thousands or in_lakhs
