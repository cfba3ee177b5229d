"""Broken bytes in a translation: what decoding text wrongly, or not at all, leaves behind."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

# Replacement characters, and pieces of a vocabulary that stand for bytes or nothing known.
_LEFTOVERS = re.compile("\ufffd|<0x[0-9A-Fa-f]{2}>|<unk>|\u2047")
# UTF-8 of two or more bytes, read as single bytes: a leading one and those that follow.
_BEYOND_ASCII = re.compile(r"[\u0080-\u2122]{2,}")
_NOT_TEXT = frozenset({"Cc", "Cn", "Co", "Cs"})
_WHITE = frozenset("\t\n\r\x0b\x0c\x85")
# The results of wrong decoding turned back that text in fact holds: European letters, Cyrillic,
# Greek, punctuation, the euro.
_LIKELY = re.compile(r"[\u00a1-\u017f\u0370-\u04ff\u2010-\u2030\u20ac]+")


def broken_characters(human: str, machine: str) -> int:
    """Return how many characters of a translation are no text, beyond those of the text itself."""
    return (Counter(_broken(machine)) - Counter(_broken(human))).total()


def _broken(text: str) -> list[str]:
    if text.isascii() and text.isprintable():
        return _LEFTOVERS.findall(text) if "<" in text else []
    return [*_LEFTOVERS.findall(text),
            *(c for c in text if not c.isprintable() and c not in _WHITE
              and unicodedata.category(c) in _NOT_TEXT),
            *(found for run in _BEYOND_ASCII.findall(text) if (found := _misread(run)))]


def _misread(run: str) -> str:
    """Return a run of characters if it is UTF-8 that was read as single bytes, else nothing."""
    try:
        meant = b"".join(map(_byte, run)).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return ""
    return run if _LIKELY.fullmatch(meant) else ""


def _byte(character: str) -> bytes:
    """Return the byte that Windows-1252 shows as a character, or Latin-1 where that has none."""
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")
