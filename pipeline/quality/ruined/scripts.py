"""Letters of a translation in a script that its language is not written in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+")
# The scripts of a language by ISO 15924, as the names of their characters begin. Latin letters are
# at home in every language: names, units and formulas are written in them.
_NAMES = {
    "Latn": {"LATIN"}, "Cyrl": {"CYRILLIC"}, "Grek": {"GREEK"}, "Arab": {"ARABIC"},
    "Hebr": {"HEBREW"}, "Deva": {"DEVANAGARI"}, "Beng": {"BENGALI"}, "Taml": {"TAMIL"},
    "Telu": {"TELUGU"}, "Thai": {"THAI"}, "Geor": {"GEORGIAN"}, "Armn": {"ARMENIAN"},
    "Hans": {"CJK"}, "Hant": {"CJK"}, "Jpan": {"CJK", "HIRAGANA", "KATAKANA"},
    "Kore": {"HANGUL", "CJK"}, "Ethi": {"ETHIOPIC"}, "Khmr": {"KHMER"}, "Laoo": {"LAO"},
    "Mymr": {"MYANMAR"}, "Sinh": {"SINHALA"}, "Gujr": {"GUJARATI"}, "Guru": {"GURMUKHI"},
    "Knda": {"KANNADA"}, "Mlym": {"MALAYALAM"},
}
_SCRIPTS = frozenset().union(*_NAMES.values())
# Single letters that stand for units and numbers in any script.
_SYMBOLS = frozenset("µΩπαβγδΔΣμσλθ")


def foreign_letters(human: str, machine: str, lang: str) -> tuple[int, int]:
    """Return how many letters of a translation are in a script that is neither of its language nor
    in the text, and how many letters it has.

    Args:
        lang: of the translation; nothing is foreign to a language of an unknown script.
    """
    own = scripts_of(lang)
    words = _WORD.findall(machine)
    letters = sum(map(len, words))
    if not own or machine.isascii():
        return 0, letters
    given = set(human)
    return sum(1 for word in words if not word.isascii() for letter in word
               if letter not in given and letter not in _SYMBOLS
               and script(letter) in _SCRIPTS - own - {"LATIN"}), letters


@lru_cache(maxsize=1024)
def scripts_of(lang: str) -> frozenset[str]:
    """Return the scripts of a language, as the names of their characters begin; none if its script
    is not known."""
    import langcodes

    likely = langcodes.Language.get(lang).maximize()
    names = frozenset(_NAMES.get(likely.script or "", ()))
    # Serbian and others are written in either.
    return names | {"CYRILLIC", "LATIN"} if likely.language in ("sr", "sh", "bs", "uz") else names


@lru_cache(maxsize=65536)
def script(letter: str) -> str:
    """Return the first word of a character's name, which for letters is the script."""
    return unicodedata.name(letter, "").partition(" ")[0]
