"""The stream of examples for marker tuning: part of them plain, part with markers on both sides.

The marked texts are names whose place is known because they were swapped or filled into a template,
and phrases of unchanged pairs whose word links are consistent.
"""

import random
from dataclasses import dataclass
from itertools import accumulate

from crosslabel.pipeline.aligner.bitext import evenly
from crosslabel.pipeline.marker_tuning.examples import LinkedBitext, MarkedPair, joined, thinned
from crosslabel.projection.interface import Range
from crosslabel.projection.markers import Markers
from training.text.corpus import TRANSLATED, Corpus, Pair
from training.text.names import Names
from training.text.slots import SlotFinder, Slotted, fill_with_places
from training.text.templates import fill_with_places as fill_template
from training.translation.examples import (
    INTO_ENGLISH,
    JOINED,
    PARTS,
    SWAP,
    TEMPLATE,
    Example,
    Stream,
)
from training.translation.vocabulary import Vocabulary

NAMED = 0.6
"""Share of the pairs with shared names in which the names are marked, not phrases."""
LINKED = 40_000
"""Pairs of a corpus that are marked, at even distances; more than a short tuning draws."""
MOST = 4
"""Most marked ranges of an example, however many pairs it joins."""


@dataclass(frozen=True)
class Mix:
    """The mix of examples: `markers` is the convention, `plain` the share of examples without."""

    markers: Markers
    plain: float


class MarkedStream(Stream):
    """A stream that draws marked examples beside the plain ones of `Stream`."""

    def __init__(
        self, corpora: list[Corpus], names: Names, words: Vocabulary, seed: int, mix: Mix
    ) -> None:
        super().__init__(corpora, names, words, seed)
        self._mix = mix
        finder = SlotFinder([english for corpus in corpora for english, _ in corpus.pairs])
        self._linked: dict[str, tuple[LinkedBitext, list[float]]] = {}
        self._slotted: dict[str, list[Slotted | None]] = {}
        for language in TRANSLATED:
            texts, cumulative = _drawn([c for c in corpora if c.language == language])
            self._linked[language] = LinkedBitext.align(texts, "en", language), cumulative
            self._slotted[language] = [finder.find(pair) for pair in texts]

    def _example(self, rng: random.Random) -> Example:
        if rng.random() < self._mix.plain:
            return super()._example(rng)
        language = rng.choice(TRANSLATED)
        parts = rng.choice(PARTS) if rng.random() < JOINED else 1
        pair = joined([self._marked(language, rng) for _ in range(parts)])
        pair = thinned(pair, MOST, rng)
        if rng.random() < INTO_ENGLISH:
            return self._encode("en", *pair.turned().written(self._mix.markers), rng)
        return self._encode(language, *pair.written(self._mix.markers), rng)

    def _marked(self, language: str, rng: random.Random) -> MarkedPair:
        if rng.random() < TEMPLATE:
            english, *others = fill_template(self._names, rng)
            other = others[TRANSLATED.index(language)]
            shared = [key for key in english[1] if key in other[1]]
            ranges = [(english[1][key], other[1][key]) for key in shared]
            return MarkedPair(english[0], other[0], _some(ranges, rng))
        linked, cumulative = self._linked[language]
        number = rng.choices(range(len(linked)), cum_weights=cumulative)[0]
        slotted = self._slotted[language][number]
        if slotted and rng.random() < NAMED:
            return self._named(slotted, rng)
        return linked.marked(number, rng)

    def _named(self, pair: Slotted, rng: random.Random) -> MarkedPair:
        (source, ours), (target, theirs) = fill_with_places(pair, self._names, SWAP, rng)
        ranges = [
            (ours[name][0], theirs[name][0]) for name in ours
            if len(ours[name]) == len(theirs[name]) == 1
        ]  # fmt: skip
        return MarkedPair(source, target, _some(ranges, rng))


def _drawn(corpora: list[Corpus]) -> tuple[list[Pair], list[float]]:
    """Return the pairs to link, and their cumulative weights for drawing."""
    texts: list[Pair] = []
    weights: list[float] = []
    for corpus in corpora:
        chosen = list(evenly(corpus.pairs, len(corpus.pairs), LINKED))
        texts += chosen
        weights += [corpus.weight * len(corpus.pairs) / len(chosen)] * len(chosen)
    return texts, list(accumulate(weights))


def _some(
    ranges: list[tuple[Range, Range]], rng: random.Random
) -> tuple[tuple[Range, Range], ...]:
    """Return a random choice of ranges, at least one if there are any."""
    if not ranges:
        return ()
    return tuple(rng.sample(ranges, rng.randint(1, len(ranges))))
