"""An endless stream of batches, in part of plain examples, in part with markers on both sides."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosslabel.pipeline.marker_tuning.checkpoint import TokenPair, TrainableCheckpoint
from crosslabel.pipeline.marker_tuning.examples import LinkedBitext, MarkedPair, joined, thinned
from crosslabel.projection.markers import Markers

_POOL = 4096
"""Number of examples that are drawn at once and sorted by length."""
_JOINED = 0.2
"""Share of the examples that are several pairs in a row, so that long texts keep markers too."""
_PARTS = (2, 2, 3)
MOST_RANGES = 4
"""Largest number of ranges in an example, however many pairs it joins."""


@dataclass(frozen=True, slots=True)
class BitextDirection:
    """The pairs with which one direction is learned or measured.

    Attributes:
        numbers: positions of the pairs in the bitext.
        turned: whether the bitext's target is translated into its source.
    """

    bitext: LinkedBitext
    numbers: Sequence[int]
    source_lang: str
    target_lang: str
    turned: bool = False

    def way(self, pair: MarkedPair) -> MarkedPair:
        """Return a pair of the bitext in this direction."""
        return pair.turned() if self.turned else pair


@dataclass(frozen=True, slots=True)
class ExampleMix:
    """The make-up of the examples.

    Attributes:
        markers: the convention.
        plain: share of the examples without markers.
        batch_tokens: padded tokens of a batch on its longer side.
        longest: largest number of tokens of a source or target; longer examples are left out.
        seed: fixes all random choices.
    """

    markers: Markers
    plain: float
    batch_tokens: int
    longest: int
    seed: int


def batches(
    checkpoint: TrainableCheckpoint, directions: Sequence[BitextDirection], mix: ExampleMix
) -> Iterator[list[TokenPair]]:
    """Yield batches of examples of similar length; directions are drawn evenly."""
    rng = random.Random(mix.seed)
    while True:
        pool = [_example(checkpoint, directions, mix, rng) for _ in range(_POOL)]
        cut = _cut([example for example in pool if _length(example) <= mix.longest], mix)
        rng.shuffle(cut)
        yield from cut


def _example(
    checkpoint: TrainableCheckpoint, directions: Sequence[BitextDirection], mix: ExampleMix,
    rng: random.Random,
) -> TokenPair:
    direction = rng.choice(directions)
    parts = rng.choice(_PARTS) if rng.random() < _JOINED else 1
    is_plain = rng.random() < mix.plain
    pair = thinned(joined([_pair(direction, is_plain, rng) for _ in range(parts)]),
                   MOST_RANGES, rng)
    source, target = direction.way(pair).written(mix.markers)
    return checkpoint.encode(source, target, direction.source_lang, direction.target_lang)


def _pair(direction: BitextDirection, is_plain: bool, rng: random.Random) -> MarkedPair:
    number = rng.choice(direction.numbers)
    if is_plain:
        return direction.bitext.plain(number)
    return direction.bitext.marked(number, rng)


def _length(example: TokenPair) -> int:
    return max(len(example.source), len(example.target))


def _cut(examples: list[TokenPair], mix: ExampleMix) -> list[list[TokenPair]]:
    cut: list[list[TokenPair]] = []
    rows: list[TokenPair] = []
    for example in sorted(examples, key=_length):
        if rows and _length(example) * (len(rows) + 1) > mix.batch_tokens:
            cut.append(rows)
            rows = []
        rows.append(example)
    return [*cut, rows] if rows else cut
