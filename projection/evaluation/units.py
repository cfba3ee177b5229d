"""Gold and predicted spans of one pair in the same unit, to be compared.

Fragments that meet are joined: a span over tokens 2 and 3 is the same span as a span of the
fragments 2 and 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from crosslabel.projection.files.pairs import Labelled, PairRow, snap
from crosslabel.projection.files.predictions import Predicted, SpanRow
from crosslabel.projection.interface import Range

_NOWHERE: Range = (0, 0)


def gold_spans(row: PairRow) -> tuple[Labelled, ...]:
    """Return the gold spans of a row, none if it gives none."""
    return tuple(_whole(span.fragments, span.label) for span in row.gold or ())


def in_gold_unit(row: PairRow, predicted: Predicted) -> tuple[SpanRow, ...]:
    """Return predicted spans in the unit of the gold row.

    Character offsets on a row with tokens are snapped to the tokens they overlap, in the row's
    ``text`` if it has one and the tokens stand in it, else in the tokens joined by a space. A span
    that overlaps no token becomes the empty range, which no gold span equals.
    """
    snapped = row.unit == "tokens" and predicted.unit == "characters"
    words = _words_in_text(row) if snapped else ()
    return tuple(
        replace(given, span=_whole(_snapped(given.span.fragments, words), given.span.label))
        for given in predicted.spans
    )


def _snapped(fragments: tuple[Range, ...], words: tuple[Range, ...]) -> Iterable[Range]:
    return (snap(part, words) or _NOWHERE for part in fragments) if words else fragments


def _whole(fragments: Iterable[Range], label: str) -> Labelled:
    joined: list[Range] = []
    for start, end in sorted(part for part in fragments if part[0] < part[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return Labelled(tuple(joined) or (_NOWHERE,), label)


def _words_in_text(row: PairRow) -> tuple[Range, ...]:
    ranges: list[Range] = []
    position = 0
    for token in row.pair.target.surface():
        position = row.target_text.find(token, position) if row.target_text else -1
        if position < 0:
            return row.pair.target.words
        ranges.append((position, position + len(token)))
        position += len(token)
    return tuple(ranges)
