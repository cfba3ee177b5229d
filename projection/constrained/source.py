"""Constrained decoding as a target source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.constrained.backward import Turned, backward_scores
from crosslabel.projection.constrained.model import Direction, MarkerModel
from crosslabel.projection.constrained.search import (
    Hypothesis,
    Marking,
    Searched,
    SearchOptions,
    search,
)
from crosslabel.projection.constrained.template import Template
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import PairTargets, RankedTargets, TextPair
from crosslabel.projection.markers import mark

Floats = NDArray[np.float64]

_DEFAULT = SearchOptions()


class ConstrainedDecoding:
    """Target source that ranks ranges by the probability of the marked target text.

    The probability is conditional on the marked source text.

    Every fragment of every span is searched separately. A text beyond the limits of the model gets
    no ranking; a pair whose languages the model does not know gets a reason. The hypotheses of the
    search are ranked by the sum of their score and their score in the other direction, the marked
    source given the marked target, if the model translates both ways (as CODEC does with two
    models, Le et al. 2024, section 3.3); ``proved_exact`` refers to the search.

    Args:
        model: must be tuned to keep markers; untuned models put them anywhere.
        options: limits of the search.
    """

    name = "constrained"

    def __init__(self, model: MarkerModel, options: SearchOptions = _DEFAULT) -> None:
        self._model = model
        self._options = options

    def find(self, pairs: Sequence[TextPair]) -> list[PairTargets]:
        """Rank targets for every span of every pair; the order of the pairs is kept."""
        searched = self.search(pairs)
        backward = self._backward(pairs, [by_span for by_span, _ in searched])
        return [
            PairTargets(tuple(
                tuple(_ranked(fragment, backward.get((number, s, f)))
                      for f, fragment in enumerate(fragments))
                for s, fragments in enumerate(by_span)
            ), reason)
            for number, (by_span, reason) in enumerate(searched)
        ]

    def search(
        self, pairs: Sequence[TextPair]
    ) -> list[tuple[list[list[Searched | None]], str | None]]:
        """Search the targets as :meth:`find`, and return each search with its cost.

        The search is ``None`` if a text is too long.
        """
        results: list[list[list[Searched | None]]] = [
            [[None] * len(span.fragments) for span in pair.spans] for pair in pairs
        ]
        reasons: list[str | None] = [None] * len(pairs)
        tasks: list[_Task] = []
        for languages, numbers in _by_languages(pairs).items():
            try:
                direction = self._model.direction(*languages)
            except InputError as error:
                for number in numbers:
                    reasons[number] = str(error)
                continue
            tasks += self._tasks(direction, pairs, numbers)
        for task, searched in self._searched(tasks):
            results[task.pair][task.span][task.fragment] = searched
        return list(zip(results, reasons, strict=True))

    def _backward(
        self, pairs: Sequence[TextPair], searched: Sequence[Sequence[Sequence[Searched | None]]]
    ) -> dict[tuple[int, int, int], Floats]:
        """Return by fragment the score of each of its hypotheses in the other direction."""
        by_place: dict[tuple[int, int, int], Floats] = {}
        for (source, target), numbers in _by_languages(pairs).items():
            try:
                direction = self._model.direction(target, source)
            except InputError:
                continue
            asked = [
                Turned(pairs[number], fragment, hypothesis, (number, s, f))
                for number in numbers
                for s, span in enumerate(pairs[number].spans)
                for f, fragment in enumerate(span.fragments)
                for hypothesis in _hypotheses(searched[number][s][f])
            ]
            scores = backward_scores(self._model, direction, asked)
            for turned, score in zip(asked, scores.tolist(), strict=True):
                by_place[turned.place] = np.append(by_place.get(turned.place, np.empty(0)), score)
        return by_place

    def _tasks(
        self, direction: Direction, pairs: Sequence[TextPair], numbers: Sequence[int]
    ) -> Iterator[_Task]:
        places = [
            (number, s, f, fragment)
            for number in numbers
            for s, span in enumerate(pairs[number].spans)
            for f, fragment in enumerate(span.fragments)
            if 0 <= fragment[0] < fragment[1] <= len(pairs[number].source.text)
        ]
        marked = direction.sources([
            mark(pairs[number].source.text, [fragment], self._model.markers)
            for number, _, _, fragment in places
        ])
        templates = {
            number: direction.template(pairs[number].target.text, pairs[number].target.words)
            for number in dict.fromkeys(place[0] for place in places)
        }
        marking = direction.marking
        added = len(marking.begin) + len(marking.opening) + len(marking.closing)
        for (number, s, f, _), ids in zip(places, marked, strict=True):
            length = added + len(templates[number].ids)
            if len(ids) <= direction.max_source and length <= direction.max_target:
                yield _Task(number, s, f, ids, templates[number], marking)

    def _searched(self, tasks: list[_Task]) -> Iterator[tuple[_Task, Searched]]:
        # Spans of similar texts share passes; a search has one direction.
        tasks.sort(key=lambda task: (task.marking.begin, task.marking.opening,
                                     len(task.template.ids), len(task.source)))
        for batch, results in self._model.decoder.texts.batches(tasks, _batches, self._search):
            yield from zip(batch, results, strict=True)

    def _search(self, tasks: list[_Task]) -> list[Searched]:
        reading = self._model.decoder.read([task.source for task in tasks])
        templates = [task.template for task in tasks]
        return search(reading, templates, tasks[0].marking, self._options)


class _Task(NamedTuple):
    """The search for one fragment of one span of one pair."""

    pair: int
    span: int
    fragment: int
    source: list[int]
    template: Template
    marking: Marking


def _batches(tasks: Sequence[_Task], most: int) -> Iterator[list[_Task]]:
    """Yield searches in their order, with the same markers within a batch."""
    batch: list[_Task] = []
    for task in tasks:
        if batch and (len(batch) == most or task.marking != batch[0].marking):
            yield batch
            batch = []
        batch.append(task)
    if batch:
        yield batch


def _by_languages(pairs: Sequence[TextPair]) -> dict[tuple[str, str], list[int]]:
    numbers: dict[tuple[str, str], list[int]] = {}
    for number, pair in enumerate(pairs):
        if pair.spans:
            numbers.setdefault((pair.source.lang, pair.target.lang), []).append(number)
    return numbers


def _hypotheses(searched: Searched | None) -> tuple[Hypothesis, ...]:
    return () if searched is None else searched.hypotheses


def _ranked(searched: Searched | None, backward: Floats | None) -> RankedTargets:
    hypotheses = _hypotheses(searched)
    scores = np.array([hypothesis.score for hypothesis in hypotheses])
    if backward is not None and np.isfinite(backward).all():
        scores = scores + backward
    order = np.argsort(-scores, kind="stable")
    words = np.array([hypothesis[:2] for hypothesis in hypotheses], np.int32).reshape(-1, 2)
    return RankedTargets(words[order], scores[order].astype(np.float32),
                         None if searched is None else searched.proved_exact)
