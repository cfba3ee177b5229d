"""Scores of hypotheses in the other direction: the marked source given the marked target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.constrained.forced import Extension
from crosslabel.projection.constrained.model import Direction, MarkerModel
from crosslabel.projection.constrained.search import Hypothesis
from crosslabel.projection.interface import Range, TextPair
from crosslabel.projection.markers import mark


class Turned(NamedTuple):
    """A hypothesis about a fragment of the source; ``place`` identifies the fragment."""

    pair: TextPair
    fragment: Range
    hypothesis: Hypothesis
    place: tuple[int, int, int]


def backward_scores(
    model: MarkerModel, direction: Direction, asked: Sequence[Turned]
) -> NDArray[np.float64]:
    """Return the summed log-probability of each marked source text, (asked,), in nats.

    The score is NaN if a text is beyond the limits of the model.

    Args:
        direction: from the language of the targets into the language of the sources.
    """
    given = direction.sources([_marked_target(turned, model) for turned in asked])
    marked = {
        place: mark(pair.source.text, [fragment], model.markers)
        for pair, fragment, _, place in asked
    }
    wanted = dict(zip(marked, direction.targets(list(marked.values())), strict=True))
    begin, end = direction.marking.begin, direction.marking.end

    def computed(batch: list[int]) -> list[float]:
        reading = model.decoder.read([given[number] for number in batch])
        extended = reading.extend([
            Extension(row, (*begin, *wanted[asked[number].place]), end)
            for row, number in enumerate(batch)
        ], end)
        return [
            scored.following[len(begin) - 1:].sum(dtype=np.float64).item() for scored in extended
        ]

    scores = np.full(len(asked), np.nan)
    fitting = _fitting(direction, given, [wanted[turned.place] for turned in asked])
    for batch, batch_scores in model.decoder.texts.batches(fitting, _batches, computed):
        scores[batch] = batch_scores
    return scores


def _marked_target(turned: Turned, model: MarkerModel) -> str:
    words = turned.pair.target.words
    place = words[turned.hypothesis.first][0], words[turned.hypothesis.end - 1][1]
    return mark(turned.pair.target.text, [place], model.markers)


def _fitting(
    direction: Direction, given: Sequence[Sequence[int]], wanted: Sequence[Sequence[int]]
) -> list[int]:
    """Return the numbers of the texts within the limits, with texts of similar lengths together."""
    special = len(direction.marking.begin)
    fitting = [
        number for number, (ours, theirs) in enumerate(zip(given, wanted, strict=True))
        if len(ours) <= direction.max_source and len(theirs) + special <= direction.max_target
    ]
    fitting.sort(key=lambda number: (len(given[number]), len(wanted[number]), number))
    return fitting


def _batches(numbers: list[int], most: int) -> Iterator[list[int]]:
    for start in range(0, len(numbers), most):
        yield numbers[start:start + most]
