"""Marked translation as evidence on a finished translation.

The source is translated once more with its spans marked. The phrase between the markers is then
located in the finished translation, which stays unchanged.
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
    """Target source that ranks ranges by likeness to the phrase that a marked translation gives.

    A fragment whose markers do not survive gets an empty ranking. So does a fragment whose phrase
    is not in the finished translation, unless a range there has the neighbours of the phrase. A
    pair of which nothing can be translated gets a reason.

    Args:
        translator: must be tuned to keep markers; untuned models lose most of them.
        kept: at most this many ranges per fragment.
    """

    name = "markers"

    def __init__(self, translator: MarkedTextTranslator, kept: int = 8) -> None:
        self._translator = translator
        self._kept = kept

    def find(self, pairs: Sequence[TextPair]) -> list[PairTargets]:
        """Rank targets for every span of every pair; the order of the pairs is kept."""
        places = [_places(pair) for pair in pairs]
        phrases = translate_phrases(self._translator, [
            Unmarked(pair.source.text, tuple(place.range for place in pair_places),
                     pair.source.lang, pair.target.lang)
            for pair, pair_places in zip(pairs, places, strict=True)
        ])
        words = _words(pairs, phrases)
        return [
            self._located(pair, pair_places, pair_phrases, words)
            for pair, pair_places, pair_phrases in zip(pairs, places, phrases, strict=True)
        ]

    def _located(
        self,
        pair: TextPair,
        places: Sequence[_Place],
        phrases: Sequence[Phrase],
        words: dict[tuple[str, str], Side],
    ) -> PairTargets:
        by_span = [[NOTHING] * len(span.fragments) for span in pair.spans]
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
                by_span[place.span][place.fragment] = located
        untranslated = bool(phrases) and not any(phrase.text for phrase in phrases)
        reason = phrases[0].fault if untranslated else None
        return PairTargets(tuple(tuple(targets) for targets in by_span), reason)


class _Place(NamedTuple):
    """A fragment to mark."""

    range: Range
    span: int
    fragment: int


def _places(pair: TextPair) -> list[_Place]:
    """Return the fragments of all usable spans in reading order, without white space at their ends.
    """
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
    """Return the words of every marked translation, by language and text."""
    wanted: dict[str, dict[str, None]] = {}
    for pair, pair_phrases in zip(pairs, phrases, strict=True):
        texts = {phrase.text: None for phrase in pair_phrases if phrase.range}
        wanted.setdefault(pair.target.lang, {}).update(texts)
    return {
        (lang, text): Side(text, ranges, lang)
        for lang, texts in wanted.items()
        for text, ranges in zip(texts, word_ranges_batch(list(texts), lang), strict=True)
    }
