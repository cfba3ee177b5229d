"""Removal of markers from a text, with the range that each pair of them held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosslabel.projection.interface import Range
from crosslabel.projection.markers.convention import Markers
from crosslabel.projection.markers.reading import Mark, read_marks
from crosslabel.projection.markers.spacing import original_gap

MISSING = "missing markers"
MISSING_OPENING = "missing opening"
MISSING_CLOSING = "missing closing"
DOUBLED = "doubled markers"
REVERSED = "closing before opening"
EMPTY = "empty"
PAIRS = "{pairs} pairs for {spans} spans"


@dataclass(frozen=True, slots=True)
class Restored:
    """A text without its markers, and the ranges they held.

    Attributes:
        text: without markers, whole or broken, and without the spaces that came with them.
        ranges: per span the characters of ``text`` between its markers, beginning and ending with
            a visible one; ``None`` if the markers are at fault.
        faults: per span the fault of its markers; ``None`` if there is none.
        leftovers: number of markers that belong to no range.
    """

    text: str
    ranges: tuple[Range | None, ...]
    faults: tuple[str | None, ...]
    leftovers: int


def restore(text: str, count: int, markers: Markers, lang: str = "") -> Restored:
    """Remove the markers from a translation and return the ranges that they held.

    This undoes :func:`crosslabel.projection.markers.mark` after a translation model has translated
    the marked text. Markers that identify their span are judged span by span: a lost, doubled or
    misplaced marker is a fault of its span only, however the markers nest or overlap; a marker
    repeated at the same place counts once. Brackets are paired by nesting, and the pairs are given
    to the spans in the order of their openings, if there are as many pairs as spans.

    Args:
        count: how many ranges were marked; for brackets, in reading order.
        lang: BCP-47 tag of the text; some languages write a space before signs that others do not.
    """
    marks = list(read_marks(text, count, markers))
    plain, places = _strip(text, marks, markers.spaced, lang)
    by_span = _named(marks, places, count) if markers.identify else _nested(marks, count)
    ranges: list[Range | None] = []
    faults: list[str | None] = []
    for pair in by_span:
        held = pair if isinstance(pair, str) else (places[pair[0]][1], places[pair[1]][0])
        fault = held if isinstance(held, str) else EMPTY if held[0] >= held[1] else None
        faults.append(fault)
        ranges.append(None if fault or isinstance(held, str) else held)
    used = 2 * sum(fault is None for fault in faults)
    return Restored(plain, tuple(ranges), tuple(faults), len(marks) - used)


def _named(
    marks: Sequence[Mark], places: Sequence[Range], count: int
) -> Iterator[tuple[int, int] | str]:
    """Yield per span its two markers, by position among all markers, or their fault."""
    openings: list[list[int]] = [[] for _ in range(count)]
    closings: list[list[int]] = [[] for _ in range(count)]
    for position, mark in enumerate(marks):
        if mark.number is not None and mark.opens is not None:
            positions = (openings if mark.opens else closings)[mark.number]
            if not positions or places[positions[-1]] != places[position]:
                positions.append(position)
    for opening, closing in zip(openings, closings, strict=True):
        fault = _fault(opening, closing)
        yield fault or (opening[0], closing[0])


def _fault(openings: Sequence[int], closings: Sequence[int]) -> str | None:
    if len(openings) > 1 or len(closings) > 1:
        return DOUBLED
    if not openings:
        return MISSING_OPENING if closings else MISSING
    if not closings:
        return MISSING_CLOSING
    return REVERSED if closings[0] < openings[0] else None


def _nested(marks: Sequence[Mark], count: int) -> list[tuple[int, int] | str]:
    pairs: list[tuple[int, int]] = []
    open_: list[int] = []
    for position, mark in enumerate(marks):
        if mark.opens:
            open_.append(position)
        elif open_:
            pairs.append((open_.pop(), position))
    if len(pairs) != count:
        return [PAIRS.format(pairs=len(pairs), spans=count)] * count
    return [*sorted(pairs)]


def _strip(
    text: str, marks: Sequence[Mark], spaced: bool, lang: str
) -> tuple[str, list[Range]]:
    """Return the text without markers, and for each marker the gap that it leaves.

    A gap begins where the text before the marker ends and ends where the text after it begins.
    """
    gaps = [text[end:start] for end, start in zip(
        [0, *(mark.end for mark in marks)], [*(mark.start for mark in marks), len(text)],
        strict=True,
    )]
    parts: list[str] = []
    places: list[Range] = []
    length = 0
    for run in _runs(gaps):
        before, after = gaps[run.start].rstrip(), gaps[run.stop].lstrip()
        if run.start == 0:
            parts.append(before)
            length += len(before)
        spaces = [
            gaps[run.start][len(before):], *gaps[run.start + 1:run.stop],
            gaps[run.stop][:len(gaps[run.stop]) - len(after)],
        ]
        gap = spaces[-1] if before else spaces[0]
        if before and after:
            outer = _outer(spaces, [marks[n].opens for n in run])
            gap = original_gap(
                before, max(spaces, key=len), outer, after, spaced=spaced, lang=lang
            )
        places += [(length, length + len(gap))] * len(run)
        core = after.rstrip() if run.stop < len(marks) else after
        parts += [gap, core]
        length += len(gap) + len(core)
    return "".join(parts) if marks else text, places


def _runs(gaps: Sequence[str]) -> Iterator[range]:
    """Yield runs of markers with only white space between them, as ranges of their positions."""
    first = 0
    for position in range(1, len(gaps)):
        if position == len(gaps) - 1 or gaps[position].strip():
            yield range(first, position)
            first = position


def _outer(spaces: Sequence[str], opens: Sequence[bool | None]) -> str:
    """Return the white space of a run of markers that faces none of their spans.

    Closing markers come before opening ones, so the white space of the text stands between them.
    """
    closings = next((n for n, opening in enumerate(opens) if opening is not False), len(opens))
    if all(opens[closings:]):
        return spaces[closings]
    return max(spaces, key=len)
