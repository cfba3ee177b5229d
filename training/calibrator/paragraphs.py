"""Sentence pairs joined to paragraphs, as long as the contexts of questions are."""

from __future__ import annotations

from collections.abc import Sequence

from crosslabel.projection.files.pairs import Labelled, PairRow
from crosslabel.projection.interface import GivenSpan, Range, Side, TextPair
from crosslabel.projection.scripts import is_unspaced

SENTENCES = 5
"""Sentence pairs of a paragraph."""


def paragraphs(rows: Sequence[PairRow]) -> list[PairRow]:
    """Join every five rows, in order; what is left over at the end is left out.

    Spans that are told apart by their labels alone (phrases) stay so.
    """
    starts = range(0, len(rows) - SENTENCES + 1, SENTENCES)
    return [_paragraph(rows[start:start + SENTENCES], start) for start in starts]


def _paragraph(rows: Sequence[PairRow], number: int) -> PairRow:
    source, source_starts = _joined([row.pair.source for row in rows])
    target, target_starts = _joined([row.pair.target for row in rows])
    unit = rows[0].unit
    spans: list[GivenSpan] = []
    gold: list[Labelled] = []
    for place, row in enumerate(rows):
        sentence = "" if unit == "tokens" else f" {place}"
        characters, _ = source_starts[place]
        spans += [
            GivenSpan(f"{place}.{span.id}", span.label + sentence,
                      _moved(span.fragments, characters))
            for span in row.pair.spans
        ]
        moved_by = target_starts[place][1 if unit == "tokens" else 0]
        gold += [Labelled(_moved(span.fragments, moved_by), span.label + sentence)
                 for span in row.gold or ()]
    pair = TextPair(rows[0].pair.id, source, target, tuple(spans))
    return PairRow(number + 1, pair, unit, tuple(gold), target.text, (), ())


def _joined(sides: Sequence[Side]) -> tuple[Side, list[tuple[int, int]]]:
    """Return the sides as one, and the characters and the words before each."""
    space = "" if is_unspaced(sides[0].lang) else " "
    starts: list[tuple[int, int]] = []
    words: list[Range] = []
    text = ""
    for side in sides:
        text += space if text else ""
        starts.append((len(text), len(words)))
        words += _moved(side.words, len(text))
        text += side.text
    return Side(text, tuple(words), sides[0].lang), starts


def _moved(ranges: Sequence[Range], distance: int) -> tuple[Range, ...]:
    return tuple((start + distance, end + distance) for start, end in ranges)
