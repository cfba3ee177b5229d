"""The white space of a text at the places where markers stood: original, or inserted with them."""

from __future__ import annotations

import re
import unicodedata

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff"
                       r"\u3400-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")
_CLOSING = frozenset(",.?!:;%‰°…।॥،؛؟۔·")
_QUOTES = frozenset("\"“”‟«»'’‘")
_JOINING = frozenset("-‐‑–—/&_\\+=")

# A sign at the beginning, or after a space or a bracket: there it opens.
_OPENS = re.compile(r"(?:^|[\s(\[{])[\"“”„«»'’‘#@]$")
# A shortened word (l', dell'), not a plural (the students' …).
_ELISION = re.compile(r"(?:(?<!\w)s|[^\W\d_s])['’]$")
_CLITIC = re.compile(r"['’]\w{1,2}(?!\w)")
_LONGEST = 4

_FRENCH = frozenset("?!:;»%")
_PERCENT = frozenset("%")
_PERCENT_APART = frozenset({"cs", "da", "de", "es", "fi", "nb", "nn", "no", "ru", "sk", "sv"})


def original_gap(
    before: str, inner: str, outer: str, after: str, *, spaced: bool, lang: str = ""
) -> str:
    """Return the white space between two pieces of text that had markers between them.

    Args:
        before, after: the pieces, not empty, with no white space at the gap.
        inner: white space on the side of the marker that faces its span.
        outer: white space on the other side.
        spaced: whether the markers were inserted with spaces around them.
        lang: BCP-47 tag, for signs that only some languages write after a space.
    """
    if outer:
        return "" if spaced and outer == " " and _touch(before, after, lang) else outer
    return "" if _touch(before, after, lang) else inner


def _touch(before: str, after: str, lang: str) -> bool:
    """Return whether two pieces are written without a space, judged by the signs that meet."""
    if _UNSPACED.match(before[-1]) or _UNSPACED.match(after[0]):
        return True
    code = lang.lower().partition("-")[0]
    if before[-1] == "«" and code == "fr":
        return False
    return _sticks_right(before[-_LONGEST:]) or _sticks_left(after[:_LONGEST], _apart(code))


def _apart(code: str) -> frozenset[str]:
    if code == "fr":
        return _FRENCH
    return _PERCENT if code in _PERCENT_APART else frozenset()


def _sticks_right(before: str) -> bool:
    """Return whether no space follows a piece that ends like this."""
    sign = before[-1]
    if sign in "¿¡„" or unicodedata.category(sign) in ("Ps", "Sc"):
        return True
    if sign in _JOINING:
        return bool(before[-2:-1].strip())
    return bool(_OPENS.search(before) or _ELISION.search(before))


def _sticks_left(after: str, apart: frozenset[str]) -> bool:
    """Return whether no space precedes a piece that begins like this."""
    sign, outside = after[0], after[1:2]
    if sign in apart:
        return False
    if sign in _CLOSING or unicodedata.category(sign) == "Pe" or _CLITIC.match(after):
        return True
    if sign in _QUOTES:
        return not outside.isalnum()
    return sign in _JOINING and bool(outside.strip())
