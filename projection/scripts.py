"""Which languages and characters are written without spaces between words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# By primary language subtag.
_UNSPACED_LANGUAGES = frozenset({"zh", "yue", "wuu", "ja", "th", "lo", "km", "my", "bo", "dz"})
# By the beginning of the Unicode name.
_UNSPACED_CHARACTERS = ("CJK ", "HIRAGANA ", "KATAKANA", "THAI ", "LAO ", "KHMER ", "MYANMAR ",
                        "TIBETAN ", "BOPOMOFO ", "IDEOGRAPHIC ", "FULLWIDTH ")


def primary_subtag(lang: str) -> str:
    """Return the language of a BCP-47 tag, in lower case."""
    return re.split(r"[-_]", lang.lower(), maxsplit=1)[0]


def is_unspaced(lang: str) -> bool:
    """Return whether the language of a tag is written without spaces between words."""
    return primary_subtag(lang) in _UNSPACED_LANGUAGES


@lru_cache(maxsize=65536)
def is_unspaced_character(character: str) -> bool:
    """Return whether a character is of a script that is written without spaces between words."""
    return unicodedata.name(character, "").startswith(_UNSPACED_CHARACTERS)
