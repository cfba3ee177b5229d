"""Numbers, with their currency or per cent sign."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosslabel.pipeline.protection.parts import Part

KIND = "numbers"
_CURRENCY = r"(?:[A-Z]{1,3}\$|[$€£¥₹₽₩₺₴₪฿]|EUR|USD|GBP|CHF|JPY|CNY)"
_NUMBER = re.compile(rf"(?<![\w.,])(?:{_CURRENCY}[ \u00a0\u202f]?)?"
                     rf"[+\-−]?\d+(?:[.,:\u00a0\u202f'’]\d+)*"
                     rf"(?:[ \u00a0\u202f]?(?:[%‰]|{_CURRENCY}(?!\w)))?(?!\w)")


def find_numbers(text: str) -> Iterator[Part]:
    """Yield the numbers of a text that are written in digits and stand by themselves."""
    for match in _NUMBER.finditer(text):
        yield Part(match.start(), match.end(), KIND, "name")
