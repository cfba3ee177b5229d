"""What stood where markers were: which spaces were the text's own, and which came with them."""

from __future__ import annotations

import re
import unicodedata

_QUOTES = frozenset("\"“”„‟«»")
_APOSTROPHES = frozenset("'’")
_OPENING_SIGNS = frozenset("¿¡#@")
_CLOSING_SIGNS = frozenset(",.?!:;%‰°…।॥،؛؟۔。、，！？：；·")
_JOINING = frozenset("-‐‑–/&_\\+=")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff"
                       r"\u3400-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")


def own_gap(before: str, inner: str, outer: str, after: str, *, spaced: bool) -> str:
    """The white space between two pieces of text that had markers between them.

    Args:
        before, after: the pieces, not empty, with no white space at the gap.
        inner: white space on the marker's side that faces its span.
        outer: white space on the other side.
        spaced: whether the markers were put in with spaces around them.
    """
    if outer:
        return "" if spaced and outer == " " and _touch(before, after) else outer
    return "" if _touch(before, after) else inner


def _touch(before: str, after: str) -> bool:
    """Whether two pieces are written without a space, judged by the signs that meet."""
    left, right = before[-1], after[0]
    if _UNSPACED.match(left) or _UNSPACED.match(right):
        return True
    return _sticks_right(left, before[-2:-1]) or _sticks_left(right, after[1:2])


def _sticks_right(sign: str, outside: str) -> bool:
    """Whether no space follows a sign; ``outside`` is the character before it."""
    if sign in _OPENING_SIGNS or unicodedata.category(sign) in ("Ps", "Sc"):
        return True
    if sign in _APOSTROPHES:
        return outside != "s"
    if sign in _QUOTES:
        return not outside or outside.isspace() or unicodedata.category(outside) == "Ps"
    return sign in _JOINING and bool(outside) and not outside.isspace()


def _sticks_left(sign: str, outside: str) -> bool:
    """Whether no space precedes a sign; ``outside`` is the character after it."""
    if sign in _CLOSING_SIGNS or sign in _APOSTROPHES or unicodedata.category(sign) == "Pe":
        return True
    if sign in _QUOTES:
        return not outside.isalnum()
    return sign in _JOINING and bool(outside) and not outside.isspace()
