"""Sentence pairs with ranges that belong together, made from bitext and its word links."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crosslabel.pipeline.aligner.training import sides
from crosslabel.pipeline.marker_tuning.phrases import choose, consistent_phrases
from crosslabel.projection.interface import Links, Range, Side
from crosslabel.projection.interface import TextPair as ProjectedPair
from crosslabel.projection.links.statistical import StatisticalAligner
from crosslabel.projection.markers import Markers, mark

_ALIGNED_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class MarkedPair:
    """Two texts that translate each other.

    Attributes:
        ranges: character ranges of the source and of the target that belong together.
    """

    source: str
    target: str
    ranges: tuple[tuple[Range, Range], ...] = ()

    def turned(self) -> MarkedPair:
        """Return the pair with source and target exchanged."""
        return MarkedPair(self.target, self.source, tuple((b, a) for a, b in self.ranges))

    def ordered(self) -> list[tuple[Range, Range]]:
        """Return the ranges by their place in the source, outer ones first."""
        return sorted(self.ranges, key=lambda pair: (pair[0][0], -pair[0][1]))

    def written(self, markers: Markers) -> tuple[str, str]:
        """Return both texts with markers, numbered by the place of the range in the source."""
        if not self.ranges:
            return self.source, self.target
        ordered = self.ordered()
        return (
            mark(self.source, [source for source, _ in ordered], markers),
            mark(self.target, [target for _, target in ordered], markers),
        )


def joined(pairs: Sequence[MarkedPair]) -> MarkedPair:
    """Join several pairs in a row, with a space between them."""
    sources, targets, ranges = "", "", []
    for pair in pairs:
        sources, targets = f"{sources} " if sources else "", f"{targets} " if targets else ""
        ranges += [
            (_moved(source, len(sources)), _moved(target, len(targets)))
            for source, target in pair.ranges
        ]
        sources, targets = sources + pair.source, targets + pair.target
    return MarkedPair(sources, targets, tuple(ranges))


def _moved(characters: Range, by: int) -> Range:
    return characters[0] + by, characters[1] + by


def thinned(pair: MarkedPair, most: int, rng: random.Random) -> MarkedPair:
    """Return the pair with at most ``most`` of its ranges."""
    kept = rng.sample(pair.ranges, min(most, len(pair.ranges)))
    return MarkedPair(pair.source, pair.target, tuple(kept))


class LinkedBitext:
    """A bitext with words and links, from which random phrases can be drawn.

    Args:
        pairs: source and target sides.
        links: word links of each pair.
    """

    def __init__(self, pairs: Sequence[tuple[Side, Side]], links: Sequence[Links]) -> None:
        self._texts = [(source.text, target.text) for source, target in pairs]
        self._words = [(_array(source), _array(target)) for source, target in pairs]
        self._links = [pair_links.pairs for pair_links in links]

    @classmethod
    def align(
        cls, texts: Sequence[tuple[str, str]], source_lang: str, target_lang: str
    ) -> LinkedBitext:
        """Link the words of texts with an aligner that is trained on these texts."""
        pairs = list(sides(texts, source_lang, target_lang))
        words = [(source.surface(), target.surface()) for source, target in pairs]
        aligner = StatisticalAligner.train(words)
        links: list[Links] = []
        for start in range(0, len(pairs), _ALIGNED_AT_ONCE):
            links += aligner.align([
                ProjectedPair("", *pair, ()) for pair in pairs[start : start + _ALIGNED_AT_ONCE]
            ])
        return cls(pairs, links)

    def __len__(self) -> int:
        return len(self._texts)

    def plain(self, number: int) -> MarkedPair:
        """Return a pair without ranges."""
        return MarkedPair(*self._texts[number])

    def marked(self, number: int, rng: random.Random, count: int | None = None) -> MarkedPair:
        """Return a pair with a random choice of its consistent phrases, if it has any.

        Args:
            count: number of phrases; one to four if not given, and fewer if there are no more.
        """
        source, target = self._texts[number]
        source_words, target_words = self._words[number]
        phrases = consistent_phrases(map(tuple, self._links[number].tolist()))
        words = _surface(source, source_words), _surface(target, target_words)
        ranges = tuple(
            (_characters(source_words, phrase.source), _characters(target_words, phrase.target))
            for phrase in choose(phrases, *words, rng, count)
        )
        return MarkedPair(source, target, ranges)


def _array(side: Side) -> NDArray[np.int32]:
    return np.array(side.words, dtype=np.int32).reshape(-1, 2)


def _surface(text: str, words: NDArray[np.int32]) -> list[str]:
    return [text[start:end] for start, end in words.tolist()]


def _characters(words: NDArray[np.int32], covered: Range) -> Range:
    return int(words[covered[0], 0]), int(words[covered[1] - 1, 1])
