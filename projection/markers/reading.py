"""Reading of markers as translation models write them, not only as they were inserted.

Models put spaces into markers, write them in capitals or with the brackets and digits of the target
language's script, or escape them; markers in right-to-left text are in logical order as well. All
of this is read in time linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from crosslabel.projection.markers.convention import LETTER, NUMBER, Markers

_VARIANTS = {
    "<": ("＜", "〈", "‹", "⟨", "&lt;"),
    ">": ("＞", "〉", "›", "⟩", "&gt;"),
    "[": ("［", "【", "〔"),
    "]": ("］", "】", "〕"),
    "/": ("／", "∕"),
}
_PLACEHOLDER = re.compile(r"(\{letter\}|\{number\})")
_SPACE = r"\s{0,2}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker, or the rest of a broken one, at ``start`` to ``end``.

    Attributes:
        opens: whether it opens a span; ``None`` for a marker that lost its end.
        number: the span it belongs to; ``None`` if it names no span that was marked. Always 0 if
            the convention tells spans apart by their order.
    """

    start: int
    end: int
    opens: bool | None
    number: int | None


def has_markers(text: str, count: int, markers: Markers) -> bool:
    """Return whether a text without markers could be taken for a text with markers.

    Args:
        count: how many spans are to be marked.
    """
    return next(read_marks(text, count, markers), None) is not None


def read_marks(text: str, count: int, markers: Markers) -> Iterator[Mark]:
    """Yield every marker in a text, in order, including markers of spans that were never marked.

    Args:
        count: how many spans were marked.
    """
    numbers = _numbers(count, markers) if markers.identify else {}
    width = max(map(len, numbers), default=1)
    for match in _pattern(markers, width).finditer(text):
        kind = match.lastgroup
        names = {_folded(name) for name in match.groups() if name and name != match.group()}
        number = numbers.get(names.pop()) if len(names) == 1 else None
        yield Mark(match.start(), match.end(), {"opening": True, "closing": False}.get(kind or ""),
                   number if markers.identify else 0)


@lru_cache(maxsize=256)
def _numbers(count: int, markers: Markers) -> dict[str, int]:
    """Return the number of each span by the name in its markers."""
    return {markers.name(number): number for number in range(count)}


def _folded(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return str(int(folded)) if folded.isdecimal() else folded


@lru_cache(maxsize=64)
def _pattern(markers: Markers, width: int) -> re.Pattern[str]:
    """Return the pattern of all markers, whole ones and broken ones.

    Longer markers are tried first, so that an opening is not read where a closing begins with it.

    Args:
        width: letters or digits of the longest name.
    """
    kinds = {"opening": markers.opening.strip(), "closing": markers.closing.strip()}
    longest = sorted(kinds, key=lambda kind: -len(kinds[kind]))
    whole = [f"(?P<{kind}>{_template(kinds[kind], width)})" for kind in longest]
    broken = [_broken(kinds[kind], width) for kind in longest] if markers.identify else []
    rest = [f"(?P<broken>{'|'.join(way for way in broken if way)})"] if any(broken) else []
    return re.compile("|".join([*whole, *rest]), re.IGNORECASE)


def _template(marker: str, width: int) -> str:
    pieces = _pieces(marker, width)
    joined = pieces[0]
    for before, after in pairwise(pieces):
        wordlike = before.isalnum() and after.isalnum()
        joined += after if wordlike else _SPACE + after
    # A marker that looks like a word is not read inside a longer word.
    left = r"(?<!\w)" if _is_wordlike(marker[0], "{") else ""
    right = r"(?!\w)" if _is_wordlike(marker[-1], "}") else ""
    return f"{left}{joined}{right}"


def _broken(marker: str, width: int) -> str:
    """Return the pattern of a marker that lost the part after its name; empty if there is none."""
    before, name, after = _PLACEHOLDER.split(marker, maxsplit=1)
    if not before or not after or before.isalnum():
        return ""
    return "".join(_pieces(before + name, width)) + r"(?!\w)"


def _pieces(marker: str, width: int) -> list[str]:
    """Return patterns of the characters and names of a marker."""
    pieces: list[str] = []
    for part in _PLACEHOLDER.split(marker):
        if part == LETTER:
            pieces.append(rf"([^\W\d_]{{1,{width}}})")
        elif part == NUMBER:
            pieces.append(rf"(\d{{1,{width}}})")
        else:
            pieces += [_character(character) for character in part if not character.isspace()]
    return pieces


def _character(character: str) -> str:
    ways = [re.escape(way) for way in (character, *_VARIANTS.get(character, ()))]
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"


def _is_wordlike(character: str, placeholder: str) -> bool:
    return character.isalnum() or character == placeholder
