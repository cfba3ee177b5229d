"""Predictions for the original texts (side a of the pairs) of a translate-test corpus."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from crosslabel.pipeline.corpus.predictions import (
    AnsweredQuestion,
    ClassifiedText,
    PredictedSpan,
    Prediction,
    TaggedText,
    ValuedText,
)
from crosslabel.pipeline.corpus.records import ANSWER, CONTEXT, Example, Pair, Words
from crosslabel.pipeline.corpus.tags import flatten
from crosslabel.pipeline.export.writers.output import write_lines
from crosslabel.pipeline.export.writers.written import WrittenRows
from crosslabel.pipeline.stages.shard_pairs import lost_mass


def write_predictions(path: Path, pairs: Iterable[Pair], labels: Sequence[str]) -> WrittenRows:
    """Write a line of JSON for each pair, in the form of ``crosslabel predict``.

    Args:
        labels: labels of the corpus.
    """
    written = WrittenRows()
    prediction: Callable[[Pair], Prediction] = _answer if list(labels) == [ANSWER] else predicted

    def lines() -> Iterable[str]:
        for pair in pairs:
            written.rows += 1
            yield json.dumps(prediction(pair).as_row(), ensure_ascii=False) + "\n"

    write_lines(path, lines())
    return written


def predicted(pair: Pair) -> Prediction:
    """Return the tags, class or value that one pair predicts.

    The score of a span or of a word's label is the labeller's probability times the probability of
    the projection. The score of a word outside all spans is the probability that no lost span
    reaches it.
    """
    a = pair.a
    if a.task == "spans":
        return _entities(pair)
    if a.task == "words":
        return _labelled(a)
    if a.label is not None:
        return ClassifiedText(a.id, a.lang, a.label, a.probabilities)
    return ValuedText(a.id, a.lang, a.value or 0.0)


def _entities(pair: Pair) -> TaggedText:
    a, words = pair.a, _first_words(pair.a)
    text = a.fields[words.field]
    spans = [span for span in a.spans if span.field == words.field]
    tags = flatten(words.ranges, spans).tags
    lost = lost_mass(pair, words.field)
    scores = [1.0 - lost.get(number, 0.0) for number in range(len(tags))]
    predicted_spans = []
    for span in spans:
        start, end = span.fragments[0][0], span.fragments[-1][1]
        score = 1.0 if span.score is None else span.score
        predicted_spans.append(PredictedSpan(start, end, span.label, score))
        for number, (left, right) in enumerate(words.ranges):
            if tags[number] != "O" and left < end and start < right:
                scores[number] = score
    return TaggedText(a.id, a.lang, text, words.ranges, tags, tuple(scores),
                      tuple(predicted_spans))


def _labelled(a: Example) -> TaggedText:
    words = _first_words(a)
    scores = words.scores or (None,) * len(words.ranges)
    return TaggedText(a.id, a.lang, a.fields[words.field], words.ranges, words.labels, scores, None)


def _first_words(a: Example) -> Words:
    field = next(iter(a.fields))
    return next(words for words in a.words if words.field == field)


def _answer(pair: Pair) -> AnsweredQuestion:
    """Return the first answer, without a range if there is no answer or it was lost."""
    a = pair.a
    span = next((span for span in a.spans if span.field == CONTEXT), None)
    if span is None:
        return AnsweredQuestion(a.id, a.lang, "", None, None, None)
    extent = (span.fragments[0][0], span.fragments[-1][1])
    return AnsweredQuestion(a.id, a.lang, a.fields[CONTEXT][slice(*extent)], extent, None, None,
                            span.score)
