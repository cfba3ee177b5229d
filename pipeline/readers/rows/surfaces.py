"""The place of a span whose file also gives its text, even if its offsets point elsewhere.

Offsets should count code points. Some files count UTF-16 units or bytes of UTF-8, or are off by a
few characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Range

_NEARBY = 10
"""Characters that an offset may be off."""
_SHOWN = 40


class Settled(NamedTuple):
    """The character ranges of a span; ``repaired`` if the file gives others."""

    fragments: tuple[Range, ...]
    repaired: bool


def settled(id: str, text: str, fragments: Sequence[Range], surface: str) -> Settled:
    """Return where a span is according to its text; white space does not count.

    Raises:
        InputError: its offsets cover another text, which stands nowhere or more than once nearby.
    """
    covered = " ".join(text[start:end] for start, end in fragments)
    bare = surface.strip()
    if "".join(covered.split()) == "".join(bare.split()):
        return Settled(tuple(fragments), repaired=False)
    start, end = fragments[0][0], fragments[-1][1]
    places = places_near(text, bare, start) if len(fragments) == 1 and bare else set[int]()
    if len(places) != 1:
        raise InputError(f"surface-differs: span {id!r} is {start}:{end} ({covered[:_SHOWN]!r}), "
                         f"but its text is {bare[:_SHOWN]!r}, which stands "
                         f"{'several times' if places else 'nowhere'} nearby; correct the offsets")
    [begin] = places
    return Settled(((begin, begin + len(bare)),), repaired=True)


def places_near(text: str, surface: str, given: int) -> set[int]:
    """Return where a text may begin that should begin at ``given``.

    This is one place if ``given`` counts bytes of UTF-8 or UTF-16 units up to it; otherwise all
    places of the text nearby.
    """
    return set(_by_other_units(text, surface, given)) or set(_nearby(text, surface, given))


def _nearby(text: str, surface: str, given: int) -> Iterator[int]:
    for begin in range(max(0, given - _NEARBY), given + _NEARBY + 1):
        if text.startswith(surface, begin):
            yield begin


def _by_other_units(text: str, surface: str, given: int) -> Iterator[int]:
    for encoding, size in (("utf-8", 1), ("utf-16-le", 2)):
        before = text.encode(encoding)[:max(0, given) * size].decode(encoding, errors="ignore")
        if len(before.encode(encoding)) == given * size and text.startswith(surface, len(before)):
            yield len(before)
