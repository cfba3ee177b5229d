"""One part in each place: which of overlapping parts stays, and which marks are pairs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.rules import PATTERNS, RULES

_ORDER = {kind: number for number, kind in enumerate((PATTERNS, *RULES))}


def leftmost(parts: Iterable[Part]) -> list[Part]:
    """Return parts that do not overlap, sorted: the earlier, then the longer, then the first rule.

    Between the marks of a pair everything is free, for each mark is a part of its own.
    """
    chosen: list[Part] = []
    for part in sorted(parts, key=lambda part: (part.start, -part.end, _ORDER[part.kind])):
        if not chosen or part.start >= chosen[-1].end:
            chosen.append(part)
    return chosen


def over(mine: Sequence[Part], others: Sequence[Part]) -> list[Part]:
    """Return two lists of parts as one: ``mine`` wins unless it lies within one of the others.

    Both are sorted and have no overlaps in themselves.
    """
    starts = [part.start for part in others]
    ends = [part.end for part in others]
    gone: set[int] = set()
    kept: list[Part] = []
    for part in mine:
        first = bisect_left(ends, part.start + 1)
        last = bisect_left(starts, part.end)
        if last - first == 1 and _within(part, others[first]):
            continue
        kept.append(part)
        gone.update(range(first, last))
    return sorted([*kept, *(part for number, part in enumerate(others) if number not in gone)],
                  key=lambda part: part.start)


def _within(part: Part, other: Part) -> bool:
    return (other.start <= part.start and part.end <= other.end
            and (part.end - part.start < other.end - other.start))


def uncrossed(marks: Sequence[Part], tags: Sequence[Part]) -> list[Part]:
    """Return marks without the pairs that would cross a pair of tags, which are nested."""
    starts = [tag.start for tag in tags]
    inside: list[int | None] = [None]
    opened: list[int] = []
    for tag in tags:
        if tag.pair is not None and opened and opened[-1] == tag.pair:
            opened.pop()
        elif tag.pair is not None:
            opened.append(tag.pair)
        inside.append(opened[-1] if opened else None)
    around: dict[int, int | None] = {}
    crossed: set[int] = set()
    for mark in marks:
        within = inside[bisect_left(starts, mark.start)]
        if mark.pair is not None and around.setdefault(mark.pair, within) != within:
            crossed.add(mark.pair)
    return [mark for mark in marks if mark.pair not in crossed]


def nested(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return sorted parts whose pairs are nested like brackets and numbered in their order.

    A mark whose partner is missing, or would cross another pair, stands alone.
    """
    opened: dict[int, int] = {}
    partner: dict[int, int] = {}
    for place, part in enumerate(parts):
        if part.pair is None:
            continue
        if part.pair not in opened:
            opened[part.pair] = place
            continue
        while part.pair in opened:
            _, last = opened.popitem()
        partner[last] = place
    numbers: dict[int, int] = {}
    for number, (opening, closing) in enumerate(sorted(partner.items())):
        numbers[opening] = numbers[closing] = number
    return tuple(part if part.pair == numbers.get(place) else replace(part, pair=numbers.get(place))
                 for place, part in enumerate(parts))
