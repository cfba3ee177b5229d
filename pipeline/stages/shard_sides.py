"""The two sides of an example: the labelled one (b), and the one labels are projected onto (a).

Translate-train: side b is the human text with its labels, side a its translation. Translate-test:
side b is the translation with the labels of a model, side a the human text (:func:`turned`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Origin, Segment, Words
from crosslabel.pipeline.stages.shard_carried import CarriedRow
from crosslabel.pipeline.stages.shard_texts import Assembled
from crosslabel.projection.interface import Range

WordsByField = dict[str, tuple[Range, ...]]


@dataclass(frozen=True, slots=True)
class Parallel:
    """One row of a shard.

    Attributes:
        number: number of the row in the corpus, from 1.
        place: the file that it is from, and its number there.
        given: side b, with labels.
        other: side a, without labels; its ``reasons`` say why there is none.
        lang: language of side a.
        restored: by id of a span that is known from markers its fragments on side a.
        a_origin, b_origin: who wrote each side.
        a_meta: what the row of side a carried beside its text.
        carried: the row as it was read, if the model did not get all of it as it is; the sides hold
            what the model got and gave until :mod:`.shard_restored` puts protected parts back.
        ruined: by number of a segment why its translation is ruined.
    """

    number: int
    given: Example
    other: Assembled
    lang: str
    words_a: WordsByField
    words_b: WordsByField
    restored: Mapping[str, tuple[Range, ...]] = field(default_factory=dict)
    a_origin: Origin = "machine"
    b_origin: Origin = "human"
    a_meta: Mapping[str, Any] = field(default_factory=dict)
    place: tuple[str, int] = ("", 0)
    carried: CarriedRow | None = None
    ruined: Mapping[int, str] = field(default_factory=dict)


def translation_example(row: Parallel) -> Example:
    """Return the translation of a row as an example without labels."""
    return Example(id=row.given.id, task="text", lang=row.lang, fields=row.other.fields)


def turned(row: Parallel, labelled: Example) -> Parallel:
    """Return the row with its sides exchanged: the labelled translation becomes side b.

    Two segments are taken as one if a label crosses the boundary between them.
    """
    source = row.given
    swapped = (Segment(s.field, s.b, s.a, s.score) for s in row.other.segments)
    segments = tuple(_merged(swapped, labelled))
    return Parallel(
        row.number, labelled, Assembled(source.fields, segments), source.lang, row.words_b,
        row.words_a, a_origin="human", b_origin="machine", a_meta=source.meta, place=row.place,
        carried=row.carried,
    )  # fmt: skip


def own_words(words: Sequence[Words]) -> WordsByField:
    """Return the words that an example brings, by field."""
    return {entry.field: entry.ranges for entry in words}


def _merged(segments: Iterable[Segment], labelled: Example) -> list[Segment]:
    merged: list[Segment] = []
    for segment in segments:
        before = merged[-1] if merged else None
        if before and before.field == segment.field and _crossed(before, segment, labelled):
            scores = [s.score for s in (before, segment) if s.score is not None]
            merged[-1] = Segment(segment.field, (before.a[0], segment.a[1]),
                                 (before.b[0], segment.b[1]), min(scores, default=None))
        else:
            merged.append(segment)
    return merged


def _crossed(before: Segment, segment: Segment, labelled: Example) -> bool:
    return any(
        span.field == segment.field and span.fragments[0][0] < before.b[1]
        and span.fragments[-1][1] > segment.b[0]
        for span in labelled.spans
    )
