"""Hypotheses scored in the other direction: the marked source given the marked target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from projection.constrained.forced import Extension
from projection.constrained.model import Direction, MarkerModel
from projection.constrained.search import Hypothesis
from projection.interface import Range, TextPair
from projection.markers import mark

_TEXTS_PER_READING = 64


class Turned(NamedTuple):
    """A hypothesis about a fragment of the source; ``place`` says which."""

    pair: TextPair
    fragment: Range
    hypothesis: Hypothesis
    place: tuple[int, int, int]


def backward_scores(
    model: MarkerModel, direction: Direction, asked: Sequence[Turned]
) -> NDArray[np.float64]:
    """(asked,) summed log-probability of each marked source text, in nats.

    NaN where a text is beyond the model's limits.

    Args:
        direction: from the language of the targets into that of the sources.
    """
    given = direction.sources([_marked_target(one, model) for one in asked])
    marked = {
        place: mark(own.source.text, [fragment], model.markers)
        for own, fragment, _, place in asked
    }
    wanted = dict(zip(marked, direction.targets(list(marked.values())), strict=True))
    scores = np.full(len(asked), np.nan)
    for batch in _batches(direction, given, [wanted[one.place] for one in asked]):
        reading = model.decoder.read([given[number] for number in batch])
        begin = direction.marking.begin
        found = reading.extend([
            Extension(row, (*begin, *wanted[asked[number].place]), direction.marking.end)
            for row, number in enumerate(batch)
        ], direction.marking.end)
        for number, one in zip(batch, found, strict=True):
            scores[number] = one.following[len(begin) - 1:].sum(dtype=np.float64)
    return scores


def _marked_target(one: Turned, model: MarkerModel) -> str:
    words = one.pair.target.words
    place = words[one.hypothesis.first][0], words[one.hypothesis.end - 1][1]
    return mark(one.pair.target.text, [place], model.markers)


def _batches(
    direction: Direction, given: Sequence[Sequence[int]], wanted: Sequence[Sequence[int]]
) -> Iterator[list[int]]:
    """Numbers of texts of similar lengths that are within the limits."""
    special = len(direction.marking.begin)
    fitting = [
        number for number, (ours, theirs) in enumerate(zip(given, wanted, strict=True))
        if len(ours) <= direction.max_source and len(theirs) + special <= direction.max_target
    ]
    fitting.sort(key=lambda number: (len(given[number]), len(wanted[number]), number))
    for start in range(0, len(fitting), _TEXTS_PER_READING):
        yield fitting[start:start + _TEXTS_PER_READING]
