"""Text with its protected parts blanked out, to find the sentences between them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from crosslabel.pipeline.protection.masks import COVER
from crosslabel.pipeline.protection.parts import Part, Shape
from crosslabel.projection.interface import Range

BLOCK = COVER
_ENDS_SENTENCE = re.compile(
    r"</?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|h[1-6]|table|thead|tbody|tfoot|tr|td|th|caption|section|"
    r"article|aside|header|footer|main|nav|blockquote|figure|figcaption|form|fieldset|option|"
    r"title|head|body|html)(?![\w:-])", re.IGNORECASE)
BLANKS: Mapping[Shape, str] = {"name": "X", "mark": " ", "block": BLOCK}


def blanked(text: str, parts: Sequence[Part]) -> str:
    """Return a text of the same length: capital letters for names, space for marks, and
    :data:`BLOCK` for blocks and for tags that begin or end one."""
    if not parts:
        return text
    pieces, done = [], 0
    for part in parts:
        blank = BLOCK if ends_sentence(text, part) else BLANKS[part.shape]
        pieces += [text[done:part.start], blank * (part.end - part.start)]
        done = part.end
    return "".join([*pieces, text[done:]])


def ends_sentence(text: str, part: Part) -> bool:
    """Return whether a part is a tag between blocks of a page, such as paragraphs and lines."""
    return part.shape == "mark" and bool(_ENDS_SENTENCE.match(text, part.start))


def with_tags(segments: list[Range], text: str, parts: Sequence[Part]) -> list[Range]:
    """Return segments that hold both tags of a pair if they hold one of them.

    Only tags that follow the segment before, or precede the next one, with nothing but marks and
    space between, are taken in.
    """
    marks = [part for part in parts if part.shape == "mark"]
    pairs: dict[int, list[Part]] = {}
    for part in marks:
        if part.pair is not None:
            pairs.setdefault(part.pair, []).append(part)
    for opening, closing in (pair for pair in pairs.values() if len(pair) == 2):
        for number, (start, end) in enumerate(segments):
            holds = [start <= tag.start and tag.end <= end for tag in (opening, closing)]
            free_from = segments[number - 1][1] if number else 0
            free_to = segments[number + 1][0] if number + 1 < len(segments) else len(text)
            if holds == [False, True] and free_from <= opening.start < start and _only_marks(
                    text, opening.end, start, marks):
                segments[number] = (opening.start, end)
            elif holds == [True, False] and end < closing.end <= free_to and _only_marks(
                    text, end, closing.start, marks):
                segments[number] = (start, closing.end)
    return segments


def _only_marks(text: str, start: int, end: int, marks: Sequence[Part]) -> bool:
    for mark in marks:
        if start <= mark.start and mark.end <= end:
            if text[start:mark.start].strip():
                return False
            start = mark.end
    return not text[start:end].strip()
