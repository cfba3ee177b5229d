"""The place of an answer in its context, even in published files with offsets that are wrong."""

from __future__ import annotations

from dataclasses import dataclass

from crosslabel.pipeline.readers.rows.surfaces import places_near
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Range


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
    candidates = places_near(context, bare, given)
    if not candidates and context.find(bare) == context.rfind(bare) >= 0:
        candidates = {context.find(bare)}
    if len(candidates) != 1:
        raise InputError(f"answer-not-found: {bare[:40]!r} is not at character {start} of the "
                         f"context, which contains it {context.count(bare)} times; correct "
                         "answer_start")
    [begin] = candidates
    return Place((begin, begin + len(bare)), repaired=True)
