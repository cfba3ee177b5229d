"""Marked translation as evidence for a finished translation.

The source is translated once more with its spans marked. The phrase that comes out between the
markers is then looked for in the finished translation, which stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from crosslabel.projection.interface import (
    GivenSpan,
    PairTargets,
    Range,
    RankedTargets,
    Side,
    TextPair,
)
from crosslabel.projection.joint.units import is_inside, words_within
from crosslabel.projection.markers import trimmed
from crosslabel.projection.markers.translating import (
    MarkedTextTranslator,
    Phrase,
    Unmarked,
    translate_phrases,
)
from crosslabel.projection.targets.locating import TwoTranslations
from crosslabel.projection.words import word_ranges_batch

NOTHING = RankedTargets(np.empty((0, 2), np.int32), np.empty(0, np.float32))


class MarkedTranslation:
    """Ranks target ranges by their likeness to the phrase that a marked translation gives.

    A fragment whose markers do not survive gets an empty ranking. So does one whose phrase the
    finished translation does not have, though a range whose neighbours are those of the phrase
    counts as found. A pair of which nothing can be translated says why.

    Args:
        translator: tuned to keep markers; untuned models lose most of them.
        kept: how many ranges per fragment at the most.
    """

    name = "markers"

    def __init__(self, translator: MarkedTextTranslator, kept: int = 8) -> None:
        self._translator = translator
        self._kept = kept

    def find(self, pairs: Sequence[TextPair]) -> list[PairTargets]:
        """Rank targets for every span of every pair; the order of the pairs is kept."""
        places = [_places(pair) for pair in pairs]
        phrases = translate_phrases(self._translator, [
            Unmarked(pair.source.text, tuple(place.range for place in own),
                     pair.source.lang, pair.target.lang)
            for pair, own in zip(pairs, places, strict=True)
        ])
        words = _words(pairs, phrases)
        return [
            self._found(pair, own, spoken, words)
            for pair, own, spoken in zip(pairs, places, phrases, strict=True)
        ]

    def _found(
        self,
        pair: TextPair,
        places: Sequence[_Place],
        phrases: Sequence[Phrase],
        words: dict[tuple[str, str], Side],
    ) -> PairTargets:
        found = [[NOTHING] * len(span.fragments) for span in pair.spans]
        compared: dict[str, TwoTranslations] = {}
        for place, phrase in zip(places, phrases, strict=True):
            if phrase.range is None:
                continue
            other = words[pair.target.lang, phrase.text]
            if phrase.text not in compared:
                both = TwoTranslations(other.surface(), pair.target.surface())
                compared[phrase.text] = both
            wanted = words_within(phrase.range, other.words)
            if wanted:
                located = compared[phrase.text].locate(wanted, self._kept)
                found[place.span][place.fragment] = located
        untranslated = bool(phrases) and not any(phrase.text for phrase in phrases)
        reason = phrases[0].fault if untranslated else None
        return PairTargets(tuple(tuple(own) for own in found), reason)


class _Place(NamedTuple):
    """A fragment to be marked."""

    range: Range
    span: int
    fragment: int


def _places(pair: TextPair) -> list[_Place]:
    """The fragments of all usable spans in reading order, without white space at their ends."""
    return sorted(
        _Place(visible, s, f)
        for s, span in enumerate(pair.spans)
        for f, visible in enumerate(_visible(span, pair.source))
        if visible is not None
    )


def _visible(span: GivenSpan, side: Side) -> list[Range | None]:
    if not is_inside(span, side):
        return []
    return [trimmed(side.text, fragment) for fragment in span.fragments]


def _words(
    pairs: Sequence[TextPair], phrases: Sequence[Sequence[Phrase]]
) -> dict[tuple[str, str], Side]:
    """By language and text the words of every marked translation."""
    wanted: dict[str, dict[str, None]] = {}
    for pair, own in zip(pairs, phrases, strict=True):
        texts = {phrase.text: None for phrase in own if phrase.range}
        wanted.setdefault(pair.target.lang, {}).update(texts)
    return {
        (lang, text): Side(text, ranges, lang)
        for lang, texts in wanted.items()
        for text, ranges in zip(texts, word_ranges_batch(list(texts), lang), strict=True)
    }
