"""Texts in which what has been found already is covered, so that no other rule looks into it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crosslabel.pipeline.protection.parts import Part

COVER = "\ufdd0"
"""Covers a character: none that a text can have, nor a letter, digit, punctuation or space."""
_VISIBLE = re.compile(r"[^\r\n]")


def covered(text: str, parts: Iterable[Part], cover: str = COVER) -> str:
    """Return a text of the same length in which one character covers all of the parts.

    Line breaks stay.
    """
    parts = sorted(parts, key=lambda part: part.start)
    if not parts:
        return text
    pieces: list[str] = []
    done = 0
    for part in parts:
        pieces += text[done:part.start], _VISIBLE.sub(cover, text[max(done, part.start):part.end])
        done = max(done, part.end)
    pieces.append(text[done:])
    return "".join(pieces)
