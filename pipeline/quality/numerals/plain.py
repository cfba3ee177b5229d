"""The form in which words of texts and of tables are compared."""

from __future__ import annotations

import unicodedata

_TATWEEL = "\u0640"


def plain(text: str) -> str:
    """Return a text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c != _TATWEEL)
