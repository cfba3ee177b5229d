"""Where a tokenised sentence has spaces, after the rules of the Moses detokeniser and beyond.

Each word gets a role: it sticks to its left neighbour, to its right one, to both or to none. A gap
between two words is a space unless one of them sticks to the other. The words themselves are never
touched, so whatever a rule gets wrong costs a space, not a character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import Flag, auto


class Sticks(Flag):
    """Which neighbours a word is written against without a space."""

    NONE = 0
    LEFT = auto()
    RIGHT = auto()
    BOTH = LEFT | RIGHT


# Punctuation that closes or separates: written against what stands before it.
_CLOSING = re.compile(r"[,.?!:;%‰°)\]}…·。，、！？：；）】》〉」』，।॥،؛؟۔՝։]+|[™®©]|[²³]")
_OPENING = re.compile(r"[(\[{¿¡（【《〈「『#@]+|(?:US|A|C|HK|NZ|R)?\$|[£¥₹₩]")
_EURO_STYLE = re.compile(r"[€$£¥%‰]|EUR|USD")
_SLASH = re.compile(r"[/_]|\\")
_RANGE_SIGN = re.compile(r"[-–:./]")
_FRENCH_SPACED = re.compile(r"[?!:;%»]+|%")

_ENGLISH_CLITIC = re.compile(r"(?:['’](?:s|m|d|re|ve|ll|t|em|nt)|n['’]?t)", re.IGNORECASE)
_ENGLISH_MERGED = {("can", "not"), ("gon", "na"), ("wan", "na"), ("got", "ta"), ("gim", "me"),
                   ("lem", "me")}
_ELISION = re.compile(r"(?:.*[^\W\d_])?['’]")
_ELIDING = frozenset({"fr", "it", "ca", "ga", "oc", "lij", "co"})
_ITALIAN_APOCOPE = frozenset({"po'", "po’", "mo'", "mo’", "di'", "fa'", "va'", "sta'", "da'"})
_HYPHENED = re.compile(r"[-‐‑][^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_HYPHENING = frozenset({"fr", "pt", "ca", "ro"})

_UNSPACED_NAMES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN",
                   "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH")


def spaces_before(words: Sequence[str], lang: str) -> list[bool]:
    """Say for each word whether a space stands before it; the first never has one.

    Args:
        words: non-empty strings.
        lang: BCP-47 tag; only its first part matters here.
    """
    language = re.split(r"[-_]", lang.lower())[0]
    roles = _roles(words, language)
    gaps = [False] * len(words)
    for right in range(1, len(words)):
        left = right - 1
        stuck = (Sticks.RIGHT in roles[left] or Sticks.LEFT in roles[right]
                 or _without_space(words[left][-1], words[right][0]))
        gaps[right] = not stuck
    return gaps
