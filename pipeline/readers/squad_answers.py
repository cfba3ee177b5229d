"""Where an answer stands in its context, also where a published file counts otherwise.

Offsets should count code points. Some files count UTF-16 units or bytes of UTF-8, or are off by a
few characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Range

_NEARBY = 10
"""Characters that an offset may be off where the answer stands in the context more than once."""


@dataclass(frozen=True, slots=True)
class Place:
    """Characters of an answer; ``repaired`` says that they are not where the file says."""

    range: Range
    repaired: bool


def find_answer(context: str, text: str, start: int) -> Place:
    """Find an answer in its context.

    Args:
        text: the answer; one that is found elsewhere comes without the white space around it.
        start: its first character as the file says.

    Raises:
        InputError: the answer is empty, does not stand in the context, or stands there more than
            once and none or several of these places may be meant.
    """
    bare = text.strip()
    if not bare:
        raise InputError("empty-answer: an answer has no text; leave it out where a question has "
                         "no answer")
    if start >= 0 and context.startswith(text, start):
        return Place((start, start + len(text)), repaired=False)
    said = start + len(text) - len(text.lstrip())
    meant = set(_by_other_units(context, bare, said)) or set(_nearby(context, bare, said))
    if not meant and context.find(bare) == context.rfind(bare) >= 0:
        meant = {context.find(bare)}
    if len(meant) != 1:
        raise InputError(f"answer-not-found: {bare[:40]!r} is not at character {start} of the "
                         f"context, where it stands {context.count(bare)} times; correct "
                         "answer_start")
    [place] = meant
    return Place((place, place + len(bare)), repaired=True)


def _nearby(context: str, answer: str, said: int) -> Iterator[int]:
    for place in range(max(0, said - _NEARBY), said + _NEARBY + 1):
        if context.startswith(answer, place):
            yield place


def _by_other_units(context: str, answer: str, said: int) -> Iterator[int]:
    """Where the answer stands if ``said`` counts bytes of UTF-8, or pairs of bytes of UTF-16."""
    for encoding, size in (("utf-8", 1), ("utf-16-le", 2)):
        before = context.encode(encoding)[:max(0, said) * size].decode(encoding, errors="ignore")
        if len(before.encode(encoding)) == said * size and context.startswith(answer, len(before)):
            yield len(before)
