"""What stands after digits and multiplies them: ``million``, ``bn``, ``万``."""

from __future__ import annotations

import re
from decimal import Decimal

from crosslabel.pipeline.quality.numerals.plain import plain
from crosslabel.pipeline.quality.numerals.words import stems

_CHARACTERS = {
    "十": 1, "百": 2, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8, "兆": 12,
    "천": 3, "만": 4, "억": 8, "조": 12,
}
_IN_CHARACTERS = re.compile(rf"\s?[多余餘来來几幾]?\s?([{''.join(_CHARACTERS)}]+)")
_NEXT_WORD = re.compile(r"[\s-]*([^\W\d_]+)")
_LETTER = re.compile(r"([kKmMbB])(?![^\W\d_])")
_LETTERS = {"k": 3, "m": 6, "b": 9}
_SCALES = frozenset(map(Decimal, (100, 10**3, 10**6, 10**9, 10**12)))


def scale(after: str, lang: str) -> Decimal | None:
    """Return what the words directly after digits multiply them by, or ``None``."""
    if characters := _IN_CHARACTERS.match(after):
        return Decimal(10) ** sum(_CHARACTERS[character] for character in characters.group(1))
    known = stems(lang)
    after, factor = plain(after), Decimal(1)
    while known and (word := _NEXT_WORD.match(after)):
        parts = known.parts(word.group(1)) if len(word.group(1)) > 1 else []
        if len(parts) != 1 or parts[0] not in _SCALES:
            break
        factor *= parts[0]
        after = after[word.end():]
    return factor if factor > 1 else None


def letter_scale(after: str) -> Decimal | None:
    """Return what a letter right after digits may multiply them by (``5k``), or ``None``."""
    letter = _LETTER.match(after)
    return Decimal(10) ** _LETTERS[letter.group(1).lower()] if letter else None
