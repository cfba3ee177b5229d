"""The place of an answer in its context, even in published files that count in other units.

Offsets should count code points. Some files count UTF-16 units or bytes of UTF-8, or are off by a
few characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Range

_NEARBY = 10
"""Characters that an offset may be off if the answer occurs more than once in the context."""


@dataclass(frozen=True, slots=True)
class Place:
    """The character range of an answer; ``repaired`` if the file gives another place."""

    range: Range
    repaired: bool


def find_answer(context: str, text: str, start: int) -> Place:
    """Find an answer in its context.

    Args:
        text: the answer; if it is found at another place, white space around it is left out.
        start: its first character according to the file.

    Raises:
        InputError: the answer is empty, is not in the context, or occurs there more than once and
            none or several of these places may be meant.
    """
    bare = text.strip()
    if not bare:
        raise InputError("empty-answer: an answer has no text; leave it out if the question has "
                         "no answer")
    if start >= 0 and context.startswith(text, start):
        return Place((start, start + len(text)), repaired=False)
    given = start + len(text) - len(text.lstrip())
    candidates = set(_by_other_units(context, bare, given)) or set(_nearby(context, bare, given))
    if not candidates and context.find(bare) == context.rfind(bare) >= 0:
        candidates = {context.find(bare)}
    if len(candidates) != 1:
        raise InputError(f"answer-not-found: {bare[:40]!r} is not at character {start} of the "
                         f"context, which contains it {context.count(bare)} times; correct "
                         "answer_start")
    [begin] = candidates
    return Place((begin, begin + len(bare)), repaired=True)


def _nearby(context: str, answer: str, given: int) -> Iterator[int]:
    for begin in range(max(0, given - _NEARBY), given + _NEARBY + 1):
        if context.startswith(answer, begin):
            yield begin


def _by_other_units(context: str, answer: str, given: int) -> Iterator[int]:
    """Yield the place of the answer if ``given`` counts UTF-8 bytes or UTF-16 units."""
    for encoding, size in (("utf-8", 1), ("utf-16-le", 2)):
        before = context.encode(encoding)[:max(0, given) * size].decode(encoding, errors="ignore")
        if len(before.encode(encoding)) == given * size and context.startswith(answer, len(before)):
            yield len(before)
