"""Class numbers and weights of the words of one side, from its spans or its word labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from crosslabel.finetune.features.rows import (
    FeatureRow,
    LabelledSide,
    UnusableRowError,
    first_field,
    first_words,
)
from crosslabel.finetune.features.source import FeatureSource
from crosslabel.finetune.features.spans import FREE, iob2, share_out, touched_words
from crosslabel.finetune.schema import IGNORE, LabelOrigin
from crosslabel.pipeline.corpus.lost_spans import masses_of, of_ruined, unknown_of
from crosslabel.pipeline.corpus.records import Example, Pair, Words
from crosslabel.pipeline.corpus.word_labels import given_spans
from crosslabel.pipeline.stages.shard_pairs import lost_mass, ruined_words, unknown_words
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Projection


@dataclass(frozen=True, slots=True)
class WordLabels:
    """Labels of the words of one side.

    Attributes:
        words: ranges of the words in ``text``.
        numbers: int16 (words,), class numbers, -100 where the label is not known.
        weights: float16 (words,), how far each label is to be trusted; 0 without a label.
    """

    text: str
    words: Words
    numbers: NDArray[np.int16]
    weights: NDArray[np.float16]

    def surface(self) -> list[str]:
        """Return the words as strings."""
        return [self.text[start:end] for start, end in self.words.ranges]


class WordLabeller:
    """A labeller of the words of rows.

    Args:
        source: the input of the rows; its labels are IOB2 tags or word labels.
        counts: numbers of words and spans without a label; updated.
    """

    def __init__(self, source: FeatureSource, counts: Counter[str]) -> None:
        self._number = {name: number for number, name in enumerate(source.labels)}
        self._options = source.options
        self._name = source.name
        self._counts = counts

    def sides(self, row: FeatureRow) -> tuple[WordLabels, WordLabels | None]:
        """Return the labels of side a and, if there is one, of side b.

        Raises:
            UnusableRowError: a span was lost, and pairs with lost spans are dropped.
            InputError: spans share words, and no option says which is tagged.
        """
        return self._side(row.a), self._side(row.b) if row.b else None

    def _side(self, side: LabelledSide) -> WordLabels:
        example = side.example
        words = first_words(example)
        if words is None:
            raise ValueError(f"{example.id}: no words for its first field")
        if side.origin == LabelOrigin.NONE:
            labels: Sequence[str | None] = [None] * len(words.ranges)
            weights = np.ones(len(labels))
        elif example.task == "words":
            labels, weights = self._of_words(side, words)
        elif side.pair is None:
            labels, weights = self._given_spans(example, words)
        else:
            labels, weights = self._projected_spans(side.pair, words)
        numbers = self._numbers(labels)
        weights = np.where(numbers == IGNORE, 0.0, weights)
        return WordLabels(example.fields[words.field], words, numbers,
                          weights.astype(np.float16))

    def _numbers(self, labels: Sequence[str | None]) -> NDArray[np.int16]:
        """Return class numbers; a label that is not a class is unknown, and counted."""
        self._counts["words of other classes"] += sum(
            label is not None and label not in self._number for label in labels)
        return np.array([IGNORE if label is None else self._number.get(label, IGNORE)
                         for label in labels], np.int16)

    def _given_spans(self, example: Example, words: Words) -> _Labels:
        spans = [span for span in example.spans if span.field == words.field]
        owners = share_out(words.ranges, spans, self._options.nested or "outermost")
        lost = next((spans[n] for n in owners.left_out if owners.touched[n]), None)
        if lost is not None and self._options.nested is None:
            raise InputError(
                f"{self._name}, row {example.id}: span {lost.id!r} ({lost.label}) is "
                "discontinuous or shares words with another, which IOB2 tags cannot express; "
                "choose one with nested: outermost or innermost")
        self._counts["spans left out"] += len(owners.left_out)
        self._counts["spans of other fields"] += len(example.spans) - len(spans)
        labels: list[str | None] = list(iob2(owners, spans))
        weights = np.ones(len(labels))
        masked = self._options.on_lost_span == "mask"
        if maybe_lost := example.lost if masked else of_ruined(example.lost):
            free = {n for n, owner in enumerate(owners.of_words) if owner == FREE}
            for word, mass in masses_of(maybe_lost, words.field, words.ranges).items():
                weights[word] = 1.0 - mass if word in free else weights[word]
            self._mask(labels, unknown_of(maybe_lost, words.field, words.ranges) & free)
        return labels, weights

    def _mask(self, labels: list[str | None], words: Collection[int]) -> None:
        """Make words unknown, and count them."""
        for word in words:
            labels[word] = None
        self._counts["words masked"] += len(words)

    def _projected_spans(self, pair: Pair, words: Words) -> _Labels:
        pair = self._tagged_part(pair)
        spans = pair.a.spans
        owners = share_out(words.ranges, spans, self._options.nested or "outermost")
        labels: list[str | None] = list(iob2(owners, spans))
        free = {n for n, owner in enumerate(owners.of_words) if owner == FREE}
        unknown = {word for n in owners.left_out for word in owners.touched[n]}
        self._counts["projected spans left out"] += len(owners.left_out)
        sure = {p.span_id: _probability(p) for p in pair.projections}
        sure |= {span.id: span.score for span in spans if span.score is not None}
        weights = np.array([1.0 if n == FREE else sure[spans[n].id] for n in owners.of_words])
        if self._options.on_lost_span == "mask":
            for word, mass in lost_mass(pair, words.field).items():
                weights[word] = 1.0 - mass if word in free else weights[word]
            unknown |= unknown_words(pair, words.field, self._options.mask_above or 1.0)
        unknown |= ruined_words(pair.a, words.field)
        self._mask(labels, unknown & free)
        return labels, weights

    def _tagged_part(self, pair: Pair) -> Pair:
        """Return the pair with only the spans and projections that are tagged on the given side.

        Raises:
            UnusableRowError: one of them was lost, and pairs with lost spans are dropped.
        """
        field = first_field(pair.b)
        given = [span for span in given_spans(pair.b) if span.field == field]
        words = first_words(pair.b)
        owners = share_out(words.ranges if words else (), given,
                           self._options.nested or "outermost")
        kept = {span.id for n, span in enumerate(given) if n not in owners.left_out}
        kept |= {lost.id for lost in pair.b.lost if lost.field == field}
        projections = tuple(p for p in pair.projections if p.span_id in kept)
        lost = [p for p in projections if p.status != "projected"]
        if lost and self._options.on_lost_span == "drop_pair":
            raise UnusableRowError(*(f"lost-span: {p.label} {p.span_id}: {p.reason}" for p in lost))
        spans = tuple(span for span in pair.a.spans if span.id in kept)
        return replace(pair, a=replace(pair.a, spans=spans), projections=projections)

    def _of_words(self, side: LabelledSide, words: Words) -> _Labels:
        weights = np.ones(len(words.ranges))
        if side.pair is not None:
            pair = self._tagged_part(side.pair)
            sure = _word_probabilities(words, pair.projections)
            sure |= {n: score for n, score in enumerate(words.scores) if score is not None}
            weights = np.array([sure.get(n, 1.0) for n in range(len(words.ranges))])
            self._counts["words masked"] += sum(label is None for label in words.labels)
        return words.labels or [None] * len(words.ranges), weights


_Labels = tuple[Sequence[str | None], NDArray[np.float64]]


def _probability(projection: Projection) -> float:
    return 1.0 if projection.probability is None else projection.probability


def _word_probabilities(words: Words, projections: Sequence[Projection]) -> dict[int, float]:
    """Return per word the highest probability of a projection that gave the word its label."""
    sure: dict[int, float] = {}
    for projection in projections:
        for word in touched_words(words.ranges, projection.fragments):
            if words.labels[word] == projection.label:
                sure[word] = max(sure.get(word, 0.0), _probability(projection))
    return sure
