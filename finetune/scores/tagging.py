"""Figures of tagging: entities of IOB2 tags as seqeval counts them, words, and each label.

Micro F1 over entities with exact boundaries and label, tags read as conlleval reads them (seqeval's
default mode; Nakayama 2018). Words without a gold label are skipped, as if they were not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from crosslabel.finetune.reading.columns import Array
from crosslabel.finetune.scores.gold import GoldTags, Key, TaskGold
from crosslabel.finetune.scores.metrics import Metric, Ratio, f1_metrics, per_example
from crosslabel.finetune.scores.predicted import Row
from crosslabel.pipeline.corpus.tag_numbers import NO_TAG, IobTags, is_iob


@dataclass(frozen=True, slots=True)
class Labelled:
    """Words or entities that have a label.

    Attributes:
        example, label: number of the example and of the label of each.
    """

    example: Array
    label: Array

    def counts(self, examples: Array, labels: int) -> Array:
        """Count each label (labels,) in some examples."""
        counts: Array = np.bincount(self.label[np.isin(self.example, examples)], minlength=labels)
        return counts


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """Correct, predicted and gold words or entities, to be counted by label."""

    names: tuple[str, ...]
    correct: Labelled
    predicted: Labelled
    gold: Labelled

    def figures(self, examples: Array) -> dict[str, dict[str, float]]:
        """Return F1, precision, recall and counts of each label that occurs in some examples."""
        kinds = (self.correct, self.predicted, self.gold)
        correct, predicted, gold = (kind.counts(examples, len(self.names)) for kind in kinds)
        figures = {}
        for n in np.flatnonzero(predicted + gold):
            right, given, wanted = int(correct[n]), int(predicted[n]), int(gold[n])
            figures[self.names[n]] = {
                "f1": 2 * right / (given + wanted), "precision": right / max(given, 1),
                "recall": right / max(wanted, 1), "correct": right, "predicted": given,
                "gold": wanted,
            }  # fmt: skip
        return figures


@dataclass(frozen=True, slots=True)
class TagFigures:
    """The figures of one system.

    Attributes:
        incomplete: predicted examples with one or more words that have no tag.
    """

    metrics: tuple[Metric, ...]
    labels: LabelCounts
    incomplete: tuple[Key, ...]


def tag_figures(gold: TaskGold, tags: GoldTags, predicted: Sequence[Row | None]) -> TagFigures:
    """Measure one system; a word without a predicted tag is wrong, and outside of entities."""
    given, names = predicted_tags(gold, tags, predicted)
    size = len(gold.keys)
    right = tags.example[given == tags.tags]
    accuracy = Ratio("accuracy", per_example(right, size), per_example(tags.example, size))
    without = np.unique(tags.example[given == NO_TAG]).tolist()
    incomplete = tuple(gold.keys[n] for n in without if predicted[n] is not None)
    if not is_iob(gold.labels):
        return TagFigures((accuracy,), _word_labels(names, tags, given), incomplete)
    counts = _entity_labels(IobTags.of(names), tags, given)
    by_example = [per_example(kind.example, size)
                  for kind in (counts.correct, counts.predicted, counts.gold)]
    return TagFigures((*f1_metrics(*by_example), accuracy), counts, incomplete)


def predicted_tags(
    gold: TaskGold, tags: GoldTags, predicted: Sequence[Row | None]
) -> tuple[Array, tuple[str, ...]]:
    """Return the number of the predicted tag of each gold word; first characters identify words.

    Returns:
        (N,) numbers, and all tag names: first the gold ones, then the other predicted ones.
    """
    number = {name: place for place, name in enumerate(gold.labels)}
    numbers = np.full(len(tags.tags), NO_TAG)
    bounds = np.searchsorted(tags.example, np.arange(len(gold.keys) + 1))
    starts = tags.starts.tolist()
    for row, begin, end in zip(predicted, bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        if row is not None:
            by_start = _by_start(row, number)
            numbers[begin:end] = [by_start.get(start, NO_TAG) for start in starts[begin:end]]
    return numbers, tuple(number)


def _by_start(row: Row, number: dict[str, int]) -> Mapping[int, int]:
    return {word[0]: number.setdefault(tag, len(number))
            for word, tag in zip(row["words"], row["tags"], strict=True)
            if word is not None and tag is not None}


def _word_labels(names: tuple[str, ...], tags: GoldTags, given: Array) -> LabelCounts:
    right, known = given == tags.tags, given != NO_TAG
    return LabelCounts(names, Labelled(tags.example[right], given[right]),
                       Labelled(tags.example[known], given[known]),
                       Labelled(tags.example, tags.tags))


def _entity_labels(iob: IobTags, tags: GoldTags, given: Array) -> LabelCounts:
    gold, predicted = (iob.entities(numbers, tags.example) for numbers in (tags.tags, given))
    spellings = [(spans.first * len(tags.tags) + spans.last) * len(iob.labels) + spans.label
                 for spans in (gold, predicted)]
    right = np.isin(spellings[1], spellings[0])
    return LabelCounts(
        iob.labels,
        Labelled(tags.example[predicted.first[right]], predicted.label[right]),
        Labelled(tags.example[predicted.first], predicted.label),
        Labelled(tags.example[gold.first], gold.label),
    )
