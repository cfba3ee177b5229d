"""Long texts cut to what stands around their marks, for a look at a few pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crosslabel.library.samples import Mark

MOST = 600
"""Characters of a text that is shown whole; of a longer one about as many are shown."""
_AROUND = 60
_WORD = 20
"""Characters within which a cut looks for a space."""
_GAP = " … "

Piece = tuple[str, Mark | None]
"""A part of a text, and the mark that it is in."""


def pieces(text: str, found: Sequence[Mark], most: int | None = None) -> Iterator[Piece]:
    """Yield a text in parts, marked and unmarked in turn, with an ellipsis where it is cut.

    Args:
        found: in order, none within another.
        most: characters from which on a text is cut; ``None`` for none.
    """
    kept = [(0, len(text))] if most is None else excerpt(text, found, most)
    for number, (start, end) in enumerate(kept):
        if number or start:
            yield _GAP if number else _GAP.lstrip(), None
        done = start
        for mark in found:
            if mark.end <= start or mark.start >= end:
                continue
            yield text[done:mark.start], None
            done = min(mark.end, end)
            yield text[max(mark.start, start):done], mark
        yield text[done:end], None
    if kept[-1][1] < len(text):
        yield f"{_GAP}({len(text):,} characters in all)", None


def excerpt(text: str, found: Sequence[Mark], most: int = MOST) -> list[tuple[int, int]]:
    """Return the parts of a text to show: all of a short one, else what stands around its marks.

    The first marks are shown, up to about ``most`` characters; without marks, the beginning.
    """
    if len(text) <= most:
        return [(0, len(text))]
    kept: list[tuple[int, int]] = []
    room = most
    for mark in found or [Mark(0, most - _AROUND, "span")]:
        start, end = _around(text, mark)
        if kept and start <= kept[-1][1] + len(_GAP):
            start = kept[-1][1]
        if end - start > room and kept:
            break
        end = min(end, start + room)
        room -= end - start
        if kept and start == kept[-1][1]:
            kept[-1] = (kept[-1][0], end)
        else:
            kept.append((start, end))
    return kept


def _around(text: str, mark: Mark) -> tuple[int, int]:
    """Return the range around a mark, which begins and ends at spaces if there are any near."""
    start, end = max(0, mark.start - _AROUND), min(len(text), mark.end + _AROUND)
    if start:
        space = text.find(" ", start, min(start + _WORD, mark.start))
        start = space + 1 if space >= 0 else start
    if end < len(text):
        space = text.rfind(" ", max(end - _WORD, mark.end), end)
        end = space if space >= 0 else end
    return start, end
