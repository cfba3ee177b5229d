"""Phone numbers, with a country code or as they are written within a country."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.words import NOT_AFTER_WORD, NOT_BEFORE_WORD

KIND = "phones"
_GAP = r"[ \u00a0./\-]"
_PHONE = re.compile(
    rf"{NOT_AFTER_WORD}(?<![.,:/+\-−$€£])(?<!\w\()(?:"
    # +49 421 123456, 0049 (0)421/123-456
    rf"(?:\+|00)[1-9]\d{{0,3}}{_GAP}?(?:\(\d{{1,5}}\){_GAP}?)?\d{{1,5}}(?:{_GAP}?\d{{2,10}}){{1,5}}"
    # (421) 123-4567, (0421) 12 34 56
    rf"|\(\d{{2,5}}\){_GAP}?\d{{2,8}}(?:{_GAP}\d{{2,5}}){{0,4}}"
    # 421-123-4567, 1-800-123-4567
    rf"|(?:1[-.])?\d{{3}}([-.])\d{{3}}\1\d{{4}}"
    # 0421 123456, 040/123 45 67
    rf"|0[1-9]\d{{1,4}}[ /\-]\d{{3,8}}(?:[ \-]\d{{2,5}}){{0,3}}"
    rf"){NOT_BEFORE_WORD}(?![−%]|[-.,/:]\d| ?[€$£])")
_HINT = re.compile(r"\d{3}|\(\d\d")
_LEAST_DIGITS, _MOST_DIGITS = 7, 15


def find_phones(text: str) -> Iterator[Part]:
    """Yield the phone numbers of a text; years, ranges, dates and amounts are none."""
    if not _HINT.search(text):
        return
    for match in _PHONE.finditer(text):
        digits = sum(character.isdigit() for character in match.group())
        if _LEAST_DIGITS <= digits <= _MOST_DIGITS:
            yield Part(match.start(), match.end(), KIND, "name")
