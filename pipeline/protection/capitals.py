"""Text in capitals: its sentence case for the model, and the capitals set back.

All changes keep the number of characters, so that no range moves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crosslabel.projection.interface import Range
from crosslabel.projection.scripts import primary_subtag

_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_WORDS, _FEWEST_LETTERS = 3, 10
"""Less is a name or an abbreviation."""
_DOTTED = frozenset({"tr", "az"})
_SHARP_S = {"ß": "ẞ"}


def is_capitals(text: str) -> bool:
    """Return whether a sentence is written in capitals throughout."""
    words = _WORD.findall(text)
    cased = [word for word in words if word.lower() != word.upper()]
    return (len(cased) >= _FEWEST_WORDS and sum(map(len, cased)) >= _FEWEST_LETTERS
            and all(word == word.upper() for word in cased))


def sentence_case(text: str, names: Sequence[Range], lang: str) -> str:
    """Return a text in capitals as a sentence: the first word and names begin with a capital.

    Args:
        names: ranges of the text that hold names.
    """
    made = [_lower(character, lang) for character in text]
    first = _WORD.search(text)
    starts = {first.start()} if first else set()
    starts |= {word.start() for start, end in names for word in _WORD.finditer(text, start, end)}
    for start in starts:
        made[start] = text[start]
    return "".join(made)


def upper(text: str, lang: str) -> str:
    """Return a text in capitals; a character whose capital is longer stays as it is."""
    return "".join(_upper(character, lang) for character in text)


def _lower(character: str, lang: str) -> str:
    if primary_subtag(lang) in _DOTTED and character in "Iİ":
        return "ı" if character == "I" else "i"
    made = character.lower()
    return made if len(made) == 1 else character


def _upper(character: str, lang: str) -> str:
    if primary_subtag(lang) in _DOTTED and character in "ıi":
        return "I" if character == "ı" else "İ"
    made = _SHARP_S.get(character) or character.upper()
    return made if len(made) == 1 else character
