"""Letters, and scripts that have no spaces between words."""

from __future__ import annotations

import re

UNSPACED = (r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
            r"\uac00-\ud7af\uf900-\ufaff")
"""Thai, Lao, Burmese, Khmer, Kana, Han, and Hangul, whose particles follow without a space."""
NOT_AFTER_WORD = rf"(?<![^\W{UNSPACED}])"
"""Before this place is no letter or digit, but for scripts without spaces."""
NOT_BEFORE_WORD = rf"(?![^\W{UNSPACED}])"
_UNSPACED = re.compile(f"[{UNSPACED}]")


def is_letter(character: str) -> bool:
    """Tell whether a character is a letter or digit that a sign beside it would be glued to."""
    return character.isalnum() and not _UNSPACED.match(character)
