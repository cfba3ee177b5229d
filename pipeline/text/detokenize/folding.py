"""A simplified form of characters that tells whether two spellings are the same text."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Quotation marks of every shape; a double one counts as two single ones, so that `` and " agree.
_DOUBLE_QUOTES = frozenset('"“”„‟«»〝〞＂')
_SINGLE_QUOTES = frozenset("'‘’‚‛`´‹›′＇")
_DASHES = frozenset("-‐‑‒–—―−")
_IGNORED = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def fold(text: str) -> str:
    """Return a text in simplified form, without spaces and invisible signs.

    Characters are compatibility-decomposed; quotes and dashes are unified.
    """
    return "".join(map(_fold_character, text))


@lru_cache(maxsize=65536)
def _fold_character(character: str) -> str:
    if character in _DOUBLE_QUOTES:
        return "''"
    if character in _SINGLE_QUOTES:
        return "'"
    if character in _DASHES:
        return "-"
    decomposed = unicodedata.normalize("NFKD", character)
    return "".join(c for c in decomposed if unicodedata.category(c) not in _IGNORED)
