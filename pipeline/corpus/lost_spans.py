"""Lost spans of a text: the words that they may have become, and the form of their values.

A word that belongs to a lost span with some probability is not outside all spans for sure. How
probable that has to be before its label counts as unknown, the recipe of its corpus decided
(``mask_above``); the word says so (``unknown``), so that no reader needs the recipe.

A segment whose translation is ruined is a lost span without a label: what became of its words, and
whether there was a span at all, nobody knows. Its words are unknown whatever the recipe says of
other lost spans.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from crosslabel.pipeline.corpus.records import LikelyWord, LostSpan, Pair, Span
from crosslabel.pipeline.corpus.word_labels import given_or_lost
from crosslabel.projection.interface import Projection, Range

RUINED = "ruined"
"""Reason of spans in a segment whose translation is ruined, and of the segment's words."""

_Place = tuple[str, int, int]


def either(first: float, second: float) -> float:
    """Return the probability that a word belongs to one of two lost spans, independent of each
    other."""
    return first + (1.0 - first) * second


def masked_from(recipe: Mapping[str, Any]) -> float | None:
    """Return from which probability on the recipe of a corpus masks words; ``None`` if never."""
    return float(recipe.get("mask_above", 1.0)) if recipe["on_lost_span"] == "mask" else None


def lost_in(pair: Pair, mask_above: float | None) -> tuple[LostSpan, ...]:
    """Return the lost spans of side a of a pair, its ruined segments last.

    Args:
        mask_above: words that belong to lost spans with at least this probability are unknown;
            ``None`` if none are.
    """
    fields = {span.id: span.field for span in given_or_lost(pair.b)}
    words = {words.field: words.ranges for words in pair.a.words}
    lost = tuple(_lost(p, fields[p.span_id], words.get(fields[p.span_id], ()))
                 for p in pair.projections if p.status != "projected")
    return *flagged(lost, mask_above), *pair.a.lost


def _lost(projection: Projection, field: str, words: Sequence[Range]) -> LostSpan:
    masses = projection.mass or (1.0,) * len(projection.likely)
    likely = sorted(zip(projection.likely, masses, strict=True))
    return LostSpan(projection.span_id, field, projection.label, projection.status,
                    projection.reason or "",
                    tuple(LikelyWord(*words[number], mass) for number, mass in likely))


def flagged(lost: Sequence[LostSpan], mask_above: float | None) -> tuple[LostSpan, ...]:
    """Return lost spans whose likely words are unknown from a threshold on.

    Args:
        mask_above: as in :func:`lost_in`.
    """
    masses: dict[_Place, float] = {}
    for span, word in _likely(lost):
        place = span.field, word.start, word.end
        masses[place] = either(masses.get(place, 0.0), word.mass)
    unknown = {place for place, mass in masses.items()
               if mask_above is not None and mass >= mask_above}
    return tuple(
        replace(span, likely=tuple(
            replace(word, unknown=(span.field, word.start, word.end) in unknown)
            for word in span.likely))
        for span in lost
    )


def _likely(lost: Iterable[LostSpan]) -> Iterator[tuple[LostSpan, LikelyWord]]:
    return ((span, word) for span in lost for word in span.likely)


def masses_of(lost: Iterable[LostSpan], field: str, words: Sequence[Range]) -> dict[int, float]:
    """Return the probability of words to belong to a lost span, without those that cannot.

    Args:
        words: of the field, in order; they need not be those that lost spans name.
    """
    masses: dict[int, float] = {}
    for span in lost:
        own: dict[int, float] = {}
        for word in span.likely if span.field == field else ():
            for number in _touched(words, word):
                own[number] = max(own.get(number, 0.0), word.mass)
        for number, mass in own.items():
            masses[number] = either(masses.get(number, 0.0), mass)
    return masses


def unknown_of(lost: Iterable[LostSpan], field: str, words: Sequence[Range]) -> frozenset[int]:
    """Return the words of a field that lost spans make unknown.

    Args:
        words: as in :func:`masses_of`.
    """
    return frozenset(number for span, word in _likely(lost)
                     if span.field == field and word.unknown for number in _touched(words, word))


def _touched(words: Sequence[Range], likely: LikelyWord) -> range:
    """Return the numbers of the words that share a character with a likely word."""
    return range(bisect_right(words, likely.start, key=lambda word: word[1]),
                 bisect_left(words, likely.end, key=lambda word: word[0]))


def of_ruined(lost: Iterable[LostSpan]) -> tuple[LostSpan, ...]:
    """Return those of the lost spans that stand for ruined segments."""
    return tuple(span for span in lost if not span.label)


def ruined_segment(
    number: int, field: str, words: Iterable[Range], taken: Collection[str]
) -> LostSpan:
    """Return what stands for a ruined segment: all of its words are unknown.

    Args:
        number: of the segment.
        taken: ids of spans of the example.
    """
    id = f"{RUINED}-{number}"
    while id in taken:
        id = f"_{id}"
    return LostSpan(id, field, "", "abstained", RUINED,
                    tuple(LikelyWord(start, end) for start, end in words))


def stand_ins(span: LostSpan, text: str) -> list[Span]:
    """Return spans in place of a lost one: each of its unknown words, as nobody knows which of them
    belong together."""
    words = [(word, text[word.start:word.end]) for word in span.likely if word.unknown]
    places = [(word.end - len(shown.lstrip()), word.start + len(shown.rstrip()))
              for word, shown in words if shown.strip()]
    return [Span(f"{span.id}/{number}", span.field, (place,), span.label)
            for number, place in enumerate(places)]


def as_values(lost: Iterable[LostSpan]) -> list[dict[str, Any]]:
    """Return lost spans as JSON values."""
    return [asdict(span) | {"likely": [asdict(word) for word in span.likely]} for span in lost]


def from_values(values: Iterable[Mapping[str, Any]]) -> tuple[LostSpan, ...]:
    """Return lost spans from the values of :func:`as_values`."""
    return tuple(
        LostSpan(**{**span, "likely": tuple(LikelyWord(**word) for word in span["likely"])})
        for span in values
    )
